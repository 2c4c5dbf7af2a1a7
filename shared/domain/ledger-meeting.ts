import type { LedgerEntry, LedgerInput, LedgerNote } from './ledger.ts';
import { gesIdIn, isChangedInGes, isNewInXero, isOpenInGes, isSameSum, unlinkedEntry, withoutProblem } from './ledger-entry.ts';
import { toPounds } from './money.ts';

/** First meeting of payments that only one side has (C11, D4, D5, D7): each pairs at most once, the surest first. Pure. */

const DAY_MS = 86_400_000;
const SURE_TWIN_DAYS = 3;
const LIKELY_TWIN_DAYS = 30;

export interface MeetingContext extends Pick<LedgerInput, 'settings' | 'facts'> {
  /** What is left to be owed when everything unpaired of both sides is counted, pence: negative where both together are too much (D4). */
  readonly room: number;
  readonly cisDeduction: number;
  /** AccountID of a payment in Xero, where it was read now. */
  readonly accountOf: (xeroId: string) => string | undefined;
}
interface Meeting {
  readonly entries: readonly LedgerEntry[];
  readonly notes: readonly LedgerNote[];
}

/** An entry that GES has and one that is new in Xero. */
interface Pair {
  readonly ges: LedgerEntry;
  readonly xero: LedgerEntry;
  readonly days: number;
}

/** Pairs what is known for sure: what carries our payment id (C11), and what takes the place of a payment deleted in Xero (D5). */
export function pairKnown(entries: readonly LedgerEntry[]): Meeting {
  const meeting = meet(entries);
  meeting.pair('ours', ({ ges, xero }) => isOursToFind(ges) && gesIdIn(xero.reference ?? '') === ges.gesId);
  meeting.pair('replacement', ({ ges, xero }) => {
    const amounts = [ges.xero?.amount, ges.ges?.amount];
    return ges.state.kind === 'waiting' && amounts.includes(xero.xero?.amount);
  });
  return meeting.result();
}

/**
 * Pairs what looks alike, once everything of both sides is known: twins within 3 days, unless both fit and the methods contradict; twins
 * within 30 days where both together would be too much (D4); amounts that differ by the CIS deduction (D7).
 */
export function pairAlike(entries: readonly LedgerEntry[], context: MeetingContext): Meeting {
  const { room, cisDeduction } = context;
  const meeting = meet(entries);
  /** Each pair is one payment less to be owed. */
  const left = (): number => room + meeting.paired();
  const isTwin = ({ ges, xero }: Pair): boolean => isOpenToTwins(ges, xero) && ges.ges?.amount === xero.xero?.amount;
  const isGross = ({ ges, xero }: Pair): boolean =>
    cisDeduction > 0 && isOpenToTwins(ges, xero) && (ges.ges?.amount ?? 0) - (xero.xero?.amount ?? 0) === cisDeduction;
  const isOffered = (): boolean => left() >= 0;
  meeting.pair('twin', (pair) => isTwin(pair) && pair.days <= SURE_TWIN_DAYS && (left() < 0 || !contradicts(pair, context)), isOffered);
  meeting.pair('twin', (pair) => isTwin(pair) && pair.days <= LIKELY_TWIN_DAYS && left() < 0);
  meeting.pair('gross-twin', (pair) => isGross(pair) && pair.days <= (left() < 0 ? LIKELY_TWIN_DAYS : SURE_TWIN_DAYS));
  return meeting.result();
}

/** Each entry pairs at most once, the same amount and then the nearest date first. `fits` is asked again when it is the pair's turn, after those before. */
function meet(entries: readonly LedgerEntry[]) {
  const met = new Map<LedgerEntry, LedgerEntry>();
  const gone = new Set<LedgerEntry>();
  const notes: LedgerNote[] = [];
  let paired = 0;
  return {
    pair(how: How, fits: (pair: Pair) => boolean, isOffered: () => boolean = () => false): void {
      const added = entries.filter((entry) => isNewInXero(entry) && !gone.has(entry));
      const pairs = entries
        .filter((entry) => !met.has(entry))
        .flatMap((ges) => added.flatMap((xero) => pairOf(ges, xero)))
        .filter(fits)
        .sort(
          (a, b) =>
            differs(a) - differs(b) || a.days - b.days || compare(a.ges.gesId, b.ges.gesId) || compare(a.xero.xeroId, b.xero.xeroId),
        );
      for (const pair of pairs) {
        if (met.has(pair.ges) || gone.has(pair.xero) || !fits(pair)) continue;
        notes.push(noteOf(how, pair, isOffered()));
        paired += pair.ges.ges?.amount ?? 0;
        met.set(pair.ges, linkedAs(how, pair));
        gone.add(pair.xero);
      }
    },
    /** Sum of what GES has of the pairs, pence. */
    paired: (): number => paired,
    result: (): Meeting => ({ entries: entries.filter((entry) => !gone.has(entry)).map((entry) => met.get(entry) ?? entry), notes }),
  };
}

