import * as z from 'zod';
import type { EntityType } from '../domain/records.ts';
import type { GesPage, GesPaymentQuery, GesWrite, SnapshotOf } from '../sync/platform-port.ts';
import { SNAPSHOT_SCHEMAS } from './event-contract.ts';
import { checkedAnswer, type PlatformCall, type PlatformCaller } from './platform-caller.ts';

/** The calls that every type of record has. */

const PLURALS = { customer: 'customers', invoice: 'invoices', payment: 'payments' } as const;

/** A page as such; what cannot even be told apart by its id makes the whole answer useless. */
const page = z.object({ items: z.array(z.looseObject({ id: z.string().min(1) })), nextCursor: z.string().nullable() });

function queryOf(query: GesPaymentQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) parameters.set(name, value);
  };
  set('ids', query.ids?.join(','));
  set('invoiceIds', query.invoiceIds?.join(','));
  set('updatedFrom', query.updatedFrom);
  set('issuedFrom', query.issuedFrom);
  set('issuedTo', query.issuedTo);
  set('cursor', query.cursor);
  set('limit', query.limit === undefined ? undefined : String(query.limit));
  return parameters;
}

/** Ids of one call, in characters as they are sent: servers take an address of 8,000, and with it stand a name and filters. */
const IDS_LENGTH_A_CALL = 6_000;

/** Ids cut into what one call can carry. */
function idsByCall(ids: readonly string[]): readonly (readonly string[])[] {
  const calls: string[][] = [];
  let length = Infinity;
  for (const id of ids) {
    const more = encodeURIComponent(`${id},`).length;
    if (length + more > IDS_LENGTH_A_CALL) {
      calls.push([]);
      length = 0;
    }
    calls.at(-1)?.push(id);
    length += more;
  }
  return calls;
}

/**
 * One page of records. One that does not fit the contract is named, and takes nothing from the others (F2). Ids that are too long for one
 * call together are asked for in several, and come as one page whatever the limit.
 */
export async function listRecords<T extends EntityType>(
  request: PlatformCaller,
  type: T,
  accountId: string,
  query: GesPaymentQuery,
): Promise<GesPage<SnapshotOf[T]>> {
  const calls = idsByCall(query.ids ?? []);
  if (calls.length <= 1) return listPage(request, type, accountId, query);
  const items: SnapshotOf[T][] = [];
  const unreadable: string[] = [];
  for (const ids of calls) {
    const { cursor: _cursor, ...filters } = query;
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: GesPage<SnapshotOf[T]> = await listPage(request, type, accountId, {
        ...filters,
        ids,
        ...(cursor === undefined ? {} : { cursor }),
      });
      items.push(...page.items);
      unreadable.push(...(page.unreadable ?? []));
      cursor = page.nextCursor;
    }
  }
  return { items, nextCursor: null, ...(unreadable.length === 0 ? {} : { unreadable }) };
}

async function listPage<T extends EntityType>(
  request: PlatformCaller,
  type: T,
  accountId: string,
  query: GesPaymentQuery,
): Promise<GesPage<SnapshotOf[T]>> {
  const call: PlatformCall = { method: 'GET', accountId, plural: PLURALS[type], query: queryOf(query) };
  const schema: z.ZodType<SnapshotOf[T]> = SNAPSHOT_SCHEMAS[type];
  const { items, nextCursor } = checkedAnswer(page, await request(call, [200]), call);
  const checked = items.map((item) => ({ id: item.id, parsed: schema.safeParse(item) }));
  const unreadable = checked.filter(({ parsed }) => !parsed.success).map(({ id }) => id);
  return {
    items: checked.flatMap(({ parsed }) => (parsed.success ? [parsed.data] : [])),
    nextCursor,
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** A record on condition of its revision: 412 is a conflict with what it is now, 404 says it is gone. */
export async function patchRecord<T extends EntityType>(
  request: PlatformCaller,
  type: T,
  record: { readonly accountId: string; readonly id: string; readonly revision: number },
  json: unknown,
): Promise<GesWrite<SnapshotOf[T]>> {
  const call: PlatformCall = { method: 'PATCH', plural: PLURALS[type], ...record, json };
  const answer = await request(call, [200, 404, 412]);
  if (answer.status === 404) return { outcome: 'gone' };
  const snapshot = checkedAnswer(SNAPSHOT_SCHEMAS[type], answer, call);
  return { outcome: answer.status === 200 ? 'written' : 'conflict', snapshot };
}
