import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewInvoice, OrganisationFacts, OutgoingLine, XeroInvoice, XeroPayment } from '../../../shared/domain/xero-invoice.ts';
import type { ElementAnswer, XeroBooks } from '../../../shared/sync/books-port.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { readWebhook, type WebhookEvent } from '../../../shared/xero/webhook-events.ts';
import { startConnectedSandbox, type ConnectedSandbox } from './connected-sandbox.ts';

/** Invoices and payments with the real xero-node over real HTTP against the sandbox, which shares no code with the product. */
let sandbox: ConnectedSandbox;
let books: XeroBooks;
let contactId: string;
let paymentAccountId: string;
let made = 0;

function saved<T>(answers: readonly ElementAnswer<T>[]): T {
  const [answer] = answers;
  if (answer?.ok !== true) throw new Error(JSON.stringify(answer));
  return answer.record;
}

beforeAll(async () => {
  sandbox = await startConnectedSandbox('money');
  books = createXeroBooks({
    apiBaseUrl: sandbox.url,
    tenantId: sandbox.tenantId,
    accessToken: async () => sandbox.accessToken,
  });
  contactId = saved(await books.createContacts([{ name: 'Hartley Lettings Ltd' }], 'contact')).contactId;
  paymentAccountId = (await books.accounts()).accounts.find(({ code }) => code === '090')?.accountId ?? '';
});
afterAll(() => sandbox.close());

const line = (parts: Partial<OutgoingLine> = {}): OutgoingLine => ({
  description: 'Annual boiler service',
  quantity: '1.5',
  unitAmount: '85.1234',
  discountRate: '10',
  taxType: 'OUTPUT2',
  accountCode: '200',
  ...parts,
});
function newInvoice(parts: Partial<NewInvoice> = {}): NewInvoice {
  made += 1;
  return {
    kind: 'create',
    contactId,
    number: `GES-${String(made)}`,
    date: '2026-11-20',
    dueDate: '2026-12-04',
    reference: 'Boiler service, 9 Oak Street',
    url: 'https://app.gasengineer.example/invoices/inv_1',
    lineAmountTypes: 'Exclusive',
    lines: [line()],
    ...parts,
  };
}
const create = async (parts: Partial<NewInvoice> = {}): Promise<XeroInvoice> => {
  const invoice = newInvoice(parts);
  return saved(await books.createInvoices([invoice], `create ${invoice.number}`));
};
const pay = async (invoice: XeroInvoice, amount: number, key: string): Promise<ElementAnswer<XeroPayment> | undefined> => {
  const element = { kind: 'create', invoiceId: invoice.invoiceId, accountId: paymentAccountId, date: '2026-11-21', amount } as const;
  return (await books.createPayments([{ ...element, reference: `SumUp ${key}` }], key))[0];
};
const again = async (invoice: XeroInvoice): Promise<XeroInvoice | undefined> => (await books.invoicesByIds([invoice.invoiceId]))[0];
const outgoing = (invoice: XeroInvoice): OutgoingLine[] => invoice.lines.map(({ discountAmount: _amount, ...rest }) => rest);

