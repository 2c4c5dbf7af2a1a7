import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { RetryFailure, VersionConflict, WaitFailure } from '../../../shared/sync/errors.ts';
import { createConnectionWorld, type ConnectionWorld } from '../../support/connection-world.ts';
import { call, consentUrlOn, integrationOver, type Answer, type Call } from './request.ts';

const SETTINGS = {
  paymentAccountId: 'a-bank',
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: true,
};
const ACCOUNT_ROUTES = [
  'POST /v1/xero/connect',
  'POST /v1/xero/connect/finish',
  'GET /v1/xero/connection',
  'GET /v1/xero/options',
  'PUT /v1/xero/organisation',
  'PUT /v1/xero/settings',
  'DELETE /v1/xero/connection',
];

let world: ConnectionWorld;
let integration: Integration;
beforeEach(() => {
  world = createConnectionWorld();
  integration = integrationOver(world.deps);
});

const ask = (request: Call): Promise<Answer> => call(integration, request);
const locationOf = (answer: Answer): URL => new URL(String(answer.headers['location']));

/** POST connect → GET start, as a browser goes. */
async function startInBrowser(
  request: Partial<Call> = {},
): Promise<{ readonly state: string; readonly cookie: string; readonly start: Answer }> {
  const { authorizeUrl } = (await ask({ route: 'POST /v1/xero/connect', ...request })).json;
  const { pathname, search } = new URL(authorizeUrl);
  const start = await ask({ route: `GET ${pathname}${search}`, accountId: null });
  return { start, state: consentUrlOn(start.text).searchParams.get('state')!, cookie: start.cookies[0]!.split(';')[0]! };
}

const finish = (code: string | null, accountId = 'acct_1'): Promise<Answer> =>
  ask({ route: 'POST /v1/xero/connect/finish', accountId, body: { code } });

