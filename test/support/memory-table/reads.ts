import type {
  BatchGetCommandInput,
  GetCommandInput,
  QueryCommandInput,
  ScanCommandInput,
  TransactGetCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Node, Path } from 'dynalite/validations/index.js';
import { tableNotFound, tooDeep, validation } from './errors.ts';
import type { Bound, Test } from './expressions.ts';
import { isPath, placeholderOf, planOf, valueAt } from './expressions.ts';
import type { IndexSchema, KeySchema, KeyValue } from './schema.ts';
import { checkKey } from './schema.ts';
import type { Position, Storage, Stored } from './storage.ts';
import { compareKeys, comparePositions, firstNot } from './storage.ts';
import type { StoredItem, Value } from './values.ts';
import { copyIn, copyItem, copyOut, typeOf } from './values.ts';

const MAX_BATCH_KEYS = 100;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const PAGE_BYTES = 1024 * 1024;

type Copy = Record<string, Value>;

/** Maps of a request, such as keys and the values of placeholders, checked and copied. */
export function copyMapIn(map: Readonly<Record<string, unknown>> | undefined): StoredItem {
  return copyIn(map ?? {}, tooDeep) as StoredItem;
}

export function boundValues(values: Readonly<Record<string, unknown>> | undefined): Bound | undefined {
  return values === undefined ? undefined : copyMapIn(values);
}

export function getItem(storage: Storage, input: GetCommandInput): { Item?: Copy } {
  const { hash, range } = checkKey(storage.schema, copyMapIn(input.Key));
  const { projection } = planOf(input, undefined);
  const stored = storage.get(hash, range);
  return stored === undefined ? {} : { Item: project(stored.item, projection) };
}

/** The keys beyond 16 MB of answer come back unprocessed. */
export function batchGet(storage: Storage, tableName: string, input: BatchGetCommandInput) {
  const requests = Object.entries(input.RequestItems ?? {});
  if (requests.length === 0) throw validation('1 validation error detected: The requestItems parameter is required for BatchGetItem');
  if (requests.some(([name]) => name !== tableName)) throw tableNotFound();
  const request = requests[0]?.[1];
  const keys = request?.Keys ?? [];
  if (keys.length === 0) throw validation('The list of keys in RequestItems for BatchGetItem is required');
  if (keys.length > MAX_BATCH_KEYS) throw validation('Too many items requested for the BatchGetItem call');
  const positions = keys.map((key) => checkKey(storage.schema, copyMapIn(key)));
  if (new Set(positions.map(({ hash, range }) => `${String(hash)}\n${String(range)}`)).size < positions.length) {
    throw validation('Provided list of item keys contains duplicates');
  }
  const { projection } = planOf(request ?? {}, undefined);
  const found: Copy[] = [];
  let bytes = 0;
  for (const [at, { hash, range }] of positions.entries()) {
    const stored = storage.get(hash, range);
    bytes += stored?.size ?? 0;
    if (bytes > MAX_BATCH_BYTES) {
      return { Responses: { [tableName]: found }, UnprocessedKeys: { [tableName]: { ...request, Keys: keys.slice(at) } } };
    }
    if (stored !== undefined) found.push(project(stored.item, projection));
  }
  return { Responses: { [tableName]: found }, UnprocessedKeys: {} };
}

export function transactGet(storage: Storage, tableName: string, input: TransactGetCommandInput) {
  const gets = (input.TransactItems ?? []).map(({ Get: get }) => get);
  if (gets.length === 0 || gets.length > MAX_BATCH_KEYS) {
    throw validation('Member must have length less than or equal to 100 and greater than or equal to 1');
  }
  return {
    Responses: gets.map((get) => {
      if (get?.TableName !== tableName) throw tableNotFound();
      return getItem(storage, get);
    }),
  };
}

interface Page {
  readonly ScannedCount: number;
  readonly Count: number;
  readonly Items?: Copy[];
  readonly LastEvaluatedKey?: Copy;
}

