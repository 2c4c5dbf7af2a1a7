import { forEachLimit } from './concurrency.ts';
import type { Clock, Doorbell, Ids, Lane, LaneStore, Leaving, Log } from './ports.ts';

/**
 * The lane: one drain per account at a time. A doorbell is only a hint; `dirty` and `wakeAt` on the LANE item are what
 * makes sure that no news is left without a wake-up:
 *
 *   put news → ring: dirty + 1, wakeAt = now + 20 s → doorbell
 *   enter:  no wakeAt → nothing to do; lease taken, `dirty` as seen                (held by another → go; the holder will see `dirty`)
 *   leave:  lease and wakeAt cleared only if `dirty` is still what was seen, else drain again
 *   killed: lease runs out; the rechecking doorbell comes after 20 s, the sweep finds the passed wakeAt at the latest
 */

/** How long a lease lasts without being renewed. */
export const LEASE_MS = 20_000;
/** How often the holder renews it. */
export const RENEW_EVERY_MS = 5_000;
/** When a sweep rings a lane whose doorbell came to nothing: a killed holder costs its lease and a minute, no more. */
export const WAKE_AFTER_MS = LEASE_MS;
/** Longest delay SQS takes; a longer wait is found by the sweep. */
export const MAX_DOORBELL_DELAY_S = 900;

