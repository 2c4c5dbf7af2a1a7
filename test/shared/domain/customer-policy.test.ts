import { describe, expect, it } from '@jest/globals';
import type { Contact } from '../../../shared/domain/contact.ts';
import { contactFields, customerFields } from '../../../shared/domain/customer.ts';
import { decideLinked, decideUnlinked, withNameSuffix } from '../../../shared/domain/customer-policy.ts';
import { conflictNote, type ActDecision, type Decision } from '../../../shared/domain/decision.ts';
import type { Base, Link } from '../../../shared/domain/link.ts';
import { knownContacts } from '../../../shared/domain/matching.ts';
import type { GesCustomer } from '../../../shared/domain/records.ts';
import { bareContact, contact, customer, MILL_ROW } from '../../support/fake-records.ts';

const link: Link = {
  type: 'customer',
  gesId: 'cus_1001',
  xeroId: 'contact-1',
  status: 'synced',
  statusAt: '2026-11-20T00:00:00.000Z',
  gesRevision: 1,
  xeroSeenAt: 0,
  version: 1,
};
const base: Base = { ges: customerFields(customer()), xero: contactFields(contact()) };

function linked(ges: Partial<GesCustomer>, xero: Partial<Contact> = {}, ofLink: Partial<Link> = {}) {
  return decideLinked({ ...link, ...ofLink }, base, customerFields(customer(ges)), contact(xero));
}
function unlinked(contacts: readonly Contact[], ofCustomer: Partial<GesCustomer> = {}, nameIsUniqueInGes = true) {
  return decideUnlinked(customer(ofCustomer), {
    contacts: knownContacts(contacts),
    taken: new Set(),
    namesInUse: new Set(),
    nameIsUniqueInGes,
  });
}
function act<E>(decision: Decision<E>): ActDecision<E> {
  if (decision.kind !== 'act') throw new Error(`expected an act, got ${JSON.stringify(decision)}`);
  return decision;
}
function problemOf(decision: Decision<unknown>) {
  return decision.kind === 'attention' ? decision.problem.code : decision.kind;
}

describe('a linked customer', () => {
  it('E3: nothing changed: tells nobody anything', () => {
    expect(act(linked({}))).toMatchObject({ xero: { op: 'none' }, toGes: {}, conflicts: [], notes: [], warnings: [] });
  });
  it('B4: an edit in GES updates the contact by its id, with the changed fields only', () => {
    const decision = act(linked({ phone: '0200 000000' }));
    expect(decision.xero).toEqual({ op: 'update', xeroId: 'contact-1', element: { phone: '0200 000000' } });
    expect(decision.changedInXero).toEqual(['phone']);
  });
  it('B4: an edit in Xero updates the customer', () => {
    expect(act(linked({}, { vatNumber: 'GB987654321' }))).toMatchObject({ xero: { op: 'none' }, toGes: { vatNumber: 'GB987654321' } });
  });
  it('E1, E2: the same field on both sides: GES wins and a note keeps the losing value', () => {
    const decision = act(linked({ phone: '1' }, { phone: '2' }));
    expect(decision.conflicts).toEqual([{ field: 'phone', winner: 'ges', kept: '1', lost: '2' }]);
    expect(decision.conflicts.map(conflictNote)).toMatchObject([{ code: 'conflict', details: { field: 'phone', kept: '1', lost: '2' } }]);
  });
  it('B5: an edit for an archived contact needs a person; an archived contact without news does not', () => {
    expect(problemOf(linked({ phone: '1' }, { status: 'ARCHIVED' }))).toBe('contact-archived');
    expect(problemOf(linked({}, { status: 'ARCHIVED' }))).toBe('act');
  });
  it('B6: a merged contact is never written to', () => {
    expect(problemOf(linked({ phone: '1' }, { status: 'ARCHIVED', mergedTo: 'winner' }))).toBe('contact-merged');
  });
  it('B8: a name that became unusable blocks, unless Xero has just given one', () => {
    expect(problemOf(linked({ name: '<>' }))).toBe('name-unusable');
  });
  it('B8: an e-mail that Xero would refuse stays at home with a warning; the rest goes', () => {
    const decision = act(linked({ email: 'no address', phone: '1' }));
    expect(decision.xero).toMatchObject({ element: { phone: '1' } });
    expect(decision.xero).not.toHaveProperty('element.email');
    expect(decision.warnings).toEqual(['field-not-sent:email']);
  });
  it('B4: keeps the suffix on the link', () => {
    expect(act(linked({}, {}, { nameSuffix: ' (LS1 4AB)' })).nameSuffix).toBe(' (LS1 4AB)');
  });
});

describe('a name suffix in Xero that the link does not know of', () => {
  const renamed = { name: 'Hartley Lettings Ltd (LS1 4AB)' };
  it('B4: typed by a person there, it is an edit like any other', () => {
    const decision = act(linked({}, renamed));
    expect(decision.toGes).toEqual(renamed);
    expect(decision.nameSuffix).toBeUndefined();
  });
  it('B4: ours, of a rename whose answer was not stored any more, never returns to GES', () => {
    const decision = act(linked({ name: 'Zeta' }, { name: 'Zeta (LS1 4AB)' }));
    expect([decision.xero, decision.toGes, decision.nameSuffix]).toEqual([{ op: 'none' }, {}, ' (LS1 4AB)']);
  });
  it('B4: ours, of a contact whose base was stored and whose link was not, never returns to GES', () => {
    const stored: Base = { ...base, xero: contactFields(contact(renamed)) };
    const decision = act(decideLinked(link, stored, customerFields(customer()), contact(renamed)));
    expect([decision.toGes, decision.nameSuffix]).toEqual([{}, ' (LS1 4AB)']);
  });
});

