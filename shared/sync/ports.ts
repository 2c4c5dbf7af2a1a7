import type { Connection } from '../domain/connection.ts';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import type { Fields } from '../domain/fields.ts';
import type { Base, Link } from '../domain/link.ts';
import type { EntityType, GesCustomer, Problem, Side } from '../domain/records.ts';

/** Everything the sync is handed from outside: time, ids, randomness, pauses. Nothing below reads them elsewhere (design §7). */
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

/** Links, aliases, inbox and intents of one account live under one generation of its connection (design §6). */
export interface Scope {
  readonly accountId: string;
  readonly generation: number;
}

/** One piece of news not yet dealt with: an inbox entry. `id` is the id on `side`. */
export interface News {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
  /** `live` overwrites `bulk`, never the reverse. */
  readonly rank: 'live' | 'bulk';
  readonly change: 'created' | 'updated' | 'deleted';
  /** GES: the entity's revision. Xero: the event's time, epoch milliseconds. Greater is newer. */
  readonly order: number;
  /** When it reached us, epoch milliseconds. */
  readonly receivedAt: number;
  /** GES news carries the whole entity; null when deleted; absent for Xero news, which carries no data. */
  readonly snapshot?: unknown;
  /** Who made the change in GES; absent for Xero news, which does not say. Only a user's edit sends an old record (A3). */
  readonly origin?: 'user' | 'xero-sync' | 'bulk';
  /**
   * Set by the inbox: this news, or news that it replaced, asks for the record to go: its creation, or a user's edit (A3). It outlives
   * newer news that does not ask.
   */
  readonly asked?: true;
  readonly correlationId: string;
  /** How often this news was put off (LATER), for back-off. */
  readonly attempts?: number;
}
/** News as stored: the token changes with each put, and removal is conditional on it. */
export interface StoredNews extends News {
  readonly token: string;
}

export interface Inbox {
  /** Stores the news unless newer (or, for bulk, live) news of the record and side is there. 'older' = nothing was changed (E5). */
  put(scope: Scope, news: News): Promise<'stored' | 'older'>;
  /** Up to `limit` entries, live before bulk; customers, invoices, payments; oldest first. */
  take(scope: Scope, limit: number): Promise<readonly StoredNews[]>;
  /** Removes the entry if it is still the one that was taken. */
  remove(scope: Scope, news: StoredNews): Promise<void>;
  /** Puts news off until `dueAt` (epoch ms). */
  putLater(scope: Scope, news: News, dueAt: number): Promise<void>;
  /** News put off whose time has come, oldest first; each as stored with its due time. */
  dueLater(scope: Scope, now: number, limit: number): Promise<readonly LaterNews[]>;
  removeLater(scope: Scope, later: LaterNews): Promise<void>;
  /** When the next put-off news is due, epoch ms. */
  nextLaterAt(scope: Scope): Promise<number | undefined>;
}
export interface LaterNews {
  readonly dueAt: number;
  readonly news: News;
}

/** A note stored before a create is sent: what was sent and under which key (design §2, §5). One per record. */
export interface Intent {
  readonly type: EntityType;
  readonly side: Side;
  /** Id of the record on the side it comes from: for a create in Xero the GES id. */
  readonly id: string;
  /** Idempotency key of the call; all members of one batch share it. */
  readonly key: string;
  /** Place in the batch and size of it: members in order rebuild the very same body. */
  readonly index: number;
  readonly count: number;
  /** The element as sent, in the neutral form the client port takes. */
  readonly element: unknown;
  /** The GES record as it was when sent: becomes the base when the create turns out to have happened. */
  readonly gesFields: Fields;
  readonly gesRevision: number;
  readonly nameSuffix?: string;
  readonly warnings?: readonly string[];
  /** Epoch ms of the attempt. */
  readonly attemptAt: number;
  /** `sent`: no answer known. `server-error`: a cached error answered, or the batch is no longer whole; look up, never repeat the key. */
  readonly state: 'sent' | 'server-error';
}
export interface IntentStore {
  putIntent(scope: Scope, intent: Intent): Promise<void>;
  listIntents(scope: Scope): Promise<readonly Intent[]>;
  removeIntent(scope: Scope, intent: Pick<Intent, 'type' | 'side' | 'id' | 'key'>): Promise<void>;
}

