import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf, OTHER_TENANT } from './bench.ts';

const ZERO = '00000000-0000-0000-0000-000000000000';
const UNKNOWN = '11111111-2222-4333-8444-555555555555';
const LINE = { Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200' };
const DRAFT = { Type: 'ACCREC', Contact: { Name: 'Okafor & Sons' }, LineItems: [LINE] };
const APPROVED = { ...DRAFT, Status: 'AUTHORISED', DueDate: '2026-12-24' };

const put = (bench: Bench, invoice: unknown) => bench.api('PUT', 'Invoices?unitdp=4', { Invoices: [invoice] });
const whyNot = (bench: Bench, invoice: unknown): string => messagesOf(put(bench, invoice).json).join('|');

describe('the shape of invoices', () => {
  it('dates are /Date()/ at UTC midnight with DateString beside them', () => {
    const invoice = Bench.connected().invoice();
    expect(invoice).toMatchObject({
      Date: `/Date(${String(Date.UTC(2026, 10, 20))}+0000)/`,
      DateString: '2026-11-20T00:00:00',
      DueDateString: '2026-12-04T00:00:00',
      CurrencyCode: 'GBP',
      LineAmountTypes: 'Exclusive',
    });
  });

  it('Date defaults to today in the organisation’s time zone, Status to DRAFT', () => {
    const bench = Bench.connected();
    bench.now = Date.parse('2027-06-30T23:30:00Z');
    bench.connect();
    const [invoice] = put(bench, DRAFT).json.Invoices;
    expect(invoice).toMatchObject({ Status: 'DRAFT', DateString: '2027-07-01T00:00:00' });
  });

  it('unpaged lists omit LineItems, paged ones have them, single GET has the whole contact', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    expect(bench.get('Invoices').json.Invoices[0].LineItems).toEqual([]);
    expect(bench.get('Invoices', { page: '1' }).json.Invoices[0].LineItems).toHaveLength(1);
    expect(bench.get('Invoices', { page: '1' }).json.Invoices[0].Contact).not.toHaveProperty('EmailAddress');
    expect(bench.invoiceNow(InvoiceID).Contact).toHaveProperty('EmailAddress');
  });

  it('summaryOnly drops LineItems, Payments and HasAttachments', () => {
    const bench = Bench.connected();
    bench.invoice();
    const [invoice] = bench.get('Invoices', { summaryOnly: 'true' }).json.Invoices;
    for (const field of ['LineItems', 'Payments', 'HasAttachments']) expect(field in invoice).toBe(false);
  });

  it('GET by InvoiceID and by InvoiceNumber; unknown ones get 404', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice({ InvoiceNumber: 'GES-1042' });
    expect(bench.get('Invoices/GES-1042').json.Invoices[0].InvoiceID).toBe(InvoiceID);
    expect(bench.get(`Invoices/${UNKNOWN}`).status).toBe(404);
    expect(bench.get('Invoices/GES-9').status).toBe(404);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['InvoiceNumbers', { InvoiceNumbers: 'A-1,a-3' }, ['A-1', 'A-3']],
    ['Statuses', { Statuses: 'DRAFT' }, ['A-2']],
    ['where on Status and Total', { where: 'Status=="AUTHORISED" AND Total>=120' }, ['A-1', 'A-3', 'USER-1']],
    ['where on Reference', { where: 'Reference=="inv_3"' }, ['A-3']],
    ['where on Contact.Name', { where: 'Contact.Name=="John Smith"' }, ['A-3']],
    ['where on Date', { where: 'Date<DateTime(2026,11,1)' }, ['A-2']],
    ['where on InvoiceNumber', { where: 'InvoiceNumber=="a-2"' }, ['A-2']],
    ['searchTerm', { searchTerm: 'smith' }, ['A-3']],
    ['createdByMyApp', { createdByMyApp: 'true' }, ['A-1', 'A-2', 'A-3']],
    ['order', { order: 'InvoiceNumber DESC', where: 'InvoiceNumber!=null' }, ['USER-1', 'A-3', 'A-2', 'A-1']],
  ])('lists filter by %s', (_, query, expected) => {
    const bench = Bench.connected();
    put(bench, { ...APPROVED, InvoiceNumber: 'A-1' });
    put(bench, { ...DRAFT, InvoiceNumber: 'A-2', Date: '2026-10-01' });
    put(bench, { ...APPROVED, InvoiceNumber: 'A-3', Reference: 'inv_3', Contact: { Name: 'John Smith' } });
    bench.pull('POST', 'as-user/invoices', { ...APPROVED, InvoiceNumber: 'USER-1', Contact: { Name: 'HMRC VAT' } });
    const numbers = bench.get('Invoices', query).json.Invoices.map(({ InvoiceNumber }) => InvoiceNumber);
    expect(query.order === undefined ? numbers.sort() : numbers).toEqual(expected);
  });

  it('If-Modified-Since gives what changed since', () => {
    const bench = Bench.connected();
    bench.invoice({ InvoiceNumber: 'OLD' });
    bench.now += 60_000;
    bench.invoice({ InvoiceNumber: 'NEW' });
    const since = { 'if-modified-since': '2026-11-22T10:00:30' };
    expect(bench.get('Invoices', {}, since).json.Invoices.map(({ InvoiceNumber }) => InvoiceNumber)).toEqual(['NEW']);
  });

  it('ContactIDs picks the invoices of contacts; an id of another form gets 400', () => {
    const bench = Bench.connected();
    const { Contact } = bench.invoice();
    bench.invoice({ Contact: { Name: 'John Smith' } });
    const found = bench.get('Invoices', { ContactIDs: `${Contact.ContactID},${UNKNOWN}` }).json.Invoices;
    expect(found.map((invoice) => invoice.Contact.Name)).toEqual(['Okafor & Sons']);
    expect(bench.get('Invoices', { ContactIDs: 'okafor' }).status).toBe(400);
  });

  it('an organisation that pays sends invoice mail, answered by 204, and the invoice is sent from then on', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    bench.tenant = OTHER_TENANT;
    const line = { Description: 'Service', Quantity: 1, UnitAmount: 85, AccountCode: '200' };
    const Contact = { Name: 'By Mail', EmailAddress: 'mail@customer.example' };
    const { InvoiceID } = bench.invoice({ Contact, LineItems: [line] });
    const reply = bench.api('POST', `Invoices/${InvoiceID}/Email`);
    expect([reply.status, reply.text, bench.invoiceNow(InvoiceID).SentToContact]).toEqual([204, '', true]);
  });

  it('an approved sales invoice has an online address, a draft has none', () => {
    const bench = Bench.connected();
    expect(bench.get(`Invoices/${bench.invoice().InvoiceID}/OnlineInvoice`).json.OnlineInvoices).toHaveLength(1);
    const [draft] = put(bench, DRAFT).json.Invoices;
    expect(bench.get(`Invoices/${draft.InvoiceID}/OnlineInvoice`).status).toBe(404);
  });

  it('a demo company cannot send invoice mail', () => {
    const bench = Bench.connected();
    expect(bench.api('POST', `Invoices/${bench.invoice().InvoiceID}/Email`).status).toBe(400);
  });
});

