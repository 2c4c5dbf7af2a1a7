import { lockProblem } from './invoice-policy.ts';
import type { ChangeStep, LedgerEntry, LedgerInput, LedgerInvoice, LedgerStep, PaymentMethod, PostStep } from './ledger.ts';
import { isChangedInGes, isSameSum, paymentReference, withoutProblem } from './ledger-entry.ts';
import { mayBeTheSame } from './loose-payments.ts';
import { toPounds } from './money.ts';
import * as problems from './payment-problems.ts';
import type { Problem } from './records.ts';
import type { XeroPayment } from './xero-invoice.ts';

/** What is to be done about one payment of an invoice that is in Xero (D1–D8). Pure, but for the sums of the `Desk`. */

const DAY_MS = 86_400_000;
/** What `Refused` says of a deletion in Xero, and in GES: that it was one. */
export const SENT_DELETION = 'delete';
export const SENT_REMOVAL = 'remove';

/** What all the payments of an invoice are decided with, and what those before have left. */
export interface Desk {
  readonly input: LedgerInput;
  readonly invoice: LedgerInvoice;
  /** Live payments in Xero as they were read now, by PaymentID. */
  readonly inHand: ReadonlyMap<string, XeroPayment>;
  /** Something of the money is not known yet: nothing is posted (D4), removed in GES (D5) or entered there (D3). */
  readonly holds: { readonly posts: boolean; readonly removals: boolean; readonly enters: boolean };
  /** Xero has a payment that is not paired yet (D7). */
  readonly hasUnpaired: boolean;
  /** Xero has a credit that GES does not show yet (D7). */
  readonly hasNewCredit: boolean;
  /** Discounts for which a credit in Xero stands (D8). */
  readonly covered: ReadonlySet<LedgerEntry>;
  /** What is still due, pence. */
  left: number;
  /** What deletions and posts on their way may still change of it, pence. */
  unsettled: number;
  /** Entries whose payment in Xero must be read before it is deleted. */
  readonly unread: LedgerEntry[];
}

/** What becomes of an entry: `taken` once its step is among those carried out in this pass. */
export interface Move {
  readonly entry: LedgerEntry;
  readonly step?: LedgerStep;
  readonly taken?: LedgerEntry;
}

export function decideEntry(desk: Desk, entry: LedgerEntry): Move {
  switch (entry.state.kind) {
    case 'linked':
    case 'replacing':
      return decideLinked(desk, entry);
    case 'deleting':
      return decideDeletion(desk, entry);
    case 'waiting':
      return decideRemoval(desk, entry, entry.state.until);
    case 'unentered':
      return decideEntering(desk, entry, entry.state);
    case 'unposted':
    case 'left-to-bank-feed':
    case 'credit':
      return decidePosting(desk, entry);
    case 'ended':
      return { entry };
  }
}

/** Both sides have it: what GES changed goes by a deletion and a new payment (D6), Xero's date comes to GES (D4). */
function decideLinked(desk: Desk, entry: LedgerEntry): Move {
  const { ges, xero, told, method } = entry;
  if (ges === undefined || xero === undefined || told?.code === 'payment-missing') return { entry: withProblem(entry, told) };
  if (entry.isDiscount === true) return { entry: withProblem(entry, problems.paymentNowDiscount()) };
  const isRetired = entry.state.kind === 'replacing';
  // Retired and not known to be alive: nothing but its deletion can be next.
  if (isRetired && !desk.inHand.has(entry.xeroId ?? '')) return readFirst(desk, entry);
  if (isSameSum(ges, xero)) {
    const agreedNow = { ...ges, ...(method === undefined ? {} : { method }) };
    const linked: LedgerEntry = { ...withoutProblem(entry), state: { kind: 'linked' }, agreed: agreedNow };
    return { entry: told !== undefined && isStillSo(desk, entry, told) ? { ...linked, told, problem: told } : linked };
  }
  const isChanged = isChangedInGes(entry);
  if (!isChanged && ges.date !== xero.date) return changeInGes(desk, entry, { date: xero.date }, told);
  return replaceInXero(desk, { ...entry, state: { kind: 'linked' } }, isChanged, entry);
}

