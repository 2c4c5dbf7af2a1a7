import type { RecordStatus } from '../domain/records.ts';
import type { Scope } from '../sync/ports.ts';
import type { Counts, CountStore } from '../sync/records-port.ts';
import { countsKey, LINKS_BY_STATUS_INDEX, statusPartition } from './keys.ts';
import type { Table } from './table.ts';
import { addTo, putItem, queryPages, readItem } from './table.ts';

/** How many records have each status, kept in one item and added to once a pass; the index tells it anew after a crash. */
export function createCountStore(table: Table): CountStore {
  return {
    async readCounts(scope) {
      const item = await readItem(table, countsKey(scope));
      const count = (status: keyof Counts): number => Math.max(0, Number(item?.[status] ?? 0));
      return { synced: count('synced'), pending: count('pending'), attention: count('attention') };
    },

    addCounts: (scope, { synced, pending, attention }) => addTo(table, countsKey(scope), { synced, pending, attention }),

    async recount(scope) {
      const [synced, pending, attention] = await Promise.all([
        countStatus(table, scope, 'synced'),
        countStatus(table, scope, 'pending'),
        countStatus(table, scope, 'attention'),
      ]);
      const counts: Counts = { synced, pending, attention };
      await putItem(table, { ...countsKey(scope), ...counts });
      return counts;
    },
  };
}

async function countStatus(table: Table, scope: Scope, status: RecordStatus): Promise<number> {
  const query = {
    IndexName: LINKS_BY_STATUS_INDEX,
    KeyConditionExpression: 'statusKey = :statusKey',
    ExpressionAttributeValues: { ':statusKey': statusPartition(scope, status) },
    Select: 'COUNT' as const,
  };
  let total = 0;
  for await (const page of queryPages(table, query)) total += page.count;
  return total;
}
