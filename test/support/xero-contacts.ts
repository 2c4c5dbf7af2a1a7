import type { Contact as StoredContact, Phone } from '../../local/xero-sandbox/contacts/records.ts';
import type { Contact } from '../../shared/domain/contact.ts';
import type { MoneyXero } from './money-xero.ts';

/** The contacts of the organisation in our words, and what a bookkeeper does to them in Xero itself. */
export interface XeroContacts {
  /** In the order in which they were made. */
  all(): readonly Contact[];
  named(name: string): readonly Contact[];
  create(varied: Partial<Contact> & { readonly name: string }): Contact;
  edit(contactId: string, change: Partial<Contact>): Contact;
  merge(contactId: string, into: string): void;
}

/** `tenantId`: of an organisation that has no contacts yet. */
export function createXeroContacts(xero: MoneyXero, tenantId: string): XeroContacts {
  const { contacts } = xero.sandbox.state;
  const stored = (): readonly StoredContact[] => contacts.by('tenant', tenantId);
  const order: string[] = [];

  function all(): readonly Contact[] {
    const now = stored();
    const fresh = now.filter(({ contactId }) => !order.includes(contactId));
    order.push(...fresh.sort((a, b) => a.created - b.created).map(({ contactId }) => contactId));
    const byId = new Map(now.map((contact) => [contact.contactId, contact]));
    return order.flatMap((id) => byId.get(id) ?? []).map(toOurs);
  }
  function get(contactId: string): Contact {
    const found = all().find((contact) => contact.contactId === contactId);
    if (found === undefined) throw new RangeError(`no contact ${contactId}`);
    return found;
  }
  /** Roles come with documents, which these tests have none of. */
  function withRoles(contactId: string, { isCustomer, isSupplier }: Partial<Contact>): void {
    const contact = stored().find((candidate) => candidate.contactId === contactId);
    if (contact === undefined || (isCustomer === undefined && isSupplier === undefined)) return;
    contacts.put({ ...contact, isCustomer: isCustomer ?? contact.isCustomer, isSupplier: isSupplier ?? contact.isSupplier });
  }
  function withStatus(contactId: string, status: Contact['status'] | undefined): void {
    if (status !== undefined && get(contactId).status !== status)
      xero.as(`contacts/${contactId}/${status === 'ARCHIVED' ? 'archive' : 'restore'}`);
  }

  return {
    all,
    named: (name) => all().filter((contact) => contact.name === name),
    create(varied) {
      const { ContactID } = xero.as('contacts', elementOf(varied));
      const contactId = String(ContactID);
      withRoles(contactId, { isCustomer: true, ...varied });
      withStatus(contactId, varied.status);
      return get(contactId);
    },
    edit(contactId, change) {
      const element = elementOf(change);
      withRoles(contactId, change);
      withStatus(contactId, change.status);
      if (Object.keys(element).length > 0) xero.as(`contacts/${contactId}`, element);
      return get(contactId);
    },
    merge: (contactId, into) => void xero.as(`contacts/${contactId}/merge`, { into }),
  };
}

function toOurs({ contactId, name, status, texts, phones, addresses, isCustomer, isSupplier, mergedTo, updated }: StoredContact): Contact {
  const number = (phone: Phone | undefined): string =>
    [phone?.PhoneCountryCode, phone?.PhoneAreaCode, phone?.PhoneNumber].filter((part) => part !== undefined && part !== '').join(' ');
  const billing = addresses.POBOX;
  return {
    contactId,
    contactNumber: texts.ContactNumber ?? '',
    name,
    firstName: texts.FirstName ?? '',
    lastName: texts.LastName ?? '',
    email: texts.EmailAddress ?? '',
    phone: number(phones.DEFAULT),
    mobile: number(phones.MOBILE),
    billingAddress: {
      line1: billing?.AddressLine1 ?? '',
      line2: billing?.AddressLine2 ?? '',
      city: billing?.City ?? '',
      county: billing?.Region ?? '',
      postcode: billing?.PostalCode ?? '',
      country: billing?.Country ?? '',
    },
    vatNumber: texts.TaxNumber ?? '',
    status,
    ...(mergedTo === undefined ? {} : { mergedTo }),
    isCustomer,
    isSupplier,
    updatedAt: updated,
  };
}

/** As Xero's own API names the fields that are given. */
function elementOf(given: Partial<Contact>): Readonly<Record<string, unknown>> {
  const { name, contactNumber, firstName, lastName, email, phone, mobile, vatNumber, billingAddress } = given;
  const phones = [
    ...(phone === undefined ? [] : [{ PhoneType: 'DEFAULT', PhoneNumber: phone, PhoneAreaCode: '', PhoneCountryCode: '' }]),
    ...(mobile === undefined ? [] : [{ PhoneType: 'MOBILE', PhoneNumber: mobile, PhoneAreaCode: '', PhoneCountryCode: '' }]),
  ];
  const texts = {
    Name: name,
    ContactNumber: contactNumber,
    FirstName: firstName,
    LastName: lastName,
    EmailAddress: email,
    TaxNumber: vatNumber,
  };
  const address = billingAddress && {
    AddressType: 'POBOX',
    AddressLine1: billingAddress.line1,
    AddressLine2: billingAddress.line2,
    City: billingAddress.city,
    Region: billingAddress.county,
    PostalCode: billingAddress.postcode,
    Country: billingAddress.country,
  };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(phones.length === 0 ? {} : { Phones: phones }),
    ...(address === undefined ? {} : { Addresses: [address] }),
  };
}