export interface LaneDeps {
  readonly lanes: LaneStore;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Handed to the drain: says whether this drain may still start a write. */
export interface Lease {
  /** False once the lease may have passed to another, or too little time is left for a Xero write. */
  mayWrite(): boolean;
  /** What is left of the function's time, ms. */
  timeLeftMs(): number;
}

/** The work of one account while its lease is held. */
export interface Drain {
  /** One pass: picks, loads, decides, acts, commits. */
  pass(lease: Lease): Promise<PassEnd>;
  /** Called before the lease is given up: what the next drain is to know. */
  leave(): Promise<Leaving>;
}
/** A Xero write may take 30 s, and its answer must be stored: none is started with less time left. */
export const TIME_FOR_A_WRITE_MS = 40_000;
/** What is known of a drain that ended by an error. */
const ENDED_BY_ERROR: Leaving = { notes: {}, gotOn: false, counted: false };

/** What one pass of the drain found. */
export type PassEnd =
  /** Nothing left now; `wakeAt` (epoch ms) when something was put off until then. */
  | { readonly kind: 'idle'; readonly wakeAt?: number }
  /** There may be more: drain again. */
  | { readonly kind: 'more' }
  /** Nothing can go on before `until` (epoch ms): 429, 503, back-off. */
  | { readonly kind: 'wait'; readonly until: number };

/** How entering a lane ended; told to the log. */
export type LaneEnd = 'nothing-to-do' | 'idle' | 'held-by-another' | 'waiting' | 'out-of-time' | 'lease-lost';

/** News has been put: make sure that a drain sees it. One write and one message. */
export async function ringLane(deps: Pick<LaneDeps, 'lanes' | 'doorbell' | 'clock'>, accountId: string): Promise<void> {
  await deps.lanes.ring(accountId, deps.clock.now() + WAKE_AFTER_MS);
  await deps.doorbell.send(accountId, 0);
}

/**
 * Answers a doorbell: takes the lease and drains until the lane is clean, must wait, or too little time is left for another Xero write. Throws
 * what the drain throws, after giving the lease up and setting `wakeAt`, so that no crash loses the wake-up.
 */
export async function enterLane(
  deps: LaneDeps,
  accountId: string,
  timeLeftMs: () => number,
  start: (entered: Lane) => Drain,
): Promise<LaneEnd> {
  const { lanes, clock } = deps;
  // Most doorbells of a busy account find their news dealt with by an earlier one: a read tells so without a write. Rung news has a wake-up.
  const found = await lanes.readLane(accountId);
  if (found?.wakeAt === undefined) return 'nothing-to-do';
  const owner = deps.ids.next();
  const until = clock.now() + LEASE_MS;
  const entered = await lanes.acquire(accountId, owner, clock.now(), until);
  if (entered === undefined) {
    await recheckLater(deps, accountId);
    return 'held-by-another';
  }
  const lease = keepLease(deps, accountId, owner, until);
  const hasTime = (): boolean => timeLeftMs() > TIME_FOR_A_WRITE_MS;
  const permission: Lease = { mayWrite: () => lease.isHeld() && hasTime(), timeLeftMs };
  const drain = start(entered);
  try {
    let dirtySeen = entered.dirty;
    for (;;) {
      const pass = await drain.pass(permission);
      if (!lease.isHeld()) return await leaseLost(deps, accountId, owner);
      if (pass.kind === 'more' && hasTime()) continue;
      const leaving = await drain.leave();
      if (pass.kind === 'wait') return await waitUntil(deps, accountId, owner, pass.until, leaving);
      if (pass.kind === 'idle') {
        if (await lanes.release(accountId, owner, dirtySeen, pass.wakeAt, leaving)) {
          if (pass.wakeAt !== undefined) await ringAt(deps, accountId, pass.wakeAt);
          return 'idle';
        }
        const againUntil = clock.now() + LEASE_MS;
        const again = await lanes.acquire(accountId, owner, clock.now(), againUntil);
        if (again === undefined) return 'lease-lost';
        lease.wasTakenAgain(againUntil);
        dirtySeen = again.dirty;
      }
      if (!hasTime()) {
        await lanes.abandon(accountId, owner, clock.now() + WAKE_AFTER_MS, leaving);
        await deps.doorbell.send(accountId, 0);
        return 'out-of-time';
      }
    }
  } catch (error) {
    await lanes.abandon(accountId, owner, clock.now() + WAKE_AFTER_MS, ENDED_BY_ERROR);
    throw error;
  } finally {
    lease.stop();
  }
}

/** Rings every lane whose wake-up has passed (called by the sweep). Returns how many. */
export async function wakeDueLanes(deps: Pick<LaneDeps, 'lanes' | 'doorbell' | 'clock'>): Promise<number> {
  const accountIds = await deps.lanes.dueLanes(deps.clock.now(), DUE_LANES_PER_SHARD);
  await forEachLimit(accountIds, DOORBELLS_AT_ONCE, (accountId) => deps.doorbell.send(accountId, 0));
  return accountIds.length;
}

const DUE_LANES_PER_SHARD = 500;
/** After an outage thousands may be due: more at once would only stand in line for a connection until they time out. */
const DOORBELLS_AT_ONCE = 32;

/**
 * The holder may have been killed: one doorbell per lease period comes back when its lease would have run out. It is sent before it is
 * noted, because a note whose doorbell was never sent would keep everybody else from sending one.
 */
async function recheckLater(deps: LaneDeps, accountId: string): Promise<void> {
  const { lanes, clock } = deps;
  const lane = await lanes.readLane(accountId);
  // No lease: the holder has left, and saw `dirty`; or the lane waits, and is woken when its wait ends.
  if (lane?.leaseUntil === undefined) return;
  if (lane.recheckAt !== undefined && lane.recheckAt > clock.now()) return;
  await ringAt(deps, accountId, Math.max(lane.leaseUntil, clock.now()) + 1_000);
  await lanes.noteRecheck(accountId, lane.leaseUntil);
}

/** A refused `hold` may have been refused because of its own first try: the doorbell is sent all the same, one too many does no harm. */
async function waitUntil(deps: LaneDeps, accountId: string, owner: string, until: number, leaving: Leaving): Promise<LaneEnd> {
  const isHolding = await deps.lanes.hold(accountId, owner, until, leaving);
  await ringAt(deps, accountId, until);
  return isHolding ? 'waiting' : 'lease-lost';
}

/** A lease that could not be trusted any more may still be ours in the table: then nobody must wait for it to run out. */
async function leaseLost(deps: LaneDeps, accountId: string, owner: string): Promise<LaneEnd> {
  if (await deps.lanes.abandon(accountId, owner, deps.clock.now() + WAKE_AFTER_MS, ENDED_BY_ERROR)) await deps.doorbell.send(accountId, 0);
  return 'lease-lost';
}

/** Sends the doorbell for a later time, if SQS can delay it that long; otherwise the sweep will. */
async function ringAt(deps: LaneDeps, accountId: string, at: number): Promise<void> {
  const delaySeconds = Math.max(0, Math.ceil((at - deps.clock.now()) / 1000));
  if (delaySeconds <= MAX_DOORBELL_DELAY_S) await deps.doorbell.send(accountId, delaySeconds);
}

/** What the holder of a lease may trust. */
interface KeptLease {
  isHeld(): boolean;
  /** The lease was taken once more, until `until`: what the table says now may be less than what a renewal in between was told. */
  wasTakenAgain(until: number): void;
  stop(): void;
}

/** Renews the lease in the background. It counts as lost when a renewal is refused or the last one is too old to trust. */
function keepLease(deps: LaneDeps, accountId: string, owner: string, leaseUntil: number): KeptLease {
  let trustedUntil = leaseUntil;
  let lost = false;
  let timesTakenAgain = 0;
  const stop = deps.clock.every(RENEW_EVERY_MS, async () => {
    const until = deps.clock.now() + LEASE_MS;
    const timesBefore = timesTakenAgain;
    try {
      const isRenewed = await deps.lanes.renew(accountId, owner, until);
      const wasOvertaken = timesTakenAgain !== timesBefore;
      if (isRenewed) trustedUntil = wasOvertaken ? Math.min(until, trustedUntil) : until;
      // Refused because the lease was taken again for longer meanwhile, it says nothing of what that gave us.
      else if (!wasOvertaken) lost = true;
    } catch (error) {
      deps.log.warn('lease renewal failed', { accountId, error: error instanceof Error ? error.name : 'unknown' });
    }
  });
  return {
    isHeld: () => !lost && deps.clock.now() < trustedUntil,
    wasTakenAgain(until) {
      timesTakenAgain++;
      trustedUntil = Math.min(trustedUntil, until);
    },
    stop,
  };
}
