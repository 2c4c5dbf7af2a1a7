import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

const ZERO = '00000000-0000-0000-0000-000000000000';
const UNKNOWN = '11111111-2222-4333-8444-555555555555';
const LINE = { Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200' };
const DRAFT = { Type: 'ACCREC', Contact: { Name: 'Okafor & Sons' }, LineItems: [LINE] };
const APPROVED = { ...DRAFT, Status: 'AUTHORISED', DueDate: '2026-12-24' };

const put = (bench: Bench, invoice: unknown) => bench.api('PUT', 'Invoices?unitdp=4', { Invoices: [invoice] });
const post = (bench: Bench, id: string, invoice: unknown) => bench.api('POST', `Invoices/${id}?unitdp=4`, invoice);
const whyNot = (bench: Bench, invoice: unknown): string => messagesOf(put(bench, invoice).json).join('|');

describe('numbers', () => {
  it('are given when omitted and unique when sent', () => {
    const bench = Bench.connected();
    expect(put(bench, DRAFT).json.Invoices[0].InvoiceNumber).toBe('INV-0001');
    put(bench, { ...DRAFT, InvoiceNumber: 'inv-0002' });
    expect(put(bench, DRAFT).json.Invoices[0].InvoiceNumber).toBe('INV-0003');
    expect(whyNot(bench, { ...DRAFT, InvoiceNumber: 'INV-0001' })).toBe('Invoice # must be unique.');
  });

  it('stay taken by a voided invoice and come free with a deleted one', () => {
    const bench = Bench.connected();
    const voided = bench.invoice({ InvoiceNumber: 'V-1' });
    post(bench, voided.InvoiceID, { Status: 'VOIDED' });
    expect(whyNot(bench, { ...DRAFT, InvoiceNumber: 'V-1' })).toBe('Invoice # must be unique.');
    const [draft] = put(bench, { ...DRAFT, InvoiceNumber: 'D-1' }).json.Invoices;
    post(bench, draft.InvoiceID, { Status: 'DELETED' });
    expect(put(bench, { ...DRAFT, InvoiceNumber: 'D-1' }).status).toBe(200);
  });

  it('POST with an existing number and no InvoiceID edits that invoice instead of failing', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ InvoiceNumber: 'E-1' });
    const [edited] = bench.api('POST', 'Invoices', { InvoiceNumber: 'E-1', Reference: 'edited' }).json.Invoices;
    expect(edited).toMatchObject({ InvoiceID, Reference: 'edited' });
    expect(bench.api('POST', 'Invoices', { ...DRAFT, InvoiceNumber: 'E-2' }).json.Invoices[0].InvoiceID).not.toBe(InvoiceID);
  });

  it('POST with an unknown InvoiceID gets 404', () => {
    expect(Bench.connected().api('POST', 'Invoices', { InvoiceID: UNKNOWN, Reference: 'x' }).status).toBe(404);
  });

  it('a bill with the number of a sales invoice is another document, also with POST', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ InvoiceNumber: 'S-1' });
    const bill = { Type: 'ACCPAY', InvoiceNumber: 'S-1', Contact: { Name: 'Supplier' }, LineItems: [{ Description: 'Parts' }] };
    const reply = bench.api('POST', 'Invoices', bill);
    expect(reply.json.Invoices[0]).toMatchObject({ Type: 'ACCPAY', InvoiceNumber: 'S-1', Contact: { Name: 'Supplier' } });
    expect(reply.json.Invoices[0].InvoiceID).not.toBe(InvoiceID);
    expect(bench.invoiceNow(InvoiceID).Contact.Name).toBe('Okafor & Sons');
  });

  it('bills need no number and may share one', () => {
    const bench = Bench.connected();
    const bill = { ...DRAFT, Type: 'ACCPAY', InvoiceNumber: 'S-1', LineItems: [{ ...LINE, AccountCode: '429' }] };
    expect([put(bench, bill).status, put(bench, bill).status]).toEqual([200, 200]);
  });
});

