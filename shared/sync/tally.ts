import type { RecordStatus } from '../domain/records.ts';
import type { RunCounters } from './ports.ts';
import type { Counts } from './records-port.ts';

/** What became of the records of one pass, by number, and what that changes in the account's counts. */
export interface Tally {
  counters: Mutable<RunCounters>;
  counts: Mutable<Counts>;
  /** Outcome events that were stored and are to be sent. */
  outcomes: number;
  /** Commits so far. */
  commits: number;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function emptyTally(): Tally {
  return {
    counters: { seen: 0, synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 },
    counts: { synced: 0, pending: 0, attention: 0 },
    outcomes: 0,
    commits: 0,
  };
}

/** A record or payment went from one status to another; a tombstone has none. */
export function countStatus(tally: Tally, from: RecordStatus | undefined, to: RecordStatus | undefined): void {
  if (from === to) return;
  for (const [status, by] of [
    [from, -1],
    [to, 1],
  ] as const) {
    if (status === 'synced' || status === 'pending' || status === 'attention') tally.counts[status] += by;
  }
}

/** Has anything changed in the account's counts? */
export function changesCounts({ counts }: Tally): boolean {
  return counts.synced !== 0 || counts.pending !== 0 || counts.attention !== 0;
}
