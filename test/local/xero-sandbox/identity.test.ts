import { createHash, createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ALL_SCOPES, Bench, OTHER_TENANT, REDIRECT_URI, TENANT, claimsOf } from './bench.ts';

const MINUTE = 60_000;
const locationOf = (bench: Bench, fields: Record<string, string> = {}): URL => new URL(bench.decide(fields).headers.location ?? '');

describe('authorize', () => {
  const demand = (change: Record<string, string> = {}): string => {
    const base = { response_type: 'code', client_id: 'ges-xero-local', redirect_uri: REDIRECT_URI, scope: ALL_SCOPES, state: 's"1' };
    return `/identity/connect/authorize?${new URLSearchParams({ ...base, ...change }).toString()}`;
  };

  it('shows a consent page with organisations, Allow and Cancel, that refuses frames', () => {
    const page = new Bench().send('GET', demand());
    expect(page.status).toBe(200);
    expect(page.headers['x-frame-options']).toBe('DENY');
    for (const part of ['Demo Heating Ltd (UK)', 'Northgate Boilers', 'value="allow"', 'value="cancel"']) expect(page.text).toContain(part);
    expect(page.text).not.toContain('s"1');
  });

  it.each([
    ['an unregistered redirect_uri', { redirect_uri: `${REDIRECT_URI}/` }],
    ['an unknown client', { client_id: 'nobody' }],
    ['a broad scope, which apps since March 2026 may not use', { scope: 'accounting.transactions' }],
    ['no scope', { scope: '' }],
    ['another response type', { response_type: 'token' }],
  ])('answers %s with an error page and never a redirect', (_, change) => {
    const bench = new Bench();
    expect(bench.send('GET', demand(change)).status).toBe(400);
    expect(bench.decide(change).headers.location).toBeUndefined();
  });

  it('redirects with code and state on Allow', () => {
    const target = locationOf(new Bench());
    expect(`${target.origin}${target.pathname}`).toBe(REDIRECT_URI);
    expect(target.searchParams.get('state')).toBe('s1');
    expect(target.searchParams.get('code')).not.toBeNull();
  });

  it('redirects with error=access_denied on Cancel and connects nothing', () => {
    const bench = new Bench();
    const target = locationOf(bench, { decision: 'cancel' });
    expect(target.searchParams.get('error')).toBe('access_denied');
    expect(target.searchParams.get('state')).toBe('s1');
    expect(bench.sandbox.state.connections.size).toBe(0);
  });

  it('connects the organisation that was chosen, and one only', () => {
    const bench = new Bench();
    bench.connect({ organisation: OTHER_TENANT });
    const connections = bench.send('GET', '/connections', { headers: bench.bearer() }).list;
    expect(connections).toHaveLength(1);
    expect(connections[0].tenantId).toBe(OTHER_TENANT);
  });

  it('sign-in scopes alone reach no organisation', () => {
    const bench = new Bench();
    bench.connect({ scope: 'openid profile email' });
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list).toEqual([]);
  });
});

