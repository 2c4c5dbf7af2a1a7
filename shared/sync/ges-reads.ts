import type { EntityType } from '../domain/records.ts';
import { chunks } from './concurrency.ts';
import type { Pass } from './deps.ts';
import type { GesPage } from './ports.ts';

/** Most ids of one read of the GES platform API (contracts §2). */
export const GES_PAGE = 500;

/** Stands for a record that GES has but shows in a form that does not fit the contract: neither usable nor gone. */
export const UNREADABLE = Symbol('unreadable in GES');

/** What GES has of some ids. An id that is absent does not exist any more. */
export type GesRead<G> = ReadonlyMap<string, G | typeof UNREADABLE>;

/** Reads records by id, to the last page. One GES call per 500. One record that does not fit the contract holds up no other (F2). */
export async function readByIds<G extends { readonly id: string }>(
  pass: Pass,
  type: EntityType,
  gesIds: readonly string[],
  list: (query: { readonly ids: readonly string[]; readonly limit: number; readonly cursor?: string }) => Promise<GesPage<G>>,
): Promise<GesRead<G>> {
  const read = new Map<string, G | typeof UNREADABLE>();
  for (const ids of chunks(gesIds, GES_PAGE)) {
    let cursor: string | null = null;
    do {
      const page: GesPage<G> = await list({ ids, limit: GES_PAGE, ...(cursor === null ? {} : { cursor }) });
      for (const item of page.items) read.set(item.id, item);
      for (const id of unreadableOf(pass, type, page)) read.set(id, UNREADABLE);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return read;
}

/** The ids of a page's unreadable records, told to whoever watches the log. */
export function unreadableOf(pass: Pass, type: EntityType, page: GesPage<unknown>): readonly string[] {
  const ids = page.unreadable ?? [];
  for (const gesId of ids) pass.log.error('a record of GES does not fit the contract', { type, gesId });
  return ids;
}
