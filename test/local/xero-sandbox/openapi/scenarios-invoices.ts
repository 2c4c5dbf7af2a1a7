import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';
import { FULL_CONTACT } from './scenarios-contacts.ts';

/** Lines of all kinds: plain, discounted, CIS labour, text only. */
const LINES = [
  { Description: 'Annual boiler service', Quantity: 1, UnitAmount: 95.5, AccountCode: '200', TaxType: 'OUTPUT2' },
  { Description: 'Parts', Quantity: 3, UnitAmount: 12.3456, AccountCode: '200', TaxType: 'OUTPUT2', DiscountRate: 10 },
  { Description: 'Site labour', Quantity: 2.5, UnitAmount: 40, AccountCode: '210', TaxType: 'OUTPUT2' },
  { Description: 'Thank you for your business' },
];

const HEAD = { Type: 'ACCREC', Date: '2026-11-01', DueDate: '2026-11-30', LineAmountTypes: 'Exclusive' };

/** Makes an approved invoice of 100.00 plus VAT and gives its InvoiceID. */
export function approvedInvoice(recorder: Recorder, contactId: string, reference: string): string {
  const line = { Description: 'Work', Quantity: 1, UnitAmount: 100, AccountCode: '200' };
  const element = { ...HEAD, Contact: { ContactID: contactId }, Reference: reference, Status: 'AUTHORISED', LineItems: [line] };
  const { json } = recorder.accepted('PUT', 'Invoices?unitdp=4', { Invoices: [element] });
  return idOf(json.Invoices);
}

/** The InvoiceID of the first element. */
export function idOf(invoices: unknown): string {
  return (invoices as [{ InvoiceID: string }])[0].InvoiceID;
}

/** Makes a contact with everything that can be set and gives its ContactID. */
export function fullContact(recorder: Recorder): string {
  return recorder.accepted('PUT', 'Contacts', { Contacts: [FULL_CONTACT] }).json.Contacts[0].ContactID;
}

/** Invoices: every list parameter, create, edit, approve, void, delete, history, mail, and what is refused. */
export function invoiceScenario(): Recorder {
  const recorder = Recorder.ready();
  const contactId = fullContact(recorder);
  const element = {
    ...HEAD,
    Contact: { ContactID: contactId },
    Reference: 'Job 17',
    Url: 'https://app.ges.example/jobs/17',
    Status: 'DRAFT',
    CurrencyCode: 'GBP',
    LineItems: LINES,
  };
  const key = { 'idempotency-key': 'invoice-1' };
  const { json } = recorder.accepted('PUT', 'Invoices?summarizeErrors=true&unitdp=4', { Invoices: [element] }, key);
  const invoiceId = idOf(json.Invoices);
  edits(recorder, invoiceId);
  const paid = approvedInvoice(recorder, contactId, 'To be paid');
  recorder.asUser(`invoices/${paid}/pay`, { amount: 20, reference: 'By card' });
  recorder.asUser(`invoices/${paid}/credit`, { amount: 30 });
  recorder.accepted('GET', `Invoices/${paid}`);
  recorder.asUser(`invoices/${paid}/pay`);
  recorder.accepted('GET', `Invoices/${paid}?unitdp=4`);
  lists(recorder, paid, contactId);
  recorder.accepted('GET', `Contacts/${contactId}`);
  recorder.accepted('GET', 'Contacts?page=1');
  recorder.accepted('PUT', `Invoices/${paid}/History`, { HistoryRecords: [{ Details: 'Chased' }] });
  recorder.accepted('GET', `Invoices/${paid}/History`);
  recorder.accepted('GET', `Invoices/${paid}/OnlineInvoice`);
  endings(recorder, contactId);
  newer(recorder, element);
  refusals(recorder, element, paid);
  mails(recorder, paid);
  return recorder;
}

function edits(recorder: Recorder, invoiceId: string): void {
  const one = `Invoices/${invoiceId}?unitdp=4`;
  const { json } = recorder.accepted('POST', one, { Invoices: [{ Reference: 'Job 17b' }] }, { 'idempotency-key': 'invoice-2' });
  const [line] = (json.Invoices as unknown as [{ LineItems: [{ LineItemID: string }] }])[0].LineItems;
  recorder.accepted('POST', one, { Invoices: [{ LineItems: [{ LineItemID: line.LineItemID, Quantity: 2, TaxAmount: 38.19 }] }] });
  recorder.accepted('POST', one, { Invoices: [{ LineAmountTypes: 'Inclusive', LineItems: LINES.slice(0, 2) }] });
  recorder.accepted('POST', one, { Invoices: [{ LineAmountTypes: 'NoTax' }] });
  recorder.accepted('POST', 'Invoices?unitdp=4', {
    Invoices: [{ InvoiceID: invoiceId, Status: 'AUTHORISED', LineAmountTypes: 'Exclusive' }],
  });
  recorder.accepted('POST', `Invoices/${invoiceId}`, { Invoices: [{ InvoiceID: invoiceId, Status: 'VOIDED' }] });
}

