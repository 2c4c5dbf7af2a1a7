import type { ConnectionRecord, ConnectionStore } from '../connection/ports.ts';
import { VersionConflict } from '../sync/errors.ts';
import type { ConnectionMarker, ConnectionReader, Outcome } from '../sync/ports.ts';
import { connectionKey } from './keys.ts';
import { putOutcomesOf } from './outbox-store.ts';
import type { Item, Table } from './table.ts';
import { readItem, storedAs, updateItem } from './table.ts';
import { readTenantClaim } from './tenant-claims.ts';
import { putVersion } from './versioned.ts';

/**
 * Connections in DynamoDB, strongly consistent. `markNeedsReconnect` counts as a new version. `markSynced` does not: it follows every
 * drain, and must not make a settings page that is being saved start again; the price is that such a save may put back a `lastSyncAt`
 * some seconds old.
 */
export function createConnectionStore(table: Table): ConnectionStore & ConnectionReader & ConnectionMarker {
  return {
    async readConnection(accountId) {
      const item = await readItem(table, connectionKey(accountId));
      return item === undefined ? undefined : toConnection(item);
    },

    async putConnection(connection, tell) {
      const along = putOutcomesOf(tell === undefined ? [] : [tell]);
      const version = await putVersion(table, connectionKey(connection.accountId), { ...connection }, connection.version, along);
      return { ...connection, version };
    },

    async accountOfTenant(tenantId) {
      return (await readTenantClaim(table, tenantId))?.accountId;
    },

    async markNeedsReconnect(accountId, connectSeq, reason) {
      for (;;) {
        const item = await readItem(table, connectionKey(accountId));
        const connection = item === undefined ? undefined : toConnection(item);
        if (connection?.connectSeq !== connectSeq || connection.status !== 'active') return false;
        const status = 'needs-reconnect';
        const tell: Outcome = { kind: 'ConnectionChanged', accountId, version: connection.version + 1, status, reason };
        try {
          await putVersion(table, connectionKey(accountId), { ...connection, status, reason }, connection.version, putOutcomesOf([tell]));
          return true;
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
    },

    async markSynced(accountId, connectSeq, at) {
      const stillTheSameAndNewer = {
        expression: 'connectSeq = :connectSeq AND (attribute_not_exists(lastSyncAt) OR lastSyncAt < :at)',
        values: { ':connectSeq': connectSeq, ':at': at },
      };
      await updateItem(table, connectionKey(accountId), 'SET lastSyncAt = :at', stillTheSameAndNewer);
    },
  };
}

function toConnection(item: Item): ConnectionRecord {
  return storedAs<ConnectionRecord>(item);
}
