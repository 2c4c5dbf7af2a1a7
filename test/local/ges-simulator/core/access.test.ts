import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { TestPlatform } from '../platform.ts';

const CUSTOMER = '/v1/accounts/acct_demo/customers/cus_1001';
let platform: TestPlatform;
beforeEach(() => {
  platform = new TestPlatform();
});

describe('client credentials', () => {
  const basic = `Basic ${Buffer.from('ges-xero-sync:ges-xero-sync-secret').toString('base64')}`;

  it('gives a bearer token for the form or the Basic header', () => {
    expect(platform.call(`GET ${CUSTOMER}`, { token: platform.apiToken() }).status).toBe(200);
    const answer = platform.call('POST /oauth/token', { headers: { authorization: basic }, body: 'grant_type=client_credentials' });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 1800 } });
    expect(platform.call(`GET ${CUSTOMER}`, { token: String(answer.json['access_token']) }).status).toBe(200);
  });

  it.each([
    ['a wrong secret', 'grant_type=client_credentials&client_id=ges-xero-sync&client_secret=no', 401, 'invalid_client'],
    ['no client', 'grant_type=client_credentials', 401, 'invalid_client'],
    ['another grant', 'grant_type=password&client_id=ges-xero-sync&client_secret=ges-xero-sync-secret', 400, 'unsupported_grant_type'],
  ])('refuses %s', (_case, body, status, error) => {
    expect(platform.call('POST /oauth/token', { body })).toMatchObject({ status, body: { error } });
  });

  it('refuses a missing, forged, expired or withdrawn token with 401', () => {
    const token = platform.apiToken();
    const status = (bearer?: string): number => platform.call(`GET ${CUSTOMER}`, bearer ? { token: bearer } : {}).status;
    const [payload = ''] = token.split('.');
    expect([status(), status('nonsense'), status(`${payload}.forged`), status(token)]).toEqual([401, 401, 401, 200]);
    platform.call('POST /_ges/expire-tokens');
    expect(status(token)).toBe(401);
    const fresh = platform.apiToken();
    platform.now += 30 * 60 * 1000;
    expect(status(fresh)).toBe(401);
  });
});

describe('user tokens', () => {
  it('verify against the published key and name issuer, audience, user and account', async () => {
    const discovery = platform.call('GET /.well-known/openid-configuration').json;
    expect(discovery).toMatchObject({ issuer: 'http://localhost:4570', jwks_uri: 'http://localhost:4570/.well-known/jwks.json' });
    const keys = createLocalJWKSet(platform.call('GET /.well-known/jwks.json').body as JSONWebKeySet);
    const { payload } = await jwtVerify(platform.userToken('acct_demo'), keys, {
      issuer: 'http://localhost:4570',
      audience: 'ges-xero-sync',
      currentDate: new Date(platform.now),
    });
    expect(payload).toMatchObject({ sub: 'user_acct_demo', ges_account_id: 'acct_demo' });
  });

  it('act as the user on their own account and get 403 on another', () => {
    const token = platform.userToken('acct_demo');
    platform.call(`PATCH ${CUSTOMER}`, { token, body: { phone: '1' } });
    expect(platform.events.map(({ detail }) => detail.origin)).toEqual(['user']);
    expect(platform.call('GET /v1/accounts/acct_two/customers', { token })).toMatchObject({ status: 403, body: { code: 'other-account' } });
  });

  it('are not given for an account that does not exist', () => {
    expect(platform.call('POST /oauth/user-token', { body: { accountId: 'acct_none' } })).toMatchObject({ status: 404 });
  });
});

describe('what does not exist', () => {
  it.each([
    ['GET /v1/accounts/acct_none/customers', 404, 'account-not-found'],
    ['GET /v1/accounts/acct_demo/customers/cus_1', 404, 'record-not-found'],
    ['GET /v1/accounts/acct_two/customers/cus_1001', 404, 'record-not-found'],
    ['GET /v1/accounts/acct_demo/jobs', 404, 'route-not-found'],
    ['GET /v1/elsewhere', 404, 'route-not-found'],
    ['GET /elsewhere', 404, 'route-not-found'],
    ['PUT /v1/accounts/acct_demo/customers/cus_1001', 405, 'method-not-allowed'],
    ['DELETE /v1/accounts/acct_demo/customers/cus_1001', 405, 'method-not-allowed'],
  ])('%s → %d %s', (target, status, code) => {
    const answer = platform.call(target, { token: platform.apiToken(), headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status, body: { status, code, type: expect.any(String), title: expect.any(String) } });
  });
});

describe('switchboard', () => {
  it('opens accounts, counts calls and events, and goes back to the demo on reset', () => {
    expect(platform.call('POST /_ges/accounts', { body: { id: 'acct_three', name: 'Three' } }).status).toBe(201);
    platform.call('POST /_ges/accounts/acct_three/customers', { body: { name: 'A' } });
    platform.call(`PATCH ${CUSTOMER}`, { token: platform.apiToken(), headers: { 'if-match': '"1"' }, body: { phone: '1' } });
    expect(platform.call('GET /_ges/counters').json).toMatchObject({
      calls: { total: 1, writes: 1, byRoute: { 'PATCH /v1/accounts/{a}/customers/{id} 200': 1 } },
      events: { total: 2, byKind: { 'CustomerChanged created user': 1, 'CustomerChanged updated xero-sync': 1 } },
    });
    platform.call('POST /_ges/reset');
    expect((platform.call('GET /_ges/accounts').json['items'] as object[]).length).toBe(2);
    expect(platform.call('GET /_ges/accounts/acct_demo/customers/cus_1001').json['revision']).toBe(1);
    platform.restart();
    expect((platform.call('GET /_ges/accounts').json['items'] as object[]).length).toBe(2);
  });

  it('lets a user delete a customer without invoices: the event has the next revision and no snapshot', () => {
    expect(platform.call('DELETE /_ges/accounts/acct_demo/customers/cus_1001')).toMatchObject({ status: 409 });
    expect(platform.call('DELETE /_ges/accounts/acct_two/customers/cus_1026').status).toBe(204);
    expect(platform.events[0]?.detail).toMatchObject({ change: 'deleted', entity: { id: 'cus_1026', revision: 2 }, snapshot: null });
    expect(platform.call('GET /_ges/accounts/acct_two/customers/cus_1026').status).toBe(404);
  });
});
