import { refusedDocument } from './document-refusals.ts';
import type { EnterStep, Ledger, LedgerEntry, LedgerInvoice, LedgerNote, LedgerStep, PostStep, StepResult } from './ledger.ts';
import {
  deletedInGes,
  deletedInXero,
  endedEntry,
  isNewInXero,
  isSameSum,
  putBackEntries,
  sumInGes,
  takeGes,
  waitingEntry,
  withoutProblem,
} from './ledger-entry.ts';
import { sentEntering, SENT_DELETION, SENT_REMOVAL } from './ledger-moves.ts';
import { toPounds } from './money.ts';
import { creditNotShown, refusedByGes } from './payment-problems.ts';
import type { GesPayment } from './records.ts';
import type { XeroPayment } from './xero-invoice.ts';

/** What the answers to the steps of a plan make of its ledger (D1, D3, D5, D6, D7). Pure. */

interface After {
  readonly ledger: Ledger;
  readonly notes: readonly LedgerNote[];
}
type Entries = readonly LedgerEntry[];

/** `ledger`: that of the plan the steps are from. A step without a result changes nothing: what became of it is not known. */
export function afterSteps(ledger: Ledger, results: readonly StepResult[], now: number): After {
  return results.reduce<After>(
    (before, result) => {
      const entries = entriesAfter(before.ledger.entries, result, now);
      const { isGesRead: _isGesRead, ...unread } = before.ledger;
      // GES has moved on and does not say to what: its payments are read again.
      const isToBeRead = result.outcome === 'conflict' && result.payment === undefined;
      const next = { ...(isToBeRead ? unread : before.ledger), entries };
      return {
        ledger: afterCredit(next, result),
        notes: [...before.notes, ...notesOf(result)],
      };
    },
    { ledger, notes: [] },
  );
}

function afterCredit(ledger: Ledger, result: StepResult): Ledger {
  if (result.outcome === 'credited') return { ...ledger, credited: result.amount };
  return result.outcome === 'not-credited' ? { ...ledger, problem: creditNotShown(result.amount, result.messages) } : ledger;
}

/**
 * Did the answers bring up something that nobody has decided on yet: what GES has moved on to (D6), a payment that was deleted while it was on
 * its way (D5)? Only after a write: what is held back stays held back.
 */
export function bringsMore({ entries }: Ledger, results: readonly StepResult[], now: number): boolean {
  if (results.some(({ outcome }) => outcome === 'conflict')) return true;
  // What waited for a credit to be shown goes on (D7).
  const isCredited = results.some(({ outcome }) => outcome === 'credited');
  if (isCredited && entries.some(({ problem }) => problem?.code === 'waits-for-other-money')) return true;
  const isOpen = ({ state, problem, ges, xero }: LedgerEntry): boolean => {
    if (problem !== undefined) return false;
    if (state.kind === 'waiting') return state.until <= now;
    return state.kind === 'deleting' || (state.kind === 'linked' && ges !== undefined && xero !== undefined && !isSameSum(ges, xero));
  };
  return results.length > 0 && entries.some(isOpen);
}

/** The invoice in Xero as our own steps left it, so that the next decision of the same pass needs no read. */
export function invoiceAfter(invoice: LedgerInvoice, results: readonly StepResult[]): LedgerInvoice {
  const paid = results.reduce((sum, result) => {
    if (result.outcome === 'posted') return sum + result.payment.amount;
    return result.outcome === 'deleted' ? sum - result.step.amount : sum;
  }, 0);
  if (paid === 0) return invoice;
  const amountDue = invoice.amountDue - paid;
  const isOpen = invoice.status === 'AUTHORISED' || invoice.status === 'PAID';
  const status = amountDue === 0 ? 'PAID' : 'AUTHORISED';
  return { ...invoice, amountPaid: invoice.amountPaid + paid, amountDue, status: isOpen ? status : invoice.status };
}

/**
 * "These are two payments" (D4), said of one by its GES id or PaymentID: a pair is parted, and one that is asked about is no longer. Each
 * side then gets what it misses, as of any new payment.
 */
