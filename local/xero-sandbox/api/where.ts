import { folded } from '../core/state.ts';
import { XeroProblem } from './problems.ts';
import { tokensOf, type Token } from './where-tokens.ts';

export type Value = string | number | boolean | undefined;

/** The fields of a resource that where and order may name, by API path (`Contact.Name`), and how to read them. Instants are epoch ms. */
export type Fields<Row> = Readonly<Record<string, (row: Row) => Value>>;

type Read<Row> = (row: Row) => Value;

/** Brackets and negations within one another; nobody writes more. */
const MAX_DEPTH = 64;

const TEXT_METHODS: Record<string, (text: string, part: string) => boolean> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
};

/** Case- and accent-insensitive for texts (xero-facts §5); GUIDs therefore compare in any case, too. */
const comparable = (value: Value): Value => (typeof value === 'string' ? folded(value) : value);

const isEmpty = (value: Value): boolean => value === undefined || value === '';

function compare(sign: string, left: Value, right: Value): boolean {
  const [a, b] = [comparable(left), comparable(right)];
  const equal = a === b || (isEmpty(a) && isEmpty(b));
  if (sign === '=' || sign === '==') return equal;
  if (sign === '!=' || sign === '<>') return !equal;
  if (a === undefined || b === undefined || typeof a !== typeof b) return false;
  if (sign === '>') return a > b;
  if (sign === '<') return a < b;
  return sign === '>=' ? a >= b : a <= b;
}

/** Recursive descent over the subset of the .NET expression language that Xero documents (xero-facts §5, §6). */
class WhereParser<Row> {
  readonly #tokens: Token[];
  readonly #fields: Map<string, Read<Row>>;
  #at = 0;
  #depth = 0;

  constructor(where: string, fields: Fields<Row>) {
    this.#tokens = tokensOf(where);
    this.#fields = new Map(Object.entries(fields).map(([name, read]) => [name.toLowerCase(), read]));
  }

  parse(): (row: Row) => boolean {
    const condition = this.#or();
    if (this.#at < this.#tokens.length) this.#fail();
    return (row) => condition(row) === true;
  }

  #fail(): never {
    throw XeroProblem.query(`Syntax error (at index ${String(this.#at)})`);
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

  #or(): Read<Row> {
    let left = this.#and();
    while (this.#word('or') || this.#sign('||') !== undefined) {
      const [a, b] = [left, this.#and()];
      left = (row) => a(row) === true || b(row) === true;
    }
    return left;
  }

  #and(): Read<Row> {
    let left = this.#comparison();
    while (this.#word('and') || this.#sign('&&') !== undefined) {
      const [a, b] = [left, this.#comparison()];
      left = (row) => a(row) === true && b(row) === true;
    }
    return left;
  }

  #comparison(): Read<Row> {
    const left = this.#operand();
    const sign = this.#sign('==', '=', '!=', '<>', '>=', '<=', '>', '<');
    if (sign === undefined) return left;
    const right = this.#operand();
    return (row) => compare(sign, left(row), right(row));
  }

  #inner(read: () => Read<Row>): Read<Row> {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail();
    const inner = read();
    this.#depth -= 1;
    return inner;
  }

  #operand(): Read<Row> {
    if (this.#sign('!') !== undefined) {
      const inner = this.#inner(() => this.#operand());
      return (row) => inner(row) !== true;
    }
    if (this.#sign('(') !== undefined) {
      const inner = this.#inner(() => this.#or());
      this.#expect(')');
      return inner;
    }
    if (this.#sign('-') !== undefined) {
      const { value } = this.#number();
      return () => -value;
    }
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'text') return () => token.text;
    if (token?.kind === 'number') return () => token.value;
    if (token?.kind === 'name') return this.#named(token.text);
    return this.#fail();
  }

  #named(name: string): Read<Row> {
    switch (name.toLowerCase()) {
      case 'null':
        return () => undefined;
      case 'true':
        return () => true;
      case 'false':
        return () => false;
      case 'datetime':
        return this.#dateTime();
      case 'guid':
        return this.#guid();
      default:
        return this.#path(name);
    }
  }

  #dateTime(): Read<Row> {
    this.#expect('(');
    const parts = [this.#number().value];
    while (this.#sign(',') !== undefined) parts.push(this.#number().value);
    this.#expect(')');
    const [year, month, day, hour = 0, minute = 0, second = 0] = parts;
    if (year === undefined || month === undefined || day === undefined) this.#fail();
    const ms = Date.UTC(year, month - 1, day, hour, minute, second);
    return () => ms;
  }

  #guid(): Read<Row> {
    this.#expect('(');
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'text') this.#fail();
    this.#at += 1;
    this.#expect(')');
    return () => token.text;
  }

  #number(): { value: number } {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'number') this.#fail();
    this.#at += 1;
    return token;
  }

  /** A field path, perhaps with `.ToLower()` or `.Contains("x")` and the like behind it. */
  #path(first: string): Read<Row> {
    const path = [first];
    while (this.#sign('.') !== undefined) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'name') this.#fail();
      this.#at += 1;
      if (this.#sign('(') !== undefined) return this.#method(this.#field(path), token.text.toLowerCase());
      path.push(token.text);
    }
    return this.#field(path);
  }

  #field(path: string[]): Read<Row> {
    const withoutValue = path.at(-1)?.toLowerCase() === 'value' ? path.slice(0, -1) : path;
    const read = this.#fields.get(withoutValue.join('.').toLowerCase());
    if (read === undefined) throw XeroProblem.query(`No property or field '${path.join('.')}' exists in type '${path[0] ?? ''}'`);
    return read;
  }

  #method(read: Read<Row>, method: string): Read<Row> {
    const test = TEXT_METHODS[method];
    if (test !== undefined) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'text') this.#fail();
      this.#at += 1;
      this.#expect(')');
      const part = folded(token.text);
      return (row) => test(folded(String(read(row) ?? '')), part);
    }
    if (method !== 'tolower' && method !== 'toupper' && method !== 'tostring' && method !== 'trim') this.#fail();
    this.#expect(')');
    if (this.#sign('.') === undefined) return read;
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name') this.#fail();
    this.#at += 1;
    this.#expect('(');
    return this.#method(read, token.text.toLowerCase());
  }
}

/** Compiles a where expression; throws QueryParseException when it cannot be read or names an unknown field. */
export function whereOf<Row>(where: string, fields: Fields<Row>): (row: Row) => boolean {
  return new WhereParser(where, fields).parse();
}

/** Compiles an order such as `UpdatedDateUTC DESC, Name`. */
export function orderOf<Row>(order: string, fields: Fields<Row>): (a: Row, b: Row) => number {
  const byName = new Map(Object.entries(fields).map(([name, read]) => [name.toLowerCase(), read]));
  const keys = order.split(',').map((part) => {
    const [, name, direction] = /^\s*([\w.]+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
    const read = byName.get((name ?? '').toLowerCase());
    if (read === undefined) throw XeroProblem.query(`No property or field '${(name ?? part).trim()}' exists`);
    return { read, factor: direction?.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { read, factor } of keys) {
      const [left, right] = [comparable(read(a)) ?? '', comparable(read(b)) ?? ''];
      if (left !== right) return (left < right ? -1 : 1) * factor;
    }
    return 0;
  };
}
