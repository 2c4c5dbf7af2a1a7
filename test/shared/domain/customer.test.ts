import { describe, expect, it } from '@jest/globals';
import {
  contactFields,
  customerFields,
  customerRules,
  customerWarnings,
  hasUsableName,
  newContact,
  normalisePhone,
  toContactPatch,
  toCustomerPatch,
} from '../../../shared/domain/customer.ts';
import { bareContact, contact, customer, EMPTY_ADDRESS, MILL_ROW } from '../../support/fake-records.ts';

const rules = customerRules(undefined);

describe('fields of a customer (B4)', () => {
  it('B4: both sides give the same fields for the same details', () => {
    expect(customerFields(customer())).toEqual(contactFields(contact()));
  });

  it('B4: name, first and last name, e-mail, phone, mobile, billing address and VAT number travel, and nothing else', () => {
    const expected = ['billingAddress', 'email', 'firstName', 'lastName', 'mobile', 'name', 'phone', 'vatNumber'];
    expect(Object.keys(customerFields(customer())).sort()).toEqual(expected);
    expect(Object.keys(rules).sort()).toEqual(expected);
  });
});

describe('same but for formatting (design §5)', () => {
  it.each([
    ['phone', '0113 496 0000', '+44 113 4960000'],
    ['phone', '0113 496 0000', '+44 (0)113 496-0000'],
    ['mobile', '07700 900123', '0044 7700 900 123'],
    ['vatNumber', 'GB 123 4567 89', '123456789'],
    ['name', 'Hartley  Lettings', ' Hartley Lettings '],
    ['email', 'a@b.example', ' a@b.example '],
  ])('%s: %j is %j', (field, one, other) => {
    expect(rules[field]?.same(one, other)).toBe(true);
  });

  it.each([
    ['phone', '0113 496 0000', '0113 496 0001'],
    ['phone', '', 'ask for Bob'],
    ['phone', 'ask for Ann', 'ask for Bob'],
    ['vatNumber', 'GB123456789', 'GB123456780'],
    ['name', 'Hartley', 'hartley'],
    ['email', 'a@b.example', ''],
  ])('%s: %j is not %j', (field, one, other) => {
    expect(rules[field]?.same(one, other)).toBe(false);
  });

  it('reads international forms as one number', () => {
    expect(normalisePhone('+353 1 234 5678')).not.toBe(normalisePhone('01 234 5678'));
  });
});

describe('what Xero would refuse (B8)', () => {
  it.each([
    ['email', 'not an address', 'field-not-sent:email'],
    ['email', 'jürgen@b.example', 'field-not-sent:email'],
    ['email', 'a..b@b.example', 'field-not-sent:email'],
    ['email', '.a@b.example', 'field-not-sent:email'],
    ['email', 'one@b.example;two@b.example', 'field-not-sent:email'],
    ['email', 'a,b@b.example', 'field-not-sent:email'],
    ['email', 'a@-b.example', 'field-not-sent:email'],
    ['email', 'a@b-.example', 'field-not-sent:email'],
    ['email', `${'x'.repeat(250)}@b.example`, 'field-not-sent:email'],
    ['phone', '1'.repeat(51), 'field-not-sent:phone'],
    ['mobile', '1'.repeat(51), 'field-not-sent:mobile'],
  ])('B8: %s %j is left out with a warning', (field, value, warning) => {
    const ges = customerFields(customer({ [field]: value }));
    expect(rules[field]?.toXero(value)).toBeUndefined();
    expect(newContact('cus_1', ges, undefined)).not.toHaveProperty(field);
    expect(customerWarnings(ges)).toEqual([warning]);
  });

  it.each(["o'brien+gas@b.example", 'first.last_2@sub.b-c.example', 'a&b@b.co.uk'])('B8: e-mail %j goes', (value) => {
    expect(rules['email']?.toXero(value)).toBe(value);
  });

  it('B8: a country that Xero would refuse is left out, the rest of the address goes', () => {
    const ges = customerFields(customer({ billingAddress: { ...MILL_ROW, country: "Côte d'Ivoire" } }));
    expect(newContact('cus_1', ges, undefined).billingAddress).toEqual({ ...MILL_ROW, country: '' });
    expect(customerWarnings(ges)).toEqual(['field-not-sent:country']);
  });

  it('B8: nothing is warned about where everything can go', () => {
    expect(customerWarnings(customerFields(customer()))).toEqual([]);
    expect(customerWarnings(customerFields(customer({ email: '', phone: '', mobile: '', billingAddress: EMPTY_ADDRESS })))).toEqual([]);
  });

  it.each([
    ['', false],
    ['<>', false],
    ['  ', false],
    ['Zeta', true],
  ])('B8: only an unusable name blocks: %j %s', (name, usable) => {
    expect(hasUsableName(customerFields(customer({ name })))).toBe(usable);
  });
});

describe('what a new contact is created with', () => {
  it('B1: carries our id as ContactNumber and every field that is given', () => {
    const { name, firstName, lastName, email, phone, mobile, billingAddress, vatNumber } = customer();
    expect(newContact('cus_1001', customerFields(customer()), undefined)).toEqual({
      contactNumber: 'cus_1001',
      ...{ name, firstName, lastName, email, phone, mobile, billingAddress, vatNumber },
    });
  });

  it('B3: carries the suffix in its name', () => {
    expect(newContact('c', customerFields(customer({ name: 'John <Smith>' })), ' (LS1 4AB)').name).toBe('John Smith (LS1 4AB)');
  });

  it('leaves out what is empty', () => {
    const ges = contactFields(bareContact());
    expect(newContact('c', ges, undefined)).toEqual({ contactNumber: 'c', name: 'Hartley Lettings Ltd' });
  });
});

describe('patches in the words of each side', () => {
  it('B2: turn the address field into an address, and clear it as a whole', () => {
    expect(toContactPatch({ billingAddress: '' })).toEqual({ billingAddress: EMPTY_ADDRESS });
    expect(toCustomerPatch({ phone: '1', billingAddress: '4 Mill Row\n\nLeeds\n\nLS1 4AB\n' })).toEqual({
      phone: '1',
      billingAddress: { ...EMPTY_ADDRESS, line1: '4 Mill Row', city: 'Leeds', postcode: 'LS1 4AB' },
    });
  });
});