describe('token endpoint', () => {
  it('gives access, refresh and id token, 1800 s, scope as one string', () => {
    const reply = new Bench().connect();
    expect(reply.json).toMatchObject({ expires_in: 1800, token_type: 'Bearer', scope: ALL_SCOPES });
    expect(reply.json.refresh_token).toEqual(expect.any(String));
  });

  it('gives a refresh token only with offline_access and an id_token only with openid', () => {
    const reply = new Bench().connect({ scope: 'accounting.contacts' });
    expect(reply.json.refresh_token).toBeUndefined();
    expect(reply.json.id_token).toBeUndefined();
  });

  it('puts user, app, scopes as an array and the authentication event into the access token', () => {
    const bench = new Bench();
    const claims = claimsOf(bench.connect().json.access_token);
    const [connection] = bench.send('GET', '/connections', { headers: bench.bearer() }).list;
    expect(claims).toMatchObject({ client_id: 'ges-xero-local', aud: 'http://localhost:4580/resources', scope: ALL_SCOPES.split(' ') });
    expect(claims.authentication_event_id).toBe(connection.authEventId);
    expect(claims.exp).toBe(bench.now / 1000 + 1800);
    expect(claims.xero_userid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('puts the person into the id_token, which lives 5 minutes', () => {
    const bench = new Bench();
    const claims = claimsOf(bench.connect().json.id_token);
    expect(claims).toMatchObject({
      aud: 'ges-xero-local',
      email: 'dana@demo-heating.example',
      given_name: 'Dana',
      family_name: 'Whitfield',
    });
    expect(claims.exp).toBe(bench.now / 1000 + 300);
  });

  it('binds the id_token to the access token by at_hash and to the demand by nonce', () => {
    const { access_token, id_token } = new Bench().connect({ nonce: 'n-1' }).json;
    const at_hash = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url');
    expect(claimsOf(id_token)).toMatchObject({ at_hash, nonce: 'n-1' });
  });

  it('signs with the RS256 key of the JWKS that discovery names', () => {
    const bench = new Bench();
    const { jwks_uri, issuer } = bench.send('GET', '/.well-known/openid-configuration').json;
    const [jwk] = bench.send('GET', new URL(jwks_uri).pathname).json.keys;
    const [head, body, signature] = bench.connect().json.id_token.split('.');
    const verified = createVerify('RSA-SHA256').update(`${head ?? ''}.${body ?? ''}`);
    expect(verified.verify(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), signature ?? '', 'base64url')).toBe(true);
    expect(claimsOf(bench.connect().json.id_token).iss).toBe(issuer);
  });

  it.each([
    ['used twice', 0, {}, true],
    ['older than 5 minutes', 5 * MINUTE + 1, {}, false],
    ['with another redirect_uri', 0, { redirect_uri: 'http://localhost:4590/other' }, false],
    ['that never was', 0, { code: 'nonsense' }, false],
  ])('refuses a code %s with invalid_grant', (_, wait, change, twice) => {
    const bench = new Bench();
    const code = locationOf(bench).searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...change };
    bench.now += wait;
    if (twice) expect(bench.tokens(form).status).toBe(200);
    const reply = bench.tokens(form);
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ error: 'invalid_grant' });
  });

  it('answers a wrong secret with invalid_client', () => {
    expect(new Bench().tokens({ grant_type: 'refresh_token' }, 'wrong').json).toEqual({ error: 'invalid_client' });
  });

  it('answers a missing Basic header or a JSON body with invalid_request', () => {
    const bench = new Bench();
    expect(bench.send('POST', '/connect/token', { form: { grant_type: 'refresh_token' } }).json).toEqual({ error: 'invalid_request' });
    expect(bench.send('POST', '/connect/token', { body: { grant_type: 'refresh_token' } }).json).toEqual({ error: 'invalid_request' });
  });

  it('answers a grant type that is not enabled with unauthorized_client', () => {
    expect(new Bench().tokens({ grant_type: 'client_credentials' }).json).toEqual({ error: 'unauthorized_client' });
  });
});

describe('refresh', () => {
  it('each refresh gives a NEW refresh token and a working access token', () => {
    const bench = Bench.connected();
    const old = bench.refreshToken;
    bench.keep(bench.refresh());
    expect(bench.refreshToken).not.toBe(old);
    expect(bench.get('Organisation').status).toBe(200);
  });

  it('the previous token may be retried for 30 minutes', () => {
    const bench = Bench.connected();
    const old = bench.refreshToken;
    const first = bench.refresh();
    bench.now += 30 * MINUTE;
    const replay = bench.refresh(old);
    expect(replay.status).toBe(200);
    expect(replay.json.refresh_token).toBe(first.json.refresh_token);
    bench.now += 1;
    expect(bench.refresh(old).json).toEqual({ error: 'invalid_grant' });
  });

  it('the previous token is dead once its successor was used', () => {
    const bench = Bench.connected();
    const old = bench.refreshToken;
    bench.keep(bench.refresh());
    bench.keep(bench.refresh());
    expect(bench.refresh(old).json).toEqual({ error: 'invalid_grant' });
  });

  it('a refresh token dies 60 days after its last use', () => {
    const bench = Bench.connected();
    bench.now += 60 * 24 * 60 * MINUTE + 1;
    expect(bench.refresh().json).toEqual({ error: 'invalid_grant' });
  });

  it('after all tokens were lost, refreshing gives invalid_grant', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'tokens/expire', { refresh: true });
    expect(bench.refresh().json).toEqual({ error: 'invalid_grant' });
  });
});

