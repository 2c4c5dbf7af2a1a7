import { Checks, arrayField, booleanField, numberField, objectField, textField, wordField, type Element } from '../api/fields.ts';
import {
  ADDRESS_FIELDS,
  ADDRESS_TYPES,
  PHONE_FIELDS,
  PHONE_TYPES,
  TEXT_FIELDS,
  type Address,
  type Contact,
  type ContactPerson,
  type PaymentTerm,
  type Phone,
  type TextField,
} from './records.ts';

/** Lengths of Xero. */
const MAX_TEXT: Partial<Record<TextField, number>> = {
  ContactNumber: 50,
  AccountNumber: 50,
  CompanyNumber: 50,
  TaxNumber: 50,
  FirstName: 255,
  LastName: 255,
  EmailAddress: 255,
};
const MAX_NAME = 255;
const MAX_PERSONS = 5;
const MAX_PHONE: Record<keyof Phone, number> = { PhoneNumber: 50, PhoneAreaCode: 10, PhoneCountryCode: 20 };
const MAX_ADDRESS: Record<keyof Address, number> = {
  AddressLine1: 500,
  AddressLine2: 500,
  AddressLine3: 500,
  AddressLine4: 500,
  City: 255,
  Region: 255,
  PostalCode: 50,
  Country: 50,
  AttentionTo: 255,
};
const TERM_TYPES = ['DAYSAFTERBILLDATE', 'DAYSAFTERBILLMONTH', 'OFCURRENTMONTH', 'OFFOLLOWINGMONTH'] as const;

/** ASCII only: Xero refuses umlauts in addresses. */
const EMAIL = /^[!-?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/;
const ZERO_LENGTH_PHONE: Phone = { PhoneNumber: '', PhoneAreaCode: '', PhoneCountryCode: '' };

function checkName(checks: Checks, name: string): void {
  checks.ensure(name.trim() !== '', 'The contact name cannot be empty.');
  checks.length('Name', name, MAX_NAME);
  checks.ensure(!/[<>]/.test(name), 'The contact name cannot contain the characters < or >.');
  checks.ensure(!/^\s|\s$|\s{2}/.test(name), 'The contact name cannot contain leading, trailing or double spaces.');
}

/** Merges by type slot: a type not sent stays, sub-fields not sent stay, a slot without its type is ignored. */
function mergedPhones(held: Contact['phones'], element: Element, checks: Checks): Contact['phones'] {
  const phones: Partial<Record<string, Phone>> = { ...held };
  for (const sent of arrayField(element, 'Phones') ?? []) {
    const type = PHONE_TYPES.find((known) => known === textField(sent, 'PhoneType')?.toUpperCase());
    if (type === undefined) continue;
    const phone = { ...(phones[type] ?? ZERO_LENGTH_PHONE) };
    for (const field of PHONE_FIELDS) {
      phone[field] = textField(sent, field) ?? phone[field];
      checks.length(field, phone[field], MAX_PHONE[field]);
    }
    phones[type] = phone;
  }
  return phones;
}

function mergedAddresses(held: Contact['addresses'], element: Element, checks: Checks): Contact['addresses'] {
  const addresses: Partial<Record<string, Address>> = { ...held };
  for (const sent of arrayField(element, 'Addresses') ?? []) {
    const type = ADDRESS_TYPES.find((known) => known === textField(sent, 'AddressType')?.toUpperCase());
    if (type === undefined) continue;
    const before = addresses[type];
    const address = Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, textField(sent, field) ?? before?.[field] ?? '']));
    for (const field of ADDRESS_FIELDS) checks.length(field, address[field], MAX_ADDRESS[field]);
    checks.ensure(/^[\p{L}\p{M} .,'()&-]*$/u.test(address.Country ?? ''), 'The Country field may only contain letters.');
    addresses[type] = address as Address;
  }
  return addresses;
}

/** ContactPersons is replaced as a whole by what is sent. */
function sentPersons(element: Element, checks: Checks): ContactPerson[] | undefined {
  const persons = arrayField(element, 'ContactPersons')?.map((person) => ({
    FirstName: textField(person, 'FirstName') ?? '',
    LastName: textField(person, 'LastName') ?? '',
    EmailAddress: textField(person, 'EmailAddress') ?? '',
    IncludeInEmails: booleanField(person, 'IncludeInEmails') ?? false,
  }));
  checks.ensure((persons?.length ?? 0) <= MAX_PERSONS, `A contact may have at most ${String(MAX_PERSONS)} contact persons.`);
  for (const { EmailAddress } of persons ?? [])
    checks.ensure(EmailAddress === '' || EMAIL.test(EmailAddress), 'Email address must be valid.');
  return persons;
}

function sentTerm(element: Element, side: 'Sales' | 'Bills'): PaymentTerm | undefined {
  const terms = objectField(element, 'PaymentTerms');
  const term = terms === undefined ? undefined : objectField(terms, side);
  const type = term === undefined ? undefined : wordField(term, 'Type', TERM_TYPES);
  return term === undefined || type === undefined ? undefined : { Day: numberField(term, 'Day') ?? 0, Type: type };
}

/** The contact after an element of a request was applied to it; throws ElementInvalid with everything that is wrong. Uniqueness is not checked here. */
export function withElement(held: Contact, element: Element, now: number): Contact {
  const checks = new Checks();
  const name = textField(element, 'Name') ?? held.name;
  if (name !== held.name || name === '') checkName(checks, name);
  const texts: Partial<Record<TextField, string>> = { ...held.texts };
  for (const field of TEXT_FIELDS) {
    const sent = textField(element, field);
    if (sent === undefined) continue;
    checks.length(field, sent, MAX_TEXT[field] ?? 255);
    if (sent === '') delete texts[field];
    else texts[field] = sent;
  }
  const email = textField(element, 'EmailAddress') ?? '';
  checks.ensure(email === '' || EMAIL.test(email), 'Email address must be valid.');
  const contact: Contact = {
    ...held,
    name,
    texts,
    phones: mergedPhones(held.phones, element, checks),
    addresses: mergedAddresses(held.addresses, element, checks),
    persons: sentPersons(element, checks) ?? held.persons,
    salesTerms: sentTerm(element, 'Sales') ?? held.salesTerms,
    billsTerms: sentTerm(element, 'Bills') ?? held.billsTerms,
    status: wordField(element, 'ContactStatus', ['ACTIVE', 'ARCHIVED', 'GDPRREQUEST'] as const) ?? held.status,
    updated: now,
  };
  checks.finish();
  return contact;
}
