import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConnectionDeps } from '../../../shared/connection/deps.ts';
import { disconnect, finishDisconnect } from '../../../shared/connection/disconnect.ts';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { createTokens, type Tokens } from '../../../shared/connection/tokens.ts';
import { RetryFailure } from '../../../shared/sync/errors.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

const USER = 'user-1';
const REFRESH_TIMEOUT_MS = 10_000;
type Wrap = <A extends unknown[], R>(name: string, task: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

/** A process over the world's stores; every answer from outside passes through `wrap`. Sleeping takes `sleepMs` of everybody's time. */
function processOf(world: ConnectionWorld, wrap: Wrap, sleepMs: number): Tokens {
  const { tokenPointers } = world.stores;
  return createTokens({
    pointers: {
      ...tokenPointers,
      readTokenPointer: wrap('read pointer', tokenPointers.readTokenPointer.bind(tokenPointers)),
      putTokenPointer: wrap('put pointer', tokenPointers.putTokenPointer.bind(tokenPointers)),
    },
    secrets: {
      ...world.secrets,
      readTokens: wrap('read secret', world.secrets.readTokens.bind(world.secrets)),
      putTokens: wrap('put secret', world.secrets.putTokens.bind(world.secrets)),
    },
    identity: {
      refresh: (token) => {
        const calledAt = world.clock.now();
        return wrap('refresh', async () => {
          if (world.clock.now() - calledAt >= REFRESH_TIMEOUT_MS) throw new RetryFailure('timed out', 'lost-answer');
          return world.xero.refresh(token);
        })();
      },
    },
    secrecy: world.deps.secrecy,
    clock: { ...world.clock, sleep: wrap('sleep', async () => world.clock.advance(sleepMs)) },
    log: world.deps.log,
  });
}

/** Lets the scheduler decide when each call to the outside goes on. */
function inAnyOrder(scheduler: fc.Scheduler): Wrap {
  return (name, task) =>
    async (...args) => {
      await scheduler.schedule(Promise.resolve(), name);
      return task(...args);
    };
}

async function worldWithStaleToken(): Promise<ConnectionWorld> {
  const world = createConnectionWorld();
  await world.connect('acct_1', USER, 'T1');
  world.clock.advance(31 * 60_000);
  return world;
}

describe('processes that need the same token at once', () => {
  it('whatever the order of their awaits: one refresh in all, and all get its token', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, processes) => {
        const world = await worldWithStaleToken();
        const asked = Array.from({ length: processes }, () => processOf(world, inAnyOrder(scheduler), 0).accessTokenFor(USER));
        const tokens = await scheduler.waitFor(Promise.all(asked));
        expect(new Set(tokens).size).toBe(1);
        expect(world.xero.userOf(tokens[0]!)).toBe(USER);
        expect(world.xero.refreshes).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });

  it('even when leases run out under their holders: nobody is left with a dead token, the stored one can be refreshed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, processes) => {
        const world = await worldWithStaleToken();
        const asked = Array.from({ length: processes }, () => processOf(world, inAnyOrder(scheduler), 7_000).accessTokenFor(USER));
        const ends = await scheduler.waitFor(Promise.allSettled(asked));
        for (const end of ends) {
          if (end.status === 'fulfilled') expect(world.xero.userOf(end.value)).toBe(USER);
          else expect(end.reason).toBeInstanceOf(RetryFailure);
        }
        const pointer = (await world.stores.tokenPointers.readTokenPointer(USER))!;
        expect(pointer.dead).toBeUndefined();
        const stored = (await world.secrets.readTokens(USER, pointer.secretVersion))!;
        await expect(world.xero.refresh(stored.refreshToken)).resolves.toBeDefined();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a consent while an unfinished disconnect is being finished', () => {
  it('F4: whatever the order of their awaits, the new connection keeps its tokens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = createConnectionWorld();
        await world.connect('acct_1', USER, 'T1');
        world.xero.faults.push('unavailable');
        await disconnect(world.deps, 'acct_1');
        const slow = <T extends object>(port: T): T =>
          new Proxy(port, {
            get(target, name, receiver) {
              const member: unknown = Reflect.get(target, name, receiver);
              if (typeof member !== 'function') return member;
              return async (...args: unknown[]) => {
                await scheduler.schedule(Promise.resolve(), String(name));
                return (member as (...given: unknown[]) => unknown).apply(target, args);
              };
            },
          });
        const processDeps = (): ConnectionDeps => {
          const pointers = slow(world.stores.tokenPointers);
          const tokens = createTokens({ ...world.deps, pointers, secrets: slow(world.secrets), identity: world.xero });
          return { ...world.deps, tokens, connections: slow(world.stores.connections) };
        };
        const code = await world.consent('acct_1', { xeroUserId: USER, tenantIds: ['T1'] });
        const connecting = finishConnecting(processDeps(), 'acct_1', code).then(
          () => true,
          () => false,
        );
        const [isConnected] = await scheduler.waitFor(Promise.all([connecting, finishDisconnect(processDeps(), 'acct_1')]));
        if (!isConnected) return;
        expect(await world.deps.tokens.accountsOf(USER)).toEqual(['acct_1']);
        expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a process killed at any step of a refresh', () => {
  it.each(Array.from({ length: 8 }, (_, step) => step))('before step %i: the next one gets a token within half a minute', async (step) => {
    const world = await worldWithStaleToken();
    let steps = 0;
    const wrap: Wrap =
      (_name, task) =>
      async (...args) => {
        if (steps >= step) throw new Error('killed');
        steps += 1;
        return task(...args);
      };
    await processOf(world, wrap, 200)
      .accessTokenFor(USER)
      .catch(() => undefined);
    const startedAt = world.clock.now();
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
    expect(world.clock.now() - startedAt).toBeLessThan(30_000);
    expect((await world.stores.tokenPointers.readTokenPointer(USER))?.refreshStartedAt).toBeUndefined();
  });
});
