import type { Connection } from '../domain/connection.ts';
import type { EntityType, Problem, Side } from '../domain/records.ts';
import type { BudgetNotes } from './budget.ts';

/** Everything the sync is handed from outside: time, ids, randomness, pauses. Nothing below reads them elsewhere. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Runs `task` every `ms` until the returned function is called; never keeps a process alive. */
  every(ms: number, task: () => Promise<void>): () => void;
  /** A number in [0, 1): the only source of jitter. */
  random(): number;
}
export interface Ids {
  /** A ULID or any other unique, roughly sortable text. */
  next(): string;
}

/** Links, aliases, inbox and intents of one account live under one generation of its connection. */
export interface Scope {
  readonly accountId: string;
  readonly generation: number;
}

export interface Lane {
  readonly accountId: string;
  readonly dirty: number;
  readonly wakeAt?: number;
  readonly notBefore?: number;
  readonly leaseOwner?: string;
  readonly leaseUntil?: number;
  /** Until when the lease lasted for whose end a doorbell has been sent, in case its holder was killed. */
  readonly recheckAt?: number;
  /** Times the lane was entered since anything was committed: a record that kills its process makes it grow. */
  readonly entries?: number;
  /** The holder has not said that its counts are stored: after a crash they are counted anew. */
  readonly counting?: boolean;
  readonly notes?: LaneNotes;
}
/** What one drain leaves to the next. */
export interface LaneNotes {
  readonly budget?: BudgetNotes;
  /** Where each range of the inbox goes on, by `<rank>#<type>`: so no record starves. */
  readonly cursors?: Readonly<Record<string, string>>;
}
/** How a lease is given up. */
export interface Leaving {
  readonly notes: LaneNotes;
  /** Something was committed, or nothing was to be done: entries are counted from 0 again. */
  readonly gotOn: boolean;
  /** The counts are stored. */
  readonly counted: boolean;
}
/** Single-item conditional writes on the LANE item; the rules for using them are in lane.ts. All times epoch ms. */
export interface LaneStore {
  /** The lane as it is now, strongly consistent. Undefined: never rung. */
  readLane(accountId: string): Promise<Lane | undefined>;
  /** ADD dirty 1 and set wakeAt, unless a wait (`notBefore`) later than `wakeAt` is set: then only ADD dirty 1. Creates the item. */
  ring(accountId: string, wakeAt: number): Promise<void>;
  /**
   * Takes the lease until `until` if it is free, expired at `now`, or already `owner`'s, and no wait (`notBefore` > now) is on; clears a
   * passed `notBefore`, counts the entry and sets `counting`. Returns the lane as it is now, or undefined when refused.
   */
  acquire(accountId: string, owner: string, now: number, until: number): Promise<Lane | undefined>;
  /** Prolongs the lease if `owner` still has it. */
  renew(accountId: string, owner: string, until: number): Promise<boolean>;
  /**
   * Clears the lease if `owner` has it and `dirty` is still `dirtySeen`; wakeAt becomes `wakeAt`, or is removed when undefined.
   * False: not owner, or news came.
   */
  release(accountId: string, owner: string, dirtySeen: number, wakeAt: number | undefined, leaving: Leaving): Promise<boolean>;
  /** Clears the lease if `owner` has it and sets wakeAt = notBefore = `until`, whatever `dirty` is. */
  hold(accountId: string, owner: string, until: number, leaving: Leaving): Promise<boolean>;
  /** Ends a wait at once: the organisation that asked for it has been left (A5). The next ring sets wakeAt. */
  forgetWait(accountId: string): Promise<void>;
  /** Clears the lease if `owner` has it and leaves `dirty` alone: for stopping early with work left. */
  abandon(accountId: string, owner: string, wakeAt: number, leaving: Leaving): Promise<boolean>;
  /** Notes that a doorbell has been sent that comes when the lease of until `at` has run out, unless a later one is noted. */
  noteRecheck(accountId: string, at: number): Promise<void>;
  /** Accounts whose wakeAt has passed, through the sparse index sharded over 32 keys. */
  dueLanes(now: number, limitPerShard: number): Promise<readonly string[]>;
}

/** Sends the doorbell message {accountId} to the lane queue. */
export interface Doorbell {
  send(accountId: string, delaySeconds: number): Promise<void>;
}

