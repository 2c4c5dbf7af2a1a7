import type { Base, Link, PaymentMarker } from '../domain/link.ts';
import type { RecordStatus } from '../domain/records.ts';
import type { Scope } from '../sync/ports.ts';
import type { Commit, Committed, RecordStore, TimelineEntry } from '../sync/records-port.ts';
import { putLaterOf, putNewsOf, removeLaterOf, removeNewsOf } from './inbox-items.ts';
import { aliasKey, baseKey, intentKey, linkKey, statusPartition, timelineKey, timelinePartition, timelinePrefix } from './keys.ts';
import { putOutcomesOf } from './outbox-store.ts';
import type { Item, Table } from './table.ts';
import { readItems, readPrefix, storedAs } from './table.ts';
import { OPERATIONS_AT_MOST, transact, type Operation } from './transact.ts';

/** Timeline entries are kept 13 months, counted as 396 days. */
const TIMELINE_SECONDS = 396 * 24 * 60 * 60;

interface Alias {
  readonly xeroId: string;
  readonly gesId: string;
}

/** Links, bases, aliases, markers and the timeline in DynamoDB. All reads are strongly consistent; each commit is one transaction. */
export function createRecordStore(table: Table): RecordStore {
  return {
    async getLinks(scope, type, gesIds) {
      const items = await readItems(
        table,
        gesIds.map((gesId) => linkKey(scope, type, gesId)),
      );
      return new Map(items.map(toLink).map((link) => [link.gesId, link]));
    },

    async getRecords(scope, type, gesIds) {
      const items = await readItems(
        table,
        gesIds.flatMap((gesId) => [linkKey(scope, type, gesId), baseKey(scope, type, gesId)]),
      );
      const isLink = (item: Item): boolean => String(item['sk']).startsWith('LINK#');
      const bases = new Map(items.filter((item) => !isLink(item)).map((item) => [String(item['gesId']), toBase(item)]));
      const links = items.filter(isLink).map(toLink);
      return new Map(links.map((link) => [link.gesId, { link, base: bases.get(link.gesId) }]));
    },

    async getMarkers(scope, paymentIds) {
      const items = await readItems(
        table,
        paymentIds.map((id) => linkKey(scope, 'payment', id)),
      );
      return new Map(items.map(toMarker).map((marker) => [marker.gesId, marker]));
    },

    async findAliases(scope, type, xeroIds) {
      const items = await readItems(
        table,
        xeroIds.map((xeroId) => aliasKey(scope, type, xeroId)),
      );
      return new Map(items.map((item) => storedAs<Alias>(item)).map((alias) => [alias.xeroId, alias.gesId]));
    },

    commit: (scope, commit) => commitRecord(table, scope, commit),

    async readTimeline(scope, type, gesId) {
      const items = await readPrefix(table, timelinePartition(scope), timelinePrefix(type, gesId));
      return items.map((item) => {
        const { expiresAt: _expiresAt, ...entry } = storedAs<TimelineEntry & { readonly expiresAt: number }>(item);
        return entry;
      });
    },
  };
}

/** What stands at a place of the transaction, where a failed condition says something. */
type Meaning = 'link' | 'alias' | 'news' | 'other';
interface Placed {
  readonly meaning: Meaning;
  readonly operation: Operation;
}

/**
 * One step of one record. News that was replaced meanwhile stays: the same transaction is sent again without its removal. Markers and timeline
 * entries beyond what one transaction takes are stored before it: they are derived, and written twice they say the same.
 */
async function commitRecord(table: Table, scope: Scope, commit: Commit): Promise<Committed> {
  const link: Link = { ...commit.link, version: commit.link.version + 1 };
  const core = onePerItem([...recordOperations(scope, commit, link), ...newsOperations(table, scope, commit)]);
  const derived = [...markerOperations(scope, commit), ...timelineOperations(table, scope, commit)];
  const room = Math.max(0, OPERATIONS_AT_MOST - core.length);
  const ahead = derived.slice(room);
  for (let start = 0; start < ahead.length; start += OPERATIONS_AT_MOST) {
    const stored = await transact(
      table,
      ahead.slice(start, start + OPERATIONS_AT_MOST).map(({ operation }) => operation),
    );
    if (stored.kind === 'refused-for-good') return { kind: 'refused', reason: stored.reason };
  }
  let placed: readonly Placed[] = [...core, ...derived.slice(0, room)];
  for (;;) {
    const result = await transact(
      table,
      placed.map(({ operation }) => operation),
    );
    if (result.kind === 'done') return { kind: 'committed', link };
    if (result.kind === 'refused-for-good') return { kind: 'refused', reason: result.reason };
    const failed = [...result.places].map(([place, old]) => ({ meaning: placed[place]?.meaning ?? 'other', old }));
    if (failed.some(({ meaning }) => meaning === 'link')) return { kind: 'version-lost' };
    const alias = failed.find(({ meaning }) => meaning === 'alias');
    if (alias !== undefined) return { kind: 'taken', by: alias.old === undefined ? '' : storedAs<Alias>(alias.old).gesId };
    placed = placed.filter((_, place) => !result.places.has(place));
  }
}

