import { describe, expect, it } from '@jest/globals';
import type { Contact } from '../../../shared/domain/contact.ts';
import { customerFields } from '../../../shared/domain/customer.ts';
import { knownContacts, meet, needsNameCensus, type Meeting, type MeetingInput } from '../../../shared/domain/matching.ts';
import type { GesCustomer } from '../../../shared/domain/records.ts';
import { bareContact, contact, customer, EMPTY_ADDRESS, MILL_ROW } from '../../support/fake-records.ts';

type Rest = Partial<Omit<MeetingInput, 'contacts' | 'ges' | 'gesId'>>;

function input(contacts: readonly Contact[], ofCustomer: Partial<GesCustomer> = {}, rest: Rest = {}): MeetingInput {
  const ges = customer(ofCustomer);
  const nothing = { winners: new Map<string, Contact>(), taken: new Set<string>(), namesInUse: new Set<string>(), nameIsUniqueInGes: true };
  return { gesId: ges.id, ges: customerFields(ges), contacts: knownContacts(contacts), ...nothing, ...rest };
}

/** A meeting in one short text, for tables. */
function told(meeting: Meeting): string {
  switch (meeting.kind) {
    case 'adopt':
      return `adopt ${meeting.contact.contactId} by ${meeting.by}`;
    case 'create':
      return `create${meeting.nameSuffix ?? ''}`;
    case 'which-one':
      return `which-one ${meeting.candidates.map((candidate) => candidate.contactId).join(' ')}`;
    case 'archived':
      return `archived ${meeting.contact.contactId}`;
    case 'follow':
      return `follow ${meeting.loser.contactId} to ${meeting.contact.contactId}`;
    case 'supplier':
      return `supplier ${meeting.candidates.map((candidate) => candidate.contactId).join(' ')}`;
    case 'merged':
      return `merged ${meeting.contact.contactId}`;
  }
}

const stranger = { email: 'other@person.example', phone: '0200 000000', mobile: '', billingAddress: { ...MILL_ROW, postcode: 'YO1 1AA' } };
const bare = { email: '', phone: '', mobile: '', billingAddress: EMPTY_ADDRESS };

