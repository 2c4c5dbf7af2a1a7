import { beforeEach, describe, expect, it } from '@jest/globals';
import { createGesPlatform } from '../../../shared/ges/client.ts';
import type { GesAccount } from '../../../shared/sync/platform-port.ts';
import { customerSnapshot } from './ges-events.ts';

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}
let now: number;
let sent: Sent[];
let tokens: number;
let tokenAnswer: () => Response;
let answer: (call: Sent) => Response | Promise<Response>;
let ges: GesAccount;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status: number, detail: string): Response => json(status, { title: 'No', status, detail, code: 'x' });
const { sites: _sites, ...known } = customerSnapshot();

beforeEach(() => {
  now = 1_000_000;
  sent = [];
  tokens = 0;
  tokenAnswer = () => json(200, { access_token: `token-${String((tokens += 1))}`, token_type: 'Bearer', expires_in: 3600 });
  answer = () => json(200, { items: [], nextCursor: null });
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, { ...init, signal: null });
    const call = { method: request.method, url: request.url, headers: request.headers, body: await request.text() };
    if (request.url === 'http://ges/oauth/token') {
      expect(call.headers.get('authorization')).toBe(`Basic ${btoa('client:secret')}`);
      expect(call.body).toBe('grant_type=client_credentials');
      return tokenAnswer();
    }
    sent.push(call);
    return answer(call);
  };
  ges = createGesPlatform({
    baseUrl: 'http://ges',
    tokenUrl: 'http://ges/oauth/token',
    credentials: async () => ({ clientId: 'client', clientSecret: 'secret' }),
    clock: { now: () => now },
    fetch,
  })('acct_demo');
});

describe('listCustomers', () => {
  it('contracts §2: asks for a page and reads checked snapshots', async () => {
    answer = () => json(200, { items: [customerSnapshot()], nextCursor: 'c2' });
    const page = await ges.listCustomers({
      ids: ['cus_1', 'cus_2'],
      limit: 500,
      cursor: 'c1',
      updatedFrom: '2026-11-22T10:00:00Z',
    });
    expect(page).toEqual({ items: [known], nextCursor: 'c2' });
    expect(sent.map(({ method, url, headers }) => [method, url, headers.get('authorization')])).toEqual([
      [
        'GET',
        'http://ges/v1/accounts/acct_demo/customers?ids=cus_1%2Ccus_2&updatedFrom=2026-11-22T10%3A00%3A00Z&cursor=c1&limit=500',
        'Bearer token-1',
      ],
    ]);
  });

  it('asks for many long ids in several calls: no server takes an address of any length', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `cus_${String(n)}_${'x'.repeat(40)}`);
    const asked: string[] = [];
    answer = ({ url }) => {
      const query = new URL(url).searchParams;
      const own = query.get('ids')?.split(',') ?? [];
      const [from, limit] = [Number(query.get('cursor') ?? '0'), Number(query.get('limit'))];
      asked.push(...own.slice(from, from + limit));
      const items = own.slice(from, from + limit).map((id) => ({ ...customerSnapshot(), id }));
      return json(200, { items, nextCursor: from + limit < own.length ? String(from + limit) : null });
    };
    const page = await ges.listCustomers({ ids, limit: 50 });
    expect([page.items.map(({ id }) => id), page.nextCursor]).toEqual([ids, null]);
    expect(asked).toEqual(ids);
    expect(Math.max(...sent.map(({ url }) => url.length))).toBeLessThan(8_000);
  });

  it('F2: names a record that does not fit the contract, and gives the others', async () => {
    const bad = { ...customerSnapshot(), id: 'cus_1002', email: undefined };
    answer = () => json(200, { items: [bad, customerSnapshot()], nextCursor: null });
    const page = await ges.listCustomers({});
    expect(page).toMatchObject({ items: [{ id: 'cus_1001' }], unreadable: ['cus_1002'] });
  });

  it('never takes an answer that breaks the contract for "no such customer"', async () => {
    answer = () => json(200, { items: [{ ...customerSnapshot(), id: undefined }], nextCursor: null });
    await expect(ges.listCustomers({})).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
    answer = () => new Response('<html>', { status: 200 });
    await expect(ges.listCustomers({})).rejects.toMatchObject({ kind: 'retry' });
  });
});

