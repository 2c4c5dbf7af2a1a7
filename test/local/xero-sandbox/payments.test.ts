import { describe, expect, it } from '@jest/globals';
import { guidFrom } from '../../../local/xero-sandbox/core/guids.ts';
import { Bench, TENANT, messagesOf } from './bench.ts';

const UNKNOWN = '11111111-2222-4333-8444-555555555555';
const drop = (bench: Bench, paymentId: string) => bench.api('POST', `Payments/${paymentId}`, { Status: 'DELETED' });
const LABOUR = { Description: 'Labour', Quantity: 1, UnitAmount: 400, AccountCode: '210', TaxType: 'DRCHARGE20' };

describe('payments', () => {
  it('part of it leaves AUTHORISED, the rest makes it PAID with FullyPaidOnDate', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 50, { Reference: 'SumUp 1' });
    const part = bench.invoiceNow(InvoiceID);
    expect(part).toMatchObject({ Status: 'AUTHORISED', AmountPaid: 50, AmountDue: 52 });
    expect('FullyPaidOnDate' in part).toBe(false);
    bench.payment(InvoiceID, 52, { Date: '2026-11-22' });
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({
      Status: 'PAID',
      AmountPaid: 102,
      AmountDue: 0,
      FullyPaidOnDate: `/Date(${String(Date.UTC(2026, 10, 22))}+0000)/`,
    });
  });

  it('the answer names account, document, type and status', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const [payment] = bench.payment(InvoiceID, 102, { Reference: 'pay_9001' }).json.Payments;
    expect(payment).toMatchObject({
      Amount: 102,
      BankAmount: 102,
      Reference: 'pay_9001',
      PaymentType: 'ACCRECPAYMENT',
      Status: 'AUTHORISED',
      IsReconciled: false,
      Account: { Code: '090' },
      Invoice: { Type: 'ACCREC', InvoiceID, Contact: { Name: 'Okafor & Sons' } },
      Date: `/Date(${String(Date.UTC(2026, 10, 21))}+0000)/`,
    });
  });

  it('inside the invoice it carries id, date, amount and reference only, and only on a single GET', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 102);
    expect(Object.keys(bench.invoiceNow(InvoiceID).Payments[0])).toEqual([
      'PaymentID',
      'Date',
      'Amount',
      'CurrencyRate',
      'HasAccount',
      'HasValidationErrors',
    ]);
    expect(bench.get('Invoices', { page: '1' }).json.Invoices[0].Payments).toEqual([]);
  });

  it('a payment moves UpdatedDateUTC of the invoice and raises INVOICE UPDATE; there is no payment event', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.now += 60_000;
    const before = bench.pass(0);
    for (const { deliveryId } of before) bench.sandbox.delivered(deliveryId, { status: 200, bodyLength: 0, setsCookie: false }, bench.now);
    bench.payment(InvoiceID, 102);
    expect(bench.invoiceNow(InvoiceID).UpdatedDateUTC).toBe(`/Date(${String(bench.now)}+0000)/`);
    const { events } = JSON.parse(bench.pass(1_000)[0]?.body ?? '{}') as { events: { eventCategory: string; eventType: string }[] };
    expect(events.map(({ eventCategory, eventType }) => [eventCategory, eventType])).toEqual([['INVOICE', 'UPDATE']]);
  });

  it.each<[string, (bench: Bench, InvoiceID: string) => unknown, string]>([
    [
      'more than is due',
      (_, InvoiceID) => ({ Invoice: { InvoiceID }, Account: { Code: '090' }, Amount: 102.01 }),
      'Payment amount exceeds the amount outstanding on this document',
    ],
    [
      'nothing',
      (_, InvoiceID) => ({ Invoice: { InvoiceID }, Account: { Code: '090' }, Amount: 0 }),
      'The payment amount must be greater than zero.',
    ],
    [
      'an unknown account',
      (_, InvoiceID) => ({ Invoice: { InvoiceID }, Account: { Code: '999' }, Amount: 1 }),
      'Account could not be found',
    ],
    ['no account', (_, InvoiceID) => ({ Invoice: { InvoiceID }, Amount: 1 }), 'Account could not be found'],
    ['an unknown invoice', () => ({ Invoice: { InvoiceID: UNKNOWN }, Account: { Code: '090' }, Amount: 1 }), 'Invoice could not be found'],
    [
      'no document',
      () => ({ Account: { Code: '090' }, Amount: 1 }),
      'Exactly one of Invoice, CreditNote, Prepayment, Overpayment must be specified.',
    ],
  ])('refuses %s', (_, elementOf, message) => {
    const bench = Bench.connected();
    const reply = bench.api('PUT', 'Payments', elementOf(bench, bench.invoice().InvoiceID));
    expect(reply.status).toBe(400);
    expect(messagesOf(reply.json)).toEqual([message]);
    expect(reply.json.Elements[0]).toMatchObject({ PaymentID: '00000000-0000-0000-0000-000000000000', HasValidationErrors: true });
  });

  it('an account that is neither a bank nor payment-enabled is refused; a clearing account is taken', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    expect(bench.payment(InvoiceID, 1, { Account: { Code: '200' } }).status).toBe(400);
    const clearing = { Code: '655', Name: 'GES Payments', Type: 'CURRENT', EnablePaymentsToAccount: true };
    const { AccountID } = bench.api('PUT', 'Accounts', clearing).json.Accounts[0];
    expect(bench.payment(InvoiceID, 1, { Account: { AccountID } }).status).toBe(200);
  });

  it.each(['DRAFT', 'PAID', 'VOIDED'])('a %s invoice takes no payment', (status) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ Status: status === 'DRAFT' ? 'DRAFT' : 'AUTHORISED' });
    if (status === 'PAID') bench.payment(InvoiceID, 102);
    if (status === 'VOIDED') bench.api('POST', `Invoices/${InvoiceID}`, { Status: 'VOIDED' });
    const messages = messagesOf(bench.payment(InvoiceID, 10).json);
    expect(messages).toContain('Payments can only be made against Authorised documents');
    if (status !== 'DRAFT') expect(messages).toContain('Payment amount exceeds the amount outstanding on this document');
  });

  it('of a CIS invoice the net is due; the gross total is refused', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ LineItems: [LABOUR] });
    expect(bench.payment(InvoiceID, 400).status).toBe(400);
    bench.payment(InvoiceID, 320);
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({ Status: 'PAID', AmountPaid: 320, AmountDue: 0, Total: 400, CISDeduction: 80 });
  });

  it('PUT takes several; what they are together may not exceed what is due', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const one = { Invoice: { InvoiceID }, Account: { Code: '090' }, Date: '2026-11-21', Amount: 60 };
    bench.pull('POST', 'settings', { refusedBatchSavesGood: false });
    expect(bench.api('PUT', 'Payments', { Payments: [one, one] }).status).toBe(400);
    expect(bench.invoiceNow(InvoiceID).AmountPaid).toBe(0);
    const reply = bench.api('PUT', 'Payments?summarizeErrors=false', { Payments: [one, one] });
    expect(reply.json.Payments.map(({ StatusAttributeString }) => StatusAttributeString)).toEqual(['OK', 'ERROR']);
    expect(bench.invoiceNow(InvoiceID).AmountPaid).toBe(60);
  });

  it('an invoice may be named by its number', () => {
    const bench = Bench.connected();
    bench.invoice({ InvoiceNumber: 'GES-7' });
    const body = { Invoice: { InvoiceNumber: 'ges-7' }, Account: { Code: '090' }, Amount: 5 };
    expect(bench.api('POST', 'Payments', body).json.Payments[0]).toMatchObject({ Amount: 5, Invoice: { InvoiceNumber: 'GES-7' } });
  });

  it('a date in a locked period is refused', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-11-21' });
    expect(bench.payment(InvoiceID, 10).status).toBe(400);
    expect(bench.payment(InvoiceID, 10, { Date: '2026-11-22' }).status).toBe(200);
  });
});

