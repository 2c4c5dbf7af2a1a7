import { createHash } from 'node:crypto';
import type { EntityType, RecordStatus, Side } from '../domain/records.ts';
import type { Scope } from '../sync/ports.ts';

/** The number of the table's shape. Raise it when keys or items of another shape are stored: state of another number is begun afresh. */
export const STATE_SCHEMA = 1;

/** The one place that knows how the table is keyed (design §6). Keys carry ids only, never personal data. */
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

export const INBOX_PREFIX = 'INBOX#';
export const LATER_PREFIX = 'LATER#';
export const INTENT_PREFIX = 'INTENT#';
export const RUN_PREFIX = 'RUN#';

interface RecordOnSide {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
}

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

export function inboxKey(scope: Scope, record: RecordOnSide): Key {
  return { pk: scopePartition(scope), sk: `${INBOX_PREFIX}${record.type}#${record.side}#${part(record.id)}` };
}

export function laterKey(scope: Scope, dueAt: number, record: RecordOnSide): Key {
  return { pk: scopePartition(scope), sk: `${LATER_PREFIX}${due(dueAt)}#${record.type}#${record.side}#${part(record.id)}` };
}

/** Sort key just above every put-off entry that is due at `now` or before. */
export function laterDueBound(now: number): string {
  return `${LATER_PREFIX}${due(now + 1)}`;
}

export function intentKey(scope: Scope, record: RecordOnSide): Key {
  return { pk: scopePartition(scope), sk: `${INTENT_PREFIX}${record.type}#${record.side}#${part(record.id)}` };
}

/** Facts of the organisation: another organisation has another generation, and other facts. */
export function factsKey(scope: Scope): Key {
  return { pk: scopePartition(scope), sk: 'FACTS' };
}

export function linkKey(scope: Scope, type: EntityType, gesId: string): Key {
  return { pk: scopePartition(scope), sk: `LINK#${type}#${part(gesId)}` };
}

export function baseKey(scope: Scope, type: EntityType, gesId: string): Key {
  return { pk: scopePartition(scope), sk: `BASE#${type}#${part(gesId)}` };
}

export function aliasKey(scope: Scope, type: EntityType, xeroId: string): Key {
  return { pk: scopePartition(scope), sk: `XERO#${type}#${part(xeroId)}` };
}

export function timelineKey(scope: Scope, type: EntityType, gesId: string, entryId: string): Key {
  return { pk: `${scopePartition(scope)}#TIMELINE`, sk: `${type}#${part(gesId)}#${entryId}` };
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
  const firstByte = createHash('sha256').update(id).digest().readUInt8(0);
  return shards[firstByte % shards.length] as string;
}