export function query(storage: Storage, input: QueryCommandInput): Page {
  const index = indexOf(storage, input.IndexName);
  if (index !== undefined && input.ConsistentRead === true) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  const values = boundValues(input.ExpressionAttributeValues) ?? {};
  const { keyCondition, filter, projection } = planOf(input, boundValues(input.ExpressionAttributeValues));
  if (keyCondition === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const keys = index ?? storage.schema;
  const { hash, isBelow, isWithin } = keyRange(keys, keyCondition, values);
  const all = storage.positions(hash, input.IndexName);
  let from = firstNot(all, ({ order }) => isBelow(order));
  let to = firstNot(all, ({ order }) => isBelow(order) || isWithin(order));
  const backward = input.ScanIndexForward === false;
  if (input.ExclusiveStartKey !== undefined) {
    const start = startPosition(storage, keys, copyMapIn(input.ExclusiveStartKey));
    if (backward)
      to = Math.min(
        to,
        firstNot(all, (position) => comparePositions(position, start) < 0),
      );
    else
      from = Math.max(
        from,
        firstNot(all, (position) => comparePositions(position, start) <= 0),
      );
  }
  const window = all.slice(from, Math.max(from, to));
  return readPage(storage, backward ? window.reverse() : window, { ...input, index, filter, projection, values });
}

/** The whole table in key order; DynamoDB has an order of its own, by a hash. */
export function scan(storage: Storage, input: ScanCommandInput): Page {
  if (input.IndexName !== undefined || input.Segment !== undefined)
    throw new TypeError('A scan of an index or in segments is not done here');
  const values = boundValues(input.ExpressionAttributeValues) ?? {};
  const { filter, projection } = planOf(input, boundValues(input.ExpressionAttributeValues));
  const start = input.ExclusiveStartKey === undefined ? undefined : checkKey(storage.schema, copyMapIn(input.ExclusiveStartKey));
  const window: Position[] = [];
  for (const hash of storage.hashes()) {
    const order = start === undefined ? 1 : compareKeys(hash, start.hash);
    if (order < 0) continue;
    const positions = storage.positions(hash);
    window.push(...(order > 0 || start === undefined ? positions : positions.filter(({ range }) => compareKeys(range, start.range) > 0)));
  }
  return readPage(storage, window, { ...input, index: undefined, filter, projection, values });
}

interface PageRequest {
  readonly index: IndexSchema | undefined;
  readonly filter: Test | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly values: Bound;
  readonly Limit?: number | undefined;
  readonly Select?: string | undefined;
}

/** Reads until `Limit` items or 1 MB, before the filter. The item that crosses the megabyte is the last of its page. */
function readPage(storage: Storage, window: readonly Position[], request: PageRequest): Page {
  const { index, filter, projection, values, Limit: limit = Number.POSITIVE_INFINITY } = request;
  if (limit < 1) throw validation('Limit must be greater than or equal to 1');
  const items: Copy[] = [];
  let [scanned, bytes, count] = [0, 0, 0];
  let last: Position | undefined;
  for (const position of window) {
    const { item, size } = storage.get(position.hash, position.range) as Stored;
    const entry = index?.projected === undefined ? item : pick(item, index.projected);
    scanned += 1;
    bytes += size;
    last = position;
    if (filter === undefined || filter(entry, values)) {
      count += 1;
      if (request.Select !== 'COUNT') items.push(project(entry, projection));
    }
    if (scanned >= limit || bytes >= PAGE_BYTES) break;
  }
  const more = last !== undefined && (scanned >= limit || bytes >= PAGE_BYTES);
  return {
    Count: count,
    ScannedCount: scanned,
    ...(request.Select === 'COUNT' ? {} : { Items: items }),
    ...(more ? { LastEvaluatedKey: lastKey(storage, index, last as Position) } : {}),
  };
}

function lastKey(storage: Storage, index: IndexSchema | undefined, position: Position): Copy {
  const { item } = storage.get(position.hash, position.range) as Stored;
  const { hash, range } = storage.schema;
  const names = [hash.name, range.name, ...(index === undefined ? [] : [index.hash.name, index.range.name])];
  return copyItem(pick(item, names));
}

function indexOf(storage: Storage, name: string | undefined): IndexSchema | undefined {
  if (name === undefined) return undefined;
  const index = storage.index(name);
  if (index === undefined) throw validation(`The table does not have the specified index: ${name}`);
  return index;
}

function startPosition(storage: Storage, keys: KeySchema, start: StoredItem): Position {
  const { schema } = storage;
  const [hash, range, order] = [schema.hash.name, schema.range.name, keys.range.name].map((name) => start[name]);
  if (hash === undefined || range === undefined || order === undefined) throw validation('The provided starting key is invalid');
  return { hash: hash as KeyValue, range: range as KeyValue, order: order as KeyValue };
}

interface KeyRange {
  readonly hash: KeyValue;
  readonly isBelow: (order: KeyValue) => boolean;
  /** Asked only of what is not below. */
  readonly isWithin: (order: KeyValue) => boolean;
}

const EVERYTHING = { isBelow: () => false, isWithin: () => true };

function keyRange(keys: KeySchema, condition: Node, values: Bound): KeyRange {
  const parts = condition.type === 'and' ? (condition.args as readonly Node[]) : [condition];
  const on = (name: string) =>
    parts.find(({ args: [path] }) => path !== undefined && isPath(path) && path.length === 1 && path[0] === name);
  const [hashPart, rangePart] = [on(keys.hash.name), on(keys.range.name)];
  if (hashPart === undefined) throw validation(`Query condition missed key schema element: ${keys.hash.name}`);
  if (hashPart.type !== '=') throw validation('Query key condition not supported');
  const hash = operand(hashPart, 1, values, keys.hash.type);
  if (parts.length === 1) return { hash, ...EVERYTHING };
  if (parts.length > 2 || rangePart === undefined) throw validation(`Query condition missed key schema element: ${keys.range.name}`);
  return { hash, ...rangeOf(rangePart, (at) => operand(rangePart, at, values, keys.range.type)) };
}

function rangeOf(part: Node, value: (at: number) => KeyValue): Omit<KeyRange, 'hash'> {
  const bound = value(1);
  switch (part.type === 'function' ? part.name : part.type) {
    case '=':
      return { isBelow: (order) => compareKeys(order, bound) < 0, isWithin: (order) => compareKeys(order, bound) === 0 };
    case '<':
      return { isBelow: () => false, isWithin: (order) => compareKeys(order, bound) < 0 };
    case '<=':
      return { isBelow: () => false, isWithin: (order) => compareKeys(order, bound) <= 0 };
    case '>':
      return { isBelow: (order) => compareKeys(order, bound) <= 0, isWithin: () => true };
    case '>=':
      return { isBelow: (order) => compareKeys(order, bound) < 0, isWithin: () => true };
    case 'between': {
      const high = value(2);
      return { isBelow: (order) => compareKeys(order, bound) < 0, isWithin: (order) => compareKeys(order, high) <= 0 };
    }
    case 'begins_with':
      return { isBelow: (order) => compareKeys(order, bound) < 0, isWithin: (order) => String(order).startsWith(String(bound)) };
    default:
      throw validation('Query key condition not supported');
  }
}

function operand(part: Node, at: number, values: Bound, type: string): KeyValue {
  const value = values[placeholderOf(part.args[at]) ?? ''];
  if (value === undefined) throw validation('Query key condition not supported');
  if (typeOf(value) !== type)
    throw validation('One or more parameter values were invalid: Condition parameter type does not match schema type');
  return value as KeyValue;
}

function pick(item: StoredItem, names: readonly string[]): StoredItem {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** A copy of the item, or of what these paths lead to: nested ones inside their maps, and list elements close up. */
export function project(item: StoredItem, paths: readonly Path[] | undefined): Copy {
  if (paths === undefined) return copyItem(item);
  const result: Copy = {};
  for (const [name, under] of Map.groupBy(paths, ([head]) => head as string)) {
    const value =
      item[name] === undefined
        ? undefined
        : projectValue(
            item[name],
            under.map((path) => path.slice(1)),
          );
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function projectValue(value: Value, paths: readonly Path[]): Value | undefined {
  if (paths.some((path) => path.length === 0)) return copyOut(value);
  const parts = [...Map.groupBy(paths, ([head]) => head as string | number)].flatMap(([step, under]) => {
    const element = valueAt(value as StoredItem, [step]);
    const part =
      element === undefined
        ? undefined
        : projectValue(
            element,
            under.map((path) => path.slice(1)),
          );
    return part === undefined ? [] : [[step, part] as const];
  });
  if (parts.length === 0) return undefined;
  if (!Array.isArray(value)) return Object.fromEntries(parts);
  return parts.sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part);
}
