import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { json } from '../../local/demo/http.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { DEMO, integrationOf, systemsOf, TWO, type Integration } from '../support/local-systems.ts';

const LONG = 300_000;

/** Every route that wants a JWT. */
const WITH_JWT: readonly [method: string, path: string][] = [
  ['POST', '/v1/xero/connect'],
  ['POST', '/v1/xero/connect/finish'],
  ['GET', '/v1/xero/connection'],
  ['GET', '/v1/xero/options'],
  ['PUT', '/v1/xero/organisation'],
  ['PUT', '/v1/xero/settings'],
  ['DELETE', '/v1/xero/connection'],
];
const WITH_BODY = WITH_JWT.filter(([method, path]) => method === 'PUT' || path.endsWith('/finish'));

let place: LocalPlace;
let stack: LocalProcess;
let demo: Integration;
let two: Integration;

beforeAll(async () => {
  place = newPlace(await freeLocalPorts());
  stack = await startLocal(place);
  await systemsOf(stack).connect();
  demo = await integrationOf(stack, DEMO);
  two = await integrationOf(stack, TWO);
}, LONG);
afterAll(async () => {
  await stack.close();
  forget(place);
}, LONG);

/** What every refusal must look like (contracts §4), and never may. */
async function expectProblem(answer: Response, status: number, code?: string): Promise<Record<string, unknown>> {
  const text = await answer.text();
  expect({ status: answer.status, contentType: answer.headers.get('content-type') }).toEqual({
    status,
    contentType: expect.stringContaining('application/problem+json') as unknown,
  });
  const problem = JSON.parse(text) as Record<string, unknown>;
  for (const member of ['type', 'title', 'detail', 'code']) expect(problem[member]).toEqual(expect.stringMatching(/\S/));
  expect(problem['status']).toBe(status);
  if (code !== undefined) expect(problem['code']).toBe(code);
  expect(text).not.toMatch(/\bat \S+ \(|node_modules|\.m?[jt]s:\d+|<html|nginx|"ApiException"|Instance/);
  return problem;
}

const raw = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> =>
  fetch(`${stack.apiUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });

describe('without a good JWT', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** A token of somebody else's identity provider, with our names in it. */
  const foreign = (): string => {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: stack.gesUrl, aud: 'ges-xero-sync', sub: 'x', ges_account_id: DEMO, iat: seconds, exp: seconds + 3600 };
    const text = `${base64({ alg: 'RS256', typ: 'JWT', kid: 'foreign' })}.${base64(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  };
  const unsigned = (): string => {
    const claims = { iss: stack.gesUrl, aud: 'ges-xero-sync', ges_account_id: DEMO, exp: 4_000_000_000 };
    return `${base64({ alg: 'none' })}.${base64(claims)}.`;
  };
  const tokens: readonly [string, () => Record<string, string>][] = [
    ['no token', () => ({})],
    ['a foreign token', () => ({ authorization: `Bearer ${foreign()}` })],
    ['an unsigned token', () => ({ authorization: `Bearer ${unsigned()}` })],
    ['garbage', () => ({ authorization: 'Bearer garbage' })],
    ['a token whose account was changed', () => ({ authorization: `Bearer ${tampered(demo.token)}` })],
  ];
  const tampered = (token: string): string => {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), ges_account_id: TWO };
    return `${head}.${base64(changed)}.${signature}`;
  };

  it.each(WITH_JWT.flatMap(([method, path]) => tokens.map(([what, headers]) => ({ method, path, what, headers }))))(
    '$method $path answers 401 to $what, in API Gateway’s own words',
    async ({ method, path, headers }) => {
      const answer = await raw(method, path, headers());
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual({ message: 'Unauthorized' });
    },
  );
});

