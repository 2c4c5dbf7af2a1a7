import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { chunks } from '../sync/concurrency.ts';
import type { Outcome } from '../sync/ports.ts';
import type { Outbox } from '../sync/records-port.ts';
import { accountPartition, OUTCOME_PREFIX, outcomeKey, type Key } from './keys.ts';
import type { Table } from './table.ts';
import { pauseBeforeAgain, readPrefix, storedAs } from './table.ts';
import type { Operation } from './transact.ts';

/** Outcome events that are stored and not sent yet: items of the account, written with the change they tell of. */
export function createOutbox(table: Table): Outbox {
  return {
    async unsent(accountId, limit) {
      const items = await readPrefix(table, accountPartition(accountId), OUTCOME_PREFIX, limit);
      return items.map((item) => ({ key: String(item['sk']), outcome: JSON.parse(storedAs<StoredOutcome>(item).outcome) as Outcome }));
    },

    async sent(accountId, keys) {
      for (const some of chunks(keys, DELETIONS_A_CALL)) await removeAll(table, accountId, some);
    },
  };
}

/** DynamoDB takes at most so many in one BatchWriteItem. */
const DELETIONS_A_CALL = 25;
const UNPROCESSED_ATTEMPTS = 8;

/** Those that DynamoDB leaves undone again and again stay, and are sent once more: the platform drops what it knows. */
async function removeAll(table: Table, accountId: string, keys: readonly string[]): Promise<void> {
  let open = keys.map((sk) => ({ DeleteRequest: { Key: { pk: accountPartition(accountId), sk } } }));
  for (let attempt = 0; attempt < UNPROCESSED_ATTEMPTS; attempt += 1) {
    const answer = await table.client.send(new BatchWriteCommand({ RequestItems: { [table.tableName]: open } }));
    open = (answer.UnprocessedItems?.[table.tableName] ?? []) as typeof open;
    if (open.length === 0) return;
    await pauseBeforeAgain(table, attempt);
  }
}

/** The event is kept as JSON text: it goes out exactly as it was told. */
interface StoredOutcome {
  readonly outcome: string;
}

/** The operations that store outcome events. One version of a record may tell several. */
export function putOutcomesOf(outcomes: readonly Outcome[]): readonly Operation[] {
  return outcomes.map((outcome, place): Operation => ({ op: 'put', item: { outcome: JSON.stringify(outcome), ...keyOf(outcome, place) } }));
}

function keyOf(outcome: Outcome, place: number): Key {
  const { accountId, version } = outcome;
  switch (outcome.kind) {
    case 'ConnectionChanged':
      return outcomeKey(accountId, 'connection', accountId, version, place);
    case 'RunFinished':
      return outcomeKey(accountId, 'run', outcome.runId, version, place);
    default:
      return outcomeKey(accountId, outcome.entity.type, outcome.entity.id, version, place);
  }
}
