import type { Fields } from '../domain/fields.ts';
import type { Base, Link, PaymentMarker } from '../domain/link.ts';
import type { LooseMoney } from '../domain/loose-payments.ts';
import type { EntityType, RecordType } from '../domain/records.ts';
import type { HeldChange } from './brake-port.ts';
import type { Outcome, Scope } from './ports.ts';

/** One piece of news not yet dealt with. News of a payment stands under its invoice. */
export interface News {
  /** The record that is to be picked because of it. */
  readonly type: RecordType;
  /** GES id of that record; for news of Xero about a record that no link knows: `~` and its Xero id. */
  readonly recordId: string;
  /** `own`: we asked ourselves to pick the record again. */
  readonly side: 'ges' | 'xero' | 'own';
  /** What changed: the record itself, or one of its payments. The id is that of `side`. */
  readonly entity: { readonly type: EntityType; readonly id: string };
  readonly rank: 'live' | 'bulk';
  readonly change: 'created' | 'updated' | 'deleted';
  /** GES: the entity's revision. Xero: the event's time, epoch ms. Own: when it was put, epoch ms. Greater is newer. */
  readonly order: number;
  /** When it reached us, epoch ms. */
  readonly receivedAt: number;
  /** News of GES carries the whole entity; null when deleted; absent when it came late or is too large to be kept. */
  readonly snapshot?: unknown;
  /** Who made the change in GES. Only a user's edit sends an old record (A3). */
  readonly origin?: 'user' | 'xero-sync' | 'bulk';
  /**
   * This news, or news that it replaced, asks for the record to go: its creation, or a user's edit (A3). Set by the inbox; it outlives
   * newer news that does not ask.
   */
  readonly asked?: true;
  readonly correlationId: string;
  /** How often this news was put off, for back-off. */
  readonly attempts?: number;
}
/** News as stored: the token changes with each put, and removal is conditional on it. */
export interface StoredNews extends News {
  readonly token: string;
}
/** News put off until `dueAt` (epoch ms). */
export interface LaterNews {
  readonly dueAt: number;
  readonly news: News;
}

/** One of the four ranges in which news waits: live before bulk, customers before invoices. */
export interface InboxRange {
  readonly rank: News['rank'];
  readonly type: RecordType;
}

/** The durable set of news not yet dealt with, one entry per rank, record, side and entity: newer news replaces older. Reads are strongly consistent. */
export interface Inbox {
  /** Stores the news unless newer news of the same rank and entity is there. `older`: nothing was changed (E5). One write. */
  put(scope: Scope, news: News): Promise<'stored' | 'older'>;
  /**
   * Up to `limit` entries of a range, ordered by record, beginning behind `after` (a `recordId`; absent: at the start). Records come whole: one
   * that is cut at the limit is left out, unless it is the only one. `next`: the last record given, absent when the range ended.
   */
  take(
    scope: Scope,
    range: InboxRange,
    limit: number,
    after?: string,
  ): Promise<{ readonly entries: readonly StoredNews[]; readonly next?: string }>;
  /** The bulk twins of live entries, as far as they are there. One read per 100. */
  bulkTwins(scope: Scope, live: readonly StoredNews[]): Promise<readonly StoredNews[]>;
  /** Removes entries that are still the ones that were taken. One write each. */
  remove(scope: Scope, news: readonly StoredNews[]): Promise<void>;
  /** Puts news off. One write. */
  putLater(scope: Scope, later: LaterNews): Promise<void>;
  /** News put off whose time has come, oldest first. */
  dueLater(scope: Scope, now: number, limit: number): Promise<readonly LaterNews[]>;
  removeLater(scope: Scope, later: readonly LaterNews[]): Promise<void>;
  /** When the next put-off news is due, epoch ms. */
  nextLaterAt(scope: Scope): Promise<number | undefined>;
  /** Is anything in the inbox? One read. */
  isEmpty(scope: Scope): Promise<boolean>;
}

