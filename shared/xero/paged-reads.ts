import type { Pagination } from 'xero-node/dist/gen/model/accounting/pagination.js';
import { RetryFailure } from '../sync/errors.ts';

/** The most that Xero gives at once (xero-facts §5). */
export const PAGE_SIZE = 1_000;
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
