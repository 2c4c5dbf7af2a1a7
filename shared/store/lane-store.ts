import type { BacklogReader, WaitReader } from '../connection/ports.ts';
import type { Lane, LaneStore, Leaving } from '../sync/ports.ts';
import { accountOfPartition, laneKey, WAKE_SHARDS, wakeShard } from './keys.ts';
import type { Item, Table } from './table.ts';
import { readItem, updateItem, storedAs } from './table.ts';
import { readDue } from './wake-index.ts';

/** Each failed try means that somebody else changed the wait in between, so this many in a row do not happen by chance. */
const RING_ATTEMPTS = 10;

/**
 * Lanes in DynamoDB: one LANE item per account, changed by conditional updates only. `wakeShard` is present exactly while `wakeAt` is, so that the
 * index `lanes-to-wake` holds only lanes that somebody must look at.
 */
export function createLaneStore(table: Table): BacklogReader & LaneStore & WaitReader {
  const change = (accountId: string, update: string, expression: string, values: Item) =>
    updateItem(table, laneKey(accountId), update, { expression, values });
  const shard = (accountId: string) => ({ ':shard': wakeShard(accountId) });

  return {
    async ring(accountId, wakeAt) {
      for (let attempt = 0; attempt < RING_ATTEMPTS; attempt += 1) {
        const noLaterWait = 'attribute_not_exists(notBefore) OR notBefore <= :wakeAt';
        const laterWait = 'notBefore > :wakeAt';
        const wake = 'SET wakeAt = :wakeAt, wakeShard = :shard ADD dirty :one';
        const values = { ':wakeAt': wakeAt, ':one': 1 };
        const woken = await change(accountId, wake, noLaterWait, { ...values, ...shard(accountId) });
        if (woken !== undefined) return;
        // The second write is conditional too: were the wait over by now, `dirty` alone would leave the news without a wake-up.
        if ((await change(accountId, 'ADD dirty :one', laterWait, values)) !== undefined) return;
      }
      throw new Error(`Lane of ${accountId} could not be rung: its wait kept changing`);
    },

    async acquire(accountId, owner, now, until) {
      const leaseFree = '(attribute_not_exists(leaseOwner) OR leaseOwner = :owner OR leaseUntil <= :now)';
      const noWait = '(attribute_not_exists(notBefore) OR notBefore <= :now)';
      const set = 'SET leaseOwner = :owner, leaseUntil = :until, dirty = if_not_exists(dirty, :zero), counting = :true';
      const update = `${set} REMOVE notBefore ADD entries :one`;
      const values = { ':owner': owner, ':now': now, ':until': until, ':zero': 0, ':one': 1, ':true': true };
      const item = await change(accountId, update, `${leaseFree} AND ${noWait}`, values);
      return item === undefined ? undefined : toLane(accountId, item);
    },

    async renew(accountId, owner, until) {
      const values = { ':owner': owner, ':until': until };
      return (await change(accountId, 'SET leaseUntil = :until', 'leaseOwner = :owner AND leaseUntil <= :until', values)) !== undefined;
    },

    async release(accountId, owner, dirtySeen, wakeAt, leaving) {
      const isOwnerAndNothingNew = 'leaseOwner = :owner AND dirty = :dirtySeen';
      const left = leavingUpdate(leaving);
      const values = { ...left.values, ':owner': owner, ':dirtySeen': dirtySeen };
      const item =
        wakeAt === undefined
          ? await change(
              accountId,
              `SET ${left.set}, rested = :dirtySeen REMOVE leaseOwner, leaseUntil, wakeAt, wakeShard${left.remove}`,
              isOwnerAndNothingNew,
              values,
            )
          : await change(
              accountId,
              `SET ${left.set}, rested = :dirtySeen, wakeAt = :wakeAt, wakeShard = :shard REMOVE leaseOwner, leaseUntil${left.remove}`,
              isOwnerAndNothingNew,
              { ...values, ...shard(accountId), ':wakeAt': wakeAt },
            );
      return item !== undefined;
    },

    async hold(accountId, owner, until, leaving) {
      const left = leavingUpdate(leaving);
      const update = `SET ${left.set}, wakeAt = :until, notBefore = :until, wakeShard = :shard REMOVE leaseOwner, leaseUntil${left.remove}`;
      const values = { ...left.values, ':owner': owner, ':until': until, ...shard(accountId) };
      return (await change(accountId, update, 'leaseOwner = :owner', values)) !== undefined;
    },

    async forgetWait(accountId) {
      await updateItem(table, laneKey(accountId), 'REMOVE notBefore', { expression: 'attribute_exists(notBefore)' });
    },

    async abandon(accountId, owner, wakeAt, leaving) {
      const left = leavingUpdate(leaving);
      const update = `SET ${left.set}, wakeAt = :wakeAt, wakeShard = :shard REMOVE leaseOwner, leaseUntil${left.remove}`;
      const values = { ...left.values, ':owner': owner, ':wakeAt': wakeAt, ...shard(accountId) };
      return (await change(accountId, update, 'leaseOwner = :owner', values)) !== undefined;
    },

    async noteRecheck(accountId, at) {
      await change(accountId, 'SET recheckAt = :at', 'attribute_not_exists(recheckAt) OR recheckAt < :at', { ':at': at });
    },

    async readLane(accountId) {
      const item = await readItem(table, laneKey(accountId));
      return item === undefined ? undefined : toLane(accountId, item);
    },

    async waitsUntil(accountId) {
      const item = await readItem(table, laneKey(accountId));
      return item === undefined ? undefined : toLane(accountId, item).notBefore;
    },

    async countWaiting(accountId) {
      const item = await readItem(table, laneKey(accountId));
      if (item?.['wakeAt'] === undefined) return 0;
      return Math.max(1, Number(item['dirty'] ?? 0) - Number(item['rested'] ?? 0));
    },

    async dueLanes(now, limitPerShard) {
      const items = await readDue(table, WAKE_SHARDS, now, limitPerShard);
      return items.map(({ pk }) => accountOfPartition(pk));
    },
  };
}

/** What a holder leaves behind. */
function leavingUpdate({ notes, gotOn, counted }: Leaving): { readonly set: string; readonly remove: string; readonly values: Item } {
  return {
    set: 'notes = :notes',
    remove: `${gotOn ? ', entries' : ''}${counted ? ', counting' : ''}`,
    values: { ':notes': notes },
  };
}

function toLane(accountId: string, item: Item): Lane {
  const { wakeShard: _shard, rested: _rested, ...lane } = storedAs<Omit<Lane, 'accountId'> & { wakeShard?: string; rested?: number }>(item);
  return { accountId, ...lane };
}