/** F1: what stood in the way of a change in GES is told until it is known to be gone. */
function isStillSo({ input, inHand }: Desk, { xeroId = '', xero }: LedgerEntry, told: Problem): boolean {
  const payment = inHand.get(xeroId);
  if (told.code === 'period-locked') return lockProblem(xero === undefined ? [] : [xero.date], input.facts) !== undefined;
  return payment === undefined || payment.isReconciled || payment.isBatch;
}

/** D6. `isChanged`: a person changed it in GES; otherwise less was posted than was received, and more is owed by now (D7). */
function replaceInXero(desk: Desk, entry: LedgerEntry, isChanged: boolean, held: LedgerEntry): Move {
  const { input, invoice } = desk;
  const { ges = { amount: 0, date: '' }, xero = { amount: 0, date: '' }, xeroId = '', agreed } = entry;
  const owed = desk.left + xero.amount;
  if (ges.amount <= 0) return ask(entry, problems.notPositive());
  if (ges.amount > owed) return ask(entry, tooMuch(ges.amount, xero.amount, desk.left, invoice.cisDeduction));
  if (desk.holds.posts) return { entry: held };
  const payment = desk.inHand.get(xeroId);
  if (payment === undefined) return readFirst(desk, held);
  const stuck = deletionProblem(desk, entry, payment);
  if (stuck !== undefined) {
    if (!isChanged) return ask(entry, problems.restNotPosted(ges.amount - xero.amount, stuck));
    const told = problems.putBack('changed', stuck);
    return changeInGes(desk, { ...entry, told }, { amount: toPounds(xero.amount), date: xero.date }, told);
  }
  const isMethodKept = agreed?.method === undefined || agreed.method === entry.method;
  const account = accountFor(desk.input, entry, isMethodKept ? payment.accountId : undefined);
  if (account.accountId === undefined) return ask(entry, account.problem);
  const locked = lockProblem([ges.date], input.facts);
  if (locked !== undefined) return ask(entry, locked);
  desk.left -= Math.max(0, ges.amount - xero.amount);
  desk.unsettled += xero.amount;
  const retired: LedgerEntry = { ...entry, state: { kind: 'replacing', accountId: account.accountId } };
  return {
    entry: withProblem(held, undefined),
    step: { kind: 'delete', xeroId, amount: xero.amount },
    taken: withProblem(retired, undefined),
  };
}

function tooMuch(received: number, inXero: number, left: number, cisDeduction: number): Problem {
  const owed = left + inXero;
  if (cisDeduction > 0 && received - owed === cisDeduction) return problems.cisGrossPayment(owed);
  return left === 0 ? problems.restMoreThanOwed(received, inXero) : problems.moreThanOwed(received - owed, owed);
}

/** D5: deleted in GES. What Xero is known to refuse was put back before (`putBackEntries`). */
function decideDeletion(desk: Desk, entry: LedgerEntry): Move {
  const { xeroId = '', xero } = entry;
  const amount = xero?.amount ?? 0;
  if (!desk.inHand.has(xeroId)) return readFirst(desk, entry);
  if (desk.input.brake?.ges !== undefined) return ask(entry, desk.input.brake.ges);
  desk.unsettled += amount;
  return { entry: withProblem(entry, undefined), step: { kind: 'delete', xeroId, amount } };
}

/** Why Xero would not delete a payment, as it shows it now or as it said before. */
export function deletionProblem(
  { input }: { readonly input: Pick<LedgerInput, 'facts' | 'now' | 'retry'> },
  entry: LedgerEntry,
  payment: XeroPayment,
): Problem | undefined {
  if (payment.isReconciled || payment.isBatch) return problems.paymentReconciled(payment.isBatch);
  return lockProblem([payment.date], input.facts) ?? refusedProblem(input, entry, SENT_DELETION);
}

/** D5: deleted in Xero, and nothing has taken its place. */
function decideRemoval(desk: Desk, entry: LedgerEntry, until: number): Move {
  const { now, brake } = desk.input;
  if (now < until) return ask(entry, problems.removedInXero(until));
  if (desk.holds.removals || entry.gesId === undefined) return { entry };
  const problem = brake?.xero ?? refusedProblem(desk.input, entry, SENT_REMOVAL);
  if (problem !== undefined) return ask(entry, problem);
  return { entry, step: { kind: 'remove', gesId: entry.gesId, revision: entry.gesRevision ?? 0 } };
}

