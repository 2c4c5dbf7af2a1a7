import { isGuid } from '../core/guids.ts';
import { ElementInvalid, XeroProblem } from './problems.ts';

/** One element of a request body. Keys count exactly as written: a wrong-cased key is ignored like an unknown one. */
export type Element = Readonly<Record<string, unknown>>;

export function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing that Xero reads lies deeper; whatever does could be neither echoed nor stored. */
const MAX_DEPTH = 64;
/** Beyond this an amount can no longer be counted to the penny. */
const MAX_NUMBER = 1e12;

/** Control characters besides tab and line ends. In JSON they can only stand as escapes, which are rare: the body is searched for those first. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;
const ESCAPED_CONTROL = /\\(?:u00[01]|[bf])/i;

/** Parses the body; throws PostDataInvalidException when it is not JSON or nested too deeply. */
export function parseBody(body: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw XeroProblem.postData(`JSON for post data was invalid, ${error instanceof Error ? error.message : 'it could not be read'}`);
  }
  if (isDeeper(parsed, MAX_DEPTH))
    throw XeroProblem.postData(`JSON for post data was invalid, it is nested deeper than ${String(MAX_DEPTH)}`);
  const forbidden = ESCAPED_CONTROL.test(body) ? controlCharacterIn(parsed) : undefined;
  if (forbidden !== undefined) throw XeroProblem.postData(`JSON for post data was invalid, ${forbidden}, is an invalid character.`);
  return parsed;
}

/** The first control character in any text of a JSON value, as the message names it: Xero refuses the whole request for one. */
function controlCharacterIn(value: unknown): string | undefined {
  for (let level = [value]; level.length > 0; level = level.flatMap(partsOf)) {
    const code = level
      .map((item) => (typeof item === 'string' ? CONTROL.exec(item)?.[0].charCodeAt(0) : undefined))
      .find((found) => found !== undefined);
    if (code !== undefined) return `hexadecimal value 0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return undefined;
}

const partsOf = (item: unknown): unknown[] => (typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : []);

/** Whether a JSON value is nested deeper than that; level by level, because recursion would not survive it. */
function isDeeper(value: unknown, depth: number): boolean {
  let level = [value];
  for (let i = 0; i <= depth; i += 1) {
    level = level.flatMap(partsOf);
    if (level.length === 0) return false;
  }
  return true;
}

/** The elements of a body: an envelope with the plural name in any case, a bare object, or an array. */
export function elementsOf(body: string, plural: string): Element[] {
  const parsed = parseBody(body);
  const enveloped = isElement(parsed) ? Object.entries(parsed).find(([key]) => key.toLowerCase() === plural.toLowerCase())?.[1] : undefined;
  const content = enveloped ?? parsed;
  const elements = Array.isArray(content) ? (content as unknown[]) : [content];
  if (elements.length === 0) throw XeroProblem.postData(`At least one element is required in ${plural}.`);
  return elements.map((element) => {
    if (!isElement(element)) throw XeroProblem.postData(`Each element of ${plural} must be an object.`);
    return element;
  });
}

/** A text; numbers and booleans are written out, null counts as absent, anything else is PostDataInvalidException. */
export function textField(element: Element, name: string): string | undefined {
  const value = element[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw XeroProblem.postData(`The value of ${name} could not be read as text.`);
}

/** A GUID; anything else is PostDataInvalidException, the empty text counts as absent. */
export function guidField(element: Element, name: string): string | undefined {
  const text = textField(element, name);
  if (text === undefined || text === '') return undefined;
  if (!isGuid(text)) throw XeroProblem.postData(`The value '${text}' is not a GUID for ${name}.`);
  return text.toLowerCase();
}

/** A decimal number, also as text; one that is too large counts as unreadable. */
export function numberField(element: Element, name: string): number | undefined {
  const value = element[name];
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Math.abs(number) <= MAX_NUMBER) return number;
  throw XeroProblem.postData(`The value of ${name} could not be read as a number.`);
}

export function booleanField(element: Element, name: string): boolean | undefined {
  const value = element[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw XeroProblem.postData(`The value of ${name} could not be read as a boolean.`);
}

export function objectField(element: Element, name: string): Element | undefined {
  const value = element[name];
  if (value === undefined || value === null) return undefined;
  if (isElement(value)) return value;
  throw XeroProblem.postData(`The value of ${name} must be an object.`);
}

export function arrayField(element: Element, name: string): Element[] | undefined {
  const value = element[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw XeroProblem.postData(`The value of ${name} must be an array.`);
  return (value as unknown[]).map((item) => {
    if (!isElement(item)) throw XeroProblem.postData(`Each element of ${name} must be an object.`);
    return item;
  });
}

/** One of the given words, or PostDataInvalidException: an unknown enum value is malformed data. */
export function wordField<Word extends string>(element: Element, name: string, words: readonly Word[]): Word | undefined {
  const text = textField(element, name);
  if (text === undefined || text === '') return undefined;
  const word = words.find((known) => known.toLowerCase() === text.toLowerCase());
  if (word === undefined) throw XeroProblem.postData(`The value '${text}' is not valid for ${name}.`);
  return word;
}

/** Collects the messages of one element and throws them together. */
export class Checks {
  readonly #messages: string[] = [];

  ensure(condition: boolean, message: string): void {
    if (!condition) this.#messages.push(message);
  }

  length(name: string, text: string | undefined, max: number): void {
    this.ensure((text?.length ?? 0) <= max, `The field ${name} must be a string with a maximum length of ${String(max)}.`);
  }

  /** Throws ElementInvalid when anything was wrong. */
  finish(): void {
    if (this.#messages.length > 0) throw new ElementInvalid(this.#messages);
  }
}
