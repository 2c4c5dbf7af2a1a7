import { followsType, isSinceConnecting, keepsNews, type Connection } from '../domain/connection.ts';
import type { EntityType, RecordType } from '../domain/records.ts';
import { forEachLimit } from './concurrency.ts';
import { ringLane, type LaneDeps } from './lane.ts';
import { UNKNOWN_RECORD } from './pick.ts';
import type { ConnectionReader, Scope } from './ports.ts';
import type { Inbox, News, RecordStore } from './records-port.ts';
import { FRESH_MS } from './work.ts';

/** What both sides' news needs on its way into the inbox. */
export interface IngressDeps extends Pick<LaneDeps, 'lanes' | 'doorbell' | 'clock'> {
  readonly connections: ConnectionReader;
  readonly inbox: Pick<Inbox, 'put'>;
  readonly records: Pick<RecordStore, 'getLinks' | 'getMarkers' | 'findAliases'>;
}

/** A change of a GES record, checked at the border. */
export interface GesChangeNews {
  readonly accountId: string;
  readonly type: EntityType;
  readonly id: string;
  /** Payments: their invoice, where the news tells it. */
  readonly invoiceId?: string;
  readonly revision: number;
  readonly change: News['change'];
  readonly origin: NonNullable<News['origin']>;
  readonly snapshot: unknown;
  /** When GES told it, epoch ms. */
  readonly sentAt: number;
}
/** A change that Xero reports, checked at the border. `at` is epoch milliseconds. */
export interface XeroChangeNews {
  readonly tenantId: string;
  readonly type: RecordType;
  readonly id: string;
  readonly change: 'created' | 'updated';
  readonly at: number;
}

/**
 * Why news is dropped: no user wish to sync (A2), the type is off (A1), not our tenant, a payment of which nobody knows the invoice, or the link
 * knows it already, because it is our own write coming back (E3) or comes late (E5).
 */
export type DropReason = 'not-connected' | 'type-off' | 'unknown-tenant' | 'unknown-invoice' | 'echo';
/** `older`: the inbox holds newer news of the record (E5). */
export type Reception = 'stored' | 'older' | DropReason;

/** Xero waits 5 s for its answer, so one delivery's news is put side by side. */
const PUTS_SIDE_BY_SIDE = 16;

/** A2: news is kept while connected, and while the connection is interrupted against the user's wish (F5). */
function refusal(connection: Connection, type: EntityType): DropReason | undefined {
  if (!keepsNews(connection)) return 'not-connected';
  return followsType(connection.settings, type) ? undefined : 'type-off';
}

/**
 * Takes one change of a GES record: drops it, without a write, or puts it in the inbox and rings the lane. What comes late, tried again or
 * replayed, comes without its snapshot: of a record that was never sent nothing tells that it has changed since (E5). Rings also when the inbox has
 * newer news, because an earlier try may have died between put and ring. Throws what the stores throw; then
 * the whole may be done again.
 */
export async function receiveGesChange(deps: IngressDeps, news: GesChangeNews, correlationId: string): Promise<Reception> {
  const connection = await deps.connections.readConnection(news.accountId);
  if (connection === undefined) return 'not-connected';
  const reason = refusal(connection, news.type);
  if (reason !== undefined) return reason;
  // Replayed, an invoice created before connecting would seem to be a new one.
  if (!isSinceConnecting(connection, new Date(news.sentAt).toISOString())) return 'not-connected';

  const { type, id, change, origin, revision: order } = news;
  const scope = scopeOf(connection);
  const found = await findRecord(deps, scope, news);
  if (found === undefined) return 'unknown-invoice';
  if (order <= found.seen) return 'echo';
  const receivedAt = deps.clock.now();
  const isLate = receivedAt - news.sentAt > FRESH_MS;
  const snapshot = isLate && change !== 'deleted' ? undefined : news.snapshot;
  const record = { type: type === 'payment' ? 'invoice' : type, recordId: found.recordId, entity: { type, id } } as const;
  const entry: News = { ...record, side: 'ges', rank: 'live', change, origin, snapshot, order, receivedAt, correlationId };
  const reception = await deps.inbox.put(scope, entry);
  await ringLane(deps, connection.accountId);
  return reception;
}