/** A note stored before a create is sent: what was sent and under which key. One per record. Always about a create in Xero. */
export interface Intent {
  readonly type: EntityType;
  /** GES id of the customer, invoice or payment. */
  readonly id: string;
  /** Payments: GES id of the invoice. */
  readonly invoiceId?: string;
  /** Idempotency key of the call; all members of one batch share it. */
  readonly key: string;
  /** Place in the batch and size of it: members in order rebuild the very same body. */
  readonly index: number;
  readonly count: number;
  /** The element as sent; absent when it is too large to be kept: then the batch is only looked up, never repeated. */
  readonly element?: unknown;
  /** The GES record as it was when sent: becomes the base when the create turns out to have happened. Empty for payments. */
  readonly gesFields: Fields;
  readonly gesRevision: number;
  readonly nameSuffix?: string;
  readonly warnings?: readonly string[];
  /** Epoch ms of the attempt. */
  readonly attemptAt: number;
  /** `sent`: no answer known. `look-up`: a cached error answered, or the batch is not whole any more: looked up, never repeated. */
  readonly state: 'sent' | 'look-up';
}
/** Which intent is meant. */
export type IntentKey = Pick<Intent, 'type' | 'id'> & Partial<Pick<Intent, 'key'>>;
export interface IntentStore {
  /** All of one batch in one transaction (at most 50). */
  putIntents(scope: Scope, intents: readonly Intent[]): Promise<void>;
  /** Strongly consistent. */
  listIntents(scope: Scope): Promise<readonly Intent[]>;
  /** Removes them, in one transaction per 50; where a key is given, only while it is still theirs. */
  removeIntents(scope: Scope, intents: readonly IntentKey[]): Promise<void>;
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

/** Link and base of a record, as stored. */
export interface StoredRecord {
  readonly link: Link;
  readonly base: Base | undefined;
}

/** One step of one record: everything that is stored about it, in one transaction. */
export interface Commit {
  /** The link as it will be, `version` as it was read (0: nothing stored); it is stored with version + 1. */
  readonly link: Link;
  /** Absent: stays as it is. */
  readonly base?: Base;
  /** The Xero id that this commit gives to the record: refused where it is another record's. */
  readonly alias?: string;
  readonly markers?: readonly PaymentMarker[];
  readonly timeline?: readonly TimelineEntry[];
  /** What the platform is to be told: stored with the commit, sent afterwards (F2b). */
  readonly outcomes?: readonly Outcome[];
  /** News that is dealt with. An entry that was replaced meanwhile stays and is no reason to refuse. */
  readonly removed?: readonly StoredNews[];
  readonly removedLater?: readonly LaterNews[];
  /** News of our own about the same record, `own` side only: nobody else writes it. */
  readonly put?: readonly News[];
  readonly putLater?: readonly LaterNews[];
  /** Intents whose outcome this commit stores. */
  readonly intents?: readonly Pick<Intent, 'type' | 'id'>[];
  /** The invoice's loose payments are others now (D4); none: nothing is kept of them. */
  readonly loose?: LooseMoney;
  /** Endings of the invoice that the brake holds from now on, or no more (F9). */
  readonly held?: readonly HeldChange[];
}
export type Committed =
  | { readonly kind: 'committed'; readonly link: Link }
  /** Somebody else has written the record: the lease is lost. */
  | { readonly kind: 'version-lost' }
  /** The alias belongs to another record. */
  | { readonly kind: 'taken'; readonly by: string }
  /** The table refuses it for good: an item over 400 kB, over 4 MB or 100 operations in all. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Links, bases, ledgers, aliases, markers and the timeline of one account. Reads are strongly consistent. */
export interface RecordStore {
  getLinks(scope: Scope, type: RecordType, gesIds: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  /** Links with their bases. Two keys a record, 100 keys a read. */
  getRecords(scope: Scope, type: RecordType, gesIds: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>>;
  /** By GES id of the payment. */
  getMarkers(scope: Scope, paymentIds: readonly string[]): Promise<ReadonlyMap<string, PaymentMarker>>;
  /** Xero id → GES id, for those that are linked. */
  findAliases(scope: Scope, type: RecordType, xeroIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The loose payments of all invoices of the account (D4). One read, one more per 1 MB (some 5,000 invoices). */
  looseMoney(scope: Scope): Promise<readonly LooseMoney[]>;
  /** Stores one step of one record: one transaction. Throws what the table throws after five tries on conflicts and throttling. */
  commit(scope: Scope, commit: Commit): Promise<Committed>;
  /** A record's timeline, oldest first. */
  readTimeline(scope: Scope, type: EntityType, gesId: string): Promise<readonly TimelineEntry[]>;
}

/** How many records of the account have each status, payments included. */
export type Counts = Readonly<Record<'synced' | 'pending' | 'attention', number>>;
export interface CountStore {
  /** One read. Zeroes before the first. */
  readCounts(scope: Scope): Promise<Counts>;
  /** One write. */
  addCounts(scope: Scope, delta: Counts): Promise<void>;
  /** Counts anew through the index of links by status, and stores the result. */
  recount(scope: Scope): Promise<Counts>;
}

/** An outcome event stored with the change it tells of, and not sent yet. */
export interface StoredOutcome {
  readonly key: string;
  readonly outcome: Outcome;
}
export interface Outbox {
  /** Up to `limit` outcome events of the account that are still to be sent. */
  unsent(accountId: string, limit: number): Promise<readonly StoredOutcome[]>;
  /** They have been sent: removed, 25 a call. */
  sent(accountId: string, keys: readonly string[]): Promise<void>;
}