describe('patchCustomer', () => {
  const patch = () => ges.patchCustomer('cus_1001', 1, { email: 'new@hartley.example' });

  it('contracts §2: changes named fields on condition of the revision', async () => {
    answer = () => json(200, customerSnapshot({ revision: 2 }));
    expect(await patch()).toEqual({ outcome: 'written', snapshot: { ...known, revision: 2 } });
    expect(sent.map(({ method, url, headers, body }) => [method, url, headers.get('if-match'), headers.get('content-type'), body])).toEqual(
      [['PATCH', 'http://ges/v1/accounts/acct_demo/customers/cus_1001', '"1"', 'application/json', '{"email":"new@hartley.example"}']],
    );
  });

  it('412 is a conflict with the current snapshot, 404 is gone', async () => {
    answer = () => json(412, customerSnapshot({ revision: 7 }));
    expect(await patch()).toMatchObject({ outcome: 'conflict', snapshot: { revision: 7 } });
    answer = () => problem(404, 'no such customer');
    expect(await patch()).toEqual({ outcome: 'gone' });
  });
});

describe('failures', () => {
  const list = () => ges.listCustomers({});

  it.each([
    [429, { 'retry-after': '7' }, { kind: 'wait', waitMs: 7_000 }],
    [503, {}, { kind: 'wait', limit: 'offline', waitMs: 30_000 }],
    [500, {}, { kind: 'retry', outcome: 'server-error' }],
    [302, { location: 'http://login' }, { kind: 'retry', outcome: 'server-error' }],
    [403, {}, { kind: 'retry', outcome: 'server-error' }],
    [404, {}, { kind: 'attention', problem: { code: 'not-found-in-ges', detail: 'why' } }],
    [422, {}, { kind: 'attention', problem: { code: 'refused-by-ges', detail: 'why' } }],
  ])('%p', async (status, headers, failure) => {
    answer = () => json(status, { title: 'No', detail: 'why' }, headers);
    await expect(list()).rejects.toMatchObject(failure);
  });

  it('no answer is a lost answer', async () => {
    answer = () => Promise.reject(new TypeError('fetch failed'));
    await expect(list()).rejects.toMatchObject({ kind: 'retry', outcome: 'lost-answer' });
  });
});

describe('token', () => {
  const list = () => ges.listCustomers({});

  it('is fetched once for calls side by side and kept until a minute before it expires', async () => {
    await Promise.all([list(), list(), list()]);
    now += 3_539_000;
    await list();
    expect(tokens).toBe(1);
    now += 2_000;
    await list();
    expect(tokens).toBe(2);
  });

  it('is replaced once when refused', async () => {
    answer = ({ headers }) =>
      headers.get('authorization') === 'Bearer token-1' ? problem(401, 'expired') : json(200, { items: [], nextCursor: null });
    expect(await list()).toEqual({ items: [], nextCursor: null });
    expect(tokens).toBe(2);
  });

  it('a 401 that stays is tried again later, not blamed on the record', async () => {
    answer = () => problem(401, 'no');
    await expect(list()).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
    expect(sent).toHaveLength(2);
  });

  it.each([
    [() => json(401, { error: 'invalid_client' }), { kind: 'retry' }],
    [() => json(200, { token: 'x' }), { kind: 'retry' }],
    [() => json(429, {}, { 'retry-after': '3' }), { kind: 'wait', waitMs: 3_000 }],
  ])('a token endpoint that gives none fails the call, and the next call asks again', async (refusal, failure) => {
    const good = tokenAnswer;
    tokenAnswer = refusal;
    await expect(list()).rejects.toMatchObject(failure);
    tokenAnswer = good;
    expect(await list()).toEqual({ items: [], nextCursor: null });
  });
});
