import { createHash } from 'node:crypto';
import type { EntityType, RecordStatus } from '../domain/records.ts';
import type { FactPart } from '../sync/books-port.ts';
import type { Scope } from '../sync/ports.ts';
import type { InboxRange, News } from '../sync/records-port.ts';

/** The one place that knows how the table is keyed. Keys carry ids only, never personal data. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Sparse index of LANE and TOKEN items that have a `wakeAt`: partition `wakeShard`, sorted by `wakeAt` (epoch ms). */
export const LANES_TO_WAKE_INDEX = 'lanes-to-wake';
/** Sparse index: links by `statusKey` (scope and status), sorted by `statusAt` (ISO-8601 UTC). */
export const LINKS_BY_STATUS_INDEX = 'links-by-status';
export const WAKE_SHARDS: readonly string[] = shardNames(32, '');
/** Token pointers wake rarely, so that four partitions do; the prefix keeps them out of the lanes' sight. */
export const TOKEN_WAKE_SHARDS: readonly string[] = shardNames(4, 'tokens-');

/** The number of the table's shape. Raise it when keys or items of another shape are stored: state of another number is begun afresh. */
export const STATE_SCHEMA = 3;

export const INBOX_PREFIX = 'INBOX#';
export const LATER_PREFIX = 'LATER#';
export const RUN_PREFIX = 'RUN#';
export const OUTCOME_PREFIX = 'OUT#';
export const FACTS_PREFIX = 'FACTS#';
export const CONTACTS_PREFIX = 'CONTACTS#';
/** Links, bases and aliases of one scope are spread over so many partitions: one would be too hot for the transactions of a bulk run. */
const RECORD_SHARDS = 16;

/** Ids come from other systems: a `#` inside one must not look like a boundary between two parts of a key. */
function part(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('#', '%23');
}

/** The account id in the partition of its LANE item: an index that projects keys only gives nothing else. */
export function accountOfPartition(pk: string): string {
  return unpart(pk.slice('ACCT#'.length));
}

/** The Xero user in the partition of a TOKEN item. */
export function xeroUserOfPartition(pk: string): string {
  return unpart(pk.slice('TOKEN#'.length));
}

function unpart(text: string): string {
  return text.replaceAll('%23', '#').replaceAll('%25', '%');
}

/** Fixed width, so that text order is time order until the year 2286. */
function due(dueAt: number): string {
  return String(dueAt).padStart(13, '0');
}

/** Partition of everything that lives under one generation of a connection. */
export function scopePartition(scope: Scope): string {
  return `${accountPartition(scope.accountId)}#ORG#${String(scope.generation)}`;
}

/** Partition of what belongs to the account itself, whatever organisation it is connected to. */
export function accountPartition(accountId: string): string {
  return `ACCT#${part(accountId)}`;
}

export function connectionKey(accountId: string): Key {
  return { pk: accountPartition(accountId), sk: 'CONNECTION' };
}

export function laneKey(accountId: string): Key {
  return { pk: accountPartition(accountId), sk: 'LANE' };
}

export function runKey(accountId: string, runId: string): Key {
  return { pk: accountPartition(accountId), sk: `${RUN_PREFIX}${part(runId)}` };
}

/** The counters of a run stand beside it: they grow whatever becomes of it. */
export function runCountersKey(accountId: string, runId: string): Key {
  return { pk: accountPartition(accountId), sk: `COUNTED#${part(runId)}` };
}

/** Sort key prefix of one of the four ranges of the inbox. */
export function inboxRangePrefix({ rank, type }: InboxRange): string {
  return `${INBOX_PREFIX}${rank === 'live' ? '0' : '1'}#${type === 'customer' ? '0' : '1'}#`;
}

/** Sort key prefix of everything in a range that concerns one record. */
export function inboxRecordPrefix(range: InboxRange, recordId: string): string {
  return `${inboxRangePrefix(range)}${part(recordId)}#`;
}

export function inboxKey(scope: Scope, news: Pick<News, 'rank' | 'type' | 'recordId' | 'side' | 'entity'>): Key {
  return { pk: scopePartition(scope), sk: `${inboxRecordPrefix(news, news.recordId)}${onSide(news)}` };
}

export function laterKey(scope: Scope, dueAt: number, news: Pick<News, 'rank' | 'type' | 'recordId' | 'side' | 'entity'>): Key {
  return { pk: scopePartition(scope), sk: `${LATER_PREFIX}${due(dueAt)}#${news.rank}#${news.type}#${part(news.recordId)}#${onSide(news)}` };
}

function onSide({ side, entity }: Pick<News, 'side' | 'entity'>): string {
  return `${side}#${entity.type}#${part(entity.id)}`;
}

/** Sort key just above every put-off entry that is due at `now` or before. */
export function laterDueBound(now: number): string {
  return `${LATER_PREFIX}${due(now + 1)}`;
}