describe('scopes add up', () => {
  it('consenting again with fewer organisation scopes takes none away', () => {
    const bench = Bench.connected('offline_access accounting.contacts accounting.settings');
    bench.connect({ scope: 'offline_access accounting.contacts' });
    expect(bench.get('Accounts').status).toBe(200);
  });

  it('without offline_access as well', () => {
    const bench = Bench.connected('accounting.contacts accounting.settings');
    bench.connect({ scope: 'accounting.contacts' });
    expect(bench.get('Accounts').status).toBe(200);
  });

  it('a sign-in alone gets no organisation scope', () => {
    const bench = Bench.connected();
    expect(bench.connect({ scope: 'openid profile email' }).json.scope).toBe('openid profile email');
  });
});

describe('broad scopes', () => {
  const BROAD = 'offline_access accounting.transactions accounting.contacts.read';
  const olderApp = (): Bench => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', broadScopes: true });
    return bench;
  };

  it('are refused to apps made since March 2026', () => {
    expect(new Bench().decide({ scope: BROAD }).text).toContain('Invalid scope for client: accounting.transactions');
  });

  it('may be mixed with granular ones by older apps: transactions is invoices and payments, not contacts', () => {
    const bench = olderApp();
    bench.connect({ scope: BROAD });
    expect(['Invoices', 'CreditNotes', 'Payments', 'Contacts'].map((path) => bench.get(path).status)).toEqual([200, 200, 200, 200]);
    expect(bench.api('PUT', 'Invoices', {}).status).toBe(400);
    expect(bench.api('PUT', 'Contacts', { Name: 'No' }).status).toBe(401);
    expect(bench.get('Accounts').status).toBe(401);
  });

  it('accounting.transactions.read only reads', () => {
    const bench = olderApp();
    bench.connect({ scope: 'offline_access accounting.transactions.read' });
    expect([bench.get('Invoices').status, bench.api('PUT', 'Invoices', {}).status]).toEqual([200, 401]);
  });

  it('stop on 13 September 2027', () => {
    const bench = olderApp();
    bench.now = Date.UTC(2027, 8, 12, 23, 50);
    bench.connect({ scope: BROAD });
    expect(bench.get('Invoices').status).toBe(200);
    bench.now = Date.UTC(2027, 8, 13);
    expect(bench.get('Invoices').status).toBe(401);
    expect(bench.get('Contacts').status).toBe(200);
    expect(bench.decide({ scope: BROAD }).status).toBe(400);
  });
});

describe('app.connections', () => {
  it('lists and deletes the connections of all users without a user token, and reaches no books', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', clientCredentials: true });
    const reply = bench.tokens({ grant_type: 'client_credentials', scope: 'app.connections' });
    expect(reply.json).toMatchObject({ scope: 'app.connections', expires_in: 1800 });
    expect(reply.json.refresh_token).toBeUndefined();
    const headers = { authorization: `Bearer ${reply.json.access_token}` };
    const [{ id }] = bench.send('GET', '/connections', { headers }).list;
    expect(bench.api('GET', 'Contacts', undefined, headers).status).toBe(403);
    expect(bench.send('DELETE', `/connections/${id}`, { headers }).status).toBe(204);
    expect(bench.get('Contacts').status).toBe(403);
  });

  it('other scopes are refused with invalid_scope', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', clientCredentials: true });
    expect(bench.tokens({ grant_type: 'client_credentials', scope: 'accounting.contacts' }).json).toEqual({ error: 'invalid_scope' });
  });
});

