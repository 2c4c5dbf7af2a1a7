import type { EntityType } from '../domain/records.ts';
import type { Ids, Inbox, LaterNews, News, Scope, StoredNews } from '../sync/ports.ts';
import { asksToGo } from '../sync/work.ts';
import type { Key } from './keys.ts';
import { INBOX_PREFIX, inboxKey, LATER_PREFIX, laterDueBound, laterKey, scopePartition } from './keys.ts';
import type { Condition, Item, Table } from './table.ts';
import { deleteItem, putItem, queryPages, readPrefix, storedAs, updateItem } from './table.ts';

/**
 * How many entries one `take` reads before it sorts: live entries beyond that many others wait for the next take. A run puts at most
 * one page of some hundred bulk entries at a time (design §5), so this is met only after a long outage.
 */
const TAKE_READS_AT_MOST = 5_000;

/** F5 promises 30 days; deleting takes DynamoDB up to some days more. */
const KEPT_SECONDS = 35 * 24 * 60 * 60;

const TYPE_ORDER: Readonly<Record<EntityType, number>> = { customer: 0, invoice: 1, payment: 2 };

/**
 * The inbox in DynamoDB. `ids` makes the token of each put. `take` reads the whole inbox of the scope up to 5,000 entries, strongly
 * consistent, and sorts in memory.
 */
export function createInboxStore(deps: Table & { readonly ids: Ids }): Inbox {
  return {
    async put(scope, news) {
      const asked = asksToGo(news) ? { asked: true } : {};
      const stored = { ...fromNews(news, news.receivedAt), ...asked, token: deps.ids.next() };
      return (await replaceAttributes(deps, inboxKey(scope, news), stored, mayReplace(news))) ? 'stored' : 'older';
    },

    async take(scope, limit) {
      const items = await readPrefix(deps, scopePartition(scope), INBOX_PREFIX, TAKE_READS_AT_MOST);
      return items.map(toStoredNews).sort(byUrgency).slice(0, limit);
    },

    async remove(scope, news) {
      const isTheOneTaken = { expression: '#token = :token', names: { '#token': 'token' }, values: { ':token': news.token } };
      await deleteItem(deps, inboxKey(scope, news), isTheOneTaken);
    },

    async putLater(scope, news, dueAt) {
      const isNotOlder = {
        expression: 'attribute_not_exists(pk) OR #order <= :order',
        names: { '#order': 'order' },
        values: { ':order': news.order },
      };
      await putItem(deps, { ...laterKey(scope, dueAt, news), ...fromNews(news, dueAt), dueAt }, isNotOlder);
    },

    async dueLater(scope, now, limit) {
      return readLater(deps, scope, laterDueBound(now), limit);
    },

    async removeLater(scope, { dueAt, news }) {
      const isTheOneRead = { expression: '#order = :order', names: { '#order': 'order' }, values: { ':order': news.order } };
      await deleteItem(deps, laterKey(scope, dueAt, news), isTheOneRead);
    },

    async nextLaterAt(scope) {
      const [first] = await readPrefix(deps, scopePartition(scope), LATER_PREFIX, 1);
      return first === undefined ? undefined : toLaterNews(first).dueAt;
    },
  };
}

/** Attributes of news that need not be there; all but `asked` go when newer news does not have them. */
const OPTIONAL = ['snapshot', 'origin', 'attempts'];

/** Puts all attributes, leaving alone only the `asked` of the entry that is replaced (A3). One write. */
async function replaceAttributes(
  table: Table,
  key: Key,
  attributes: Item,
  { expression, names = {}, values = {} }: Condition,
): Promise<boolean> {
  const entries = Object.entries(attributes);
  const set = entries.map((_entry, place) => `#set${String(place)} = :set${String(place)}`);
  const gone = OPTIONAL.filter((name) => attributes[name] === undefined);
  const remove = gone.length === 0 ? '' : ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}`;
  const condition: Condition = {
    expression,
    names: {
      ...names,
      ...Object.fromEntries(entries.map(([name], place) => [`#set${String(place)}`, name])),
      ...Object.fromEntries(gone.map((name) => [`#${name}`, name])),
    },
    values: { ...values, ...Object.fromEntries(entries.map(([, value], place) => [`:set${String(place)}`, value])) },
  };
  return (await updateItem(table, key, `SET ${set.join(', ')}${remove}`, condition)) !== undefined;
}

/**
 * Which stored entry these news may replace: none; an older one; and, for live news, also a bulk entry of the same order, so that the
 * record is no longer treated as bulk. Bulk news never replaces live news.
 */
function mayReplace(news: News): Condition {
  const nothingThere = 'attribute_not_exists(pk)';
  const names = { '#rank': 'rank', '#order': 'order' };
  const values = { ':bulk': 'bulk', ':order': news.order };
  if (news.rank === 'bulk') {
    const olderBulkThere = '(#rank = :bulk AND #order < :order)';
    return { expression: `${nothingThere} OR ${olderBulkThere}`, names, values };
  }
  const olderThere = '#order < :order';
  const bulkNotNewerThere = '(#rank = :bulk AND #order <= :order)';
  return { expression: `${nothingThere} OR ${olderThere} OR ${bulkNotNewerThere}`, names, values };
}

/** Order in which a drain deals with news: live before bulk; customers, invoices, payments; oldest first; ids settle the rest. */
function byUrgency(a: StoredNews, b: StoredNews): number {
  const rank = (news: News) => (news.rank === 'live' ? 0 : 1);
  return (
    rank(a) - rank(b) ||
    TYPE_ORDER[a.type] - TYPE_ORDER[b.type] ||
    a.receivedAt - b.receivedAt ||
    (a.id === b.id ? a.side.localeCompare(b.side) : a.id < b.id ? -1 : 1)
  );
}

async function readLater(table: Table, scope: Scope, below: string, limit: number): Promise<readonly LaterNews[]> {
  const found: Item[] = [];
  const query = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': scopePartition(scope), ':first': LATER_PREFIX, ':last': below },
    ConsistentRead: true,
    Limit: limit,
  };
  for await (const page of queryPages(table, query)) {
    found.push(...page.items);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit).map(toLaterNews);
}

/**
 * The snapshot is kept as JSON text: it comes back exactly as it came, whatever the platform adds to it. News that nobody dealt with, of an
 * organisation that was left behind, say, goes by itself some time after `keptFrom` (epoch ms): it holds personal data.
 */
function fromNews({ snapshot, ...news }: News, keptFrom: number): Item {
  const expiresAt = Math.ceil(keptFrom / 1000) + KEPT_SECONDS;
  return { ...news, expiresAt, ...(snapshot === undefined ? {} : { snapshot: JSON.stringify(snapshot) }) };
}

/** News as it is stored, its snapshot as text. */
type NewsItem = Omit<News, 'snapshot'> & { readonly snapshot?: string; readonly expiresAt: number };

function toNews({ snapshot, expiresAt: _expiresAt, ...news }: NewsItem): News {
  return snapshot === undefined ? news : { ...news, snapshot: JSON.parse(snapshot) as unknown };
}

function toStoredNews(item: Item): StoredNews {
  const { token, ...news } = storedAs<NewsItem & { readonly token: string }>(item);
  return { ...toNews(news), token };
}

function toLaterNews(item: Item): LaterNews {
  const { dueAt, ...news } = storedAs<NewsItem & { readonly dueAt: number }>(item);
  return { dueAt, news: toNews(news) };
}
