import type { StoredTable, Store } from 'dynalite/db/index.js';
import dynaliteDb from 'dynalite/db/index.js';

/** Entries written to an index at a time. */
const BATCH_SIZE = 500;

/**
 * Makes every global index of a stored database from its tables again, and gives the number of entries. dynalite writes
 * the index before the item, and not in one step: a process killed in between leaves an entry for an item that was
 * never written, or none for one that is there. DynamoDB has no such state, so nothing above could cope with it.
 */
export async function rebuildIndexes(path: string): Promise<number> {
  const store = dynaliteDb.create({ path });
  await store.db.open();
  let entries = 0;
  try {
    for await (const table of store.db.values(range('table~'))) entries += await rebuildTable(store, table as StoredTable);
  } finally {
    await store.db.close();
  }
  return entries;
}

async function rebuildTable({ db }: Store, table: StoredTable): Promise<number> {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const prefixOf = (index: string): string => `index-global~${table.TableName}~${index}~`;
  for (const { IndexName } of indexes) await db.clear(range(prefixOf(IndexName)));

  let entries = 0;
  let batch: { type: 'put'; key: string; value: unknown }[] = [];
  const flush = async (): Promise<void> => {
    await db.batch(batch);
    entries += batch.length;
    batch = [];
  };
  for await (const item of db.values(range(`item-${table.TableName}~`))) {
    for (const put of dynaliteDb.getIndexActions(indexes, undefined, item, table).puts) {
      batch.push({ type: 'put', key: prefixOf(put.index) + put.key, value: put.item });
    }
    if (batch.length >= BATCH_SIZE) await flush();
  }
  await flush();
  return entries;
}

/** All keys with this prefix, the way dynalite itself bounds them. */
function range(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\xff` };
}
