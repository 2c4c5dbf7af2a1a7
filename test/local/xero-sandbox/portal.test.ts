import { describe, expect, it } from '@jest/globals';
import { Bench, OTHER_TENANT, REDIRECT_URI, TENANT } from './bench.ts';

const SECOND_APP = { clientId: 'second', clientSecret: 'second-secret', name: 'Second', redirectUris: [REDIRECT_URI] };

/** Consents for another app; gives the status of the redirect. */
const consentTo = (bench: Bench, clientId: string, organisation = TENANT) => bench.decide({ client_id: clientId, organisation });

describe('several apps (switchboard)', () => {
  it('an app has its own tokens, limits, idempotency keys and webhooks', () => {
    const bench = Bench.connected();
    const webhook = { url: 'http://localhost:9/second', key: 'second-key', categories: ['CONTACT'] };
    bench.pull('POST', 'apps', { ...SECOND_APP, webhook });
    expect(consentTo(bench, 'second').status).toBe(302);
    bench.contact({ Name: 'Told To Both' });
    const effects = bench.pass(1_000);
    expect(effects.map(({ url }) => url).sort()).toEqual(['http://localhost:4590/webhooks/xero', 'http://localhost:9/second']);
    const signatures = new Set(effects.map(({ headers }) => headers['x-xero-signature']));
    expect(signatures.size).toBe(2);
  });

  it('the secret of an app is never shown', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', SECOND_APP);
    expect(bench.pull('GET', 'apps').text).not.toContain('secret');
  });

  it('a code of one app is refused for another', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', SECOND_APP);
    const code = new URL(consentTo(bench, 'second').headers.location ?? '').searchParams.get('code') ?? '';
    expect(bench.tokens({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }).json).toEqual({ error: 'invalid_grant' });
  });

  it.each(['http://127.0.0.1:4590/callback', 'http://example.com/callback', 'myapp://callback', 'javascript:alert(1)'])(
    'the redirect URI %s cannot be registered: https, or http://localhost',
    (uri) => {
      expect(new Bench().pull('POST', 'apps', { ...SECOND_APP, redirectUris: [uri] }).status).toBe(400);
    },
  );

  it.each(['https://app.example/callback', 'http://localhost:3000/callback'])('the redirect URI %s can be registered', (uri) => {
    expect(new Bench().pull('POST', 'apps', { ...SECOND_APP, redirectUris: [uri] }).status).toBe(200);
  });

  it('an organisation may connect at most two uncertified apps', () => {
    const bench = Bench.connected();
    for (const clientId of ['second', 'third']) bench.pull('POST', 'apps', { ...SECOND_APP, clientId });
    expect(consentTo(bench, 'second').status).toBe(302);
    expect(consentTo(bench, 'third').status).toBe(400);
    bench.pull('POST', 'apps', { clientId: 'third', certified: true });
    expect(consentTo(bench, 'third').status).toBe(302);
    expect(consentTo(bench, 'second').status).toBe(302);
  });

  it('Starter has 5 connections', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', tier: 'starter' });
    const more = ['A', 'B'].map((name) => bench.pull('POST', 'organisations', { name }).json.OrganisationID as string);
    const tenants = bench.pull('GET', 'organisations').list.map(({ tenantId }) => tenantId);
    expect(tenants).toHaveLength(6);
    expect(tenants.map((tenantId) => consentTo(bench, 'ges-xero-local', tenantId).status)).toEqual([302, 302, 302, 302, 302, 400]);
    expect(more.every((tenantId) => tenants.includes(tenantId))).toBe(true);
  });

  it('bulk connections grant several organisations in one consent, told apart by nothing but /connections', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', bulkConnections: true });
    const form = new URLSearchParams({ response_type: 'code', client_id: 'ges-xero-local', redirect_uri: REDIRECT_URI, decision: 'allow' });
    form.append('scope', 'accounting.contacts');
    for (const tenantId of [TENANT, OTHER_TENANT]) form.append('organisation', tenantId);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = bench.send('POST', '/identity/connect/authorize', { body: form.toString(), headers });
    expect(reply.status).toBe(302);
    const [first, second] = [...bench.sandbox.state.connections.values()];
    expect(first?.authEventId).toBe(second?.authEventId);
  });

  it('acr_values=bulk_connect:false switches bulk connections off for one consent', () => {
    const bench = new Bench();
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', bulkConnections: true });
    const query = { response_type: 'code', client_id: 'ges-xero-local', redirect_uri: REDIRECT_URI, scope: 'accounting.contacts' };
    const page = (more: Record<string, string>) =>
      bench.send('GET', `/identity/connect/authorize?${new URLSearchParams({ ...query, ...more }).toString()}`);
    expect(page({}).text).toContain('type="checkbox"');
    expect(page({ acr_values: 'bulk_connect:false' }).text).toContain('type="radio"');
  });

  it('without bulk connections two organisations in one consent are refused', () => {
    const bench = new Bench();
    const form = new URLSearchParams({ response_type: 'code', client_id: 'ges-xero-local', redirect_uri: REDIRECT_URI, decision: 'allow' });
    form.append('scope', 'accounting.contacts');
    for (const tenantId of [TENANT, OTHER_TENANT]) form.append('organisation', tenantId);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(bench.send('POST', '/identity/connect/authorize', { body: form.toString(), headers }).status).toBe(400);
  });
});