/** Partition of the intents of a scope. */
export function intentPartition(scope: Scope): string {
  return `${scopePartition(scope)}#INTENT`;
}

export function intentKey(scope: Scope, { type, id }: { readonly type: EntityType; readonly id: string }): Key {
  return { pk: intentPartition(scope), sk: `${type}#${part(id)}` };
}

/** One part of the facts of the organisation: another organisation has another generation, and other facts. */
export function factsKey(scope: Scope, name: FactPart): Key {
  return { pk: scopePartition(scope), sk: `${FACTS_PREFIX}${name}` };
}

export function countsKey(scope: Scope): Key {
  return { pk: scopePartition(scope), sk: 'COUNTS' };
}

/** How far the feeds of Xero were followed. */
export function watermarksKey(scope: Scope): Key {
  return { pk: scopePartition(scope), sk: 'SEEN' };
}

/** Says which edition of the directory of contacts holds. */
export function contactsHeadKey(scope: Scope): Key {
  return { pk: scopePartition(scope), sk: 'CONTACTS' };
}

/** Sort key prefix of one edition of the directory. */
export function contactsEditionPrefix(edition: number): string {
  return `${CONTACTS_PREFIX}${place(edition)}#`;
}

/** Sort key prefix of what was appended to an edition: behind its other parts. */
export function newContactsPrefix(edition: number): string {
  return `${contactsEditionPrefix(edition)}NEW#`;
}

/** One part of an edition, in order. */
export function contactsKey(scope: Scope, prefix: string, n: number): Key {
  return { pk: scopePartition(scope), sk: `${prefix}${place(n)}` };
}

/** Fixed width, so that text order is the order of the numbers. */
function place(n: number): string {
  return String(n).padStart(6, '0');
}

/** An outcome event to be sent. `place`: one commit may tell several of one record. */
export function outcomeKey(accountId: string, type: string, id: string, version: number, place: number): Key {
  return {
    pk: accountPartition(accountId),
    sk: `${OUTCOME_PREFIX}${type}#${part(id)}#${String(version).padStart(9, '0')}#${String(place)}`,
  };
}

export function linkKey(scope: Scope, type: EntityType, gesId: string): Key {
  return { pk: recordPartition(scope, gesId), sk: `LINK#${type}#${part(gesId)}` };
}

export function baseKey(scope: Scope, type: EntityType, gesId: string): Key {
  return { pk: recordPartition(scope, gesId), sk: `BASE#${type}#${part(gesId)}` };
}

export function aliasKey(scope: Scope, type: EntityType, xeroId: string): Key {
  return { pk: recordPartition(scope, xeroId), sk: `XERO#${type}#${part(xeroId)}` };
}

function recordPartition(scope: Scope, id: string): string {
  return `${scopePartition(scope)}#${String(hashByte(id) % RECORD_SHARDS).padStart(2, '0')}`;
}

/** Partition of the timeline of a scope; one record's entries follow each other. */
export function timelinePartition(scope: Scope): string {
  return `${scopePartition(scope)}#TIMELINE`;
}

export function timelinePrefix(type: EntityType, gesId: string): string {
  return `${type}#${part(gesId)}#`;
}

export function timelineKey(scope: Scope, type: EntityType, gesId: string, entryId: string): Key {
  return { pk: timelinePartition(scope), sk: `${timelinePrefix(type, gesId)}${entryId}` };
}

export function tenantKey(tenantId: string): Key {
  return { pk: `TENANT#${part(tenantId)}`, sk: 'CONNECTION' };
}

export function tokenKey(xeroUserId: string): Key {
  return { pk: `TOKEN#${part(xeroUserId)}`, sk: 'TOKEN' };
}

/** Login states and tickets: `hash` is a hash of the secret value, which itself is never stored. */
export function stateKey(hash: string): Key {
  return { pk: `STATE#${part(hash)}`, sk: 'STATE' };
}

/** Partition of one status of one scope in `links-by-status`. */
export function statusPartition(scope: Scope, status: RecordStatus): string {
  return `${scopePartition(scope)}#${status}`;
}

/** Partition of an account's lane in `lanes-to-wake`, so that 32 queries find every lane. */
export function wakeShard(accountId: string): string {
  return shardOf(WAKE_SHARDS, accountId);
}

/** Partition of a token pointer in `lanes-to-wake`. */
export function tokenWakeShard(xeroUserId: string): string {
  return shardOf(TOKEN_WAKE_SHARDS, xeroUserId);
}

function shardNames(count: number, prefix: string): readonly string[] {
  return Array.from({ length: count }, (_, shard) => `${prefix}${String(shard).padStart(2, '0')}`);
}

/** A stable hash: the shard of an id never changes. */
function shardOf(shards: readonly string[], id: string): string {
  return shards[hashByte(id) % shards.length] as string;
}

function hashByte(id: string): number {
  return createHash('sha256').update(id).digest().readUInt8(0);
}
