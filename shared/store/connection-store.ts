import type { ConnectionRecord, ConnectionStore } from '../connection/ports.ts';
import type { ConnectionMarker, ConnectionReader } from '../sync/ports.ts';
import { connectionKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { isNowOurs, newWriteId, readItem, updateItem, storedAs } from './table.ts';
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

    async putConnection(connection) {
      const version = await putVersion(table, connectionKey(connection.accountId), { ...connection }, connection.version);
      return { ...connection, version };
    },

    async accountOfTenant(tenantId) {
      return (await readTenantClaim(table, tenantId))?.accountId;
    },

    async markNeedsReconnect(accountId, connectSeq, reason) {
      const writeId = newWriteId();
      const update = 'SET #status = :needsReconnect, #reason = :reason, writeId = :writeId ADD #version :one';
      const stillTheSameAndActive = {
        expression: 'connectSeq = :connectSeq AND #status = :active',
        names: { '#status': 'status', '#reason': 'reason', '#version': 'version' },
        values: {
          ':connectSeq': connectSeq,
          ':active': 'active',
          ':needsReconnect': 'needs-reconnect',
          ':reason': reason,
          ':writeId': writeId,
          ':one': 1,
        },
      };
      const key = connectionKey(accountId);
      return (await updateItem(table, key, update, stillTheSameAndActive)) !== undefined || (await isNowOurs(table, key, writeId));
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
