import type { GesAddress } from './records.ts';

const PARTS = ['line1', 'line2', 'city', 'county', 'postcode', 'country'] as const;

/** Country names longer than this, or with anything but letters and spaces, Xero refuses. */
const MAX_COUNTRY_LENGTH = 50;

/**
 * An address as one field: its six parts, one a line. An address is merged as a whole, because a mixture of two addresses is a place
 * where nobody lives. All parts empty gives the empty string.
 */
export function addressToField(address: GesAddress): string {
  const parts = PARTS.map((part) => oneLine(address[part]));
  return parts.every((part) => part === '') ? '' : parts.join('\n');
}

/** The reverse of `addressToField`. */
export function fieldToAddress(field: string): GesAddress {
  const parts = field.split('\n');
  return Object.fromEntries(PARTS.map((part, index) => [part, parts[index] ?? ''])) as Record<(typeof PARTS)[number], string>;
}

/** Equal but for spaces and the way a postcode or "UK" is written. */
export function sameAddress(a: string, b: string): boolean {
  return canonicalAddress(a) === canonicalAddress(b);
}

/** Upper case, no spaces: `ls1 4ab` and `LS14AB` are one postcode. */
export function normalisePostcode(postcode: string): string {
  return postcode.replace(/\s+/g, '').toUpperCase();
}

/** Would Xero take this country (B8)? Empty is fine. */
export function isSendableCountry(country: string): boolean {
  return country.length <= MAX_COUNTRY_LENGTH && /^[\p{L} ]*$/u.test(country);
}

function canonicalAddress(field: string): string {
  const { postcode, country, ...rest } = fieldToAddress(field);
  const words = Object.values(rest).map(oneLine);
  return [...words, normalisePostcode(postcode), canonicalCountry(country)].join('\n');
}

function canonicalCountry(country: string): string {
  const plain = country.toLowerCase().replace(/[^\p{L}]/gu, '');
  return plain === 'uk' || plain === 'gb' || plain === 'greatbritain' ? 'unitedkingdom' : plain;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
