import { XeroProblem } from './problems.ts';

export type Token =
  { kind: 'name'; text: string } | { kind: 'text'; text: string } | { kind: 'number'; value: number } | { kind: 'sign'; text: string };

const PATTERN = /\s*(?:"((?:[^"\\]|\\.)*)"|(\d+(?:\.\d+)?)[mM]?(?![\w])|([A-Za-z_]\w*)|(==|!=|<>|>=|<=|&&|\|\||[=<>!().,-]))/y;

/** Splits a where expression into tokens; throws QueryParseException for a character that belongs to none. */
export function tokensOf(where: string): Token[] {
  const tokens: Token[] = [];
  const end = where.trimEnd().length;
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < end) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(where);
    if (match === null) throw XeroProblem.query(`Syntax error (at index ${String(at)})`);
    const [, text, number, name, sign] = match;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}