describe('creating invoices', () => {
  it.each<[string, unknown, string]>([
    [
      'no contact',
      { ...DRAFT, Contact: undefined },
      'The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber',
    ],
    [
      'an empty contact',
      { ...DRAFT, Contact: {} },
      'The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, ContactNumber',
    ],
    ['a negative discount', { ...DRAFT, LineItems: [{ ...LINE, DiscountAmount: -5 }] }, 'The DiscountAmount must not be negative.'],
    ['no lines', { ...DRAFT, LineItems: [] }, 'One or more line items must be specified'],
    ['approved without DueDate', { ...APPROVED, DueDate: undefined }, 'The document DueDate field must be specified.'],
    [
      'an unknown account',
      { ...DRAFT, LineItems: [{ ...LINE, AccountCode: '300' }] },
      "Account code '300' is not a valid code for this document.",
    ],
    [
      'a bank account on a line',
      { ...DRAFT, LineItems: [{ ...LINE, AccountCode: '090' }] },
      "Account code '090' is not a valid code for this document.",
    ],
    [
      'the debtors account on a line',
      { ...DRAFT, LineItems: [{ ...LINE, AccountCode: '610' }] },
      "Account code '610' is not a valid code for this document.",
    ],
    [
      'the VAT account on a line',
      { ...DRAFT, LineItems: [{ ...LINE, AccountCode: '820' }] },
      "Account code '820' is not a valid code for this document.",
    ],
    [
      'a tax type that does not fit',
      { ...DRAFT, LineItems: [{ ...LINE, TaxType: 'INPUT2' }] },
      "The TaxType code 'INPUT2' cannot be used with account code '200'.",
    ],
    [
      'the deleted 17.5% rate',
      { ...DRAFT, LineItems: [{ ...LINE, TaxType: 'OUTPUT' }] },
      "The TaxType code 'OUTPUT' cannot be used with account code '200'.",
    ],
    [
      'a line total that does not fit',
      { ...DRAFT, LineItems: [{ ...LINE, LineAmount: 90 }] },
      'The line total 90.00 does not match the expected line total 100.00',
    ],
    ['another currency', { ...DRAFT, CurrencyCode: 'USD' }, 'Organisation is not subscribed to currency USD'],
    [
      'a Url that contains xero',
      { ...DRAFT, Url: 'https://my-xero.example/1' },
      'Url must be an absolute address and must not contain "xero".',
    ],
    ['an archived status', { ...DRAFT, Status: 'PAID' }, 'Invoice not of valid status for modification'],
    [
      'a negative total',
      { ...DRAFT, LineItems: [{ ...LINE, UnitAmount: -5 }] },
      'The Total for this document must be greater than or equal to zero.',
    ],
    [
      'three tracking categories',
      { ...DRAFT, LineItems: [{ ...LINE, Tracking: Array(3).fill({ Name: 'Region', Option: 'North' }) }] },
      'A line item may have at most 2 tracking categories.',
    ],
  ])('refuses %s', (_, invoice, message) => {
    const bench = Bench.connected();
    expect(whyNot(bench, invoice)).toBe(message);
    expect(bench.sandbox.state.invoices.size).toBe(0);
  });

  it('refuses an archived account by name', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/accounts/260/archive');
    expect(whyNot(bench, { ...DRAFT, LineItems: [{ ...LINE, AccountCode: '260' }] })).toContain(
      "Account code '260' has been archived, or has been deleted.",
    );
  });

  it('echoes a refused invoice with a zero InvoiceID and HasErrors', () => {
    const [element] = put(Bench.connected(), { ...DRAFT, LineItems: [] }).json.Elements;
    expect(element).toMatchObject({ InvoiceID: ZERO, HasErrors: true, StatusAttributeString: 'ERROR', Type: 'ACCREC' });
  });

  it.each([
    ['a BrandingThemeID that is no GUID', { ...DRAFT, BrandingThemeID: 'Standard' }],
    ['an unknown enum value', { ...DRAFT, Status: 'APPROVED' }],
    ['a date that is none', { ...DRAFT, Date: '2026-02-30' }],
    ['a quantity that is text', { ...DRAFT, LineItems: [{ ...LINE, Quantity: 'two' }] }],
  ])('answers %s with PostDataInvalidException', (_, invoice) => {
    expect(put(Bench.connected(), invoice).json).toMatchObject({ ErrorNumber: 14, Type: 'PostDataInvalidException' });
  });

  it('a line with only a Description is legal on a draft', () => {
    const [invoice] = put(Bench.connected(), { ...DRAFT, LineItems: [{ Description: 'To be priced' }] }).json.Invoices;
    expect(invoice).toMatchObject({ Status: 'DRAFT', Total: 0 });
  });

  it('an approved line needs an account', () => {
    expect(whyNot(Bench.connected(), { ...APPROVED, LineItems: [{ ...LINE, AccountCode: undefined }] })).toContain('Account code');
  });

  it('TaxType omitted takes the account’s default', () => {
    expect(Bench.connected().invoice().LineItems[0].TaxType).toBe('OUTPUT2');
  });

  it('the rounding account may be used on a line with no VAT', () => {
    const rounding = { Description: 'Rounding', Quantity: 1, UnitAmount: 0.01, AccountCode: '860', TaxType: 'NONE' };
    expect(Bench.connected().invoice({ LineItems: [LINE, rounding] }).Total).toBe(120.01);
  });

  it('an organisation that pays no VAT refuses a VAT type', () => {
    const bench = new Bench();
    bench.connect({ organisation: OTHER_TENANT });
    bench.tenant = OTHER_TENANT;
    expect(whyNot(bench, { ...DRAFT, LineItems: [{ ...LINE, TaxType: 'OUTPUT2' }] })).toContain("TaxType code 'OUTPUT2'");
    expect(put(bench, DRAFT).json.Invoices[0]).toMatchObject({ TotalTax: 0, Total: 100 });
  });

  it('SentToContact can be set on approved invoices only', () => {
    const bench = Bench.connected();
    const [draft] = bench.api('PUT', 'Invoices', { ...DRAFT, SentToContact: true }).json.Invoices;
    expect(draft).toMatchObject({ Status: 'DRAFT', SentToContact: false });
    const approve = { Status: 'AUTHORISED', DueDate: '2026-12-31', SentToContact: true };
    expect(bench.api('POST', `Invoices/${draft.InvoiceID}`, approve).json.Invoices[0]).toMatchObject({ SentToContact: true });
  });

  it('the rate of the organisation’s own currency is 1, whatever was sent', () => {
    const [draft] = Bench.connected().api('PUT', 'Invoices', { ...DRAFT, CurrencyRate: -3 }).json.Invoices;
    expect(draft.CurrencyRate).toBe(1);
  });

  it('an invoice over nothing is PAID as soon as it is approved', () => {
    expect(Bench.connected().invoice({ LineItems: [{ ...LINE, UnitAmount: 0 }] })).toMatchObject({ Status: 'PAID', AmountDue: 0 });
  });
});

