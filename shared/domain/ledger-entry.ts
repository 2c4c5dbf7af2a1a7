import type { GesKnown, LedgerEntry, PaymentStanding, Sum, XeroKnown } from './ledger.ts';
import { toPence } from './money.ts';
import { paymentMissing, putBack } from './payment-problems.ts';
import type { GesPayment, Problem } from './records.ts';
import type { XeroPayment } from './xero-invoice.ts';

/** What news of one side makes of the entries of a ledger, and the changes of one entry that have a name. Pure. */

/** Longest reference that Xero takes. */
const MAX_REFERENCE_LENGTH = 255;
/** Between GES's reference and our payment id. */
const SEPARATOR = ' · ';
/** So many of the PaymentIDs that an entry was before are kept. */
const RETIRED_KEPT = 10;

const MINUTE_MS = 60_000;
/** A payment deleted in Xero waits this long for one that takes its place: by the side it was born on (D5). */
export const DELETION_WAITS_MS = { ges: 24 * 60 * MINUTE_MS, xero: 15 * MINUTE_MS } as const;

/** D1: GES's reference with our payment id at its end, so that a payment of ours is known again: "SumUp 8841 · pay_9001". */
export function paymentReference(reference: string, gesId: string): string {
  const words = reference.trim().slice(0, MAX_REFERENCE_LENGTH - SEPARATOR.length - gesId.length);
  return words === '' ? gesId : `${words}${SEPARATOR}${gesId}`;
}

/** The GES payment id in a reference that we wrote; some other words in one that we did not. */
export function gesIdIn(reference: string): string {
  return (reference.split(SEPARATOR).at(-1) ?? '').trim();
}

export function isSameSum(a: Sum | undefined, b: Sum | undefined): boolean {
  return a !== undefined && b !== undefined && a.amount === b.amount && a.date === b.date;
}

export function sumInGes({ amount, date }: GesPayment): Sum {
  return { amount: toPence(amount), date };
}

/** Does Xero have a live payment of it, as far as we know? */
export function isLiveInXero({ state, told }: LedgerEntry): boolean {
  if (state.kind === 'unentered') return state.deletedAt === undefined;
  return (state.kind === 'linked' && told?.code !== 'payment-missing') || state.kind === 'deleting' || state.kind === 'replacing';
}

/** Seen in Xero only, and GES was not told yet: it may still turn out to be a payment that GES has. */
export function isNewInXero({ state }: LedgerEntry): boolean {
  return state.kind === 'unentered' && state.key === undefined && state.deletedAt === undefined;
}

/** Money that GES has and Xero does not, whether we post it or the bookkeeper does (D1). */
export function isOpenInGes({ state, isDiscount }: LedgerEntry): boolean {
  return isDiscount !== true && (state.kind === 'unposted' || state.kind === 'left-to-bank-feed');
}

/** Has something been begun, or is to be begun, that is not at its end yet? */
export function isUnfinished({ state }: LedgerEntry): boolean {
  return state.kind !== 'linked' && state.kind !== 'ended' && state.kind !== 'left-to-bank-feed' && state.kind !== 'waiting';
}

/** Codes of problems that need nobody: the payment waits, and says for what. */
const WAITS: ReadonlySet<string> = new Set([
  'removed-in-xero',
  'waits-for-other-money',
  'many-ended-here',
  'many-ended-in-xero',
  'discount-waits',
]);

/** What the row of a payment shows. `isSent`: its invoice is in Xero (A3). */
export function paymentStanding({ state, problem }: LedgerEntry, isSent: boolean): PaymentStanding {
  if (problem !== undefined) return { status: WAITS.has(problem.code) ? 'pending' : 'attention', problem };
  if (state.kind === 'linked' || state.kind === 'ended' || state.kind === 'credit') return { status: 'synced' };
  return { status: isSent && state.kind !== 'left-to-bank-feed' ? 'pending' : 'not-followed' };
}

