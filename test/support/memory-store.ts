import type { ConnectionStore, SingleUseStore, TenantClaims, TokenPointerStore, WaitReader } from '../../shared/connection/ports.ts';
import type { FactsStore } from '../../shared/sync/money-ports.ts';
import type {
  ConnectionMarker,
  ConnectionReader,
  Ids,
  Inbox,
  IntentStore,
  LaneStore,
  LinkStore,
  RunStore,
} from '../../shared/sync/ports.ts';
import { createMemoryConnections, createMemorySingleUse, createMemoryTokenPointers } from './memory-connection-store.ts';
import { createMemoryFacts } from './memory-facts-store.ts';
import { createMemoryInbox, createMemoryIntents } from './memory-inbox-store.ts';
import { createMemoryLanes } from './memory-lane-store.ts';
import type { TimelineReader } from './memory-link-store.ts';
import { createMemoryLinks, createMemoryRuns } from './memory-link-store.ts';

/** Every storage port; `createMemoryStores` here and `createDynamoStores` in dynamo-store.ts both fill it. */
export interface Stores {
  readonly inbox: Inbox;
  readonly intents: IntentStore;
  readonly links: LinkStore & TimelineReader;
  readonly lanes: LaneStore & WaitReader;
  readonly runs: RunStore;
  readonly facts: FactsStore;
  readonly connections: ConnectionStore & ConnectionReader & ConnectionMarker & TenantClaims;
  readonly tokenPointers: TokenPointerStore;
  readonly singleUse: SingleUseStore;
}

/**
 * All stores in memory: fast, for unit tests and simulations. Each method is one indivisible step, as a single-item conditional write
 * is. `ids` makes inbox tokens.
 */
export function createMemoryStores(ids: Ids): Stores {
  return {
    inbox: createMemoryInbox(ids),
    intents: createMemoryIntents(),
    links: createMemoryLinks(),
    lanes: createMemoryLanes(),
    runs: createMemoryRuns(),
    facts: createMemoryFacts(),
    connections: createMemoryConnections(),
    tokenPointers: createMemoryTokenPointers(),
    singleUse: createMemorySingleUse(),
  };
}
