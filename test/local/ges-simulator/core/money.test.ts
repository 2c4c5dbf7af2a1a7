import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  divideHalfUp,
  invoiceTotals,
  lineAmount,
  normalNumber,
  normalPrice,
  settle,
  toPence,
  toPounds,
} from '../../../../local/ges-simulator/core/money.ts';
import type { InvoiceLine } from '../../../../local/ges-simulator/core/records.ts';

const line = (unitPrice: string, more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  id: 'l1',
  description: '',
  quantity: '1',
  unitPrice,
  discountPercent: '0',
  vat: 'standard',
  cis: null,
  ...more,
});

describe('decimals', () => {
  it.each([
    ['85', '85.00'],
    ['0.1250', '0.125'],
    ['-3.5', '-3.50'],
    ['0', '0.00'],
    ['9.4735', '9.4735'],
  ])('writes the price %s as %s', (price, expected) => expect(normalPrice(price)).toBe(expected));

  it.each([
    ['1.50', '1.5'],
    ['007', '7'],
    ['0.0000', '0'],
    ['-0.25', '-0.25'],
  ])('writes the number %s as %s', (number, expected) => expect(normalNumber(number)).toBe(expected));

  it('keeps every amount of pence through pounds and back', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (pence) => toPence(toPounds(pence)) === pence));
  });

  it('rounds halves away from zero', () => {
    expect([5n, 4n, -5n, -4n, 15n].map((value) => divideHalfUp(value, 10n))).toEqual([1n, 0n, -1n, 0n, 2n]);
  });
});

describe('lines', () => {
  it.each([
    ['1.5 × 10.95', line('10.95', { quantity: '1.5' }), 1643n],
    ['12.35 m × 9.4735', line('9.4735', { quantity: '12.35' }), 11700n],
    ['17 × 0.63 less 12.5 %', line('0.63', { quantity: '17', discountPercent: '12.5' }), 937n],
    ['all of it discounted', line('99.99', { discountPercent: '100' }), 0n],
    ['a negative line', line('-10.005'), -1001n],
  ])('%s', (_case, given, pence) => expect(lineAmount(given)).toBe(pence));
});

describe('totals', () => {
  it('contracts §1: a boiler service of 85.00 is 102.00 with VAT', () => {
    expect(invoiceTotals([line('85.00')], false, 20)).toEqual({ net: '85.00', vat: '17.00', gross: '102.00', cisDeduction: '0.00' });
  });

  it('rounds VAT for each line, not for the sum', () => {
    expect(invoiceTotals([line('0.03'), line('0.03'), line('0.03')], false, 20)).toMatchObject({ net: '0.09', vat: '0.03' });
    expect(invoiceTotals([line('0.09')], false, 20)).toMatchObject({ net: '0.09', vat: '0.02' });
  });

  it.each([
    ['standard', '20.00'],
    ['reduced', '5.00'],
    ['zero', '0.00'],
    ['exempt', '0.00'],
    ['outside', '0.00'],
    ['reverse-charge-standard', '0.00'],
    ['reverse-charge-reduced', '0.00'],
  ] as const)('charges %s VAT on 100.00 as %s', (vat, expected) => {
    expect(invoiceTotals([line('100.00', { vat })], false, 20).vat).toBe(expected);
  });

  it('takes VAT out of prices that include it; C6: a reverse-charge line of 120 stays 120', () => {
    expect(invoiceTotals([line('120.00'), line('120.00', { vat: 'reverse-charge-standard' })], true, 20)).toMatchObject({
      net: '220.00',
      vat: '20.00',
      gross: '240.00',
    });
  });

  it('C8: withholds CIS from the net of labour, not from materials or VAT', () => {
    const lines = [line('367.50', { cis: 'labour' }), line('118.66', { cis: 'materials' })];
    expect(invoiceTotals(lines, false, 20)).toEqual({ net: '486.16', vat: '97.23', gross: '583.39', cisDeduction: '73.50' });
    expect(invoiceTotals(lines, false, 30).cisDeduction).toBe('110.25');
  });

  it('adds net and VAT up to gross, and keeps the gross of inclusive prices to the penny', () => {
    const anyLine = fc.record({
      pence: fc.integer({ min: 0, max: 10_000_000 }),
      vat: fc.constantFrom('standard' as const, 'reduced' as const),
    });
    fc.assert(
      fc.property(fc.array(anyLine), fc.boolean(), (lines, inclusive) => {
        const totals = invoiceTotals(
          lines.map(({ pence, vat }) => line(toPounds(BigInt(pence)), { vat })),
          inclusive,
          20,
        );
        expect(toPence(totals.net) + toPence(totals.vat)).toBe(toPence(totals.gross));
        if (inclusive) expect(toPence(totals.gross)).toBe(lines.reduce((sum, { pence }) => sum + BigInt(pence), 0n));
      }),
    );
  });
});

describe('balance', () => {
  const totals = { net: '400.00', vat: '0.00', gross: '400.00', cisDeduction: '80.00' };
  it.each([
    ['nothing paid', 0n, 0n, '320.00', 'unpaid'],
    ['a part paid', 10000n, 0n, '220.00', 'part-paid'],
    ['C12: a part credited', 0n, 2000n, '300.00', 'part-paid'],
    ['D1: paid, net of CIS', 32000n, 0n, '0.00', 'paid'],
    ['paid and credited', 30000n, 2000n, '0.00', 'paid'],
    ['D7: overpaid by the deduction', 40000n, 0n, '-80.00', 'paid'],
  ])('%s', (_case, paid, credited, due, paymentStatus) => {
    expect(settle(totals, paid, credited, 'issued')).toMatchObject({ balance: { due }, paymentStatus });
  });
});

describe('C13: the balance of a credit', () => {
  const credit = { net: '-100.00', vat: '-20.00', gross: '-120.00', cisDeduction: '0.00' };
  it.each([
    ['nothing of it is used', 0n, '-120.00', 'unpaid'],
    ['a part is used', -2_000n, '-100.00', 'part-paid'],
    ['all of it is used', -12_000n, '0.00', 'paid'],
  ])('%s', (_case, credited, due, paymentStatus) => {
    expect(settle(credit, 0n, credited, 'issued')).toMatchObject({ balance: { due }, paymentStatus });
  });
});
