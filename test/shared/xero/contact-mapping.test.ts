import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import { ObjectSerializer } from 'xero-node/dist/gen/model/accounting/models.js';
import type { ContactPatch } from '../../../shared/domain/contact.ts';
import { toContact, toXeroContact } from '../../../shared/xero/contact-mapping.ts';
import { xeroContact } from './stub-xero.ts';

const received = (parts: Readonly<Record<string, unknown>>) =>
  toContact(ObjectSerializer.deserialize(xeroContact(parts), 'Contact') as XeroContact);
const sent = (patch: ContactPatch & { contactId?: string }) =>
  JSON.parse(JSON.stringify(ObjectSerializer.serialize(toXeroContact(patch), 'Contact'))) as Record<string, unknown>;

describe('toContact', () => {
  it('reads names, e-mail, VAT number, times and flags as they are', () => {
    expect(received({ ContactNumber: 'cus_1001' })).toEqual({
      contactId: '11111111-1111-4111-8111-111111111111',
      contactNumber: 'cus_1001',
      name: 'Hartley Lettings Ltd',
      firstName: 'Priya',
      lastName: 'Nair',
      email: 'accounts@hartley.example',
      phone: '',
      mobile: '',
      billingAddress: { line1: '', line2: '', city: '', county: '', postcode: '', country: '' },
      vatNumber: 'GB123456789',
      status: 'ACTIVE',
      isCustomer: true,
      isSupplier: false,
      updatedAt: 1_795_353_449_461,
    });
  });

  it('B2: reads the billing address from the POBOX slot, never from STREET', () => {
    const contact = received({
      Addresses: [
        { AddressType: 'STREET', AddressLine1: '9 Oak Street', City: 'York' },
        {
          AddressType: 'POBOX',
          AddressLine1: '4 Mill Row',
          City: 'Leeds',
          Region: 'West Yorkshire',
          PostalCode: 'LS1 4AB',
          Country: 'United Kingdom',
        },
      ],
    });
    expect(contact.billingAddress).toEqual({
      line1: '4 Mill Row',
      line2: '',
      city: 'Leeds',
      county: 'West Yorkshire',
      postcode: 'LS1 4AB',
      country: 'United Kingdom',
    });
  });

  it('keeps address lines 3 and 4 in line 2, since GES has two lines', () => {
    const contact = received({
      Addresses: [{ AddressType: 'POBOX', AddressLine1: 'Unit 4', AddressLine2: 'Mill Row', AddressLine4: 'Holbeck' }],
    });
    expect(contact.billingAddress).toMatchObject({ line1: 'Unit 4', line2: 'Mill Row, Holbeck' });
  });

  it.each([
    [{ PhoneNumber: '0113 496 0000' }, '0113 496 0000'],
    [{ PhoneCountryCode: '44', PhoneAreaCode: '113', PhoneNumber: '496 0000' }, '+44 113 496 0000'],
    [{ PhoneCountryCode: '+44', PhoneAreaCode: '', PhoneNumber: '113 496 0000' }, '+44 113 496 0000'],
    [{ PhoneAreaCode: '0113', PhoneNumber: '496 0000' }, '0113 496 0000'],
  ])('joins the parts of a phone: %p', (parts, number) => {
    const contact = received({
      Phones: [
        { PhoneType: 'FAX', PhoneNumber: '1' },
        { PhoneType: 'DEFAULT', ...parts },
        { PhoneType: 'MOBILE', ...parts },
      ],
    });
    expect([contact.phone, contact.mobile]).toEqual([number, number]);
  });

  it('B6: knows where a merged contact went, and that all zeros is no id', () => {
    const winner = '22222222-2222-4222-8222-222222222222';
    expect(received({ ContactStatus: 'ARCHIVED', MergedToContactID: winner })).toMatchObject({ status: 'ARCHIVED', mergedTo: winner });
    expect(received({ MergedToContactID: '00000000-0000-0000-0000-000000000000' })).not.toHaveProperty('mergedTo');
    expect(received({ MergedToContactID: null, ContactNumber: null })).toMatchObject({ contactNumber: '' });
    expect(received({ MergedToContactID: null })).not.toHaveProperty('mergedTo');
    expect(received({ ContactID: '00000000-0000-0000-0000-000000000000' }).contactId).toBe('');
  });
});

describe('toXeroContact', () => {
  it('B2: sends the billing address into the POBOX slot only, all lines of it', () => {
    const billingAddress = { line1: '4 Mill Row', line2: '', city: 'Leeds', county: 'West Yorkshire', postcode: 'LS1 4AB', country: '' };
    expect(sent({ billingAddress })).toEqual({
      Addresses: [
        {
          AddressType: 'POBOX',
          AddressLine1: '4 Mill Row',
          AddressLine2: '',
          AddressLine3: '',
          AddressLine4: '',
          City: 'Leeds',
          Region: 'West Yorkshire',
          PostalCode: 'LS1 4AB',
          Country: '',
        },
      ],
    });
  });

  it('sends named fields only; an empty phone clears its slot with all parts (xero-facts §5)', () => {
    expect(sent({ contactId: 'c1', phone: '' })).toEqual({
      ContactID: 'c1',
      Phones: [{ PhoneType: 'DEFAULT', PhoneNumber: '', PhoneAreaCode: '', PhoneCountryCode: '' }],
    });
    expect(sent({ contactNumber: 'cus_1', name: 'A', email: '', mobile: '07700 900123' })).toEqual({
      ContactNumber: 'cus_1',
      Name: 'A',
      EmailAddress: '',
      Phones: [{ PhoneType: 'MOBILE', PhoneNumber: '07700 900123', PhoneAreaCode: '', PhoneCountryCode: '' }],
    });
  });

  it('property: what is sent and stored slot by slot reads back as the same', () => {
    const text = fc.string({ maxLength: 20 }).filter((value) => !value.startsWith('/Date('));
    const address = fc.record({ line1: text, line2: text, city: text, county: text, postcode: text, country: text });
    const patch = fc.record({
      name: text,
      firstName: text,
      lastName: text,
      email: text,
      phone: text,
      mobile: text,
      billingAddress: address,
      vatNumber: text,
    });
    fc.assert(
      fc.property(patch, (fields) => {
        expect(received(sent(fields))).toMatchObject(fields);
      }),
    );
  });
});
