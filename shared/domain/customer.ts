import { addressToField, fieldToAddress, isSendableCountry, sameAddress } from './address.ts';
import type { Contact, ContactPatch } from './contact.ts';
import type { Fields, Patch } from './fields.ts';
import { cleanName, withoutSuffix, withSuffix } from './names.ts';
import type { FieldRule, FieldRules } from './reconcile.ts';
import type { GesAddress, GesCustomer } from './records.ts';

/** Customers ↔ contacts: which fields travel (B4), how they compare, what Xero would refuse (B8). Pure. */

type TextField = 'name' | 'firstName' | 'lastName' | 'email' | 'phone' | 'mobile' | 'vatNumber';
const TEXT_FIELDS: readonly TextField[] = ['name', 'firstName', 'lastName', 'email', 'phone', 'mobile', 'vatNumber'];

/** Plain words with dots between them, before and behind one "@": nothing that needs quoting, nothing outside ASCII. */
const EMAIL =
  /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** Xero's limits. */
const MAX_EMAIL_LENGTH = 255;
const MAX_PHONE_LENGTH = 50;
const MAX_VAT_NUMBER_LENGTH = 50;
const MAX_ADDRESS_LINE_LENGTH = 500;
const MAX_CITY_LENGTH = 255;
const MAX_POSTCODE_LENGTH = 50;

/** The GES side of a customer as fields (B4). */
export function customerFields(customer: GesCustomer): Fields {
  return project(customer);
}

/** The Xero side of a customer as fields (B4): the same names, so that both sides can be compared. */
export function contactFields(contact: Contact): Fields {
  return project(contact);
}

/**
 * The rules of every field that travels (B4). Contact details that both sides changed: GES wins (E1).
 * `nameSuffix` is what we appended to the name in Xero; it is put on again on the way out and never returns (B4).
 */
export function customerRules(nameSuffix: string | undefined): FieldRules {
  const name: FieldRule = {
    winner: 'ges',
    same: sameText,
    toXero: (value) => {
      const clean = cleanName(value);
      return clean === '' ? undefined : withSuffix(clean, nameSuffix ?? '');
    },
    toGes: (value) => withoutSuffix(value, nameSuffix),
  };
  return {
    name,
    firstName: rule(sameText, cleanName),
    lastName: rule(sameText, cleanName),
    email: rule(sameText, (value) => (isSendableEmail(value) ? value.trim() : undefined)),
    phone: rule(samePhone, sendablePhone),
    mobile: rule(samePhone, sendablePhone),
    vatNumber: rule(sameVatNumber, (value) => (value.trim().length <= MAX_VAT_NUMBER_LENGTH ? value.trim() : undefined)),
    billingAddress: rule(sameAddress, sendableAddress),
  };
}

/** Warnings that block nothing: fields whose GES value Xero would refuse, so they are left out (B8). */
export function customerWarnings(ges: Fields): readonly string[] {
  const warnings: string[] = [];
  for (const [field, fieldRule] of Object.entries(customerRules(undefined))) {
    if (field !== 'name' && fieldRule.toXero(ges[field] ?? '') === undefined) warnings.push(`field-not-sent:${field}`);
  }
  if (!isSendableCountry(fieldToAddress(ges['billingAddress'] ?? '').country)) warnings.push('field-not-sent:country');
  return warnings;
}

/** Can anything of this name be sent at all? Only an unusable name blocks a customer (B8). */
export function hasUsableName(ges: Fields): boolean {
  return cleanName(ges['name'] ?? '') !== '';
}

/** What a new contact is created with: every sendable field, and our id as ContactNumber (B1). */
export function newContact(gesId: string, ges: Fields, nameSuffix: string | undefined): ContactPatch {
  const outgoing: Record<string, string> = {};
  for (const [field, fieldRule] of Object.entries(customerRules(nameSuffix))) {
    const value = fieldRule.toXero(ges[field] ?? '');
    if (value !== undefined && value !== '') outgoing[field] = value;
  }
  return { ...toContactPatch(outgoing), contactNumber: gesId };
}

/** A patch of fields in the words of the Xero port. */
export function toContactPatch(patch: Patch): ContactPatch {
  return withAddress(patch);
}

/** A patch of fields in the words of the GES platform API. */
export function toCustomerPatch(patch: Patch): Partial<Record<TextField, string>> & { readonly billingAddress?: GesAddress } {
  return withAddress(patch);
}

/** Digits only, with +44 and 0044 read as 0: `+44 113 496 0000` and `0113 4960000` are one number. */
export function normalisePhone(phone: string): string {
  const digits = phone.replace(/\(0\)/g, '').replace(/[^\d+]/g, '');
  return digits.replace(/^(\+44|0044)0?/, '0');
}

function project(record: Pick<GesCustomer, TextField | 'billingAddress'>): Fields {
  const fields: Record<string, string> = { billingAddress: addressToField(record.billingAddress) };
  for (const field of TEXT_FIELDS) fields[field] = record[field].trim();
  return fields;
}

function withAddress(patch: Patch): Partial<Record<TextField, string>> & { readonly billingAddress?: GesAddress } {
  const { billingAddress, ...texts } = patch;
  return billingAddress === undefined ? texts : { ...texts, billingAddress: fieldToAddress(billingAddress) };
}

function rule(same: FieldRule['same'], toXero: FieldRule['toXero']): FieldRule {
  return { winner: 'ges', same, toXero, toGes: (value) => value };
}

function sameText(a: string, b: string): boolean {
  return a.replace(/\s+/g, ' ').trim() === b.replace(/\s+/g, ' ').trim();
}

/** "Ask for Bob" is no number: without digits on both sides the words are compared. */
function samePhone(a: string, b: string): boolean {
  const [one, other] = [normalisePhone(a), normalisePhone(b)];
  return one === other && (one !== '' || sameText(a, b));
}

function sameVatNumber(a: string, b: string): boolean {
  const plain = (value: string) =>
    value
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase()
      .replace(/^GB/, '');
  return plain(a) === plain(b);
}

function isSendableEmail(value: string): boolean {
  const email = value.trim();
  return email === '' || (email.length <= MAX_EMAIL_LENGTH && EMAIL.test(email));
}

function sendablePhone(value: string): string | undefined {
  const phone = value.trim();
  return phone.length <= MAX_PHONE_LENGTH ? phone : undefined;
}

/** Lines cut to what Xero takes; a country that it would refuse is left out (B8). */
function sendableAddress(value: string): string {
  if (value === '') return '';
  const address = fieldToAddress(value);
  return addressToField({
    line1: address.line1.slice(0, MAX_ADDRESS_LINE_LENGTH),
    line2: address.line2.slice(0, MAX_ADDRESS_LINE_LENGTH),
    city: address.city.slice(0, MAX_CITY_LENGTH),
    county: address.county.slice(0, MAX_CITY_LENGTH),
    postcode: address.postcode.slice(0, MAX_POSTCODE_LENGTH),
    country: isSendableCountry(address.country) ? address.country : '',
  });
}
