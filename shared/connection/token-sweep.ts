import { ReconnectFailure } from '../sync/errors.ts';
import { markLost, releaseIfUnused, usesTokensOf } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { finishDisconnect, type DisconnectDeps } from './disconnect.ts';

const POINTERS_A_SWEEP = 50;

type SweepDeps = DisconnectDeps & Pick<ConnectionDeps, 'pointers'>;

/** Brings each account's use of the tokens to its end: unfinished disconnects, tokens kept by a crash. */
async function tidyAccounts(deps: SweepDeps, xeroUserId: string): Promise<void> {
  for (const accountId of await deps.tokens.accountsOf(xeroUserId)) {
    await finishDisconnect(deps, accountId);
    await releaseIfUnused(deps, xeroUserId, accountId);
  }
}

async function markAllLost(deps: SweepDeps, xeroUserId: string, failure: ReconnectFailure): Promise<void> {
  for (const accountId of await deps.tokens.accountsOf(xeroUserId)) {
    const connection = await deps.connections.readConnection(accountId);
    if (connection?.xeroUserId === xeroUserId && usesTokensOf(connection, xeroUserId)) await markLost(deps, connection, failure);
  }
}

/**
 * For the sweep, every minute: finishes refreshes whose answer was never stored (inside Xero's 30 min), disconnects that Xero was not told
 * of, and refreshes tokens idle for 45 days (F6). One Xero user's trouble never holds up another's. Returns how many were looked at.
 */
export async function sweepTokens(deps: SweepDeps): Promise<number> {
  const due = await deps.pointers.dueTokenPointers(deps.clock.now(), POINTERS_A_SWEEP);
  for (const xeroUserId of due) {
    try {
      await tidyAccounts(deps, xeroUserId);
      await deps.tokens.finishRefresh(xeroUserId);
    } catch (failure) {
      if (failure instanceof ReconnectFailure) await markAllLost(deps, xeroUserId, failure);
      else deps.log.warn('tokens are looked at again in a minute', { xeroUserId, error: failure });
    }
  }
  return due.length;
}
