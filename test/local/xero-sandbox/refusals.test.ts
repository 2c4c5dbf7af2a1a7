import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

const LINE = { Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200' };
const APPROVED = { Type: 'ACCREC', Status: 'AUTHORISED', Contact: { Name: 'John Smith' }, Date: '2026-11-20', DueDate: '2026-12-04' };
const refusalOf = (bench: Bench, fields: object): string[] =>
  messagesOf(bench.api('PUT', 'Invoices', { ...APPROVED, LineItems: [LINE], ...fields }).json);
const line = (fields: object): Record<string, unknown> => ({ LineItems: [{ ...LINE, ...fields }] });

/** What Xero says, word for word, as several vendors' help pages and recorded answers have it. */
describe('refusals of invoices, in Xero’s words', () => {
  it.each<[string, object, string[]]>([
    [
      'no contact named',
      { Contact: {} },
      ['The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber'],
    ],
    ['no lines', { LineItems: [] }, ['One or more line items must be specified']],
    ['no due date', { DueDate: '' }, ['The document DueDate field must be specified.']],
    ['an unknown account', line({ AccountCode: '999' }), ["Account code '999' is not a valid code for this document."]],
    ['a bank account', line({ AccountCode: '090' }), ["Account code '090' is not a valid code for this document."]],
    [
      'an unknown tax type',
      line({ TaxType: 'NOSUCH' }),
      ["The TaxType code 'NOSUCH' does not exist or cannot be used for this type of transaction."],
    ],
    ['a tax type of purchases', line({ TaxType: 'INPUT2' }), ["The TaxType code 'INPUT2' cannot be used with account code '200'."]],
    [
      'a line without account',
      { LineItems: [{ Description: 'Service', Quantity: 1, UnitAmount: 100 }] },
      ['Account code or ID must be specified', 'The TaxType field is mandatory'],
    ],
    ['a negative total', line({ UnitAmount: -1 }), ['The Total for this document must be greater than or equal to zero.']],
    [
      'an unknown tracking category',
      line({ Tracking: [{ Name: 'Van', Option: 'North' }] }),
      ["The tracking category 'Van' could not be found."],
    ],
    [
      'an unknown tracking option',
      line({ Tracking: [{ Name: 'Region', Option: 'Up' }] }),
      ["The tracking option 'Up' could not be found."],
    ],
    ['an unknown branding theme', { BrandingThemeID: '11111111-2222-4333-8444-555555555555' }, ['The branding theme could not be found.']],
  ])('%s', (_, fields, messages) => {
    expect(refusalOf(Bench.connected(), fields)).toEqual(messages);
  });

  it('a contact that is archived', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Gone' });
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    expect(refusalOf(bench, { Contact: { ContactID } })).toEqual([
      'The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.',
    ]);
  });

  it('an account that is archived', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/accounts/260/archive');
    expect(refusalOf(bench, line({ AccountCode: '260' }))).toEqual([
      "Account code '260' has been archived, or has been deleted. Please make sure it exists and is active.",
    ]);
  });

  it('a tax rate that is no longer active', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/tax-rates/RROUTPUT', { status: 'DELETED' });
    expect(refusalOf(bench, line({ TaxType: 'RROUTPUT' }))).toEqual([
      "The TaxType code 'RROUTPUT' cannot be used with account code '200'.",
    ]);
  });

  it('a number that is taken', () => {
    const bench = Bench.connected();
    bench.invoice({ InvoiceNumber: 'GES-1' });
    expect(refusalOf(bench, { InvoiceNumber: 'ges-1' })).toEqual(['Invoice # must be unique.']);
  });

  it('a plan that is used up', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/plan', { approvedInvoiceLimit: 0 });
    expect(refusalOf(bench, {})).toEqual(['You have reached the limit of invoices you can approve']);
  });

  it('lines of a document with money on it, sent without their ids', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 102);
    expect(messagesOf(bench.api('POST', `Invoices/${InvoiceID}`, { LineItems: [LINE] }).json)).toEqual([
      'To update fields on a paid invoice line item, you must supply a LineItemID',
    ]);
  });

  it.each(['VOIDED', 'DRAFT', 'SUBMITTED', 'AUTHORISED'])('the status %s on a paid invoice', (Status) => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 102);
    expect(messagesOf(bench.api('POST', `Invoices/${InvoiceID}`, { Status }).json)).toEqual([
      `The status ${Status} cannot be applied to the invoice because it has payments or credit notes allocated to it.`,
    ]);
  });

  it('control characters refuse the whole request; tabs and line ends do not', () => {
    const bench = Bench.connected();
    const good = { ...APPROVED, LineItems: [{ ...LINE, Description: 'Two\r\n\tlines' }] };
    const bad = { ...APPROVED, LineItems: [{ ...LINE, Description: 'Bell \u0007' }] };
    const reply = bench.api('PUT', 'Invoices?summarizeErrors=false', { Invoices: [good, bad] });
    expect([reply.status, reply.json.Type, reply.json.Message]).toEqual([
      400,
      'PostDataInvalidException',
      'JSON for post data was invalid, hexadecimal value 0x07, is an invalid character.',
    ]);
    expect(bench.sandbox.state.invoices.size).toBe(0);
    expect(bench.api('PUT', 'Invoices', good).status).toBe(200);
    expect(bench.api('PUT', 'Contacts', { Name: String.raw`C:\u0007 is only text` }).status).toBe(200);
  });

  it('emoji and what else lies outside the basic plane is dropped from the words of lines', () => {
    const [shown] = Bench.connected().invoice(line({ Description: 'Boiler 🔥 £5 – 𝔸 done' })).LineItems;
    expect(shown.Description).toBe('Boiler  £5 –  done');
  });

  it('a line of words only is taken on an approved invoice too', () => {
    const words = { LineItems: [LINE, { Description: 'Thank you' }] };
    expect(refusalOf(Bench.connected(), words)).toEqual([]);
  });
});

