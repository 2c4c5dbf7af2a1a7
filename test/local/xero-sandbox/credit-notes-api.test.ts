import { describe, expect, it } from '@jest/globals';
import type { Item } from './answer-shapes.ts';
import { Bench, messagesOf, type Reply } from './bench.ts';

const LINE = { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' };
const NOTE = { Type: 'ACCRECCREDIT', Contact: { Name: 'Okafor & Sons' }, LineItems: [LINE], Status: 'AUTHORISED', Date: '2026-11-20' };
const put = (bench: Bench, fields: object = {}): Reply => bench.api('PUT', 'CreditNotes?unitdp=4', { ...NOTE, ...fields });
const made = (bench: Bench, fields: object = {}): Item => {
  const reply = put(bench, fields);
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.json.CreditNotes[0];
};
const post = (bench: Bench, { CreditNoteID }: Item, fields: object): Reply => bench.api('POST', `CreditNotes/${CreditNoteID}`, fields);
const now = (bench: Bench, { CreditNoteID }: Item): Item => bench.get(`CreditNotes/${CreditNoteID}`).json.CreditNotes[0];
const allocate = (bench: Bench, { CreditNoteID }: Item, { InvoiceID }: Item, Amount: number): Reply =>
  bench.api('PUT', `CreditNotes/${CreditNoteID}/Allocations`, { Allocations: [{ Amount, Date: '2026-11-21', Invoice: { InvoiceID } }] });
const allocationId = (reply: Reply): string => (reply.json.Allocations as { AllocationID: string }[])[0]?.AllocationID ?? '';

describe('credit notes by API', () => {
  it('PUT makes one, a draft unless said otherwise, with a number of their own sequence', () => {
    const bench = Bench.connected();
    expect(made(bench, { Status: undefined })).toMatchObject({
      Status: 'DRAFT',
      CreditNoteNumber: 'CN-0001',
      Total: 60,
      RemainingCredit: 60,
    });
    expect(made(bench, { CreditNoteNumber: 'CN-0002' }).CreditNoteNumber).toBe('CN-0002');
    expect(made(bench).CreditNoteNumber).toBe('CN-0003');
    expect(bench.invoice().InvoiceNumber).toBe('INV-0001');
  });

  it.each<[string, object, string]>([
    ['no type', { Type: undefined }, 'The Type field must be specified.'],
    ['no lines', { LineItems: [] }, 'One or more line items must be specified'],
    ['a discount', { LineItems: [{ ...LINE, DiscountRate: 10 }] }, 'Discounts are not supported on credit notes.'],
    ['a status it cannot begin with', { Status: 'VOIDED' }, 'Invoice not of valid status for modification'],
    [
      'a negative total',
      { LineItems: [{ ...LINE, UnitAmount: -1 }] },
      'The Total for this document must be greater than or equal to zero.',
    ],
    ['a number that is taken', { CreditNoteNumber: 'cn-taken' }, 'Credit Note # must be unique.'],
  ])('refuses %s', (_, fields, message) => {
    const bench = Bench.connected();
    made(bench, { CreditNoteNumber: 'CN-TAKEN' });
    const reply = put(bench, fields);
    expect([reply.status, messagesOf(reply.json)]).toEqual([400, [message]]);
    expect(bench.sandbox.state.creditNotes.size).toBe(1);
  });

  it('POST edits by id in path or body and by number, and creates what it does not know', () => {
    const bench = Bench.connected();
    const note = made(bench, { Status: 'DRAFT' });
    expect(post(bench, note, { Reference: 'cr_1', LineItems: [LINE, LINE] }).json.CreditNotes[0]).toMatchObject({
      Reference: 'cr_1',
      Total: 120,
    });
    const batch = {
      CreditNotes: [
        { CreditNoteID: note.CreditNoteID, Reference: 'cr_2' },
        { ...NOTE, CreditNoteNumber: 'CN-9' },
      ],
    };
    expect(bench.api('POST', 'CreditNotes?summarizeErrors=false', batch).json.CreditNotes).toMatchObject([
      { Reference: 'cr_2', CreditNoteNumber: 'CN-0001' },
      { CreditNoteNumber: 'CN-9' },
    ]);
    bench.api('POST', 'CreditNotes', { ...NOTE, CreditNoteNumber: 'CN-0001', Reference: 'by number' });
    expect(now(bench, note)).toMatchObject({ Reference: 'by number', Status: 'AUTHORISED' });
  });

  it('moves like an invoice: draft to approved to void, a draft is deleted, and never back', () => {
    const bench = Bench.connected();
    const note = made(bench, { Status: 'DRAFT' });
    expect(post(bench, note, { Status: 'AUTHORISED' }).status).toBe(200);
    expect(post(bench, note, { Status: 'DRAFT' }).status).toBe(400);
    expect(post(bench, note, { Status: 'VOIDED' }).json.CreditNotes[0]).toMatchObject({ Status: 'VOIDED', RemainingCredit: 0 });
    expect(post(bench, note, { Reference: 'x' }).status).toBe(400);
    expect(post(bench, made(bench, { Status: 'DRAFT' }), { Status: 'DELETED' }).status).toBe(200);
  });

  it('allocations are a call of their own: AmountCredited grows, and removing one takes it back', () => {
    const bench = Bench.connected();
    const [note, invoice] = [made(bench), bench.invoice()];
    const reply = allocate(bench, note, invoice, 20);
    expect(reply.json.Allocations).toMatchObject([{ Amount: 20, CreditNote: { CreditNoteID: note.CreditNoteID } }]);
    expect(bench.invoiceNow(invoice.InvoiceID)).toMatchObject({ AmountCredited: 20, AmountPaid: 0, AmountDue: 82 });
    expect(now(bench, note)).toMatchObject({
      RemainingCredit: 40,
      Allocations: [{ Amount: 20, Invoice: { InvoiceID: invoice.InvoiceID } }],
    });
    const removal = bench.api('DELETE', `CreditNotes/${note.CreditNoteID}/Allocations/${allocationId(reply)}`);
    expect(removal.json).toMatchObject({ AllocationID: allocationId(reply), IsDeleted: true });
    expect(bench.invoiceNow(invoice.InvoiceID)).toMatchObject({ AmountCredited: 0, AmountDue: 102 });
    expect(now(bench, note)).toMatchObject({ RemainingCredit: 60, Allocations: [] });
    expect(bench.api('DELETE', `CreditNotes/${note.CreditNoteID}/Allocations/${allocationId(reply)}`).status).toBe(404);
  });

  it('refuses allocations in Xero’s words', () => {
    const bench = Bench.connected();
    const [note, invoice] = [made(bench), bench.invoice()];
    const tooMuch = 'Credit Note cannot be allocated as amount is greater than amount outstanding';
    expect(messagesOf(allocate(bench, note, invoice, 60.01).json)).toEqual([tooMuch]);
    const big = made(bench, { LineItems: [{ ...LINE, UnitAmount: 500 }] });
    expect(messagesOf(allocate(bench, big, invoice, 102.01).json)).toEqual([tooMuch]);
    bench.payment(invoice.InvoiceID, 102);
    expect(messagesOf(allocate(bench, note, invoice, 1).json)).toEqual([
      'The invoice you are trying to allocate to has already been paid off',
    ]);
    expect(messagesOf(allocate(bench, note, { InvoiceID: 'x' } as Item, 1).json)).toEqual(['Invoice could not be found']);
  });

  it('several allocations in one call may not take more than is left', () => {
    const bench = Bench.connected();
    const [note, invoice] = [made(bench), bench.invoice()];
    const one = { Amount: 40, Invoice: { InvoiceID: invoice.InvoiceID } };
    const reply = bench.api('PUT', `CreditNotes/${note.CreditNoteID}/Allocations?summarizeErrors=false`, { Allocations: [one, one] });
    expect(reply.json.Allocations).toMatchObject([{ StatusAttributeString: 'OK' }, { ValidationErrors: [{}] }]);
    expect(now(bench, note).RemainingCredit).toBe(20);
  });

  it('allocated in full it is PAID and can no longer be edited or voided; allocations cannot be sent again', () => {
    const bench = Bench.connected();
    const [note, invoice] = [made(bench), bench.invoice()];
    const reply = allocate(bench, note, invoice, 30);
    expect(post(bench, note, { Reference: 'still open' }).status).toBe(200);
    expect(post(bench, note, { LineItems: [LINE] }).status).toBe(400);
    expect(post(bench, note, { Allocations: reply.json.Allocations }).status).toBe(400);
    expect(messagesOf(post(bench, note, { Status: 'VOIDED' }).json)[0]).toContain(
      'because it has payments or credit notes allocated to it',
    );
    allocate(bench, note, invoice, 30);
    expect(now(bench, note)).toMatchObject({ Status: 'PAID', RemainingCredit: 0 });
    expect(messagesOf(post(bench, note, { Reference: 'x' }).json)).toEqual(['Invoice not of valid status for modification']);
  });

  it('over CIS labour deduct at the organisation’s present rate', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/cis', { rate: 30 });
    const labour = { ...LINE, AccountCode: '210', TaxType: 'DRCHARGE20', UnitAmount: 400 };
    expect(made(bench, { LineItems: [labour] })).toMatchObject({ Total: 400, CISDeduction: 120, CISRate: 30, RemainingCredit: 280 });
  });

  it('those of suppliers set off bills, need no number, and make a supplier of the contact', () => {
    const bench = Bench.connected();
    const line = { ...LINE, AccountCode: '429' };
    const note = made(bench, { Type: 'ACCPAYCREDIT', LineItems: [line] });
    expect(note).toMatchObject({ Type: 'ACCPAYCREDIT', CreditNoteNumber: '' });
    const bill = bench.invoice({ Type: 'ACCPAY', LineItems: [line] });
    expect(allocate(bench, note, bench.invoice(), 1).status).toBe(400);
    expect(allocate(bench, note, bill, 60).status).toBe(200);
    expect(bench.invoiceNow(bill.InvoiceID)).toMatchObject({ Status: 'PAID', AmountCredited: 60 });
    expect(bench.get(`Contacts/${note.Contact.ContactID}`).json.Contacts[0]).toMatchObject({ IsSupplier: true });
  });

  it('read in pages they carry their lines, unpaged they do not, and notes go into their history', () => {
    const bench = Bench.connected();
    const note = made(bench);
    expect(bench.get('CreditNotes', { page: '1' }).json.CreditNotes[0].LineItems).toHaveLength(1);
    expect(bench.get('CreditNotes').json.CreditNotes[0].LineItems).toEqual([]);
    bench.api('PUT', `CreditNotes/${note.CreditNoteID}/History`, { HistoryRecords: [{ Details: 'Asked for by phone' }] });
    const details = bench.get(`CreditNotes/${note.CreditNoteID}/History`).json.HistoryRecords.map(({ Details }) => Details);
    expect(details).toContain('Asked for by phone');
  });
});

describe('PAYMENT events', () => {
  const eventsOf = (bench: Bench): string[] =>
    [...bench.sandbox.state.webhookEvents.values()].map(({ eventCategory, eventType }) => `${eventCategory} ${eventType}`);

  it.each([
    [true, ['PAYMENT CREATE', 'INVOICE UPDATE', 'PAYMENT UPDATE', 'INVOICE UPDATE']],
    [false, ['INVOICE UPDATE', 'INVOICE UPDATE']],
  ])('paymentWebhook %s: %j for a payment made and deleted', (paymentWebhook, events) => {
    const bench = Bench.connected();
    bench.pull('POST', 'settings', { paymentWebhook });
    const { InvoiceID } = bench.invoice();
    for (const { id } of [...bench.sandbox.state.webhookEvents.values()]) bench.sandbox.state.webhookEvents.delete(id);
    const [{ PaymentID }] = bench.payment(InvoiceID, 10).json.Payments;
    bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' });
    expect(eventsOf(bench)).toEqual(events);
  });
});