describe('with a body that does not fit', () => {
  it.each(WITH_BODY)('%s %s answers 400 to garbage instead of JSON', async (method, path) => {
    for (const body of ['{', 'garbage', '', '{"a":}']) {
      await expectProblem(await demo.fetch(path, { method, body }), 400, 'malformed-json');
    }
  });

  it.each(WITH_BODY)('%s %s answers 422 and names the field when the JSON is of another shape', async (method, path) => {
    for (const body of ['null', '[]', '"text"', '42', '{}']) {
      const problem = await expectProblem(await demo.fetch(path, { method, body }), 422, 'invalid-field');
      expect(problem['field']).toEqual(expect.stringMatching(/\S/));
    }
  });

  it.each(WITH_BODY)('%s %s answers 415 to what does not say that it is JSON', async (method, path) => {
    await expectProblem(await demo.fetch(path, { method, body: 'a=b', headers: { 'content-type': 'text/plain' } }), 415, 'not-json');
  });

  const settings = { paymentAccountId: null, createPaymentAccount: false, salesAccountId: 'x', syncCustomers: true, syncInvoices: false };
  it.each<[string, object]>([
    ['syncCustomers', { ...settings, syncCustomers: 'yes' }],
    ['syncInvoices', { ...settings, syncInvoices: 1 }],
    ['createPaymentAccount', { ...settings, createPaymentAccount: null }],
    ['paymentAccountId', { ...settings, paymentAccountId: 7 }],
    ['salesAccountId', { ...settings, salesAccountId: [] }],
    ['salesAccountId', { ...settings, salesAccountId: 'x'.repeat(101) }],
  ])('PUT /v1/xero/settings names %s when its type is wrong', async (field, body) => {
    const problem = await expectProblem(
      await demo.fetch('/v1/xero/settings', { method: 'PUT', body: JSON.stringify(body) }),
      422,
      'invalid-field',
    );
    expect(problem['field']).toBe(field);
  });

  it('PUT /v1/xero/settings names a Xero account that does not exist', async () => {
    const body = { ...settings, salesAccountId: '00000000-0000-4000-8000-000000000000' };
    const problem = await expectProblem(
      await demo.fetch('/v1/xero/settings', { method: 'PUT', body: JSON.stringify(body) }),
      422,
      'invalid-setting',
    );
    expect(problem['field']).toBe('salesAccountId');
  });

  it('PUT /v1/xero/settings answers 422 to invoices without customers (A1)', async () => {
    const body = { ...settings, syncCustomers: false, syncInvoices: true };
    await expectProblem(await demo.fetch('/v1/xero/settings', { method: 'PUT', body: JSON.stringify(body) }), 422, 'invalid-setting');
  });

  it('PUT /v1/xero/organisation answers 422 to an organisation that was not granted', async () => {
    const body = JSON.stringify({ tenantId: '00000000-1111-4222-8333-444444444444' });
    await expectProblem(await demo.fetch('/v1/xero/organisation', { method: 'PUT', body }), 422, 'organisation-not-granted');
  });

  it('POST /v1/xero/connect answers 422 to a body that it does not want, so that nobody can name another account', async () => {
    const body = JSON.stringify({ accountId: TWO });
    await expectProblem(await demo.fetch('/v1/xero/connect', { method: 'POST', body }), 422, 'invalid-field');
  });
});

describe('of an account that was never connected', () => {
  it.each<[string, string, object | undefined]>([
    ['GET', '/v1/xero/options', undefined],
    [
      'PUT',
      '/v1/xero/settings',
      { paymentAccountId: null, createPaymentAccount: true, salesAccountId: 'x', syncCustomers: true, syncInvoices: false },
    ],
    ['PUT', '/v1/xero/organisation', { tenantId: '00000000-1111-4222-8333-444444444444' }],
  ])('%s %s answers 409 and says to connect first', async (method, path, body) => {
    const answer = await two.fetch(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    await expectProblem(answer, 409, 'not-connected');
  });

  it('GET /v1/xero/connection says so, and DELETE is harmless', async () => {
    expect(await two.call('/v1/xero/connection')).toMatchObject({ status: 'not-connected', organisation: null });
    expect((await two.fetch('/v1/xero/connection', { method: 'DELETE' })).status).toBe(204);
    expect(await two.call('/v1/xero/connection')).toMatchObject({ status: 'not-connected', organisation: null });
  });
});

describe('while Xero fails', () => {
  it.each([
    ['500', 503, 'xero-unavailable'],
    ['html', 503, 'xero-unavailable'],
    ['lost-before', 503, 'xero-unavailable'],
    ['503', 503, undefined],
    ['429', 503, 'xero-asks-to-wait'],
  ])('GET /v1/xero/options answers %s of Xero with a problem of its own words', async (kind, status, code) => {
    const systems = systemsOf(stack);
    await systems.fault({ kind, share: 1, path: '/api.xro/' });
    try {
      await expectProblem(await demo.fetch('/v1/xero/options'), status, code);
    } finally {
      await systems.endFaults();
    }
  });
});

describe('addresses that are not there', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1/xero/nothing'],
    ['PATCH', '/v1/xero/settings'],
    ['GET', '/webhooks/xero'],
    ['GET', '/v1/xero/connection/acct_demo'],
    ['GET', '/v1/xero/%2e%2e/connection'],
  ])('%s %s is not found', async (method, path) => {
    const answer = await raw(method, path, { authorization: `Bearer ${demo.token}` });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/\bat \S+ \(|node_modules/);
  });
});

describe('the pages that a browser opens by itself', () => {
  it.each([
    ['start without a ticket', '/v1/xero/start', 'ticket-expired'],
    ['start with a ticket that was never given', '/v1/xero/start?ticket=made-up', 'ticket-expired'],
    ['callback with nothing', '/v1/xero/callback', 'state-expired'],
    ['callback with a state that was never given', '/v1/xero/callback?state=made-up&code=made-up', 'state-expired'],
    ['callback with an error that would write into our page', '/v1/xero/callback?error=%3Cscript%3E', 'state-expired'],
  ])('%s leads back to the settings page with a word of outcome', async (_what, path, error) => {
    const answer = await fetch(`${stack.apiUrl}${path}`, { redirect: 'manual' });
    const page = new URL(answer.headers.get('location') ?? '');
    expect({ status: answer.status, origin: page.origin, outcome: page.search }).toEqual({
      status: 302,
      origin: new URL(stack.gesUrl).origin,
      outcome: `?error=${error}`,
    });
  });
});

describe('GES accounts that do not exist', () => {
  it('get no token from the identity provider', async () => {
    await expect(json(`${stack.gesUrl}/oauth/user-token`, { method: 'POST', body: { accountId: 'acct_nobody' } })).rejects.toThrow('404');
  });
});
