import type { Node, Operand, Path, UpdateAction } from 'dynalite/validations/index.js';
import { validation } from './errors.ts';
import type { Bound, Term } from './expressions.ts';
import { compileTerm, isPath, placeholderOf, valueAt } from './expressions.ts';
import type { StoredItem, Value, ValueMap, ValueSet } from './values.ts';
import { copyOut, hasElement, isList, isSet, typeOf } from './values.ts';

export interface UpdatePlan {
  /** The top-level attributes that the update writes. */
  readonly attributes: ReadonlySet<string>;
  readonly paths: readonly Path[];
  /** The item after the update. The one given stays as it is. Throws ValidationException where a path or an operand does not fit. */
  apply(item: StoredItem, values: Bound): StoredItem;
}

type Draft = Record<string, Value>;
type Step = (draft: Draft, before: StoredItem, values: Bound) => void;

const WRONG_OPERAND = 'An operand in the update expression has an incorrect data type';
const WRONG_PATH = 'The document path provided in the update expression is invalid for update';

/** Every operand is read from the item as it was before the update, whatever the order of the actions. */
export function compileUpdate(actions: readonly UpdateAction[]): UpdatePlan {
  const paths = actions.map(({ path }) => path);
  const attributes = new Set(paths.map(([head]) => head as string));
  const nested = new Set(paths.filter((path) => path.length > 1).map(([head]) => head as string));
  // Removing an element moves those behind it, so the last one goes first and all of them after the rest.
  const removals = actions.filter(({ type }) => type === 'remove').sort((a, b) => lastIndex(b.path) - lastIndex(a.path));
  const steps = [...actions.filter(({ type }) => type !== 'remove'), ...removals].map(compileAction);
  return {
    attributes,
    paths,
    apply(item, values) {
      const draft: Draft = { ...item };
      for (const name of nested) if (draft[name] !== undefined) draft[name] = copyOut(draft[name]);
      for (const step of steps) step(draft, item, values);
      return draft;
    },
  };
}

function lastIndex(path: Path): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

function compileAction({ type, path, val }: UpdateAction): Step {
  if (type === 'remove') return (draft) => remove(draft, path);
  const term = compileValue(val as Operand);
  if (type === 'set') {
    return (draft, before, values) => {
      const value = term(before, values);
      if (value === undefined) throw validation('The provided expression refers to an attribute that does not exist in the item');
      write(draft, path, value);
    };
  }
  const placeholder = placeholderOf(val) ?? '';
  const change = type === 'add' ? added : deleted;
  return (draft, before, values) => {
    const operand = values[placeholder];
    const value = operand === undefined ? undefined : change(valueAt(before, path), operand);
    if (value === undefined) remove(draft, path);
    else write(draft, path, value);
  };
}

function compileValue(operand: Operand): Term {
  if (isPath(operand) || placeholderOf(operand) !== undefined) return compileTerm(operand);
  const { type, name, args } = operand as Node;
  const [left, right] = args.map(compileValue) as [Term, Term];
  if (type === 'add') return (item, values) => sum(left(item, values), right(item, values), 1);
  if (type === 'subtract') return (item, values) => sum(left(item, values), right(item, values), -1);
  if (name === 'if_not_exists') return (item, values) => left(item, values) ?? right(item, values);
  return (item, values) => {
    const [a, b] = [left(item, values), right(item, values)];
    if (a === undefined || b === undefined) return undefined;
    if (!isList(a) || !isList(b)) throw validation(WRONG_OPERAND);
    return [...a, ...b];
  };
}

function sum(left: Value | undefined, right: Value | undefined, sign: 1 | -1): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== 'number' || typeof right !== 'number') throw validation(WRONG_OPERAND);
  const total = left + sign * right;
  // DynamoDB counts in decimals: 0.1 + 0.2 is 0.3.
  return Number.isInteger(total) ? total : Number(total.toPrecision(15));
}

function added(current: Value | undefined, operand: Value): Value {
  if (typeof operand === 'number') return sum(current ?? 0, operand, 1) as number;
  if (!isSet(operand)) throw validation(WRONG_OPERAND);
  if (current === undefined) return operand;
  const set = sameKindOfSet(current, operand);
  return new Set([...set, ...[...operand].filter((element) => !hasElement(set, element))]);
}

function deleted(current: Value | undefined, operand: Value): Value | undefined {
  if (!isSet(operand)) throw validation(WRONG_OPERAND);
  if (current === undefined) return undefined;
  const rest = new Set([...sameKindOfSet(current, operand)].filter((element) => !hasElement(operand, element)));
  return rest.size === 0 ? undefined : rest;
}

function sameKindOfSet(current: Value, operand: ValueSet): ValueSet {
  if (typeOf(current) !== typeOf(operand)) throw validation(WRONG_OPERAND);
  return current as ValueSet;
}

function write(draft: Draft, path: Path, value: Value): void {
  const { parent, last } = place(draft, path);
  if (typeof last === 'string' && isMap(parent)) Reflect.set(parent, last, value);
  else if (typeof last === 'number' && parent !== undefined && isList(parent)) {
    // An index beyond the end appends.
    (parent as Value[])[Math.min(last, parent.length)] = value;
  } else throw validation(WRONG_PATH);
}

function remove(draft: Draft, path: Path): void {
  const { parent, last } = place(draft, path);
  if (typeof last === 'string' && isMap(parent)) Reflect.deleteProperty(parent, last);
  else if (typeof last === 'number' && parent !== undefined && isList(parent)) (parent as Value[]).splice(last, 1);
  else throw validation(WRONG_PATH);
}

function place(draft: Draft, path: Path): { parent: Value | undefined; last: string | number } {
  return { parent: path.length === 1 ? draft : valueAt(draft, path.slice(0, -1)), last: path.at(-1) as string | number };
}

function isMap(value: Value | undefined): value is ValueMap {
  return value !== undefined && typeOf(value) === 'M';
}
