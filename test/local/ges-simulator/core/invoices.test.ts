import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestPlatform, type Json } from '../platform.ts';

const ACCOUNT = '/_ges/accounts/acct_two';
const API = '/v1/accounts/acct_two';
const SERVICE = { description: 'Annual boiler service', unitPrice: '85' };
let platform: TestPlatform;
let token: string;
let key = 0;
beforeEach(() => {
  platform = new TestPlatform();
  token = platform.apiToken();
});

const make = (fields: Json = {}) =>
  platform.call(`POST ${ACCOUNT}/invoices`, { body: { customerId: 'cus_1026', lines: [SERVICE], ...fields } });
const edit = (id: unknown, fields: Json) => platform.call(`PATCH ${ACCOUNT}/invoices/${String(id)}`, { body: fields });
const pay = (invoiceId: unknown, amount: string, more: Json = {}) =>
  platform.call(`POST ${ACCOUNT}/payments`, { body: { invoiceId, amount, ...more } });
const invoice = (id: unknown): Json => platform.call(`GET ${ACCOUNT}/invoices/${String(id)}`).json;
const kinds = (): string[] => platform.events.map(({ detailType, detail }) => `${detailType} ${detail.change} ${detail.entity.revision}`);

describe('the demo business', () => {
  const all = (type: string): Json[] => platform.call(`GET /_ges/accounts/acct_demo/${type}?limit=500`).json['items'] as Json[];
  const count = (items: Json[], field: string): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(items, (item) => String(item[field]))].map(([name, members]) => [name, members.length]));

  it('has 40 invoices of all kinds and 20 payments, dated in 2026, the same each time', () => {
    const invoices = all('invoices');
    expect([invoices.length, all('payments').length]).toEqual([40, 20]);
    expect(count(invoices, 'status')).toEqual({ issued: 37, draft: 2, void: 1 });
    expect(count(invoices, 'paymentStatus')).toEqual({ paid: 16, 'part-paid': 3, unpaid: 21 });
    expect(invoices.filter((item) => item['pricesIncludeVat']).length).toBe(2);
    const lines = invoices.flatMap((item) => item['lines'] as Json[]);
    expect(Object.keys(count(lines, 'vat')).sort()).toEqual(
      ['exempt', 'outside', 'reduced', 'reverse-charge-reduced', 'reverse-charge-standard', 'standard', 'zero'].sort(),
    );
    for (const item of [...invoices.map((each) => each['issueDate']), ...all('payments').map((each) => each['date'])]) {
      expect(item).toMatch(/^2026-(0[5-9]|1[01])-/);
    }
    expect([...new TestPlatform().rows]).toEqual([...platform.rows]);
  });

  it('keeps gross − cisDeduction = paid + credited + due on every invoice', () => {
    for (const { totals, balance } of all('invoices') as { totals: Record<string, string>; balance: Record<string, string> }[]) {
      const pence = (value: string | undefined): number => Math.round(Number(value) * 100);
      expect(pence(totals['gross']) - pence(totals['cisDeduction'])).toBe(
        pence(balance['paid']) + pence(balance['credited']) + pence(balance['due']),
      );
    }
  });
});

