import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TokenPointer } from '../../../shared/connection/ports.ts';
import { createTokens, type Tokens } from '../../../shared/connection/tokens.ts';
import { ReconnectFailure, RetryFailure } from '../../../shared/sync/errors.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const USER = 'user-1';

let world: ConnectionWorld;
beforeEach(async () => {
  world = createConnectionWorld();
  await world.connect('acct_1', USER, 'T1');
});

/** Another process: the same stores, a memory of its own. */
function anotherProcess(change: Partial<Parameters<typeof createTokens>[0]> = {}): Tokens {
  const { secrecy, clock, log } = world.deps;
  return createTokens({
    pointers: world.stores.tokenPointers,
    secrets: world.secrets,
    identity: world.xero,
    secrecy,
    clock,
    log,
    ...change,
  });
}
const pointer = (): Promise<TokenPointer | undefined> => world.stores.tokenPointers.readTokenPointer(USER);
const current = (): string | undefined => world.xero.refreshes.at(-1);

describe('an access token', () => {
  it('comes from memory while it is valid', async () => {
    const first = await world.deps.tokens.accessTokenFor(USER);
    world.clock.advance(27 * MINUTE);
    const withoutStore = { ...world.stores.tokenPointers, readTokenPointer: () => Promise.reject(new Error('read')) };
    const tokens = anotherProcess();
    await tokens.accessTokenFor(USER);
    expect(await world.deps.tokens.accessTokenFor(USER)).toBe(first);
    await expect(anotherProcess({ pointers: withoutStore }).accessTokenFor(USER)).rejects.toThrow('read');
    expect(world.xero.refreshes).toEqual([]);
  });

  it('is refreshed more than two minutes before its end, and the new refresh token is stored', async () => {
    const first = await world.deps.tokens.accessTokenFor(USER);
    world.clock.advance(27 * MINUTE + 31_000);
    const second = await world.deps.tokens.accessTokenFor(USER);
    expect(second).not.toBe(first);
    expect(world.xero.refreshes).toHaveLength(1);
    expect((await world.secrets.readTokens(USER, (await pointer())!.secretVersion))?.accessToken).toBe(second);
    world.clock.advance(40 * MINUTE);
    await world.deps.tokens.accessTokenFor(USER);
    expect(world.xero.refreshes).toHaveLength(2);
  });

  it('is shared by the callers of one process: one refresh', async () => {
    world.clock.advance(31 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => world.deps.tokens.accessTokenFor(USER)));
    expect(new Set(tokens).size).toBe(1);
    expect(world.xero.refreshes).toHaveLength(1);
  });

  it('that another process refreshed is taken over without a refresh', async () => {
    world.clock.advance(31 * MINUTE);
    const fresh = await anotherProcess().accessTokenFor(USER);
    expect(await world.deps.tokens.accessTokenFor(USER)).toBe(fresh);
    expect(world.xero.refreshes).toHaveLength(1);
  });

  it('that the API refused is replaced', async () => {
    const refused = await world.deps.tokens.accessTokenFor(USER);
    const other = await world.deps.tokens.accessTokenFor(USER, refused);
    expect(other).not.toBe(refused);
    expect(await world.deps.tokens.accessTokenFor(USER, refused)).toBe(other);
    expect(world.xero.refreshes).toHaveLength(1);
  });

  it('of a user who never consented needs a consent', async () => {
    await expect(world.deps.tokens.accessTokenFor('nobody')).rejects.toBeInstanceOf(ReconnectFailure);
  });

  it('whose secret is gone needs a consent', async () => {
    await world.secrets.deleteTokens(USER);
    world.clock.advance(2 * MINUTE);
    await expect(anotherProcess().accessTokenFor(USER)).rejects.toBeInstanceOf(ReconnectFailure);
  });

  it('F5: that was stored a moment ago and cannot be read yet is no lost consent: two stores need not agree at once', async () => {
    const secrets = { ...world.secrets, readTokens: async () => undefined };
    await expect(anotherProcess({ secrets }).accessTokenFor(USER)).rejects.toBeInstanceOf(RetryFailure);
  });

  it('follows a stale pointer’s move: the version named when read may be gone already', async () => {
    world.clock.advance(31 * MINUTE);
    const stale = (await pointer())!;
    await anotherProcess().accessTokenFor(USER);
    let reads = 0;
    const pointers = {
      ...world.stores.tokenPointers,
      readTokenPointer: async () => ((reads += 1) === 1 ? { ...stale, secretVersion: 'gone' } : pointer()),
    };
    expect(world.xero.userOf(await anotherProcess({ pointers }).accessTokenFor(USER))).toBe(USER);
    expect(world.xero.refreshes).toHaveLength(1);
  });
});

