import { coveredDiscounts } from './discount.ts';
import type { Ledger, LedgerEntry, LedgerInput, LedgerInvoice, LedgerPlan, LedgerReads, LedgerStep } from './ledger.ts';
import { EMPTY_LEDGER } from './ledger.ts';
import {
  deletedMeanwhile,
  isChangedInGes,
  isLiveInXero,
  isNewInXero,
  isOpenInGes,
  putBackEntries,
  takeGes,
  takeXero,
  unlinkedEntry,
} from './ledger-entry.ts';
import { pairAlike, pairKnown, type MeetingContext } from './ledger-meeting.ts';
import { decideEntry, deletionProblem, type Desk, type Move } from './ledger-moves.ts';
import { paidNotExplained, tooManyPayments } from './payment-problems.ts';
import type { XeroPayment } from './xero-invoice.ts';

/** What is to be done about the money of one invoice (C12, D1–D8, F7): news is taken in, payments are paired, each is decided on. Pure. */

export const MOST_ENTRIES = 300;
export const MOST_STEPS = 15;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Tombstones are forgotten after 13 months. */
const TOMBSTONE_MS = 396 * DAY_MS;
/** Payments that do not explain what is paid are read again so much later; after the last time a person is asked (F7). */
const READ_AGAIN_MS: readonly number[] = [MINUTE_MS, 15 * MINUTE_MS];
/** Deletions stand before creations. */
const STEP_ORDER: readonly LedgerStep['kind'][] = ['delete', 'remove', 'change', 'enter', 'post'];

/**
 * Compares the ledger with what both sides are known to have, and says what is to be stored, read and written. With nothing new it says
 * nothing: the plan of a plan's own ledger has no steps but those that were not carried out. A whole list of GES must be as new as the ledger.
 */
export function decideLedger(input: LedgerInput): LedgerPlan {
  const { ledger = EMPTY_LEDGER, ges, xero, invoice, now } = input;
  const remembered = ledger.entries.filter(({ state }) => state.kind !== 'ended' || now - state.at < TOMBSTONE_MS);
  const told = takeGes(remembered, ges, now);
  if (invoice === undefined) return quietPlan({ ...ledger, entries: told });
  const seen = takeXero(told, xero, now);
  if (seen.length > MOST_ENTRIES) return quietPlan({ ...ledger, problem: tooManyPayments(MOST_ENTRIES) });

  const question = explain(ledger, seen, input, invoice);
  const isEntering = ledger.entries.some(({ state }) => state.kind === 'unentered' && state.key !== undefined);
  const sure = pairKnown(seen);
  const known = { ...sure, entries: sure.entries.map((entry) => withEditedDeletion(deletedMeanwhile(entry, ges))) };
  const isGesUnread = ges.kind !== 'all' && needsGes(ledger, known.entries, input);
  const inHand = liveById(xero.payments);
  const mayGuess = !isGesUnread && !isEntering && !question.isOpen;
  const met = mayGuess
    ? pairAlike(known.entries, meetingContext(input, known.entries, invoice, inHand))
    : { entries: known.entries, notes: [] };
  const entries = met.entries.flatMap((entry) => withRefusedDeletion(input, inHand, entry));
  const { covered, besides } = coveredDiscounts(entries, invoice.amountCredited);
  const desk: Desk = {
    input,
    invoice,
    inHand,
    holds: {
      posts: isGesUnread || isEntering || question.isOpen || question.missing > 0,
      removals: question.isOpen || question.missing > 0,
      enters: isGesUnread || question.isOpen || question.missing < 0,
    },
    hasUnpaired: entries.some(({ state }) => state.kind === 'unentered'),
    hasNewCredit: besides > ledger.credited,
    covered,
    left: invoice.amountDue,
    unsettled: 0,
    unread: [],
  };
  const moves = decideInOrder(desk, entries);
  const { taken, isMore } = mostUrgent([...moves.values()]);
  const next = entries.map((entry) => {
    const move = moves.get(entry) ?? { entry };
    return taken.has(move) ? (move.taken ?? move.entry) : move.entry;
  });
  const steps = [...taken].flatMap(({ step }) => step ?? []);
  const isRead = ges.kind === 'all' || ledger.isGesRead === true;
  return {
    ledger: {
      entries: next,
      credited: ledger.credited,
      ...(isRead ? { isGesRead: true } : {}),
      ...(question.stored === undefined ? {} : { unexplained: question.stored }),
      ...(question.problem === undefined ? {} : { problem: question.problem }),
    },
    commitFirst: [...taken].some(
      ({ step, entry, taken: after }) => step?.kind === 'enter' || (step?.kind === 'delete' && after !== undefined && after !== entry),
    ),
    steps,
    reads: { ...(isGesUnread ? { ges: true } : {}), ...readsOfXero(desk.unread), ...(question.isToBeRead ? { unexplained: true } : {}) },
    more: isMore || (steps.length > 0 && desk.unsettled > 0),
    ...wakeAt(next, question, now),
    notes: [...known.notes, ...met.notes],
    ...(besides === ledger.credited ? {} : { credited: besides }),
  };
}

