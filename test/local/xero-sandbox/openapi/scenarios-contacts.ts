import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';

/** A contact with everything that can be set. */
export const FULL_CONTACT = {
  Name: 'Contract Plumbing Ltd',
  ContactNumber: 'GES-cus-1',
  AccountNumber: 'CP-1',
  FirstName: 'Ada',
  LastName: 'Contract',
  CompanyNumber: '01234567',
  EmailAddress: 'accounts@contract.example',
  TaxNumber: 'GB123456789',
  AccountsReceivableTaxType: 'OUTPUT2',
  AccountsPayableTaxType: 'INPUT2',
  DefaultCurrency: 'GBP',
  SalesDefaultAccountCode: '200',
  PurchasesDefaultAccountCode: '310',
  SalesDefaultLineAmountType: 'EXCLUSIVE',
  PurchasesDefaultLineAmountType: 'INCLUSIVE',
  PaymentTerms: { Sales: { Day: 14, Type: 'DAYSAFTERBILLDATE' }, Bills: { Day: 30, Type: 'DAYSAFTERBILLMONTH' } },
  ContactPersons: [{ FirstName: 'Bo', LastName: 'Second', EmailAddress: 'bo@contract.example', IncludeInEmails: true }],
  Phones: [{ PhoneType: 'MOBILE', PhoneNumber: '700900123', PhoneAreaCode: '7', PhoneCountryCode: '44' }],
  Addresses: [
    {
      AddressType: 'STREET',
      AddressLine1: '1 Contract Row',
      AddressLine2: 'Unit 2',
      AddressLine3: 'Old Mill',
      AddressLine4: 'Back entrance',
      City: 'Leeds',
      Region: 'West Yorkshire',
      PostalCode: 'LS1 1AA',
      Country: 'United Kingdom',
      AttentionTo: 'Ada',
    },
  ],
};

/** Contacts: every list parameter, create, update, archive, merge, history, CIS settings, and what is refused. */
export function contactScenario(): Recorder {
  const recorder = Recorder.ready();
  const created = recorder.accepted(
    'PUT',
    'Contacts?summarizeErrors=true',
    { Contacts: [FULL_CONTACT] },
    { 'idempotency-key': 'contact-1' },
  );
  recorder.accepted('PUT', 'Contacts?summarizeErrors=true', { Contacts: [FULL_CONTACT] }, { 'idempotency-key': 'contact-1' });
  const { ContactID } = created.json.Contacts[0];
  lists(recorder, ContactID);
  updates(recorder, ContactID);
  refusals(recorder, ContactID);
  endings(recorder, ContactID);
  return recorder;
}

function lists(recorder: Recorder, contactId: string): void {
  const queries = [
    '',
    '?page=1',
    '?page=1&pageSize=5',
    '?page=2&pageSize=5&includeArchived=true',
    '?summaryOnly=true',
    '?searchTerm=contract',
    `?IDs=${contactId},${ZERO_GUID}`,
    `?where=${encodeURIComponent('Name=="Contract Plumbing Ltd"')}`,
    `?where=${encodeURIComponent('EmailAddress!=null AND ContactStatus=="ACTIVE"')}&order=Name%20DESC&page=1`,
  ];
  for (const query of queries) recorder.accepted('GET', `Contacts${query}`);
  recorder.accepted('GET', 'Contacts', undefined, { 'if-modified-since': '2026-11-22T10:00:00.000Z' });
  recorder.accepted('GET', `Contacts/${contactId}`);
  recorder.accepted('GET', `Contacts/${FULL_CONTACT.ContactNumber}`);
}