describe('refusals of payments, in Xero’s words', () => {
  const paid = (): { bench: Bench; InvoiceID: string; PaymentID: string } => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    return { bench, InvoiceID, PaymentID: bench.payment(InvoiceID, 50).json.Payments[0].PaymentID };
  };

  it('an account that does not exist or is archived', () => {
    const { bench, InvoiceID } = paid();
    expect(messagesOf(bench.payment(InvoiceID, 1, { Account: { Code: '999' } }).json)).toEqual(['Account could not be found']);
  });

  it('too much, and a document that is paid', () => {
    const { bench, InvoiceID } = paid();
    const tooMuch = 'Payment amount exceeds the amount outstanding on this document';
    expect(messagesOf(bench.payment(InvoiceID, 52.01).json)).toEqual([tooMuch]);
    bench.payment(InvoiceID, 52);
    expect(messagesOf(bench.payment(InvoiceID, 1).json)).toEqual([tooMuch, 'Payments can only be made against Authorised documents']);
  });

  it.each([{ Amount: 5 }, { Status: 'DELETED', Reference: 'x' }, { Date: '2026-11-22', Status: 'DELETED' }])(
    '%j beside the status',
    (body) => {
      const { bench, PaymentID } = paid();
      const reply = bench.api('POST', `Payments/${PaymentID}`, body);
      expect([reply.status, reply.json.Message]).toEqual([400, 'Only Status accepted for updates']);
      expect(bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' }).status).toBe(200);
    },
  );

  it('one payment of a batch', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.pull('POST', 'as-user/batch-payments', { Payments: [{ Invoice: { InvoiceID }, Amount: 5 }] });
    const [{ PaymentID }] = bench.get('Payments').json.Payments;
    expect(messagesOf(bench.api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' }).json)).toEqual([
      'Payments within a batch cannot be deleted.',
    ]);
  });
});