describe('several users and organisations (switchboard)', () => {
  it('a user sees only what that user may open', () => {
    const bench = new Bench();
    bench.pull('POST', 'users', { email: 'bo@example.com', givenName: 'Bo', familyName: 'Ek', tenantIds: [OTHER_TENANT] });
    expect(bench.decide({ user: 'bo@example.com', organisation: TENANT }).status).toBe(400);
    bench.connect({ user: 'bo@example.com' });
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list[0].tenantId).toBe(OTHER_TENANT);
  });

  it('a user who lost access gets 403 AuthenticationUnsuccessful', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'users', {
      email: 'dana@demo-heating.example',
      givenName: 'Dana',
      familyName: 'Whitfield',
      tenantIds: [OTHER_TENANT],
    });
    expect(bench.get('Organisation').status).toBe(403);
  });

  it('connections of two users to one organisation are two', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'users', { email: 'bo@example.com', givenName: 'Bo', familyName: 'Ek', tenantIds: [TENANT] });
    bench.connect({ user: 'bo@example.com' });
    expect(bench.send('GET', '/connections', { headers: bench.bearer() }).list).toHaveLength(1);
    expect(bench.sandbox.state.connections.size).toBe(2);
  });

  it('the seed has one organisation with CIS, one without VAT, one with lock dates, one not in GBP', () => {
    const bench = new Bench();
    const all = bench.pull('GET', 'organisations').list.map(({ tenantId }) => bench.pull('GET', `organisations/${tenantId}`).json);
    expect(all.map(({ PaysTax }) => PaysTax)).toContain(false);
    expect(all.map(({ BaseCurrency }) => BaseCurrency)).toContain('EUR');
    expect(all.some(({ PeriodLockDate }) => PeriodLockDate !== undefined)).toBe(true);
  });

  it('CIS can be switched on, which makes its accounts, but never off again', () => {
    const bench = new Bench();
    bench.connect({ organisation: OTHER_TENANT });
    bench.tenant = OTHER_TENANT;
    bench.pull('POST', 'as-user/cis', { tenantId: OTHER_TENANT, subContractor: true, rate: 30 });
    expect(bench.get('Accounts', { where: 'SystemAccount=="CISLABOURINCOME"' }).json.Accounts).toHaveLength(1);
    const LineItems = [{ Description: 'Labour', Quantity: 1, UnitAmount: 100, AccountCode: '210' }];
    expect(bench.invoice({ LineItems })).toMatchObject({ CISDeduction: 30, AmountDue: 70 });
    expect(bench.pull('POST', 'as-user/cis', { tenantId: OTHER_TENANT, subContractor: false }).status).toBe(400);
  });

  it('an organisation that registers for VAT gets the VAT rates', () => {
    const bench = new Bench();
    bench.connect({ organisation: OTHER_TENANT });
    bench.tenant = OTHER_TENANT;
    expect(bench.pull('POST', 'as-user/vat', { tenantId: OTHER_TENANT, paysTax: true }).json).toMatchObject({ PaysTax: true });
    const lines = [{ Description: 'Service', UnitAmount: 100, AccountCode: '200', TaxType: 'OUTPUT2' }];
    expect(bench.invoice({ LineItems: lines }).Total).toBe(120);
  });

  it('an organisation that leaves VAT takes no VAT any more, and takes it again once it registers', () => {
    const bench = Bench.connected();
    const line = { Description: 'Service', UnitAmount: 100, AccountCode: '200' };
    bench.pull('POST', 'as-user/tax-rates', { name: 'Own', rate: 7 });
    const active = () => bench.get('TaxRates', { where: 'Status=="ACTIVE"' }).json.TaxRates.map(({ TaxType }) => TaxType);
    const before = active();
    bench.pull('POST', 'as-user/vat', { paysTax: false });
    expect(active()).toEqual(['NONE']);
    expect(bench.invoice({ LineItems: [line] })).toMatchObject({ TotalTax: 0, Total: 100 });
    expect(() => bench.invoice({ LineItems: [{ ...line, TaxType: 'OUTPUT2' }] })).toThrow("TaxType code 'OUTPUT2' cannot be used");
    bench.pull('POST', 'as-user/vat', { paysTax: true });
    expect(active()).toEqual(before.filter((taxType) => taxType !== 'TAX001'));
    expect(bench.invoice({ LineItems: [line] })).toMatchObject({ TotalTax: 20, Total: 120 });
  });

  it('a tax rate that was deleted cannot be used any more', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/tax-rates/OUTPUT2', { status: 'DELETED' });
    expect(() => bench.invoice()).toThrow("TaxType code 'OUTPUT2' cannot be used");
  });
});

describe('snapshots (switchboard)', () => {
  it('bring everything back as it was', () => {
    const bench = Bench.connected();
    bench.contact({ Name: 'Before' });
    bench.pull('POST', 'snapshots/one');
    bench.contact({ Name: 'After' });
    bench.pull('POST', 'as-user/disconnect');
    expect(bench.pull('POST', 'snapshots/one/restore').status).toBe(200);
    const names = bench.get('Contacts').json.Contacts.map(({ Name }) => Name);
    expect(names).toContain('Before');
    expect(names).not.toContain('After');
    expect(bench.pull('GET', 'snapshots').json).toEqual(['one']);
  });

  it('may be restored more than once; an unknown name is refused', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'snapshots/one');
    for (const Name of ['A', 'B']) {
      bench.contact({ Name });
      bench.pull('POST', 'snapshots/one/restore');
      expect(bench.sandbox.state.contacts.size).toBe(12);
    }
    expect(bench.pull('POST', 'snapshots/two/restore').status).toBe(404);
  });
});
