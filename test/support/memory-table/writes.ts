import type { BatchWriteCommandInput, DeleteCommandInput, PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { conditionFailed, tableNotFound, validation } from './errors.ts';
import type { Expressions, Plan } from './expressions.ts';
import { planOf, valueAt } from './expressions.ts';
import { boundValues, copyMapIn, project } from './reads.ts';
import type { KeyValue } from './schema.ts';
import { checkItem, checkKey } from './schema.ts';
import type { Storage } from './storage.ts';
import type { StoredItem, Value } from './values.ts';
import { copyItem } from './values.ts';

const MAX_BATCH_WRITES = 25;
const NO_ITEM: StoredItem = {};

/** What a request asks of one item, checked as far as it can be without looking at the item. */
export interface Write {
  readonly hash: KeyValue;
  readonly range: KeyValue;
  /** Does the item, undefined when there is none, meet the condition? */
  holds(before: StoredItem | undefined): boolean;
  /** The item as it shall be, undefined to delete it. Throws ValidationException where an update does not fit the item. */
  next(before: StoredItem | undefined): { readonly item: StoredItem; readonly size: number } | undefined;
}

interface Conditional extends Expressions {
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

function planned(input: Conditional): { plan: Plan; values: StoredItem } {
  const values = boundValues(input.ExpressionAttributeValues);
  return { plan: planOf(input, values), values: values ?? NO_ITEM };
}

function holding({ condition }: Plan, values: StoredItem): Write['holds'] {
  return condition === undefined ? () => true : (before) => condition(before ?? NO_ITEM, values);
}

export function putOf(storage: Storage, input: Conditional & { readonly Item?: Readonly<Record<string, unknown>> | undefined }): Write {
  const item = copyMapIn(input.Item);
  const { hash, range, size } = checkItem(storage.schema, item);
  const { plan, values } = planned(input);
  return { hash, range, holds: holding(plan, values), next: () => ({ item, size }) };
}

type Keyed = Conditional & { readonly Key?: Readonly<Record<string, unknown>> | undefined };

export function deleteOf(storage: Storage, input: Keyed): Write {
  const { plan, values } = planned(input);
  return { ...checkKey(storage.schema, copyMapIn(input.Key)), holds: holding(plan, values), next: () => undefined };
}

/** A condition alone: what is there stays. */
export function checkOf(storage: Storage, input: Keyed): Write {
  if (input.ConditionExpression === undefined) throw validation('The expression can not be empty;');
  return deleteOf(storage, input);
}

export function updateOf(storage: Storage, input: Keyed): Write & { readonly plan: Plan } {
  const key = copyMapIn(input.Key);
  const { schema } = storage;
  const position = checkKey(schema, key);
  const { plan, values } = planned(input);
  for (const name of [schema.hash.name, schema.range.name]) {
    if (plan.update?.attributes.has(name) === true) {
      throw validation(`One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  return {
    ...position,
    plan,
    holds: holding(plan, values),
    next(before) {
      const item = plan.update === undefined ? (before ?? key) : plan.update.apply(before ?? key, values);
      return { item, size: checkItem(schema, item).size };
    },
  };
}

/** Stores the result of a write, or deletes. Gives the items before and after. */
function run(storage: Storage, write: Write, allOld: boolean): { before: StoredItem | undefined; after: StoredItem | undefined } {
  const before = storage.get(write.hash, write.range)?.item;
  if (!write.holds(before)) throw conditionFailed(allOld ? before : undefined);
  const next = write.next(before);
  if (next === undefined) storage.delete(write.hash, write.range);
  else storage.put(write.hash, write.range, next);
  return { before, after: next?.item };
}

interface Answer {
  readonly Attributes?: Record<string, Value>;
}

function attributes(item: StoredItem | undefined): Answer {
  return item === undefined ? {} : { Attributes: copyItem(item) };
}

export function put(storage: Storage, input: PutCommandInput): Answer {
  refuseReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const { before } = run(storage, putOf(storage, input), input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  return input.ReturnValues === 'ALL_OLD' ? attributes(before) : {};
}

export function remove(storage: Storage, input: DeleteCommandInput): Answer {
  refuseReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const { before } = run(storage, deleteOf(storage, input), input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  return input.ReturnValues === 'ALL_OLD' ? attributes(before) : {};
}

export function update(storage: Storage, input: UpdateCommandInput): Answer {
  const write = updateOf(storage, input);
  const { before, after } = run(storage, write, input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  const written = (item: StoredItem | undefined): Answer => {
    const paths = (write.plan.update?.paths ?? []).filter((path) => item !== undefined && valueAt(item, path) !== undefined);
    return item === undefined || paths.length === 0 ? {} : { Attributes: project(item, paths) };
  };
  switch (input.ReturnValues) {
    case 'ALL_OLD':
      return attributes(before);
    case 'ALL_NEW':
      return attributes(after);
    case 'UPDATED_OLD':
      return written(before);
    case 'UPDATED_NEW':
      return written(after);
    default:
      return {};
  }
}

function refuseReturnValues(asked: string | undefined, allowed: readonly string[]): void {
  if (asked !== undefined && !allowed.includes(asked)) throw validation(`Return values set to invalid value: ${asked}`);
}

/** Gives the number of items written. */
export function batchWrite(storage: Storage, tableName: string, input: BatchWriteCommandInput): number {
  const tables = Object.entries(input.RequestItems ?? {});
  if (tables.some(([name]) => name !== tableName)) throw tableNotFound();
  const requests = tables.flatMap(([, ofTable]) => ofTable);
  if (requests.length === 0) throw validation('The batch write request list for a table cannot be null or empty');
  if (requests.length > MAX_BATCH_WRITES) throw validation('Too many items requested for the BatchWriteItem call');
  const writes = requests.map(({ PutRequest: putRequest, DeleteRequest: deleteRequest }) =>
    putRequest === undefined ? deleteOf(storage, deleteRequest ?? {}) : putOf(storage, putRequest),
  );
  refuseTwice(writes, 'Provided list of item keys contains duplicates');
  for (const write of writes) run(storage, write, false);
  return writes.length;
}

export function refuseTwice(writes: readonly Write[], message: string): void {
  const keys = new Set(writes.map(({ hash, range }) => `${String(hash)}\n${String(range)}`));
  if (keys.size < writes.length) throw validation(message);
}
