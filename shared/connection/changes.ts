import { keepsNews } from '../domain/connection.ts';
import type { ReconnectFailure } from '../sync/errors.ts';
import type { ConnectionDeps } from './deps.ts';
import type { ConnectionRecord } from './ports.ts';
import { lost, neverConnected } from './transitions.ts';
import { retryOnConflict } from './versioned-write.ts';

/** A connection before and after one stored change. */
export interface Change {
  readonly before: ConnectionRecord;
  readonly after: ConnectionRecord;
}

/**
 * Reads the account's connection, applies `change`, and stores the result on condition of the version read; reads again when somebody
 * else was faster. `change` may throw to refuse, or return what it was given to leave all as it is. Throws VersionConflict.
 */
export async function changeConnection(
  deps: Pick<ConnectionDeps, 'connections'>,
  accountId: string,
  change: (before: ConnectionRecord) => ConnectionRecord,
): Promise<Change> {
  return retryOnConflict(async () => {
    const before = (await deps.connections.readConnection(accountId)) ?? neverConnected(accountId);
    const next = change(before);
    return { before, after: next === before ? before : await deps.connections.putConnection(next) };
  });
}

/** Does what is owed after a stored change, but must not undo it: a failure is logged, the change stands. */
export async function followUp(
  deps: Pick<ConnectionDeps, 'log'>,
  accountId: string,
  what: string,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (failure) {
    deps.log.error('follow-up of a connection change failed', { accountId, step: what, error: failure });
  }
}

/**
 * Tells the platform when the status changed, and rings the lane: when the sync may run (again), and when the user has ended
 * it, so that the lane drops what still waits and ends its runs (A2), whatever Xero has asked it to wait for.
 */
export async function announce(deps: Pick<ConnectionDeps, 'outcomes' | 'bell' | 'log'>, { before, after }: Change): Promise<void> {
  const { accountId, status, reason } = after;
  const isOver = keepsNews(before) && !keepsNews(after);
  if (isOver) await followUp(deps, accountId, 'forget the wait', () => deps.bell.forgetWait(accountId));
  if (after.version !== before.version && (status === 'active' || isOver)) {
    await followUp(deps, accountId, 'ring lane', () => deps.bell.ring(accountId));
  }
  if (before.status === status && before.tenantId === after.tenantId) return;
  deps.log.info('connection changed', { accountId, from: before.status, to: status, tenantId: after.tenantId });
  const outcome = { kind: 'ConnectionChanged', accountId, status, ...(reason === undefined ? {} : { reason }) } as const;
  await followUp(deps, accountId, 'publish ConnectionChanged', () => deps.outcomes.publish([outcome]));
}

/** Is the connection in need of this Xero user's tokens? */
export function usesTokensOf(connection: ConnectionRecord | undefined, xeroUserId: string): boolean {
  if (connection === undefined || connection.status === 'not-connected') return false;
  return connection.xeroUserId === xeroUserId || connection.choicesXeroUserId === xeroUserId;
}

/** Releases the account's hold on a Xero user's tokens, if its connection has no use for them. */
export async function releaseIfUnused(
  deps: Pick<ConnectionDeps, 'tokens' | 'connections'>,
  xeroUserId: string,
  accountId: string,
): Promise<void> {
  const isUsed = async (): Promise<boolean> => usesTokensOf(await deps.connections.readConnection(accountId), xeroUserId);
  if (!(await isUsed())) await deps.tokens.release(xeroUserId, accountId, isUsed);
}

/** Xero users whose tokens the connection before the change needed and the one after does not. */
export function usersLeftBehind({ before, after }: Change): readonly string[] {
  const users = [before.xeroUserId, before.choicesXeroUserId].filter((user) => user !== undefined);
  return [...new Set(users)].filter((user) => !usesTokensOf(after, user));
}

/** F5: notes and announces that the consent is gone, if the connection still is the one that found out (`connectSeq`). */
export async function markLost(
  deps: Pick<ConnectionDeps, 'connections' | 'outcomes' | 'bell' | 'log'>,
  seen: Pick<ConnectionRecord, 'accountId' | 'connectSeq'>,
  failure: ReconnectFailure,
): Promise<void> {
  const change = await changeConnection(deps, seen.accountId, (before) => {
    const running = before.status === 'active' || before.status === 'paused' || before.status === 'setup';
    return running && before.connectSeq === seen.connectSeq ? lost(before, failure.message) : before;
  });
  await announce(deps, change);
}
