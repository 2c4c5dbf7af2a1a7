import { followsType } from '../domain/connection.ts';
import { StopPass, WaitFailure } from './errors.ts';
import type { Pass } from './pass.ts';

/** Most elements in one call to Xero. */
export const BATCH_SIZE = 50;
/** Writes to Xero under way at once. */
export const WRITES_AT_ONCE = 4;
/** Writes to GES, and commits, under way at once. */
export const SIDE_BY_SIDE = 16;

/** Throws StopPass once the lease may have passed to another, or too little time is left for a write. */
export function assertMayWrite({ lease }: Pass): void {
  if (!lease.mayWrite()) throw new StopPass('the lease or the time ran out');
}

/**
 * What must hold before either system is written to: the lease, and the connection as it was when the pass began, read anew. A user who
 * disconnects or switches a type off stops everything that was not sent yet (A2, F4). At most one table read. Throws StopPass.
 */
export async function assertStillConnected(pass: Pass): Promise<void> {
  const { connectSeq, settings } = pass.connection;
  const now = await pass.connectionNow();
  const isSame =
    now?.status === 'active' &&
    now.connectSeq === connectSeq &&
    followsType(now.settings, 'customer') === followsType(settings, 'customer') &&
    followsType(now.settings, 'invoice') === followsType(settings, 'invoice');
  if (!isSame) throw new StopPass('the connection or its switches changed');
  assertMayWrite(pass);
}

/**
 * Sends one write to Xero once its limits allow it, checked after the wait: `prepare` runs after the check and before the write, and is undone
 * by nobody, so it must be repeatable. A limit that refuses the write did nothing, so it is sent again when its window comes. Throws StopPass,
 * WaitFailure, and what `send` throws.
 */
export async function sendWrite<T>(
  pass: Pass,
  send: () => Promise<T>,
  prepare?: () => Promise<void>,
  undo?: () => Promise<void>,
): Promise<T> {
  for (;;) {
    const reservation = await pass.budget.reserveWrite();
    try {
      await assertStillConnected(pass);
      await prepare?.();
      assertMayWrite(pass);
      try {
        return await send();
      } catch (failure) {
        if (!(failure instanceof WaitFailure) || !pass.budget.canWaitFor(failure)) throw failure;
        await undo?.();
      }
    } finally {
      pass.budget.giveBack(reservation);
    }
  }
}
