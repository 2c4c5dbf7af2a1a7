import { forEachLimit } from '../sync/concurrency.ts';
import type { Scope } from '../sync/ports.ts';
import type { Inbox, InboxRange, LaterNews, News, StoredNews } from '../sync/records-port.ts';
import { fromNews, newEntry, removeLaterOf, removeNewsOf, toLaterNews, toStoredNews } from './inbox-items.ts';
import type { Key } from './keys.ts';
import {
  INBOX_PREFIX,
  inboxKey,
  inboxRangePrefix,
  inboxRecordPrefix,
  LATER_PREFIX,
  laterDueBound,
  laterKey,
  scopePartition,
} from './keys.ts';
import type { Condition, Item, Table } from './table.ts';
import { deleteItem, putItem, queryPages, readItems, readPrefix, updateItem } from './table.ts';

const WRITES_AT_ONCE = 16;

/** The inbox in DynamoDB: four ranges of keys, each in the order of its records. */
export function createInboxStore(table: Table): Inbox {
  return {
    async put(scope, news) {
      const stored = newEntry(table, news);
      return (await replaceAttributes(table, inboxKey(scope, news), stored, isNewer(news))) ? 'stored' : 'older';
    },

    take: (scope, range, limit, after) => takeRange(table, scope, range, limit, after),

    async bulkTwins(scope, live) {
      const keys = live.map((news) => inboxKey(scope, { ...news, rank: 'bulk' }));
      return (await readItems(table, keys)).map(toStoredNews);
    },

    async remove(scope, news) {
      await forEachLimit(news, WRITES_AT_ONCE, async (entry) => {
        const { key, condition } = removeNewsOf(scope, entry);
        await deleteItem(table, key, condition);
      });
    },

    async putLater(scope, { dueAt, news }) {
      const isNotOlder = {
        expression: 'attribute_not_exists(pk) OR #order <= :order',
        names: { '#order': 'order' },
        values: { ':order': news.order },
      };
      await putItem(table, { ...laterKey(scope, dueAt, news), ...fromNews(news, dueAt), dueAt }, isNotOlder);
    },

    dueLater: (scope, now, limit) => readLater(table, scope, laterDueBound(now), limit),

    async removeLater(scope, later) {
      await forEachLimit(later, WRITES_AT_ONCE, async (entry) => {
        const { key, condition } = removeLaterOf(scope, entry);
        await deleteItem(table, key, condition);
      });
    },

    async nextLaterAt(scope) {
      const [first] = await readPrefix(table, scopePartition(scope), LATER_PREFIX, 1);
      return first === undefined ? undefined : toLaterNews(first).dueAt;
    },

    async isEmpty(scope) {
      return (await readPrefix(table, scopePartition(scope), INBOX_PREFIX, 1)).length === 0;
    },
  };
}

/** Whole records only: what is cut at the limit is left for the next take, unless it is the only one. */
async function takeRange(
  table: Table,
  scope: Scope,
  range: InboxRange,
  limit: number,
  after: string | undefined,
): Promise<{ readonly entries: readonly StoredNews[]; readonly next?: string }> {
  const prefix = inboxRangePrefix(range);
  const from = after === undefined ? prefix : behind(inboxRecordPrefix(range, after));
  const found = await readBetween(table, scopePartition(scope), from, behind(prefix), limit + 1);
  const entries = found.map(toStoredNews);
  if (entries.length <= limit) return { entries };
  const cutRecord = entries.at(-1)?.recordId;
  const whole = entries.filter((news) => news.recordId !== cutRecord);
  const last = whole.at(-1);
  if (last !== undefined) return { entries: whole, next: last.recordId };
  const only = await readPrefix(table, scopePartition(scope), inboxRecordPrefix(range, cutRecord ?? ''));
  return { entries: only.map(toStoredNews), ...(cutRecord === undefined ? {} : { next: cutRecord }) };
}

/** The first text behind all keys with this prefix, which ends with `#`: no part of a key has one inside. */
function behind(prefix: string): string {
  return `${prefix.slice(0, -1)}$`;
}

async function readBetween(table: Table, pk: string, from: string, to: string, atMost: number): Promise<readonly Item[]> {
  const found: Item[] = [];
  const query = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    ConsistentRead: true,
    Limit: atMost,
  };
  for await (const page of queryPages(table, query)) {
    found.push(...page.items);
    if (found.length >= atMost) break;
  }
  return found.slice(0, atMost);
}

async function readLater(table: Table, scope: Scope, below: string, limit: number): Promise<readonly LaterNews[]> {
  return (await readBetween(table, scopePartition(scope), LATER_PREFIX, below, limit)).map(toLaterNews);
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

/** Only newer news replaces an entry (E5). */
function isNewer(news: News): Condition {
  return {
    expression: 'attribute_not_exists(pk) OR #order < :order',
    names: { '#order': 'order' },
    values: { ':order': news.order },
  };
}
