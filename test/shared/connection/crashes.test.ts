import { describe, expect, it } from '@jest/globals';
import { keepConsent } from '../../../shared/connection/callback.ts';
import type { ConnectionDeps } from '../../../shared/connection/deps.ts';
import { disconnect } from '../../../shared/connection/disconnect.ts';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { issueTicket, startLogin } from '../../../shared/connection/login.ts';
import { saveSettings } from '../../../shared/connection/settings.ts';
import { createTokens } from '../../../shared/connection/tokens.ts';
import { sweepTokens } from '../../../shared/connection/token-sweep.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

const MINUTE = 60_000;
const SETTINGS = {
  paymentAccountId: 'a-bank',
  paymentAccounts: {},
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: false,
};

/** The world's dependencies as one process has them that dies at its `step`-th call to anything outside: nothing it asks later happens. */
function dyingProcess(world: ConnectionWorld, step: number): { readonly deps: ConnectionDeps; readonly died: () => boolean } {
  let calls = 0;
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls > step) throw new Error('killed');
          return (member as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const { deps, stores, xero, secrets } = world;
  const identity = mortal(xero);
  const pointers = mortal(stores.tokenPointers);
  const tokens = createTokens({ ...deps, pointers, secrets: mortal(secrets), identity });
  const connections = mortal(stores.connections);
  return {
    deps: {
      ...deps,
      connections,
      tenants: connections,
      claims: connections,
      singleUse: mortal(stores.singleUse),
      pointers,
      identity,
      tokens,
      bell: mortal(deps.bell),
    },
    died: () => calls > step,
  };
}

/** Runs `task` in processes that die at their first, second, … call, each in a world of its own, until one survives. */
async function atEveryStep(task: (step: number) => Promise<boolean>): Promise<number> {
  let step = 0;
  while (await task(step)) step += 1;
  return step;
}

async function sweepUntilQuiet(world: ConnectionWorld): Promise<void> {
  for (let minute = 0; minute < 10; minute += 1) {
    world.clock.advance(MINUTE);
    await sweepTokens(world.deps);
  }
}

/** The callback and the finish of acct_1's consent to T1, by a process that dies at its `step`-th call; tells whether it did. */
async function connectDying(world: ConnectionWorld, step: number): Promise<() => boolean> {
  const login = (await startLogin(world.deps, await issueTicket(world.deps, { accountId: 'acct_1', makesAccount: false })))!;
  const state = new URL(login.authorizeUrl).searchParams.get('state')!;
  const { deps, died } = dyingProcess(world, step);
  const finish = async (): Promise<void> => {
    const { code } = await keepConsent(deps, { state, code: world.xero.consent('user-1', 'T1'), cookie: login.cookie });
    await finishConnecting(deps, 'acct_1', code);
  };
  await finish().catch(() => undefined);
  return died;
}

describe('a process killed at any step', () => {
  it('of connecting: connecting again works, and nothing is left that belongs to nobody', async () => {
    const steps = await atEveryStep(async (step) => {
      const world = createConnectionWorld();
      const died = await connectDying(world, step);
      world.clock.advance(6 * MINUTE);

      expect(await world.connect('acct_1', 'user-1', 'T1')).toBe('connected');
      await saveSettings(world.deps, 'acct_1', SETTINGS);
      expect(await world.read('acct_1')).toMatchObject({ status: 'active', tenantId: 'T1', generation: 1 });
      expect(await world.deps.tokens.accountsOf('user-1')).toEqual(['acct_1']);
      expect(await world.stores.connections.accountOfTenant('T1')).toBe('acct_1');
      return died();
    });
    expect(steps).toBeGreaterThan(10);
  });

  it('of connecting: another account gets the organisation if this one never tries again', async () => {
    await atEveryStep(async (step) => {
      const world = createConnectionWorld();
      const died = await connectDying(world, step);
      world.clock.advance(6 * MINUTE);
      const holds = (await world.read('acct_1'))?.tenantId === 'T1';
      const end = await world.connect('acct_2', 'user-2', 'T1');
      expect(end).toBe(holds ? 'organisation-in-use' : 'connected');
      return died();
    });
  });

  it('F4: of a disconnect: the sweep finishes it as soon as the status is written', async () => {
    const steps = await atEveryStep(async (step) => {
      const world = createConnectionWorld();
      await world.connect('acct_1', 'user-1', 'T1');
      await world.connect('acct_2', 'user-1', 'T2');
      await saveSettings(world.deps, 'acct_1', SETTINGS);
      await world.told('acct_1');
      const { deps, died } = dyingProcess(world, step);
      await disconnect(deps, 'acct_1').catch(() => undefined);
      await sweepUntilQuiet(world);

      const ended = (await world.read('acct_1'))?.status === 'not-connected';
      // F2b: stored with the status, whatever happened then.
      expect(await world.told('acct_1')).toMatchObject(ended ? [{ kind: 'ConnectionChanged', status: 'not-connected' }] : []);
      expect(world.xero.entries.map((entry) => entry.tenantId)).toEqual(ended ? ['T2'] : ['T1', 'T2']);
      expect(await world.deps.tokens.accountsOf('user-1')).toEqual(ended ? ['acct_2'] : ['acct_1', 'acct_2']);
      expect(await world.stores.connections.accountOfTenant('T1')).toBe(ended ? undefined : 'acct_1');
      expect(world.xero.userOf(await world.deps.tokens.accessTokenFor('user-1'))).toBe('user-1');
      return died();
    });
    expect(steps).toBeGreaterThan(8);
  });
});

describe('the sweep', () => {
  it('F5: an idle refresh that finds the consent gone marks every account that used it, and tells the platform', async () => {
    const world = createConnectionWorld();
    await world.connect('acct_1', 'user-1', 'T1');
    await world.connect('acct_2', 'user-1', 'T2');
    await world.connect('acct_3', 'user-3', 'T3');
    world.xero.withdraw('user-1');
    for (const accountId of ['acct_1', 'acct_2', 'acct_3']) await world.told(accountId);
    world.clock.advance(45 * 24 * 60 * MINUTE);
    expect(await sweepTokens(world.deps)).toBe(2);
    for (const accountId of ['acct_1', 'acct_2']) expect((await world.read(accountId))?.status).toBe('needs-reconnect');
    expect((await world.read('acct_3'))?.status).toBe('setup');
    for (const accountId of ['acct_1', 'acct_2'])
      expect(await world.told(accountId)).toMatchObject([{ kind: 'ConnectionChanged', accountId, status: 'needs-reconnect' }]);
    expect(await world.told('acct_3')).toEqual([]);
    expect(await sweepTokens(world.deps)).toBe(0);
  });

  it('one Xero user’s trouble does not hold up another’s', async () => {
    const world = createConnectionWorld();
    await world.connect('acct_1', 'user-1', 'T1');
    await world.connect('acct_2', 'user-2', 'T2');
    world.clock.advance(45 * 24 * 60 * MINUTE);
    world.xero.faults.push('unavailable');
    await sweepTokens(world.deps);
    expect(world.xero.refreshes).toHaveLength(2);
    world.clock.advance(MINUTE);
    await sweepTokens(world.deps);
    expect(world.xero.refreshes).toHaveLength(3);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now(), 10)).toEqual([]);
  });
});