type How = 'ours' | 'replacement' | 'twin' | 'gross-twin';

function pairOf(ges: LedgerEntry, xero: LedgerEntry): readonly Pair[] {
  if (ges.gesId === undefined || ges === xero) return [];
  const [first, second] = [ges.ges?.date, xero.xero?.date];
  const days = first === undefined || second === undefined ? 0 : Math.abs(Date.parse(first) - Date.parse(second)) / DAY_MS;
  return [{ ges, xero, days }];
}

/** May Xero have it from us: not linked, edited after Xero had deleted it (E4), or deleted in GES before we learned that Xero has it (D5). */
function isOursToFind(entry: LedgerEntry): boolean {
  const isPostedAnew = entry.state.kind === 'waiting' && isChangedInGes(entry);
  return isOpenInGes(entry) || isPostedAnew || (entry.state.kind === 'ended' && entry.xeroId === undefined);
}

function isOpenToTwins(ges: LedgerEntry, xero: LedgerEntry): boolean {
  return isOpenInGes(ges) && ges.distinct !== true && xero.distinct !== true;
}

/** Cash in GES and a bank account in Xero, or another method in GES and the account that takes the cash (D4). */
function contradicts({ ges, xero }: Pair, { settings, facts, accountOf }: MeetingContext): boolean {
  const accountId = accountOf(xero.xeroId ?? '');
  if (accountId === undefined || ges.method === undefined || ges.method === 'other') return false;
  const named = settings.paymentAccounts;
  if (named?.[ges.method] === accountId) return false;
  if (ges.method !== 'cash') return named?.cash === accountId;
  return facts.accounts.some((account) => account.accountId === accountId && account.type === 'BANK');
}

/** One entry of two. GES's own words stay. */
function linkedAs(how: How, { ges, xero }: Pair): LedgerEntry {
  const rest = ges.state.kind === 'waiting' ? unlinkedEntry(ges) : withoutProblem(ges);
  const inXero = { ...(xero.xeroId === undefined ? {} : { xeroId: xero.xeroId }), ...(xero.xero === undefined ? {} : { xero: xero.xero }) };
  // D5: deleted in GES while our post was on its way.
  if (ges.state.kind === 'ended') return { ...rest, ...inXero, state: { kind: 'deleting' } };
  // Agreed is what we posted, or what was deleted and is there again: GES may have changed since (D6). Otherwise a date differs without
  // anybody having changed it, and GES takes Xero's (D4).
  const sum = how === 'ours' || isChangedInGes(ges) ? xero.xero : ges.ges;
  const method = ges.method === undefined ? {} : { method: ges.method };
  return { ...rest, ...inXero, state: { kind: 'linked' }, ...(sum === undefined ? {} : { agreed: { ...sum, ...method } }) };
}

const TEXTS: Readonly<Record<How, string>> = {
  ours: 'is the one that we entered there.',
  replacement: 'replaces one deleted there.',
  twin: 'is the same payment.',
  'gross-twin': 'is the same payment, less the CIS deduction.',
};

/** `isOffered`: both would fit, so a person may say that they are two (D4). */
function noteOf(how: How, { ges, xero }: Pair, isOffered: boolean): LedgerNote {
  const offer = isOffered ? ' If these are two payments, say so.' : '';
  return {
    code: 'payment-from-xero',
    text: `A payment of £${toPounds(xero.xero?.amount ?? 0)} in Xero ${TEXTS[how]}${offer}`,
    ...(ges.gesId === undefined ? {} : { gesId: ges.gesId }),
    ...(xero.xeroId === undefined ? {} : { xeroId: xero.xeroId }),
    ...(isSameSum(ges.ges, xero.xero) ? {} : { details: { ges: ges.ges, xero: xero.xero } }),
  };
}

function differs({ ges, xero }: Pair): number {
  return Number(ges.ges?.amount !== xero.xero?.amount);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
