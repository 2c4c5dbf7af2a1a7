import type { Run, RunStore } from '../sync/ports.ts';
import { accountPartition, RUN_PREFIX, runKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { queryPages, readItem, storedAs } from './table.ts';
import { putVersion } from './versioned.ts';

/** Runs in DynamoDB, strongly consistent: one item per run, kept after the end for reports. */
export function createRunStore(table: Table): RunStore {
  return {
    async putRun(run) {
      const version = await putVersion(table, runKey(run.accountId, run.runId), { ...run }, run.version);
      return { ...run, version };
    },

    async readRun(accountId, runId) {
      const item = await readItem(table, runKey(accountId, runId));
      return item === undefined ? undefined : toRun(item);
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
      for await (const page of queryPages(table, query)) active.push(...page.items.map(toRun));
      return active.sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.runId.localeCompare(b.runId));
    },
  };
}

function toRun(item: Item): Run {
  return storedAs<Run>(item);
}
