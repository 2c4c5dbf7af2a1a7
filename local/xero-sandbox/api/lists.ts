import { isGuid } from '../core/guids.ts';
import { parseModifiedSince } from './dates.ts';
import { XeroProblem } from './problems.ts';
import { orderOf, whereOf, type Fields } from './where.ts';

export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 1_000;
/** A demand that matches more is refused, whatever page it asks for. */
const MAX_MATCHES = 100_000;
const MAX_WHOLE_NUMBER = 2_147_483_647;

export interface Pagination {
  page: number;
  pageSize: number;
  pageCount: number;
  itemCount: number;
}

/** A whole number from the query; undefined when absent; not a number is a 400. */
function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = parameter(query, name);
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d+$/.test(text) || Math.abs(Number(text)) > MAX_WHOLE_NUMBER)
    throw XeroProblem.query(`The value '${text}' is not valid for ${name}.`);
  return Number(text);
}

/** A query parameter by its name in any case. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  const exact = query.get(name);
  if (exact !== null) return exact;
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}

export function flag(query: URLSearchParams, name: string): boolean {
  return (parameter(query, name) ?? '').toLowerCase() === 'true';
}

/** A comma-separated list from the query, trimmed and in lower case; undefined when absent. */
export function listed(query: URLSearchParams, name: string): Set<string> | undefined {
  const text = parameter(query, name);
  if (text === undefined || text.trim() === '') return undefined;
  return new Set(text.split(',').map((part) => part.trim().toLowerCase()));
}

/** Like `listed`, for GUIDs; anything else is a 400. */
export function listedGuids(query: URLSearchParams, name: string): Set<string> | undefined {
  const ids = listed(query, name);
  for (const id of ids ?? []) if (!isGuid(id)) throw XeroProblem.query(`The value '${id}' in ${name} is not a GUID.`);
  return ids;
}

/** Page and pageSize of the query, clamped; undefined when the list is not paged. */
export function pageOf(query: URLSearchParams, forced: boolean): { page: number; pageSize: number } | undefined {
  const page = wholeNumber(query, 'page');
  const pageSize = wholeNumber(query, 'pageSize');
  if (page === undefined && pageSize === undefined && !forced) return undefined;
  return {
    page: Math.max(1, page ?? 1),
    pageSize: pageSize === undefined ? DEFAULT_PAGE_SIZE : Math.min(MAX_PAGE_SIZE, Math.max(1, pageSize)),
  };
}

/** The moment of If-Modified-Since in whole seconds, or undefined when the header is absent. */
export function modifiedSince(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['if-modified-since'];
  if (text === undefined || text === '') return undefined;
  const ms = parseModifiedSince(text);
  if (ms === undefined) throw XeroProblem.validation(`If-Modified-Since '${text}' is not a valid date.`);
  return Math.floor(ms / 1000);
}

export interface ListDemand<Row> {
  rows: readonly Row[];
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  fields: Fields<Row>;
  /** UpdatedDateUTC and id give the default order, and If-Modified-Since its meaning: second precision, >=. */
  updatedOf: (row: Row) => number;
  idOf: (row: Row) => string;
  filter?: (row: Row) => boolean;
  /** summaryOnly forces paging. */
  paged?: boolean;
}

/** Filters, orders and pages rows as every Xero list does. */
export function select<Row>(demand: ListDemand<Row>): { rows: Row[]; pagination: Pagination | undefined } {
  const { query, updatedOf, idOf, filter } = demand;
  const since = modifiedSince(demand.headers);
  const where = parameter(query, 'where');
  const order = parameter(query, 'order');
  const matches = where === undefined || where.trim() === '' ? undefined : whereOf(where, demand.fields);
  const byDefault = (a: Row, b: Row): number => updatedOf(a) - updatedOf(b) || (idOf(a) < idOf(b) ? -1 : 1);
  const compare = order === undefined || order.trim() === '' ? undefined : orderOf(order, demand.fields);
  const found = demand.rows.filter(
    (row) => (since === undefined || Math.floor(updatedOf(row) / 1000) >= since) && (filter?.(row) ?? true) && (matches?.(row) ?? true),
  );
  if (found.length > MAX_MATCHES)
    throw XeroProblem.validation(`The request matches more than ${String(MAX_MATCHES)} records. Narrow it with filters.`);
  found.sort(compare === undefined ? byDefault : (a, b) => compare(a, b) || byDefault(a, b));
  const page = pageOf(query, demand.paged ?? false);
  if (page === undefined) return { rows: found, pagination: undefined };
  const start = (page.page - 1) * page.pageSize;
  const pagination = { ...page, pageCount: Math.ceil(found.length / page.pageSize), itemCount: found.length };
  return { rows: found.slice(start, start + page.pageSize), pagination };
}
