import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { invoiceTotals } from '../../../local/ges-simulator/core/money.ts';
import type { Line } from '../../../local/xero-sandbox/documents/records.ts';
import { lineAmountOf, taxOf, totalsOf } from '../../../local/xero-sandbox/documents/totals.ts';
import { toPence } from '../../../shared/domain/money.ts';
import type { GesInvoiceLine, GesVat } from '../../../shared/domain/records.ts';
import { taxTypeOf } from '../../../shared/domain/vat.ts';
import { xeroTotals } from '../../../shared/domain/xero-totals.ts';
import { anyLines, facts, line, RATES } from '../../support/money-facts.ts';

const SEED = 20_261_122;
const rateOf = (taxType: string): number => RATES[taxType] ?? 0;
function taxTypeFor(vat: GesVat): string {
  const choice = taxTypeOf(vat, facts());
  if (!('taxType' in choice)) throw new Error(`No rate for ${vat}`);
  return choice.taxType;
}
const outgoing = (lines: readonly GesInvoiceLine[]) =>
  lines.map(({ quantity, unitPrice, discountPercent, vat }) => ({
    quantity,
    unitAmount: unitPrice,
    discountRate: discountPercent,
    taxType: taxTypeFor(vat),
  }));

/** Exact fractions, written without a look at the product. */
class Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
  constructor(top: bigint, bottom = 1n) {
    this.top = top;
    this.bottom = bottom;
  }
  static of(decimal: string): Fraction {
    const [whole = '', fraction = ''] = decimal.split('.');
    return new Fraction(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
  }
  times({ top, bottom }: Fraction): Fraction {
    return new Fraction(this.top * top, this.bottom * bottom);
  }
  /** Nearest whole, halves away from zero. */
  rounded(): bigint {
    const isNegative = this.top < 0n;
    const top = isNegative ? -this.top : this.top;
    const whole = top / this.bottom;
    const up = (top - whole * this.bottom) * 2n >= this.bottom ? whole + 1n : whole;
    return isNegative ? -up : up;
  }
}

function exactTotals(lines: readonly GesInvoiceLine[], inclusive: boolean) {
  let [net, vat] = [0n, 0n];
  for (const each of lines) {
    const kept = new Fraction(Fraction.of(`100.${'0'.repeat(4)}`).top - Fraction.of(padded(each.discountPercent)).top, 1_000_000n);
    const pounds = Fraction.of(each.quantity).times(Fraction.of(each.unitPrice)).times(kept);
    const amount = pounds.times(new Fraction(100n)).rounded();
    const percent = BigInt(rateOf(taxTypeFor(each.vat)));
    const tax = new Fraction(amount * percent, inclusive ? 100n + percent : 100n).rounded();
    vat += tax;
    net += inclusive ? amount - tax : amount;
  }
  return { net: Number(net), vat: Number(vat), gross: Number(net + vat) };
}
const padded = (decimal: string): string => {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(4, '0')}`;
};

describe('C7: totals as Xero counts them', () => {
  it('xero-facts §6: 25.06, 25.61 and 25.63 at 15 % are 11.44 of tax, not 11.45', () => {
    const lines = ['25.06', '25.61', '25.63'].map((unitAmount) => ({ quantity: '1', unitAmount, discountRate: '0', taxType: 'SROUTPUT' }));
    expect(xeroTotals(lines, 'Exclusive', () => 15)).toMatchObject({ net: 7_630, vat: 1_144, gross: 8_774 });
  });

  it.each([
    ['1.5', '10.95', '0', 1_643],
    ['3', '0.335', '0', 101],
    ['1', '0.005', '0', 1],
    ['1', '99.99', '33.3333', 6_666],
    ['-1', '10.005', '0', -1_001],
    ['1', '120', '100', 0],
  ])('%s × %s less %s %% is %i pence', (quantity, unitAmount, discountRate, net) => {
    expect(xeroTotals([{ quantity, unitAmount, discountRate, taxType: 'NONE' }], 'Exclusive', () => 0).net).toBe(net);
  });

  it('a rate with decimals (17.5 %) is exact', () => {
    expect(xeroTotals(outgoing([line({ unitPrice: '1.00' })]), 'Exclusive', () => 17.5).vat).toBe(18);
    expect(xeroTotals(outgoing([line({ unitPrice: '1.00' })]), 'Inclusive', () => 17.5).vat).toBe(15);
  });

  it(`equals exact fractions on 4,000 invoices, exclusive and inclusive (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.boolean(), (lines, inclusive) => {
        const { net, vat, gross, lineNets } = xeroTotals(outgoing(lines), inclusive ? 'Inclusive' : 'Exclusive', rateOf);
        expect({ net, vat, gross }).toEqual(exactTotals(lines, inclusive));
        expect(lineNets.reduce((sum, part) => sum + part, 0)).toBe(net);
      }),
      { numRuns: 4_000, seed: SEED },
    );
  });

  it(`equals the sandbox’s own arithmetic on 4,000 invoices (seed ${String(SEED)})`, () => {
    const ten = (decimal: string): number => Number(Fraction.of(padded(decimal)).top);
    fc.assert(
      fc.property(anyLines, fc.constantFrom('Exclusive', 'Inclusive', 'NoTax' as const), (lines, types) => {
        const there = outgoing(lines).map(({ quantity, unitAmount, discountRate, taxType }): Line => {
          const held = { quantity: ten(quantity), unitAmount: ten(unitAmount), discountRate: ten(discountRate) };
          const lineAmount = lineAmountOf(held);
          const rest = { id: '', description: '', accountId: '', taxType, taxOverride: undefined, discountAmount: undefined, tracking: [] };
          return { ...held, ...rest, lineAmount, taxAmount: taxOf(lineAmount, rateOf(taxType) * 10_000, types) };
        });
        const { subTotal, totalTax, total } = totalsOf(there, types);
        const { net, vat, gross } = xeroTotals(outgoing(lines), types, rateOf);
        expect([net, vat, gross]).toEqual([subTotal, totalTax, total]);
      }),
      { numRuns: 4_000, seed: SEED },
    );
  });

  it(`GES’s own totals are Xero’s to the penny on 4,000 invoices (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.boolean(), (lines, inclusive) => {
        const ges = invoiceTotals(lines, inclusive, 20);
        const { net, vat, gross } = xeroTotals(outgoing(lines), inclusive ? 'Inclusive' : 'Exclusive', rateOf);
        expect([net, vat, gross]).toEqual([toPence(ges.net), toPence(ges.vat), toPence(ges.gross)]);
      }),
      { numRuns: 4_000, seed: SEED },
    );
  });
});
