import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBDocumentClient, QueryCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { chunks, forEachLimit } from '../sync/concurrency.ts';
import type { Clock, Ids } from '../sync/ports.ts';
import type { Key } from './keys.ts';

/** The one table, and the client that reaches it. Throttling and network trouble: the SDK retries, then throws its own error. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Pauses between tries, and their jitter. */
  readonly clock: Pick<Clock, 'sleep' | 'random'>;
  /** Marks of writes, client tokens, names of entries. */
  readonly ids: Ids;
}

/** A stored item: attribute names and values as the document client hands them over. */
export type Item = Readonly<Record<string, unknown>>;

/** A condition in DynamoDB's own words; `names` and `values` for its placeholders. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

/** DynamoDB takes at most 100 keys in one BatchGetItem. */
const BATCH_GET_KEYS = 100;
/** More would stand in line for a connection until they time out. */
const BATCH_GETS_AT_ONCE = 16;
const BATCH_GET_ATTEMPTS = 8;
const BATCH_GET_PAUSE_MS = 50;

/**
 * What was stored, in the shape that it was stored in: without the keys that say where, and the mark of the write that stored it. Trusted
 * and not parsed: nobody but these stores writes the table, each shape by a typed function beside the one that reads it.
 */
export function storedAs<T extends object>(item: Item): T {
  const { pk: _pk, sk: _sk, writeId: _writeId, ...attributes } = item;
  return attributes as T;
}

/**
 * The mark of one write, stored as `writeId`. The SDK repeats a request whose answer was lost, so a conditional write may be refused
 * because of itself: the mark tells it from somebody else's, even from one of the very same content.
 */
export function newWriteId({ ids }: Pick<Table, 'ids'>): string {
  return ids.next();
}

/** Did the write of this mark store the item as it is now? Strongly consistent. */
export async function isNowOurs(table: Table, key: Key, writeId: string): Promise<boolean> {
  return (await readItem(table, key))?.['writeId'] === writeId;
}

/** Strongly consistent read of one item. */
export async function readItem(table: Table, key: Key): Promise<Item | undefined> {
  const { Item: item } = await table.client.send(new GetCommand({ TableName: table.tableName, Key: key, ConsistentRead: true }));
  return item;
}

/**
 * Strongly consistent read of many items of one kind, in no particular order; keys that hold nothing are absent from the answer.
 * Doubled keys are read once. Throws when DynamoDB leaves keys unprocessed again and again.
 */
export async function readItems(table: Table, keys: readonly Key[]): Promise<readonly Item[]> {
  const distinct = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const found: Item[] = [];
  await forEachLimit(chunks(distinct, BATCH_GET_KEYS), BATCH_GETS_AT_ONCE, async (chunk) => {
    found.push(...(await readChunk(table, chunk)));
  });
  return found;
}

async function readChunk(table: Table, keys: readonly Key[]): Promise<readonly Item[]> {
  const found: Item[] = [];
  let open: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let attempt = 0; attempt < BATCH_GET_ATTEMPTS; attempt += 1) {
    const answer = await table.client.send(
      new BatchGetCommand({ RequestItems: { [table.tableName]: { Keys: open, ConsistentRead: true } } }),
    );
    found.push(...(answer.Responses?.[table.tableName] ?? []));
    open = answer.UnprocessedKeys?.[table.tableName]?.Keys ?? [];
    if (open.length === 0) return found;
    await table.clock.sleep(BATCH_GET_PAUSE_MS * 2 ** attempt);
  }
  throw new Error(`DynamoDB left ${String(open.length)} keys of a batch unread after ${String(BATCH_GET_ATTEMPTS)} attempts`);
}

/** Stores an item, replacing what is there. False when `condition` did not hold; then nothing was changed. */
export async function putItem(table: Table, item: Item, condition?: Condition): Promise<boolean> {
  return holds(table, () =>
    table.client.send(new PutCommand({ TableName: table.tableName, Item: { ...item }, ...conditionInput(condition) })),
  );
}

/** Deletes an item; one that is not there counts as deleted unless `condition` says otherwise. False when `condition` did not hold. */
export async function deleteItem(table: Table, key: Key, condition?: Condition): Promise<boolean> {
  return holds(table, () => table.client.send(new DeleteCommand({ TableName: table.tableName, Key: key, ...conditionInput(condition) })));
}

/** Changes an item in place and returns it as it is now; undefined when `condition` did not hold. */
export async function updateItem(table: Table, key: Key, update: string, condition: Condition): Promise<Item | undefined> {
  return ifHolds(table, async () => {
    const input: UpdateCommandInput = {
      TableName: table.tableName,
      Key: key,
      UpdateExpression: update,
      ReturnValues: 'ALL_NEW',
      ...conditionInput(condition),
    };
    return (await table.client.send(new UpdateCommand(input))).Attributes ?? {};
  });
}

/**
 * Adds to numbers of an item, which need not be there yet. One write. What the SDK repeats after a lost answer is known by its mark and not
 * added a second time.
 */
export async function addTo(table: Table, key: Key, deltas: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.keys(deltas);
  const update = `SET writeId = :writeId ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`;
  await updateItem(table, key, update, {
    expression: 'attribute_not_exists(writeId) OR writeId <> :writeId',
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: { ':writeId': newWriteId(table), ...Object.fromEntries(names.map((name) => [`:${name}`, deltas[name]])) },
  });
}

/** Reads a query page by page; the caller stops when it has enough. `TableName` is filled in. */
export async function* queryPages(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): AsyncGenerator<{ items: readonly Item[]; count: number }> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({ ...query, TableName: table.tableName, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    yield { items: page.Items ?? [], count: page.Count ?? 0 };
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Every item of a partition whose sort key begins with `prefix`, in key order, strongly consistent, at most `atMost`. */
export async function readPrefix(table: Table, pk: string, prefix: string, atMost = Number.POSITIVE_INFINITY): Promise<readonly Item[]> {
  const found: Item[] = [];
  const query = {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
    ...(Number.isFinite(atMost) ? { Limit: atMost } : {}),
  };
  for await (const page of queryPages(table, query)) {
    found.push(...page.items);
    if (found.length >= atMost) break;
  }
  return found.slice(0, atMost);
}

export function conditionInput(condition: Condition | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.names === undefined ? {} : { ExpressionAttributeNames: { ...condition.names } }),
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: { ...condition.values } }),
  };
}

async function holds(table: Table, request: () => Promise<unknown>): Promise<boolean> {
  return (await ifHolds(table, async () => (await request(), true))) === true;
}

/** A write that meets a transaction on the same item is sent again: the SDK does not. */
async function ifHolds<T>(table: Table, request: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      if (!(error instanceof TransactionConflictException) || attempt === CONFLICT_ATTEMPTS) throw error;
    }
    await pauseBeforeAgain(table, attempt);
  }
}

/** How often what met another transaction or was throttled is sent again, from 20 ms, with jitter. */
export const CONFLICT_ATTEMPTS = 5;
const CONFLICT_PAUSE_MS = 20;

export function pauseBeforeAgain({ clock }: Table, attempt: number): Promise<void> {
  return clock.sleep(Math.round(CONFLICT_PAUSE_MS * 2 ** attempt * (0.5 + clock.random())));
}
