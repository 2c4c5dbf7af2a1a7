import { beforeEach, describe, expect, it } from '@jest/globals';
import { createGesPlatform } from '../../../shared/ges/client.ts';
import type { GesAccount } from '../../../shared/sync/platform-port.ts';
import { invoiceSnapshot, paymentSnapshot } from './ges-events.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}
let sent: Sent[];
let answer: () => Response;
let ges: GesAccount;
const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const gone = (): Response => json(404, { title: 'No', status: 404, detail: 'no such record', code: 'record-not-found' });

beforeEach(() => {
  sent = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, { ...init, signal: null });
    const { pathname, search } = new URL(request.url);
    if (pathname === '/oauth/token') return json(200, { access_token: 'token', expires_in: 3600 });
    sent.push({ method: request.method, path: pathname + search, headers: request.headers, body: await request.text() });
    return answer();
  };
  ges = createGesPlatform({
    baseUrl: 'http://ges',
    tokenUrl: 'http://ges/oauth/token',
    credentials: async () => ({ clientId: 'client', clientSecret: 'secret' }),
    clock: { now: () => 0 },
    fetch,
  })('acct_demo');
});

describe('lists (contracts §2)', () => {
  const page = (item: unknown) => () => json(200, { items: [item], nextCursor: 'c2' });

  it('invoices by dates of issue, a page at a time', async () => {
    answer = page(invoiceSnapshot());
    const query = { issuedFrom: '2025-01-01', issuedTo: '2026-11-22', updatedFrom: '2026-11-01T00:00:00Z', cursor: 'c1', limit: 500 };
    expect(await ges.listInvoices(query)).toEqual({ items: [invoiceSnapshot()], nextCursor: 'c2' });
    expect(sent.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`)).toEqual([
      'GET /v1/accounts/acct_demo/invoices?updatedFrom=2026-11-01T00:00:00Z&issuedFrom=2025-01-01&issuedTo=2026-11-22&cursor=c1&limit=500',
    ]);
  });

  it('payments by ids', async () => {
    answer = page(paymentSnapshot());
    expect(await ges.listPayments({ ids: ['pay_9001', 'pay_9002'] })).toEqual({
      items: [paymentSnapshot()],
      nextCursor: 'c2',
    });
    expect(sent[0]?.path).toBe('/v1/accounts/acct_demo/payments?ids=pay_9001%2Cpay_9002');
  });

  it.each([
    ['money without pence', { totals: { net: '85', vat: '17.00', gross: '102.00', cisDeduction: '0.00' } }],
    ['no balance', { balance: undefined }],
    ['a VAT treatment that is not known', { lines: [{ ...(invoiceSnapshot()['lines'] as object[])[0], vat: 'luxury' }] }],
  ])('an invoice with %s is never approximated', async (_, parts) => {
    answer = page(invoiceSnapshot(parts));
    expect(await ges.listInvoices({})).toMatchObject({ items: [], unreadable: ['inv_5001'] });
  });
});

describe('patchInvoice', () => {
  it('changes named fields on condition of the revision; 412 is a conflict, 404 is gone', async () => {
    const patch = () => ges.patchInvoice('inv_5001', 3, { status: 'void' });
    answer = () => json(200, invoiceSnapshot({ revision: 4, status: 'void' }));
    expect(await patch()).toMatchObject({ outcome: 'written', snapshot: { revision: 4, status: 'void' } });
    expect(sent.map(({ method, path, headers, body }) => [method, path, headers.get('if-match'), body])).toEqual([
      ['PATCH', '/v1/accounts/acct_demo/invoices/inv_5001', '"3"', '{"status":"void"}'],
    ]);
    answer = () => json(412, invoiceSnapshot({ revision: 7 }));
    expect(await patch()).toMatchObject({ outcome: 'conflict', snapshot: { revision: 7 } });
    answer = gone;
    expect(await patch()).toEqual({ outcome: 'gone' });
  });

  it('what GES refuses is for a person, with its reason as detail', async () => {
    answer = () => json(409, { title: 'Conflict', status: 409, detail: '£102.00 is paid on this invoice.', code: 'invoice-has-payments' });
    await expect(ges.patchInvoice('inv_5001', 3, { status: 'void' })).rejects.toMatchObject({
      kind: 'attention',
      problem: { code: 'refused-by-ges', detail: '£102.00 is paid on this invoice.' },
    });
  });
});

describe('payments', () => {
  it('D3: made under an Idempotency-Key', async () => {
    const payment = { invoiceId: 'inv_5001', amount: '102.00', date: '2026-11-21', method: 'other', reference: 'BACS' } as const;
    answer = () => json(201, paymentSnapshot({ ...payment }));
    expect(await ges.createPayment(payment, 'key-1')).toEqual(paymentSnapshot({ ...payment }));
    expect(
      sent.map(({ method, path, headers, body }) => [method, path, headers.get('idempotency-key'), JSON.parse(body) as unknown]),
    ).toEqual([['POST', '/v1/accounts/acct_demo/payments', 'key-1', payment]]);
  });

  it('a lost or broken answer to a create is told as such, so that the same key is used again', async () => {
    const payment = { invoiceId: 'inv_5001', amount: '1.00', date: '2026-11-21', method: 'other', reference: '' } as const;
    answer = () => {
      throw new TypeError('fetch failed');
    };
    await expect(ges.createPayment(payment, 'k')).rejects.toMatchObject({ kind: 'retry', outcome: 'lost-answer' });
    answer = () => json(201, {});
    await expect(ges.createPayment(payment, 'k')).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
  });

  it('D5: deleted on condition of the revision; gone is as good, a conflict shows what it is now', async () => {
    const remove = () => ges.deletePayment('pay_9001', 1);
    answer = () => new Response(null, { status: 204 });
    expect(await remove()).toEqual({ outcome: 'deleted' });
    expect(sent.map(({ method, path, headers, body }) => [method, path, headers.get('if-match'), body])).toEqual([
      ['DELETE', '/v1/accounts/acct_demo/payments/pay_9001', '"1"', ''],
    ]);
    answer = gone;
    expect(await remove()).toEqual({ outcome: 'gone' });
    answer = () => json(412, paymentSnapshot({ revision: 2, amount: '50.00' }));
    expect(await remove()).toEqual({ outcome: 'conflict', snapshot: paymentSnapshot({ revision: 2, amount: '50.00' }) });
  });
});
