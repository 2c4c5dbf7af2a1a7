import type { ConnectionDeps } from './deps.ts';
import { accountOfLogin } from './login.ts';

/** Xero's code lives five minutes; ours is over before. */
const CODE_LIFE_MS = 4 * 60_000;

/** What Xero's redirect and the browser brought. */
export interface ConsentAnswer {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  /** OAuth's error code, e.g. `access_denied` when the person pressed cancel. */
  readonly error?: string | undefined;
  readonly cookie?: string | undefined;
}

/** What the callback can tell the settings page; stable, told as `?error=<code>`. */
export type CallbackError = 'access_denied' | 'missing-scope' | 'too-many-apps' | 'xero-unavailable' | 'xero-error' | 'state-expired';
export type CallbackEnd = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'error'; readonly code: CallbackError };

/**
 * OAuth's error codes in our words. Any other is `xero-error`, so that nobody writes into our page's address. Xero documents no code for an
 * organisation that has too many uncertified apps already: its own page says so, and most people come back with Cancel.
 */
const OAUTH_ERRORS: Readonly<Record<string, CallbackError>> = {
  access_denied: 'access_denied',
  invalid_scope: 'missing-scope',
  unauthorized_client: 'missing-scope',
  connection_limit: 'too-many-apps',
  temporarily_unavailable: 'xero-unavailable',
  server_error: 'xero-unavailable',
};

/** OAuth's error code in our words. */
export function callbackErrorOf(error: string): CallbackError {
  return Object.hasOwn(OAUTH_ERRORS, error) ? (OAUTH_ERRORS[error] ?? 'xero-error') : 'xero-error';
}

/**
 * `GET /v1/xero/callback`: keeps Xero's code, not exchanged, and gives our own single-use code for it. A browser that merely opened somebody
 * else's link gets no further than this: only `finishConnecting`, with the JWT of the account that began, makes use of the consent. The
 * state is used up whatever happens.
 */
export async function keepConsent(
  deps: Pick<ConnectionDeps, 'singleUse' | 'secrecy' | 'identity' | 'clock'>,
  answer: ConsentAnswer,
): Promise<CallbackEnd> {
  const { secrecy, singleUse, clock } = deps;
  const accountId = answer.state === undefined ? undefined : await accountOfLogin(deps, answer.state, answer.cookie);
  if (accountId === undefined) return { kind: 'error', code: 'state-expired' };
  if (answer.error !== undefined) return { kind: 'error', code: callbackErrorOf(answer.error) };
  if (answer.code === undefined) return { kind: 'error', code: 'xero-error' };
  const code = secrecy.token();
  const consent = { kind: 'consent', accountId, sealed: secrecy.seal(answer.code, code) } as const;
  await singleUse.putSingleUse(secrecy.hash(code), consent, clock.now() + CODE_LIFE_MS);
  return { kind: 'code', code };
}