describe('the contact of an invoice', () => {
  it('a name nobody has creates a new contact for each spelling', () => {
    const bench = Bench.connected();
    const before = bench.sandbox.state.contacts.size;
    put(bench, { ...DRAFT, Contact: { Name: 'Okafor and Sons' } });
    put(bench, { ...DRAFT, Contact: { Name: 'okafor and sons' } });
    put(bench, { ...DRAFT, Contact: { Name: 'Okafor + Sons' } });
    expect(bench.sandbox.state.contacts.size).toBe(before + 2);
  });

  it('details inside the invoice’s contact change it and remove the persons not listed', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Peopled', ContactPersons: [{ FirstName: 'Ann' }] });
    put(bench, { ...DRAFT, Contact: { ContactID } });
    expect(bench.get(`Contacts/${ContactID}`).json.Contacts[0].ContactPersons).toHaveLength(1);
    put(bench, { ...DRAFT, Contact: { ContactID, EmailAddress: 'new@example.com' } });
    expect(bench.get(`Contacts/${ContactID}`).json.Contacts[0]).toMatchObject({ EmailAddress: 'new@example.com', ContactPersons: [] });
  });

  it('its own name in another case only finds it: neither the name nor the persons change', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Case Ltd', ContactPersons: [{ FirstName: 'Ann' }] });
    const { Contact } = bench.invoice({ Contact: { Name: 'CASE LTD' } });
    expect(Contact).toMatchObject({ ContactID, Name: 'Case Ltd', ContactPersons: [{ FirstName: 'Ann' }] });
  });

  it('an archived contact is refused', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Archived' });
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    expect(whyNot(bench, { ...DRAFT, Contact: { ContactID } })).toBe(
      'The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.',
    );
  });

  it('the first sales document makes a customer of it, without counting as a modification', () => {
    const bench = Bench.connected();
    const { ContactID, UpdatedDateUTC } = bench.contact({ Name: 'First Timer' });
    bench.now += 5_000;
    put(bench, { ...DRAFT, Contact: { ContactID } });
    expect(bench.get(`Contacts/${ContactID}`).json.Contacts[0]).toMatchObject({ IsCustomer: true, IsSupplier: false, UpdatedDateUTC });
  });

  it('balances tell what is outstanding', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Debtor' });
    put(bench, { ...APPROVED, Contact: { ContactID } });
    put(bench, { ...APPROVED, Contact: { ContactID }, Date: '2026-10-01', DueDate: '2026-10-31' });
    expect(bench.get(`Contacts/${ContactID}`).json.Contacts[0].Balances).toMatchObject({
      AccountsReceivable: { Outstanding: 240, Overdue: 120 },
    });
  });
});