function lists(recorder: Recorder, invoiceId: string, contactId: string): void {
  const queries = [
    '',
    '?page=1&unitdp=4',
    '?page=1&pageSize=2&includeArchived=true',
    '?summaryOnly=true',
    '?searchTerm=job',
    `?IDs=${invoiceId}`,
    '?InvoiceNumbers=INV-0001,INV-0002',
    `?ContactIDs=${contactId}&page=1`,
    '?Statuses=AUTHORISED,PAID&createdByMyApp=true&page=1&order=Date%20ASC',
    `?where=${encodeURIComponent(`Type=="ACCREC" AND Date>=DateTime(2026,01,31) AND Contact.ContactID==guid("${contactId}")`)}`,
  ];
  for (const query of queries) recorder.accepted('GET', `Invoices${query}`);
  recorder.accepted('GET', 'Invoices?page=1', undefined, { 'if-modified-since': '2026-11-22T10:00:00' });
}

/** Parameters and fields that are newer than the description. */
function newer(recorder: Recorder, element: Record<string, unknown>): void {
  recorder.accepted('PUT', 'Invoices?unitdp=4&allowBackorders=false', {
    Invoices: [{ ...element, RoundingAmount: 0.01, EnteredTotal: 1 }],
  });
}

function endings(recorder: Recorder, contactId: string): void {
  const [draft, bill] = [
    { ...HEAD, Contact: { ContactID: contactId }, LineItems: [{ Description: 'Only words' }] },
    { Name: 'New Supplier' },
  ];
  const { json } = recorder.accepted('POST', 'Invoices', { Invoices: [draft, { ...draft, Type: 'ACCPAY', Contact: bill }] });
  recorder.accepted('POST', `Invoices/${idOf(json.Invoices)}`, { Invoices: [{ Status: 'DELETED' }] });
  recorder.accepted('POST', 'Invoices?summarizeErrors=false', { Invoices: [draft, { ...draft, LineItems: [] }] });
}

function refusals(recorder: Recorder, element: Record<string, unknown>, paid: string): void {
  const put = (change: Record<string, unknown>): unknown =>
    recorder.refused(400, 'PUT', 'Invoices', { Invoices: [{ ...element, ...change }] });
  put({ InvoiceNumber: 'INV-0002' });
  put({ Contact: {} });
  put({ Status: 'AUTHORISED', DueDate: undefined });
  put({ LineItems: [{ ...LINES[0], AccountCode: '610' }] });
  put({ LineItems: [{ ...LINES[0], AccountCode: 'none' }] });
  put({ LineItems: [{ ...LINES[0], TaxType: 'INPUT2' }] });
  put({ Type: 'BILL' });
  put({ Date: 'yesterday' });
  recorder.refused(400, 'POST', 'Invoices', { Invoices: [{ ...element, LineItems: [] }] });
  recorder.refused(400, 'POST', `Invoices/${paid}`, { Invoices: [{ Status: 'VOIDED' }] });
  recorder.refused(400, 'POST', `Invoices/${paid}`, { Invoices: [{ LineItems: LINES }] });
  recorder.refused(404, 'POST', `Invoices/${ZERO_GUID}`, { Invoices: [{ Reference: 'Nobody' }] });
  recorder.asUser('lock-dates', { periodLockDate: '2026-11-10' });
  put({ Status: 'AUTHORISED' });
  recorder.asUser('lock-dates', { periodLockDate: null });
  for (const path of ['', '/History', '/OnlineInvoice']) recorder.refused(404, 'GET', `Invoices/${ZERO_GUID}${path}`);
  recorder.refused(404, 'PUT', `Invoices/${ZERO_GUID}/History`, { HistoryRecords: [{ Details: 'To nobody' }] });
  recorder.refused(400, 'PUT', `Invoices/${paid}/History`, { HistoryRecords: [{}] });
  recorder.refused(400, 'GET', `Invoices?where=${encodeURIComponent('Colour=="red"')}`);
  recorder.refused(400, 'GET', 'Invoices?IDs=1');
}

/** Demo companies cannot send mail; others can. */
function mails(recorder: Recorder, invoiceId: string): void {
  recorder.refused(400, 'POST', `Invoices/${invoiceId}/Email`, {});
  recorder.refused(404, 'POST', `Invoices/${ZERO_GUID}/Email`, {});
  const { organisations } = recorder.sandbox.state;
  const held = organisations.get(recorder.tenant);
  if (held === undefined) throw new Error('the organisation is gone');
  organisations.put({ ...held, isDemoCompany: false });
  const { ContactID } = recorder.accepted('PUT', 'Contacts', { Contacts: [{ Name: 'Has Mail', EmailAddress: 'a@mail.example' }] }).json
    .Contacts[0];
  recorder.accepted('POST', `Invoices/${approvedInvoice(recorder, ContactID, 'Mailed')}/Email`, {});
}
