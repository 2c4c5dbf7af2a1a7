import { ReconnectFailure, RetryFailure, VersionConflict, WaitFailure } from '../sync/errors.ts';
import { announce, changeConnection, releaseIfUnused } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import type { ConnectionRecord, XeroIdentity } from './ports.ts';
import { claimOrganisation } from './tenancy.ts';
import { disconnected, forgotten } from './transitions.ts';

/** When the sweep looks whether Xero was told of a disconnect. */
const FINISH_AFTER_MS = 2 * 60_000;

export type DisconnectDeps = Pick<ConnectionDeps, 'connections' | 'claims' | 'tenants' | 'tokens' | 'bell' | 'clock' | 'log'> & {
  readonly identity: Pick<XeroIdentity, 'deleteConnection'>;
};

interface Entry {
  readonly xeroUserId: string;
  readonly xeroConnectionId: string;
  readonly tenantId: string;
}

/** Entries in Xero's /connections that end with this connection: the present organisation and those never chosen. */
function entriesOf({ xeroUserId, xeroConnectionId, tenantId, choices = [], choicesXeroUserId }: ConnectionRecord): readonly Entry[] {
  const present = xeroUserId && xeroConnectionId && tenantId ? [{ xeroUserId, xeroConnectionId, tenantId }] : [];
  const offered = choicesXeroUserId ? choices.map((choice) => ({ ...choice, xeroUserId: choicesXeroUserId })) : [];
  return [...present, ...offered];
}

function usersOf({ xeroUserId, choicesXeroUserId }: ConnectionRecord): readonly string[] {
  return [...new Set([xeroUserId, choicesXeroUserId])].filter((user) => user !== undefined);
}

/** The token for ending an entry; undefined when the consent is gone, and with it the entry. */
async function tokenForEnding(deps: DisconnectDeps, xeroUserId: string): Promise<string | undefined> {
  try {
    return await deps.tokens.accessTokenFor(xeroUserId);
  } catch (failure) {
    if (failure instanceof ReconnectFailure) return undefined;
    throw failure;
  }
}

/** Ends one entry in Xero, unless another account has taken the organisation meanwhile, and frees it for others. */
async function endEntry(deps: DisconnectDeps, accountId: string, entry: Entry): Promise<void> {
  const claimedAt = deps.clock.now();
  if (!(await claimOrganisation(deps, entry.tenantId, accountId, claimedAt))) return;
  const token = await tokenForEnding(deps, entry.xeroUserId);
  if (token !== undefined) {
    await deps.tokens.tidyBy(entry.xeroUserId, deps.clock.now() + FINISH_AFTER_MS);
    try {
      await deps.identity.deleteConnection(token, entry.xeroConnectionId);
    } catch (failure) {
      if (!(failure instanceof ReconnectFailure)) throw failure;
    }
  }
  await deps.claims.releaseTenant(entry.tenantId, accountId, claimedAt);
}

/**
 * Tells Xero of a disconnect that is stored already, frees the organisation, forgets tokens that no connection uses (F4). Harmless when
 * repeated, when nothing is left to do, and when the account has connected again. Throws RetryFailure, WaitFailure.
 */
export async function finishDisconnect(deps: DisconnectDeps, accountId: string): Promise<void> {
  const ended = await deps.connections.readConnection(accountId);
  if (ended?.status !== 'not-connected') return;
  const users = usersOf(ended);
  if (users.length === 0) return;
  for (const entry of entriesOf(ended)) {
    const now = await deps.connections.readConnection(accountId);
    if (now?.connectSeq !== ended.connectSeq || now.status !== 'not-connected') return;
    await endEntry(deps, accountId, entry);
  }
  for (const user of users) await releaseIfUnused(deps, user, accountId);
  try {
    await deps.connections.putConnection(forgotten(ended));
  } catch (failure) {
    // Connected again meanwhile: then the record is the new connection's.
    if (!(failure instanceof VersionConflict)) throw failure;
  }
}

/**
 * `DELETE /v1/xero/connection` (F4): the status first, so that the sync stops at once; then Xero is told, never by revoking. What Xero
 * does not answer now, the sweep finishes. Disconnecting twice is harmless.
 */
export async function disconnect(deps: DisconnectDeps, accountId: string): Promise<void> {
  const connection = await deps.connections.readConnection(accountId);
  if (connection === undefined) return;
  for (const user of usersOf(connection)) await deps.tokens.tidyBy(user, deps.clock.now() + FINISH_AFTER_MS);
  const change = await changeConnection(deps, accountId, (before) => (before.status === 'not-connected' ? before : disconnected(before)));
  await announce(deps, change);
  try {
    await finishDisconnect(deps, accountId);
  } catch (failure) {
    if (!(failure instanceof RetryFailure) && !(failure instanceof WaitFailure)) throw failure;
    deps.log.warn('xero was not told of the disconnect yet', { accountId, error: failure });
  }
}
