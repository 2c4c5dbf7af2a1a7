import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { GrantRefused, IdentityRefused } from '../../../shared/connection/errors.ts';
import { RetryFailure } from '../../../shared/sync/errors.ts';
import { createXeroSignIn } from '../../../shared/xero/oauth-sign-in.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const REDIRECT_URI = 'https://sync.ges.example/v1/auth/xero/callback';
const PROOF = { verifier: 'v'.repeat(64), nonce: 'n0nce' };
const PERSON = { xero_userid: 'user-1', email: 'priya@hartley.example', given_name: 'Priya', family_name: 'Nair' };

let key: CryptoKey;
let publicKey: JWK;
let foreign: CryptoKey;
beforeAll(async () => {
  const own = await generateKeyPair('RS256');
  key = own.privateKey;
  publicKey = { ...(await exportJWK(own.publicKey)), kid: 'xero-1', alg: 'RS256', use: 'sig' };
  foreign = (await generateKeyPair('RS256')).privateKey;
});

interface Token {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds before now that it was made; Xero's lives five minutes. */
  readonly age?: number;
  readonly kid?: string;
  readonly signedBy?: CryptoKey;
}

function idToken(token: Token = {}): Promise<string> {
  const { claims = {}, issuer = 'https://identity.test', audience = 'client', age = 0, kid = 'xero-1', signedBy = key } = token;
  const made = NOW / 1_000 - age;
  return new SignJWT({ ...PERSON, nonce: PROOF.nonce, sub: 'subject', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(made)
    .setExpirationTime(made + 300)
    .sign(signedBy);
}

/** Xero's identity service that gives `token` for any code. */
function xeroGiving(token: () => Promise<string> | string, { keys = (): Response => Response.json({ keys: [publicKey] }) } = {}) {
  const sent: { url: string; form: URLSearchParams }[] = [];
  const signIn = createXeroSignIn({
    app: async () => ({ clientId: 'client', clientSecret: 'secret' }),
    loginBaseUrl: 'https://login.test',
    identityBaseUrl: 'https://identity.test',
    redirectUri: REDIRECT_URI,
    clock: { now: () => NOW },
    fetch: async (url, init) => {
      sent.push({ url, form: new URLSearchParams(init.body as URLSearchParams) });
      return url.endsWith('/jwks') ? keys() : Response.json({ id_token: await token(), access_token: 'a', token_type: 'Bearer' });
    },
  });
  return { signIn, sent };
}

describe('where the browser is sent', () => {
  it('H1: code flow with PKCE, state and nonce, and no scope but openid profile email', async () => {
    const url = new URL(await xeroGiving(idToken).signIn.signInUrl('st/ate', PROOF));
    expect(url.origin + url.pathname).toBe('https://login.test/identity/connect/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      state: 'st/ate',
      nonce: 'n0nce',
      code_challenge: createHash('sha256').update(PROOF.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(url.search).not.toContain('v'.repeat(64));
  });
});

describe('who has signed in', () => {
  it('exchanges the code with the verifier and reads the checked id_token', async () => {
    const { signIn, sent } = xeroGiving(idToken);
    expect(await signIn.personOf('c0de', PROOF)).toEqual({
      xeroUserId: 'user-1',
      email: 'priya@hartley.example',
      givenName: 'Priya',
      familyName: 'Nair',
    });
    expect(sent[0]?.url).toBe('https://identity.test/connect/token');
    expect(Object.fromEntries(sent[0]?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: REDIRECT_URI,
      code_verifier: PROOF.verifier,
    });
  });

  it('reads Xero’s keys once, and again only for a key that it does not know', async () => {
    const { signIn, sent } = xeroGiving(idToken);
    for (let times = 0; times < 3; times += 1) await signIn.personOf('c0de', PROOF);
    expect(sent.filter(({ url }) => url === 'https://identity.test/.well-known/openid-configuration/jwks')).toHaveLength(1);
  });

  it('a person without names is somebody too', async () => {
    const claims = { given_name: undefined, family_name: undefined };
    expect(await xeroGiving(() => idToken({ claims })).signIn.personOf('c', PROOF)).toMatchObject({ givenName: '', familyName: '' });
  });

  it('clocks may differ by half a minute', async () => {
    expect(await xeroGiving(() => idToken({ age: 320 })).signIn.personOf('c', PROOF)).toMatchObject({ xeroUserId: 'user-1' });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['a foreign signature', () => idToken({ signedBy: foreign })],
    ['a key that Xero does not have', () => idToken({ kid: 'other' })],
    ['another issuer', () => idToken({ issuer: 'https://identity.example' })],
    ['another app’s token', () => idToken({ audience: 'other-app' })],
    ['an old token', () => idToken({ age: 331 })],
    ['a token that is not valid yet', () => idToken({ claims: { nbf: NOW / 1_000 + 60 } })],
    ['the answer to another sign-in', () => idToken({ claims: { nonce: 'other' } })],
    ['no nonce', () => idToken({ claims: { nonce: undefined } })],
    ['no Xero user', () => idToken({ claims: { xero_userid: undefined } })],
    ['no e-mail', () => idToken({ claims: { email: '' } })],
    ['no signature', async () => `${(await idToken()).split('.').slice(0, 2).join('.')}.`],
    ['the algorithm none', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await idToken()).split('.')[1] ?? ''}.`],
    [
      'a secret that is Xero’s public key',
      () =>
        new SignJWT({
          ...PERSON,
          nonce: PROOF.nonce,
          sub: 's',
          iss: 'https://identity.test',
          aud: 'client',
          iat: NOW / 1_000,
          exp: NOW / 1_000 + 300,
        })
          .setProtectedHeader({ alg: 'HS256', kid: 'xero-1' })
          .sign(Buffer.from(String(publicKey.n))),
    ],
    ['no JWT', () => 'garbage'],
  ])('refuses %s', async (_what, token) => {
    await expect(xeroGiving(token).signIn.personOf('c', PROOF)).rejects.toBeInstanceOf(IdentityRefused);
  });

  it.each<[string, () => Response]>([
    ['an error page', () => new Response('<html>', { status: 503 })],
    ['a refusal of the firewall', () => new Response('Forbidden', { status: 403 })],
    ['no keys', () => Response.json({})],
    [
      'no answer',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('keys that cannot be read (%s) are Xero’s trouble, not the person’s', async (_what, keys) => {
    await expect(xeroGiving(idToken, { keys }).signIn.personOf('c', PROOF)).rejects.toBeInstanceOf(RetryFailure);
  });

  it('a code that is used or old', async () => {
    const signIn = createXeroSignIn({
      app: async () => ({ clientId: 'client', clientSecret: 'secret' }),
      loginBaseUrl: 'https://login.test',
      identityBaseUrl: 'https://identity.test',
      redirectUri: REDIRECT_URI,
      clock: { now: () => NOW },
      fetch: async () => Response.json({ error: 'invalid_grant' }, { status: 400 }),
    });
    await expect(signIn.personOf('c', PROOF)).rejects.toBeInstanceOf(GrantRefused);
  });
});
