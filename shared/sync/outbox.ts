import { chunks } from './concurrency.ts';
import { SyncFailure } from './errors.ts';
import type { DrainDeps } from './pass.ts';
import type { Log } from './ports.ts';

/** Most outcome events of one read. */
const READ_AT_MOST = 100;
/** DynamoDB removes so many in one call. */
const REMOVE_AT_ONCE = 25;

/**
 * Sends the outcome events that are stored and not sent yet, entry by entry, and removes those that the bus took: each is sent at least once,
 * also after a crash (F2b). False: some are left, because the bus refused them or could not be reached.
 */
export async function sendOutcomes(deps: Pick<DrainDeps, 'outbox' | 'outcomes'>, accountId: string, log: Log): Promise<boolean> {
  for (;;) {
    const stored = await deps.outbox.unsent(accountId, READ_AT_MOST);
    if (stored.length === 0) return true;
    let taken: readonly boolean[];
    try {
      taken = await deps.outcomes.send(stored.map(({ outcome }) => outcome));
    } catch (failure) {
      if (!(failure instanceof SyncFailure)) throw failure;
      log.warn('outcome events wait: the bus could not be reached', { accountId, error: failure.message });
      return false;
    }
    const keys = stored.filter((_, place) => taken[place] === true).map(({ key }) => key);
    for (const some of chunks(keys, REMOVE_AT_ONCE)) await deps.outbox.sent(accountId, some);
    if (keys.length < stored.length) {
      log.warn('outcome events wait: the bus refused them', { accountId, events: stored.length - keys.length });
      return false;
    }
    if (stored.length < READ_AT_MOST) return true;
  }
}
