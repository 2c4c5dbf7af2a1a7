import type { Consent, TokenPointer } from './ports.ts';
import { isLeased, unleased, waitForLease, writeFenced } from './token-lease.ts';
import { IDLE_REFRESH_MS, loadToken, settled, type RefreshWish, type TokenDeps, type UsableToken } from './token-refresh.ts';
import { retryOnConflict } from './versioned-write.ts';

/** What is kept of a consent. */
type KeptConsent = Pick<Consent, 'xeroUserId' | 'tokens' | 'mayMakeAccounts'>;

/** The one token set of each Xero user, shared by all organisations that the user has connected. */
export interface Tokens {
  /**
   * A usable access token, from memory while it is valid. `refused`: a token that the API answered 401 to; another one is fetched.
   * Throws ReconnectFailure, RetryFailure, WaitFailure.
   */
  accessTokenFor(xeroUserId: string, refused?: string): Promise<string>;
  /** Stores the tokens of a new consent under the same lease as a refresh, and notes that `accountId` uses them. Throws RetryFailure. */
  storeConsent(consent: KeptConsent, accountId: string): Promise<void>;
  /**
   * To be called when the connection is written: stores the consent again if a disconnect that was still under way has released it
   * since `storeConsent`. One read in the normal case.
   */
  keepConsent(consent: KeptConsent, accountId: string): Promise<void>;
  /**
   * `accountId` uses these tokens no more, unless `isUsed` says otherwise when asked under the lease; they are forgotten when no
   * connection uses them (F4). Throws RetryFailure.
   */
  release(xeroUserId: string, accountId: string, isUsed: () => Promise<boolean>): Promise<void>;
  /** Makes the sweep see at `at` (epoch ms) at the latest that a disconnect of one of the accounts was finished. */
  tidyBy(xeroUserId: string, at: number): Promise<void>;
  /** Accounts whose connections use these tokens. */
  accountsOf(xeroUserId: string): Promise<readonly string[]>;
  /** Does the user's consent allow making an account in the chart (D2)? */
  mayMakeAccounts(xeroUserId: string): Promise<boolean>;
  /**
   * For the sweep, once the accounts are tidy: finishes a refresh whose answer was never stored, refreshes idle tokens (F6), else sets the
   * next look. Throws like accessTokenFor.
   */
  finishRefresh(xeroUserId: string): Promise<void>;
}

/** Tokens with their in-memory cache; one instance a process, so that one process refreshes once at a time. */
export function createTokens(deps: TokenDeps): Tokens {
  const cache = new Map<string, UsableToken>();
  const loading = new Map<string, Promise<UsableToken>>();

  const load = (xeroUserId: string, wish: RefreshWish): Promise<UsableToken> => {
    const running = loading.get(xeroUserId);
    if (running !== undefined) return running;
    const started = loadToken(deps, xeroUserId, wish)
      .then((token) => {
        cache.set(xeroUserId, token);
        return token;
      })
      .finally(() => loading.delete(xeroUserId));
    loading.set(xeroUserId, started);
    return started;
  };

  const store = async ({ xeroUserId, tokens, mayMakeAccounts }: KeptConsent, accountId: string): Promise<void> => {
    let moved: TokenPointer | undefined;
    while (moved === undefined) {
      const leased = await waitForLease(deps, xeroUserId, true);
      if (leased === undefined) continue;
      const version = await deps.secrets.putTokens(xeroUserId, tokens, deps.secrecy.uuid());
      moved = await writeFenced(deps, leased, (stored) => ({
        ...settled(stored, version, deps.clock.now()),
        mayMakeAccounts,
        accounts: [...new Set([...stored.accounts, accountId])],
      }));
    }
    cache.delete(xeroUserId);
  };

  return {
    async accessTokenFor(xeroUserId, refused) {
      const cached = cache.get(xeroUserId);
      if (cached !== undefined && cached.accessToken !== refused && deps.clock.now() < cached.useUntil) return cached.accessToken;
      cache.delete(xeroUserId);
      const wish: RefreshWish = refused === undefined ? {} : { refused };
      const token = await load(xeroUserId, wish);
      // A load that was under way for somebody else may bring the very token that was refused.
      return token.accessToken === refused ? (await load(xeroUserId, wish)).accessToken : token.accessToken;
    },

    storeConsent: store,

    async keepConsent(consent, accountId) {
      const pointer = await deps.pointers.readTokenPointer(consent.xeroUserId);
      const kept = pointer?.accounts.includes(accountId) === true && !isLeased(pointer, deps.clock.now());
      if (!kept) await store(consent, accountId);
    },

    async release(xeroUserId, accountId, isUsed) {
      const leased = await waitForLease(deps, xeroUserId, false);
      if (leased === undefined) return;
      const used = await isUsed();
      const left = leased.accounts.filter((account) => used || account !== accountId);
      if (left.length > 0) {
        await writeFenced(deps, leased, (stored) => ({ ...unleased(stored), accounts: left }));
        return;
      }
      cache.delete(xeroUserId);
      await deps.secrets.deleteTokens(xeroUserId);
      await retryOnConflict(async () => {
        const stored = await deps.pointers.readTokenPointer(xeroUserId);
        if (stored?.fence === leased.fence) await deps.pointers.removeTokenPointer(stored);
      });
    },

    async tidyBy(xeroUserId, at) {
      await retryOnConflict(async () => {
        const pointer = await deps.pointers.readTokenPointer(xeroUserId);
        if (pointer === undefined || (pointer.tidyAt !== undefined && pointer.tidyAt <= at)) return;
        await deps.pointers.putTokenPointer({ ...pointer, tidyAt: at, wakeAt: Math.min(at, pointer.wakeAt ?? Infinity) });
      });
    },

    async accountsOf(xeroUserId) {
      return (await deps.pointers.readTokenPointer(xeroUserId))?.accounts ?? [];
    },

    async mayMakeAccounts(xeroUserId) {
      return (await deps.pointers.readTokenPointer(xeroUserId))?.mayMakeAccounts ?? false;
    },

    async finishRefresh(xeroUserId) {
      const now = deps.clock.now();
      const mustRefresh = await retryOnConflict(async () => {
        const pointer = await deps.pointers.readTokenPointer(xeroUserId);
        if (pointer?.wakeAt === undefined || pointer.wakeAt > now || isLeased(pointer, now)) return false;
        const { tidyAt, wakeAt, ...rest } = pointer;
        const idleAt = (pointer.refreshedAt ?? 0) + IDLE_REFRESH_MS;
        const lives = pointer.dead !== true && pointer.secretVersion !== undefined;
        const refresh = lives && (pointer.refreshStartedAt !== undefined || idleAt <= now);
        const nextLook = refresh ? { wakeAt } : lives ? { wakeAt: idleAt } : {};
        if (!refresh || tidyAt !== undefined) await deps.pointers.putTokenPointer({ ...rest, ...nextLook });
        return refresh;
      });
      if (mustRefresh) await load(xeroUserId, { force: true });
    },
  };
}