/** D3: Xero has it, GES does not. */
function decideEntering(desk: Desk, entry: LedgerEntry, state: { readonly key?: string; readonly deletedAt?: number }): Move {
  const { xeroId = '', xero = { amount: 0, date: '' }, method = 'other', reference = '', told } = entry;
  const payment = { amount: toPounds(xero.amount), date: xero.date, method, reference };
  const enter = (key: string) => ({ kind: 'enter', xeroId, key, payment, ...(told === undefined ? {} : { told }) }) as const;
  // Once begun it is entered to the end: GES may have it.
  if (state.key !== undefined) return { entry: withProblem(entry, told), step: enter(state.key) };
  if (desk.holds.enters) return { entry };
  const other = likeElsewhere(desk.input, entry, 'ges', xero);
  if (other !== undefined) return ask(entry, problems.whichInvoice('xero', xero.amount, other.invoiceNumber));
  const refused = refusedProblem(desk.input, entry, sentEntering(payment));
  if (refused !== undefined) return ask(entry, refused);
  const key = `xero-payment-${xeroId}`;
  return { entry, step: enter(key), taken: withProblem({ ...entry, state: { ...state, kind: 'unentered', key } }, undefined) };
}

export function sentEntering(payment: { readonly amount: string; readonly date: string }): string {
  return `${payment.amount}|${payment.date}`;
}

/** D1, D2, D7, D8: GES has it, Xero does not. */
function decidePosting(desk: Desk, entry: LedgerEntry): Move {
  const { input, invoice } = desk;
  const { gesId = '', ges = { amount: 0, date: '' }, state } = entry;
  if (entry.isDiscount === true) return decideDiscount(desk, { ...entry, state: { kind: 'credit' } }, desk.covered.has(entry));
  const afterDeletion = state.kind === 'unposted' ? state.afterDeletion : undefined;
  if (input.inDoubt?.has(gesId) === true) {
    desk.left -= Math.min(desk.left, ges.amount);
    desk.unsettled += ges.amount;
    return { entry };
  }
  const other = likeElsewhere(input, entry, 'xero', ges);
  if (other !== undefined) return ask(entry, problems.whichInvoice('ges', ges.amount, other.invoiceNumber));
  const isLeft = state.kind === 'left-to-bank-feed' || (afterDeletion === undefined && namedFor(input, entry) === 'leave');
  if (isLeft) return { entry: withProblem({ ...entry, state: { kind: 'left-to-bank-feed' } }, undefined) };
  const account = accountFor(input, entry, afterDeletion?.accountId);
  if (account.accountId === undefined) return ask(entry, account.problem);
  if (invoice.status !== 'AUTHORISED' && invoice.status !== 'PAID') return ask(entry, problems.invoiceNotOpen(invoice.status));
  const locked = lockProblem([ges.date], input.facts);
  if (locked !== undefined) return ask(entry, locked);
  if (ges.amount <= 0) return ask(entry, problems.notPositive());
  if (desk.holds.posts) return { entry };
  const amount = Math.min(ges.amount, desk.left);
  if (amount < ges.amount) {
    // What is on its way decides how much is owed.
    if (desk.unsettled > 0) return { entry };
    const problem = overpaying(desk, ges.amount);
    if (problem !== undefined) return ask(entry, problem);
  }
  const { accountId } = account;
  const sent = [accountId, ges.date, amount, invoice.amountDue, invoice.status, input.facts.lockedUntil ?? ''].join('|');
  const refused = refusedProblem(input, entry, sent);
  // D6: what takes the place of a deleted payment is tried twice before a person is asked.
  if (refused !== undefined && !(afterDeletion !== undefined && (entry.refused?.times ?? 0) < 2)) return ask(entry, refused);
  desk.left -= amount;
  const reference = paymentReference(entry.reference ?? '', gesId);
  const step: PostStep = {
    kind: 'post',
    gesId,
    element: { kind: 'create', invoiceId: invoice.invoiceId, accountId, date: ges.date, amount, reference },
    sent,
    ...(amount < ges.amount ? { problem: problems.restMoreThanOwed(ges.amount, amount) } : {}),
  };
  return { entry: withProblem(entry, undefined), step };
}

/** D8: a credit of the invoice in Xero stands for it, or it is to become one. */
function decideDiscount({ input }: Desk, entry: LedgerEntry, isCovered: boolean): Move {
  if (isCovered) return { entry: withProblem(entry, undefined) };
  const amount = entry.ges?.amount ?? 0;
  if (entry.xeroId !== undefined) return ask(entry, problems.discountOnAccount(amount));
  return ask(entry, refusedProblem(input, entry, sentDiscount(entry)) ?? problems.discountWaits(amount));
}