describe('facts', () => {
  it('C5, C8, C9: of the demo organisation, in five calls', async () => {
    const { organisationId, ...organisation } = await books.organisation();
    const cis = await books.cis(organisationId);
    const facts: OrganisationFacts = {
      ...organisation,
      ...cis,
      ...(await books.actions()),
      ...(await books.accounts()),
      ...(await books.taxRates()),
    };
    expect(facts).toMatchObject({ baseCurrency: 'GBP', vatRegistered: true, cisEnabled: true, cisRate: 20, mayApproveInvoices: true });
    expect(facts.lockedUntil).toBeUndefined();
    expect(facts.taxRates).toContainEqual({ taxType: 'RROUTPUT', status: 'ACTIVE', effectiveRate: 5, canApplyToRevenue: true });
    const systemAccounts = facts.accounts.map(({ systemAccount }) => systemAccount);
    expect(systemAccounts).toEqual(expect.arrayContaining(['ROUNDING', 'CISLABOURINCOME', '']));
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

describe('invoices', () => {
  it('C1, A4: a new one is approved and comes back as it was sent, prices of 4 decimals included', async () => {
    const sent = newInvoice();
    const invoice = saved(await books.createInvoices([sent], 'first'));
    const { kind: _kind, lines, ...head } = sent;
    expect(invoice).toMatchObject({ ...head, status: 'AUTHORISED', type: 'ACCREC', currency: 'GBP', lines });
    // 1.5 × 85.1234 less 10 % is 114.92; VAT 22.98.
    expect(invoice).toMatchObject({ subTotal: 11492, totalTax: 2298, total: 13790, amountDue: 13790, amountPaid: 0, cisDeduction: 0 });
    expect(await again(invoice)).toEqual(invoice);
    expect(await books.invoicesByNumbers(['GES-none', invoice.number])).toEqual([invoice]);
  });

  it('xero-facts §3: the same request again is the same invoice', async () => {
    const sent = newInvoice();
    const first = await books.createInvoices([sent], 'once');
    expect(await books.createInvoices([sent], 'once')).toEqual(first);
  });

  it('F2: one refused invoice does not hold up the others; the number is taken (C3)', async () => {
    const { number } = await create();
    const answers = await books.createInvoices([newInvoice({ number }), newInvoice()], 'taken');
    expect(answers).toMatchObject([{ ok: false, messages: [expect.stringContaining('must be unique')] }, { ok: true }]);
  });

  it('C2: an update keeps lines by their id, adds and removes; what is not named stays', async () => {
    const invoice = await create({ lines: [line(), line({ description: 'Call-out' })] });
    const [kept] = outgoing(invoice);
    if (kept === undefined) throw new Error('no line');
    const lines = [{ ...kept, discountRate: '0' }, line({ description: 'Flue', unitAmount: '12.00', quantity: '1', discountRate: '0' })];
    const changed = saved(await books.updateInvoices([{ kind: 'change', invoiceId: invoice.invoiceId, reference: 'PO 77', lines }], 'c2'));
    expect(changed).toMatchObject({ reference: 'PO 77', number: invoice.number, dueDate: invoice.dueDate, status: 'AUTHORISED' });
    expect(changed.lines.map(({ lineItemId, description, discountRate }) => [lineItemId, description, discountRate])).toEqual([
      [kept.lineItemId, 'Annual boiler service', '0'],
      [expect.any(String), 'Flue', '0'],
    ]);
    // Without its discount: 127.69 + 12.00.
    expect(changed.subTotal).toBe(13969);
    expect(await again(invoice)).toEqual(changed);
  });

  it('C2: a bookkeeper’s account goes back untouched', async () => {
    const invoice = await create();
    const recoded = invoice.lines.map(({ lineItemId }) => ({ LineItemID: lineItemId, AccountCode: '260' }));
    await sandbox.pull(`as-user/invoices/${invoice.invoiceId}`, { LineItems: recoded });
    const seen = await again(invoice);
    expect(seen?.lines).toMatchObject([{ accountCode: '260', unitAmount: '85.1234' }]);
    const lines = outgoing(seen ?? invoice).map((one) => ({ ...one, description: 'Service' }));
    const changed = saved(await books.updateInvoices([{ kind: 'change', invoiceId: invoice.invoiceId, lines }], 'recoded'));
    expect(changed.lines).toMatchObject([{ accountCode: '260', description: 'Service' }]);
  });

  it('C6: prices including VAT', async () => {
    const invoice = await create({
      lineAmountTypes: 'Inclusive',
      lines: [line({ quantity: '1', unitAmount: '120.00', discountRate: '0' })],
    });
    expect(invoice).toMatchObject({ lineAmountTypes: 'Inclusive', subTotal: 10000, totalTax: 2000, total: 12000 });
  });

  it('C8: CIS is deducted from labour, and due is net of it', async () => {
    const labour = (await books.accounts()).accounts.find(({ systemAccount }) => systemAccount === 'CISLABOURINCOME')?.code ?? '';
    const one = { quantity: '1', discountRate: '0' };
    const lines = [line({ ...one, unitAmount: '400.00', accountCode: labour }), line({ ...one, unitAmount: '100.00' })];
    expect(await create({ lines })).toMatchObject({ total: 60000, cisDeduction: 8000, amountDue: 52000 });
  });

  it('C4: void goes alone; a terminal status is refused with a message', async () => {
    const invoice = await create();
    const end = { kind: 'end', invoiceId: invoice.invoiceId, status: 'VOIDED' } as const;
    expect(await books.updateInvoices([end], 'void')).toMatchObject([{ ok: true, record: { status: 'VOIDED', number: invoice.number } }]);
    expect(await books.updateInvoices([end], 'void again')).toMatchObject([{ ok: false, messages: [expect.any(String)] }]);
    expect(await books.invoicesByNumbers([invoice.number])).toMatchObject([{ status: 'VOIDED' }]);
  });

  it('C11: modified since finds what a person made and drops bills, which by id are told apart', async () => {
    const element = {
      Contact: { ContactID: contactId },
      LineItems: [{ Description: 'x', UnitAmount: 10, AccountCode: '200' }],
      DueDate: '2026-12-04',
    };
    const { InvoiceID: sale } = (await sandbox.pull('as-user/invoices', element)) as { InvoiceID: string };
    const bought = { ...element, Type: 'ACCPAY', InvoiceNumber: 'B1', LineItems: [{ ...element.LineItems[0], AccountCode: '429' }] };
    const { InvoiceID: bill } = (await sandbox.pull('as-user/invoices', bought)) as { InvoiceID: string };
    const ids = (await books.invoiceFeed(0, 1)).items.map(({ invoiceId }) => invoiceId);
    expect(ids).toContain(sale);
    expect(ids).not.toContain(bill);
    expect(await books.invoicesByIds([bill])).toMatchObject([{ type: 'ACCPAY', number: 'B1' }]);
    expect(await books.invoicesByNumbers(['B1'])).toEqual([]);
    expect((await books.invoiceFeed(Date.now() + 60_000, 1)).items).toEqual([]);
  });
});

describe('payments', () => {
  it('D1: part, then the rest makes it paid; more is refused', async () => {
    const invoice = await create();
    const part = await pay(invoice, 5_000, 'part');
    expect(part).toMatchObject({
      ok: true,
      record: { invoiceId: invoice.invoiceId, accountId: paymentAccountId, date: '2026-11-21', amount: 5_000, reference: 'SumUp part' },
    });
    expect(await pay(invoice, 8_791, 'much')).toMatchObject({ ok: false, messages: [expect.stringContaining('exceeds the amount')] });
    expect(await pay(invoice, 8_790, 'rest')).toMatchObject({ ok: true, record: { status: 'AUTHORISED', isBatch: false } });
    expect(await again(invoice)).toMatchObject({ status: 'PAID', amountPaid: 13790, amountDue: 0 });
    const found = await books.paymentsOfInvoice(invoice.invoiceId);
    expect(found.map(({ amount }) => amount).sort()).toEqual([5_000, 8_790]);
  });

  it('D5: deleted, it stays readable, the invoice is owed again; a second deletion is refused', async () => {
    const invoice = await create();
    const payment = await pay(invoice, 13_790, 'gone');
    if (payment?.ok !== true) throw new Error('not paid');
    const { paymentId } = payment.record;
    expect(await books.deletePayment(paymentId, 'delete')).toMatchObject({ ok: true, record: { paymentId, status: 'DELETED' } });
    expect(await again(invoice)).toMatchObject({ status: 'AUTHORISED', amountDue: 13790 });
    expect(await books.paymentsOfInvoice(invoice.invoiceId)).toMatchObject([{ paymentId, status: 'DELETED' }]);
    expect((await books.paymentFeed(0, 1)).items.find((one) => one.paymentId === paymentId)).toMatchObject({ status: 'DELETED' });
    expect(await books.deletePayment(paymentId, 'delete again')).toMatchObject({ ok: false, messages: [expect.any(String)] });
  });

  it('D5: a reconciled payment is not deleted', async () => {
    const invoice = await create();
    await sandbox.pull(`as-user/invoices/${invoice.invoiceId}/pay`, { isReconciled: true });
    const [payment] = await books.paymentsOfInvoice(invoice.invoiceId);
    expect(payment).toMatchObject({ isReconciled: true, amount: 13790 });
    expect(await books.deletePayment(payment?.paymentId ?? '', 'reconciled')).toMatchObject({ ok: false });
  });

  it('C4: an invoice with money on it is not voided', async () => {
    const invoice = await create();
    await pay(invoice, 100, 'holds');
    const answers = await books.updateInvoices([{ kind: 'end', invoiceId: invoice.invoiceId, status: 'VOIDED' }], 'held');
    expect(answers).toMatchObject([{ ok: false, messages: [expect.stringContaining('payments or credit notes')] }]);
  });

  it('D3: a payment entered by a person comes as news of its invoice', async () => {
    const invoice = await create();
    await sandbox.pull(`as-user/invoices/${invoice.invoiceId}/pay`, { amount: 50 });
    const news = (): WebhookEvent | undefined =>
      sandbox.deliveries
        .map(({ body }) => readWebhook(body.toString('utf8')))
        .flatMap((read) => (read.ok ? read.events : []))
        .find(({ id, change }) => id === invoice.invoiceId && change === 'updated');
    while (news() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(news()).toMatchObject({ type: 'invoice', tenantId: sandbox.tenantId });
    const seen = await again(invoice);
    expect(seen).toMatchObject({ amountPaid: 5_000, status: 'AUTHORISED' });
    expect(seen?.updatedAt).toBeGreaterThanOrEqual(news()?.at ?? Infinity);
  });
});
