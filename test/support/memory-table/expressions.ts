import type { Node, Operand, Path, Request } from 'dynalite/validations/index.js';
import validations from 'dynalite/validations/index.js';
import { validation } from './errors.ts';
import type { UpdatePlan } from './updates.ts';
import { compileUpdate } from './updates.ts';
import type { StoredItem, Value, ValueMap } from './values.ts';
import { compareValues, hasElement, isEqual, isList, isSet, typeOf } from './values.ts';

/** The values of a request's placeholders, `:name` → value. */
export type Bound = ValueMap;
export type Test = (item: StoredItem, values: Bound) => boolean;
export type Term = (item: StoredItem, values: Bound) => Value | undefined;

export interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
}

/** The expressions of a request, ready to run on any item with any values. */
export interface Plan {
  readonly condition: Test | undefined;
  readonly filter: Test | undefined;
  readonly update: UpdatePlan | undefined;
  readonly keyCondition: Node | undefined;
  readonly projection: readonly Path[] | undefined;
}

/** Stands for a value while an expression is parsed, so that one parse serves every value. */
interface Marker {
  readonly S: string;
  readonly placeholder: string;
}

const NOTHING: Plan = { condition: undefined, filter: undefined, update: undefined, keyCondition: undefined, projection: undefined };
const plans = new Map<string, Plan>();

/**
 * The plan of a request's expressions: parsed once, then remembered by text, names and placeholders. Throws ValidationException for
 * syntax, reserved words, placeholders that are not defined, and names and values that are not used.
 */
export function planOf(request: Expressions, values: Bound | undefined): Plan {
  const key = shapeOf(request, values);
  if (key === '') return NOTHING;
  let plan = plans.get(key);
  if (plan === undefined) {
    plan = parse(request, values);
    plans.set(key, plan);
  }
  return plan;
}

function shapeOf(request: Expressions, values: Bound | undefined): string {
  let shape = '';
  if (request.ConditionExpression !== undefined) shape += `C${request.ConditionExpression}\n`;
  if (request.UpdateExpression !== undefined) shape += `U${request.UpdateExpression}\n`;
  if (request.KeyConditionExpression !== undefined) shape += `K${request.KeyConditionExpression}\n`;
  if (request.FilterExpression !== undefined) shape += `F${request.FilterExpression}\n`;
  if (request.ProjectionExpression !== undefined) shape += `P${request.ProjectionExpression}\n`;
  const names = request.ExpressionAttributeNames;
  if (names !== undefined) {
    shape += 'N';
    for (const name in names) shape += `${name}\n${names[name] as string}\n`;
  }
  if (values !== undefined) {
    shape += 'V';
    for (const name in values) shape += `${name}\n`;
  }
  return shape;
}

function parse(request: Expressions, values: Bound | undefined): Plan {
  const { ConditionExpression, UpdateExpression, KeyConditionExpression, FilterExpression, ProjectionExpression } = request;
  const parsed: Request = {
    ConditionExpression,
    UpdateExpression,
    KeyConditionExpression,
    FilterExpression,
    ProjectionExpression,
    ExpressionAttributeNames: request.ExpressionAttributeNames,
    ExpressionAttributeValues: values === undefined ? undefined : markers(values),
  };
  const wrong = validations.validateExpressions(parsed);
  if (wrong !== undefined) throw validation(wrong);
  return {
    condition: parsed._condition === undefined ? undefined : compileTest(parsed._condition.expression),
    filter: parsed._filter === undefined ? undefined : compileTest(parsed._filter.expression),
    update: parsed._updates === undefined ? undefined : compileUpdate(parsed._updates.sections),
    keyCondition: parsed._keyCondition?.expression,
    projection: parsed._projection?.paths,
  };
}

/** The parser looks at the types of values; of a marker it sees only that it fits everywhere. Types are judged when the plan runs. */
function markers(values: Bound): Record<string, Marker> {
  return Object.fromEntries(
    Object.keys(values).map((placeholder) => {
      const marker = Object.defineProperties({ S: 'S' }, { placeholder: { value: placeholder }, attrType: { value: 'S' } });
      return [placeholder, marker as Marker];
    }),
  );
}