export function asTwoPayments(ledger: Ledger, id: string): Ledger {
  const entries = ledger.entries.flatMap((entry): Entries => {
    if (entry.gesId !== id && entry.xeroId !== id) return [entry];
    const { kind } = entry.state;
    if (kind === 'unposted' || kind === 'left-to-bank-feed' || isNewInXero(entry)) return [{ ...withoutProblem(entry), distinct: true }];
    const { xeroId, xero, agreed: _agreed, ...inGes } = withoutProblem(entry);
    if (kind !== 'linked' || xeroId === undefined || xero === undefined) return [entry];
    return [
      { ...inGes, state: { kind: 'unposted' }, distinct: true },
      { born: 'xero', state: { kind: 'unentered' }, xeroId, xero, distinct: true },
    ];
  });
  return { ...ledger, entries };
}

function entriesAfter(entries: Entries, result: StepResult, now: number): Entries {
  const of = (key: 'gesId' | 'xeroId', id: string, change: (entry: LedgerEntry) => Entries): Entries =>
    entries.flatMap((entry) => (entry[key] === id && entry.state.kind !== 'ended' ? change(entry) : [entry]));
  switch (result.outcome) {
    case 'posted':
      return posted(entries, result.step, result.payment);
    case 'entered':
      return entered(entries, result.step, result.payment, now);
    case 'deleted':
      return of('xeroId', result.step.xeroId, (entry) => deletedInXero(entry, now, now));
    case 'removed':
      return of('gesId', result.step.gesId, (entry) => [endedEntry(entry, now)]);
    case 'changed':
      return of('gesId', result.step.gesId, (entry) => [changed(entry, result.payment)]);
    case 'gone': {
      const { step } = result;
      if (step.kind === 'delete') return of('xeroId', step.xeroId, (entry) => deletedInXero(entry, now, now));
      return of('gesId', step.gesId, (entry) => [deletedInGes(entry, entry.gesRevision ?? 0, now)]);
    }
    case 'refused':
      return refused(entries, result.step, result.messages, now);
    case 'conflict':
      return result.payment === undefined ? entries : takeGes(entries, { kind: 'news', payments: [result.payment], deleted: [] }, now);
    case 'credited':
    case 'not-credited':
      return entries;
  }
}

/** D1. What had been deleted in GES meanwhile is deleted in Xero next. */
function posted(entries: Entries, { gesId, element, problem }: PostStep, payment: XeroPayment): Entries {
  const { paymentId: xeroId, amount, date } = payment;
  const xero = { amount, date };
  return entries.flatMap((entry): Entries => {
    if (entry.xeroId === xeroId && isNewInXero(entry)) return [];
    if (entry.gesId !== gesId || entry.xeroId !== undefined) return [entry];
    if (entry.state.kind === 'ended') return [{ ...entry, state: { kind: 'deleting' }, xeroId, xero }];
    const sum = problem === undefined ? { amount: element.amount, date: element.date } : entry.ges;
    const agreed = sum === undefined ? {} : { agreed: { ...sum, ...(entry.method === undefined ? {} : { method: entry.method }) } };
    return [
      { ...withoutProblem(entry), state: { kind: 'linked' }, xeroId, xero, ...agreed, ...(problem === undefined ? {} : { problem }) },
    ];
  });
}

/** D3, D5: GES has it now, or had it since an earlier try: then it may have become another's, or been changed or deleted meanwhile. */
function entered(entries: Entries, { xeroId, key }: EnterStep, payment: GesPayment, now: number): Entries {
  const namesake = entries.find((entry) => entry.gesId === payment.id && entry.xeroId !== xeroId);
  const isAnothers = namesake !== undefined && namesake.xeroId !== undefined;
  return entries.flatMap((entry): Entries => {
    if (entry === namesake) return isAnothers ? [entry] : [];
    if (entry.xeroId !== xeroId || entry.state.kind !== 'unentered') return [entry];
    if (isAnothers) return [{ ...entry, state: { ...entry.state, key: `${key}-besides-${payment.id}` } }];
    const { deletedAt } = entry.state;
    const ges = sumInGes(payment);
    const { method } = payment;
    const gesRevision = Math.max(payment.revision, namesake?.gesRevision ?? 0);
    const linked: LedgerEntry = {
      ...entry,
      state: { kind: 'linked' },
      gesId: payment.id,
      gesRevision,
      method,
      // The answer to a repeat may be older than what GES has told since.
      ges: namesake?.ges !== undefined && gesRevision > payment.revision ? namesake.ges : ges,
      // Agreed is what Xero has: what GES shows otherwise was changed there since (D6).
      agreed: { ...(entry.xero ?? ges), method },
    };
    if (namesake?.state.kind === 'ended')
      return [deletedAt === undefined ? deletedInGes(linked, gesRevision, now) : endedEntry(linked, now)];
    return [deletedAt === undefined ? linked : waitingEntry(linked, deletedAt)];
  });
}

