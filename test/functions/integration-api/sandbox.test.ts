import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { startSandbox, type RunningSandbox } from '../../../local/xero-sandbox/server.ts';
import { createTokens } from '../../../shared/connection/tokens.ts';
import { systemClock, systemIds } from '../../../shared/runtime/system.ts';
import { createOpenOrganisation } from '../../../shared/xero/facts.ts';
import { createXeroIdentity } from '../../../shared/xero/oauth.ts';
import { createMemoryStores } from '../../support/memory-store.ts';
import { createMemoryTokenSecrets } from '../../support/memory-token-secrets.ts';
import { call } from './request.ts';

const REDIRECT_URI = 'http://localhost:4590/v1/xero/callback';

let sandbox: RunningSandbox;
let integration: Integration;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'connect', redirectUris: [REDIRECT_URI] });
  const stores = createMemoryStores(systemIds);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const secrecy = {
    token: () => randomBytes(32).toString('base64url'),
    uuid: randomUUID,
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const identity = createXeroIdentity({
    app: async () => ({ clientId: 'ges-xero-local', clientSecret: 'ges-xero-local-secret' }),
    loginBaseUrl: sandbox.url,
    identityBaseUrl: sandbox.url,
    apiBaseUrl: sandbox.url,
    redirectUri: REDIRECT_URI,
    clock: systemClock,
  });
  const pointers = stores.tokenPointers;
  integration = {
    publicBaseUrl: 'http://localhost:4590',
    settingsPageUrl: 'http://localhost:4590',
    deps: {
      connections: stores.connections,
      tenants: stores.connections,
      claims: stores.connections,
      singleUse: stores.singleUse,
      pointers,
      tokens: createTokens({ pointers, secrets: createMemoryTokenSecrets(), identity, secrecy, clock: systemClock, log }),
      identity,
      openOrganisation: createOpenOrganisation({ apiBaseUrl: sandbox.url }),
      links: stores.links,
      waits: stores.lanes,
      bell: { ring: async () => undefined, forgetWait: async () => undefined },
      outcomes: { publish: async () => undefined },
      secrecy,
      clock: systemClock,
      log,
    },
  };
});
afterAll(() => sandbox.close());

/** Connect → start → Xero's consent form → callback; gives the settings page's address. */
async function connect(accountId: string, decision: Record<string, string> = {}): Promise<string> {
  const { authorizeUrl } = (await call(integration, { route: 'POST /v1/xero/connect', accountId })).json;
  const { pathname, search } = new URL(authorizeUrl);
  const start = await call(integration, { route: `GET ${pathname}${search}` });
  const consent = new URL(String(start.headers['location']));
  expect((await fetch(consent)).status).toBe(200);
  const form = new URLSearchParams([...consent.searchParams, ...Object.entries({ decision: 'allow', ...decision })]);
  const decided = await fetch(consent.origin + consent.pathname, { method: 'POST', body: form, redirect: 'manual' });
  const { pathname: callback, search: answer } = new URL(decided.headers.get('location') ?? '');
  const back = await call(integration, { route: `GET ${callback}${answer}`, cookies: [start.cookies[0]!.split(';')[0]!] });
  return String(back.headers['location']);
}

/** The same consent, token endpoint, /connections and Accounting API that a browser and xero-node meet. */
describe('against the Xero sandbox', () => {
  it('connect → callback → options → settings → a refused token → status → disconnect → reconnect', async () => {
    const accountId = 'acct_demo';
    expect(await connect(accountId)).toBe('http://localhost:4590/?connected=1');
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
    const saved = await call(integration, { route: 'PUT /v1/xero/settings', accountId, body });
    expect(saved).toMatchObject({ status: 200, json: { status: 'active' } });
    expect(saved.json.warnings.map((warning) => warning.code)).toEqual(['own-payment-account']);
    const again = await call(integration, { route: 'PUT /v1/xero/settings', accountId, body });
    expect(again.json.settings).toEqual(saved.json.settings);

    // xero-facts §1: 401 TokenExpired; another token is fetched, the connection stays.
    await fetch(`${sandbox.url}/_sandbox/tokens/expire`, { method: 'POST', body: '{}' });
    expect((await call(integration, { route: 'GET /v1/xero/options', accountId })).status).toBe(200);
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({ status: 'active' });

    expect(await connect('acct_other')).toBe('http://localhost:4590/?error=organisation-in-use');
    expect((await call(integration, { route: 'DELETE /v1/xero/connection', accountId })).status).toBe(204);
    expect(await connect(accountId)).toBe('http://localhost:4590/?connected=1');
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
    expect(await connect(accountId)).toBe('http://localhost:4590/?connected=1');
    expect((await call(integration, { route: 'GET /v1/xero/connection', accountId })).json).toMatchObject({ status: 'active' });
  });

  it('cancelled on Xero’s page', async () => {
    expect(await connect('acct_third', { decision: 'cancel' })).toBe('http://localhost:4590/?error=access_denied');
  });
});