function recordOperations(scope: Scope, commit: Commit, link: Link): readonly Placed[] {
  const { type, gesId } = link;
  const isFirst = { expression: 'attribute_not_exists(pk)' };
  const isAsRead = { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': commit.link.version } };
  const mine = { expression: 'attribute_not_exists(pk) OR gesId = :gesId', values: { ':gesId': gesId } };
  const { alias, base } = commit;
  return [
    {
      meaning: 'link',
      operation: {
        op: 'put',
        item: { ...fromLink(scope, link), ...linkKey(scope, type, gesId) },
        condition: commit.link.version === 0 ? isFirst : isAsRead,
      },
    },
    ...(base === undefined
      ? []
      : [{ meaning: 'other', operation: { op: 'put', item: { ...base, gesId, ...baseKey(scope, type, gesId) } } } as const]),
    ...(alias === undefined
      ? []
      : [
          {
            meaning: 'alias',
            operation: { op: 'put', item: { xeroId: alias, gesId, ...aliasKey(scope, type, alias) }, condition: mine },
          } as const,
        ]),
  ];
}

function newsOperations(table: Table, scope: Scope, commit: Commit): readonly Placed[] {
  const other = (operation: Operation): Placed => ({ meaning: 'other', operation });
  return [
    ...(commit.removed ?? []).map((news): Placed => ({ meaning: 'news', operation: removeNewsOf(scope, news) })),
    ...(commit.removedLater ?? []).map((later): Placed => ({ meaning: 'news', operation: removeLaterOf(scope, later) })),
    ...(commit.put ?? []).map((news) => other(putNewsOf(table, scope, news))),
    ...(commit.putLater ?? []).map((later) => other(putLaterOf(scope, later))),
    ...(commit.intents ?? []).map((intent) => other({ op: 'delete', key: intentKey(scope, intent) })),
    ...putOutcomesOf(commit.outcomes ?? []).map(other),
  ];
}

/** What is put takes the place of what is removed under the same key: news that is dealt with and asked for again. DynamoDB takes one operation an item. */
function onePerItem(placed: readonly Placed[]): readonly Placed[] {
  const byKey = new Map<string, Placed>();
  for (const one of placed) {
    const { pk, sk } = one.operation.op === 'put' ? one.operation.item : one.operation.key;
    const key = `${pk}\n${sk}`;
    if (one.operation.op === 'put' || !byKey.has(key)) byKey.set(key, one);
  }
  return [...byKey.values()];
}

function markerOperations(scope: Scope, { markers = [] }: Commit): readonly Placed[] {
  return markers.map((marker) => ({
    meaning: 'other',
    operation: { op: 'put', item: { ...fromMarker(scope, marker), ...linkKey(scope, 'payment', marker.gesId) } },
  }));
}

function timelineOperations({ ids }: Table, scope: Scope, { timeline = [] }: Commit): readonly Placed[] {
  return timeline.map((entry) => {
    const expiresAt = Math.floor(Date.parse(entry.at) / 1000) + TIMELINE_SECONDS;
    const key = timelineKey(scope, entry.type, entry.gesId, ids.next());
    return { meaning: 'other', operation: { op: 'put', item: { ...entry, expiresAt, ...key } } };
  });
}

/** A tombstone stays in the index only while it asks for somebody: a record deleted in peace is neither listed nor counted. */
function listed(scope: Scope, stored: { readonly deleted?: true; readonly status: RecordStatus }): Item {
  const isListed = stored.deleted !== true || stored.status === 'attention' || stored.status === 'pending';
  return isListed ? { statusKey: statusPartition(scope, stored.status) } : {};
}

function fromLink(scope: Scope, link: Link): Item {
  return { ...link, ...listed(scope, link) };
}

function toLink(item: Item): Link {
  const { statusKey: _statusKey, ...link } = storedAs<Link & { readonly statusKey?: string }>(item);
  return link;
}

function fromMarker(scope: Scope, marker: PaymentMarker): Item {
  return { ...marker, ...listed(scope, marker) };
}

function toMarker(item: Item): PaymentMarker {
  const { statusKey: _statusKey, ...marker } = storedAs<PaymentMarker & { readonly statusKey?: string }>(item);
  return marker;
}

function toBase(item: Item): Base {
  const { gesId: _gesId, ...base } = storedAs<Base & { readonly gesId: string }>(item);
  return base;
}
