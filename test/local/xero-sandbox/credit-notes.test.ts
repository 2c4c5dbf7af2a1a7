import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

/** A credit note that a person in Xero makes for Okafor & Sons. */
const creditNote = (bench: Bench, line: object) =>
  bench.pull('POST', 'as-user/credit-notes', { Contact: { Name: 'Okafor & Sons' }, LineItems: [line] }).json as unknown as {
    CreditNoteID: string;
    CreditNoteNumber: string;
  };

describe('credit notes', () => {
  it('reduce AmountCredited, not AmountPaid, and are not in Payments', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', `as-user/invoices/${InvoiceID}/credit`, { amount: 30 });
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({
      Status: 'AUTHORISED',
      AmountCredited: 30,
      AmountPaid: 0,
      AmountDue: 72,
      Payments: [],
    });
  });

  it('an invoice can be PAID with Payments empty', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', `as-user/invoices/${InvoiceID}/credit`);
    const invoice = bench.invoiceNow(InvoiceID);
    expect(invoice).toMatchObject({ Status: 'PAID', AmountDue: 0, Payments: [] });
    expect(invoice.CreditNotes[0]).toMatchObject({ CreditNoteNumber: 'CN-0001', AppliedAmount: 102 });
  });

  it('raise CREDITNOTE events with type and status, and INVOICE UPDATE', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', `as-user/invoices/${InvoiceID}/credit`, { amount: 102 });
    const { events } = JSON.parse(bench.pass(1_000)[0]?.body ?? '{}') as { events: { eventCategory: string; data?: object }[] };
    const notes = events.filter(({ eventCategory }) => eventCategory === 'CREDITNOTE').map(({ data }) => data);
    expect(notes).toEqual([
      { Type: 'ACCRECCREDIT', Status: 'AUTHORISED' },
      { Type: 'ACCRECCREDIT', Status: 'PAID' },
    ]);
    expect(events.filter(({ eventCategory }) => eventCategory === 'INVOICE')).toHaveLength(2);
  });

  it('can be allocated in parts, taken back, and read through the API', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const line = { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' };
    const note = bench.pull('POST', 'as-user/credit-notes', { Contact: { Name: 'Okafor & Sons' }, LineItems: [line] }).json as unknown as {
      CreditNoteID: string;
    };
    bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/allocate`, { invoiceId: InvoiceID, amount: 20 });
    const [shown] = bench.get(`CreditNotes/${note.CreditNoteID}`).json.CreditNotes;
    expect(shown).toMatchObject({
      Total: 60,
      RemainingCredit: 40,
      Status: 'AUTHORISED',
      Allocations: [{ Amount: 20, Invoice: { InvoiceID } }],
    });
    bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/remove-allocation`, { invoiceId: InvoiceID });
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({ AmountCredited: 0, AmountDue: 102 });
    expect(bench.get('CreditNotes', { page: '1' }).json.CreditNotes).toHaveLength(1);
  });

  it('allocated without an amount, all that is left of it is set against the invoice', () => {
    const bench = Bench.connected();
    const [first, second] = [bench.invoice(), bench.invoice()];
    const note = creditNote(bench, { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' });
    bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/allocate`, { invoiceId: first.InvoiceID, amount: 20 });
    bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/allocate`, { invoiceId: second.InvoiceID });
    expect(bench.invoiceNow(second.InvoiceID)).toMatchObject({ AmountCredited: 40, AmountDue: 62 });
  });

  it('over CIS labour carry CISDeduction and CISRate, and only the net can be allocated', () => {
    const bench = Bench.connected();
    const labour = { Description: 'Labour', Quantity: 1, UnitAmount: 400, AccountCode: '210', TaxType: 'DRCHARGE20' };
    const invoice = bench.invoice({ LineItems: [labour] });
    const note = creditNote(bench, labour);
    expect(note).toMatchObject({ Total: 400, CISDeduction: 80, CISRate: 20, RemainingCredit: 320 });
    bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/allocate`, { invoiceId: invoice.InvoiceID });
    expect(bench.invoiceNow(invoice.InvoiceID)).toMatchObject({ Status: 'PAID', AmountCredited: 320, CISDeduction: 80, AmountDue: 0 });
    expect(bench.get(`CreditNotes/${note.CreditNoteID}`).json.CreditNotes[0]).toMatchObject({ Status: 'PAID', RemainingCredit: 0 });
  });

  it('without CIS labour carry neither', () => {
    const note = creditNote(Bench.connected(), { Description: 'Parts', Quantity: 1, UnitAmount: 50, AccountCode: '200' });
    expect(Object.keys(note).filter((key) => key.startsWith('CIS'))).toEqual([]);
  });

  it('of another contact cannot be allocated', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const line = { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' };
    const note = bench.pull('POST', 'as-user/credit-notes', { Contact: { Name: 'John Smith' }, LineItems: [line] }).json as unknown as {
      CreditNoteID: string;
    };
    expect(bench.pull('POST', `as-user/credit-notes/${note.CreditNoteID}/allocate`, { invoiceId: InvoiceID }).status).toBe(400);
  });

  it('a merge shows the loser’s documents under the winner, which becomes a customer', () => {
    const bench = Bench.connected();
    const invoice = bench.invoice();
    const winner = bench.contact({ Name: 'Okafor & Sons Ltd' }).ContactID;
    bench.pull('POST', `as-user/contacts/${invoice.Contact.ContactID}/merge`, { into: winner });
    expect(bench.invoiceNow(invoice.InvoiceID).Contact.ContactID).toBe(winner);
    expect(bench.get(`Contacts/${winner}`).json.Contacts[0]).toMatchObject({ IsCustomer: true });
  });

  it('a refund is a payment of type ARCREDITPAYMENT on the credit note; deleting it brings the credit back', () => {
    const bench = Bench.connected();
    const line = { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' };
    const note = bench.pull('POST', 'as-user/credit-notes', { Contact: { Name: 'Okafor & Sons' }, LineItems: [line] }).json;
    const id = note.CreditNoteID as string;
    const refund = bench.pull('POST', `as-user/credit-notes/${id}/refund`).json;
    expect(refund).toMatchObject({ PaymentType: 'ARCREDITPAYMENT', Amount: 60, Invoice: { Type: 'ACCRECCREDIT', InvoiceID: id } });
    expect(bench.get(`CreditNotes/${id}`).json.CreditNotes[0]).toMatchObject({
      Status: 'PAID',
      RemainingCredit: 0,
      Payments: [{ Amount: 60 }],
    });
    expect(bench.pull('POST', `as-user/credit-notes/${id}/refund`, { amount: 1 }).status).toBe(400);
    expect(bench.api('POST', `Payments/${refund.PaymentID as string}`, { Status: 'DELETED' }).status).toBe(200);
    expect(bench.get(`CreditNotes/${id}`).json.CreditNotes[0]).toMatchObject({ Status: 'AUTHORISED', RemainingCredit: 60 });
  });
});

describe('paying a credit note back through the API', () => {
  const LINE = { Description: 'Goodwill', Quantity: 1, UnitAmount: 50, AccountCode: '200' };
  const refund = (bench: Bench, CreditNote: object, Amount: number) =>
    bench.api('PUT', 'Payments', { CreditNote, Account: { Code: '090' }, Date: '2026-11-21', Amount, Reference: 'BACS 7' });

  it.each(['CreditNoteID', 'CreditNoteNumber'] as const)('a payment may name it by %s', (name) => {
    const bench = Bench.connected();
    const note = creditNote(bench, LINE);
    const [payment] = refund(bench, { [name]: note[name] }, 25).json.Payments;
    expect(payment).toMatchObject({ PaymentType: 'ARCREDITPAYMENT', Status: 'AUTHORISED', Amount: 25, Reference: 'BACS 7' });
    const [shown] = bench.get(`CreditNotes/${note.CreditNoteID}`).json.CreditNotes;
    expect(shown).toMatchObject({ Status: 'AUTHORISED', RemainingCredit: 35, Payments: [{ Amount: 25 }] });
    expect(bench.get(`Payments/${payment.PaymentID}/History`).json.HistoryRecords).toMatchObject([{ Changes: 'Created' }]);
  });

  it('no more than what is left of it, and nothing from one that is used up', () => {
    const bench = Bench.connected();
    const note = creditNote(bench, LINE);
    expect(messagesOf(refund(bench, note, 60.01).json)).toEqual(['Payment amount exceeds the amount outstanding on this document']);
    expect(refund(bench, note, 60).status).toBe(200);
    expect(messagesOf(refund(bench, note, 1).json)).toEqual([
      'Payment amount exceeds the amount outstanding on this document',
      'Payments can only be made against Authorised documents',
    ]);
  });

  it('one that does not exist is refused', () => {
    expect(messagesOf(refund(Bench.connected(), { CreditNoteNumber: 'CN-9' }, 1).json)).toEqual(['Credit note could not be found']);
  });

  it('a refund in a locked period cannot be deleted', () => {
    const bench = Bench.connected();
    const [{ PaymentID }] = refund(bench, creditNote(bench, LINE), 25).json.Payments;
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-11-21' });
    expect(bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' }).status).toBe(400);
  });
});

describe('overpayments and prepayments', () => {
  it.each([
    ['overpayment', 'Overpayments'],
    ['prepayment', 'Prepayments'],
  ])('an %s counts as AmountCredited and shows in %s', (kind, list) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', `as-user/invoices/${InvoiceID}/other-credit`, { kind, amount: 40 });
    const invoice = bench.invoiceNow(InvoiceID);
    expect(invoice).toMatchObject({ AmountCredited: 40, AmountPaid: 0, AmountDue: 62, Payments: [], CreditNotes: [] });
    expect(invoice[list]).toMatchObject([{ AppliedAmount: 40 }]);
    bench.pull('POST', `as-user/invoices/${InvoiceID}/remove-other-credits`);
    expect(bench.invoiceNow(InvoiceID)).toMatchObject({ AmountCredited: 0, AmountDue: 102, [list]: [] });
  });

  it('raise INVOICE UPDATE for everybody, and their own events for apps that subscribe to them', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    const webhook = { url: 'http://localhost:4590/webhooks/xero', key: 'k', categories: ['OVERPAYMENT'] };
    bench.pull('POST', 'apps', { clientId: 'ges-xero-local', webhook });
    bench.pass(60_000);
    bench.pull('POST', `as-user/invoices/${InvoiceID}/other-credit`, { kind: 'overpayment' });
    expect(bench.invoiceNow(InvoiceID).Status).toBe('PAID');
    const waiting = [...bench.sandbox.state.webhookEvents.values()].filter(({ eventCategory }) => eventCategory === 'OVERPAYMENT');
    expect(waiting.map(({ data }) => data)).toEqual([{ Type: 'RECEIVE-OVERPAYMENT', Status: 'PAID' }]);
  });
});
