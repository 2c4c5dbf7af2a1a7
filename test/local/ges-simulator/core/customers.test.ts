import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestPlatform, type Json } from '../platform.ts';

const CUSTOMERS = '/v1/accounts/acct_demo/customers';
let platform: TestPlatform;
let token: string;
beforeEach(() => {
  platform = new TestPlatform();
  token = platform.apiToken();
});

describe('the demo businesses', () => {
  it('has 25 customers in acct_demo and 2 in acct_two, and raises no events for them', () => {
    const demo = platform.call(`GET ${CUSTOMERS}?limit=500`, { token }).json['items'] as Json[];
    const second = platform.call('GET /v1/accounts/acct_two/customers', { token }).json['items'] as Json[];
    expect([demo.length, second.length, platform.events.length]).toEqual([25, 2, 0]);
    expect(demo[0]).toMatchObject({ id: 'cus_1001', revision: 1, name: 'Hartley Lettings Ltd', email: 'accounts@hartley.example' });
    expect(demo.filter((customer) => customer['name'] === 'John Smith')).toHaveLength(2);
  });

  it('names only reserved domains and telephone numbers', () => {
    const items = platform.call(`GET ${CUSTOMERS}?limit=500`, { token }).json['items'] as Json[];
    for (const { email } of items) expect(email).toMatch(/^$|[@)][a-z-]+\.example$/);
    for (const phone of items.flatMap(({ phone, mobile }) => [phone, mobile]).filter((number) => number !== '')) {
      expect(phone).toMatch(/^(0113 496 0\d{3}|07700 900\d{3}|\+44 7700 900\d{3})$/);
    }
  });
});

