import { beforeEach, describe, expect, it } from '@jest/globals';
import { disconnect, finishDisconnect } from '../../../shared/connection/disconnect.ts';
import { saveSettings } from '../../../shared/connection/settings.ts';
import { readStatus } from '../../../shared/connection/status.ts';
import { sweepTokens } from '../../../shared/connection/token-sweep.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

const SETTINGS = {
  paymentAccountId: 'a-bank',
  paymentAccounts: {},
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: false,
};

let world: ConnectionWorld;
beforeEach(async () => {
  world = createConnectionWorld();
  await world.connect('acct_1', 'user-1', 'T1');
  await saveSettings(world.deps, 'acct_1', SETTINGS);
  await world.told('acct_1');
});

describe('F4: disconnect', () => {
  it('F4: ends the entry in Xero, forgets the tokens, frees the organisation, keeps generation and settings', async () => {
    const { xeroConnectionId } = (await world.read('acct_1'))!;
    await disconnect(world.deps, 'acct_1');
    expect(world.xero.deleted).toEqual([xeroConnectionId]);
    expect(world.secrets.users()).toEqual([]);
    expect(await world.stores.connections.accountOfTenant('T1')).toBeUndefined();
    const ended = (await world.read('acct_1'))!;
    expect(ended).toMatchObject({
      status: 'not-connected',
      tenantId: 'T1',
      generation: 1,
      connectSeq: 2,
      settings: { salesAccountId: 'a-sales' },
    });
    expect(ended.xeroUserId).toBeUndefined();
    expect(await world.told('acct_1')).toEqual([{ kind: 'ConnectionChanged', accountId: 'acct_1', version: 3, status: 'not-connected' }]);
  });

  it('A2: rings the lane once, which drops what still waits there and ends its runs', async () => {
    world.rung.length = 0;
    await disconnect(world.deps, 'acct_1');
    await disconnect(world.deps, 'acct_1');
    expect(world.rung).toEqual(['acct_1']);
  });

  it('A2: a wait that Xero asked for does not keep the lane from dropping the news: it gets through at once', async () => {
    const { lanes } = world.stores;
    const now = world.clock.now();
    await lanes.ring('acct_1', now);
    await lanes.acquire('acct_1', 'drain', now, now + 20_000);
    await lanes.hold('acct_1', 'drain', now + 18 * 3_600_000, { notes: {}, gotOn: true, counted: true });
    const waitsWhenRung: (number | undefined)[] = [];
    const ring = async (): Promise<void> => void waitsWhenRung.push(await lanes.waitsUntil('acct_1'));
    await disconnect({ ...world.deps, bell: { ...world.deps.bell, ring } }, 'acct_1');
    expect(waitsWhenRung).toEqual([undefined]);
  });

  it('F4: the status is written before Xero is told', async () => {
    const statusWhenTold: (string | undefined)[] = [];
    const tell = world.xero.deleteConnection.bind(world.xero);
    const identity = {
      ...world.xero,
      deleteConnection: async (token: string, id: string) => {
        statusWhenTold.push((await world.read('acct_1'))?.status);
        await tell(token, id);
      },
    };
    await disconnect({ ...world.deps, identity }, 'acct_1');
    expect(statusWhenTold).toEqual(['not-connected']);
  });

  it('F4: tokens that another account needs stay, and still work', async () => {
    await world.connect('acct_2', 'user-1', 'T2');
    await disconnect(world.deps, 'acct_1');
    expect(await world.deps.tokens.accountsOf('user-1')).toEqual(['acct_2']);
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor('user-1'))).toBe('user-1');
    expect(world.xero.entries.map((entry) => entry.tenantId)).toEqual(['T2']);
  });

  it('another account may take the organisation afterwards', async () => {
    await disconnect(world.deps, 'acct_1');
    expect(await world.connect('acct_2', 'user-1', 'T1')).toBe('connected');
  });

  it('twice, or of an account that never connected, is harmless', async () => {
    await disconnect(world.deps, 'acct_1');
    const ended = await world.read('acct_1');
    await disconnect(world.deps, 'acct_1');
    await disconnect(world.deps, 'acct_none');
    expect(await world.read('acct_1')).toEqual(ended);
    expect(await world.read('acct_none')).toBeUndefined();
    expect(world.xero.deleted).toHaveLength(1);
  });

  it('while Xero does not answer: disconnected at once, the sweep tells Xero later', async () => {
    world.xero.faults.push('unavailable');
    await disconnect(world.deps, 'acct_1');
    expect((await world.read('acct_1'))?.status).toBe('not-connected');
    expect(world.xero.deleted).toEqual([]);

    expect(await sweepTokens(world.deps)).toBe(0);
    world.clock.advance(2 * 60_000);
    expect(await sweepTokens(world.deps)).toBe(1);
    expect(world.xero.deleted).toHaveLength(1);
    expect(world.secrets.users()).toEqual([]);
    expect(await world.stores.connections.accountOfTenant('T1')).toBeUndefined();
  });

  it('a crash right after the status was written is finished by the sweep', async () => {
    const killed = { ...world.deps, identity: { ...world.xero, deleteConnection: () => Promise.reject(new Error('killed')) } };
    await expect(disconnect(killed, 'acct_1')).rejects.toThrow('killed');
    world.clock.advance(2 * 60_000);
    await sweepTokens(world.deps);
    expect(world.xero.deleted).toHaveLength(1);
    expect((await world.read('acct_1'))?.xeroUserId).toBeUndefined();
  });

  it('an unfinished disconnect leaves alone what the account has connected again meanwhile', async () => {
    world.xero.faults.push('unavailable');
    await disconnect(world.deps, 'acct_1');
    await world.connect('acct_1', 'user-1', 'T1');
    await finishDisconnect(world.deps, 'acct_1');
    world.clock.advance(2 * 60_000);
    await sweepTokens(world.deps);
    expect(world.xero.deleted).toEqual([]);
    expect((await world.read('acct_1'))?.status).toBe('active');
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor('user-1'))).toBe('user-1');
  });

  it('A5: an account that connects again while Xero is being told keeps its organisation, for webhooks and against others', async () => {
    const tell = world.xero.deleteConnection.bind(world.xero);
    const identity = {
      ...world.xero,
      deleteConnection: async (token: string, id: string) => {
        await tell(token, id);
        world.clock.advance(1_000);
        expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('connected');
      },
    };
    await disconnect({ ...world.deps, identity }, 'acct_1');
    expect((await world.read('acct_1'))?.status).toBe('active');
    expect(await world.stores.connections.accountOfTenant('T1')).toBe('acct_1');
    expect(await world.connect('acct_2', 'user-2', 'T1')).toBe('organisation-in-use');
  });

  it('an unfinished disconnect leaves alone an organisation that another account has taken', async () => {
    world.xero.faults.push('unavailable');
    await disconnect(world.deps, 'acct_1');
    world.clock.advance(6 * 60_000);
    expect(await world.connect('acct_2', 'user-1', 'T1')).toBe('connected');
    await sweepTokens(world.deps);
    expect(world.xero.deleted).toEqual([]);
    expect(await world.stores.connections.accountOfTenant('T1')).toBe('acct_2');
    expect(await world.deps.tokens.accountsOf('user-1')).toEqual(['acct_2']);
  });

  it('a consent that is gone needs no ending in Xero', async () => {
    world.clock.advance(3_600_000);
    world.xero.withdraw('user-1');
    await disconnect(world.deps, 'acct_1');
    expect(await world.read('acct_1')).toMatchObject({ status: 'not-connected' });
    expect(world.secrets.users()).toEqual([]);
    expect(await world.stores.connections.accountOfTenant('T1')).toBeUndefined();
  });

  it('ends the organisations that were granted and never chosen', async () => {
    await world.connect('acct_2', 'user-2', 'T2', 'T3');
    await disconnect(world.deps, 'acct_2');
    expect(world.xero.entries.map((entry) => entry.tenantId)).toEqual(['T1']);
    expect((await world.read('acct_2'))?.choices).toBeUndefined();
    expect(world.secrets.users()).toEqual(['user-1']);
  });

  it('a consent that comes while tokens are being released keeps its tokens', async () => {
    const ends: string[] = [];
    const release: typeof world.deps.tokens.release = async (...released) => {
      ends.push(await world.connect('acct_1', 'user-1', 'T1'));
      await world.deps.tokens.release(...released);
    };
    await disconnect({ ...world.deps, tokens: { ...world.deps.tokens, release } }, 'acct_1');
    expect(ends).toEqual(['connected']);
    expect(await world.read('acct_1')).toMatchObject({ status: 'active', tenantId: 'T1' });
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor('user-1'))).toBe('user-1');
  });
});

