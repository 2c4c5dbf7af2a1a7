import { describe, expect, it } from '@jest/globals';
import type { ConnectionRecord } from '../../../shared/connection/ports.ts';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { Outcome } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

export function connectionContract({ stores, unique }: ContractContext): void {
  const connection = (overrides: Partial<ConnectionRecord> = {}): ConnectionRecord => ({
    accountId: unique('acct'),
    status: 'active',
    connectSeq: 1,
    generation: 1,
    tenantId: 'tenant-1',
    xeroUserId: 'user-1',
    settings: { paymentAccountId: null, salesAccountId: 'acc-1', syncCustomers: true, syncInvoices: false },
    connectedAt: '2026-11-22T10:00:00.000Z',
    version: 0,
    ...overrides,
  });

  it('stores a connection whole, conditional on the version read', async () => {
    const { connections } = stores();
    const choices = [{ tenantId: 't', name: 'Demo', xeroConnectionId: 'x' }];
    const first = await connections.putConnection(connection({ choices, choicesXeroUserId: 'user-2', createdPaymentAccountId: 'p' }));
    expect(first.version).toBe(1);
    expect(await connections.readConnection(first.accountId)).toEqual(first);
    expect(await connections.readConnection(unique('acct'))).toBeUndefined();

    const { choices: _choices, ...chosen } = first;
    await connections.putConnection({ ...chosen, status: 'setup' });

    expect(await connections.readConnection(first.accountId)).toEqual({ ...chosen, status: 'setup', version: 2 });
    await expect(connections.putConnection(first)).rejects.toThrow(VersionConflict);
    await expect(connections.putConnection({ ...first, version: 0 })).rejects.toThrow(VersionConflict);
  });

  it('F2b: what is told of a connection is stored with it or not at all', async () => {
    const { connections, outbox } = stores();
    const stored = await connections.putConnection(connection());
    const { accountId } = stored;
    const tell: Outcome = { kind: 'ConnectionChanged', accountId, version: 2, status: 'not-connected' };

    await expect(connections.putConnection({ ...stored, version: 7 }, tell)).rejects.toThrow(VersionConflict);
    expect(await outbox.unsent(accountId, 10)).toEqual([]);
    await connections.putConnection({ ...stored, status: 'not-connected' }, tell);

    expect((await outbox.unsent(accountId, 10)).map(({ outcome }) => outcome)).toEqual([tell]);
  });

  describe('markNeedsReconnect', () => {
    it('F5: marks the connection that the drain knew, as a new version, and stores once what is told of it', async () => {
      const { connections, outbox } = stores();
      const stored = await connections.putConnection(connection());

      expect(await connections.markNeedsReconnect(stored.accountId, 1, 'Xero says no.')).toBe(true);

      const expected = { ...stored, status: 'needs-reconnect', reason: 'Xero says no.', version: 2 };
      expect(await connections.readConnection(stored.accountId)).toEqual(expected);
      expect(await connections.markNeedsReconnect(stored.accountId, 1, 'Again.')).toBe(false);
      const { accountId } = stored;
      expect((await outbox.unsent(accountId, 10)).map(({ outcome }) => outcome)).toEqual([
        { kind: 'ConnectionChanged', accountId, version: 2, status: 'needs-reconnect', reason: 'Xero says no.' },
      ]);
    });

    it.each([
      { change: { connectSeq: 2 }, what: 'one connected afresh since' },
      { change: { status: 'not-connected' }, what: 'one disconnected' },
      { change: { status: 'paused' }, what: 'one not active' },
    ] as const)('leaves $what alone', async ({ change }) => {
      const { connections } = stores();
      const stored = await connections.putConnection(connection(change));

      expect(await connections.markNeedsReconnect(stored.accountId, 1, 'Xero says no.')).toBe(false);

      expect(await connections.readConnection(stored.accountId)).toEqual(stored);
    });

    it('creates no connection where there is none', async () => {
      const { connections } = stores();
      const accountId = unique('acct');

      expect(await connections.markNeedsReconnect(accountId, 1, 'Xero says no.')).toBe(false);
      await connections.markSynced(accountId, 1, '2026-11-22T10:00:00.000Z');

      expect(await connections.readConnection(accountId)).toBeUndefined();
    });
  });

  it('markSynced notes the latest time of this connection without making a settings save start again', async () => {
    const { connections } = stores();
    const stored = await connections.putConnection(connection());
    await connections.markSynced(stored.accountId, 1, '2026-11-22T10:00:05.000Z');
    await connections.markSynced(stored.accountId, 1, '2026-11-22T10:00:04.000Z');
    await connections.markSynced(stored.accountId, 2, '2026-11-22T10:00:09.000Z');

    const read = await connections.readConnection(stored.accountId);
    expect(read).toEqual({ ...stored, lastSyncAt: '2026-11-22T10:00:05.000Z' });
    expect((await connections.putConnection(stored)).version).toBe(2);
  });

  describe('claims on organisations (A5: one to one)', () => {
    it('belong to the first account, which may claim again', async () => {
      const { connections } = stores();
      const tenantId = unique('tenant');
      const first = { tenantId, accountId: 'acct_1', claimedAt: 1 };

      expect(await connections.claimTenant(first)).toEqual(first);
      expect(await connections.claimTenant({ ...first, accountId: 'acct_2', claimedAt: 2 })).toEqual(first);
      expect(await connections.claimTenant({ ...first, claimedAt: 3 })).toEqual({ ...first, claimedAt: 3 });

      expect(await connections.accountOfTenant(tenantId)).toBe('acct_1');
      expect(await connections.accountOfTenant(unique('tenant'))).toBeUndefined();
    });

    it('go to exactly one of two accounts at once', async () => {
      const { connections } = stores();
      const tenantId = unique('tenant');

      const standing = await Promise.all(
        ['acct_1', 'acct_2'].map((accountId) => connections.claimTenant({ tenantId, accountId, claimedAt: 1 })),
      );

      expect(new Set(standing.map(({ accountId }) => accountId)).size).toBe(1);
    });

    it('may be taken over only as read: an abandoned claim that was renewed meanwhile stands', async () => {
      const { connections } = stores();
      const tenantId = unique('tenant');
      const abandoned = { tenantId, accountId: 'acct_1', claimedAt: 1 };
      const successor = { tenantId, accountId: 'acct_2', claimedAt: 5 };
      await connections.claimTenant(abandoned);
      await connections.claimTenant({ ...abandoned, claimedAt: 2 });

      expect(await connections.claimTenant(successor, abandoned)).toEqual({ ...abandoned, claimedAt: 2 });
      expect(await connections.claimTenant(successor, { ...abandoned, claimedAt: 2 })).toEqual(successor);
    });

    it('are released by their account only, and not by one that knew only an earlier claim', async () => {
      const { connections } = stores();
      const tenantId = unique('tenant');
      await connections.claimTenant({ tenantId, accountId: 'acct_1', claimedAt: 2 });

      await connections.releaseTenant(tenantId, 'acct_2', 2);
      await connections.releaseTenant(tenantId, 'acct_1', 1);
      expect(await connections.accountOfTenant(tenantId)).toBe('acct_1');
      await connections.releaseTenant(tenantId, 'acct_1', 2);
      await connections.releaseTenant(tenantId, 'acct_1', 2);
      expect(await connections.accountOfTenant(tenantId)).toBeUndefined();
    });
  });
}