describe('POST', () => {
  it('creates under a new id at revision 1 and raises CustomerChanged with origin xero-sync', () => {
    const answer = platform.call(`POST ${CUSTOMERS}`, {
      token,
      headers: { 'idempotency-key': 'k1' },
      body: { name: 'New  <Person>', billingAddress: { postcode: 'LS1 1AA' }, sites: [{ address: { line1: '9 Oak Street' } }] },
    });
    expect(answer).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(answer.json).toEqual({
      id: 'cus_1028',
      revision: 1,
      name: 'New  <Person>',
      firstName: '',
      lastName: '',
      email: '',
      phone: '',
      mobile: '',
      billingAddress: { line1: '', line2: '', city: '', county: '', postcode: 'LS1 1AA', country: '' },
      vatNumber: '',
      archived: false,
      sites: [{ id: 'site_1', address: { line1: '9 Oak Street', line2: '', city: '', county: '', postcode: '', country: '' } }],
      updatedAt: '2026-11-22T10:15:00.000Z',
    });
    expect(platform.events).toEqual([
      {
        source: 'ges.platform',
        detailType: 'CustomerChanged',
        detail: {
          accountId: 'acct_demo',
          entity: { type: 'customer', id: 'cus_1028', revision: 1 },
          change: 'created',
          origin: 'xero-sync',
          occurredAt: '2026-11-22T10:15:00.000Z',
          snapshot: answer.json,
        },
      },
    ]);
  });

  it('answers the same request under the same Idempotency-Key with the first answer, also after a restart', () => {
    const first = platform.call(`POST ${CUSTOMERS}`, {
      token,
      headers: { 'idempotency-key': 'k' },
      body: { name: 'Once', email: 'a@b.example' },
    });
    platform.restart();
    const again = platform.call(`POST ${CUSTOMERS}`, {
      token,
      headers: { 'idempotency-key': 'k' },
      body: { email: 'a@b.example', name: 'Once' },
    });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(platform.events).toHaveLength(1);
  });

  it('refuses a different request under a used Idempotency-Key with 422, and keys of other accounts do not clash', () => {
    const create = (account: string, name: string) =>
      platform.call(`POST /v1/accounts/${account}/customers`, { token, headers: { 'idempotency-key': 'k' }, body: { name } });
    expect(create('acct_demo', 'One').status).toBe(201);
    expect(create('acct_demo', 'Two')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(create('acct_two', 'Two').status).toBe(201);
  });

  it.each([
    ['no name', {}, 'name'],
    ['a blank name', { name: '  ' }, 'name'],
    ['a number as e-mail', { name: 'A', email: 5 }, 'email'],
    ['an unknown field', { name: 'A', nickname: 'B' }, 'nickname'],
    ['a read-only field', { name: 'A', revision: 7 }, 'revision'],
    ['a wrong part of the address', { name: 'A', billingAddress: { postcode: null } }, 'billingAddress.postcode'],
    ['a wrong site', { name: 'A', sites: [{ address: { zip: '1' } }] }, 'sites[0].address.zip'],
  ])('answers %s with 422 naming the field', (_case, body, field) => {
    const answer = platform.call(`POST ${CUSTOMERS}`, { token, headers: { 'idempotency-key': 'k' }, body });
    expect(answer).toMatchObject({ status: 422, headers: { 'content-type': 'application/problem+json' } });
    expect((answer.json['errors'] as Json[])[0]).toMatchObject({ field });
    expect(platform.events).toEqual([]);
  });

  it('asks for an Idempotency-Key and for a JSON object', () => {
    expect(platform.call(`POST ${CUSTOMERS}`, { token, body: { name: 'A' } }).json['code']).toBe('idempotency-key-missing');
    for (const body of ['{', '[]', '"a"', '']) {
      expect(platform.call(`POST ${CUSTOMERS}`, { token, body, headers: { 'idempotency-key': 'k' } })).toMatchObject({ status: 400 });
    }
  });
});

describe('PATCH', () => {
  const patch = (body: unknown, ifMatch?: string) =>
    platform.call(`PATCH ${CUSTOMERS}/cus_1001`, { token, body, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });

  it('changes only the named fields, parts of the address included, and raises the revision by one', () => {
    platform.now += 60_000;
    const before = platform.call(`GET ${CUSTOMERS}/cus_1001`, { token }).json;
    const answer = patch({ phone: '0113 496 0999', billingAddress: { line2: 'Top floor' } }, '"1"');
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(answer.json).toEqual({
      ...before,
      revision: 2,
      phone: '0113 496 0999',
      billingAddress: { ...(before['billingAddress'] as Json), line2: 'Top floor' },
      updatedAt: '2026-11-22T10:16:00.000Z',
    });
    expect(platform.events.map(({ detail }) => [detail.change, detail.origin, detail.entity.revision])).toEqual([
      ['updated', 'xero-sync', 2],
    ]);
  });

  it('answers 412 with the current snapshot when the revision moved on, and changes nothing', () => {
    const current = patch({ phone: '1' }, '"1"').json;
    expect(patch({ phone: '2' }, '"1"')).toMatchObject({ status: 412, body: current, headers: { etag: '"2"' } });
    expect(platform.events).toHaveLength(1);
  });

  it('counts an API write that changes nothing as no change, but a user save always', () => {
    expect(patch({ name: 'Hartley Lettings Ltd' }, '"1"')).toMatchObject({ status: 200, body: { revision: 1 } });
    expect(platform.events).toEqual([]);
    const saved = platform.call('PATCH /_ges/accounts/acct_demo/customers/cus_1001', { body: {} });
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(platform.events.map(({ detail }) => detail.origin)).toEqual(['user']);
  });

  it('asks for If-Match in its proper form', () => {
    expect(patch({})).toMatchObject({ status: 428, body: { code: 'if-match-missing' } });
    expect(patch({}, '1')).toMatchObject({ status: 400, body: { code: 'if-match-malformed' } });
  });

  it('keeps site ids, gives new ones to new sites and refuses one site twice', () => {
    const sites = patch({ sites: [{ id: 'site_2', address: { line2: 'Rear' } }, { address: { line1: '1 New Road' } }] }, '"1"').json[
      'sites'
    ];
    expect(sites).toMatchObject([{ id: 'site_2', address: { line1: 'Flat 3, 22 Chapel Lane', line2: 'Rear' } }, { id: 'site_4' }]);
    const twice = [
      { id: 'site_2', address: {} },
      { id: 'site_2', address: {} },
    ];
    expect(patch({ sites: twice }, '"2"')).toMatchObject({ status: 422 });
  });
});

describe('lists', () => {
  const list = (query: string): Json => platform.call(`GET ${CUSTOMERS}?${query}`, { token }).json;
  const ids = (page: Json): unknown[] => (page['items'] as Json[]).map((item) => item['id']);

  it('pages through everything exactly once, also while records are edited and made', () => {
    const seen: unknown[] = [];
    let cursor: unknown = '';
    do {
      const page = list(`limit=10&cursor=${String(cursor)}`);
      seen.push(...ids(page));
      platform.call(`PATCH /_ges/accounts/acct_demo/customers/${String(seen[0])}`, { body: {} });
      cursor = page['nextCursor'];
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `cus_${1001 + index}`));
  });

  it('gives null as nextCursor when the last page is exactly full', () => {
    expect(list('limit=25')['nextCursor']).toBeNull();
    expect(list('limit=24')['nextCursor']).not.toBeNull();
  });

  it('filters by ids, leaving out what does not exist, and by updatedFrom inclusively', () => {
    expect(ids(list('ids=cus_1003,cus_9999,cus_1001,cus_1026'))).toEqual(['cus_1001', 'cus_1003']);
    platform.call('PATCH /_ges/accounts/acct_demo/customers/cus_1004', { body: {} });
    expect(ids(list('updatedFrom=2026-11-22T10:15:00.000Z'))).toEqual(['cus_1004']);
    expect(ids(list('updatedFrom=2026-11-22T10:15:00.001Z'))).toEqual([]);
  });

  it.each(['limit=0', 'limit=501', 'limit=ten', 'cursor=nonsense', 'updatedFrom=yesterday', 'issuedFrom=2026-13-40', 'ids=', 'ids=a,,b'])(
    'answers %s with 400',
    (query) => {
      expect(platform.call(`GET ${CUSTOMERS}?${query}`, { token })).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
    },
  );
});