/** The tombstone of an entry: only what news of it is known by. */
export function endedEntry({ born, gesId, gesRevision, xeroId, retired }: LedgerEntry, at: number): LedgerEntry {
  return {
    born,
    state: { kind: 'ended', at },
    ...(gesId === undefined ? {} : { gesId }),
    ...(gesRevision === undefined ? {} : { gesRevision }),
    ...(xeroId === undefined ? {} : { xeroId }),
    ...(retired === undefined ? {} : { retired }),
  };
}

/** D6, E4: GES's payment stays, what it was in Xero is no more. `accountId`: where D6 deleted it. */
export function unlinkedEntry(entry: LedgerEntry, accountId?: string): LedgerEntry {
  const { xeroId, xero: _xero, agreed: _agreed, retired = [], ...rest } = withoutProblem(entry);
  return {
    ...rest,
    state: { kind: 'unposted', ...(accountId === undefined ? {} : { afterDeletion: { accountId } }) },
    ...(xeroId === undefined ? {} : { retired: [...retired, xeroId].slice(-RETIRED_KEPT) }),
  };
}

/** A person has changed amount or date in GES since both sides agreed (D6). */
export function isChangedInGes({ ges, agreed }: LedgerEntry): boolean {
  return agreed !== undefined && !isSameSum(ges, agreed);
}

/** D5: Xero will not delete it, so GES gets it back, as a new payment: the old one is a tombstone. */
export function putBackEntries(entry: LedgerEntry, cause: Problem, now: number): readonly LedgerEntry[] {
  const { born, gesId, gesRevision, xeroId = '', xero, retired, method, reference } = entry;
  const tombstone = endedEntry({ born, state: entry.state, ...(gesId === undefined ? {} : { gesId, gesRevision: gesRevision ?? 0 }) }, now);
  const back: LedgerEntry = {
    born,
    state: { kind: 'unentered', key: `xero-payment-${xeroId}-instead-of-${gesId ?? ''}` },
    xeroId,
    told: putBack('deleted', cause),
    ...(xero === undefined ? {} : { xero }),
    ...(retired === undefined ? {} : { retired }),
    ...(method === undefined ? {} : { method }),
    ...(reference === undefined ? {} : { reference }),
  };
  // Our reference with the id of the tombstone must lead nowhere: without a PaymentID it would be taken for one that we posted.
  return [{ ...tombstone, xeroId }, back];
}

/** Takes in what GES is known to have. E5: only a newer revision changes anything. */
export function takeGes(entries: readonly LedgerEntry[], ges: GesKnown, now: number): readonly LedgerEntry[] {
  const isAll = ges.kind === 'all';
  const byId = new Map(entries.flatMap((entry) => (entry.gesId === undefined ? [] : [[entry.gesId, entry] as const])));
  const changed = new Map<string, LedgerEntry>();
  for (const payment of ges.payments) {
    const entry = changed.get(payment.id) ?? byId.get(payment.id);
    changed.set(payment.id, shownInGes(entry, payment, isAll));
  }
  const deleted = isAll ? absent(entries, ges.payments) : ges.deleted;
  for (const { id, revision } of deleted) {
    const entry = changed.get(id) ?? byId.get(id);
    changed.set(id, deletedInGes(entry ?? { born: 'ges', state: { kind: 'unposted' }, gesId: id }, revision, now));
  }
  const kept = entries.map((entry) => changed.get(entry.gesId ?? '') ?? entry);
  return [...kept, ...[...changed].flatMap(([id, entry]) => (byId.has(id) ? [] : [entry]))];
}

/** Payments that a whole list does not show any more. */
function absent(entries: readonly LedgerEntry[], payments: readonly GesPayment[]) {
  const shown = new Set(payments.map(({ id }) => id));
  return entries.flatMap(({ gesId, gesRevision = 0 }) =>
    gesId === undefined || shown.has(gesId) ? [] : [{ id: gesId, revision: gesRevision }],
  );
}

