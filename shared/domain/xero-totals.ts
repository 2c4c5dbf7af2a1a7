import { divideHalfUp, scaled } from './money.ts';
import type { LineAmountTypes, OutgoingLine } from './xero-invoice.ts';

/** An invoice's totals in pence, and the net of each line. */
export interface Totals {
  readonly net: number;
  readonly vat: number;
  readonly gross: number;
  readonly lineNets: readonly number[];
}

const SCALE = 4;

/**
 * Totals as Xero counts them: the unit price, to 4 decimals, times the quantity less discount, rounded to the penny; tax
 * for each line on the line's total, rounded half-up; then summed. Inclusive: the tax is taken out of the line's total.
 * `rateOf` gives the percentage of a tax type.
 */
export function xeroTotals(
  lines: readonly Pick<OutgoingLine, 'quantity' | 'unitAmount' | 'discountRate' | 'taxType'>[],
  types: LineAmountTypes,
  rateOf: (taxType: string) => number,
): Totals {
  const parts = lines.map((line) => {
    const amount = lineTotal(line);
    // Percentages may have decimals; hundredths of a percent are exact for every rate Xero has.
    const rate = types === 'NoTax' ? 0n : BigInt(Math.round(rateOf(line.taxType) * 100));
    const tax = divideHalfUp(amount * rate, types === 'Inclusive' ? 10_000n + rate : 10_000n);
    return { tax, net: types === 'Inclusive' ? amount - tax : amount };
  });
  const net = parts.reduce((sum, part) => sum + part.net, 0n);
  const vat = parts.reduce((sum, part) => sum + part.tax, 0n);
  return { net: Number(net), vat: Number(vat), gross: Number(net + vat), lineNets: parts.map((part) => Number(part.net)) };
}

function lineTotal({ quantity, unitAmount, discountRate }: Pick<OutgoingLine, 'quantity' | 'unitAmount' | 'discountRate'>): bigint {
  const hundredPercent = 100n * 10n ** BigInt(SCALE);
  const exact = scaled(quantity, SCALE) * scaled(unitAmount, SCALE) * (hundredPercent - scaled(discountRate, SCALE));
  return divideHalfUp(exact, 10n ** BigInt(2 * SCALE - 2) * hundredPercent);
}
