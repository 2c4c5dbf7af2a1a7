import { z } from 'zod';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { folded } from '../core/state.ts';
import { refuse, type Pull } from './context.ts';

const QUERY = z.object({
  page: z.coerce.number().int().positive().optional(),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
  search: z.string().default(''),
  status: z.string().default(''),
});

/** What a list is made of and how its rows are found, ordered and shown. */
export interface Listing<Row> {
  rows: readonly Row[];
  /** What a search looks into; to be made with `searchText`. */
  textOf: (row: Row) => string;
  statusOf: (row: Row) => string;
  /** The order of the pages, as a bookkeeper would have it. */
  compare: (a: Row, b: Row) => number;
  show: (row: Row) => object;
  /** Shows more than `show`, in pages only. */
  showInPage?: (row: Row) => object;
}

/** Folded text of rows, made once for each: rows are never altered in place. */
export function searchText<Row extends object>(partsOf: (row: Row) => readonly (string | undefined)[]): (row: Row) => string {
  const made = new WeakMap<Row, string>();
  return (row) => {
    const known = made.get(row);
    if (known !== undefined) return known;
    const text = folded(partsOf(row).join(' '));
    made.set(row, text);
    return text;
  };
}

/** The parameters of a list; throws a 400 that names the wrong one. */
function queryOf({ exchange }: Pull): z.infer<typeof QUERY> {
  const parsed = QUERY.safeParse(Object.fromEntries(exchange.url.searchParams));
  if (!parsed.success) throw refuse(400, z.prettifyError(parsed.error));
  return parsed.data;
}

/**
 * A list of the switchboard. `?search=` keeps rows that contain every word, without regard to case and accents; `?status=A,B` keeps those
 * statuses. With `?page=N[&pageSize=M]` the answer is `{ items, total, page, pageCount }`, ordered; otherwise the array of all, in the order of their
 * last change. A page beyond the last one is the last one.
 */
export function listAnswer<Row>(pull: Pull, { rows, textOf, statusOf, compare, show, showInPage }: Listing<Row>): SandboxAnswer {
  const { page, pageSize, search, status } = queryOf(pull);
  const words = folded(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  const statuses = new Set(status.split(',').filter((name) => name !== ''));
  const found = rows.filter((row) => {
    if (statuses.size > 0 && !statuses.has(statusOf(row))) return false;
    if (words.length === 0) return true;
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
  if (page === undefined) return jsonAnswer(200, found.map(show));
  const pageCount = Math.max(1, Math.ceil(found.length / pageSize));
  const shown = Math.min(page, pageCount);
  const items = found.sort(compare).slice((shown - 1) * pageSize, shown * pageSize);
  return jsonAnswer(200, { items: items.map(showInPage ?? show), total: found.length, page: shown, pageCount });
}