describe('a lost answer', () => {
  it('xero-facts §1: the old refresh token is tried again inside its 30 minutes', async () => {
    world.clock.advance(31 * MINUTE);
    world.xero.faults.push('lost-answer');
    await expect(world.deps.tokens.accessTokenFor(USER)).rejects.toBeInstanceOf(RetryFailure);
    expect(await pointer()).toMatchObject({ refreshStartedAt: world.clock.now() });
    expect((await pointer())?.leaseUntil).toBeUndefined();

    world.clock.advance(10 * MINUTE);
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
    expect(world.xero.refreshes).toEqual([current(), current()]);
    expect((await pointer())?.refreshStartedAt).toBeUndefined();
  });

  it('while the present token lives on, it is used, and a try is made only every 15 s', async () => {
    const first = await world.deps.tokens.accessTokenFor(USER);
    world.clock.advance(28 * MINUTE);
    world.xero.faults.push('unavailable', 'unavailable');
    expect(await world.deps.tokens.accessTokenFor(USER)).toBe(first);
    expect(await world.deps.tokens.accessTokenFor(USER)).toBe(first);
    expect(world.xero.refreshes).toHaveLength(1);
    world.clock.advance(15_000);
    expect(await world.deps.tokens.accessTokenFor(USER)).toBe(first);
    expect(world.xero.refreshes).toHaveLength(2);
  });

  it('the sweep finishes it within five minutes, without anybody asking for a token', async () => {
    world.clock.advance(31 * MINUTE);
    world.xero.faults.push('lost-answer');
    await expect(world.deps.tokens.accessTokenFor(USER)).rejects.toBeInstanceOf(RetryFailure);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now(), 10)).toEqual([]);
    world.clock.advance(MINUTE);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now(), 10)).toEqual([USER]);
    await anotherProcess().finishRefresh(USER);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now() + 44 * DAY, 10)).toEqual([]);
    world.clock.advance(3 * DAY);
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
  });

  it('of the secret store: the same', async () => {
    world.clock.advance(31 * MINUTE);
    const secrets = { ...world.secrets, putTokens: () => Promise.reject(new Error('throttled')) };
    await expect(anotherProcess({ secrets }).accessTokenFor(USER)).rejects.toThrow('throttled');
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
  });
});

describe('invalid_grant', () => {
  it('F5: twice, the pointer unmoved: the consent is gone, and nobody asks Xero again', async () => {
    world.clock.advance(31 * MINUTE);
    world.xero.withdraw(USER);
    await expect(world.deps.tokens.accessTokenFor(USER)).rejects.toBeInstanceOf(ReconnectFailure);
    expect(await pointer()).toMatchObject({ dead: true });
    const asked = world.xero.refreshes.length;
    await expect(anotherProcess().accessTokenFor(USER)).rejects.toBeInstanceOf(ReconnectFailure);
    expect(world.xero.refreshes).toHaveLength(asked);
  });

  it('a new consent brings it back', async () => {
    world.clock.advance(31 * MINUTE);
    world.xero.withdraw(USER);
    await expect(world.deps.tokens.accessTokenFor(USER)).rejects.toBeInstanceOf(ReconnectFailure);
    expect(await world.connect('acct_1', USER, 'T1')).toBe('connected');
    expect((await pointer())?.dead).toBeUndefined();
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
  });

  it('is read again before anything is marked: somebody else has refreshed meanwhile', async () => {
    world.clock.advance(31 * MINUTE);
    const late = {
      refresh: async (token: string) => {
        // Our lease has run out while the call hung; another process refreshed, twice, so that our token's replay is over.
        world.clock.advance(21_000);
        await anotherProcess().accessTokenFor(USER);
        world.clock.advance(31 * MINUTE);
        await anotherProcess().accessTokenFor(USER);
        return world.xero.refresh(token);
      },
    };
    const token = await anotherProcess({ identity: late }).accessTokenFor(USER);
    expect(world.xero.userOf(token)).toBe(USER);
    expect((await pointer())?.dead).toBeUndefined();
  });

  it('newer tokens that a dead holder stored without moving the pointer are used', async () => {
    world.clock.advance(31 * MINUTE);
    const pointers = {
      ...world.stores.tokenPointers,
      putTokenPointer: async (next: TokenPointer) => {
        if (next.leaseUntil === undefined) throw new Error('killed');
        return world.stores.tokenPointers.putTokenPointer(next);
      },
    };
    await expect(anotherProcess({ pointers }).accessTokenFor(USER)).rejects.toThrow('killed');
    world.clock.advance(31 * MINUTE);
    expect(world.xero.userOf(await world.deps.tokens.accessTokenFor(USER))).toBe(USER);
    expect((await pointer())?.dead).toBeUndefined();
  });
});

describe('a process frozen after it took the lease', () => {
  it('sends no refresh that could outlast the lease: a second rotation would kill the first one’s tokens', async () => {
    world.clock.advance(31 * MINUTE);
    let frozen = false;
    const sentLate: string[] = [];
    const pointers = {
      ...world.stores.tokenPointers,
      putTokenPointer: async (next: TokenPointer) => {
        const stored = await world.stores.tokenPointers.putTokenPointer(next);
        if (!frozen && next.leaseUntil !== undefined) {
          frozen = true;
          world.clock.advance(21_000);
          await anotherProcess().accessTokenFor(USER);
        }
        return stored;
      },
    };
    const identity = {
      refresh: async (token: string) => {
        sentLate.push(token);
        return world.xero.refresh(token);
      },
    };
    expect(world.xero.userOf(await anotherProcess({ pointers, identity }).accessTokenFor(USER))).toBe(USER);
    expect(sentLate).toEqual([]);
    expect(world.xero.refreshes).toHaveLength(1);
  });
});

describe('F6: idle tokens', () => {
  it('F6: are refreshed after 45 days, long before Xero forgets them after 60', async () => {
    world.clock.advance(45 * DAY - MINUTE);
    await world.deps.tokens.finishRefresh(USER);
    expect(world.xero.refreshes).toEqual([]);
    world.clock.advance(MINUTE);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now(), 10)).toEqual([USER]);
    await world.deps.tokens.finishRefresh(USER);
    expect(world.xero.refreshes).toHaveLength(1);
    expect(await world.stores.tokenPointers.dueTokenPointers(world.clock.now(), 10)).toEqual([]);
  });
});