describe('statuses', () => {
  it.each<[string, string, boolean]>([
    ['DRAFT', 'DRAFT', true],
    ['DRAFT', 'SUBMITTED', true],
    ['DRAFT', 'AUTHORISED', true],
    ['DRAFT', 'DELETED', true],
    ['DRAFT', 'VOIDED', false],
    ['SUBMITTED', 'DRAFT', true],
    ['SUBMITTED', 'AUTHORISED', true],
    ['SUBMITTED', 'DELETED', true],
    ['AUTHORISED', 'AUTHORISED', true],
    ['AUTHORISED', 'VOIDED', true],
    ['AUTHORISED', 'DELETED', false],
    ['AUTHORISED', 'DRAFT', false],
    ['AUTHORISED', 'SUBMITTED', false],
    ['AUTHORISED', 'PAID', false],
  ])('%s to %s: %s', (from, to, isAllowed) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ Status: from });
    const reply = post(bench, InvoiceID, { InvoiceID, Status: to });
    expect(reply.status).toBe(isAllowed ? 200 : 400);
    if (isAllowed) expect(reply.json.Invoices[0].Status).toBe(to);
    else expect(messagesOf(reply.json)).toEqual(['Invoice not of valid status for modification']);
  });

  it.each(['VOIDED', 'AUTHORISED'])('echoing a fetched invoice back to set %s gets 400; the status alone is taken', (Status) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ Status: Status === 'VOIDED' ? 'AUTHORISED' : 'DRAFT' });
    const reply = post(bench, InvoiceID, { ...bench.invoiceNow(InvoiceID), Status });
    expect([reply.status, reply.json.Type]).toEqual([400, 'PostDataInvalidException']);
    expect(post(bench, InvoiceID, { InvoiceID, Status }).json.Invoices[0].Status).toBe(Status);
  });

  it.each(['VOIDED', 'DELETED'])('%s is the end', (end) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ Status: end === 'VOIDED' ? 'AUTHORISED' : 'DRAFT' });
    post(bench, InvoiceID, { Status: end });
    for (const change of [{ Status: 'AUTHORISED' }, { Reference: 'x' }]) {
      expect(messagesOf(post(bench, InvoiceID, change).json)).toEqual(['Invoice not of valid status for modification']);
    }
    expect(bench.invoiceNow(InvoiceID).AmountDue).toBe(0);
  });

  it('approving a draft checks what a draft may lack', () => {
    const bench = Bench.connected();
    const [draft] = put(bench, DRAFT).json.Invoices;
    expect(messagesOf(post(bench, draft.InvoiceID, { Status: 'AUTHORISED' }).json)).toEqual([
      'The document DueDate field must be specified.',
    ]);
  });

  it('voiding an invoice of an archived contact is blocked', () => {
    const bench = Bench.connected();
    const invoice = bench.invoice();
    bench.pull('POST', `as-user/contacts/${invoice.Contact.ContactID}/archive`);
    expect(post(bench, invoice.InvoiceID, { Status: 'VOIDED' }).status).toBe(400);
  });

  it('small plans refuse an approval beyond their limit; Organisation/Actions tells beforehand', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/plan', { approvedInvoiceLimit: 1 });
    const allowed = () => bench.get('Organisation/Actions').json.Actions.find(({ Name }) => Name === 'CreateApprovedInvoice')?.Status;
    expect(allowed()).toBe('ALLOWED');
    put(bench, APPROVED);
    expect(allowed()).toBe('NOT-ALLOWED');
    expect(whyNot(bench, APPROVED)).toBe('You have reached the limit of invoices you can approve');
    expect(put(bench, DRAFT).status).toBe(200);
  });
});

describe('changing lines', () => {
  const two = [LINE, { ...LINE, Description: 'Parts', UnitAmount: 50 }];

  it('a known LineItemID updates that line, a line without id is added, others are deleted', () => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice({ LineItems: two });
    const sent = [
      { LineItemID: LineItems[0].LineItemID, Quantity: 2 },
      { ...LINE, Description: 'Flue', UnitAmount: 10 },
    ];
    const [invoice] = post(bench, InvoiceID, { LineItems: sent }).json.Invoices;
    expect(invoice.LineItems.map(({ Description, LineAmount }) => [Description, LineAmount])).toEqual([
      ['Service', 200],
      ['Flue', 10],
    ]);
    expect(invoice.LineItems[0].LineItemID).toBe(LineItems[0].LineItemID);
    expect(invoice.Total).toBe(252);
  });

  it('omitting LineItems leaves them; resending all without ids gives new ids', () => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice({ LineItems: two });
    expect(post(bench, InvoiceID, { Reference: 'only this' }).json.Invoices[0].LineItems).toEqual(LineItems);
    const again = post(bench, InvoiceID, { LineItems: two }).json.Invoices[0].LineItems;
    expect(again.map(({ LineItemID }) => LineItemID)).not.toContain(LineItems[0].LineItemID);
  });

  it('the same LineItemID twice is refused', () => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice();
    const line = { LineItemID: LineItems[0].LineItemID };
    expect(bench.api('POST', `Invoices/${InvoiceID}`, { LineItems: [line, line] }).status).toBe(400);
    expect(bench.invoiceNow(InvoiceID).LineItems).toHaveLength(1);
  });

  it('a LineItemID that is not on the invoice is refused', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    expect(post(bench, InvoiceID, { LineItems: [{ ...LINE, LineItemID: UNKNOWN }] }).status).toBe(400);
  });

  it('changing LineAmountTypes counts the same lines anew', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ LineItems: [{ ...LINE, UnitAmount: 120 }] });
    expect(post(bench, InvoiceID, { LineAmountTypes: 'Inclusive' }).json.Invoices[0]).toMatchObject({
      SubTotal: 100,
      TotalTax: 20,
      Total: 120,
    });
  });
});

