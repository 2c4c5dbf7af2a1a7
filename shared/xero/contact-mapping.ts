import { Address } from 'xero-node/dist/gen/model/accounting/address.js';
import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import { Phone } from 'xero-node/dist/gen/model/accounting/phone.js';
import type { Contact, ContactPatch } from '../domain/contact.ts';
import type { GesAddress } from '../domain/records.ts';
import { isXeroId } from './element-answers.ts';

/** Xero's contacts ⇄ our words: the POBOX slot for the billing address (B2), the DEFAULT and MOBILE slots for phones. */

const EMPTY_ADDRESS: GesAddress = { line1: '', line2: '', city: '', county: '', postcode: '', country: '' };

/** A country code typed without its plus would not be dialable next to the area code. */
function wholeNumber(phone: Phone | undefined): string {
  const country = phone?.phoneCountryCode ?? '';
  const parts = [/^\d+$/.test(country) ? `+${country}` : country, phone?.phoneAreaCode ?? '', phone?.phoneNumber ?? ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** Lines 3 and 4 that a bookkeeper filled in join line 2: GES has only two, and nothing may be lost on the way. */
function readAddress(slot: Address | undefined): GesAddress {
  if (slot === undefined) return EMPTY_ADDRESS;
  const further = [slot.addressLine2, slot.addressLine3, slot.addressLine4].filter((line) => line !== undefined && line !== '');
  return {
    line1: slot.addressLine1 ?? '',
    line2: further.join(', '),
    city: slot.city ?? '',
    county: slot.region ?? '',
    postcode: slot.postalCode ?? '',
    country: slot.country ?? '',
  };
}

/** The whole slot, because sub-fields that are left out of a sent slot are kept. `AttentionTo` is not ours. */
function writeAddress(address: GesAddress): Address {
  return {
    addressType: Address.AddressTypeEnum.POBOX,
    addressLine1: address.line1,
    addressLine2: address.line2,
    addressLine3: '',
    addressLine4: '',
    city: address.city,
    region: address.county,
    postalCode: address.postcode,
    country: address.country,
  };
}

/** The whole number in one part: how a person split it in Xero must not survive beside it. */
function writePhone(phoneType: Phone['phoneType'], phoneNumber: string): Phone {
  return { ...(phoneType === undefined ? {} : { phoneType }), phoneNumber, phoneAreaCode: '', phoneCountryCode: '' };
}

function readStatus(status: XeroContact['contactStatus']): Contact['status'] {
  const text = String(status ?? 'ACTIVE');
  return text === 'ARCHIVED' || text === 'GDPRREQUEST' ? text : 'ACTIVE';
}

/** A contact of an answer in our words. `contactId` is empty for an element that was not created. */
export function toContact(contact: XeroContact): Contact {
  const phone = (type: string): Phone | undefined => contact.phones?.find(({ phoneType }) => String(phoneType) === type);
  const billing = contact.addresses?.find(({ addressType }) => String(addressType) === 'POBOX');
  return {
    contactId: isXeroId(contact.contactID) ? contact.contactID : '',
    contactNumber: contact.contactNumber ?? '',
    name: contact.name ?? '',
    firstName: contact.firstName ?? '',
    lastName: contact.lastName ?? '',
    email: contact.emailAddress ?? '',
    phone: wholeNumber(phone('DEFAULT')),
    mobile: wholeNumber(phone('MOBILE')),
    billingAddress: readAddress(billing),
    vatNumber: contact.taxNumber ?? '',
    status: readStatus(contact.contactStatus),
    ...(isXeroId(contact.mergedToContactID) ? { mergedTo: contact.mergedToContactID } : {}),
    isCustomer: contact.isCustomer ?? false,
    isSupplier: contact.isSupplier ?? false,
    updatedAt: contact.updatedDateUTC?.getTime() ?? 0,
  };
}

/** What Xero is to be told: named fields only; an empty string clears. */
export function toXeroContact(patch: ContactPatch & { readonly contactId?: string }): XeroContact {
  const phones = [
    ...(patch.phone === undefined ? [] : [writePhone(Phone.PhoneTypeEnum.DEFAULT, patch.phone)]),
    ...(patch.mobile === undefined ? [] : [writePhone(Phone.PhoneTypeEnum.MOBILE, patch.mobile)]),
  ];
  return {
    ...(patch.contactId === undefined ? {} : { contactID: patch.contactId }),
    ...(patch.contactNumber === undefined ? {} : { contactNumber: patch.contactNumber }),
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.firstName === undefined ? {} : { firstName: patch.firstName }),
    ...(patch.lastName === undefined ? {} : { lastName: patch.lastName }),
    ...(patch.email === undefined ? {} : { emailAddress: patch.email }),
    ...(phones.length === 0 ? {} : { phones }),
    ...(patch.billingAddress === undefined ? {} : { addresses: [writeAddress(patch.billingAddress)] }),
    ...(patch.vatNumber === undefined ? {} : { taxNumber: patch.vatNumber }),
  };
}
