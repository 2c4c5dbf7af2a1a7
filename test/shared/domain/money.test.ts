import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { divideHalfUp, plainNumber, scaled, toPence, toPounds } from '../../../shared/domain/money.ts';

describe('money in whole pence', () => {
  it.each([
    ['120.00', 12_000],
    ['0.05', 5],
    ['-0.05', -5],
    ['7', 700],
    ['.5', 50],
  ])('%s is %i pence', (pounds, pence) => {
    expect(toPence(pounds)).toBe(pence);
  });

  it('pence → pounds → pence gives the same, below zero too', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (pence) => toPence(toPounds(pence)) === pence || pence === 0));
  });

  it.each(['', '.', '-', '1,5', '1e3', 'NaN', '1.2.3', '0x1'])('"%s" is no decimal', (text) => {
    expect(() => scaled(text, 2)).toThrow(RangeError);
  });

  it('xero-facts §6: halves are rounded away from zero', () => {
    expect([5n, 4n, -5n, -4n, 15n].map((value) => divideHalfUp(value, 10n))).toEqual([1n, 0n, -1n, 0n, 2n]);
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (dividend, divisor) => {
        const rest = dividend - divideHalfUp(dividend, divisor) * divisor;
        return (rest < 0n ? -rest : rest) * 2n <= divisor;
      }),
    );
  });

  it.each([
    ['1.50', '1.5'],
    ['2.0', '2'],
    ['-0', '0'],
    ['0.8125', '0.8125'],
    ['-12.3400', '-12.34'],
    ['.5', '0.5'],
  ])('one way to write %s: %s', (written, plain) => {
    expect(plainNumber(written)).toBe(plain);
    expect(plainNumber(plain)).toBe(plain);
  });
});
