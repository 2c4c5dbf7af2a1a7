import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../shared/store/table.ts';
import { tableNotFound } from './errors.ts';
import { batchGet, getItem, query, scan, transactGet } from './reads.ts';
import type { TableDefinition } from './schema.ts';
import { schemaOf } from './schema.ts';
import { Storage } from './storage.ts';
import { Transactions } from './transactions.ts';
import type { Value } from './values.ts';
import { copyItem } from './values.ts';
import { batchWrite, put, remove, update } from './writes.ts';

/** A command of `@aws-sdk/lib-dynamodb`. */
export interface Command {
  readonly input: object;
}

export interface MemoryTableOptions {
  readonly definition: TableDefinition;
  readonly tableName?: string;
  /** Epoch ms. A client token is remembered for ten minutes of it. */
  readonly now: () => number;
  /** Asked before each command; the error it gives is thrown and nothing is done. For throttling, conflicts, a record refused for good. */
  readonly refuse?: (command: Command) => Error | undefined;
}

export interface MemoryTable extends Table {
  /** Copies of all items, or of one partition's, in key order. */
  items(pk?: string): readonly Readonly<Record<string, Value>>[];
  /** Commands sent since the start by their class, such as `GetCommand`, refused ones included. */
  readonly calls: Readonly<Record<string, number>>;
  /** Items put, updated or deleted, each of a batch and of a transaction; refused ones do not count. */
  readonly itemsWritten: number;
}

/** What a command does to the storage: its answer, and the number of items it wrote. */
type Handler = (input: never) => { readonly answer: object; readonly written: number };

const $metadata = { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 };

/**
 * A DynamoDB table in memory, standing at the `send` of the document client: conditions, updates, indexes, pages, transactions and limits
 * as AWS has them, the SDK's own exceptions. A command is done at once and whole when `send` is called; its promise settles afterwards.
 * Throws TypeError for a command or an input that it does not know. Time to live does nothing, and indexes are never behind.
 */
export function createMemoryTable({ definition, tableName = 'ges-xero-memory', now, refuse }: MemoryTableOptions): MemoryTable {
  const storage = new Storage(schemaOf(definition));
  const transactions = new Transactions(storage, tableName, now);
  const calls: Record<string, number> = {};
  let itemsWritten = 0;

  const named = <Input extends { readonly TableName?: string | undefined }>(
    does: (storage: Storage, input: Input) => object,
    written: number,
  ) =>
    ((input: Input) => {
      if (input.TableName !== tableName) throw tableNotFound();
      return { answer: does(storage, input), written };
    }) as Handler;
  const handlers = new Map<unknown, Handler>([
    [GetCommand, named(getItem, 0)],
    [QueryCommand, named(query, 0)],
    [ScanCommand, named(scan, 0)],
    [PutCommand, named(put, 1)],
    [UpdateCommand, named(update, 1)],
    [DeleteCommand, named(remove, 1)],
    [BatchGetCommand, (input) => ({ answer: batchGet(storage, tableName, input), written: 0 })],
    [TransactGetCommand, (input) => ({ answer: transactGet(storage, tableName, input), written: 0 })],
    [BatchWriteCommand, (input) => ({ answer: { UnprocessedItems: {} }, written: batchWrite(storage, tableName, input) })],
    [TransactWriteCommand, (input) => ({ answer: {}, written: transactions.write(input) })],
  ]);

  const send = async (command: Command): Promise<object> => {
    const handler = handlers.get(command.constructor);
    const { name } = command.constructor;
    if (handler === undefined) throw new TypeError(`The table in memory does not know ${name}`);
    refuseUnknownInput(name, command.input);
    calls[name] = (calls[name] ?? 0) + 1;
    const refused = refuse?.(command);
    if (refused !== undefined) throw refused;
    const { answer, written } = handler(command.input as never);
    itemsWritten += written;
    return { $metadata, ...answer };
  };

  return {
    tableName,
    client: { send, destroy: () => undefined } as unknown as DynamoDBDocumentClient,
    calls,
    get itemsWritten() {
      return itemsWritten;
    },
    items: (pk) =>
      (pk === undefined ? storage.hashes() : [pk])
        .flatMap((hash) => storage.positions(hash))
        .map(({ hash, range }) => copyItem(storage.get(hash, range)?.item ?? {})),
  };
}

const KNOWN_INPUT = new Set([
  ...['TableName', 'Key', 'Item', 'RequestItems', 'TransactItems', 'ClientRequestToken', 'IndexName', 'ConsistentRead', 'Limit', 'Select'],
  ...['ExclusiveStartKey', 'ScanIndexForward', 'ReturnValues', 'ReturnValuesOnConditionCheckFailure', 'ExpressionAttributeNames'],
  ...['ExpressionAttributeValues', 'ConditionExpression', 'UpdateExpression', 'KeyConditionExpression', 'FilterExpression'],
  'ProjectionExpression',
]);

/** Better a loud stop than an option that does nothing here and something in AWS. */
function refuseUnknownInput(command: string, input: object): void {
  for (const name in input) {
    if (!KNOWN_INPUT.has(name) && (input as Record<string, unknown>)[name] !== undefined)
      throw new TypeError(`The table in memory does not know ${name} of ${command}`);
  }
}
