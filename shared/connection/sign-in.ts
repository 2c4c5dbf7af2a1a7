import { RetryFailure, WaitFailure } from '../sync/errors.ts';
import { callbackErrorOf, type ConsentAnswer } from './callback.ts';
import type { ConnectionDeps } from './deps.ts';
import { GrantRefused, IdentityRefused } from './errors.ts';
import type { SignInIntent, SignInProof, XeroPerson } from './ports.ts';

/** Time for logging into Xero. */
export const SIGN_IN_LIFE_MS = 15 * 60_000;
/** The GES backend exchanges the code as soon as the browser brings it. */
const CODE_LIFE_MS = 2 * 60_000;

type SignInDeps = Pick<ConnectionDeps, 'singleUse' | 'secrecy' | 'signIn' | 'clock' | 'log'>;

export interface SignInWish {
  readonly intent: SignInIntent;
  /** Page of GES that the browser comes back to; the caller has checked its origin. */
  readonly returnTo: string;
}

/** What the browser gets from `GET /v1/auth/xero/start`. */
export interface StartedSignIn {
  /** Xero's login page. */
  readonly loginUrl: string;
  /** Value of the first-party cookie that the callback must bring back. */
  readonly cookie: string;
}

/** Stable codes, told as `?error=<code>`. */
export type SignInError = 'access_denied' | 'code-expired' | 'sign-in-failed' | 'xero-unavailable' | 'xero-error';
export type SignInEnd =
  | { readonly kind: 'code'; readonly returnTo: string; readonly code: string }
  | { readonly kind: 'error'; readonly returnTo: string; readonly error: SignInError };

/** Both follow from the browser's cookie, so that neither is stored, and another browser's answer cannot be used. */
function proofOf({ secrecy }: SignInDeps, cookie: string): SignInProof {
  return { verifier: secrecy.hash(`verifier ${cookie}`), nonce: secrecy.hash(`nonce ${cookie}`) };
}

/** Begins a sign-in, bound to the browser by its cookie. */
export async function startSignIn(deps: SignInDeps, { intent, returnTo }: SignInWish): Promise<StartedSignIn> {
  const { secrecy, singleUse, clock } = deps;
  const state = secrecy.token();
  const cookie = secrecy.token();
  const begun = { kind: 'sign-in', intent, returnTo, cookieHash: secrecy.hash(cookie) } as const;
  await singleUse.putSingleUse(secrecy.hash(state), begun, clock.now() + SIGN_IN_LIFE_MS);
  return { loginUrl: await deps.signIn.signInUrl(state, proofOf(deps, cookie)), cookie };
}

function errorOf(failure: unknown): SignInError | undefined {
  if (failure instanceof GrantRefused) return 'code-expired';
  if (failure instanceof IdentityRefused) return 'sign-in-failed';
  return failure instanceof RetryFailure || failure instanceof WaitFailure ? 'xero-unavailable' : undefined;
}

/** Of the words of a consent, those that signing in can end in; it asks for no scope that could be missing, and connects no organisation. */
function signInErrorOf(error: string): SignInError {
  const code = callbackErrorOf(error);
  return code === 'access_denied' || code === 'xero-unavailable' ? code : 'xero-error';
}

/**
 * `GET /v1/auth/xero/callback`: finds out who has signed in, and gives a single-use code for the GES backend. Undefined: state unknown, used
 * or too old, or another browser's; nobody knows then where to go back to. The state is used up whatever happens.
 */
export async function finishSignIn(deps: SignInDeps, answer: ConsentAnswer): Promise<SignInEnd | undefined> {
  const { secrecy, singleUse, clock, log } = deps;
  const { state, code: xeroCode, cookie } = answer;
  const begun = state === undefined ? undefined : await singleUse.takeSingleUse(secrecy.hash(state), clock.now());
  if (begun?.kind !== 'sign-in' || cookie === undefined || begun.cookieHash !== secrecy.hash(cookie)) return undefined;
  const { intent, returnTo } = begun;
  if (answer.error !== undefined) return { kind: 'error', returnTo, error: signInErrorOf(answer.error) };
  if (xeroCode === undefined) return { kind: 'error', returnTo, error: 'xero-error' };
  try {
    const person = await deps.signIn.personOf(xeroCode, proofOf(deps, cookie));
    const code = secrecy.token();
    const signedIn = { kind: 'signed-in', intent, sealed: secrecy.seal(JSON.stringify(person), code) } as const;
    await singleUse.putSingleUse(secrecy.hash(code), signedIn, clock.now() + CODE_LIFE_MS);
    return { kind: 'code', returnTo, code };
  } catch (failure) {
    const error = errorOf(failure);
    if (error === undefined) throw failure;
    log.warn('xero sign-in failed', { end: error, error: failure });
    return { kind: 'error', returnTo, error };
  }
}

/** `POST /v1/auth/xero/exchange`: who has signed in, once. Undefined: code unknown, used or older than two minutes. */
export async function exchangeSignIn(
  { singleUse, secrecy, clock }: Pick<SignInDeps, 'singleUse' | 'secrecy' | 'clock'>,
  code: string,
): Promise<(XeroPerson & { readonly intent: SignInIntent }) | undefined> {
  const kept = await singleUse.takeSingleUse(secrecy.hash(code), clock.now());
  if (kept?.kind !== 'signed-in') return undefined;
  const person = secrecy.unseal(kept.sealed, code);
  return person === undefined ? undefined : { ...(JSON.parse(person) as XeroPerson), intent: kept.intent };
}