function quietPlan(ledger: Ledger): LedgerPlan {
  return { ledger, commitFirst: false, steps: [], reads: {}, more: false, notes: [] };
}

/** How far the ledger explains what Xero says is paid (F7). */
interface Question {
  /** To be read, or read in vain and to be read again: until then nothing is done that what is missing could make wrong. */
  readonly isOpen: boolean;
  /** Paid beyond what is known, pence; negative: less is paid than is known. */
  readonly missing: number;
  readonly isToBeRead: boolean;
  readonly stored?: NonNullable<Ledger['unexplained']>;
  readonly problem?: NonNullable<Ledger['problem']>;
}

function explain(
  ledger: Ledger,
  entries: readonly LedgerEntry[],
  { xero, now }: LedgerInput,
  { amountPaid: paid }: LedgerInvoice,
): Question {
  const explained = entries.filter(isLiveInXero).reduce((sum, entry) => sum + (entry.xero?.amount ?? 0), 0);
  const missing = paid - explained;
  if (missing === 0) return { isOpen: false, missing, isToBeRead: false };
  const before = ledger.unexplained?.paid === paid ? ledger.unexplained : { paid, reads: 0, nextAt: now };
  const isDue = before.nextAt !== undefined && now >= before.nextAt;
  const reads = before.reads + (isDue && xero.isComplete ? 1 : 0);
  const wait = READ_AGAIN_MS[reads - 1];
  const nextAt = reads === before.reads ? before.nextAt : wait === undefined ? undefined : now + wait;
  const stored = { paid, reads, ...(nextAt === undefined ? {} : { nextAt }) };
  if (nextAt === undefined) return { isOpen: false, missing, isToBeRead: false, stored, problem: paidNotExplained(paid, explained) };
  return { isOpen: true, missing, isToBeRead: now >= nextAt, stored };
}

/** At the first link, and before anything new in Xero is taken for unknown in GES, all that GES has must be known. */
function needsGes(ledger: Ledger, entries: readonly LedgerEntry[], { ges }: LedgerInput): boolean {
  if (ledger.isGesRead !== true) return true;
  const hasNews = ges.payments.length > 0;
  return entries.some((entry) => isNewInXero(entry) && (hasNews || entry.problem === undefined));
}

function meetingContext(
  { settings, facts }: LedgerInput,
  entries: readonly LedgerEntry[],
  { amountDue, cisDeduction }: LedgerInvoice,
  inHand: ReadonlyMap<string, XeroPayment>,
): MeetingContext {
  // What GES has received and Xero does not show: new, waiting after a deletion in Xero, or changed since it was posted.
  const unshown = (entry: LedgerEntry): number => {
    if (isOpenInGes(entry) || entry.state.kind === 'waiting') return entry.ges?.amount ?? 0;
    return isLiveInXero(entry) && isChangedInGes(entry) ? (entry.ges?.amount ?? 0) - (entry.xero?.amount ?? 0) : 0;
  };
  const open = entries.reduce((sum, entry) => sum + unshown(entry), 0);
  const ending = entries.filter(({ state }) => state.kind === 'deleting').reduce((sum, entry) => sum + (entry.xero?.amount ?? 0), 0);
  const accountOf = (xeroId: string): string | undefined => inHand.get(xeroId)?.accountId;
  return { settings, facts, cisDeduction, accountOf, room: amountDue + ending - open };
}

