import { RetryFailure, VersionConflict } from '../sync/errors.ts';
import type { Clock } from '../sync/ports.ts';
import type { TokenPointer, TokenPointerStore } from './ports.ts';
import { retryOnConflict } from './versioned-write.ts';

/**
 * The fenced lease of a token pointer. Every write of the pointer is conditional on its version, so taking the lease proves
 * that nothing has changed since it was read; the fence tells a holder that came back late that somebody else has the lease now.
 *
 *   read pointer v7, fence 3, free → put v8, fence 4, leaseUntil → call Xero → put secret → move: fence still 4? → put v9, lease cleared
 */

/** Longer than the slowest refresh: 10 s for Xero, the rest for Secrets Manager. */
export const LEASE_MS = 20_000;
/** How long one waits for another's lease before giving up: a dead holder's has run out by then. */
const LEASE_WAIT_MS = 22_000;
const LEASE_POLL_MS = 200;

export interface LeaseDeps {
  readonly pointers: TokenPointerStore;
  readonly clock: Clock;
}

/** A pointer as nobody has stored it yet. Its fence starts at the clock, so that one made anew never repeats an old fence. */
function newPointer(xeroUserId: string, now: number): TokenPointer {
  return { xeroUserId, fence: now, accounts: [], version: 0 };
}

export function isLeased(pointer: TokenPointer, now: number): boolean {
  return pointer.leaseUntil !== undefined && pointer.leaseUntil > now;
}

/** The pointer without a lease. */
export function unleased(pointer: TokenPointer): TokenPointer {
  const { leaseUntil: _leaseUntil, ...rest } = pointer;
  return rest;
}

/**
 * Takes the lease of a pointer as just read; `more` is written with it. Undefined when it is held, or when the pointer changed since
 * it was read.
 */
export async function tryLease(
  deps: LeaseDeps,
  pointer: TokenPointer,
  more: Partial<TokenPointer> = {},
): Promise<TokenPointer | undefined> {
  const now = deps.clock.now();
  if (isLeased(pointer, now)) return undefined;
  try {
    return await deps.pointers.putTokenPointer({ ...pointer, ...more, fence: pointer.fence + 1, leaseUntil: now + LEASE_MS });
  } catch (failure) {
    if (failure instanceof VersionConflict) return undefined;
    throw failure;
  }
}

/** A pause between two looks at a held lease, with jitter. */
export async function pauseForLease(clock: Clock): Promise<void> {
  await clock.sleep(LEASE_POLL_MS * (0.5 + clock.random()));
}

/** Somebody else has kept the lease for too long: nothing was sent to Xero, the caller may come again. */
export function leaseTimedOut(deps: LeaseDeps, since: number): boolean {
  return deps.clock.now() - since > LEASE_WAIT_MS;
}

/** Takes the lease, waiting for whoever has it; makes the pointer if `create`. Undefined: no pointer. Throws RetryFailure. */
export async function waitForLease(deps: LeaseDeps, xeroUserId: string, create: boolean): Promise<TokenPointer | undefined> {
  const since = deps.clock.now();
  for (;;) {
    const pointer = await deps.pointers.readTokenPointer(xeroUserId);
    if (pointer === undefined && !create) return undefined;
    const leased = await tryLease(deps, pointer ?? newPointer(xeroUserId, deps.clock.now()));
    if (leased !== undefined) return leased;
    if (leaseTimedOut(deps, since)) throw new RetryFailure('The tokens stay locked by another process', 'lost-answer');
    await pauseForLease(deps.clock);
  }
}

/**
 * Writes `change` of the pointer as stored now, if `leased`'s fence is still the stored one. Undefined when the lease has passed to
 * somebody else: then nothing was written.
 */
export async function writeFenced(
  deps: LeaseDeps,
  leased: TokenPointer,
  change: (stored: TokenPointer) => TokenPointer,
): Promise<TokenPointer | undefined> {
  return retryOnConflict(async () => {
    const stored = await deps.pointers.readTokenPointer(leased.xeroUserId);
    if (stored?.fence !== leased.fence) return undefined;
    return deps.pointers.putTokenPointer(change(stored));
  });
}
