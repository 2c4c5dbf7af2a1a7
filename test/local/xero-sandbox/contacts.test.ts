import { describe, expect, it } from '@jest/globals';
import { Bench, messagesOf } from './bench.ts';

const ZERO = '00000000-0000-0000-0000-000000000000';
const namesOf = (reply: { json: { Contacts: { Name: string }[] } }): string[] => reply.json.Contacts.map(({ Name }) => Name);
const post = (bench: Bench, element: unknown) => bench.api('POST', 'Contacts', { Contacts: [element] });

describe('reading contacts', () => {
  it('answers in Xero’s envelope with /Date()/ instants', () => {
    const { json } = Bench.connected().get('Contacts', { page: '1' });
    expect(Object.keys(json)).toEqual(['Id', 'Status', 'ProviderName', 'DateTimeUTC', 'pagination', 'Contacts']);
    expect(json.DateTimeUTC).toMatch(/^\/Date\(\d+\)\/$/);
    expect(json.Contacts[0].UpdatedDateUTC).toMatch(/^\/Date\(\d+\+0000\)\/$/);
  });

  it('always shows 4 phone slots and 2 address slots, empty texts when unset', () => {
    const { Contacts } = Bench.connected().get('Contacts', { where: 'Name=="HMRC VAT"', page: '1' }).json;
    expect(Contacts[0].Phones.map((phone: { PhoneType: string }) => phone.PhoneType)).toEqual(['DDI', 'DEFAULT', 'FAX', 'MOBILE']);
    expect(Contacts[0].Addresses.map((address: { AddressType: string }) => address.AddressType)).toEqual(['STREET', 'POBOX']);
    expect(Contacts[0].Phones[0]).toEqual({ PhoneType: 'DDI', PhoneNumber: '', PhoneAreaCode: '', PhoneCountryCode: '' });
    expect(Contacts[0].EmailAddress).toBe('');
  });

  it('pages of 100 unless pageSize says otherwise; sizes are clamped to 1..1000', () => {
    const bench = Bench.connected();
    for (let i = 0; i < 95; i += 1) bench.pull('POST', 'as-user/contacts', { Name: `Customer ${String(i)}` });
    const first = bench.get('Contacts', { page: '1' }).json;
    expect(first.Contacts).toHaveLength(100);
    expect(first.pagination).toEqual({ page: 1, pageSize: 100, pageCount: 2, itemCount: 107 });
    expect(bench.get('Contacts', { page: '2' }).json.Contacts).toHaveLength(7);
    expect(bench.get('Contacts', { page: '1', pageSize: '5000' }).json.pagination.pageSize).toBe(1_000);
    expect(bench.get('Contacts', { page: '1', pageSize: '0' }).json.pagination.pageSize).toBe(1);
    expect(bench.get('Contacts', { page: '9' }).json.Contacts).toEqual([]);
  });

  it.each(['one', '1.5', '99999999999999999999'])('a page of %s, which is no whole number, gets 400', (page) => {
    expect(Bench.connected().get('Contacts', { page }).status).toBe(400);
  });

  it('unpaged lists have no pagination, no persons, and no archived contacts', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Gone' });
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    const { json } = bench.get('Contacts');
    expect(json.pagination).toBeUndefined();
    expect(json.Contacts[0].ContactPersons).toBeUndefined();
    expect(namesOf({ json })).not.toContain('Gone');
    expect(namesOf(bench.get('Contacts', { includeArchived: 'true', page: '1' }))).toContain('Gone');
  });

  it('summaryOnly drops addresses, persons, roles and forces paging', () => {
    const { json } = Bench.connected().get('Contacts', { summaryOnly: 'true' });
    expect(json.pagination).toBeDefined();
    for (const field of ['Addresses', 'ContactPersons', 'ContactGroups', 'IsCustomer', 'Balances'])
      expect(json.Contacts[0][field]).toBeUndefined();
    expect(json.Contacts[0].Phones).toHaveLength(4);
  });

  it('IDs picks contacts; an id of another form gets 400', () => {
    const bench = Bench.connected();
    const a = bench.contact({ Name: 'A' }).ContactID;
    const b = bench.contact({ Name: 'B' }).ContactID;
    expect(namesOf(bench.get('Contacts', { IDs: `${a.toUpperCase()},${b},${ZERO}` }))).toEqual(['A', 'B']);
    expect(bench.get('Contacts', { IDs: 'x' }).status).toBe(400);
  });

  it.each([
    ['hartley', 'Hartley Lettings Limited'],
    ['OFFICE@bayside', 'Bayside Property Management'],
    ['sian', 'Siân Llewellyn'],
    ['nair', 'Priya Nair'],
  ])('searchTerm %s finds %s, without regard to case and accents', (searchTerm, name) => {
    expect(namesOf(Bench.connected().get('Contacts', { searchTerm }))).toContain(name);
  });

  it('the default order is UpdatedDateUTC ascending', () => {
    const bench = Bench.connected();
    const [first] = bench.get('Contacts').json.Contacts;
    bench.now += 1_000;
    bench.pull('POST', `as-user/contacts/${first.ContactID}`, { FirstName: 'Newest' });
    expect(namesOf(bench.get('Contacts')).at(-1)).toBe(first.Name);
  });

  it('order sorts by the named field', () => {
    const names = namesOf(Bench.connected().get('Contacts', { order: 'Name DESC', page: '1', pageSize: '3' }));
    expect(names).toEqual(['Yorkshire Fuels', 'St. Mary’s Primary School', 'Siân Llewellyn']);
  });

  it.each(['2026-11-22T10:05:00', '2026-11-22T10:05:00.000Z', 'Sun, 22 Nov 2026 10:05:00 GMT'])(
    'If-Modified-Since %s gives what changed in that second or later',
    (since) => {
      const bench = Bench.connected();
      bench.now += 5 * 60_000 + 300;
      bench.contact({ Name: 'Same Second' });
      expect(namesOf(bench.get('Contacts', {}, { 'if-modified-since': since }))).toEqual(['Same Second']);
      expect(namesOf(bench.get('Contacts', {}, { 'if-modified-since': '2026-11-22T10:05:01' }))).toEqual([]);
    },
  );

  it('GET by ContactID and by ContactNumber; unknown ones get 404', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Numbered', ContactNumber: 'GES-cus/7' });
    expect(bench.get(`Contacts/${ContactID}`).json.Contacts[0].Name).toBe('Numbered');
    expect(bench.get(`Contacts/${encodeURIComponent('GES-cus/7')}`).json.Contacts[0].ContactID).toBe(ContactID);
    expect(bench.get(`Contacts/${ZERO}`).status).toBe(404);
    expect(bench.get('Contacts/none').status).toBe(404);
  });
});

