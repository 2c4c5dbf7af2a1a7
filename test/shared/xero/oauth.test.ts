import { describe, expect, it } from '@jest/globals';
import { GrantRefused } from '../../../shared/connection/errors.ts';
import { ReconnectFailure, RetryFailure, WaitFailure } from '../../../shared/sync/errors.ts';
import { consentScopes, createXeroIdentity } from '../../../shared/xero/oauth.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const REDIRECT_URI = 'https://sync.ges.example/v1/xero/callback';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
  readonly signal: AbortSignal | null | undefined;
}

/** Xero's identity service that gives one answer to every call. */
function xeroAnswering(answer: () => Response) {
  const sent: Sent[] = [];
  const identity = createXeroIdentity({
    app: async () => ({ clientId: 'client', clientSecret: 'secret' }),
    loginBaseUrl: 'https://login.test',
    identityBaseUrl: 'https://identity.test',
    apiBaseUrl: 'https://api.test',
    redirectUri: REDIRECT_URI,
    clock: { now: () => NOW },
    fetch: async (url, init) => {
      const { method = 'GET', headers, body, signal } = init;
      sent.push({ url, method, headers: new Headers(headers), form: new URLSearchParams(body as URLSearchParams), signal });
      return answer();
    },
  });
  return { identity, sent };
}
const json = (status: number, body: unknown, headers = {}): Response => new Response(JSON.stringify(body), { status, headers });
const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
const tokenAnswer = (accessToken = 'access') => ({
  access_token: accessToken,
  refresh_token: 'refresh-2',
  expires_in: 1800,
  token_type: 'Bearer',
  scope: consentScopes(false),
});

describe('consent', () => {
  it('the consent page gets code flow, exact redirect, only the scopes that syncing needs, and the state', async () => {
    const url = new URL(await xeroAnswering(() => json(200, {})).identity.authorizeUrl('st/ate', false));
    expect(url.origin + url.pathname).toBe('https://login.test/identity/connect/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: REDIRECT_URI,
      scope: 'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings.read',
      state: 'st/ate',
    });
    expect(url.search).not.toContain('+');
  });

  it('D2: asks for the right to change settings only when an account must be made', async () => {
    const url = new URL(await xeroAnswering(() => json(200, {})).identity.authorizeUrl('state', true));
    const scopes = url.searchParams.get('scope')?.split(' ');
    expect(scopes).toContain('accounting.settings');
    expect(scopes).not.toContain('accounting.settings.read');
  });

  it('exchanges the code with the Basic header and a form, and reads user and authentication event from the token', async () => {
    const accessToken = jwt({ xero_userid: 'user-1', authentication_event_id: 'event-1' });
    const { identity, sent } = xeroAnswering(() => json(200, tokenAnswer(accessToken)));
    expect(await identity.exchangeCode('c0de')).toEqual({
      xeroUserId: 'user-1',
      authEventId: 'event-1',
      lacksScope: false,
      mayMakeAccounts: false,
      tokens: { accessToken, refreshToken: 'refresh-2', accessExpiresAt: NOW + 1_800_000 },
    });
    expect(sent[0]).toMatchObject({ url: 'https://identity.test/connect/token', method: 'POST' });
    expect(sent[0]?.headers.get('authorization')).toBe(`Basic ${Buffer.from('client:secret').toString('base64')}`);
    expect(Object.fromEntries(sent[0]?.form ?? [])).toEqual({ grant_type: 'authorization_code', code: 'c0de', redirect_uri: REDIRECT_URI });
  });

  it.each([
    ['all that was asked for', consentScopes(false), false, false],
    ['the right to make an account, which includes reading settings', consentScopes(true), false, true],
    ['more than was asked for', `${consentScopes(true)} accounting.settings.read files`, false, true],
    ['not the payments', consentScopes(false).replace('accounting.payments', 'accounting.payments.read'), true, false],
    ['no settings at all', consentScopes(false).replace('accounting.settings.read', ''), true, false],
    ['what the answer does not say: all that was asked for', undefined, false, false],
  ])('tells what the consent allows: %s', async (_what, scope, lacksScope, mayMakeAccounts) => {
    const accessToken = jwt({ xero_userid: 'user-1', authentication_event_id: 'event-1' });
    const { identity } = xeroAnswering(() => json(200, { ...tokenAnswer(accessToken), scope }));
    expect(await identity.exchangeCode('c0de')).toMatchObject({ lacksScope, mayMakeAccounts });
  });

  it.each([['no JWT'], [jwt({ sub: 'x' })]])('an access token without its claims is no consent: %s', async (accessToken) => {
    const { identity } = xeroAnswering(() => json(200, tokenAnswer(accessToken)));
    await expect(identity.exchangeCode('c0de')).rejects.toBeInstanceOf(RetryFailure);
  });
});