/** What `Refused` says of a discount. */
export function sentDiscount({ ges, vat }: LedgerEntry): string {
  return ['discount', ges?.amount ?? '', ges?.date ?? '', vat ?? ''].join('|');
}

/** D7: why nothing is posted of a payment that is more than what is due. */
function overpaying({ input, invoice, left, hasUnpaired, hasNewCredit }: Desk, received: number): Problem | undefined {
  if (invoice.cisDeduction > 0 && received - left === invoice.cisDeduction) return problems.cisGrossPayment(left);
  if (hasUnpaired) return problems.waitsForOtherMoney('payment');
  if (hasNewCredit) return problems.waitsForOtherMoney('credit');
  if (input.invoiceWaits === true) return problems.waitsForOtherMoney('invoice');
  return left <= 0 ? problems.moreThanOwed(received - left, left) : undefined;
}

/** D1, G1: what the settings name for a payment: an AccountID, `leave`, or nothing. */
function namedFor({ settings }: Pick<LedgerInput, 'settings'>, { method = 'other', ges }: LedgerEntry): string | undefined {
  const { before, paymentAccounts, paymentAccountId } = settings;
  if (before !== undefined && ges !== undefined && ges.date < before.date) return before.accountId;
  const named: Partial<Readonly<Record<PaymentMethod, string>>> = paymentAccounts ?? {};
  return named[method] ?? paymentAccountId ?? undefined;
}

/** The account that takes a payment. `kept`: where the one before it was (D6: settings alone move nothing). */
function accountFor(
  input: Pick<LedgerInput, 'settings' | 'facts'>,
  entry: LedgerEntry,
  kept: string | undefined,
): { readonly accountId: string } | { readonly accountId: undefined; readonly problem: Problem } {
  const named = namedFor(input, entry);
  const isArchived = (accountId: string): boolean =>
    input.facts.accounts.some((account) => account.accountId === accountId && account.status === 'ARCHIVED');
  const candidates = [kept, named === 'leave' ? undefined : named].filter((accountId) => accountId !== undefined);
  const accountId = candidates.find((candidate) => !isArchived(candidate));
  if (accountId !== undefined) return { accountId };
  return { accountId, problem: candidates.length === 0 ? problems.noPaymentAccount() : problems.paymentAccountArchived() };
}

/** D4: one like it on another invoice of the customer, entered on the other side and not linked either. */
function likeElsewhere(
  { elsewhere = [] }: Pick<LedgerInput, 'elsewhere'>,
  entry: LedgerEntry,
  side: 'ges' | 'xero',
  sum: { readonly amount: number; readonly date: string },
) {
  if (entry.distinct === true) return undefined;
  return elsewhere.find((other) => other.side === side && mayBeTheSame(other, { ...sum, side: side === 'ges' ? 'xero' : 'ges' }));
}

function changeInGes(desk: Desk, entry: LedgerEntry, patch: ChangeStep['patch'], told: Problem | undefined): Move {
  const refused = refusedProblem(desk.input, entry, JSON.stringify(patch));
  if (refused !== undefined) return ask(entry, refused);
  const { gesId = '', gesRevision: revision = 0 } = entry;
  const step: ChangeStep = { kind: 'change', gesId, revision, patch, ...(told === undefined ? {} : { told }) };
  return { entry: withProblem(entry, told), step };
}

function readFirst(desk: Desk, entry: LedgerEntry): Move {
  desk.unread.push(entry);
  desk.unsettled += entry.xero?.amount ?? 0;
  return { entry };
}

/** The same write was refused within a day, and nobody asks to try it again. */
function refusedProblem({ now, retry }: Pick<LedgerInput, 'now' | 'retry'>, { refused }: LedgerEntry, sent: string): Problem | undefined {
  return refused?.sent === sent && retry !== true && now - refused.at < DAY_MS ? refused.problem : undefined;
}

function ask(entry: LedgerEntry, problem: Problem | undefined): Move {
  return { entry: withProblem(entry, problem) };
}

export function withProblem(entry: LedgerEntry, problem: Problem | undefined): LedgerEntry {
  const { problem: _old, ...rest } = entry;
  return problem === undefined ? rest : { ...rest, problem };
}
