import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Key } from './keys.ts';
import { CONFLICT_ATTEMPTS, conditionInput, pauseBeforeAgain, type Condition, type Item, type Table } from './table.ts';

/** DynamoDB takes at most so many operations in one transaction. */
export const OPERATIONS_AT_MOST = 100;

/** One operation of a transaction. */
export type Operation = Put | Deletion;
export interface Put {
  readonly op: 'put';
  readonly item: Item & Key;
  readonly condition?: Condition;
}
export interface Deletion {
  readonly op: 'delete';
  readonly key: Key;
  readonly condition?: Condition;
}

export type Transacted =
  | { readonly kind: 'done' }
  /** Conditions that did not hold, by place, each with the item that stood there (undefined: none). */
  | { readonly kind: 'refused-by-condition'; readonly places: ReadonlyMap<number, Item | undefined> }
  /** It can never be stored as it is: an item too large, too many operations, two operations on one item. */
  | { readonly kind: 'refused-for-good'; readonly reason: string };

/** Why DynamoDB cancels a transaction that may well be taken when it is sent again. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** A transaction with this client token has been received and has not ended. */
const STILL_UNDER_WAY = 'TransactionInProgressException';

/**
 * Carries out all operations or none: the one place that sends transactions and reads why they were cancelled. Conflicts and throttling are
 * waited for and tried again, five times from 20 ms, each time under a new client token; what the SDK repeats after a lost answer carries the
 * same token and is done once. So does what is still under way: under another token it would find its own conditions failed. One round trip.
 * Throws what is neither: no answer, no permission, still in conflict.
 */
export async function transact(table: Table, operations: readonly Operation[]): Promise<Transacted> {
  if (operations.length === 0) return { kind: 'done' };
  if (operations.length > OPERATIONS_AT_MOST) return { kind: 'refused-for-good', reason: `${String(operations.length)} operations` };
  let token = table.ids.next();
  for (let attempt = 0; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand(inputOf(table, token, operations)));
      return { kind: 'done' };
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict === undefined) throw error;
      if (verdict !== 'again') return verdict;
      if (attempt === CONFLICT_ATTEMPTS) throw error;
      if (nameOf(error) !== STILL_UNDER_WAY) token = table.ids.next();
    }
    await pauseBeforeAgain(table, attempt);
  }
}

function inputOf(table: Table, token: string, operations: readonly Operation[]): TransactWriteCommandInput {
  const { tableName: TableName } = table;
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD' as const;
  return {
    ClientRequestToken: token,
    TransactItems: operations.map((operation) => {
      const rest = { TableName, ...conditionInput(operation.condition), ReturnValuesOnConditionCheckFailure };
      return operation.op === 'put' ? { Put: { Item: { ...operation.item }, ...rest } } : { Delete: { Key: operation.key, ...rest } };
    }),
  };
}

function verdictOf(error: unknown): Exclude<Transacted, { kind: 'done' }> | 'again' | undefined {
  if (error instanceof TransactionConflictException || nameOf(error) === STILL_UNDER_WAY) return 'again';
  if (nameOf(error) === 'ValidationException') return { kind: 'refused-for-good', reason: messageOf(error) };
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reasons = error.CancellationReasons ?? [];
  const invalid = reasons.find(({ Code }) => Code === 'ValidationError' || Code === 'ItemCollectionSizeLimitExceeded');
  if (invalid !== undefined) return { kind: 'refused-for-good', reason: invalid.Message ?? 'ValidationError' };
  if (reasons.some(({ Code }) => PASSING.has(Code ?? ''))) return 'again';
  // The document client leaves the items of reasons as they came over the wire.
  const places = reasons.flatMap(({ Code, Item: old }, place) =>
    Code === 'ConditionalCheckFailed' ? [[place, old === undefined ? undefined : unmarshall(old)] as const] : [],
  );
  return places.length === 0 ? undefined : { kind: 'refused-by-condition', places: new Map(places) };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