describe('B3: the first meeting', () => {
  it.each<[string, readonly Contact[], Partial<GesCustomer>, Rest, string]>([
    ['nobody there', [], {}, {}, 'create'],
    ['somebody else there', [contact({ name: 'Zeta' })], {}, {}, 'create'],

    [
      'ContactNumber is our id, whatever else differs',
      [contact({ name: 'Zeta', ...stranger, contactNumber: 'cus_1001' })],
      {},
      {},
      'adopt contact-1 by contact-number',
    ],
    [
      'ContactNumber goes before e-mail and name',
      [contact({ contactId: 'b' }), contact({ contactId: 'a', name: 'Z', ...stranger, contactNumber: 'cus_1001' })],
      {},
      {},
      'adopt a by contact-number',
    ],
    ['ContactNumber, archived', [contact({ contactNumber: 'cus_1001', status: 'ARCHIVED' })], {}, {}, 'archived contact-1'],

    [
      'same e-mail and name, other place',
      [contact({ ...stranger, email: 'ACCOUNTS@hartley.example' })],
      {},
      {},
      'adopt contact-1 by email',
    ],
    ['same e-mail, other name', [contact({ name: 'Priya Nair' })], {}, {}, 'create'],
    [
      'same e-mail and name twice',
      [contact({ contactId: 'a' }), contact({ contactId: 'b', name: 'Hartley Lettings Limited' })],
      {},
      {},
      'which-one a b',
    ],
    [
      'same e-mail and name, one of two archived',
      [contact({ contactId: 'a', status: 'ARCHIVED' }), contact({ contactId: 'b' })],
      {},
      {},
      'adopt b by email',
    ],
    ['same e-mail and name, archived', [contact({ status: 'ARCHIVED' })], {}, {}, 'archived contact-1'],
    [
      'same e-mail goes before same place',
      [contact({ contactId: 'a', email: 'x@y.example' }), contact({ contactId: 'b', ...stranger, email: 'accounts@hartley.example' })],
      {},
      {},
      'adopt b by email',
    ],

    [
      'same name and postcode',
      [contact({ ...stranger, billingAddress: { ...EMPTY_ADDRESS, postcode: 'ls14ab' } })],
      {},
      {},
      'adopt contact-1 by postcode-or-phone',
    ],
    ['same name and phone', [contact({ ...stranger, phone: '+44 113 496 0000' })], {}, {}, 'adopt contact-1 by postcode-or-phone'],
    [
      'same name, our mobile is their phone',
      [contact({ ...stranger, phone: '07700900123' })],
      {},
      {},
      'adopt contact-1 by postcode-or-phone',
    ],
    [
      'same name and postcode twice',
      [contact({ contactId: 'a', email: '' }), contact({ contactId: 'b', email: '' })],
      {},
      {},
      'which-one a b',
    ],

    ['same name only, the contact is bare', [bareContact()], {}, {}, 'adopt contact-1 by name'],
    ['same name only, the customer is bare', [contact()], bare, {}, 'adopt contact-1 by name'],
    ['same name only, spelled another way', [bareContact({ name: 'hartley lettings LIMITED' })], {}, {}, 'adopt contact-1 by name'],
    ['same name only, not unique in GES', [bareContact()], {}, { nameIsUniqueInGes: false }, 'which-one contact-1'],
    [
      'same name only, not unique in Xero',
      [bareContact({ contactId: 'a' }), bareContact({ contactId: 'b', name: 'Hartley Lettings Limited' })],
      {},
      {},
      'which-one a b',
    ],
    ['same name only, archived: archived namesakes do not block', [bareContact({ status: 'ARCHIVED' })], {}, {}, 'create'],

    ['same name, contradicted: another person', [contact(stranger)], {}, {}, 'create (LS1 4AB)'],
    ['same name, contradicted, no postcode', [contact(stranger)], { billingAddress: EMPTY_ADDRESS }, {}, 'create (cus_1001)'],
    [
      'same name with postcode taken as well',
      [contact(stranger), bareContact({ contactId: 'b', name: 'Hartley Lettings Ltd (LS1 4AB)' })],
      {},
      {},
      'create (cus_1001)',
    ],
    ['namesake in another case blocks the name', [contact({ ...stranger, name: 'HARTLEY LETTINGS LTD' })], {}, {}, 'create (LS1 4AB)'],
    ['namesake being created in the same batch', [], {}, { namesInUse: new Set(['hartley lettings limited']) }, 'create (LS1 4AB)'],

    ['the only match belongs to another customer (B1)', [contact()], {}, { taken: new Set(['contact-1']) }, 'create (LS1 4AB)'],
    [
      'ContactNumber is our id, but merged away (B6) into one that Xero does not show: Xero takes the number a second time from nobody',
      [contact({ contactNumber: 'cus_1001', mergedTo: 'winner', status: 'ARCHIVED' }), contact({ contactId: 'winner' })],
      {},
      {},
      'merged contact-1',
    ],
    [
      'ContactNumber is our id, but the contact belongs to another customer: Xero would refuse the number for ever',
      [contact({ contactNumber: 'cus_1001', name: 'Zeta' })],
      {},
      { taken: new Set(['contact-1']) },
      'which-one contact-1',
    ],
    [
      'B6: ContactNumber is our id, but merged away: the winner is the one',
      [contact({ contactNumber: 'cus_1001', mergedTo: 'winner', status: 'ARCHIVED' })],
      {},
      { winners: new Map([['contact-1', contact({ contactId: 'winner', name: 'Zeta' })]]) },
      'follow contact-1 to winner',
    ],
    [
      'B6: the same name and e-mail, but merged away: the winner is the one',
      [contact({ mergedTo: 'winner', status: 'ARCHIVED' })],
      {},
      { winners: new Map([['contact-1', contact({ contactId: 'winner', name: 'Zeta' })]]) },
      'follow contact-1 to winner',
    ],
    [
      'B6, B5: merged away into one that is archived by now',
      [contact({ mergedTo: 'winner', status: 'ARCHIVED' })],
      {},
      { winners: new Map([['contact-1', contact({ contactId: 'winner', status: 'ARCHIVED' })]]) },
      'archived winner',
    ],
    [
      'B6: the same name alone, but merged away: another person',
      [bareContact({ mergedTo: 'winner', status: 'ARCHIVED' })],
      {},
      { winners: new Map([['contact-1', contact({ contactId: 'winner' })]]) },
      'create',
    ],
    ['B3: only a supplier, by name alone', [bareContact({ isSupplier: true, isCustomer: false })], {}, {}, 'supplier contact-1'],
    ['B3: only a supplier, by e-mail', [contact({ isSupplier: true, isCustomer: false })], {}, {}, 'supplier contact-1'],
    ['B3: a supplier that is a customer as well', [contact({ isSupplier: true, isCustomer: true })], {}, {}, 'adopt contact-1 by email'],
    [
      'B3: a supplier and a customer, both with our e-mail: the customer',
      [contact({ isSupplier: true, isCustomer: false }), contact({ contactId: 'b', name: 'Hartley Lettings Limited' })],
      {},
      {},
      'adopt b by email',
    ],
    [
      'B3: only a supplier of the same name, but contradicted: another person',
      [contact({ ...stranger, isSupplier: true, isCustomer: false })],
      {},
      {},
      'create (LS1 4AB)',
    ],
    [
      'a contact that was merged away into nobody we know is no candidate',
      [contact({ mergedTo: 'winner', status: 'ARCHIVED' })],
      {},
      {},
      'create',
    ],
    ['a name without letters or digits is like no other', [bareContact({ name: '!!!' })], { name: '???' }, {}, 'create (LS1 4AB)'],
  ])('%s', (_situation, contacts, ofCustomer, rest, expected) => {
    expect(told(meet(input(contacts, ofCustomer, rest)))).toBe(expected);
  });

  it('B3: however many customers meet them, each contact is looked through once', () => {
    let looks = 0;
    const counted = Array.from({ length: 50 }, (_, n) => {
      const { name: _name, ...rest } = contact({ contactId: `c${String(n)}` });
      return Object.defineProperty(rest, 'name', { get: () => (looks++, `Person ${String(n)}`) }) as Contact;
    });
    const rest = { ...input(counted), taken: new Set<string>() };
    for (let n = 0; n < 50; n += 1) meet({ ...rest, gesId: `cus_${String(n)}` });
    expect(looks).toBe(50);
  });

  it('B3: asks for the names in GES only where the name alone would decide', () => {
    expect(needsNameCensus(input([bareContact()]))).toBe(true);
    expect(needsNameCensus(input([contact()]))).toBe(false);
    expect(needsNameCensus(input([]))).toBe(false);
    expect(needsNameCensus(input([contact(stranger)]))).toBe(false);
  });
});