export interface ConnectionReader {
  readConnection(accountId: string): Promise<Connection | undefined>;
  /** Account that a Xero organisation is connected to (A5: one to one). */
  accountOfTenant(tenantId: string): Promise<string | undefined>;
}
/** Lets a drain say that the consent is gone, without spoiling a fresh connection. */
export interface ConnectionMarker {
  /** Sets `needs-reconnect` with the reason if `connectSeq` and status `active` still hold, and stores `ConnectionChanged` with it. True if it did. */
  markNeedsReconnect(accountId: string, connectSeq: number, reason: string): Promise<boolean>;
  /** Notes the time of the last successful sync if `connectSeq` still holds. ISO-8601 UTC. */
  markSynced(accountId: string, connectSeq: number, at: string): Promise<void>;
}

/** A bulk sync: a cursor over GES records. */
export interface Run {
  readonly runId: string;
  readonly accountId: string;
  readonly action: 'sync';
  readonly types: readonly EntityType[];
  readonly from?: string;
  readonly to?: string;
  readonly ids?: readonly string[];
  readonly requestedBy: string;
  /** The same request twice while active is the same run. */
  readonly requestHash: string;
  readonly status: 'active' | 'finished' | 'cancelled' | 'failed';
  /** Which type is being read and where in it. */
  readonly cursor: { readonly type: EntityType; readonly page: string | null };
  readonly counters: RunCounters;
  /** ISO-8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly failure?: string;
  /** Bulk waits sit here, never on the lane. Epoch ms. */
  readonly notBefore?: number;
  readonly version: number;
}
export interface RunCounters {
  readonly seen: number;
  readonly synced: number;
  readonly unchanged: number;
  readonly attention: number;
  readonly waiting: number;
  readonly skipped: number;
}
export interface RunStore {
  /**
   * Stores with version + 1 on condition of `run.version` (0: not stored yet), with what the platform is to be told of it. Counters are
   * stored with the first put only. Throws VersionConflict.
   */
  putRun(run: Run, tell?: Outcome): Promise<Run>;
  /** Adds to the counters, whatever the run's status and version are: what was written is counted whatever ended the run. One write. */
  countRun(accountId: string, runId: string, delta: RunCounters): Promise<void>;
  readRun(accountId: string, runId: string): Promise<Run | undefined>;
  /** Runs not finished, oldest first. */
  activeRuns(accountId: string): Promise<readonly Run[]>;
}

/** What we tell the platform on the bus. `version` grows per record; no order is promised, so the platform drops the older. */
export type Outcome = { readonly accountId: string; readonly version: number } & (
  | {
      readonly kind: 'RecordSynced';
      readonly entity: OutcomeEntity;
      readonly xeroId: string;
      readonly direction: Direction;
      readonly conflicts?: readonly OutcomeConflict[];
    }
  | {
      readonly kind: 'RecordNeedsAttention';
      readonly entity: OutcomeEntity;
      readonly xeroId: string | null;
      readonly direction: Direction;
      readonly problem: Problem;
    }
  | {
      readonly kind: 'RecordResolved';
      readonly entity: OutcomeEntity;
      readonly xeroId: string | null;
      readonly direction: Direction;
    }
  | { readonly kind: 'ConnectionChanged'; readonly status: Connection['status']; readonly reason?: string }
  | {
      readonly kind: 'RunFinished';
      readonly runId: string;
      readonly status: Run['status'];
      readonly counters: RunCounters;
    }
);
export type Direction = 'to-xero' | 'to-ges';
export interface OutcomeEntity {
  readonly type: EntityType;
  readonly id: string;
}
export interface OutcomeConflict {
  readonly field: string;
  readonly winner: Side;
  readonly kept: string;
  readonly lost: string;
}
export interface Outcomes {
  /** Sends to the bus, entry by entry. Returns, in the order given, which of them the bus took. Throws RetryFailure when the bus cannot be reached. */
  send(outcomes: readonly Outcome[]): Promise<readonly boolean[]>;
}

/** Structured log lines: ids and codes only, never names, addresses, tokens. */
export interface Log {
  info(message: string, ids?: Readonly<Record<string, unknown>>): void;
  warn(message: string, ids?: Readonly<Record<string, unknown>>): void;
  error(message: string, ids?: Readonly<Record<string, unknown>>): void;
}
