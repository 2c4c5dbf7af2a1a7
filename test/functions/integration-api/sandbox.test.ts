import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { secrecy } from '../../../functions/integration-api/secrecy.ts';
import { startSandbox, type RunningSandbox } from '../../../local/xero-sandbox/server.ts';
import { createTokens } from '../../../shared/connection/tokens.ts';
import { systemClock, systemIds } from '../../../shared/runtime/system.ts';
import { createOpenOrganisation } from '../../../shared/xero/facts.ts';
import { createXeroSignIn } from '../../../shared/xero/oauth-sign-in.ts';
import { createXeroIdentity } from '../../../shared/xero/oauth.ts';
import { createMemoryStores } from '../../support/stores.ts';
import { createMemoryTokenSecrets } from '../../support/memory-token-secrets.ts';
import { call, consentUrlOn } from './request.ts';

const REDIRECT_URI = 'http://localhost:4590/v1/xero/callback';
const SIGN_IN_URI = 'http://localhost:4590/v1/auth/xero/callback';

let sandbox: RunningSandbox;
let integration: Integration;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'connect', redirectUris: [REDIRECT_URI, SIGN_IN_URI] });
  const stores = createMemoryStores(systemIds, systemClock);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const xero = {
    app: async () => ({ clientId: 'ges-xero-local', clientSecret: 'ges-xero-local-secret' }),
    loginBaseUrl: sandbox.url,
    identityBaseUrl: sandbox.url,
    apiBaseUrl: sandbox.url,
    clock: systemClock,
  };
  const identity = createXeroIdentity({ ...xero, redirectUri: REDIRECT_URI });
  const pointers = stores.tokenPointers;
  integration = {
    publicBaseUrl: 'http://localhost:4590',
    settingsPageUrl: 'http://localhost:4590',
    signInOrigins: ['http://localhost:4570'],
    deps: {
      connections: stores.connections,
      tenants: stores.connections,
      claims: stores.connections,
      singleUse: stores.singleUse,
      pointers,
      tokens: createTokens({ pointers, secrets: createMemoryTokenSecrets(), identity, secrecy, clock: systemClock, log }),
      identity,
      signIn: createXeroSignIn({ ...xero, redirectUri: SIGN_IN_URI }),
      openOrganisation: createOpenOrganisation({ apiBaseUrl: sandbox.url }),
      counts: stores.counts,
      brakes: stores.brakes,
      waits: stores.lanes,
      backlog: stores.lanes,
      bell: { ring: async () => undefined, forgetWait: async () => undefined },
      secrecy,
      clock: systemClock,
      log,
    },
  };
});
afterAll(() => sandbox.close());

/** The way of one browser: our page that begins → Xero's form → our callback; gives the address of GES that it ends at. */
async function throughXero(begin: string, decision: Record<string, string>): Promise<URL> {
  const start = await call(integration, { route: `GET ${begin}`, accountId: null });
  const page = start.status === 302 ? new URL(String(start.headers['location'])) : consentUrlOn(start.text);
  expect((await fetch(page)).status).toBe(200);
  const form = new URLSearchParams([...page.searchParams, ...Object.entries({ decision: 'allow', ...decision })]);
  const decided = await fetch(page.origin + page.pathname, { method: 'POST', body: form, redirect: 'manual' });
  const { pathname: callback, search: answer } = new URL(decided.headers.get('location') ?? '');
  const back = await call(integration, { route: `GET ${callback}${answer}`, cookies: [start.cookies[0]!.split(';')[0]!] });
  return new URL(String(back.headers['location']));
}

/** The consent, finished by the account; gives its status, or the code of the problem. */
async function connect(accountId: string, decision: Record<string, string> = {}, wish: object = {}): Promise<unknown> {
  const { authorizeUrl } = (await call(integration, { route: 'POST /v1/xero/connect', accountId, body: wish })).json;
  const { pathname, search } = new URL(authorizeUrl);
  const { searchParams } = await throughXero(`${pathname}${search}`, decision);
  const code = searchParams.get('code');
  if (code === null) return searchParams.get('error');
  const { json } = await call(integration, { route: 'POST /v1/xero/connect/finish', accountId, body: { code } });
  return json.code ?? json.status;
}

