import { ReconnectFailure, RetryFailure, WaitFailure } from '../sync/errors.ts';
import type { Log } from '../sync/ports.ts';
import { GrantRefused } from './errors.ts';
import type { Secrecy, TokenPointer, TokenSecrets, TokenSet, XeroIdentity } from './ports.ts';
import { isLeased, leaseTimedOut, pauseForLease, tryLease, unleased, writeFenced, type LeaseDeps } from './token-lease.ts';

/** Refresh this long before the access token's end: longer than a function may run. */
const REFRESH_MARGIN_MS = 150_000;
/** A token with less than this left is not handed out, whatever happens. */
const USABLE_MARGIN_MS = 45_000;
/** How long an old but living token is used after a failed refresh, before trying again. */
const FAILURE_COOLDOWN_MS = 15_000;
/** The same while another process refreshes. */
const OTHERS_REFRESH_MS = 3_000;
/** When the sweep looks at a refresh whose answer is not stored: well inside the 30 min that Xero replays the old token. */
const FINISH_AFTER_MS = 60_000;
/** F6: Xero forgets refresh tokens after 60 idle days. */
export const IDLE_REFRESH_MS = 45 * 24 * 3_600_000;
/** A refresh call is over after this time; it is sent only while the lease lasts that long, or two holders would rotate. */
const REFRESH_CALL_MS = 10_000;
/** A version just written may be missing for a moment: this long nobody is told to consent again because of it. */
const MISSING_SECRET_LOOKS = 5;
const JUST_STORED_MS = 60_000;

export interface TokenDeps extends LeaseDeps {
  readonly secrets: TokenSecrets;
  readonly identity: Pick<XeroIdentity, 'refresh'>;
  readonly secrecy: Pick<Secrecy, 'uuid'>;
  readonly log: Log;
}

/** A token and how long it may be used without looking again, epoch ms. */
export interface UsableToken {
  readonly accessToken: string;
  readonly useUntil: number;
}

export interface RefreshWish {
  /** Never hand out this one: the API refused it. */
  readonly refused?: string;
  /** Refresh even if the access token is good: an unfinished refresh, or an idle one (F6). */
  readonly force?: boolean;
}

/** The pointer after new tokens were stored as `version`. */
export function settled(pointer: TokenPointer, version: string, now: number): TokenPointer {
  const { refreshStartedAt: _refreshStartedAt, dead: _dead, ...rest } = unleased(pointer);
  return { ...rest, secretVersion: version, refreshedAt: now, wakeAt: Math.min(now + IDLE_REFRESH_MS, rest.tidyAt ?? Infinity) };
}

/** Stores new tokens, then moves the pointer. Undefined: the lease has passed on, the pointer is another's business. */
async function storeRefreshed(deps: TokenDeps, leased: TokenPointer, fresh: TokenSet): Promise<TokenSet | undefined> {
  const version = await deps.secrets.putTokens(leased.xeroUserId, fresh, deps.secrecy.uuid());
  const moved = await writeFenced(deps, leased, (stored) => settled(stored, version, deps.clock.now()));
  return moved === undefined ? undefined : fresh;
}

/** A process may have been frozen since it took the lease. */
function mayStillCall(deps: TokenDeps, leased: TokenPointer): boolean {
  return (leased.leaseUntil ?? 0) - deps.clock.now() >= REFRESH_CALL_MS;
}

/**
 * invalid_grant: the pointer is read again before anything is marked. A holder that died between storing and moving has left newer tokens
 * in the secret: they are tried as well.
 */
async function afterRefusal(deps: TokenDeps, leased: TokenPointer, tried: TokenSet, refusal: GrantRefused): Promise<TokenSet | undefined> {
  const { xeroUserId } = leased;
  const stored = await deps.pointers.readTokenPointer(xeroUserId);
  if (stored?.fence !== leased.fence || stored.secretVersion !== leased.secretVersion) return undefined;
  const newest = await deps.secrets.readTokens(xeroUserId);
  if (newest !== undefined && newest.refreshToken !== tried.refreshToken) {
    if (!mayStillCall(deps, leased)) return undefined;
    try {
      return await storeRefreshed(deps, leased, await deps.identity.refresh(newest.refreshToken));
    } catch (failure) {
      if (!(failure instanceof GrantRefused)) throw failure;
    }
  }
  const marked = await writeFenced(deps, leased, (pointer) => {
    const { refreshStartedAt: _refreshStartedAt, wakeAt: _wakeAt, ...rest } = unleased(pointer);
    return { ...rest, dead: true, ...(rest.tidyAt === undefined ? {} : { wakeAt: rest.tidyAt }) };
  });
  if (marked === undefined) return undefined;
  deps.log.warn('xero consent is gone', { xeroUserId, accounts: leased.accounts });
  throw new ReconnectFailure('Xero no longer accepts the consent: it expired or was withdrawn', { cause: refusal });
}