describe('making', () => {
  it('fills in number, dates, line ids and totals, and raises InvoiceChanged', () => {
    const answer = make({ status: 'issued', reference: 'Boiler service, 9 Oak Street' });
    expect(answer).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(answer.json).toEqual({
      id: 'inv_5041',
      revision: 1,
      number: 'GES-1001',
      customerId: 'cus_1026',
      status: 'issued',
      issueDate: '2026-11-22',
      dueDate: '2026-12-06',
      reference: 'Boiler service, 9 Oak Street',
      currency: 'GBP',
      pricesIncludeVat: false,
      lines: [
        {
          id: 'l1',
          description: 'Annual boiler service',
          quantity: '1',
          unitPrice: '85.00',
          discountPercent: '0',
          vat: 'standard',
          cis: null,
        },
      ],
      totals: { net: '85.00', vat: '17.00', gross: '102.00', cisDeduction: '0.00' },
      balance: { paid: '0.00', credited: '0.00', due: '102.00' },
      paymentStatus: 'unpaid',
      webUrl: 'https://app.gasengineer.example/invoices/inv_5041',
      updatedAt: '2026-11-22T10:15:00.000Z',
    });
    expect(platform.events.map(({ detail }) => [detail.change, detail.origin, detail.snapshot])).toEqual([
      ['created', 'user', answer.json],
    ]);
  });

  it('counts numbers on from the highest of its own prefix, per account', () => {
    make({ number: 'GES-2000' });
    make({ number: 'X-9999' });
    expect([make().json['number'], make().json['number']]).toEqual(['GES-2001', 'GES-2002']);
  });

  it('keeps numbers unique: case does not count, void ones stay taken, deleted ones are free', () => {
    const first = make({ number: 'A-1' }).json['id'];
    edit(first, { status: 'void' });
    expect(make({ number: 'a-1' })).toMatchObject({ status: 409, body: { code: 'number-taken' } });
    const second = make({ number: 'A-2' }).json['id'];
    edit(second, { number: 'A-3' });
    expect([make({ number: 'A-2' }).status, make({ number: 'A-3' }).status]).toEqual([201, 409]);
    platform.call(`DELETE ${ACCOUNT}/invoices/${String(second)}`);
    expect(make({ number: 'A-3' }).status).toBe(201);
    expect(platform.call('POST /_ges/accounts/acct_demo/invoices', { body: { customerId: 'cus_1001', number: 'A-3' } }).status).toBe(201);
  });

  it.each([
    ['no customer', { customerId: undefined }, 'customerId'],
    ['a customer of another account', { customerId: 'cus_1001' }, 'customerId'],
    ['issuing without lines', { status: 'issued', lines: [] }, 'lines'],
    ['a credit of what is no invoice', { creditsInvoiceId: 'inv_9' }, 'creditsInvoiceId'],
    ['another currency', { currency: 'EUR' }, 'currency'],
    ['a date that does not exist', { issueDate: '2026-02-30' }, 'issueDate'],
    ['a price as a number', { lines: [{ description: '', unitPrice: 85 }] }, 'lines[0].unitPrice'],
    ['five decimals', { lines: [{ description: '', unitPrice: '0.00001' }] }, 'lines[0].unitPrice'],
    ['an unknown VAT', { lines: [{ ...SERVICE, vat: '20%' }] }, 'lines[0].vat'],
    ['totals, which GES computes', { totals: {} }, 'totals'],
    ['credited as a user', { balance: { credited: '1.00' } }, 'balance'],
  ])('refuses %s with 422 naming the field', (_case, fields, field) => {
    const answer = make(fields);
    expect([answer.status, (answer.json['errors'] as Json[])[0]?.['field']]).toEqual([422, field]);
  });
});

describe('changing', () => {
  it('computes totals anew, keeps line ids, and may go back to draft and be issued again', () => {
    const { id } = make({ status: 'issued' }).json;
    const edited = edit(id, { status: 'draft', lines: [{ id: 'l1', ...SERVICE, quantity: '2' }, SERVICE] }).json;
    expect(edited).toMatchObject({ status: 'draft', revision: 2, totals: { net: '255.00' }, lines: [{ id: 'l1' }, { id: 'l2' }] });
    expect(edit(id, { status: 'issued' }).json).toMatchObject({ status: 'issued', revision: 3, balance: { due: '306.00' } });
  });

  it('A3: re-issuing without a change is an edit with origin user', () => {
    const { id } = make({ status: 'issued' }).json;
    expect(edit(id, { status: 'issued' }).json).toMatchObject({ revision: 2 });
    expect(kinds()).toEqual(['InvoiceChanged created 1', 'InvoiceChanged updated 2']);
  });

  it('void is for ever, and impossible while something is paid; C4: money is never removed to make a void pass', () => {
    const { id } = make({ status: 'issued' }).json;
    const payment = pay(id, '10.00').json['id'];
    expect(edit(id, { status: 'void' })).toMatchObject({ status: 409, body: { code: 'invoice-has-payments' } });
    platform.call(`DELETE ${ACCOUNT}/payments/${String(payment)}`);
    expect(edit(id, { status: 'void' }).status).toBe(200);
    expect(edit(id, { status: 'issued' })).toMatchObject({ status: 409, body: { code: 'invoice-void' } });
    expect(pay(id, '1.00')).toMatchObject({ status: 409, body: { code: 'invoice-not-issued' } });
  });

  it('C12: the sync sets balance.credited, and due and payment status follow', () => {
    const { id } = make({ status: 'issued' }).json;
    const patch = (fields: Json, revision: number) =>
      platform.call(`PATCH ${API}/invoices/${String(id)}`, { token, body: fields, headers: { 'if-match': `"${revision}"` } });
    expect(patch({ balance: { credited: '102.00' } }, 1).json).toMatchObject({
      revision: 2,
      balance: { paid: '0.00', credited: '102.00', due: '0.00' },
      paymentStatus: 'paid',
    });
    expect(patch({ balance: { paid: '1.00' } }, 2).status).toBe(422);
  });

  it('counts a void told twice by the sync as no change', () => {
    const { id } = make({ status: 'issued' }).json;
    const patch = (revision: number) =>
      platform.call(`PATCH ${API}/invoices/${String(id)}`, {
        token,
        body: { status: 'void' },
        headers: { 'if-match': `"${revision}"` },
      });
    expect([patch(1).json['revision'], patch(2).json['revision']]).toEqual([2, 2]);
  });
});

