import type { Run, RunCounters, RunStore } from '../sync/ports.ts';
import { accountPartition, RUN_PREFIX, runCountersKey, runKey } from './keys.ts';
import { putOutcomesOf } from './outbox-store.ts';
import type { Item, Table } from './table.ts';
import { addTo, queryPages, readItem, storedAs } from './table.ts';
import type { Put } from './transact.ts';
import { putVersion } from './versioned.ts';

/** Runs in DynamoDB, strongly consistent: one item per run, kept after the end for reports; its counters stand in an item beside it, which only grows. */
export function createRunStore(table: Table): RunStore {
  return {
    async putRun(run, tell) {
      const { counters, ...attributes } = run;
      const counted: Put = { op: 'put', item: { ...counters, ...runCountersKey(run.accountId, run.runId) } };
      const along = [...(run.version === 0 ? [counted] : []), ...putOutcomesOf(tell === undefined ? [] : [tell])];
      const version = await putVersion(table, runKey(run.accountId, run.runId), attributes, run.version, along);
      return { ...run, version };
    },

    countRun: (accountId, runId, delta) => addTo(table, runCountersKey(accountId, runId), { ...delta }),

    async readRun(accountId, runId) {
      const item = await readItem(table, runKey(accountId, runId));
      return item === undefined ? undefined : withCounters(table, item);
    },

    async activeRuns(accountId) {
      const active: Item[] = [];
      const query = {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        FilterExpression: '#status = :active',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':pk': accountPartition(accountId), ':prefix': RUN_PREFIX, ':active': 'active' },
        ConsistentRead: true,
      };
      for await (const page of queryPages(table, query)) active.push(...page.items);
      const runs = await Promise.all(active.map((item) => withCounters(table, item)));
      return runs.sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.runId, b.runId));
    },
  };
}

async function withCounters(table: Table, item: Item): Promise<Run> {
  const run = storedAs<Omit<Run, 'counters'>>(item);
  const counted = await readItem(table, runCountersKey(run.accountId, run.runId));
  const count = (name: keyof RunCounters): number => Number(counted?.[name] ?? 0);
  const counters: RunCounters = {
    seen: count('seen'),
    synced: count('synced'),
    unchanged: count('unchanged'),
    attention: count('attention'),
    waiting: count('waiting'),
    skipped: count('skipped'),
  };
  return { ...run, counters };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