describe('deleting payments', () => {
  const paid = (): { bench: Bench; InvoiceID: string; PaymentID: string } => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    return { bench, InvoiceID, PaymentID: bench.payment(InvoiceID, 102).json.Payments[0].PaymentID };
  };

  it('puts the invoice back to AUTHORISED; the payment stays readable as DELETED', () => {
    const { bench, InvoiceID, PaymentID } = paid();
    expect(drop(bench, PaymentID).json.Payments[0].Status).toBe('DELETED');
    const invoice = bench.invoiceNow(InvoiceID);
    expect(invoice).toMatchObject({ Status: 'AUTHORISED', AmountPaid: 0, AmountDue: 102, Payments: [] });
    expect('FullyPaidOnDate' in invoice).toBe(false);
    expect(bench.get(`Payments/${PaymentID}`).json.Payments[0].Status).toBe('DELETED');
  });

  it('cannot be done twice', () => {
    const { bench, PaymentID } = paid();
    drop(bench, PaymentID);
    expect(drop(bench, PaymentID).status).toBe(400);
  });

  it('is refused for a reconciled payment', () => {
    const { bench, PaymentID } = paid();
    bench.pull('POST', `as-user/payments/${PaymentID}/reconcile`);
    expect(drop(bench, PaymentID).status).toBe(400);
    bench.pull('POST', `as-user/payments/${PaymentID}/unreconcile`);
    expect(drop(bench, PaymentID).status).toBe(200);
  });

  it('nothing else of a payment can be changed', () => {
    const { bench, PaymentID } = paid();
    expect(bench.api('POST', `Payments/${PaymentID}`, { Reference: 'new' }).status).toBe(400);
    expect(bench.api('POST', `Payments/${UNKNOWN}`, { Status: 'DELETED' }).status).toBe(404);
  });
});