describe('payments', () => {
  it('settle the invoice without changing its revision or raising its event (A3: a payment is no edit of the invoice)', () => {
    const { id } = make({ status: 'issued' }).json;
    const payment = pay(id, '2', { method: 'card', reference: 'SumUp 8841', date: '2026-11-21' });
    expect(payment.json).toEqual({
      id: 'pay_9021',
      revision: 1,
      invoiceId: id,
      amount: '2.00',
      date: '2026-11-21',
      method: 'card',
      reference: 'SumUp 8841',
      updatedAt: '2026-11-22T10:15:00.000Z',
    });
    expect(invoice(id)).toMatchObject({ revision: 1, balance: { paid: '2.00', due: '100.00' }, paymentStatus: 'part-paid' });
    pay(id, '100.00');
    expect(invoice(id)).toMatchObject({ revision: 1, balance: { paid: '102.00', due: '0.00' }, paymentStatus: 'paid' });
    expect(kinds()).toEqual(['InvoiceChanged created 1', 'PaymentChanged created 1', 'PaymentChanged created 1']);
  });

  it('D7: more than is due may be recorded', () => {
    const { id } = make({ status: 'issued' }).json;
    pay(id, '122.00');
    expect(invoice(id)).toMatchObject({ balance: { paid: '122.00', due: '-20.00' }, paymentStatus: 'paid' });
  });

  it('change amount and date, and are deleted through the API with If-Match, 204', () => {
    const { id } = make({ status: 'issued' }).json;
    const payment = `${API}/payments/${String(pay(id, '102.00').json['id'])}`;
    const changed = platform.call(`PATCH ${payment}`, {
      token,
      headers: { 'if-match': '"1"' },
      body: { amount: '50.00', date: '2026-11-01' },
    });
    expect(changed.json).toMatchObject({ revision: 2, amount: '50.00', date: '2026-11-01' });
    expect(invoice(id)).toMatchObject({ balance: { due: '52.00' } });
    expect(platform.call(`DELETE ${payment}`, { token })).toMatchObject({ status: 428 });
    expect(platform.call(`DELETE ${payment}`, { token, headers: { 'if-match': '"1"' } })).toMatchObject({
      status: 412,
      body: changed.json,
    });
    expect(platform.call(`DELETE ${payment}`, { token, headers: { 'if-match': '"2"' } })).toMatchObject({ status: 204, body: null });
    expect(platform.call(`DELETE ${payment}`, { token, headers: { 'if-match': '"2"' } }).status).toBe(404);
    expect(invoice(id)).toMatchObject({ balance: { due: '102.00' }, paymentStatus: 'unpaid' });
    expect(platform.events.at(-1)?.detail).toMatchObject({
      entity: { type: 'payment', revision: 3 },
      change: 'deleted',
      origin: 'xero-sync',
      snapshot: null,
    });
  });

  it.each([
    ['zero', { amount: '0.00' }, 'amount'],
    ['a negative amount', { amount: '-1.00' }, 'amount'],
    ['half a penny', { amount: '1.005' }, 'amount'],
    ['an unknown method', { amount: '1.00', method: 'barter' }, 'method'],
    ['an unknown invoice', { amount: '1.00', invoiceId: 'inv_1' }, 'invoiceId'],
  ])('refuse %s with 422', (_case, fields, field) => {
    const { id } = make({ status: 'issued' }).json;
    const answer = platform.call(`POST ${ACCOUNT}/payments`, { body: { invoiceId: id, ...fields } });
    expect([answer.status, (answer.json['errors'] as Json[])[0]?.['field']]).toEqual([422, field]);
  });

  it('go on issued invoices; only the sync may record one on a draft', () => {
    const { id } = make().json;
    expect(pay(id, '1.00').status).toBe(409);
    const body = { invoiceId: id, amount: '1.00' };
    expect(platform.call(`POST ${API}/payments`, { token, headers: { 'idempotency-key': `k${(key += 1)}` }, body }).status).toBe(201);
  });
});

describe('lists by date of issue', () => {
  it('G1: customers and payments follow the invoices issued from and to, both inclusive', () => {
    const one = make({ status: 'issued', issueDate: '2026-03-01' }).json;
    const two = make({ status: 'issued', issueDate: '2026-03-31', customerId: 'cus_1027' }).json;
    make({ issueDate: '2026-04-01' });
    const payment = pay(two['id'], '1.00', { date: '2026-10-01' }).json;
    const ids = (type: string, from: string): unknown[] =>
      (platform.call(`GET ${ACCOUNT}/${type}?issuedFrom=${from}&issuedTo=2026-03-31`).json['items'] as Json[]).map((item) => item['id']);
    expect(ids('invoices', '2026-03-01')).toEqual([one['id'], two['id']]);
    expect(ids('invoices', '2026-03-02')).toEqual([two['id']]);
    expect(ids('customers', '2026-03-02')).toEqual(['cus_1027']);
    expect(ids('payments', '2026-03-01')).toEqual([payment['id']]);
  });
});
