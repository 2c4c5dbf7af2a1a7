import type { Scope } from '../sync/ports.ts';
import type { LaterNews, News, StoredNews } from '../sync/records-port.ts';
import { asksToGo } from '../sync/work.ts';
import { inboxKey, laterKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { storedAs } from './table.ts';
import type { Deletion, Put } from './transact.ts';

/** News as items of the table. */

/** News is kept 30 days (F5); deleting takes DynamoDB up to some days more. */
const KEPT_SECONDS = 35 * 24 * 60 * 60;

/**
 * DynamoDB takes items of 400 kB; beside the snapshot an entry has little. What is longer is left behind: the drain reads the record from GES.
 */
const LONGEST_SNAPSHOT_BYTES = 380_000;

/** News as it is stored, its snapshot as text. */
type NewsItem = Omit<News, 'snapshot'> & { readonly snapshot?: string; readonly expiresAt: number };

/**
 * The snapshot is kept as JSON text: it comes back exactly as it came, whatever the platform adds to it. News that nobody dealt with, of an
 * organisation that was left behind, say, goes by itself some time after `keptFrom` (epoch ms): it holds personal data.
 */
export function fromNews({ snapshot, ...news }: News, keptFrom: number): Item {
  const expiresAt = Math.ceil(keptFrom / 1000) + KEPT_SECONDS;
  const text = snapshot === undefined ? undefined : JSON.stringify(snapshot);
  const fits = text !== undefined && Buffer.byteLength(text) <= LONGEST_SNAPSHOT_BYTES;
  return { ...news, expiresAt, ...(fits ? { snapshot: text } : {}) };
}

function toNews({ snapshot, expiresAt: _expiresAt, ...news }: NewsItem): News {
  return snapshot === undefined ? news : { ...news, snapshot: JSON.parse(snapshot) as unknown };
}

/** The attributes of an inbox entry. */
export function newEntry({ ids }: Pick<Table, 'ids'>, news: News): Item {
  return { ...fromNews(news, news.receivedAt), ...(asksToGo(news) ? { asked: true } : {}), token: ids.next() };
}

export function toStoredNews(item: Item): StoredNews {
  const { token, ...news } = storedAs<NewsItem & { readonly token: string }>(item);
  return { ...toNews(news), token };
}

export function toLaterNews(item: Item): LaterNews {
  const { dueAt, ...news } = storedAs<NewsItem & { readonly dueAt: number }>(item);
  return { dueAt, news: toNews(news) };
}

/** News of our own: nobody else writes it, so it needs no condition. */
export function putNewsOf(table: Pick<Table, 'ids'>, scope: Scope, news: News): Put {
  return { op: 'put', item: { ...newEntry(table, news), ...inboxKey(scope, news) } };
}

/** Removes an entry only while it is the one that was taken. */
export function removeNewsOf(scope: Scope, news: StoredNews): Deletion {
  const isTheOneTaken = { expression: '#token = :token', names: { '#token': 'token' }, values: { ':token': news.token } };
  return { op: 'delete', key: inboxKey(scope, news), condition: isTheOneTaken };
}

export function putLaterOf(scope: Scope, { dueAt, news }: LaterNews): Put {
  return { op: 'put', item: { ...fromNews(news, dueAt), dueAt, ...laterKey(scope, dueAt, news) } };
}

/** Removes put-off news only while it is as it was read. */
export function removeLaterOf(scope: Scope, { dueAt, news }: LaterNews): Deletion {
  const isTheOneRead = { expression: '#order = :order', names: { '#order': 'order' }, values: { ':order': news.order } };
  return { op: 'delete', key: laterKey(scope, dueAt, news), condition: isTheOneRead };
}