describe('refresh', () => {
  it('gives the new tokens', async () => {
    const { identity, sent } = xeroAnswering(() => json(200, tokenAnswer()));
    const tokens = await identity.refresh('refresh-1');
    expect(tokens).toEqual({ accessToken: 'access', refreshToken: 'refresh-2', accessExpiresAt: NOW + 1_800_000 });
    expect(Object.fromEntries(sent[0]?.form ?? [])).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-1' });
    expect(sent[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it.each<[string, () => Response, new (...args: never[]) => Error]>([
    ['invalid_grant', () => json(400, { error: 'invalid_grant' }), GrantRefused],
    ['invalid_client: our own fault, the consent stands', () => json(400, { error: 'invalid_client' }), RetryFailure],
    ['a server error', () => json(500, { error: 'invalid_grant' }), RetryFailure],
    ['an HTML page with status 200', () => new Response('<html>', { status: 200 }), RetryFailure],
    ['an HTML page with status 400', () => new Response('<html>', { status: 400 }), RetryFailure],
    ['no refresh token', () => json(200, { ...tokenAnswer(), refresh_token: undefined }), RetryFailure],
    ['a rate limit', () => json(429, {}, { 'retry-after': '7' }), WaitFailure],
    [
      'no answer',
      () => {
        throw new TypeError('fetch failed');
      },
      RetryFailure,
    ],
  ])('%s', async (_what, answer, failure) => {
    await expect(xeroAnswering(answer).identity.refresh('refresh-1')).rejects.toBeInstanceOf(failure);
  });

  it('waits as long as Xero says', async () => {
    const limited = xeroAnswering(() => json(429, {}, { 'retry-after': '7' })).identity.refresh('refresh-1');
    await expect(limited).rejects.toMatchObject({ waitMs: 7_000 });
  });

  it('tells nothing of tokens or answers in its failures', async () => {
    const failing = xeroAnswering(() => json(400, { error: 'invalid_client', error_description: 'secret-detail' })).identity.refresh('r-1');
    await expect(failing).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching(/r-1|secret-detail/) }));
  });
});

describe('connections', () => {
  const entry = { id: 'entry-1', authEventId: 'event-1', tenantId: 'T1', tenantType: 'ORGANISATION', tenantName: 'Demo Heating' };

  it('lists the organisations of one consent, and nothing but organisations', async () => {
    const { identity, sent } = xeroAnswering(() => json(200, [entry, { ...entry, tenantType: 'PRACTICE', id: 'entry-2' }]));
    const listed = await identity.listConnections('access', 'event-1');
    expect(listed).toEqual([{ xeroConnectionId: 'entry-1', tenantId: 'T1', name: 'Demo Heating' }]);
    expect(sent[0]?.url).toBe('https://api.test/connections?authEventId=event-1');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer access');
  });

  it.each([401, 403])('a refused token (%i) needs a reconnect', async (status) => {
    const { identity } = xeroAnswering(() => json(status, {}));
    await expect(identity.listConnections('access')).rejects.toBeInstanceOf(ReconnectFailure);
    await expect(identity.deleteConnection('access', 'entry-1')).rejects.toBeInstanceOf(ReconnectFailure);
  });

  it.each([
    ['done', () => new Response(null, { status: 204 })],
    ['unknown, as an HTML page', () => new Response('<html>', { status: 404 })],
  ])('F4: ends one entry, never by revoking: %s', async (_what, answer) => {
    const { identity, sent } = xeroAnswering(answer);
    await identity.deleteConnection('access', 'entry-1');
    expect(sent[0]).toMatchObject({ url: 'https://api.test/connections/entry-1', method: 'DELETE' });
  });

  it('an entry that Xero could not end is tried again', async () => {
    const { identity } = xeroAnswering(() => json(500, {}));
    await expect(identity.deleteConnection('access', 'entry-1')).rejects.toBeInstanceOf(RetryFailure);
  });
});
