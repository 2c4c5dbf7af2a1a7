import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { Bench, REDIRECT_URI, TENANT } from './bench.ts';

const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-0123';
const challenge = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
const codeOf = (bench: Bench, fields: Record<string, string>): string =>
  new URL(bench.decide(fields).headers.location ?? '').searchParams.get('code') ?? '';
const exchange = (code: string, fields: Record<string, string> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT_URI,
  ...fields,
});

describe('credentials in the form of the token endpoint', () => {
  const { clientId: client_id, clientSecret: client_secret } = LOCAL_APP;
  const withForm = (fields: Record<string, string>) => {
    const bench = new Bench();
    return bench.send('POST', '/connect/token', { form: { ...exchange(codeOf(bench, {})), ...fields } });
  };

  it('are taken like the Basic header', () => {
    expect(withForm({ client_id, client_secret }).json).toMatchObject({ token_type: 'Bearer', expires_in: 1800 });
  });

  it('wrong ones are invalid_client, none at all are invalid_request', () => {
    expect(withForm({ client_id, client_secret: 'wrong' }).json).toEqual({ error: 'invalid_client' });
    expect(withForm({ client_id }).json).toEqual({ error: 'invalid_client' });
    expect(withForm({ client_id: 'nobody', client_secret }).json).toEqual({ error: 'invalid_client' });
    expect(withForm({}).json).toEqual({ error: 'invalid_request' });
  });

  it('refresh and revoke too', () => {
    const bench = Bench.connected();
    const form = { client_id, client_secret, grant_type: 'refresh_token', refresh_token: bench.refreshToken };
    bench.keep(bench.send('POST', '/connect/token', { form }));
    const revocation = { client_id, client_secret, token: bench.refreshToken };
    expect(bench.send('POST', '/connect/revocation', { form: revocation }).status).toBe(200);
    expect(bench.sandbox.state.connections.size).toBe(0);
  });
});

describe('PKCE beside the secret', () => {
  const asked = { code_challenge: challenge(VERIFIER), code_challenge_method: 'S256' };

  it('the verifier must answer the challenge', () => {
    const bench = new Bench();
    expect(bench.tokens(exchange(codeOf(bench, asked), { code_verifier: VERIFIER })).status).toBe(200);
    expect(bench.tokens(exchange(codeOf(bench, asked), { code_verifier: `${VERIFIER}x` })).json).toEqual({ error: 'invalid_grant' });
    expect(bench.tokens(exchange(codeOf(bench, asked))).json).toEqual({ error: 'invalid_grant' });
  });

  it('without a challenge nothing is asked; another method than S256 is refused before consent', () => {
    const bench = new Bench();
    expect(bench.tokens(exchange(codeOf(bench, {}), { code_verifier: VERIFIER })).status).toBe(200);
    for (const wrong of [
      { code_challenge: VERIFIER, code_challenge_method: 'plain' },
      { ...asked, code_challenge: 'short' },
    ])
      expect([bench.decide(wrong).status, bench.decide(wrong).text.includes('S256')]).toEqual([400, true]);
  });
});

describe('scopes at consent', () => {
  const page = (scope: string) => {
    const query = new URLSearchParams({ response_type: 'code', client_id: LOCAL_APP.clientId, redirect_uri: REDIRECT_URI, scope });
    return new Bench().send('GET', `/identity/connect/authorize?${query.toString()}`);
  };

  it.each([
    'files',
    'files.read',
    'assets.read',
    'projects',
    'bankfeeds',
    'paymentservices',
    'payroll.employees',
    'payroll.timesheets.read',
    'finance.statements.read',
    'accounting.journals.read',
    'accounting.budgets.read',
    'accounting.attachments',
    'accounting.manualjournals.read',
    'accounting.reports.aged.read',
    'accounting.reports.profitandloss.read',
  ])('%s, which real apps ask for, goes through and reaches an organisation', (scope) => {
    const bench = new Bench();
    expect(bench.connect({ scope: `offline_access ${scope}` }).json.scope).toBe(`offline_access ${scope}`);
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list).toHaveLength(1);
  });

  it('one that Xero does not know is refused by its name', () => {
    expect(page('accounting.wishes').text).toContain('Invalid scope for client: accounting.wishes');
  });

  it('are shown in sentences', () => {
    const { text } = page('openid offline_access accounting.invoices accounting.contacts.read accounting.reports.aged.read');
    for (const sentence of [
      'Know who you are in Xero',
      'Keep access while you are not signed in',
      'View and manage your invoices, credit notes, quotes, purchase orders and items',
      'View your contacts and contact groups',
      'View your aged report',
    ])
      expect(text).toContain(`>${sentence}</li>`);
  });
});

describe('custom connections', () => {
  const custom = (): Bench => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'machine', clientSecret: 'm', customConnection: TENANT });
    return bench;
  };
  const ask = (bench: Bench, fields: Record<string, string> = {}) =>
    bench.send('POST', '/connect/token', {
      form: { grant_type: 'client_credentials', client_id: 'machine', client_secret: 'm', ...fields },
    });

  it('get a token by client credentials that reaches their organisation, without refresh token and tenant header', () => {
    const bench = custom();
    const { json } = ask(bench, { scope: 'accounting.contacts accounting.settings.read' });
    expect(json).toMatchObject({ scope: 'accounting.contacts accounting.settings.read', expires_in: 1800 });
    expect(json.refresh_token).toBeUndefined();
    const headers = { authorization: `Bearer ${json.access_token}`, accept: 'application/json' };
    const reply = bench.send('GET', '/api.xro/2.0/Organisation', { headers });
    expect(reply.json.Organisations[0].OrganisationID).toBe(TENANT);
    expect(bench.send('GET', '/connections', { headers }).list).toMatchObject([{ tenantId: TENANT }]);
    expect(bench.send('GET', '/api.xro/2.0/Invoices', { headers }).status).toBe(401);
  });

  it('may name the tenant, and no other one', () => {
    const bench = custom();
    const headers = { authorization: `Bearer ${ask(bench).json.access_token}`, accept: 'application/json' };
    const asked = (tenant: string) =>
      bench.send('GET', '/api.xro/2.0/Contacts', { headers: { ...headers, 'xero-tenant-id': tenant } }).status;
    expect([asked(TENANT), asked('00000000-0000-0000-0000-000000000001')]).toEqual([200, 403]);
  });

  it('scopes that are none of an organisation are refused; an ordinary app has no such grant', () => {
    const bench = custom();
    expect(ask(bench, { scope: 'openid accounting.contacts' }).json).toEqual({ error: 'invalid_scope' });
    expect(bench.tokens({ grant_type: 'client_credentials', scope: 'accounting.contacts' }).json).toEqual({ error: 'unauthorized_client' });
  });
});
