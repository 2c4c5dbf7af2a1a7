import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fieldToAddress } from '../../../shared/domain/address.ts';
import type { Contact, ContactPatch } from '../../../shared/domain/contact.ts';
import { contactFields, customerFields } from '../../../shared/domain/customer.ts';
import { decideLinked, decideUnlinked } from '../../../shared/domain/customer-policy.ts';
import type { ActDecision, Decision } from '../../../shared/domain/decision.ts';
import type { Base, Link } from '../../../shared/domain/link.ts';
import { knownContacts } from '../../../shared/domain/matching.ts';
import type { GesCustomer } from '../../../shared/domain/records.ts';
import { bareContact, contact, customer } from '../../support/fake-records.ts';

/** Any history of edits on both sides, with words that Xero refuses, changes or compares in its own way. */

const ODD = ['', 'Bob', 'bob', 'Bob (LS1 4AB)', 'Bob  Smith ', '<b>', 'x'.repeat(300), '+44 113 4960000', '0113 496 0000', 'ask for Bob'];
const PLACES = ['LS1 4AB', 'ls14ab', 'UK', 'U.K.', 'United Kingdom', "Côte d'Ivoire", 'a\nb', 'GB123', 'a@b.example', 'a..b@c'];
const words = fc.oneof(fc.constantFrom(...ODD, ...PLACES), fc.string({ maxLength: 12, unit: 'grapheme' }));
const address = fc.record({ line1: words, line2: words, city: words, county: words, postcode: words, country: words });
const inGes = fc.record(
  { name: words, firstName: words, email: words, phone: words, mobile: words, vatNumber: words, billingAddress: address },
  { requiredKeys: [] },
);

/** What a person can have typed into Xero, which keeps its own rules (xero-facts §5). */
const kept = (length: number) => words.map((text) => text.replace(/[<>]/g, '').replace(/\s+/g, ' ').slice(0, length).trim());
const keptAddress = fc.record({
  ...{ line1: kept(500), line2: kept(500), city: kept(255), county: kept(255), postcode: kept(50) },
  country: fc.constantFrom('', 'UK', 'United Kingdom', 'France'),
});
const inXero = fc.record(
  {
    ...{ name: kept(255).filter((name) => name !== ''), firstName: kept(255), email: fc.constantFrom('', 'x@y.example', 'a@b.example') },
    ...{ phone: kept(50), mobile: kept(50), vatNumber: kept(50), billingAddress: keptAddress },
  },
  { requiredKeys: [] },
);

/** Xero takes the element, or refuses it: what it would refuse must never be sent (B8). */
function saved(held: Contact, element: ContactPatch): Contact {
  const after = { ...held, ...element };
  expect(after.name).not.toMatch(/[<>]|\s\s|^\s|\s$|\p{Cc}/u);
  expect(after.name).not.toBe('');
  expect(after.name.length).toBeLessThanOrEqual(255);
  expect(Math.max(after.phone.length, after.mobile.length, after.vatNumber.length)).toBeLessThanOrEqual(50);
  expect(after.email).toMatch(/^$|^[!-~]+@[\w-]+(\.[\w-]+)+$/);
  expect(after.billingAddress.country).toMatch(/^[\p{L} ]{0,50}$/u);
  return after;
}

class BothSides {
  ges: GesCustomer;
  xero: Contact | undefined;
  private base: Base | undefined;
  private link: Link = { type: 'customer', gesId: 'cus_1001', status: 'synced', statusAt: '', gesRevision: 1, xeroSeenAt: 0, version: 1 };

  constructor(ges: GesCustomer, xero: Contact | undefined) {
    [this.ges, this.xero] = [ges, xero];
  }

  decide(): Decision<ContactPatch> {
    const fields = customerFields(this.ges);
    if (this.xero !== undefined && this.base !== undefined) return decideLinked(this.link, this.base, fields, this.xero);
    const contacts = knownContacts(this.xero === undefined ? [] : [this.xero]);
    return decideUnlinked(this.ges, { contacts, taken: new Set(), namesInUse: new Set(), nameIsUniqueInGes: true });
  }

  /** One look: both sides are told what they miss. False when only a person can go on. */
  look(): boolean {
    const decision = this.decide();
    if (decision.kind !== 'act') return false;
    this.tell(decision);
    if (this.xero === undefined) throw new Error('an act leaves a contact');
    this.base = { ges: customerFields(this.ges), xero: contactFields(this.xero) };
    const { nameSuffix: _before, ...link } = this.link;
    this.link = { ...link, ...(decision.nameSuffix === undefined ? {} : { nameSuffix: decision.nameSuffix }) };
    return true;
  }

  private tell({ xero, toGes }: ActDecision<ContactPatch>): void {
    if (xero.op === 'create') this.xero = saved(bareContact({ name: 'new' }), xero.element);
    if (xero.op === 'update' && this.xero !== undefined) this.xero = saved(this.xero, xero.element);
    const { billingAddress, ...texts } = toGes;
    this.ges = { ...this.ges, ...texts, ...(billingAddress === undefined ? {} : { billingAddress: fieldToAddress(billingAddress) }) };
  }
}

describe('any history of one customer', () => {
  it('B8, E1, E3: one look brings both sides in step with what Xero takes; the next has nothing to say', () => {
    const edits = fc.record({ ges: inGes, xero: inXero }, { requiredKeys: [] });
    fc.assert(
      fc.property(inGes, fc.option(inXero, { nil: undefined }), fc.array(edits, { maxLength: 4 }), (ges, met, history) => {
        const sides = new BothSides(customer(ges), met === undefined ? undefined : contact(met));
        for (const edit of [{}, ...history]) {
          sides.ges = { ...sides.ges, ...edit.ges };
          if (sides.xero !== undefined) sides.xero = { ...sides.xero, ...edit.xero };
          if (sides.look()) expect(sides.decide()).toMatchObject({ kind: 'act', xero: { op: 'none' }, toGes: {}, conflicts: [] });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