/** The value that an operand stands for: a placeholder's, the one at a path of the item, or `size(…)`. */
export function compileTerm(operand: Operand): Term {
  if (isPath(operand)) {
    const [head] = operand;
    if (operand.length === 1) return (item) => item[head as string];
    return (item) => valueAt(item, operand);
  }
  if ('placeholder' in operand) {
    const placeholder = operand.placeholder as string;
    return (_item, values) => values[placeholder];
  }
  const size = operand as Node;
  const [argument] = size.args.map(compileTerm);
  return (item, values) => sizeOf(argument?.(item, values));
}

export function isPath(operand: Operand): operand is Path {
  return Array.isArray(operand);
}

/** The placeholder an operand is, or undefined. */
export function placeholderOf(operand: Operand | undefined): string | undefined {
  return operand !== undefined && 'placeholder' in operand ? (operand.placeholder as string) : undefined;
}

export function valueAt(item: StoredItem, path: Path): Value | undefined {
  let value: Value | undefined = item;
  for (const step of path) {
    if (value === undefined) return undefined;
    if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
    else value = typeOf(value) === 'M' ? (value as ValueMap)[step] : undefined;
  }
  return value;
}

function sizeOf(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (isSet(value)) return value.size;
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return Object.keys(value).length;
}

function compileTest(node: Node): Test {
  if (node.type === 'and' || node.type === 'or' || node.type === 'not') {
    const [first, second] = node.args.map((argument) => compileTest(argument as Node)) as [Test, Test];
    if (node.type === 'not') return (item, values) => !first(item, values);
    if (node.type === 'and') return (item, values) => first(item, values) && second(item, values);
    return (item, values) => first(item, values) || second(item, values);
  }
  const [first, ...rest] = node.args.map(compileTerm) as [Term, ...Term[]];
  const [second = first, third = first] = rest;
  switch (node.type === 'function' ? node.name : node.type) {
    case 'attribute_exists':
      return (item, values) => first(item, values) !== undefined;
    case 'attribute_not_exists':
      return (item, values) => first(item, values) === undefined;
    case 'attribute_type':
      return on(first, second, (value, type) => typeOf(value) === type);
    case 'begins_with':
      return on(first, second, beginsWith);
    case 'contains':
      return on(first, second, contains);
    case '=':
      return on(first, second, isEqual);
    case '<>':
      return (item, values) => !on(first, second, isEqual)(item, values);
    case '<':
      return on(first, second, (left, right) => (compareValues(left, right) ?? 1) < 0);
    case '<=':
      return on(first, second, (left, right) => (compareValues(left, right) ?? 1) <= 0);
    case '>':
      return on(first, second, (left, right) => (compareValues(left, right) ?? -1) > 0);
    case '>=':
      return on(first, second, (left, right) => (compareValues(left, right) ?? -1) >= 0);
    case 'between': {
      const low = on(first, second, (value, bound) => (compareValues(value, bound) ?? -1) >= 0);
      const high = on(first, third, (value, bound) => (compareValues(value, bound) ?? 1) <= 0);
      return (item, values) => low(item, values) && high(item, values);
    }
    case 'in':
      return (item, values) => rest.some((other) => on(first, other, isEqual)(item, values));
    default:
      throw validation(`Invalid expression: unknown operator or function ${node.name ?? node.type}`);
  }
}

/** False where either side is absent from the item. */
function on(left: Term, right: Term, holds: (left: Value, right: Value) => boolean): Test {
  return (item, values) => {
    const [a, b] = [left(item, values), right(item, values)];
    return a !== undefined && b !== undefined && holds(a, b);
  };
}

function beginsWith(value: Value, prefix: Value): boolean {
  if (typeof value === 'string' && typeof prefix === 'string') return value.startsWith(prefix);
  if (!(value instanceof Uint8Array && prefix instanceof Uint8Array)) return false;
  return isEqual(value.slice(0, prefix.length), prefix);
}

function contains(value: Value, part: Value): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  if (typeof value !== 'object' || value === null) return false;
  if (isSet(value)) return hasElement(value, part);
  if (isList(value)) return value.some((element) => isEqual(element, part));
  return value instanceof Uint8Array && part instanceof Uint8Array && Buffer.from(value).includes(Buffer.from(part));
}
