import type { Clock, Ids } from '../../shared/sync/ports.ts';
import { createBrakeStore } from '../../shared/store/brake-store.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createCountStore } from '../../shared/store/count-store.ts';
import { createDirectoryStore } from '../../shared/store/directory-store.ts';
import { createFactsStore } from '../../shared/store/facts-store.ts';
import { createInboxStore } from '../../shared/store/inbox-store.ts';
import { createIntentStore } from '../../shared/store/intent-store.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createOutbox } from '../../shared/store/outbox-store.ts';
import { createRecordStore } from '../../shared/store/records-store.ts';
import { createRunStore } from '../../shared/store/run-store.ts';
import { createSingleUseStore } from '../../shared/store/single-use-store.ts';
import type { Table } from '../../shared/store/table.ts';
import { createTenantClaims } from '../../shared/store/tenant-claims.ts';
import { createTokenPointerStore } from '../../shared/store/token-pointer-store.ts';
import { createWatermarkStore } from '../../shared/store/watermark-store.ts';
import { createMemoryTable, type MemoryTable } from './memory-table/memory-table.ts';
import { TABLE_DEFINITION } from './table-definition.ts';

/** The product's own stores over one table. */
export type Stores = ReturnType<typeof createStores>;

export function createStores(table: Table) {
  return {
    lanes: createLaneStore(table),
    inbox: createInboxStore(table),
    records: createRecordStore(table),
    intents: createIntentStore(table),
    counts: createCountStore(table),
    outbox: createOutbox(table),
    facts: createFactsStore(table),
    watermarks: createWatermarkStore(table),
    brakes: createBrakeStore(table),
    directory: createDirectoryStore(table),
    connections: { ...createConnectionStore(table), ...createTenantClaims(table) },
    runs: createRunStore(table),
    singleUse: createSingleUseStore(table),
    tokenPointers: createTokenPointerStore(table),
  };
}

/** The same over a table in memory. Pauses between tries take no time. */
export function createMemoryStores(ids: Ids, clock: Pick<Clock, 'now'>): Stores & { readonly table: MemoryTable } {
  const table = createMemoryTable({ definition: TABLE_DEFINITION, now: () => clock.now() });
  const pauses = { sleep: async () => undefined, random: () => 0 };
  return { ...createStores({ ...table, ids, clock: pauses }), table };
}