function updates(recorder: Recorder, contactId: string): void {
  recorder.accepted('POST', `Contacts/${contactId}`, { Contacts: [{ FirstName: 'Grace' }] }, { 'idempotency-key': 'contact-2' });
  recorder.accepted('POST', 'Contacts', {
    Contacts: [{ ContactID: contactId, EmailAddress: 'new@contract.example' }, { Name: 'By POST' }],
  });
  const mixed = { Contacts: [{ Name: 'Good One' }, { Name: 'Okafor & Sons' }] };
  recorder.accepted('PUT', 'Contacts?summarizeErrors=false', mixed);
  recorder.accepted('POST', 'Contacts?summarizeErrors=false', { Contacts: [{ EmailAddress: 'no-name@contract.example' }] });
  recorder.accepted('PUT', `Contacts/${contactId}/History`, { HistoryRecords: [{ Details: 'Called about the boiler' }] });
  recorder.accepted('GET', `Contacts/${contactId}/History`);
  recorder.accepted('PUT', 'Contacts', { Name: 'A bare object' });
  recorder.accepted('PUT', 'Contacts', { contacts: [{ Name: 'Envelope in another case' }] });
  recorder.accepted('PUT', 'Contacts', { Contacts: [{ Name: 'Unknown key', Shoesize: 44, IsCustomer: true }] });
}

function refusals(recorder: Recorder, contactId: string): void {
  const email = { Contacts: [{ Name: 'Bad E-mail', EmailAddress: 'nobody' }] };
  recorder.refused(400, 'PUT', 'Contacts', { Contacts: [FULL_CONTACT] });
  recorder.refused(400, 'PUT', 'Contacts', email);
  recorder.refused(400, 'PUT', 'Contacts', {
    Contacts: [{ Name: 'N'.repeat(256), Addresses: FULL_CONTACT.Addresses, Phones: FULL_CONTACT.Phones }],
  });
  recorder.refused(400, 'PUT', 'Contacts', { Contacts: [{ EmailAddress: 'no-name@contract.example' }] });
  recorder.refused(400, 'PUT', 'Contacts', '{"Contacts":[');
  recorder.refused(400, 'POST', 'Contacts', email);
  recorder.refused(400, 'POST', `Contacts/${contactId}`, { Contacts: [{ Name: 'Okafor & Sons' }] });
  recorder.refused(400, 'POST', 'Contacts', { Contacts: [{ Name: 'Wrong Type', Phones: 'none' }] });
  recorder.refused(404, 'POST', 'Contacts', { Contacts: [{ ContactID: ZERO_GUID.replace(/0$/, '1'), Name: 'Unknown' }] });
  recorder.refused(404, 'POST', `Contacts/${ZERO_GUID}`, { Contacts: [{ Name: 'Unknown' }] });
  recorder.refused(400, 'PUT', `Contacts/${contactId}/History`, { HistoryRecords: [{ Details: '' }] });
  recorder.refused(404, 'PUT', `Contacts/${ZERO_GUID}/History`, { HistoryRecords: [{ Details: 'To nobody' }] });
  for (const path of ['', '/History', '/CISSettings']) recorder.refused(404, 'GET', `Contacts/${ZERO_GUID}${path}`);
  recorder.refused(404, 'GET', 'Contacts/no-such-number');
  recorder.refused(400, 'GET', `Contacts?where=${encodeURIComponent('Name==')}`);
  recorder.refused(400, 'GET', 'Contacts?page=one');
  recorder.refused(400, 'GET', 'Contacts?IDs=not-a-guid');
  recorder.refused(400, 'PUT', 'Contacts', { Contacts: [{ Name: 'Other' }] }, { 'idempotency-key': 'contact-1' });
  recorder.refused(501, 'DELETE', 'Contacts');
}

/** CIS, archive and merge. */
function endings(recorder: Recorder, contactId: string): void {
  const { state } = recorder.sandbox;
  const held = [...state.contacts.values()].find((contact) => contact.contactId === contactId);
  if (held === undefined) throw new Error('the contact is gone');
  state.contacts.put({ ...held, cis: { enabled: true, rate: 20 } });
  recorder.accepted('GET', `Contacts/${contactId}/CISSettings`);
  const { ContactID } = recorder.accepted('PUT', 'Contacts', { Contacts: [{ Name: 'Merged Away' }] }).json.Contacts[0];
  recorder.asUser(`contacts/${ContactID}/merge`, { into: contactId });
  recorder.accepted('GET', `Contacts/${ContactID}`);
  recorder.accepted('POST', 'Contacts', { Contacts: [{ ContactID: contactId, ContactStatus: 'ARCHIVED' }] });
  recorder.accepted('GET', 'Contacts?page=1&includeArchived=true');
  recorder.refused(400, 'POST', `Contacts/${contactId}`, { Contacts: [{ FirstName: 'Too Late' }] });
}