function shownInGes(entry: LedgerEntry | undefined, payment: GesPayment, isAll: boolean): LedgerEntry {
  const shown = {
    gesId: payment.id,
    gesRevision: payment.revision,
    method: payment.method,
    ges: sumInGes(payment),
    ...(payment.reference.trim() === '' ? {} : { reference: payment.reference.trim() }),
    ...(payment.kind === 'discount'
      ? { isDiscount: true as const, ...(payment.vat === undefined ? {} : { vat: toPence(payment.vat) }) }
      : {}),
  };
  if (entry === undefined) return { born: 'ges', state: { kind: 'unposted' }, ...shown };
  const { gesRevision = 0, state } = entry;
  const isGone = state.kind === 'ended' || state.kind === 'deleting';
  const isNews = payment.revision > gesRevision || (isAll && !isGone && payment.revision < gesRevision);
  // Only a list that is as new as the ledger can show that what was deleted is there all the same.
  if (!isNews || (isGone && !isAll)) return entry;
  const { isDiscount: _old, vat: _with, reference: _words, ...rest } = withoutProblem(entry);
  // What we have put back ourselves comes as news, too: what a person was told of it stays.
  const isPutBack = isSameSum(shown.ges, entry.xero) && !isSameSum(entry.ges, entry.xero);
  const next: LedgerEntry = { ...rest, ...shown, ...(isPutBack && entry.told !== undefined ? { told: entry.told } : {}) };
  switch (state.kind) {
    case 'deleting':
      return { ...next, state: { kind: 'linked' } };
    case 'ended':
      return unlinkedEntry(next);
    case 'left-to-bank-feed':
    case 'credit':
      return { ...next, state: { kind: 'unposted' } };
    case 'unposted':
    case 'unentered':
    case 'linked':
    case 'waiting':
    case 'replacing':
      return next;
  }
}

/** What a deletion in GES makes of an entry (D5). */
export function deletedInGes(entry: LedgerEntry, revision: number, now: number): LedgerEntry {
  if (revision < (entry.gesRevision ?? 0)) return entry;
  const next = { ...withoutProblem(entry), gesRevision: revision };
  switch (entry.state.kind) {
    case 'linked':
    case 'replacing':
      return { ...next, state: { kind: 'deleting' } };
    case 'deleting':
      return { ...entry, gesRevision: revision };
    case 'ended':
      return { ...entry, gesRevision: revision };
    case 'unposted':
    case 'left-to-bank-feed':
    case 'credit':
    case 'waiting':
    case 'unentered':
      return endedEntry(next, now);
  }
}

/** Takes in what Xero is known to have. What the ledger does not know is new in Xero; whether it is, the meeting of both sides says. */
export function takeXero(entries: readonly LedgerEntry[], xero: XeroKnown, now: number): readonly LedgerEntry[] {
  const known = newestById(xero.payments);
  const mine = new Set(entries.flatMap(({ xeroId, retired = [] }) => [xeroId ?? '', ...retired]));
  const isMissing = (xeroId: string): boolean => xero.missing?.includes(xeroId) === true || (xero.isComplete && !known.has(xeroId));
  const met = entries.flatMap((entry) => {
    const ours = deletedOurs(entry, known, mine);
    if (ours !== undefined) return ours;
    const payment = known.get(entry.xeroId ?? '');
    if (payment?.status === 'DELETED') return deletedInXero(entry, payment.updatedAt, now);
    if (payment !== undefined) return entry.told?.code === 'payment-missing' ? withoutProblem(entry) : entry;
    return entry.xeroId !== undefined && isMissing(entry.xeroId) ? missingInXero(entry, now) : entry;
  });
  const added = [...known.values()].filter(({ paymentId, status }) => status === 'AUTHORISED' && !mine.has(paymentId));
  return [...met, ...added.map(newInXero)];
}

