import { beforeEach, describe, expect, it } from '@jest/globals';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { IdentityRefused } from '../../../shared/connection/errors.ts';
import { exchangeSignIn, finishSignIn, startSignIn } from '../../../shared/connection/sign-in.ts';
import { RetryFailure } from '../../../shared/sync/errors.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';

const RETURN_TO = 'https://app.ges.example/login?state=ours';
const MINUTE = 60_000;

let world: ConnectionWorld;
beforeEach(() => {
  world = createConnectionWorld();
});

interface Begun {
  readonly state: string;
  readonly cookie: string;
  /** What Xero gives this browser after logging in. */
  readonly code: string;
}

async function begin(intent: 'login' | 'signup' = 'login'): Promise<Begun> {
  const { loginUrl, cookie } = await startSignIn(world.deps, { intent, returnTo: RETURN_TO });
  const { searchParams } = new URL(loginUrl);
  return { state: searchParams.get('state')!, cookie, code: `for ${searchParams.get('for') ?? ''}` };
}

describe('H1: signing in with Xero', () => {
  it('H1: tells the GES backend once who has signed in, and what for', async () => {
    const end = await finishSignIn(world.deps, await begin('signup'));
    expect(end).toEqual({ kind: 'code', returnTo: RETURN_TO, code: expect.any(String) });
    const { code } = end as { readonly code: string };
    expect(await exchangeSignIn(world.deps, code)).toEqual({
      intent: 'signup',
      xeroUserId: 'user-1',
      email: 'priya@hartley.example',
      givenName: 'Priya',
      familyName: 'Nair',
    });
    expect(await exchangeSignIn(world.deps, code)).toBeUndefined();
  });

  it('the code is over after two minutes', async () => {
    const end = await finishSignIn(world.deps, await begin());
    world.clock.advance(2 * MINUTE);
    expect(await exchangeSignIn(world.deps, (end as { readonly code: string }).code)).toBeUndefined();
  });

  it('connects no organisation and keeps no token', async () => {
    await finishSignIn(world.deps, await begin());
    expect(world.secrets.users()).toEqual([]);
    expect(await world.stores.tokenPointers.readTokenPointer('user-1')).toBeUndefined();
  });

  it('a code of a sign-in does not finish connecting, and a code of a consent signs nobody in', async () => {
    const end = await finishSignIn(world.deps, await begin());
    const finished = finishConnecting(world.deps, 'acct_1', (end as { readonly code: string }).code);
    await expect(finished).rejects.toMatchObject({ code: 'code-expired' });
    expect(await exchangeSignIn(world.deps, await world.consent('acct_1', { xeroUserId: 'user-1', tenantIds: ['T1'] }))).toBeUndefined();
  });

  it.each([
    ['another browser', (begun: Begun) => ({ ...begun, cookie: `${begun.cookie}x` })],
    ['a browser without the cookie', ({ state, code }: Begun) => ({ state, code })],
    ['a made-up state', (begun: Begun) => ({ ...begun, state: 'made-up' })],
    ['no state', ({ code, cookie }: Begun) => ({ code, cookie })],
  ])('%s is signed in nowhere', async (_who, change) => {
    expect(await finishSignIn(world.deps, change(await begin()))).toBeUndefined();
  });

  it('the same callback again, and one that took too long, sign in nobody', async () => {
    const begun = await begin();
    await finishSignIn(world.deps, begun);
    expect(await finishSignIn(world.deps, begun)).toBeUndefined();
    const late = await begin();
    world.clock.advance(15 * MINUTE);
    expect(await finishSignIn(world.deps, late)).toBeUndefined();
  });

  it('PKCE: what Xero gave another browser cannot be used in this one', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const end = await finishSignIn(world.deps, { ...mine, code: theirs.code });
    expect(end).toEqual({ kind: 'error', returnTo: RETURN_TO, error: 'code-expired' });
  });

  it.each([
    ['access_denied', 'access_denied'],
    ['server_error', 'xero-unavailable'],
    ['invalid_scope', 'xero-error'],
    ['<script>', 'xero-error'],
    [undefined, 'xero-error'],
  ])('tells OAuth’s error %s as %s', async (error, told) => {
    const { state, cookie } = await begin();
    expect(await finishSignIn(world.deps, { state, cookie, error })).toEqual({ kind: 'error', returnTo: RETURN_TO, error: told });
  });

  it.each([
    ['an id_token that does not hold', new IdentityRefused('forged'), 'sign-in-failed'],
    ['no answer', new RetryFailure('no answer', 'lost-answer'), 'xero-unavailable'],
  ])('%s', async (_what, failure, error) => {
    const begun = await begin();
    const signIn = { ...world.deps.signIn, personOf: () => Promise.reject(failure) };
    expect(await finishSignIn({ ...world.deps, signIn }, begun)).toEqual({ kind: 'error', returnTo: RETURN_TO, error });
  });
});