/** The same consent, token endpoint, /connections and Accounting API that a browser and xero-node meet. */
describe('against the Xero sandbox', () => {
  it('connect → callback → options → settings → a refused token → status → disconnect → reconnect', async () => {
    const accountId = 'acct_demo';
    expect(await connect(accountId)).toBe('setup');
    const options = (await call(integration, { route: 'GET /v1/xero/options', accountId })).json;
    expect(options.paymentAccounts.length).toBeGreaterThan(0);
    expect(options.salesAccounts.length).toBeGreaterThan(0);
    expect(options.cisEnabled).toBe(true);

    const body = {
      createPaymentAccount: true,
      salesAccountId: options.salesAccounts[0]?.accountId,
      syncCustomers: true,
      syncInvoices: true,
    };
    // D2: the right to make an account is asked for only now.
    expect((await call(integration, { route: 'PUT /v1/xero/settings', accountId, body })).json).toMatchObject({ code: 'consent-needed' });
    expect(await connect(accountId, {}, { createPaymentAccount: true })).toBe('setup');
    const saved = await call(integration, { route: 'PUT /v1/xero/settings', accountId, body });
    expect(saved).toMatchObject({ status: 200, json: { status: 'active' } });
    expect(saved.json.warnings.map((warning) => warning.code)).toEqual(['own-payment-account']);
    const again = await call(integration, { route: 'PUT /v1/xero/settings', accountId, body });
    expect(again.json.settings).toEqual(saved.json.settings);

    // 401 TokenExpired: another token is fetched, the connection stays.
    await fetch(`${sandbox.url}/_sandbox/tokens/expire`, { method: 'POST', body: '{}' });
    expect((await call(integration, { route: 'GET /v1/xero/options', accountId })).status).toBe(200);
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({ status: 'active' });

    expect(await connect('acct_other')).toBe('organisation-in-use');
    expect((await call(integration, { route: 'DELETE /v1/xero/connection', accountId })).status).toBe(204);
    expect(await connect(accountId)).toBe('active');
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({
      status: 'active',
      settings: saved.json.settings,
    });
  });

  it('F5: disconnected inside Xero: the next look says needs-reconnect', async () => {
    const accountId = 'acct_demo';
    await fetch(`${sandbox.url}/_sandbox/as-user/disconnect`, { method: 'POST', body: '{}' });
    expect(await call(integration, { route: 'GET /v1/xero/options', accountId })).toMatchObject({
      status: 409,
      json: { code: 'needs-reconnect' },
    });
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({ status: 'needs-reconnect' });
    expect(await connect(accountId)).toBe('active');
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({ status: 'active' });
  });

  it('cancelled on Xero’s page', async () => {
    expect(await connect('acct_third', { decision: 'cancel' })).toBe('access_denied');
  });

  it('H1: signs in: who it is, once, without any right to an organisation', async () => {
    const returnTo = 'http://localhost:4570/auth/xero/return?state=ours';
    const back = await throughXero(`/v1/auth/xero/start?${new URLSearchParams({ intent: 'login', returnTo }).toString()}`, {});
    expect(`${back.origin}${back.pathname}`).toBe('http://localhost:4570/auth/xero/return');
    expect(back.searchParams.get('state')).toBe('ours');
    const exchange = { route: 'POST /v1/auth/xero/exchange', accountId: null, body: { code: back.searchParams.get('code') } };
    const [user] = (await (await fetch(`${sandbox.url}/_sandbox/users`)).json()) as { userId: string; email: string; givenName: string }[];
    expect(await call(integration, exchange)).toMatchObject({
      status: 200,
      json: { xeroUserId: user?.userId, email: user?.email, givenName: user?.givenName, intent: 'login' },
    });
    expect(await call(integration, exchange)).toMatchObject({ status: 410, json: { code: 'code-expired' } });
  });

  it('H1: cancelled at Xero: nobody is signed in, and the page of GES is told', async () => {
    const query = new URLSearchParams({ intent: 'signup', returnTo: 'http://localhost:4570/signup' });
    const back = await throughXero(`/v1/auth/xero/start?${query.toString()}`, { decision: 'cancel' });
    expect(back.toString()).toBe('http://localhost:4570/signup?error=access_denied');
  });
});