/** What GES shows after our own change is agreed. */
function changed(entry: LedgerEntry, payment: GesPayment): LedgerEntry {
  const { refused: _refused, ...rest } = entry;
  const ges = sumInGes(payment);
  return { ...rest, gesRevision: payment.revision, method: payment.method, ges, agreed: { ...ges, method: payment.method } };
}

function refused(entries: Entries, step: LedgerStep, messages: readonly string[], now: number): Entries {
  const isXero = step.kind === 'post' || step.kind === 'delete';
  const problem = isXero ? refusedDocument(messages) : refusedByGes(messages);
  const isConcerned = (entry: LedgerEntry): boolean => ('gesId' in step ? entry.gesId === step.gesId : entry.xeroId === step.xeroId);
  return entries.flatMap((entry): Entries => {
    if (!isConcerned(entry) || entry.state.kind === 'ended') return [entry];
    const withRefusal = { ...entry, problem, refused: { at: now, sent: sentBy(step), problem, times: (entry.refused?.times ?? 0) + 1 } };
    switch (step.kind) {
      case 'delete':
        // D5: GES gets back what it deleted; D6: what it changed.
        return entry.state.kind === 'deleting' ? putBackEntries(entry, problem, now) : [{ ...withRefusal, state: { kind: 'linked' } }];
      case 'enter': {
        if (entry.state.kind !== 'unentered') return [entry];
        // GES has not got it: it may still turn out to be another, and one that Xero deleted is nobody's.
        const { key: _key, ...state } = entry.state;
        return state.deletedAt === undefined ? [{ ...withRefusal, state }] : [];
      }
      case 'post':
      case 'remove':
      case 'change':
        return [withRefusal];
    }
  });
}

/** What `Refused` says of a step, so that the same is known again. */
function sentBy(step: LedgerStep): string {
  switch (step.kind) {
    case 'post':
      return step.sent;
    case 'delete':
      return SENT_DELETION;
    case 'remove':
      return SENT_REMOVAL;
    case 'enter':
      return sentEntering(step.payment);
    case 'change':
      return JSON.stringify(step.patch);
  }
}

function notesOf(result: StepResult): readonly LedgerNote[] {
  switch (result.outcome) {
    case 'entered': {
      const { step, payment } = result;
      const text = step.told?.message ?? `A payment of £${step.payment.amount} in Xero was entered there.`;
      return [{ code: step.told === undefined ? 'payment-from-xero' : 'put-back', text, gesId: payment.id, xeroId: step.xeroId }];
    }
    case 'removed': {
      const text = 'The payment was deleted in Xero, so it was deleted here too.';
      return [{ code: 'deleted-in-xero', text, gesId: result.step.gesId }];
    }
    case 'changed': {
      const { gesId, patch, told } = result.step;
      const text = told?.message ?? `The payment took the date that Xero has, ${patch.date ?? ''}.`;
      return [{ code: told === undefined ? 'date-from-xero' : 'put-back', text, gesId }];
    }
    case 'credited':
      return creditNotes(result);
    case 'posted':
    case 'deleted':
    case 'gone':
    case 'refused':
    case 'conflict':
    case 'not-credited':
      return [];
  }
}

function creditNotes({ amount, pennies = 0 }: { readonly amount: number; readonly pennies?: number }): readonly LedgerNote[] {
  const credited = { code: 'credited-in-xero', text: `£${toPounds(amount - pennies)} of this invoice is credited in Xero.` };
  const which = pennies > 0 ? 'more' : 'less';
  const text = `Xero deducts £${toPounds(Math.abs(pennies))} ${which} for CIS, so that much ${pennies > 0 ? 'less' : 'more'} is due.`;
  return [...(amount !== pennies || pennies === 0 ? [credited] : []), ...(pennies === 0 ? [] : [{ code: 'due-follows-xero', text }])];
}
