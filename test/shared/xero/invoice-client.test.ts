import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewInvoice, OutgoingLine } from '../../../shared/domain/xero-invoice.ts';
import type { XeroBooks } from '../../../shared/sync/books-port.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { startStubXero, type StubXero } from './stub-xero.ts';
import { xeroInvoice } from './xero-documents.ts';

let xero: StubXero;
let books: XeroBooks;
const INVOICE = '22222222-2222-4222-8222-222222222222';
const NOTHING = '00000000-0000-0000-0000-000000000000';
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const invoices = (...elements: unknown[]) => ({ status: 200, json: { Id: 'x', Status: 'OK', Invoices: elements } });
const queries = () => xero.calls.map((call) => Object.fromEntries(call.query));

beforeAll(async () => {
  xero = await startStubXero();
});
afterAll(() => xero.close());
beforeEach(() => {
  xero.calls.length = 0;
  books = createXeroBooks({ apiBaseUrl: xero.url, tenantId: 't', accessToken: async () => 'token' });
});

describe('reading invoices', () => {
  it('xero-facts §6, §10: pence, decimal strings, days of UTC; lines with everything that goes back untouched', async () => {
    xero.answer = () => invoices(xeroInvoice());
    expect(await books.invoicesByIds([INVOICE])).toEqual([
      {
        invoiceId: INVOICE,
        type: 'ACCREC',
        number: 'GES-1042',
        contactId: '11111111-1111-4111-8111-111111111111',
        status: 'AUTHORISED',
        date: '2026-11-20',
        dueDate: '2026-12-04',
        reference: 'Boiler service, 9 Oak Street',
        url: 'https://app.gasengineer.example/invoices/inv_5001',
        currency: 'GBP',
        lineAmountTypes: 'Exclusive',
        lines: [
          {
            lineItemId: '33333333-3333-4333-8333-333333333333',
            description: 'Annual boiler service',
            quantity: '1.5',
            unitAmount: '70.30',
            discountRate: '5',
            discountAmount: 0,
            taxType: 'OUTPUT2',
            accountCode: '200',
            itemCode: 'SERVICE',
            tracking: [{ name: 'Van', option: 'North', trackingCategoryID: 'cat-1', trackingOptionID: 'opt-1' }],
          },
        ],
        subTotal: 9933,
        totalTax: 1987,
        total: 11920,
        cisDeduction: 1707,
        amountDue: 8203,
        amountPaid: 2000,
        amountCredited: 10,
        updatedAt: 1_795_353_449_461,
      },
    ]);
  });

  it('what Xero leaves out or answers as null is empty or zero', async () => {
    const bare = { Type: 'ACCREC', InvoiceID: INVOICE, Status: 'DRAFT', LineItems: [{ Description: null }], Reference: null, Date: null };
    xero.answer = () => invoices(bare);
    const [invoice] = await books.invoicesByIds([INVOICE]);
    expect(invoice).toMatchObject({ reference: '', url: '', date: '', dueDate: '', contactId: '', number: '', amountDue: 0, updatedAt: 0 });
    expect(invoice?.lines).toMatchObject([{ description: '', quantity: '0', unitAmount: '0.00', discountRate: '0', tracking: [] }]);
  });

  it.each([
    ['a rate, read from a single invoice', { DiscountRate: 20, DiscountAmount: 40, LineAmount: 160 }, '20', 0],
    ['a rate, read from a list', { DiscountRate: 20, LineAmount: 160 }, '20', 0],
    ['an amount, read from a single invoice', { DiscountAmount: 40, LineAmount: 160 }, '0', 4_000],
    ['an amount, read from a list, which shows neither', { LineAmount: 160 }, '0', 4_000],
    ['an amount, read from a list that shows a rate of 0', { DiscountRate: 0, LineAmount: 160 }, '0', 4_000],
    ['none', { LineAmount: 200 }, '0', 0],
    ['none, and a penny of rounding', { LineAmount: 199.99 }, '0', 0],
  ])('C2b: a discount is what was typed: %s', async (_, fields, discountRate, discountAmount) => {
    const line = { Description: 'Boiler', Quantity: 2, UnitAmount: 100, ...fields };
    xero.answer = () => invoices(xeroInvoice({ LineItems: [line] }));
    const [invoice] = await books.invoicesByIds([INVOICE]);
    expect(invoice?.lines).toMatchObject([{ discountRate, discountAmount }]);
  });

  it('a bill is told apart from a sales invoice', async () => {
    xero.answer = () => invoices(xeroInvoice({ Type: 'ACCPAY' }));
    expect(await books.invoicesByIds([INVOICE])).toMatchObject([{ type: 'ACCPAY' }]);
  });

  it('a status that is not known is never taken for one that is', async () => {
    xero.answer = () => invoices(xeroInvoice({ Status: 'PARKED' }));
    await expect(books.invoicesByIds([INVOICE])).rejects.toMatchObject({ kind: 'retry' });
  });

  it('by ids in pages, which carry lines, with unitdp=4, at most 40 a call', async () => {
    xero.answer = () => invoices();
    await books.invoicesByIds(Array.from({ length: 41 }, (_, n) => id(n)));
    expect(queries().map(({ IDs, ...rest }) => [IDs?.split(',').length, rest])).toEqual([
      [40, { page: '1', pageSize: '40', unitdp: '4' }],
      [1, { page: '1', pageSize: '1', unitdp: '4' }],
    ]);
    expect(await books.invoicesByIds([])).toEqual([]);
    expect(xero.calls).toHaveLength(2);
  });

  it('C3: by numbers, 40 a call, sales invoices only; a number with a comma alone', async () => {
    xero.answer = () => invoices(xeroInvoice(), xeroInvoice({ InvoiceID: id(2), Type: 'ACCPAY' }));
    const numbers = [...Array.from({ length: 51 }, (_, n) => `GES-${String(n)}`), 'A "1", 2'];
    const found = await books.invoicesByNumbers(numbers);
    expect(found.map((invoice) => invoice.type)).toEqual(['ACCREC', 'ACCREC', 'ACCREC']);
    const asked = queries().map(({ InvoiceNumbers, where }) => `${String(InvoiceNumbers?.split(',').length)} ${String(where)}`);
    expect(asked.sort()).toEqual([
      '11 Type=="ACCREC"',
      '40 Type=="ACCREC"',
      String.raw`undefined Type=="ACCREC" AND InvoiceNumber=="A \"1\", 2"`,
    ]);
  });

  it('long numbers: no address of 2,000 characters', async () => {
    xero.answer = () => invoices();
    await books.invoicesByNumbers(Array.from({ length: 40 }, (_, n) => `GES–£${'9'.repeat(60)}–${String(n)}`));
    for (const { query } of xero.calls) expect(query.toString().length).toBeLessThan(1_900);
    expect(xero.calls.length).toBeGreaterThan(1);
  });

  it('a feed reads one page of 1,000 sales invoices in order of change', async () => {
    xero.answer = () => invoices(xeroInvoice({ InvoiceID: id(1) }));
    expect(await books.invoiceFeed(Date.parse('2026-11-22T10:15:00.000Z'), 3)).toMatchObject({
      items: [{ invoiceId: id(1) }],
      isFull: false,
    });
    expect(queries()).toEqual([{ where: 'Type=="ACCREC"', order: 'UpdatedDateUTC ASC', page: '3', pageSize: '1000', unitdp: '4' }]);
    expect(xero.calls[0]?.headers['if-modified-since']).toBe('2026-11-22T10:15:00.000Z');
    xero.answer = () => ({ status: 304 });
    expect(await books.invoiceFeed(1_000, 1)).toMatchObject({ items: [], isFull: false });
  });
});

