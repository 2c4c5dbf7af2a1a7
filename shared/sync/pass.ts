import type { Connection } from '../domain/connection.ts';
import type { BrakeStore } from './brake-port.ts';
import type { Budget, Meter } from './budget.ts';
import type { XeroBooks } from './books-port.ts';
import type { DirectoryMemory } from './directory.ts';
import type { Feeds } from './feed.ts';
import type { DirectoryStore, FactsStore, WatermarkStore } from './knowledge-port.ts';
import type { LaneDeps, Lease } from './lane.ts';
import type { GesAccount, GesAccountOf } from './platform-port.ts';
import type { ConnectionMarker, ConnectionReader, Log, Outcomes, RunStore, Scope } from './ports.ts';
import type { Inbox, IntentStore, Outbox, CountStore, RecordStore } from './records-port.ts';
import type { Tally } from './tally.ts';

/** A connection that syncs: everything a drain needs of it is there. */
export type RunningConnection = Connection & { readonly tenantId: string; readonly xeroUserId: string };

/** Everything a drain is handed: stores, both systems, time. Built once by the function that runs it. */
export interface DrainDeps extends LaneDeps {
  readonly inbox: Inbox;
  readonly records: RecordStore;
  readonly intents: IntentStore;
  readonly counts: CountStore;
  readonly brakes: BrakeStore;
  readonly outbox: Outbox;
  readonly facts: FactsStore;
  readonly watermarks: WatermarkStore;
  readonly directory: DirectoryStore;
  readonly connections: ConnectionReader & ConnectionMarker;
  readonly runs: RunStore;
  readonly gesOf: GesAccountOf;
  /** `meter` is asked before each call, and told what each answer says of Xero's limits. */
  readonly booksOf: (connection: RunningConnection, meter: Meter) => XeroBooks;
  readonly outcomes: Outcomes;
  /** Keyed digest of a text: only equality can be asked of it. */
  readonly digest: (text: string) => string;
}

/** One pass over one account. */
export interface Pass {
  readonly deps: DrainDeps;
  readonly connection: RunningConnection;
  readonly scope: Scope;
  readonly books: XeroBooks;
  readonly ges: GesAccount;
  readonly feeds: Feeds;
  readonly budget: Budget;
  readonly lease: Lease;
  /** The connection as it is now. One table read, shared by those who ask side by side. */
  readonly connectionNow: () => Promise<Connection | undefined>;
  readonly log: Log;
  readonly tally: Tally;
  readonly memory: DirectoryMemory;
}
