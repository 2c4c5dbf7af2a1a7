import type {
  ConnectionRecord,
  ConnectionStore,
  SingleUse,
  SingleUseStore,
  TenantClaim,
  TenantClaims,
  TokenPointer,
  TokenPointerStore,
} from '../../shared/connection/ports.ts';
import { VersionConflict } from '../../shared/sync/errors.ts';
import type { ConnectionMarker, ConnectionReader } from '../../shared/sync/ports.ts';
import { putVersioned } from './memory-link-store.ts';
import { frozenCopy } from './store-frozen-copy.ts';

/** Connections and the claims on organisations in memory. */
export function createMemoryConnections(): ConnectionStore & ConnectionReader & ConnectionMarker & TenantClaims {
  const connections = new Map<string, ConnectionRecord>();
  const claims = new Map<string, TenantClaim>();
  return {
    async readConnection(accountId) {
      return connections.get(accountId);
    },

    async putConnection(connection) {
      return putVersioned(connections, connection.accountId, connection);
    },

    async accountOfTenant(tenantId) {
      return claims.get(tenantId)?.accountId;
    },

    async markNeedsReconnect(accountId, connectSeq, reason) {
      const present = connections.get(accountId);
      if (present?.connectSeq !== connectSeq || present.status !== 'active') return false;
      connections.set(accountId, frozenCopy({ ...present, status: 'needs-reconnect', reason, version: present.version + 1 }));
      return true;
    },

    async markSynced(accountId, connectSeq, at) {
      const present = connections.get(accountId);
      if (present?.connectSeq !== connectSeq || (present.lastSyncAt !== undefined && present.lastSyncAt >= at)) return;
      connections.set(accountId, frozenCopy({ ...present, lastSyncAt: at }));
    },

    async claimTenant(claim, over) {
      const present = claims.get(claim.tenantId);
      const abandoned = over !== undefined && present?.accountId === over.accountId && present.claimedAt === over.claimedAt;
      if (present !== undefined && present.accountId !== claim.accountId && !abandoned) return present;
      claims.set(claim.tenantId, frozenCopy(claim));
      return claim;
    },

    async releaseTenant(tenantId, accountId, claimedBy) {
      const claim = claims.get(tenantId);
      if (claim?.accountId === accountId && claim.claimedAt <= claimedBy) claims.delete(tenantId);
    },
  };
}

/** Token pointers in memory. */
export function createMemoryTokenPointers(): TokenPointerStore {
  const pointers = new Map<string, TokenPointer>();
  return {
    async readTokenPointer(xeroUserId) {
      return pointers.get(xeroUserId);
    },
    async putTokenPointer(pointer) {
      return putVersioned(pointers, pointer.xeroUserId, pointer);
    },
    async removeTokenPointer(pointer) {
      if (pointers.get(pointer.xeroUserId)?.version !== pointer.version)
        throw new VersionConflict(`Token pointer of ${pointer.xeroUserId} has moved on`);
      pointers.delete(pointer.xeroUserId);
    },
    async dueTokenPointers(now, limit) {
      return [...pointers.values()]
        .filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now)
        .sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))
        .slice(0, limit)
        .map(({ xeroUserId }) => xeroUserId);
    },
  };
}

/** Login states and tickets in memory. */
export function createMemorySingleUse(): SingleUseStore {
  const kept = new Map<string, { readonly value: SingleUse; readonly expiresAt: number }>();
  return {
    async putSingleUse(hash, value, expiresAt) {
      kept.set(hash, frozenCopy({ value, expiresAt }));
    },
    async takeSingleUse(hash, now) {
      const found = kept.get(hash);
      if (found === undefined || found.expiresAt <= now) return undefined;
      kept.delete(hash);
      return found.value;
    },
  };
}
