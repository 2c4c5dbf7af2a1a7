import { isGuid } from '../core/guids.ts';
import { folded } from '../core/state.ts';
import { XeroProblem } from './problems.ts';
import { tokensOf, type Token } from './where-tokens.ts';

export type Value = string | number | boolean | undefined;

/** How to read the fields of one kind, by API path (`Contact.Name`). */
type Reads<Row, Kept> = Readonly<Record<string, (row: Row) => Kept | undefined>>;

/** The fields of a resource that where and order may name, by kind: Xero compares only like with like. Dates are epoch ms. */
export interface Fields<Row> {
  texts?: Reads<Row, string>;
  numbers?: Reads<Row, number>;
  dates?: Reads<Row, number>;
  flags?: Reads<Row, boolean>;
  guids?: Reads<Row, string>;
}

/** The kinds under the names that Xero's messages give them. */
type Kind = 'String' | 'Decimal' | 'DateTime' | 'Boolean' | 'Guid' | 'null';
const KINDS = { texts: 'String', numbers: 'Decimal', dates: 'DateTime', flags: 'Boolean', guids: 'Guid' } as const;

/** A part of an expression: what kind of value it has, and the value for a row. */
interface Term<Row> {
  kind: Kind;
  read: (row: Row) => Value;
}

/** The fields by name in lower case. */
function termsOf<Row>(fields: Fields<Row>): Map<string, Term<Row>> {
  const groups = Object.keys(KINDS) as (keyof typeof KINDS)[];
  return new Map(
    groups.flatMap((group) =>
      Object.entries<(row: Row) => Value>(fields[group] ?? {}).map(([name, read]): [string, Term<Row>] => [
        name.toLowerCase(),
        { kind: KINDS[group], read },
      ]),
    ),
  );
}

/** Brackets and negations within one another; nobody writes more. */
const MAX_DEPTH = 64;

const TEXT_METHODS: ReadonlyMap<string, (text: string, part: string) => boolean> = new Map([
  ['contains', (text, part) => text.includes(part)],
  ['startswith', (text, part) => text.startsWith(part)],
  ['endswith', (text, part) => text.endsWith(part)],
]);

/** Case- and accent-insensitive for texts; GUIDs therefore compare in any case, too. */
const comparable = (value: Value): Value => (typeof value === 'string' ? folded(value) : value);

const isEmpty = (value: Value): boolean => value === undefined || value === '';

function compare(sign: string, left: Value, right: Value): boolean {
  const [a, b] = [comparable(left), comparable(right)];
  const equal = a === b || (isEmpty(a) && isEmpty(b));
  if (sign === '=' || sign === '==') return equal;
  if (sign === '!=' || sign === '<>') return !equal;
  if (a === undefined || b === undefined) return false;
  if (sign === '>') return a > b;
  if (sign === '<') return a < b;
  return sign === '>=' ? a >= b : a <= b;
}

const constant = (kind: Kind, value: Value): Term<unknown> => ({ kind, read: () => value });

/** Recursive descent over the subset of the .NET expression language that Xero documents. */
class WhereParser<Row> {
  readonly #tokens: Token[];
  readonly #fields: Map<string, Term<Row>>;
  #at = 0;
  #depth = 0;

  constructor(where: string, fields: Fields<Row>) {
    this.#tokens = tokensOf(where);
    this.#fields = termsOf(fields);
  }

  parse(): (row: Row) => boolean {
    const { read } = this.#condition(this.#or());
    if (this.#at < this.#tokens.length) this.#fail();
    return (row) => read(row) === true;
  }

  #fail(): never {
    throw XeroProblem.query(`Syntax error (at index ${String(this.#at)})`);
  }

