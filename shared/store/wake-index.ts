import { LANES_TO_WAKE_INDEX } from './keys.ts';
import type { Table } from './table.ts';
import { queryPages } from './table.ts';

/** One entry of the index `lanes-to-wake`; it may be a moment behind the item itself. */
export interface DueEntry {
  readonly pk: string;
  /** Epoch ms. */
  readonly wakeAt: number;
}

/** Entries of these shards whose `wakeAt` is `now` or before, oldest first within a shard, at most `limitPerShard` of each. One query a shard. */
export async function readDue(table: Table, shards: readonly string[], now: number, limitPerShard: number): Promise<readonly DueEntry[]> {
  return (await Promise.all(shards.map((shard) => readShard(table, shard, now, limitPerShard)))).flat();
}

/** The oldest `wakeAt` of these shards that is `now` or before; undefined when none has passed. One query a shard, of one entry each. */
export async function oldestDue(table: Table, shards: readonly string[], now: number): Promise<number | undefined> {
  const oldest = await readDue(table, shards, now, 1);
  return oldest.length === 0 ? undefined : Math.min(...oldest.map(({ wakeAt }) => wakeAt));
}

async function readShard(table: Table, shard: string, now: number, limit: number): Promise<readonly DueEntry[]> {
  const found: DueEntry[] = [];
  const query = {
    IndexName: LANES_TO_WAKE_INDEX,
    KeyConditionExpression: 'wakeShard = :shard AND wakeAt <= :now',
    ExpressionAttributeValues: { ':shard': shard, ':now': now },
    Limit: limit,
  };
  for await (const page of queryPages(table, query)) {
    found.push(...page.items.map(({ pk, wakeAt }) => ({ pk, wakeAt }) as DueEntry));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}