/** D5: posted by us and deleted in Xero before we learned that it was posted. */
function deletedOurs(
  entry: LedgerEntry,
  known: ReadonlyMap<string, XeroPayment>,
  mine: ReadonlySet<string>,
): readonly LedgerEntry[] | undefined {
  const { state, gesId, method } = entry;
  if (state.kind !== 'unposted' || gesId === undefined) return undefined;
  const isOurs = ({ paymentId, reference }: XeroPayment): boolean => gesIdIn(reference) === gesId && !mine.has(paymentId);
  const ours = [...known.values()].filter(isOurs);
  const last = ours.at(-1);
  if (last === undefined || ours.some(({ status }) => status !== 'DELETED')) return undefined;
  const { paymentId: xeroId, amount, date, updatedAt } = last;
  // Agreed is what we posted: what GES shows otherwise was edited there since, and the deletion does not beat that (E4).
  const agreed = { amount, date, ...(method === undefined ? {} : { method }) };
  return [waitingEntry({ ...entry, xeroId, xero: { amount, date }, agreed }, updatedAt)];
}

/** Of one PaymentID the newest; a deletion is final. */
function newestById(payments: readonly XeroPayment[]): ReadonlyMap<string, XeroPayment> {
  const newest = new Map<string, XeroPayment>();
  for (const payment of payments) {
    const other = newest.get(payment.paymentId);
    const isOlder = other !== undefined && (other.status === 'DELETED' || other.updatedAt > payment.updatedAt);
    if (!isOlder || payment.status === 'DELETED') newest.set(payment.paymentId, payment);
  }
  return newest;
}

/** D5: posted by us, its answer lost, and deleted in GES before we learned of the post: a whole list of GES does not show it. */
export function deletedMeanwhile(entry: LedgerEntry, ges: GesKnown): LedgerEntry {
  const { postedFor: gesId, ...rest } = entry;
  if (gesId === undefined || !isNewInXero(entry) || ges.kind !== 'all' || ges.payments.some(({ id }) => id === gesId)) return entry;
  return { ...rest, born: 'ges', gesId, state: { kind: 'deleting' } };
}

function newInXero({ paymentId, amount, date, reference, postedFor }: XeroPayment): LedgerEntry {
  return {
    born: 'xero',
    ...(postedFor === undefined ? {} : { postedFor }),
    state: { kind: 'unentered' },
    xeroId: paymentId,
    xero: { amount, date },
    ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
  };
}

/** What a deletion in Xero makes of an entry (D5). `at`: when it was deleted. Nothing is left of one that GES was never told of. */
export function deletedInXero(entry: LedgerEntry, at: number, now: number): readonly LedgerEntry[] {
  const { state } = entry;
  switch (state.kind) {
    case 'linked':
      return [waitingEntry(entry, at)];
    case 'deleting':
      return [endedEntry(entry, now)];
    case 'replacing':
      return [unlinkedEntry(entry, state.accountId)];
    case 'unentered':
      return state.key === undefined ? [] : [{ ...entry, state: { ...state, deletedAt: at } }];
    case 'unposted':
    case 'left-to-bank-feed':
    case 'credit':
    case 'waiting':
    case 'ended':
      return [entry];
  }
}

/** D5: deleted in Xero at that time; GES keeps it for a while. */
export function waitingEntry(entry: LedgerEntry, deletedAt: number): LedgerEntry {
  return { ...withoutProblem(entry), state: { kind: 'waiting', until: deletedAt + DELETION_WAITS_MS[entry.born] } };
}

function missingInXero(entry: LedgerEntry, now: number): readonly LedgerEntry[] {
  return entry.state.kind === 'linked' ? [{ ...entry, told: paymentMissing() }] : deletedInXero(entry, now, now);
}

/** The entry as if nothing had ever been said or refused of it. */
export function withoutProblem({ told: _told, refused: _refused, problem: _problem, ...entry }: LedgerEntry): LedgerEntry {
  return entry;
}