describe('an address whose country Xero would refuse', () => {
  it('B8: the country that stayed at home is not lost when the address is edited in Xero', () => {
    const odd = { ...MILL_ROW, country: 'U.K. (GB)' };
    const baseOfOdd: Base = {
      ...base,
      ges: customerFields(customer({ billingAddress: odd })),
      xero: contactFields(contact({ billingAddress: { ...MILL_ROW, country: '' } })),
    };
    const edited = contact({ billingAddress: { ...MILL_ROW, line1: '5 Mill Row', country: '' } });
    const decision = act(decideLinked(link, baseOfOdd, customerFields(customer({ billingAddress: odd })), edited));
    expect(decision.toGes['billingAddress']?.split('\n')).toEqual(['5 Mill Row', '', 'Leeds', 'West Yorkshire', 'LS1 4AB', 'U.K. (GB)']);
  });
});

describe('a customer without a link', () => {
  it('B1: nobody there: a new contact with our id', () => {
    expect(act(unlinked([])).xero).toMatchObject({ op: 'create', element: { contactNumber: 'cus_1001', name: 'Hartley Lettings Ltd' } });
  });
  it('B3: several candidates: Which one is it?, with the candidates', () => {
    const decision = unlinked([contact({ contactId: 'a' }), contact({ contactId: 'b', name: 'Hartley Lettings Limited' })]);
    expect(decision).toMatchObject({ kind: 'attention', problem: { code: 'which-contact', candidates: ['a', 'b'] } });
  });
  it('B5: the match is archived: a person must restore it', () => {
    expect(problemOf(unlinked([contact({ status: 'ARCHIVED' })]))).toBe('contact-archived');
  });
  it('B6: the contact with our number was merged away: a person must look, since Xero gives the number to no second one', () => {
    const loser = contact({ contactNumber: 'cus_1001', status: 'ARCHIVED', mergedTo: 'winner' });
    expect(problemOf(unlinked([loser, contact({ contactId: 'winner' })]))).toBe('contact-merged');
  });
  it('B8: an unusable name blocks', () => {
    expect(problemOf(unlinked([], { name: ' <> ' }))).toBe('name-unusable');
  });
  it('B3: adoption fills empty fields on both sides and sets an empty ContactNumber', () => {
    const decision = act(unlinked([contact({ mobile: '' })], { vatNumber: '' }));
    expect(decision.xero).toEqual({ op: 'update', xeroId: 'contact-1', element: { mobile: '07700 900123', contactNumber: 'cus_1001' } });
    expect(decision.toGes).toEqual({ vatNumber: 'GB123456789' });
    expect(decision.changedInXero).toEqual(['mobile']);
  });
  it('B1: a ContactNumber that is set and not ours is left alone', () => {
    expect(act(unlinked([contact({ contactNumber: 'BOOK-7' })])).xero).toEqual({ op: 'none' });
  });
  it('B3: differing values stay and are listed once in the timeline', () => {
    const decision = act(unlinked([contact({ contactNumber: 'X', phone: '0200 000000' })]));
    expect([decision.xero, decision.toGes]).toEqual([{ op: 'none' }, {}]);
    expect(decision.notes).toMatchObject([
      { code: 'adopted', details: { by: 'email', differing: { phone: { ges: '0113 496 0000', xero: '0200 000000' } } } },
    ]);
  });
  it('B3: the same name but contradicted: created with a suffix, which is kept and told', () => {
    const other = bareContact({ email: 'x@y.example' });
    const decision = act(unlinked([other]));
    expect(decision.xero).toMatchObject({ op: 'create', element: { name: 'Hartley Lettings Ltd (LS1 4AB)' } });
    expect(decision.nameSuffix).toBe(' (LS1 4AB)');
    expect(decision.notes).toMatchObject([{ code: 'name-suffix' }]);
  });
  it('B4: a contact of ours that is found again by its number keeps the suffix we once gave it', () => {
    const ours = contact({ contactNumber: 'cus_1001', name: 'Hartley Lettings Ltd (LS1 4AB)' });
    const decision = act(unlinked([ours]));
    expect(decision.nameSuffix).toBe(' (LS1 4AB)');
    expect(decision.notes[0]?.details).toMatchObject({ differing: {} });
  });
});

describe('a rename that Xero refuses because the name is taken', () => {
  it('B3: goes again with the suffix, everything else unchanged', () => {
    const ges = customerFields(customer({ name: 'Zeta', phone: '1' }));
    const refused = act(linked({ name: 'Zeta', phone: '1' }));
    const again = withNameSuffix(refused, ges, ` (${MILL_ROW.postcode})`);
    expect(again.xero).toMatchObject({ op: 'update', element: { name: 'Zeta (LS1 4AB)', phone: '1' } });
    expect(again.nameSuffix).toBe(' (LS1 4AB)');
  });
});
