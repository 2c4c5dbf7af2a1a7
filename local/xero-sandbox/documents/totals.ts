import type { SandboxSettings } from '../core/settings.ts';
import { divideHalfUp } from './decimal.ts';
import type { Line, LineAmountTypes, Totals } from './records.ts';

const FULL_RATE = 1_000_000n;

/** quantity × unit price less discount, in pence: the price was rounded before, the product is rounded once. */
export function lineAmountOf({ quantity = 0, unitAmount = 0, discountRate, discountAmount }: Partial<Line>): number {
  const product = BigInt(quantity) * BigInt(unitAmount);
  const share = FULL_RATE - BigInt(discountRate ?? 0);
  return Number(divideHalfUp(product * share, 1_000_000n * FULL_RATE)) - (discountAmount ?? 0);
}

/** What the discount takes off, in pence. */
export function discountOf(line: Line): number {
  return lineAmountOf({ quantity: line.quantity, unitAmount: line.unitAmount }) - line.lineAmount;
}

/**
 * Tax on one line, half-up to the penny. `rate` in ten-thousandths of a percent. For inclusive prices either the tax is rounded, line × rate /
 * (100 + rate), or the net, and the tax is what is left: which of the two Xero does is not certain, and every sixth amount at 20 % tells.
 */
export function taxOf(
  lineAmount: number,
  rate: number,
  types: LineAmountTypes,
  inclusiveRounding: SandboxSettings['inclusiveRounding'] = 'tax-first',
): number {
  if (types === 'NoTax') return 0;
  if (types === 'Exclusive') return Number(divideHalfUp(BigInt(lineAmount) * BigInt(rate), FULL_RATE));
  const gross = FULL_RATE + BigInt(rate);
  if (inclusiveRounding === 'net-first') return lineAmount - Number(divideHalfUp(BigInt(lineAmount) * FULL_RATE, gross));
  return Number(divideHalfUp(BigInt(lineAmount) * BigInt(rate), gross));
}

/** The amount of a line without tax, in pence. */
export function netOf(line: Line, types: LineAmountTypes): number {
  return types === 'Inclusive' ? line.lineAmount - line.taxAmount : line.lineAmount;
}

/** Tax per line, then summed; total always SubTotal + TotalTax. */
export function totalsOf(lines: readonly Line[], types: LineAmountTypes): Totals {
  const sum = (of: (line: Line) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const subTotal = sum((line) => netOf(line, types));
  const totalTax = sum((line) => line.taxAmount);
  const isDiscounted = (line: Line): boolean => line.discountRate !== undefined || line.discountAmount !== undefined;
  const totalDiscount = sum((line) => (isDiscounted(line) ? discountOf(line) : 0));
  return { subTotal, totalTax, total: subTotal + totalTax, totalDiscount };
}

/** CIS suffered: rate (percent) of the net of the CIS labour lines, rounded to the penny. */
export function cisDeductionOf(labourNet: number, rate: number): number {
  return Number(divideHalfUp(BigInt(labourNet) * BigInt(Math.round(rate * 10_000)), FULL_RATE));
}
