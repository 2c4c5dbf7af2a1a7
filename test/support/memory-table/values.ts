/** A value as the document client hands it over: the AttributeValues of DynamoDB in plain JavaScript. */
export type Value = string | number | boolean | null | Uint8Array | ValueSet | readonly Value[] | ValueMap;
export type ValueSet = ReadonlySet<string | number | Uint8Array>;
export interface ValueMap {
  readonly [name: string]: Value;
}
export type StoredItem = ValueMap;
export type AttributeType = 'S' | 'N' | 'BOOL' | 'NULL' | 'B' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** DynamoDB refuses values nested deeper than this. */
const MAX_DEPTH = 32;

/**
 * A deep copy of what a caller hands in, as the document client marshals it with `removeUndefinedValues`: undefined and functions are
 * left out of maps and lists, `Map` becomes a map. Throws `Error` where the document client does: class instances, NaN, unsafe integers,
 * empty sets. `tooDeep` makes the error for values nested deeper than 32 levels.
 */
export function copyIn(value: unknown, tooDeep: () => Error, depth = 0): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return checkedNumber(value);
  if (typeof value === 'bigint') return checkedNumber(Number(value));
  if (typeof value !== 'object') throw unsupported(value);
  if (depth > MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) {
    const list: Value[] = [];
    for (const element of value as unknown[]) if (isKept(element)) list.push(copyIn(element, tooDeep, depth + 1));
    return list;
  }
  if (isBinary(value)) return new Uint8Array(value);
  switch ((value as { constructor?: { name?: string } }).constructor?.name) {
    case 'Object':
    case undefined:
      return copyMap(Object.entries(value), tooDeep, depth);
    case 'Map':
      return copyMap([...(value as ReadonlyMap<string, unknown>)], tooDeep, depth);
    case 'Set':
      return copySet(value as ReadonlySet<unknown>);
    default:
      throw unsupported(value);
  }
}

function copyMap(entries: readonly (readonly [string, unknown])[], tooDeep: () => Error, depth: number): ValueMap {
  const map: Record<string, Value> = {};
  for (const [name, element] of entries) if (isKept(element)) map[name] = copyIn(element, tooDeep, depth + 1);
  return map;
}

function copySet(set: ReadonlySet<unknown>): ValueSet {
  const elements = [...set].filter((element) => element !== undefined);
  const [first] = elements;
  if (first === undefined) throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  if (!isSetElement(first)) throw new Error('Only Number Set (NS), Binary Set (BS) or String Set (SS) are allowed.');
  return new Set(elements.map((element) => (isBinary(element) ? new Uint8Array(element) : (element as string | number))));
}

function isSetElement(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || isBinary(value);
}

function isKept(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function';
}

function checkedNumber(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${String(value)} is not allowed`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(`Number ${String(value)} is not a safe integer. Use NumberValue from @aws-sdk/lib-dynamodb.`);
  }
  // DynamoDB has no negative zero.
  return value + 0;
}

function unsupported(value: unknown): Error {
  return new Error(`Unsupported type passed: ${Object.prototype.toString.call(value)}`);
}

function isBinary(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value);
}

/** A deep copy for a reader, who may do with it what he likes. */
export function copyOut(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(copyOut);
  if (isBinary(value)) return new Uint8Array(value);
  if (isSet(value)) return new Set(value);
  return copyItem(value);
}

export function copyItem(item: StoredItem): Record<string, Value> {
  const copy: Record<string, Value> = {};
  for (const name in item) copy[name] = copyOut(item[name] as Value);
  return copy;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isSet(value: Value): value is ValueSet {
  return value instanceof Set;
}

/** DynamoDB's name of the value's type. */
export function typeOf(value: Value): AttributeType {
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value === null) return 'NULL';
  if (isList(value)) return 'L';
  if (isBinary(value)) return 'B';
  if (!isSet(value)) return 'M';
  const [first] = value;
  return typeof first === 'string' ? 'SS' : typeof first === 'number' ? 'NS' : 'BS';
}

/** Bytes of an item by DynamoDB's rule: names and values, 3 bytes and 1 an element for each list and map. The limit is 409,600. */
export function itemSize(item: StoredItem): number {
  let size = 0;
  for (const name in item) size += utf8Length(name) + valueSize(item[name] as Value);
  return size;
}

function valueSize(value: Value): number {
  if (typeof value === 'string') return utf8Length(value);
  if (typeof value === 'number') return numberSize(value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (isList(value)) return value.reduce<number>((sum, element) => sum + 1 + valueSize(element), 3);
  if (isBinary(value)) return value.length;
  if (isSet(value)) return [...value].reduce<number>((sum, element) => sum + valueSize(element), 0);
  return 3 + Object.keys(value).length + itemSize(value);
}

/** One byte for each two significant digits, one more, and one for the sign. */
function numberSize(value: number): number {
  if (value === 0) return 1;
  if (Number.isSafeInteger(value) && value > 0 && value % 100 !== 0) return 1 + Math.ceil((Math.floor(Math.log10(value)) + 1) / 2);
  const digits = Math.abs(value)
    .toExponential()
    .replace(/e.*$|\./g, '');
  return 1 + Math.ceil(digits.length / 2) + (value < 0 ? 1 : 0);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

/** Equal in type and content. The order of sets and of a map's names does not count. */
export function isEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === 'L') {
    const [a, b] = [left as readonly Value[], right as readonly Value[]];
    return a.length === b.length && a.every((element, n) => isEqual(element, b[n] as Value));
  }
  if (type === 'B') return Buffer.compare(left as Uint8Array, right as Uint8Array) === 0;
  if (type === 'M') {
    const [a, b] = [left as ValueMap, right as ValueMap];
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => b[name] !== undefined && isEqual(a[name] as Value, b[name]));
  }
  const [a, b] = [left as ValueSet, right as ValueSet];
  return a.size === b.size && [...a].every((element) => hasElement(b, element));
}

export function hasElement(set: ValueSet, element: Value): boolean {
  return isBinary(element) ? [...set].some((other) => isEqual(other, element)) : set.has(element as string | number);
}

/** Below, at or above zero as DynamoDB orders them; undefined for two values that have no order. */
export function compareValues(left: Value, right: Value): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right);
  if (typeof left === 'object' && typeof right === 'object' && isBinary(left) && isBinary(right)) return Buffer.compare(left, right);
  return undefined;
}

/** By the bytes of UTF-8. JavaScript's own order is by UTF-16, where the characters beyond U+FFFF come before U+E000. */
export function compareStrings(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return byUtf8(a) - byUtf8(b);
  }
  return left.length - right.length;
}

function byUtf8(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
