import type { Base, Link } from '../domain/link.ts';
import type { RecordStatus } from '../domain/records.ts';
import type { Ids, LinkStore, Scope } from '../sync/ports.ts';
import { aliasKey, baseKey, linkKey, LINKS_BY_STATUS_INDEX, statusPartition, timelineKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { putItem, queryPages, readItem, readItems, storedAs } from './table.ts';
import { putVersion } from './versioned.ts';

/** Timeline entries are kept 13 months (design §6), counted as 396 days. */
const TIMELINE_SECONDS = 396 * 24 * 60 * 60;

interface Alias {
  readonly xeroId: string;
  readonly gesId: string;
}

/**
 * Links, bases, aliases and the timeline in DynamoDB. All reads are strongly consistent, except `countByStatus`, which asks an index.
 * `ids` names timeline entries.
 */
export function createLinkStore(deps: Table & { readonly ids: Ids }): LinkStore {
  return {
    async getLinks(scope, type, gesIds) {
      const items = await readItems(
        deps,
        gesIds.map((gesId) => linkKey(scope, type, gesId)),
      );
      return new Map(items.map(toLink).map((link) => [link.gesId, link]));
    },

    async getBases(scope, type, gesIds) {
      const items = await readItems(
        deps,
        gesIds.map((gesId) => baseKey(scope, type, gesId)),
      );
      return new Map(items.map((item) => [String(item['gesId']), toBase(item)]));
    },

    async findAliases(scope, type, xeroIds) {
      const items = await readItems(
        deps,
        xeroIds.map((xeroId) => aliasKey(scope, type, xeroId)),
      );
      return new Map(items.map(toAlias).map((alias) => [alias.xeroId, alias.gesId]));
    },

    async putLink(scope, link) {
      const version = await putVersion(deps, linkKey(scope, link.type, link.gesId), fromLink(scope, link), link.version);
      return { ...link, version };
    },

    async putBase(scope, type, gesId, base) {
      const version = await putVersion(deps, baseKey(scope, type, gesId), { ...base, gesId }, base.version);
      return { ...base, version };
    },

    async putAlias(scope, type, xeroId, gesId) {
      const key = aliasKey(scope, type, xeroId);
      const alias: Alias = { xeroId, gesId };
      if (await putItem(deps, { ...key, ...alias }, { expression: 'attribute_not_exists(pk)' })) return gesId;
      const present = await readItem(deps, key);
      if (present === undefined) throw new Error(`Alias ${key.sk} was there and is gone: only the lane writes aliases`);
      return toAlias(present).gesId;
    },

    async addTimeline(scope, entry) {
      const expiresAt = Math.floor(Date.parse(entry.at) / 1000) + TIMELINE_SECONDS;
      await putItem(deps, { ...timelineKey(scope, entry.type, entry.gesId, deps.ids.next()), ...entry, expiresAt });
    },

    async countByStatus(scope) {
      const [synced, pending, attention] = await Promise.all([
        countStatus(deps, scope, 'synced'),
        countStatus(deps, scope, 'pending'),
        countStatus(deps, scope, 'attention'),
      ]);
      return { synced, pending, attention };
    },
  };
}

async function countStatus(table: Table, scope: Scope, status: RecordStatus): Promise<number> {
  const query = {
    IndexName: LINKS_BY_STATUS_INDEX,
    KeyConditionExpression: 'statusKey = :statusKey',
    ExpressionAttributeValues: { ':statusKey': statusPartition(scope, status) },
    Select: 'COUNT' as const,
  };
  let total = 0;
  for await (const page of queryPages(table, query)) total += page.count;
  return total;
}

/** A tombstone stays in the index only while it asks for somebody: a record deleted in peace is neither listed nor counted. */
function isListed(link: Link): boolean {
  return link.deleted !== true || link.status === 'attention' || link.status === 'pending';
}

function fromLink(scope: Scope, link: Link): Item {
  return { ...link, ...(isListed(link) ? { statusKey: statusPartition(scope, link.status) } : {}) };
}

function toLink(item: Item): Link {
  const { statusKey: _statusKey, ...link } = storedAs<Link & { readonly statusKey?: string }>(item);
  return link;
}

function toBase(item: Item): Base {
  const { gesId: _gesId, ...base } = storedAs<Base & { readonly gesId: string }>(item);
  return base;
}

function toAlias(item: Item): Alias {
  return storedAs<Alias>(item);
}
