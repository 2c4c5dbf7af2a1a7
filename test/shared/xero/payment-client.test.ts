import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { XeroBooks } from '../../../shared/sync/books-port.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { startStubXero, type StubXero } from './stub-xero.ts';
import { xeroPayment } from './xero-documents.ts';

let xero: StubXero;
let books: XeroBooks;
const INVOICE = '22222222-2222-4222-8222-222222222222';
const PAYMENT = '55555555-5555-4555-8555-555555555555';
const ACCOUNT = '66666666-6666-4666-8666-666666666666';
const payments = (...elements: unknown[]) => ({ status: 200, json: { Id: 'x', Status: 'OK', Payments: elements } });
const refusal = (...messages: string[]) => ({
  status: 400,
  json: {
    ErrorNumber: 10,
    Type: 'ValidationException',
    Message: 'A validation exception occurred',
    Elements: [{ PaymentID: PAYMENT, ValidationErrors: messages.map((Message) => ({ Message })) }],
  },
});

beforeAll(async () => {
  xero = await startStubXero();
});
afterAll(() => xero.close());
beforeEach(() => {
  xero.calls.length = 0;
  books = createXeroBooks({ apiBaseUrl: xero.url, tenantId: 't', accessToken: async () => 'token' });
});

describe('reading payments', () => {
  it('xero-facts §7: of one invoice, deleted ones too', async () => {
    xero.answer = () => payments(xeroPayment(), xeroPayment({ PaymentID: ACCOUNT, Status: 'DELETED', IsReconciled: true }));
    const found = await books.paymentsOfInvoice(INVOICE);
    expect(found[0]).toEqual({
      paymentId: PAYMENT,
      invoiceId: INVOICE,
      accountId: ACCOUNT,
      date: '2026-11-21',
      amount: 10230,
      reference: 'SumUp 8841 pay_9001',
      status: 'AUTHORISED',
      isReconciled: false,
      isBatch: false,
      updatedAt: 1_795_353_449_461,
    });
    expect(found[1]).toMatchObject({ status: 'DELETED', isReconciled: true });
    expect(xero.calls.map((call) => Object.fromEntries(call.query))).toEqual([
      { where: `Invoice.InvoiceID==guid("${INVOICE}")`, page: '1', pageSize: '1000' },
    ]);
  });

  it.each([{ BatchPaymentID: 'b54aa50c-794c-461b-89d1-846e1b84d9c0' }, { BatchPayment: { BatchPaymentID: 'b54aa50c' } }])(
    'D5: a part of a batch payment is known as one: %p',
    async (batch) => {
      xero.answer = () => payments(xeroPayment(batch));
      expect(await books.paymentsOfInvoice(INVOICE)).toMatchObject([{ isBatch: true }]);
    },
  );

  it('a feed reads one page of 1,000 of money received on sales invoices', async () => {
    xero.answer = () => payments(xeroPayment());
    expect(await books.paymentFeed(Date.parse('2026-11-22T10:15:00Z'), 1)).toMatchObject({
      items: [{ paymentId: PAYMENT }],
      isFull: false,
    });
    const [call] = xero.calls;
    expect(Object.fromEntries(call?.query ?? [])).toEqual({
      where: 'PaymentType=="ACCRECPAYMENT"',
      order: 'UpdatedDateUTC ASC',
      page: '1',
      pageSize: '1000',
    });
    expect(call?.headers['if-modified-since']).toBe('2026-11-22T10:15:00.000Z');
  });
});

describe('writing payments', () => {
  const element = {
    kind: 'create',
    invoiceId: INVOICE,
    accountId: ACCOUNT,
    date: '2026-11-21',
    amount: 10230,
    reference: 'pay_9001',
  } as const;

  it('D1: to the chosen account by AccountID, in one PUT', async () => {
    xero.answer = () => payments(xeroPayment());
    expect(await books.createPayments([element], 'key-1')).toMatchObject([{ ok: true, record: { paymentId: PAYMENT, amount: 10230 } }]);
    const [call] = xero.calls;
    expect([call?.method, call?.path, call?.query.toString(), call?.headers['idempotency-key'], JSON.parse(call?.body ?? '')]).toEqual([
      'PUT',
      '/api.xro/2.0/Payments',
      'summarizeErrors=false',
      'key-1',
      {
        Payments: [
          { Invoice: { InvoiceID: INVOICE }, Account: { AccountID: ACCOUNT }, Date: '2026-11-21', Amount: 102.3, Reference: 'pay_9001' },
        ],
      },
    ]);
  });

  it('xero-facts §7: too much is refused for that payment only', async () => {
    const tooMuch = 'Payment amount exceeds the amount outstanding on this document';
    const refused = { HasValidationErrors: true, StatusAttributeString: 'ERROR', ValidationErrors: [{ Message: tooMuch }] };
    xero.answer = () => payments(xeroPayment(refused), xeroPayment());
    expect(await books.createPayments([element, element], 'k')).toMatchObject([{ ok: false, messages: [tooMuch] }, { ok: true }]);
  });

  it.each([{ Amount: 102.31 }, { Invoice: { InvoiceID: ACCOUNT } }])(
    'never links by an answer about another payment: %p',
    async (parts) => {
      xero.answer = () => payments(xeroPayment(parts));
      await expect(books.createPayments([element], 'k')).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
    },
  );

  it('D5: deletes by POST of the status', async () => {
    xero.answer = () => payments(xeroPayment({ Status: 'DELETED' }));
    expect(await books.deletePayment(PAYMENT, 'key-2')).toMatchObject({ ok: true, record: { paymentId: PAYMENT, status: 'DELETED' } });
    const [call] = xero.calls;
    expect([call?.method, call?.path, call?.headers['idempotency-key'], call?.body]).toEqual([
      'POST',
      `/api.xro/2.0/Payments/${PAYMENT}`,
      'key-2',
      '{"Status":"DELETED"}',
    ]);
  });

  it('D5: what Xero says against a deletion is an answer, not a failure', async () => {
    xero.answer = () => refusal('Payments within a batch cannot be deleted.');
    expect(await books.deletePayment(PAYMENT, 'k')).toEqual({ ok: false, messages: ['Payments within a batch cannot be deleted.'] });
  });

  it.each([
    [
      { status: 404, text: 'cannot be found' },
      { kind: 'attention', problem: { code: 'not-found-in-xero' } },
    ],
    [{ status: 400, json: { ErrorNumber: 14, Type: 'PostDataInvalidException', Message: 'bad' } }, { kind: 'attention' }],
    [
      { status: 400, json: { Type: 'ValidationException', Message: 'Idempotency Key: k is used with a different request.' } },
      { kind: 'retry', outcome: 'server-error' },
    ],
    [payments(xeroPayment({ PaymentID: ACCOUNT })), { kind: 'retry', outcome: 'server-error' }],
    ['hang up' as const, { kind: 'retry', outcome: 'lost-answer' }],
  ])('any other refusal of a deletion is a failure: %j', async (answer, failure) => {
    xero.answer = () => answer;
    await expect(books.deletePayment(PAYMENT, 'k')).rejects.toMatchObject(failure);
  });
});