const line: OutgoingLine = {
  description: 'Annual boiler service',
  quantity: '1.1',
  unitAmount: '85.1234',
  discountRate: '0',
  taxType: 'OUTPUT2',
  accountCode: '200',
};
const newInvoice = (parts: Partial<NewInvoice> = {}): NewInvoice => ({
  kind: 'create',
  contactId: '11111111-1111-4111-8111-111111111111',
  number: 'GES-1042',
  date: '2026-11-20',
  dueDate: '2026-12-04',
  reference: 'Boiler service',
  url: 'https://app.gasengineer.example/invoices/inv_5001',
  lineAmountTypes: 'Exclusive',
  lines: [line],
  ...parts,
});
const sentInvoices = () => xero.calls.map((call) => (JSON.parse(call.body) as { Invoices: unknown[] }).Invoices);

describe('writing invoices', () => {
  it('A4, C1: creates approved, by PUT, in GBP, with the contact’s id and nothing else of the contact', async () => {
    xero.answer = () => invoices(xeroInvoice());
    await books.createInvoices([newInvoice()], 'key-1');
    const [call] = xero.calls;
    expect([call?.method, call?.path, call?.headers['idempotency-key']]).toEqual(['PUT', '/api.xro/2.0/Invoices', 'key-1']);
    expect(queries()).toEqual([{ summarizeErrors: 'false', unitdp: '4' }]);
    expect(sentInvoices()).toEqual([
      [
        {
          Type: 'ACCREC',
          Status: 'AUTHORISED',
          Contact: { ContactID: '11111111-1111-4111-8111-111111111111' },
          InvoiceNumber: 'GES-1042',
          Date: '2026-11-20',
          DueDate: '2026-12-04',
          Reference: 'Boiler service',
          Url: 'https://app.gasengineer.example/invoices/inv_5001',
          CurrencyCode: 'GBP',
          LineAmountTypes: 'Exclusive',
          LineItems: [{ Description: 'Annual boiler service', Quantity: 1.1, UnitAmount: 85.1234, TaxType: 'OUTPUT2', AccountCode: '200' }],
        },
      ],
    ]);
  });

  it('xero-facts §3: the same elements make the very same body', async () => {
    xero.answer = () => invoices(xeroInvoice());
    await books.createInvoices([newInvoice()], 'key-1');
    await books.createInvoices([JSON.parse(JSON.stringify(newInvoice())) as NewInvoice], 'key-1');
    expect(xero.calls[0]?.body).toBe(xero.calls[1]?.body);
  });

  it('C2: an update by POST names what changed; lines go with their id, item and tracking, as Xero gave them', async () => {
    xero.answer = () => invoices(xeroInvoice());
    const [read] = await books.invoicesByIds([INVOICE]);
    const known = read?.lines[0];
    if (known === undefined) throw new Error('no line');
    const { discountAmount: _none, ...outgoing } = known;
    xero.calls.length = 0;
    await books.updateInvoices(
      [{ kind: 'change', invoiceId: INVOICE, reference: '', lines: [{ ...outgoing, discountRate: '0' }, line] }],
      'k',
    );
    expect([xero.calls[0]?.method, xero.calls[0]?.path, queries()]).toEqual([
      'POST',
      '/api.xro/2.0/Invoices',
      [{ summarizeErrors: 'false', unitdp: '4' }],
    ]);
    expect(sentInvoices()).toEqual([
      [
        {
          InvoiceID: INVOICE,
          Reference: '',
          LineItems: [
            {
              LineItemID: '33333333-3333-4333-8333-333333333333',
              Description: 'Annual boiler service',
              Quantity: 1.5,
              UnitAmount: 70.3,
              // The line had a discount of 5: left out, it would stay.
              DiscountRate: 0,
              TaxType: 'OUTPUT2',
              AccountCode: '200',
              ItemCode: 'SERVICE',
              Tracking: [{ Name: 'Van', Option: 'North', TrackingCategoryID: 'cat-1', TrackingOptionID: 'opt-1' }],
            },
            { Description: 'Annual boiler service', Quantity: 1.1, UnitAmount: 85.1234, TaxType: 'OUTPUT2', AccountCode: '200' },
          ],
        },
      ],
    ]);
  });

  it.each(['VOIDED', 'DELETED'] as const)('xero-facts §6: %s goes alone', async (status) => {
    xero.answer = () => invoices(xeroInvoice({ Status: status }));
    const answers = await books.updateInvoices([{ kind: 'end', invoiceId: INVOICE, status }], 'k');
    expect(sentInvoices()).toEqual([[{ InvoiceID: INVOICE, Status: status }]]);
    expect(answers).toMatchObject([{ ok: true, record: { status } }]);
  });

  it('xero-facts §6: a 200 proves nothing, each invoice is judged for itself', async () => {
    const refused = xeroInvoice({
      InvoiceID: NOTHING,
      HasErrors: true,
      StatusAttributeString: 'ERROR',
      ValidationErrors: [{ Message: 'Invoice # must be unique.' }],
    });
    xero.answer = () =>
      invoices(xeroInvoice({ StatusAttributeString: 'OK' }), refused, xeroInvoice({ InvoiceNumber: 'GES-3', InvoiceID: NOTHING }));
    const answers = await books.createInvoices([newInvoice(), newInvoice({ number: 'GES-2' }), newInvoice({ number: 'GES-3' })], 'k');
    expect(answers).toMatchObject([
      { ok: true, record: { invoiceId: INVOICE, total: 11920 } },
      { ok: false, messages: ['Invoice # must be unique.'] },
      { ok: false, messages: ['Xero refused this invoice without giving a reason.'] },
    ]);
  });

  it.each([
    ['fewer elements than were sent', []],
    ['another invoice', [xeroInvoice({ InvoiceNumber: 'INV-1', InvoiceID: id(9) })]],
  ])('never links by an answer with %s: look first', async (_, elements) => {
    xero.answer = () => invoices(...elements);
    const failure = { kind: 'retry', outcome: 'server-error' };
    await expect(books.createInvoices([newInvoice()], 'k')).rejects.toMatchObject(failure);
    await expect(books.updateInvoices([{ kind: 'end', invoiceId: INVOICE, status: 'VOIDED' }], 'k')).rejects.toMatchObject(failure);
  });
});
