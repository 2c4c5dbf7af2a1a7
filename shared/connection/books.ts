import { ReconnectFailure } from '../sync/errors.ts';
import { markLost } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal } from './errors.ts';
import type { ConnectionRecord, OrganisationBooks } from './ports.ts';

export type BooksDeps = Pick<ConnectionDeps, 'connections' | 'tokens' | 'openOrganisation' | 'bell' | 'log'>;

/** A connection whose organisation can be read. */
export type ConnectedRecord = ConnectionRecord & { readonly tenantId: string; readonly xeroUserId: string };

export function isConnected(connection: ConnectionRecord | undefined): connection is ConnectedRecord {
  return (
    connection !== undefined &&
    (connection.status === 'setup' || connection.status === 'active' || connection.status === 'paused') &&
    connection.tenantId !== undefined &&
    connection.xeroUserId !== undefined
  );
}

/**
 * Reads the organisation of a connection. When the consent turns out to be gone, the connection is marked (F5) and ConnectionRefusal
 * `needs-reconnect` thrown.
 */
export async function withBooks<T>(
  deps: BooksDeps,
  connection: ConnectedRecord,
  read: (books: OrganisationBooks) => Promise<T>,
): Promise<T> {
  const { tenantId, xeroUserId } = connection;
  try {
    return await read(deps.openOrganisation({ tenantId, accessToken: (refused) => deps.tokens.accessTokenFor(xeroUserId, refused) }));
  } catch (failure) {
    if (!(failure instanceof ReconnectFailure)) throw failure;
    await markLost(deps, connection, failure);
    throw new ConnectionRefusal('needs-reconnect', 'Xero no longer lets us in. Connect to Xero again.', undefined, { cause: failure });
  }
}