describe('the way through consent', () => {
  it('connect gives our own start page, top-level, with a single-use ticket', async () => {
    const answer = await ask({ route: 'POST /v1/xero/connect' });
    expect(answer.status).toBe(200);
    expect(answer.json.authorizeUrl).toMatch(/^https:\/\/api\.ges\.example\/v1\/xero\/start\?ticket=./);
  });

  it('start names the business, sets a first-party cookie and leads to Xero', async () => {
    const { start } = await startInBrowser({ businessName: 'Aire <b>Gas</b> & Heating' });
    expect(start.status).toBe(200);
    expect(start.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(start.text).toContain('<strong>Aire &#60;b&#62;Gas&#60;/b&#62; &#38; Heating</strong>');
    expect(consentUrlOn(start.text).origin).toBe('https://login.xero.test');
    expect(start.cookies).toEqual([
      expect.stringMatching(/^ges_xero_login=[^;]+; Path=\/v1\/xero; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/),
    ]);
  });

  it('start cannot be framed, runs no script, and passes its address on to nobody', async () => {
    const { start } = await startInBrowser();
    expect(start.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
    expect(start.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-.*frame-ancestors 'none'$/);
    expect(start.text).not.toContain('<script');
  });

  it('start names the account where the JWT has no name of the business', async () => {
    expect((await startInBrowser()).start.text).toContain('<strong>acct_1</strong>');
  });

  it('D2: asks Xero for the right to make an account only when the page says so', async () => {
    const scopeOf = async (request: Partial<Call>): Promise<string | null> =>
      consentUrlOn((await startInBrowser(request)).start.text).searchParams.get('scope');
    expect(await scopeOf({})).toBeNull();
    expect(await scopeOf({ body: { createPaymentAccount: true } })).toBe('accounting.settings');
  });

  it('on plain http (this machine) the cookie is not Secure, or the browser would drop it', async () => {
    integration = { ...integration, publicBaseUrl: 'http://localhost:4590' };
    expect((await startInBrowser()).start.cookies[0]).not.toContain('Secure');
  });

  it('the callback only brings a code to the settings page, and takes the cookie away; finish connects', async () => {
    const { state, cookie } = await startInBrowser();
    const xeroCode = world.xero.consent('user-1', 'T1');
    const back = await ask({
      route: `GET /v1/xero/callback?state=${state}&code=${xeroCode}`,
      accountId: null,
      cookies: ['other=1', cookie],
    });
    const page = locationOf(back);
    const code = page.searchParams.get('code');
    expect(page.toString()).toBe(`https://app.ges.example/settings?tab=xero&code=${code ?? ''}`);
    expect(code).not.toBe(xeroCode);
    expect(back.cookies[0]).toContain('Max-Age=0');
    expect(world.xero.exchanged).toEqual([]);
    expect((await ask({ route: 'GET /v1/xero/connection' })).json).toMatchObject({ status: 'not-connected' });

    expect(await finish(code)).toMatchObject({ status: 200, json: { status: 'setup', organisation: { tenantId: 'T1' } } });
    expect(world.xero.exchanged).toEqual([xeroCode]);
  });

  it('several organisations: finish offers them, then PUT organisation', async () => {
    const code = await world.consent('acct_1', { xeroUserId: 'user-1', tenantIds: ['T1', 'T2'] });
    expect(await finish(code)).toMatchObject({ status: 200, json: { status: 'choose-organisation', organisations: [{}, {}] } });
    const chosen = await ask({ route: 'PUT /v1/xero/organisation', body: { tenantId: 'T2' } });
    expect(chosen).toMatchObject({ status: 200, json: { status: 'setup', organisation: { tenantId: 'T2' } } });
  });

  it('A5: another account than the one that began: 403, and Xero’s code is never exchanged', async () => {
    const code = await world.consent('acct_sender', { xeroUserId: 'user-stranger', tenantIds: ['T1'] });
    expect(await finish(code, 'acct_stranger')).toMatchObject({ status: 403, json: { code: 'wrong-account' } });
    expect(await finish(code, 'acct_sender')).toMatchObject({ status: 410, json: { code: 'code-expired' } });
    expect(world.xero.exchanged).toEqual([]);
  });

  it.each([
    ['a code that nobody gave', { body: { code: 'made-up' } }, 410, 'code-expired'],
    ['no code', { body: {} }, 422, 'invalid-field'],
    ['a code that is no text', { body: { code: 7 } }, 422, 'invalid-field'],
    ['a code as long as a book', { body: { code: 'x'.repeat(5_000) } }, 422, 'invalid-field'],
    ['no body', {}, 415, 'not-json'],
  ])('finish with %s', async (_what, request, status, code) => {
    expect(await ask({ route: 'POST /v1/xero/connect/finish', ...request })).toMatchObject({ status, json: { code } });
  });

  it.each([
    ['cancelled in Xero', 'access_denied', (state: string) => `state=${state}&error=access_denied`],
    ['a foreign state', 'state-expired', () => 'state=made-up&code=c'],
    ['nothing at all', 'state-expired', () => ''],
  ])('%s: back to the settings page with error=%s', async (_what, code, query) => {
    const { state, cookie } = await startInBrowser();
    const back = await ask({ route: `GET /v1/xero/callback?${query(state)}`, cookies: [cookie] });
    expect(back.status).toBe(302);
    expect(locationOf(back).searchParams.get('error')).toBe(code);
  });

  it.each(['', '?ticket=', '?ticket=made-up'])('a bad ticket (%s): back to the settings page', async (query) => {
    expect(locationOf(await ask({ route: `GET /v1/xero/start${query}` })).searchParams.get('error')).toBe('ticket-expired');
  });

  it('what nobody foresaw still goes back to the settings page, logged', async () => {
    const broken = { ...world.deps.singleUse, takeSingleUse: () => Promise.reject(new Error('table gone')) };
    integration = { ...integration, deps: { ...world.deps, singleUse: broken } };
    const back = await ask({ route: 'GET /v1/xero/callback?state=s&code=c' });
    expect(locationOf(back).searchParams.get('error')).toBe('unexpected-error');
    expect(world.errors).toEqual(['consent page failed']);
  });
});

describe('settings, status, disconnect', () => {
  beforeEach(() => world.connect('acct_1', 'user-1', 'T1'));

  it('options, save, status, disconnect', async () => {
    const options = (await ask({ route: 'GET /v1/xero/options' })).json;
    const [payments] = options.paymentAccounts;
    const [sales] = options.salesAccounts;
    const body = { ...SETTINGS, paymentAccountId: payments?.accountId, salesAccountId: sales?.accountId };
    const saved = await ask({ route: 'PUT /v1/xero/settings', body });
    expect(saved).toMatchObject({ status: 200, json: { status: 'active', settings: { paymentAccountId: 'a-bank' }, warnings: [] } });
    expect(await ask({ route: 'DELETE /v1/xero/connection' })).toMatchObject({ status: 204, json: {} });
    expect((await ask({ route: 'GET /v1/xero/connection' })).json).toMatchObject({ status: 'not-connected', organisation: null });
  });

  it('createPaymentAccount and paymentAccountId may be left out', async () => {
    const { paymentAccountId: _payments, createPaymentAccount: _create, ...body } = SETTINGS;
    const answer = await ask({ route: 'PUT /v1/xero/settings', body });
    expect(answer).toMatchObject({ status: 422, json: { field: 'paymentAccountId' } });
  });

  it.each<[string, object, string]>([
    ['A1', { syncCustomers: false }, 'syncInvoices'],
    ['D2', { paymentAccountId: null }, 'paymentAccountId'],
    ['a wrong type', { syncCustomers: 'yes' }, 'syncCustomers'],
    ['a missing field', { salesAccountId: undefined }, 'salesAccountId'],
    ['an unknown account', { salesAccountId: 'x' }, 'salesAccountId'],
    ['an unknown account of a method', { paymentAccounts: { card: 'x' } }, 'paymentAccounts.card'],
    ['an account of a method that is none', { paymentAccounts: { card: 7 } }, 'paymentAccounts.card'],
  ])('422 names the field: %s', async (_what, change, field) => {
    const answer = await ask({ route: 'PUT /v1/xero/settings', body: { ...SETTINGS, ...change } });
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      status: 422,
      field,
      code: expect.any(String),
      title: expect.any(String),
      detail: expect.any(String),
    });
  });

  it('a sentence, not a schema, says what is wrong with an account that is missing or of no use', async () => {
    const detailOf = async (change: object): Promise<unknown> =>
      (await ask({ route: 'PUT /v1/xero/settings', body: { ...SETTINGS, ...change } })).json.detail;
    expect(await detailOf({ salesAccountId: null })).toBe('Choose the account that sales go to.');
    expect(await detailOf({ paymentAccounts: { 'bank-transfer': 'gone' } })).toMatch(
      /^The account for bank transfers is archived, .* Choose /,
    );
  });

  it.each<[string, Partial<Call>, number]>([
    ['garbage JSON', { rawBody: '{"salesAccountId":' }, 400],
    ['no body', {}, 415],
    ['another content type', { body: SETTINGS, contentType: 'text/plain' }, 415],
    ['an unknown field', { body: { ...SETTINGS, tenantId: 'T2' } }, 422],
    ['a list', { body: [] }, 422],
    ['null', { rawBody: 'null' }, 422],
  ])('%s', async (_what, change, status) => {
    for (const route of ['PUT /v1/xero/settings', 'PUT /v1/xero/organisation']) {
      const answer = await ask({ route, ...change });
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  it('connect takes no body, but does not mind an empty one', async () => {
    expect((await ask({ route: 'POST /v1/xero/connect', body: {} })).status).toBe(200);
    expect((await ask({ route: 'POST /v1/xero/connect', rawBody: 'garbage' })).status).toBe(400);
    expect((await ask({ route: 'POST /v1/xero/connect', body: { accountId: 'acct_2' } })).status).toBe(422);
  });

  it('A5: a different organisation: 409 until startAfresh', async () => {
    await world.connect('acct_1', 'user-1', 'T2');
    expect((await ask({ route: 'GET /v1/xero/options' })).json.organisations).toEqual([
      { tenantId: 'T2', name: 'Org T2', startsAfresh: true },
    ]);
    const refused = await ask({ route: 'PUT /v1/xero/organisation', body: { tenantId: 'T2' } });
    expect(refused).toMatchObject({ status: 409, json: { code: 'different-organisation', field: 'startAfresh' } });
    const confirmed = await ask({ route: 'PUT /v1/xero/organisation', body: { tenantId: 'T2', startAfresh: true } });
    expect(confirmed).toMatchObject({ status: 200, json: { status: 'setup', organisation: { tenantId: 'T2' } } });
  });

  it('an account never sees or changes another’s connection', async () => {
    expect((await ask({ route: 'GET /v1/xero/connection', accountId: 'acct_2' })).json.status).toBe('not-connected');
    expect((await ask({ route: 'DELETE /v1/xero/connection', accountId: 'acct_2' })).status).toBe(204);
    expect((await ask({ route: 'PUT /v1/xero/settings', accountId: 'acct_2', body: SETTINGS })).status).toBe(409);
    expect((await world.read('acct_1'))?.status).toBe('setup');
  });
});

describe('refusals', () => {
  it.each(ACCOUNT_ROUTES)('%s: 401 without a usable claim', async (route) => {
    for (const accountId of [null, '', 'acct#1', 42, 'a'.repeat(101)]) {
      expect(await ask({ route, accountId })).toMatchObject({ status: 401, json: { code: 'no-account', status: 401 } });
    }
  });

  it('404 for an address that does not exist', async () => {
    expect(await ask({ route: 'GET /v1/xero/nothing' })).toMatchObject({ status: 404, json: { code: 'no-such-route' } });
  });

  it.each<[string, Error, number, string]>([
    ['Xero does not answer', new RetryFailure('ECONNRESET 10.0.0.1', 'lost-answer'), 503, 'xero-unavailable'],
    ['Xero asks to wait', new WaitFailure('429', 'day', 90_000), 503, 'xero-asks-to-wait'],
    ['endless conflicts', new VersionConflict('version 7'), 409, 'changed-meanwhile'],
    ['a bug', new TypeError('x is undefined'), 500, 'unexpected-error'],
  ])('%s: a problem document that tells nothing of the inside', async (_what, failure, status, code) => {
    integration = {
      ...integration,
      deps: { ...world.deps, connections: { ...world.deps.connections, readConnection: () => Promise.reject(failure) } },
    };
    const answer = await ask({ route: 'GET /v1/xero/connection' });
    expect(answer).toMatchObject({ status, json: { status, code } });
    expect(JSON.stringify(answer.json)).not.toMatch(/ECONNRESET|10\.0\.0\.1|undefined|version 7|stack/);
  });

  it('tells how long Xero asks to wait', async () => {
    const busy = { ...world.deps.connections, readConnection: () => Promise.reject(new WaitFailure('429', 'day', 90_000)) };
    integration = { ...integration, deps: { ...world.deps, connections: busy } };
    expect((await ask({ route: 'GET /v1/xero/options' })).json).toMatchObject({ retryAfterSeconds: 90 });
  });
});