describe('status', () => {
  it('an account that never connected', async () => {
    expect(await readStatus(world.deps, 'acct_none')).toEqual({
      status: 'not-connected',
      organisation: null,
      settings: { paymentAccountId: null, paymentAccounts: {}, salesAccountId: null, syncCustomers: false, syncInvoices: false },
      switchedOff: false,
      counts: { synced: 0, pending: 0, attention: 0 },
      lastSyncAt: null,
      reason: null,
      pausedReason: null,
      pausedUntil: null,
      organisations: [],
    });
  });

  it('an active one: organisation, settings, last sync', async () => {
    const { connectSeq } = (await world.read('acct_1'))!;
    await world.stores.connections.markSynced('acct_1', connectSeq, '2026-11-22T10:05:00.000Z');
    expect(await readStatus(world.deps, 'acct_1')).toMatchObject({
      status: 'active',
      organisation: { tenantId: 'T1', name: 'Org T1', connectedAt: '2026-11-22T10:00:00.000Z' },
      settings: { paymentAccountId: 'a-bank' },
      lastSyncAt: '2026-11-22T10:05:00.000Z',
    });
  });

  it('counts the records of the present generation', async () => {
    await world.stores.counts.addCounts({ accountId: 'acct_1', generation: 1 }, { synced: 3, pending: 2, attention: 1 });
    await world.stores.counts.addCounts({ accountId: 'acct_1', generation: 2 }, { synced: 9, pending: 9, attention: 9 });
    expect((await readStatus(world.deps, 'acct_1')).counts).toEqual({ synced: 3, pending: 2, attention: 1 });
  });

  it('what has come in and was not dealt with waits, from the first moment until the lane is at rest', async () => {
    const { counts, lanes } = world.stores;
    await counts.addCounts({ accountId: 'acct_1', generation: 1 }, { synced: 3, pending: 1, attention: 0 });
    const pending = async (): Promise<number> => (await readStatus(world.deps, 'acct_1')).counts.pending;
    const now = world.clock.now();
    for (let rung = 0; rung < 3; rung++) await lanes.ring('acct_1', now);
    expect(await pending()).toBe(3);
    const lane = await lanes.acquire('acct_1', 'drain', now, now + 20_000);
    expect(await pending()).toBe(3);
    const leaving = { notes: {}, gotOn: true, counted: true };
    await lanes.release('acct_1', 'drain', lane?.dirty ?? 0, undefined, leaving);
    expect(await pending()).toBe(1);
    await lanes.ring('acct_1', now);
    await lanes.ring('acct_1', now);
    expect(await pending()).toBe(2);
  });

  it.each([
    ['a day’s wait', 3_600_000, 'paused'],
    ['the everyday minute limit', 60_000, 'active'],
  ])('%s shows as it is', async (_what, waitMs, status) => {
    const until = world.clock.now() + waitMs;
    const view = await readStatus({ ...world.deps, waits: { waitsUntil: async () => until } }, 'acct_1');
    expect(view.status).toBe(status);
    expect(view.pausedUntil).toBe(status === 'paused' ? new Date(until).toISOString() : null);
  });

  it('F5: a lost connection says why and keeps showing its organisation', async () => {
    const { connectSeq } = (await world.read('acct_1'))!;
    await world.stores.connections.markNeedsReconnect('acct_1', connectSeq, 'The consent expired');
    expect(await readStatus(world.deps, 'acct_1')).toMatchObject({
      status: 'needs-reconnect',
      organisation: { tenantId: 'T1' },
      reason: 'The consent expired',
    });
  });

  it('a disconnected one shows no organisation and no counts', async () => {
    await disconnect(world.deps, 'acct_1');
    expect(await readStatus(world.deps, 'acct_1')).toMatchObject({ status: 'not-connected', organisation: null, organisations: [] });
  });
});