describe('reading payments', () => {
  it('filters by invoice, status, reference, date and If-Modified-Since', () => {
    const bench = Bench.connected();
    const a = bench.invoice().InvoiceID;
    const b = bench.invoice().InvoiceID;
    bench.payment(a, 10, { Reference: 'pay_1', Date: '2026-11-01' });
    bench.now += 60_000;
    const second = bench.payment(b, 20, { Reference: 'pay_2' }).json.Payments[0].PaymentID;
    drop(bench, second);
    const references = (query: Record<string, string>, headers = {}) =>
      bench.get('Payments', query, headers).json.Payments.map(({ Reference }) => Reference);
    expect(references({ where: `Invoice.InvoiceId==guid("${a}")` })).toEqual(['pay_1']);
    expect(references({ where: 'Status=="DELETED"' })).toEqual(['pay_2']);
    expect(references({ where: 'Reference=="pay_1"' })).toEqual(['pay_1']);
    expect(references({ where: 'Date>=DateTime(2026,11,2)' })).toEqual(['pay_2']);
    expect(references({}, { 'if-modified-since': '2026-11-22T10:01:00' })).toEqual(['pay_2']);
    expect(bench.get('Payments', { page: '1' }).json.pagination.itemCount).toBe(2);
  });
});

describe('invoices with money on them', () => {
  const HAS_MONEY = 'This document cannot be edited as it has a payment or credit note allocated to it.';
  const partPaid = (): { bench: Bench; InvoiceID: string; LineItemID: string } => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice();
    bench.payment(InvoiceID, 50);
    return { bench, InvoiceID, LineItemID: LineItems[0].LineItemID };
  };

  it.each<[string, (lineItemId: string) => object]>([
    ['Reference', () => ({ Reference: 'new' })],
    ['DueDate', () => ({ DueDate: '2027-01-31' })],
    ['InvoiceNumber', () => ({ InvoiceNumber: 'NEW-1' })],
    ['Contact', () => ({ Contact: { Name: 'John Smith' } })],
    ['BrandingThemeID', () => ({ BrandingThemeID: guidFrom(`theme ${TENANT} Special Projects`) })],
    ['ExpectedPaymentDate', () => ({ ExpectedPaymentDate: '2027-01-15' })],
    ['Url', () => ({ Url: 'https://app.gasengineer.example/invoices/1' })],
    ['a line description', (LineItemID) => ({ LineItems: [{ LineItemID, Description: 'New words' }] })],
    ['a line account', (LineItemID) => ({ LineItems: [{ LineItemID, AccountCode: '260' }] })],
  ])('may still change %s', (_, change) => {
    const { bench, InvoiceID, LineItemID } = partPaid();
    expect(bench.api('POST', `Invoices/${InvoiceID}`, change(LineItemID)).status).toBe(200);
  });

  it.each<[string, (lineItemId: string) => object]>([
    ['a quantity', (LineItemID) => ({ LineItems: [{ LineItemID, Quantity: 2 }] })],
    ['a price', (LineItemID) => ({ LineItems: [{ LineItemID, UnitAmount: 80 }] })],
    ['the date', () => ({ Date: '2026-11-19' })],
    ['LineAmountTypes', () => ({ LineAmountTypes: 'Inclusive' })],
    ['a labour account', (LineItemID) => ({ LineItems: [{ LineItemID, AccountCode: '210' }] })],
  ])('may not change %s', (_, change) => {
    const { bench, InvoiceID, LineItemID } = partPaid();
    const reply = bench.api('POST', `Invoices/${InvoiceID}`, change(LineItemID));
    expect(messagesOf(reply.json)).toEqual(['Invoice not of valid status for modification', HAS_MONEY]);
  });

  it('of a CIS invoice not even the contact may change', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ LineItems: [LABOUR] });
    bench.payment(InvoiceID, 50);
    const reply = bench.api('POST', `Invoices/${InvoiceID}`, { Contact: { Name: 'John Smith' } });
    expect(messagesOf(reply.json)).toEqual(['Invoice not of valid status for modification', HAS_MONEY]);
  });

  it('of a CIS invoice no line may leave the labour account', () => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice({ LineItems: [LABOUR] });
    bench.payment(InvoiceID, 50);
    const change = { LineItems: [{ LineItemID: LineItems[0].LineItemID, AccountCode: '200' }] };
    expect(bench.api('POST', `Invoices/${InvoiceID}`, change).status).toBe(400);
  });

  it.each(['VOIDED', 'DRAFT', 'SUBMITTED'])('cannot become %s', (Status) => {
    const { bench, InvoiceID } = partPaid();
    expect(messagesOf(bench.api('POST', `Invoices/${InvoiceID}`, { Status }).json)).toEqual([
      `The status ${Status} cannot be applied to the invoice because it has payments or credit notes allocated to it.`,
    ]);
  });
});

