import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cleanName,
  MAX_NAME_LENGTH,
  normaliseName,
  searchTermFor,
  suffixesFor,
  withoutSuffix,
  withSuffix,
} from '../../../shared/domain/names.ts';

const anyName = fc.string({ unit: 'binary', maxLength: 300 });

describe('normaliseName (sync-policy, "Normalised name")', () => {
  it.each([
    ['Hartley Lettings Ltd', 'HARTLEY  LETTINGS LIMITED.'],
    ['Smith & Sons', 'Smith and Sons'],
    ['Smith&Sons', 'smith and sons'],
    ['José Núñez', 'Jose Nunez'],
    ["O'Brien Heating", 'O’Brien heating'],
    ['Smith-Jones', 'Smith Jones'],
    ['  Zeta  (Leeds) ', 'zeta leeds'],
    ['Café Ltd.', 'CAFE LIMITED'],
  ])('treats %j and %j as one name', (one, other) => {
    expect(normaliseName(one)).toBe(normaliseName(other));
  });

  it.each([
    ['Smith', 'Smyth'],
    ['Smith & Son', 'Smith & Sons'],
    ['Unltd Heating', 'Unlimited Heating'],
  ])('keeps %j and %j apart', (one, other) => {
    expect(normaliseName(one)).not.toBe(normaliseName(other));
  });

  it('is idempotent whatever the name', () => {
    fc.assert(fc.property(anyName, (name) => normaliseName(normaliseName(name)) === normaliseName(name)));
  });
});

describe('cleanName (B8; xero-facts §5)', () => {
  it.each([
    ['<b>Zeta</b> Gas', 'bZeta/b Gas'],
    ['Two  spaces', 'Two spaces'],
    ['  outer ', 'outer'],
    ['tab\tand\nline', 'tab and line'],
    ['a< >b', 'a b'],
    ['<>', ''],
    ['Plain Name', 'Plain Name'],
  ])('makes %j fit for Xero: %j', (name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  it('B8: whatever comes in, Xero could take what goes out', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const clean = cleanName(name);
        expect(clean).not.toMatch(/[<>]|\s\s|^\s|\s$|\p{Cc}/u);
        expect(clean.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
        expect(clean.isWellFormed() || !name.isWellFormed()).toBe(true);
        expect(cleanName(clean)).toBe(clean);
      }),
    );
  });
});

describe('name suffixes (B3, B4)', () => {
  it('B3: tries the postcode first, then the GES id', () => {
    expect(suffixesFor('LS1 4AB', 'cus_1')).toEqual([' (LS1 4AB)', ' (cus_1)']);
  });

  it('B3: goes straight to the GES id without a postcode', () => {
    expect(suffixesFor('  ', 'cus_1')).toEqual([' (cus_1)']);
  });

  it('B3, xero-facts §5: goes to the GES id where the postcode is none, so that the name keeps room for itself', () => {
    expect(suffixesFor('x'.repeat(300), 'cus_1')).toEqual([' (cus_1)']);
  });

  it('B4: takes off exactly what was put on, for every name that fits', () => {
    const name = fc.string({ unit: 'binary', maxLength: 200 }).map(cleanName);
    fc.assert(fc.property(name, (clean) => withoutSuffix(withSuffix(clean, ' (LS1 4AB)'), ' (LS1 4AB)') === clean));
  });

  it('B4: leaves a name alone that does not carry our suffix', () => {
    expect(withoutSuffix('Zeta (York)', ' (LS1 4AB)')).toBe('Zeta (York)');
    expect(withoutSuffix('Zeta (York)', undefined)).toBe('Zeta (York)');
  });

  it.each(['Zeta (ls1 4ab)', 'Zeta (LS14AB)', 'Zeta  ( LS1 4AB )', 'Zeta(LS1 4AB)'])(
    'B4: knows its suffix again however a person in Xero has typed it: %j',
    (name) => {
      expect(withoutSuffix(name, ' (LS1 4AB)')).toBe('Zeta');
    },
  );

  it('xero-facts §5: a name with a suffix never exceeds 255 characters', () => {
    expect(withSuffix('x'.repeat(400), ' (LS1 4AB)')).toHaveLength(255);
    expect(withSuffix('x'.repeat(400), ' (LS1 4AB)')).toMatch(/x \(LS1 4AB\)$/);
  });
});

describe('searchTermFor', () => {
  it.each([
    ['Hartley Lettings Ltd', 'Hartley'],
    ['Mrs Ann Lee', 'Ann'],
    ['Müller Heating', 'Heating'],
    ['The Ltd', undefined],
    ["Siobhan O'Brien", 'Siobhan'],
    ["O'Brien", 'Brien'],
    ['OBrien', 'Brien'],
    ['Andersons', 'Anderson'],
    ["Anderson's", 'Anderson'],
    ['DArcy Gas', 'Arcy'],
    ['Tom ODonnell', 'Tom'],
    ['John Williams', 'William'],
    ['Ann Roberts Plumbing Supplies', 'Plumbing'],
    ['Éé', undefined],
  ])('finds %j by %j', (name, term) => {
    expect(searchTermFor(name)).toBe(term);
  });

  it('B3: what is one name but for apostrophes is found by a term that both spellings hold', () => {
    for (const [one, other] of [
      ["O'Brien", 'OBrien'],
      ["D'Arcy’s", 'DArcys'],
      ["Anderson's Gas", 'Andersons Gas'],
    ] as const) {
      expect(normaliseName(one)).toBe(normaliseName(other));
      expect(one).toContain(searchTermFor(other));
      expect(other).toContain(searchTermFor(one));
    }
  });
});