describe('revocation and connections', () => {
  it('revocation answers 200 with an empty body and removes ALL of the user’s connections', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    const authorization = `Basic ${Buffer.from('ges-xero-local:ges-xero-local-secret').toString('base64')}`;
    const reply = bench.send('POST', '/connect/revocation', { form: { token: bench.refreshToken }, headers: { authorization } });
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect(bench.sandbox.state.connections.size).toBe(0);
    expect(bench.refresh().json).toEqual({ error: 'invalid_grant' });
  });

  it('a connection has 7-digit dates without Z; consenting again moves updatedDateUtc only', () => {
    const bench = Bench.connected();
    bench.now += MINUTE;
    bench.connect();
    const [connection, ...more] = bench.send('GET', '/connections', { headers: bench.bearer() }).list;
    expect(more).toEqual([]);
    expect(connection).toMatchObject({
      tenantId: TENANT,
      tenantType: 'ORGANISATION',
      tenantName: 'Demo Heating Ltd (UK)',
      createdDateUtc: '2026-11-22T10:00:00.0000000',
      updatedDateUtc: '2026-11-22T10:01:00.0000000',
    });
  });

  it('authEventId filters, one token set reaches several organisations', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    const event = String(claimsOf(bench.token).authentication_event_id);
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list).toHaveLength(2);
    expect(bench.send('GET', `/connections?authEventId=${event}`, { headers: bench.bearer() }).list).toHaveLength(1);
    expect(bench.get('Organisation').json.Organisations[0].OrganisationID).toBe(TENANT);
  });

  it('DELETE answers 204, an unknown id 404', () => {
    const bench = Bench.connected();
    const [{ id }] = bench.send('GET', '/connections', { headers: bench.bearer() }).list;
    expect(bench.send('DELETE', `/connections/${id}`, { headers: bench.bearer() }).status).toBe(204);
    expect(bench.send('DELETE', `/connections/${id}`, { headers: bench.bearer() }).status).toBe(404);
  });

  it('connections need a bearer token', () => {
    expect(new Bench().send('GET', '/connections').status).toBe(401);
  });
});

describe('access failures at the API', () => {
  it('an expired token gets 401 TokenExpired with its own time', () => {
    const bench = Bench.connected();
    bench.now += 30 * MINUTE;
    const reply = bench.get('Organisation');
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({ Type: null, Title: 'Unauthorized', Status: 401, Extensions: {} });
    expect(reply.json.Detail).toBe('TokenExpired: token expired at 11/22/2026 10:30:00');
  });

  it.each([
    ['an unknown tenant', '11111111-1111-4111-8111-111111111111'],
    ['no tenant', ''],
    ['an organisation that was not connected', OTHER_TENANT],
  ])('%s gets 403 AuthenticationUnsuccessful', (_, tenant) => {
    const bench = Bench.connected();
    bench.tenant = tenant;
    expect(bench.get('Organisation').json).toMatchObject({ Title: 'Forbidden', Status: 403, Detail: 'AuthenticationUnsuccessful' });
  });

  it('a disconnect inside Xero shows as 403 while refreshing still works', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/disconnect');
    expect(bench.get('Organisation').status).toBe(403);
    expect(bench.refresh().status).toBe(200);
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list).toEqual([]);
  });

  it('a missing scope gets 401 AuthorizationUnsuccessful with insufficient_scope', () => {
    const bench = Bench.connected('offline_access accounting.contacts.read');
    const reply = bench.get('Accounts');
    expect([reply.status, reply.json.Detail]).toEqual([401, 'AuthorizationUnsuccessful']);
    expect(reply.headers['www-authenticate']).toContain('insufficient_scope');
    expect(bench.get('Contacts').status).toBe(200);
    expect(bench.api('PUT', 'Contacts', { Name: 'X' }).status).toBe(401);
  });
});
