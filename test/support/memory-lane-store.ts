import type { WaitReader } from '../../shared/connection/ports.ts';
import type { Lane, LaneStore } from '../../shared/sync/ports.ts';
import { frozenCopy } from './store-frozen-copy.ts';

interface LaneState {
  dirty: number;
  wakeAt?: number | undefined;
  notBefore?: number | undefined;
  leaseOwner?: string | undefined;
  leaseUntil?: number | undefined;
  recheckAt?: number | undefined;
}

/** Lanes in memory. */
export function createMemoryLanes(): LaneStore & WaitReader {
  const lanes = new Map<string, LaneState>();
  const open = (accountId: string): LaneState => {
    const lane = lanes.get(accountId) ?? { dirty: 0 };
    lanes.set(accountId, lane);
    return lane;
  };
  /** The lane if `owner` has its lease. */
  const ownedBy = (accountId: string, owner: string) => {
    const lane = lanes.get(accountId);
    return lane?.leaseOwner === owner ? lane : undefined;
  };
  const clearLease = (lane: LaneState) => {
    lane.leaseOwner = undefined;
    lane.leaseUntil = undefined;
  };

  return {
    async ring(accountId, wakeAt) {
      const lane = open(accountId);
      lane.dirty += 1;
      if (lane.notBefore === undefined || lane.notBefore <= wakeAt) lane.wakeAt = wakeAt;
    },

    async acquire(accountId, owner, now, until) {
      const lane = open(accountId);
      const taken = lane.leaseOwner !== undefined && lane.leaseOwner !== owner && (lane.leaseUntil ?? 0) > now;
      const waiting = lane.notBefore !== undefined && lane.notBefore > now;
      if (taken || waiting) return undefined;
      lane.leaseOwner = owner;
      lane.leaseUntil = until;
      lane.notBefore = undefined;
      return toLane(accountId, lane);
    },

    async renew(accountId, owner, until) {
      const lane = ownedBy(accountId, owner);
      if (lane === undefined || (lane.leaseUntil ?? 0) > until) return false;
      lane.leaseUntil = until;
      return true;
    },

    async release(accountId, owner, dirtySeen, wakeAt) {
      const lane = ownedBy(accountId, owner);
      if (lane === undefined || lane.dirty !== dirtySeen) return false;
      clearLease(lane);
      lane.wakeAt = wakeAt;
      return true;
    },

    async hold(accountId, owner, until) {
      const lane = ownedBy(accountId, owner);
      if (lane === undefined) return false;
      clearLease(lane);
      lane.wakeAt = until;
      lane.notBefore = until;
      return true;
    },

    async forgetWait(accountId) {
      const lane = lanes.get(accountId);
      if (lane !== undefined) lane.notBefore = undefined;
    },

    async abandon(accountId, owner, wakeAt) {
      const lane = ownedBy(accountId, owner);
      if (lane === undefined) return false;
      clearLease(lane);
      lane.wakeAt = wakeAt;
      return true;
    },

    async noteRecheck(accountId, at) {
      const lane = lanes.get(accountId);
      if (lane !== undefined && (lane.recheckAt ?? 0) < at) lane.recheckAt = at;
    },

    async readLane(accountId) {
      const lane = lanes.get(accountId);
      return lane === undefined ? undefined : toLane(accountId, lane);
    },

    async waitsUntil(accountId) {
      return lanes.get(accountId)?.notBefore;
    },

    async dueLanes(now) {
      return [...lanes].filter(([, lane]) => lane.wakeAt !== undefined && lane.wakeAt <= now).map(([accountId]) => accountId);
    },
  };
}

function toLane(accountId: string, lane: LaneState): Lane {
  return frozenCopy({ accountId, ...lane }) as Lane;
}
