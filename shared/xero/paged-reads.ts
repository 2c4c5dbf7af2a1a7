import type { Pagination } from 'xero-node/dist/gen/model/accounting/pagination.js';
import type { FeedPage } from '../sync/books-port.ts';
import { RetryFailure } from '../sync/errors.ts';
import type { ApiCall, ApiCaller } from './api-caller.ts';

/** The most that Xero gives at once. */
export const PAGE_SIZE = 1_000;
/** Xero answers 404 beyond about 52 ids: its servers take no more than 2,048 characters of query. */
export const ITEMS_A_CALL = 40;
/** What a list may take of the address, encoded; the rest of the query needs less than 300. */
const LIST_CHARACTERS = 1_650;
/** A comma as it stands in an encoded list. */
const COMMA_CHARACTERS = 3;

/** Half a character, as broken input may hold, counts as the sign that stands for it. */
const encodedLength = (text: string): number => encodeURIComponent(text.toWellFormed()).length;

/** Ids, numbers or names cut into lists that each fit into the address of one call: at most 40, and short enough. */
export function listsForCalls(items: readonly string[]): readonly (readonly string[])[] {
  const lists: string[][] = [];
  let room = 0;
  for (const item of items) {
    const size = encodedLength(item) + COMMA_CHARACTERS;
    const last = lists.at(-1);
    if (last === undefined || last.length === ITEMS_A_CALL || size > room) {
      lists.push([item]);
      room = LIST_CHARACTERS - size;
    } else {
      last.push(item);
      room -= size;
    }
  }
  return lists;
}

/** The beginning of a search term that fits into an address; Xero finds what contains it. */
export function fittingTerm(term: string): string {
  let fitting = term;
  while (encodedLength(fitting) > LIST_CHARACTERS) fitting = [...fitting].slice(0, -1).join('');
  return fitting;
}

/** How often a list that moves under our feet is read again before giving up. */
const PASSES = 3;

export interface ReadPage<T> {
  readonly items: readonly T[];
  readonly pagination: Pagination | undefined;
}

/**
 * Every item of a list, page by page. The order is by time of change, so a record edited meanwhile moves to the end and another
 * slips unread from one page to the page before: fewer than Xero counts means read again. Throws RetryFailure when that does not end.
 */
export async function readEveryPage<T>(
  noun: string,
  idOf: (item: T) => string,
  readPage: (page: number) => Promise<ReadPage<T>>,
): Promise<readonly T[]> {
  const found = new Map<string, T>();
  for (let pass = 0; pass < PASSES; pass += 1) {
    let expected = 0;
    for (let page = 1, last = false; !last; page += 1) {
      const { items, pagination } = await readPage(page);
      for (const item of items) found.set(idOf(item), item);
      expected = pagination?.itemCount ?? found.size;
      last = pagination?.pageCount === undefined ? items.length < PAGE_SIZE : page >= pagination.pageCount;
    }
    if (found.size >= expected) return [...found.values()];
  }
  throw new RetryFailure(`${noun} in Xero kept changing while they were read`, 'lost-answer');
}

/** A page of a feed of changes, oldest change first. */
export async function readFeedPage<Body, T>(
  call: ApiCaller,
  read: ApiCall<Body>,
  itemsOf: (body: Body) => readonly T[],
): Promise<FeedPage<T>> {
  const { body, answeredAt } = await call.timed(read);
  const items = itemsOf(body);
  return { items, answeredAt, isFull: items.length >= PAGE_SIZE };
}

/** Order of a feed. */
export const BY_CHANGE = 'UpdatedDateUTC ASC';
