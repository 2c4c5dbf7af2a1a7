import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressToField, fieldToAddress, isSendableCountry, sameAddress } from '../../../shared/domain/address.ts';
import { EMPTY_ADDRESS, MILL_ROW } from '../../support/fake-records.ts';

describe('an address as one field', () => {
  it('comes back as it was', () => {
    expect(fieldToAddress(addressToField(MILL_ROW))).toEqual(MILL_ROW);
  });

  it('is the empty string when nothing is given, also as blanks', () => {
    expect(addressToField(EMPTY_ADDRESS)).toBe('');
    expect(addressToField({ ...EMPTY_ADDRESS, line1: '  ' })).toBe('');
    expect(fieldToAddress('')).toEqual(EMPTY_ADDRESS);
  });

  it('keeps every part in its place whatever is typed, line breaks included', () => {
    const part = fc.string({ unit: 'binary', maxLength: 20 });
    const address = fc.record({ line1: part, line2: part, city: part, county: part, postcode: part, country: part });
    fc.assert(
      fc.property(address, (any) => {
        const field = addressToField(any);
        const back = fieldToAddress(field);
        expect(addressToField(back)).toBe(field);
        for (const key of Object.keys(any) as (keyof typeof any)[]) expect(back[key]).toBe(any[key].replace(/\s+/g, ' ').trim());
      }),
    );
  });
});

describe('sameAddress (design §5, canonical comparison)', () => {
  const field = (varied: Partial<typeof MILL_ROW>) => addressToField({ ...MILL_ROW, ...varied });

  it.each([
    ['postcode without space', { postcode: 'LS14AB' }],
    ['postcode in lower case', { postcode: 'ls1 4ab' }],
    ['UK', { country: 'UK' }],
    ['GB', { country: 'gb' }],
    ['Great Britain', { country: 'Great Britain' }],
    ['doubled spaces', { line1: '4  Mill   Row ' }],
  ])('%s is only formatting', (_what, varied) => {
    expect(sameAddress(field({}), field(varied))).toBe(true);
  });

  it.each([
    ['another house', { line1: '5 Mill Row' }],
    ['another postcode', { postcode: 'LS1 4AC' }],
    ['another country', { country: 'Ireland' }],
    ['a part in another place', { line1: '', line2: '4 Mill Row' }],
    ['no address', { line1: '', line2: '', city: '', county: '', postcode: '', country: '' }],
  ])('%s is a change', (_what, varied) => {
    expect(sameAddress(field({}), field(varied))).toBe(false);
  });
});

describe('isSendableCountry (B8; xero-facts §5)', () => {
  it.each([
    ['United Kingdom', true],
    ['', true],
    ['Österreich', true],
    ["Côte d'Ivoire", false],
    ['UK2', false],
    ['x'.repeat(51), false],
  ])('%j: %s', (country, sendable) => {
    expect(isSendableCountry(country)).toBe(sendable);
  });
});
