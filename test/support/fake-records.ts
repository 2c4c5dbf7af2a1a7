import type { Contact } from '../../shared/domain/contact.ts';
import type { GesAddress, GesCustomer } from '../../shared/domain/records.ts';

/** Whole, believable records; a test names only what it varies. */

export const EMPTY_ADDRESS: GesAddress = { line1: '', line2: '', city: '', county: '', postcode: '', country: '' };

export const MILL_ROW: GesAddress = {
  line1: '4 Mill Row',
  line2: '',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'United Kingdom',
};

export function customer(varied: Partial<GesCustomer> = {}): GesCustomer {
  return {
    id: 'cus_1001',
    revision: 1,
    name: 'Hartley Lettings Ltd',
    firstName: 'Priya',
    lastName: 'Nair',
    email: 'accounts@hartley.example',
    phone: '0113 496 0000',
    mobile: '07700 900123',
    billingAddress: MILL_ROW,
    vatNumber: 'GB123456789',
    archived: false,
    updatedAt: '2026-11-22T10:00:00.000Z',
    ...varied,
  };
}

/** A contact with nothing but a name: what a bookkeeper types in a hurry. */
export function bareContact(varied: Partial<Contact> = {}): Contact {
  return {
    contactId: 'contact-1',
    contactNumber: '',
    name: 'Hartley Lettings Ltd',
    firstName: '',
    lastName: '',
    email: '',
    phone: '',
    mobile: '',
    billingAddress: EMPTY_ADDRESS,
    vatNumber: '',
    status: 'ACTIVE',
    isCustomer: true,
    isSupplier: false,
    updatedAt: Date.UTC(2026, 10, 20),
    ...varied,
  };
}

/** A contact with the same details as `customer()`. */
export function contact(varied: Partial<Contact> = {}): Contact {
  const { name, firstName, lastName, email, phone, mobile, billingAddress, vatNumber } = customer();
  return bareContact({ name, firstName, lastName, email, phone, mobile, billingAddress, vatNumber, ...varied });
}
