import type { Run, RunCounters, RunStore } from '../sync/ports.ts';
import { accountPartition, RUN_PREFIX, runCountersKey, runKey } from './keys.ts';
import { putOutcomesOf } from './outbox-store.ts';
import type { Item, Table } from './table.ts';
import { queryPages, readItem, storedAs, updateItem } from './table.ts';
import { putVersion } from './versioned.ts';

const COUNTERS = ['seen', 'synced', 'unchanged', 'attention', 'waiting', 'skipped'] as const satisfies readonly (keyof RunCounters)[];

/** Runs in DynamoDB, strongly consistent: one item per run, kept after the end for reports; its counters stand in an item beside it, which only grows. */
export function createRunStore(table: Table): RunStore {
  return {
    async putRun(run, tell) {
      const { counters: _counted, ...attributes } = run;
      const along = putOutcomesOf(tell === undefined ? [] : [tell]);
      const version = await putVersion(table, runKey(run.accountId, run.runId), attributes, run.version, along);
      return { ...run, version };
    },

    async countRun(accountId, runId, delta) {
      const update = `ADD ${COUNTERS.map((name) => `#${name} :${name}`).join(', ')}`;
      await updateItem(table, runCountersKey(accountId, runId), update, {
        expression: 'attribute_exists(pk) OR attribute_not_exists(pk)',
        names: Object.fromEntries(COUNTERS.map((name) => [`#${name}`, name])),
        values: Object.fromEntries(COUNTERS.map((name) => [`:${name}`, delta[name]])),
      });
    },

    async readRun(accountId, runId) {
      const item = await readItem(table, runKey(accountId, runId));
      return item === undefined ? undefined : toRun(item, await readItem(table, runCountersKey(accountId, runId)));
    },

    async activeRuns(accountId) {
      const active: Run[] = [];
      const query = {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        FilterExpression: '#status = :active',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':pk': accountPartition(accountId), ':prefix': RUN_PREFIX, ':active': 'active' },
        ConsistentRead: true,
      };
      for await (const page of queryPages(table, query)) active.push(...page.items.map((item) => toRun(item, undefined)));
      return active.sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.runId, b.runId));
    },
  };
}

function toRun(item: Item, counted: Item | undefined): Run {
  const count = (name: keyof RunCounters): number => Number(counted?.[name] ?? 0);
  const counters: RunCounters = {
    seen: count('seen'),
    synced: count('synced'),
    unchanged: count('unchanged'),
    attention: count('attention'),
    waiting: count('waiting'),
    skipped: count('skipped'),
  };
  return { ...storedAs<Omit<Run, 'counters'>>(item), counters };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