describe('CIS on sales invoices', () => {
  const labour = { Description: 'Labour', Quantity: 1, UnitAmount: 400, AccountCode: '210', TaxType: 'DRCHARGE20' };

  it('deducts the organisation’s rate from the labour lines only, without changing the totals', () => {
    const materials = { ...LINE, TaxType: 'DRCHARGE20' };
    const invoice = Bench.connected().invoice({ LineItems: [labour, materials] });
    expect(invoice).toMatchObject({ SubTotal: 500, TotalTax: 0, Total: 500, CISDeduction: 80, CISRate: 20, AmountDue: 420 });
  });

  it('the base is the net after discount, also for prices that include VAT', () => {
    const inclusive = { ...labour, UnitAmount: 120, TaxType: 'OUTPUT2', DiscountRate: 50 };
    expect(Bench.connected().invoice({ LineAmountTypes: 'Inclusive', LineItems: [inclusive] })).toMatchObject({
      Total: 60,
      CISDeduction: 10,
      AmountDue: 50,
    });
  });

  it('a later change of the rate does not reach an invoice with money on it', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ LineItems: [{ ...labour, Quantity: 1, UnitAmount: 400 }] });
    bench.payment(InvoiceID, bench.invoiceNow(InvoiceID).AmountDue);
    const paid = bench.invoiceNow(InvoiceID);
    expect(bench.pull('POST', 'as-user/cis', { rate: 30 }).status).toBe(200);
    expect(bench.api('POST', `Invoices/${InvoiceID}`, { Reference: 'later' }).status).toBe(200);
    const { Status, AmountDue, CISDeduction, CISRate } = bench.invoiceNow(InvoiceID);
    expect({ Status, AmountDue, CISDeduction, CISRate }).toEqual({
      Status: 'PAID',
      AmountDue: 0,
      CISDeduction: paid.CISDeduction,
      CISRate: 20,
    });
  });

  it('an invoice without labour has neither CISDeduction nor CISRate', () => {
    const invoice = Bench.connected().invoice();
    expect('CISDeduction' in invoice || 'CISRate' in invoice).toBe(false);
  });

  it('on a bill it is withheld at the rate of a CIS-enabled contact, from its labour lines', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/cis', { contractor: true });
    const { ContactID } = bench.contact({ Name: 'Subcontractor' });
    const LineItems = [
      { Description: 'Labour', Quantity: 1, UnitAmount: 200, AccountCode: '321' },
      { Description: 'Materials', Quantity: 1, UnitAmount: 100, AccountCode: '322' },
    ];
    const bill = { ...APPROVED, Type: 'ACCPAY', Contact: { ContactID }, LineItems };
    expect('CISDeduction' in put(bench, bill).json.Invoices[0]).toBe(false);
    bench.pull('POST', `as-user/contacts/${ContactID}/cis`, { rate: 30 });
    expect(put(bench, bill).json.Invoices[0]).toMatchObject({ Total: 360, CISDeduction: 60, CISRate: 30, AmountDue: 300 });
  });

  it.each(['615', '815'])('the CIS asset and liability account %s cannot be used on invoices', (AccountCode) => {
    expect(whyNot(Bench.connected(), { ...DRAFT, LineItems: [{ ...LINE, AccountCode }] })).toContain(
      `'${AccountCode}' is not a valid code`,
    );
  });
});

describe('webhooks and history of invoices', () => {
  it('CREATE and UPDATE events of category INVOICE, for a void as well', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    post(bench, InvoiceID, { Status: 'VOIDED' });
    const [effect] = bench.pass(1_000);
    const { events } = JSON.parse(effect?.body ?? '{}') as { events: { eventCategory: string; eventType: string; resourceId: string }[] };
    const own = events.filter(({ eventCategory }) => eventCategory === 'INVOICE');
    expect(own.map(({ eventType, resourceId }) => [eventType, resourceId])).toEqual([
      ['CREATE', InvoiceID],
      ['UPDATE', InvoiceID],
    ]);
    expect(bench.get(`Invoices/${InvoiceID}/History`).json.HistoryRecords.map(({ Changes }) => Changes)).toEqual(['Created', 'Edited']);
  });

  it('summarizeErrors=false saves the good ones of a batch and reports the bad', () => {
    const bench = Bench.connected();
    const Invoices = [
      { ...DRAFT, InvoiceNumber: 'B-1' },
      { ...DRAFT, InvoiceNumber: 'B-1' },
      { ...DRAFT, InvoiceNumber: 'B-2' },
    ];
    const reply = bench.api('PUT', 'Invoices?summarizeErrors=false', { Invoices });
    expect(reply.json.Invoices.map(({ StatusAttributeString }) => StatusAttributeString)).toEqual(['OK', 'ERROR', 'OK']);
    expect(reply.json.Invoices[1]?.InvoiceID).toBe(ZERO);
    expect(bench.sandbox.state.invoices.size).toBe(2);
  });
});