describe('If-Modified-Since and money', () => {
  it.each<[string, object, boolean]>([
    ['DueDate', { DueDate: '2027-01-31' }, false],
    ['SentToContact', { SentToContact: true }, false],
    ['Reference', { Reference: 'noticed' }, true],
  ])('an edit of %s on a partly paid invoice: noticed %s', (_, change, isNoticed) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 50);
    bench.now += 60_000;
    bench.api('POST', `Invoices/${InvoiceID}`, change);
    const found = bench.get('Invoices', {}, { 'if-modified-since': '2026-11-22T10:00:30' }).json.Invoices;
    expect(found).toHaveLength(isNoticed ? 1 : 0);
  });
});

describe('acting as a Xero user on money (switchboard)', () => {
  it('pay, delete the payment, edit, void', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const { PaymentID } = bench.pull('POST', `as-user/invoices/${InvoiceID}/pay`, { amount: 2, date: '2026-11-22' }).json as unknown as {
      PaymentID: string;
    };
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({ AmountPaid: 2 });
    bench.pull('POST', `as-user/payments/${PaymentID}/delete`);
    expect(bench.pull('POST', `as-user/invoices/${InvoiceID}`, { Reference: 'by hand' }).json.Reference).toBe('by hand');
    expect(bench.pull('POST', `as-user/invoices/${InvoiceID}/void`).json.Status).toBe('VOIDED');
    expect(bench.pull('POST', `as-user/invoices/${InvoiceID}/void`).status).toBe(400);
  });

  it('paying without an amount pays all that is due', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', `as-user/invoices/${InvoiceID}/pay`);
    expect(bench.invoiceNow(InvoiceID).Status).toBe('PAID');
  });

  it('an invoice made by a person is not createdByMyApp', () => {
    const bench = Bench.connected();
    const line = { Description: 'By hand', Quantity: 1, UnitAmount: 10, AccountCode: '200' };
    const body = { Contact: { Name: 'John Smith' }, DueDate: '2026-12-31', LineItems: [line] };
    expect(bench.pull('POST', 'as-user/invoices', body).json).toMatchObject({ Status: 'AUTHORISED', Total: 12 });
    expect(bench.get('Invoices', { createdByMyApp: 'true' }).json.Invoices).toEqual([]);
  });

  it('a refused action leaves nothing behind', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    expect(bench.pull('POST', `as-user/invoices/${InvoiceID}/credit`, { amount: 500 }).status).toBe(400);
    expect(bench.pull('GET', `organisations/${TENANT}/credit-notes`).json).toEqual([]);
  });
});