/** The record that a change belongs to, and the newest revision of it that was dealt with. One table read. */
async function findRecord(
  { records }: IngressDeps,
  scope: Scope,
  { type, id, invoiceId }: GesChangeNews,
): Promise<{ readonly recordId: string; readonly seen: number } | undefined> {
  if (type !== 'payment') return { recordId: id, seen: (await records.getLinks(scope, type, [id])).get(id)?.gesRevision ?? 0 };
  const marker = (await records.getMarkers(scope, [id])).get(id);
  const recordId = invoiceId ?? marker?.invoiceId;
  return recordId === undefined ? undefined : { recordId, seen: marker?.gesRevision ?? 0 };
}

/**
 * Takes the events of one webhook delivery: for each account that one or more of them concern, puts the newest of each
 * record and rings once. A delivery may hold events of organisations we do not know (other environments share the app):
 * they are ignored. Returns how many events met which reception; throws what the stores throw, and then Xero delivers again.
 */
export async function receiveWebhook(
  deps: IngressDeps,
  events: readonly XeroChangeNews[],
  correlationId: string,
): Promise<ReadonlyMap<Reception, number>> {
  const counts = new Map<Reception, number>();
  const count = (reception: Reception, by = 1): void => void counts.set(reception, (counts.get(reception) ?? 0) + by);

  for (const [tenantId, ofTenant] of Map.groupBy(events, (event) => event.tenantId)) {
    const connection = await connectionOf(deps, tenantId);
    if (connection === undefined) {
      count('unknown-tenant', ofTenant.length);
      continue;
    }
    const wanted = ofTenant.filter((event) => {
      const reason = refusal(connection, event.type);
      if (reason !== undefined) count(reason);
      return reason === undefined;
    });
    await receiveOfAccount(deps, connection, wanted, correlationId, count);
  }
  return counts;
}

/** The connection that this organisation belongs to now; a claim that another organisation has replaced does not count (A5). */
async function connectionOf(deps: IngressDeps, tenantId: string): Promise<Connection | undefined> {
  const accountId = await deps.connections.accountOfTenant(tenantId);
  const connection = accountId === undefined ? undefined : await deps.connections.readConnection(accountId);
  return connection?.tenantId === tenantId ? connection : undefined;
}

async function receiveOfAccount(
  deps: IngressDeps,
  connection: Connection,
  events: readonly XeroChangeNews[],
  correlationId: string,
  count: (reception: Reception) => void,
): Promise<void> {
  const scope = scopeOf(connection);
  const fresh = await withoutEchoes(deps, scope, events, count);
  await forEachLimit(newestOfEach(fresh), PUTS_SIDE_BY_SIDE, async ({ type, id, change, at: order, recordId }) => {
    const entry = { type, recordId, side: 'xero', entity: { type, id }, rank: 'live', change, order, correlationId } as const;
    count(await deps.inbox.put(scope, { ...entry, receivedAt: deps.clock.now() }));
  });
  if (fresh.length > 0) await ringLane(deps, connection.accountId);
}

/** An event, and the record that it is filed under. */
interface FiledEvent extends XeroChangeNews {
  readonly recordId: string;
}

/** E3, E5: an event not newer than what the record's link has seen of Xero tells nothing new. Two batched reads of the table a type. */
async function withoutEchoes(
  deps: IngressDeps,
  scope: Scope,
  events: readonly XeroChangeNews[],
  count: (reception: Reception) => void,
): Promise<readonly FiledEvent[]> {
  const fresh: FiledEvent[] = [];
  for (const [type, ofType] of Map.groupBy(events, (event) => event.type)) {
    const aliases = await deps.records.findAliases(scope, type, [...new Set(ofType.map((event) => event.id))]);
    const links = await deps.records.getLinks(scope, type, [...new Set(aliases.values())]);
    for (const event of ofType) {
      const gesId = aliases.get(event.id);
      const link = links.get(gesId ?? '');
      // An alias of a Xero record that the link has left still points at it; what the link has seen is of another record then.
      if (link?.xeroId === event.id && event.at <= link.xeroSeenAt) count('echo');
      else fresh.push({ ...event, recordId: gesId ?? `${UNKNOWN_RECORD}${event.id}` });
    }
  }
  return fresh;
}

/** Several events of one resource may come in one delivery, in any order. */
function newestOfEach(events: readonly FiledEvent[]): readonly FiledEvent[] {
  const newest = new Map<string, FiledEvent>();
  for (const event of events) {
    const key = `${event.type} ${event.id}`;
    const known = newest.get(key);
    if (known === undefined || event.at > known.at) newest.set(key, event);
  }
  return [...newest.values()];
}

function scopeOf({ accountId, generation }: Connection): Scope {
  return { accountId, generation };
}