/** One refresh under the lease. Undefined: somebody else has the lease or has moved the pointer; look again. */
async function refreshLeased(deps: TokenDeps, leased: TokenPointer, tokens: TokenSet): Promise<TokenSet | undefined> {
  if (!mayStillCall(deps, leased)) return undefined;
  try {
    const fresh = await deps.identity.refresh(tokens.refreshToken).catch((failure: unknown) => {
      if (failure instanceof GrantRefused) return failure;
      throw failure;
    });
    if (fresh instanceof GrantRefused) return await afterRefusal(deps, leased, tokens, fresh);
    return await storeRefreshed(deps, leased, fresh);
  } catch (failure) {
    // Answer lost, or not stored: refreshStartedAt and wakeAt stay, so that the next one retries the old token inside its 30 min.
    if (!(failure instanceof ReconnectFailure)) await writeFenced(deps, leased, unleased);
    throw failure;
  }
}

function usable(tokens: TokenSet, wish: RefreshWish, now: number, marginMs: number): boolean {
  return wish.force !== true && tokens.accessToken !== wish.refused && tokens.accessExpiresAt - now > marginMs;
}

/** The tokens that the pointer names; looks a few times, since pointer and secret are two stores. */
async function readNamed(deps: TokenDeps, xeroUserId: string): Promise<{ readonly pointer: TokenPointer; readonly tokens: TokenSet }> {
  let refreshedAt = 0;
  for (let look = 1; look <= MISSING_SECRET_LOOKS; look += 1) {
    const pointer = await deps.pointers.readTokenPointer(xeroUserId);
    if (pointer?.secretVersion === undefined) throw new ReconnectFailure('No consent of this Xero user is stored');
    if (pointer.dead === true) throw new ReconnectFailure('Xero no longer accepts the consent: it expired or was withdrawn');
    const tokens = await deps.secrets.readTokens(xeroUserId, pointer.secretVersion);
    if (tokens !== undefined) return { pointer, tokens };
    refreshedAt = pointer.refreshedAt ?? 0;
    await pauseForLease(deps.clock);
  }
  if (deps.clock.now() - refreshedAt < JUST_STORED_MS) throw new RetryFailure('The tokens just stored cannot be read yet', 'lost-answer');
  throw new ReconnectFailure('The stored consent of this Xero user is gone');
}

/**
 * A usable access token of the Xero user: the stored one, or a refreshed one under the fenced lease. Throws ReconnectFailure
 * when only a new consent helps, RetryFailure or WaitFailure when Xero does not answer and the present token is used up.
 */
export async function loadToken(deps: TokenDeps, xeroUserId: string, wish: RefreshWish): Promise<UsableToken> {
  let since = deps.clock.now();
  for (;;) {
    const { pointer, tokens } = await readNamed(deps, xeroUserId);
    const now = deps.clock.now();
    const { accessToken, accessExpiresAt } = tokens;
    if (usable(tokens, wish, now, REFRESH_MARGIN_MS)) return { accessToken, useUntil: accessExpiresAt - REFRESH_MARGIN_MS };
    const stillLives = usable(tokens, wish, now, USABLE_MARGIN_MS);
    if (stillLives && isLeased(pointer, now)) return { accessToken, useUntil: now + OTHERS_REFRESH_MS };
    const leased = await tryLease(deps, pointer, { refreshStartedAt: pointer.refreshStartedAt ?? now, wakeAt: now + FINISH_AFTER_MS });
    if (leased !== undefined) {
      try {
        const fresh = await refreshLeased(deps, leased, tokens);
        if (fresh !== undefined) return { accessToken: fresh.accessToken, useUntil: fresh.accessExpiresAt - REFRESH_MARGIN_MS };
      } catch (failure) {
        const passing = failure instanceof RetryFailure || failure instanceof WaitFailure;
        if (!passing || !stillLives) throw failure;
        deps.log.warn('token refresh put off', { xeroUserId, error: failure });
        return { accessToken, useUntil: now + FAILURE_COOLDOWN_MS };
      }
      // The lease has passed on, so the pointer has moved or is about to: look again.
      since = deps.clock.now();
    }
    if (leaseTimedOut(deps, since)) throw new RetryFailure('The tokens stay locked by another process', 'lost-answer');
    await pauseForLease(deps.clock);
  }
}