export interface TimelineEntry {
  readonly type: EntityType;
  readonly gesId: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** e.g. `conflict`, `adopted`, `attention`, `field-not-sent`. */
  readonly code: string;
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface LinkStore {
  getLinks(scope: Scope, type: EntityType, gesIds: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  getBases(scope: Scope, type: EntityType, gesIds: readonly string[]): Promise<ReadonlyMap<string, Base>>;
  /** Xero id → GES id, for those that are linked. */
  findAliases(scope: Scope, type: EntityType, xeroIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Stores `link` with version + 1 on condition that the stored version is `link.version` (0: nothing stored).
   * Returns the stored link. Throws VersionConflict.
   */
  putLink(scope: Scope, link: Link): Promise<Link>;
  /** The same for a base. */
  putBase(scope: Scope, type: EntityType, gesId: string, base: Base): Promise<Base>;
  /** Points a Xero id at a GES id if the Xero id points nowhere yet; returns the GES id that it points at now. */
  putAlias(scope: Scope, type: EntityType, xeroId: string, gesId: string): Promise<string>;
  addTimeline(scope: Scope, entry: TimelineEntry): Promise<void>;
  /** How many links of the account have each status. */
  countByStatus(scope: Scope): Promise<Readonly<Record<'synced' | 'pending' | 'attention', number>>>;
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
}
/** Single-item conditional writes on the LANE item; the rules for using them are in lane.ts. All times epoch ms. */
export interface LaneStore {
  /** The lane as it is now, strongly consistent. Undefined: never rung. */
  readLane(accountId: string): Promise<Lane | undefined>;
  /** ADD dirty 1 and set wakeAt, unless a wait (`notBefore`) later than `wakeAt` is set: then only ADD dirty 1. Creates the item. */
  ring(accountId: string, wakeAt: number): Promise<void>;
  /**
   * Takes the lease until `until` if it is free, expired at `now`, or already `owner`'s, and no wait (`notBefore` > now) is on; clears a
   * passed `notBefore`. Returns the lane as it is now, or undefined when refused.
   */
  acquire(accountId: string, owner: string, now: number, until: number): Promise<Lane | undefined>;
  /** Prolongs the lease if `owner` still has it. */
  renew(accountId: string, owner: string, until: number): Promise<boolean>;
  /**
   * Clears the lease if `owner` has it and `dirty` is still `dirtySeen`; wakeAt becomes `wakeAt`, or is removed when undefined.
   * False: not owner, or news came.
   */
  release(accountId: string, owner: string, dirtySeen: number, wakeAt: number | undefined): Promise<boolean>;
  /** Clears the lease if `owner` has it and sets wakeAt = notBefore = `until`, whatever `dirty` is. */
  hold(accountId: string, owner: string, until: number): Promise<boolean>;
  /** Ends a wait at once: the organisation that asked for it has been left (A5). The next ring sets wakeAt. */
  forgetWait(accountId: string): Promise<void>;
  /** Clears the lease if `owner` has it and leaves the rest (wakeAt, dirty) alone: for stopping early with work left. */
  abandon(accountId: string, owner: string, wakeAt: number): Promise<boolean>;
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
  /** Sets `needs-reconnect` with the reason if `connectSeq` and status `active` still hold. True if it did. */
  markNeedsReconnect(accountId: string, connectSeq: number, reason: string): Promise<boolean>;
  /** Notes the time of the last successful sync if `connectSeq` still holds. ISO-8601 UTC. */
  markSynced(accountId: string, connectSeq: number, at: string): Promise<void>;
}

/** A bulk sync (design §2): a cursor over GES records. */
export interface Run {
  readonly runId: string;
  readonly accountId: string;
  readonly action: 'sync';
  readonly types: readonly EntityType[];
  readonly from?: string;
  readonly to?: string;
  readonly ids?: readonly string[];
  readonly requestedBy: string;
  /** Same request twice while active is the same run (contracts §5). */
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
  /** Stores with version + 1 on condition of `run.version` (0: not stored yet). Throws VersionConflict. */
  putRun(run: Run): Promise<Run>;
  readRun(accountId: string, runId: string): Promise<Run | undefined>;
  /** Runs not finished, oldest first. */
  activeRuns(accountId: string): Promise<readonly Run[]>;
}

/** One element of a batch answer (`summarizeErrors=false`): saved, or refused with Xero's own messages (xero-facts §6). */
export type ElementAnswer<T> = { readonly ok: true; readonly record: T } | { readonly ok: false; readonly messages: readonly string[] };

/**
 * Xero's books of one connection. Every method states its calls. All throw RetryFailure, WaitFailure, AttentionFailure or
 * ReconnectFailure. Batches hold at most 50 elements, id lists at most 100.
 */
export interface XeroBooks {
  /** One call per 100 ids; archived ones included; unknown ids are absent from the answer. */
  contactsByIds(ids: readonly string[]): Promise<readonly Contact[]>;
  /** One call: searchTerm over names, e-mail and contact number, archived included, first 100. */
  searchContacts(term: string): Promise<readonly Contact[]>;
  /** One call per page of 1,000: every contact, archived included; `modifiedSince` (epoch ms) narrows it. */
  allContacts(modifiedSince?: number): Promise<readonly Contact[]>;
  /** One call (PUT): creates; the answers come in the order given. */
  createContacts(elements: readonly ContactPatch[], idempotencyKey: string): Promise<readonly ElementAnswer<Contact>[]>;
  /** One call (POST with ids): updates; the answers come in the order given. */
  updateContacts(
    elements: readonly (ContactPatch & { readonly contactId: string })[],
    idempotencyKey: string,
  ): Promise<readonly ElementAnswer<Contact>[]>;
}

/** One page of the GES platform API; `unreadable`: ids of records on it that do not fit the contract. */
export interface GesPage<G> {
  readonly items: readonly G[];
  readonly nextCursor: string | null;
  readonly unreadable?: readonly string[];
}

/** The GES platform API (contracts §2). Throws RetryFailure, WaitFailure, AttentionFailure. */
export interface GesPlatform {
  /** One page (limit ≤ 500). */
  listCustomers(accountId: string, query: GesQuery): Promise<GesPage<GesCustomer>>;
  /** PATCH with If-Match; `conflict` carries the current snapshot, `gone` says the record no longer exists. */
  patchCustomer(accountId: string, id: string, revision: number, patch: GesCustomerPatch): Promise<GesWrite<GesCustomer>>;
}
export interface GesQuery {
  readonly ids?: readonly string[];
  /** ISO-8601 UTC. */
  readonly updatedFrom?: string;
  readonly cursor?: string;
  readonly limit?: number;
}
export type GesCustomerPatch = Partial<
  Pick<GesCustomer, 'name' | 'firstName' | 'lastName' | 'email' | 'phone' | 'mobile' | 'billingAddress' | 'vatNumber'>
>;
export type GesWrite<T> =
  | { readonly outcome: 'written'; readonly snapshot: T }
  | { readonly outcome: 'conflict'; readonly snapshot: T }
  | { readonly outcome: 'gone' };

/** What we tell the platform on the bus (contracts §3). */
export type Outcome =
  | {
      readonly kind: 'RecordSynced';
      readonly accountId: string;
      readonly entity: OutcomeEntity;
      readonly xeroId: string;
      readonly direction: 'to-xero' | 'to-ges';
      readonly conflicts?: readonly OutcomeConflict[];
    }
  | {
      readonly kind: 'RecordNeedsAttention';
      readonly accountId: string;
      readonly entity: OutcomeEntity;
      readonly xeroId: string | null;
      readonly direction: 'to-xero' | 'to-ges';
      readonly problem: Problem;
    }
  | {
      readonly kind: 'RecordResolved';
      readonly accountId: string;
      readonly entity: OutcomeEntity;
      readonly xeroId: string | null;
      readonly direction: 'to-xero' | 'to-ges';
    }
  | { readonly kind: 'ConnectionChanged'; readonly accountId: string; readonly status: Connection['status']; readonly reason?: string }
  | {
      readonly kind: 'RunFinished';
      readonly accountId: string;
      readonly runId: string;
      readonly status: Run['status'];
      readonly counters: RunCounters;
    };
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
  publish(outcomes: readonly Outcome[]): Promise<void>;
}

/** Structured log lines: ids and codes only, never names, addresses, tokens (design §6). */
export interface Log {
  info(message: string, ids?: Readonly<Record<string, unknown>>): void;
  warn(message: string, ids?: Readonly<Record<string, unknown>>): void;
  error(message: string, ids?: Readonly<Record<string, unknown>>): void;
}
