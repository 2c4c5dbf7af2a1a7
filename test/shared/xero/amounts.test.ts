import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalOf, penceOf, poundsOf } from '../../../shared/xero/amounts.ts';

describe('amounts at the border (xero-facts §10: money are JS numbers)', () => {
  it.each([
    [69.99, 6999],
    [1.15, 115],
    [4.35, 435],
    [-0.01, -1],
    [1_000_000.07, 100_000_007],
    [undefined, 0],
    [null, 0],
  ])('%p pounds are %p pence', (pounds, pence) => expect(penceOf(pounds)).toBe(pence));

  it('every amount of pence survives the way through JSON', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (pence) => {
        const json = JSON.stringify(poundsOf(pence));
        expect(json).toMatch(/^-?\d+(\.\d\d?)?$/);
        expect(penceOf(JSON.parse(json) as number)).toBe(pence);
      }),
    );
  });

  it.each([
    [1.5, 0, '1.5'],
    [2, 0, '2'],
    [0.1 + 0.2, 0, '0.3'],
    [85, 2, '85.00'],
    [0.8125, 2, '0.8125'],
    [70.3, 2, '70.30'],
    [-85.5, 2, '-85.50'],
    [-0, 2, '0.00'],
    [-0.00001, 0, '0'],
    [undefined, 0, '0'],
  ])('%p with at least %p decimals is %p', (value, atLeast, text) => expect(decimalOf(value, atLeast)).toBe(text));

  it('four decimals survive the way there and back without noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), (tenThousandths) => {
        const value = tenThousandths / 10_000;
        const text = decimalOf(value);
        expect(Number(text)).toBe(value);
        expect(text).toMatch(/^-?\d+(\.\d{0,3}[1-9])?$/);
      }),
    );
  });
});