describe('creating contacts with PUT', () => {
  it.each(['Okafor & Sons', 'OKAFOR & SONS', 'okafor & sons'])('refuses the name %s of another active contact, in any case', (Name) => {
    const reply = Bench.connected().api('PUT', 'Contacts', { Name });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ ErrorNumber: 10, Type: 'ValidationException', Message: 'A validation exception occurred' });
    expect(reply.json.Elements[0]).toMatchObject({ ContactID: ZERO, HasValidationErrors: true });
    expect(messagesOf(reply.json)).toEqual([
      `The contact name ${Name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
    ]);
  });

  it('names that differ by an accent are two names, though a search finds both', () => {
    const bench = Bench.connected();
    expect(bench.contact({ Name: 'Sian Llewellyn' }).Name).toBe('Sian Llewellyn');
    expect(namesOf(bench.get('Contacts', { where: 'Name=="sian llewellyn"', order: 'Name' }))).toHaveLength(2);
  });

  it('an archived namesake does not block', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Namesake' });
    bench.api('POST', 'Contacts', { ContactID, ContactStatus: 'ARCHIVED' });
    expect(bench.contact({ Name: 'Namesake' }).ContactID).not.toBe(ContactID);
  });

  it.each([
    ['ContactNumber', 'Another contact has this contact number. Please enter a different contact number.'],
    ['AccountNumber', 'The Account Number already exists. Please enter a different Account Number.'],
  ])('a %s that is taken is refused, also by an archived contact', (field, message) => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'First', [field]: 'X-1' });
    expect(messagesOf(bench.api('PUT', 'Contacts', { Name: 'Second', [field]: 'X-1' }).json)).toEqual([message]);
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    expect(messagesOf(bench.api('PUT', 'Contacts', { Name: 'Second', [field]: 'x-1' }).json)).toEqual([message]);
  });

  it.each([
    ['no name', { EmailAddress: 'a@b.example' }, 'The Contact must contain at least 1 of the following elements'],
    ['an empty name', { Name: '' }, 'empty'],
    ['a name of 256 characters', { Name: 'x'.repeat(256) }, 'maximum length of 255'],
    ['angle brackets', { Name: 'A <b>' }, '< or >'],
    ['a double space', { Name: 'A  B' }, 'double spaces'],
    ['a leading space', { Name: ' A' }, 'leading'],
    ['a bad e-mail', { Name: 'A', EmailAddress: 'no-at' }, 'Email address must be valid.'],
    ['an umlaut in the e-mail', { Name: 'A', EmailAddress: 'müller@example.com' }, 'Email address must be valid.'],
    ['a ContactNumber of 51 characters', { Name: 'A', ContactNumber: 'x'.repeat(51) }, 'maximum length of 50'],
    [
      'a phone number of 51 characters',
      { Name: 'A', Phones: [{ PhoneType: 'MOBILE', PhoneNumber: '1'.repeat(51) }] },
      'maximum length of 50',
    ],
    ['a country with digits', { Name: 'A', Addresses: [{ AddressType: 'POBOX', Country: 'UK 1' }] }, 'letters'],
    ['six persons', { Name: 'A', ContactPersons: Array.from({ length: 6 }, () => ({ FirstName: 'P' })) }, 'at most 5'],
  ])('refuses %s', (_, element, part) => {
    const bench = Bench.connected();
    const reply = bench.api('PUT', 'Contacts', element);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply.json).join()).toContain(part);
  });

  it('takes a name of 255 characters and one with odd but legal signs', () => {
    const bench = Bench.connected();
    expect(bench.contact({ Name: 'x'.repeat(255) }).Name).toHaveLength(255);
    expect(bench.contact({ Name: 'Ødegård & Söhne "Gas" (2)' }).Name).toBe('Ødegård & Söhne "Gas" (2)');
  });

  it('a ContactID cannot be chosen by the client', () => {
    const chosen = '11111111-2222-4333-8444-555555555555';
    expect(Bench.connected().contact({ Name: 'Chosen', ContactID: chosen }).ContactID).not.toBe(chosen);
  });

  it.each(['Contacts', 'contacts', 'CONTACTS'])('accepts the envelope key %s', (key) => {
    expect(Bench.connected().api('PUT', 'Contacts', { [key]: [{ Name: 'Enveloped' }] }).status).toBe(200);
  });

  it('accepts a bare object, ignores unknown and wrong-cased keys', () => {
    const reply = Bench.connected().api('PUT', 'Contacts', { Name: 'Bare', emailAddress: 'lost@example.com', Shoe: 9 });
    expect(reply.json.Contacts[0]).toMatchObject({ Name: 'Bare', EmailAddress: '' });
  });

  it('drops address types that contacts do not have, and slots without a type', () => {
    const Addresses = [{ AddressType: 'DELIVERY', City: 'Hull' }, { City: 'York' }];
    const contact = Bench.connected().contact({ Name: 'Delivered', Addresses, Phones: [{ PhoneNumber: '1' }] });
    expect(JSON.stringify(contact)).not.toMatch(/Hull|York|"PhoneNumber":"1"/);
  });
});

describe('batches', () => {
  const mixed = { Contacts: [{ Name: 'Good One' }, { Name: 'HMRC VAT' }, { Name: 'Good Two' }] };

  it('summarizing errors, one bad element makes it a 400 that lists the bad ones; the good ones are saved', () => {
    const bench = Bench.connected();
    const reply = bench.api('PUT', 'Contacts', mixed);
    expect(reply.status).toBe(400);
    expect(reply.json.Elements).toHaveLength(1);
    expect(namesOf(bench.get('Contacts'))).toEqual(expect.arrayContaining(['Good One', 'Good Two']));
    expect(bench.pass(60_000)).toHaveLength(1);
  });

  it('summarizeErrors=false answers 200, saves the good ones and says OK or ERROR for each', () => {
    const bench = Bench.connected();
    const reply = bench.api('PUT', 'Contacts?summarizeErrors=false', mixed);
    expect(reply.status).toBe(200);
    expect(reply.json.Contacts.map((c: { StatusAttributeString: string }) => c.StatusAttributeString)).toEqual(['OK', 'ERROR', 'OK']);
    expect(reply.json.Contacts[1]).toMatchObject({ ContactID: ZERO, HasValidationErrors: true });
    expect(namesOf(bench.get('Contacts'))).toEqual(expect.arrayContaining(['Good One', 'Good Two']));
  });

  it('two elements of one request may not have the same name', () => {
    const reply = Bench.connected().api('PUT', 'Contacts?summarizeErrors=false', [{ Name: 'Twin' }, { Name: 'twin' }]);
    expect(reply.json.Contacts.map((c: { StatusAttributeString: string }) => c.StatusAttributeString)).toEqual(['OK', 'ERROR']);
  });
});

describe('updating contacts with POST', () => {
  it('omitted elements keep their value', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Kept', EmailAddress: 'kept@example.com', FirstName: 'Kim' });
    const reply = bench.api('POST', `Contacts/${ContactID}`, { LastName: 'Added' });
    expect(reply.json.Contacts[0]).toMatchObject({ Name: 'Kept', EmailAddress: 'kept@example.com', FirstName: 'Kim', LastName: 'Added' });
  });

  it('phones and addresses merge by type slot; an empty text clears', () => {
    const bench = Bench.connected();
    const Phones = [
      { PhoneType: 'DEFAULT', PhoneNumber: '111' },
      { PhoneType: 'MOBILE', PhoneNumber: '222' },
    ];
    const { ContactID } = bench.contact({ Name: 'Slots', Phones, Addresses: [{ AddressType: 'POBOX', City: 'Leeds', PostalCode: 'LS1' }] });
    const change = { Phones: [{ PhoneType: 'MOBILE', PhoneNumber: '' }], Addresses: [{ AddressType: 'POBOX', City: 'York' }] };
    const [contact] = bench.api('POST', `Contacts/${ContactID}`, change).json.Contacts;
    expect(contact.Phones.map((phone: { PhoneNumber: string }) => phone.PhoneNumber)).toEqual(['', '111', '', '']);
    expect(contact.Addresses[1]).toMatchObject({ City: 'York', PostalCode: 'LS1' });
  });

  it('ContactPersons is replaced as a whole', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'People', ContactPersons: [{ FirstName: 'Ann' }, { FirstName: 'Bob' }] });
    const [contact] = bench.api('POST', `Contacts/${ContactID}`, { ContactPersons: [{ FirstName: 'Cid' }] }).json.Contacts;
    expect(contact.ContactPersons.map((person: { FirstName: string }) => person.FirstName)).toEqual(['Cid']);
  });

  it('without ContactID it UPDATES the match by name, so a second "J Smith" overwrites the first', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'J Smith', EmailAddress: 'first@example.com' });
    const [contact] = post(bench, { Name: 'j smith', EmailAddress: 'second@example.com' }).json.Contacts;
    expect(contact).toMatchObject({ ContactID, EmailAddress: 'second@example.com' });
  });

  it('without ContactID a ContactNumber matches before the name, and a new name creates', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'By Number', ContactNumber: 'N1' });
    expect(post(bench, { Name: 'Renamed', ContactNumber: 'N1' }).json.Contacts[0]).toMatchObject({ ContactID, Name: 'Renamed' });
    expect(post(bench, { Name: 'By Number' }).json.Contacts[0].ContactID).not.toBe(ContactID);
  });

  it('an unknown ContactID gets 404 for the whole request', () => {
    const bench = Bench.connected();
    const Contacts = [{ Name: 'Fine' }, { ContactID: '11111111-2222-4333-8444-555555555555', Name: 'Nobody' }];
    expect(bench.api('POST', 'Contacts?summarizeErrors=false', { Contacts }).status).toBe(404);
    expect(namesOf(bench.get('Contacts'))).not.toContain('Fine');
  });

  it('a rename to the name of another active contact is refused; to its own in other case it is not', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Renamer' });
    expect(bench.api('POST', `Contacts/${ContactID}`, { Name: 'hmrc vat' }).status).toBe(400);
    expect(bench.api('POST', `Contacts/${ContactID}`, { Name: 'RENAMER' }).json.Contacts[0].Name).toBe('RENAMER');
  });

  it('every write moves UpdatedDateUTC', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Moved' });
    bench.now += 2_500;
    const [contact] = bench.api('POST', `Contacts/${ContactID}`, { Name: 'Moved' }).json.Contacts;
    expect(contact.UpdatedDateUTC).toBe(`/Date(${String(bench.now)}+0000)/`);
  });
});

describe('archive, merge, history', () => {
  const ARCHIVED = 'The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the API.';

  it.each([{ FirstName: 'X' }, { ContactStatus: 'ACTIVE' }])('an archived contact refuses %j through the API', (change) => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Old Friend' });
    expect(bench.api('POST', 'Contacts', { ContactID, ContactStatus: 'ARCHIVED' }).json.Contacts[0].ContactStatus).toBe('ARCHIVED');
    expect(messagesOf(bench.api('POST', `Contacts/${ContactID}`, change).json)).toEqual([ARCHIVED]);
  });

  it('only a Xero user can restore it, unless its name was taken meanwhile', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Phoenix' });
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    expect(bench.pull('POST', `as-user/contacts/${ContactID}/restore`).json.ContactStatus).toBe('ACTIVE');
    bench.pull('POST', `as-user/contacts/${ContactID}/archive`);
    bench.contact({ Name: 'phoenix' });
    expect(bench.pull('POST', `as-user/contacts/${ContactID}/restore`).status).toBe(400);
  });

  it('a merge archives the loser with MergedToContactID of the winner', () => {
    const bench = Bench.connected();
    const loser = bench.contact({ Name: 'Loser' }).ContactID;
    const winner = bench.contact({ Name: 'Winner' }).ContactID;
    bench.pull('POST', `as-user/contacts/${loser}/merge`, { into: winner });
    expect(bench.get(`Contacts/${loser}`).json.Contacts[0]).toMatchObject({ ContactStatus: 'ARCHIVED', MergedToContactID: winner });
    expect(bench.get(`Contacts/${winner}`).json.Contacts[0]).toMatchObject({ ContactStatus: 'ACTIVE' });
  });

  it('history tells who did what, notes can be added', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Told' });
    bench.now += 1_000;
    bench.pull('POST', `as-user/contacts/${ContactID}`, { FirstName: 'T' });
    bench.now += 1_000;
    expect(bench.api('PUT', `Contacts/${ContactID}/History`, { HistoryRecords: [{ Details: 'Called' }] }).status).toBe(200);
    const records = bench.get(`Contacts/${ContactID}/History`).json.HistoryRecords;
    expect(records.map(({ Changes, User }) => [Changes, User])).toEqual([
      ['Note', 'Gas Engineer Software (local)'],
      ['Edited', 'Dana Whitfield'],
      ['Created', 'Gas Engineer Software (local)'],
    ]);
  });

  it('CISSettings of a contact that never was a CIS subcontractor is 404', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Domestic' });
    expect(bench.get(`Contacts/${ContactID}/CISSettings`).status).toBe(404);
    bench.pull('POST', `as-user/contacts/${ContactID}/cis`, { rate: 30 });
    expect(bench.get(`Contacts/${ContactID}/CISSettings`).json.CISSettings).toEqual([{ CISEnabled: true, Rate: 30 }]);
  });
});
