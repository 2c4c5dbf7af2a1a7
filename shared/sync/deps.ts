import type { Connection } from '../domain/connection.ts';
import type { LaneDeps, Lease } from './lane.ts';
import type { FactsStore, GesMoneyPlatform, XeroMoneyBooks } from './money-ports.ts';
import type {
  ConnectionMarker,
  ConnectionReader,
  GesPlatform,
  Inbox,
  IntentStore,
  LinkStore,
  Log,
  Outcomes,
  RunStore,
  Scope,
  XeroBooks,
} from './ports.ts';

/** A connection that syncs: everything a drain needs of it is there. */
export type RunningConnection = Connection & { readonly tenantId: string; readonly xeroUserId: string };

/** Everything a drain is handed: stores, both systems, time. Built once by the function that runs it. */
export interface DrainDeps extends LaneDeps {
  readonly inbox: Inbox;
  readonly intents: IntentStore;
  readonly links: LinkStore;
  readonly connections: ConnectionReader & ConnectionMarker;
  readonly runs: RunStore;
  readonly facts: FactsStore;
  readonly ges: GesPlatform & GesMoneyPlatform;
  readonly booksOf: (connection: RunningConnection) => XeroBooks & XeroMoneyBooks;
  readonly outcomes: Outcomes;
}

/** One pass over one account. */
export interface Pass {
  readonly deps: DrainDeps;
  readonly connection: RunningConnection;
  readonly scope: Scope;
  readonly books: XeroBooks & XeroMoneyBooks;
  readonly lease: Lease;
  readonly log: Log;
}