  /** The term when it is a condition; a bare text or number is none. */
  #condition(term: Term<Row>): Term<Row> {
    if (term.kind !== 'Boolean') throw XeroProblem.query("Expression of type 'Boolean' expected");
    return term;
  }

  #sign(...signs: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #word(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name' || token.text.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (this.#sign(sign) === undefined) this.#fail();
  }

  #or(): Term<Row> {
    let left = this.#and();
    while (this.#word('or') || this.#sign('||') !== undefined) {
      const [a, b] = [this.#condition(left), this.#condition(this.#and())];
      left = { kind: 'Boolean', read: (row) => a.read(row) === true || b.read(row) === true };
    }
    return left;
  }

  #and(): Term<Row> {
    let left = this.#comparison();
    while (this.#word('and') || this.#sign('&&') !== undefined) {
      const [a, b] = [this.#condition(left), this.#condition(this.#comparison())];
      left = { kind: 'Boolean', read: (row) => a.read(row) === true && b.read(row) === true };
    }
    return left;
  }

  #comparison(): Term<Row> {
    const left = this.#operand();
    const sign = this.#sign('==', '=', '!=', '<>', '>=', '<=', '>', '<');
    if (sign === undefined) return left;
    const right = this.#operand();
    if (left.kind !== right.kind && left.kind !== 'null' && right.kind !== 'null')
      throw XeroProblem.query(`Operator '${sign}' incompatible with operand types '${left.kind}' and '${right.kind}'`);
    return { kind: 'Boolean', read: (row) => compare(sign, left.read(row), right.read(row)) };
  }

  #inner(read: () => Term<Row>): Term<Row> {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail();
    const inner = read();
    this.#depth -= 1;
    return inner;
  }

  #operand(): Term<Row> {
    if (this.#sign('!') !== undefined) {
      const inner = this.#condition(this.#inner(() => this.#operand()));
      return { kind: 'Boolean', read: (row) => inner.read(row) !== true };
    }
    if (this.#sign('(') !== undefined) {
      const inner = this.#inner(() => this.#or());
      this.#expect(')');
      return inner;
    }
    if (this.#sign('-') !== undefined) return constant('Decimal', -this.#number());
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'text') return constant('String', token.text);
    if (token?.kind === 'number') return constant('Decimal', token.value);
    if (token?.kind === 'name') return this.#named(token.text);
    return this.#fail();
  }

  #named(name: string): Term<Row> {
    switch (name.toLowerCase()) {
      case 'null':
        return constant('null', undefined);
      case 'true':
        return constant('Boolean', true);
      case 'false':
        return constant('Boolean', false);
      case 'datetime':
        return this.#dateTime();
      case 'guid':
        return this.#guid();
      default:
        return this.#path(name);
    }
  }

  #dateTime(): Term<Row> {
    this.#expect('(');
    const parts = [this.#number()];
    while (this.#sign(',') !== undefined) parts.push(this.#number());
    this.#expect(')');
    const [year, month, day, hour = 0, minute = 0, second = 0] = parts;
    if (year === undefined || month === undefined || day === undefined) this.#fail();
    const ms = Date.UTC(year, month - 1, day, hour, minute, second);
    const isReal = !Number.isNaN(ms) && new Date(ms).getUTCDate() === day && new Date(ms).getUTCMonth() === month - 1;
    if (!isReal) throw XeroProblem.query('Year, Month, and Day parameters describe an un-representable DateTime.');
    return constant('DateTime', ms);
  }

  #guid(): Term<Row> {
    this.#expect('(');
    const guid = this.#text();
    this.#expect(')');
    if (!isGuid(guid)) throw XeroProblem.query('Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).');
    return constant('Guid', guid);
  }

  #number(): number {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'number') this.#fail();
    this.#at += 1;
    return token.value;
  }

  #text(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'text') this.#fail();
    this.#at += 1;
    return token.text;
  }

  /** A field path, perhaps with `.ToLower()` or `.Contains("x")` and the like behind it. */
  #path(first: string): Term<Row> {
    const path = [first];
    while (this.#sign('.') !== undefined) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'name') this.#fail();
      this.#at += 1;
      if (this.#sign('(') !== undefined) return this.#method(this.#field(path), token.text);
      path.push(token.text);
    }
    return this.#field(path);
  }

  #field(path: string[]): Term<Row> {
    const withoutValue = path.at(-1)?.toLowerCase() === 'value' ? path.slice(0, -1) : path;
    const field = this.#fields.get(withoutValue.join('.').toLowerCase());
    if (field === undefined) throw XeroProblem.query(`No property or field '${path.join('.')}' exists in type '${path[0] ?? ''}'`);
    return field;
  }

  #method(term: Term<Row>, name: string): Term<Row> {
    const method = name.toLowerCase();
    const test = TEXT_METHODS.get(method);
    const changes = ['tolower', 'toupper', 'trim'].includes(method);
    if ((test === undefined && !changes && method !== 'tostring') || (term.kind !== 'String' && method !== 'tostring'))
      throw XeroProblem.query(`No applicable method '${name}' exists in type '${term.kind}'`);
    if (test !== undefined) {
      const part = folded(this.#text());
      this.#expect(')');
      return { kind: 'Boolean', read: (row) => test(folded(String(term.read(row) ?? '')), part) };
    }
    this.#expect(')');
    const text: Term<Row> = { kind: 'String', read: (row) => textOf(term.read(row)) };
    if (this.#sign('.') === undefined) return text;
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name') this.#fail();
    this.#at += 1;
    this.#expect('(');
    return this.#method(text, token.text);
  }
}

const textOf = (value: Value): string | undefined => (value === undefined ? undefined : String(value));

/** Compiles a where expression; throws QueryParseException when it cannot be read, names an unknown field or compares unlike kinds. */
export function whereOf<Row>(where: string, fields: Fields<Row>): (row: Row) => boolean {
  return new WhereParser(where, fields).parse();
}

/** Compiles an order such as `UpdatedDateUTC DESC, Name`. */
export function orderOf<Row>(order: string, fields: Fields<Row>): (a: Row, b: Row) => number {
  const byName = termsOf(fields);
  const keys = order.split(',').map((part) => {
    const [, name, direction] = /^\s*([\w.]+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
    const field = byName.get((name ?? '').toLowerCase());
    if (field === undefined) throw XeroProblem.query(`No property or field '${(name ?? part).trim()}' exists`);
    return { read: field.read, factor: direction?.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { read, factor } of keys) {
      const [left, right] = [comparable(read(a)) ?? '', comparable(read(b)) ?? ''];
      if (left !== right) return (left < right ? -1 : 1) * factor;
    }
    return 0;
  };
}