/** E4: what was deleted in Xero and then edited in GES is to be there again. */
function withEditedDeletion(entry: LedgerEntry): LedgerEntry {
  return entry.state.kind === 'waiting' && isChangedInGes(entry) ? unlinkedEntry(entry) : entry;
}

/** D5: what Xero is known not to delete goes back to GES. */
function withRefusedDeletion(input: LedgerInput, inHand: ReadonlyMap<string, XeroPayment>, entry: LedgerEntry): readonly LedgerEntry[] {
  const payment = entry.state.kind === 'deleting' ? inHand.get(entry.xeroId ?? '') : undefined;
  const problem = payment === undefined ? undefined : deletionProblem({ input }, entry, payment);
  return problem === undefined ? [entry] : putBackEntries(entry, problem, input.now);
}

/** Deletions and changes first, since they decide what is due; then payments by date, whatever the order of their news. */
function decideInOrder(desk: Desk, entries: readonly LedgerEntry[]): ReadonlyMap<LedgerEntry, Move> {
  const isLast = (entry: LedgerEntry): boolean => isOpenInGes(entry) && desk.input.inDoubt?.has(entry.gesId ?? '') !== true;
  const dateOf = ({ ges, xero }: LedgerEntry): string => (ges ?? xero)?.date ?? '';
  const sortKey = (entry: LedgerEntry): string => [isLast(entry) ? 1 : 0, dateOf(entry), entry.gesId ?? '', entry.xeroId ?? ''].join(' ');
  const inOrder = entries.map((entry) => ({ entry, key: sortKey(entry) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(inOrder.map(({ entry }) => [entry, decideEntry(desk, entry)]));
}

function mostUrgent(moves: readonly Move[]): { readonly taken: ReadonlySet<Move>; readonly isMore: boolean } {
  const withStep = moves.filter(({ step }) => step !== undefined);
  const rank = ({ step }: Move): number => STEP_ORDER.indexOf(step?.kind ?? 'post');
  const ranked = [...withStep].sort((a, b) => rank(a) - rank(b));
  return { taken: new Set(ranked.slice(0, MOST_STEPS)), isMore: ranked.length > MOST_STEPS };
}

function readsOfXero(unread: readonly LedgerEntry[]): Pick<LedgerReads, 'deletions'> {
  const dates = unread.flatMap(({ xero }) => xero?.date ?? []).sort();
  const [from] = dates;
  const to = dates.at(-1);
  if (from === undefined || to === undefined) return {};
  return { deletions: { xeroIds: unread.flatMap(({ xeroId }) => xeroId ?? []), from, to } };
}

function wakeAt(entries: readonly LedgerEntry[], { stored }: Question, now: number): Pick<LedgerPlan, 'wakeAt'> {
  const times = entries.flatMap(({ state }) => (state.kind === 'waiting' ? state.until : []));
  const later = [...times, stored?.nextAt ?? 0].filter((time) => time > now);
  return later.length === 0 ? {} : { wakeAt: Math.min(...later) };
}

function liveById(payments: readonly XeroPayment[]): ReadonlyMap<string, XeroPayment> {
  const deleted = new Set(payments.flatMap(({ status, paymentId }) => (status === 'DELETED' ? paymentId : [])));
  const live = payments.filter(({ paymentId }) => !deleted.has(paymentId));
  return new Map([...live].sort((a, b) => a.updatedAt - b.updatedAt).map((payment) => [payment.paymentId, payment]));
}
