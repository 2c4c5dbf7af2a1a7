/** Money and the arithmetic of an invoice, in whole numbers throughout: bigint pence, scaled decimals, never floating point. */
import type { InvoiceLine } from './records.ts';

const QUANTITY_PLACES = 4;
const PRICE_PLACES = 4;
const PERCENT_PLACES = 4;

/** VAT in percent of the net. Reverse charge: the customer accounts for it, so the invoice carries none. */
const VAT_PERCENT: Readonly<Record<InvoiceLine['vat'], bigint>> = {
  standard: 20n,
  reduced: 5n,
  zero: 0n,
  exempt: 0n,
  outside: 0n,
  'reverse-charge-standard': 0n,
  'reverse-charge-reduced': 0n,
};

/** A decimal string such as "-12.5" scaled by 10^places: `toScaled('12.5', 2)` is 1250n. The string must have no more places. */
export function toScaled(decimal: string, places: number): bigint {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const scaled = BigInt(whole + fraction.padEnd(places, '0'));
  return negative ? -scaled : scaled;
}

/** The decimal string of a scaled number with at least `keep` places: `fromScaled(1250n, 4, 2)` is "0.125", of 1200n "0.12". */
export function fromScaled(scaled: bigint, places: number, keep: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  let fraction = digits.slice(digits.length - places);
  while (fraction.length > keep && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${scaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export const toPence = (pounds: string): bigint => toScaled(pounds, 2);
export const toPounds = (pence: bigint): string => fromScaled(pence, 2, 2);
/** One way to write a price ("85" → "85.00", "0.1250" → "0.125"), and a quantity or percentage ("1.50" → "1.5"). */
export const normalPrice = (price: string): string => fromScaled(toScaled(price, PRICE_PLACES), PRICE_PLACES, 2);
export const normalNumber = (number: string): string => fromScaled(toScaled(number, QUANTITY_PLACES), QUANTITY_PLACES, 0);

/** Division rounded to the nearest whole, halves away from zero. `divisor` must be positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = ((dividend < 0n ? -dividend : dividend) * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -magnitude : magnitude;
}

/** Quantity × price less discount, rounded to the penny. */
export function lineAmount({ quantity, unitPrice, discountPercent }: InvoiceLine): bigint {
  const hundred = 100n * 10n ** BigInt(PERCENT_PLACES);
  const exact =
    toScaled(quantity, QUANTITY_PLACES) * toScaled(unitPrice, PRICE_PLACES) * (hundred - toScaled(discountPercent, PERCENT_PLACES));
  return divideHalfUp(exact, 10n ** BigInt(QUANTITY_PLACES + PRICE_PLACES - 2) * hundred);
}

export interface Totals {
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
  readonly cisDeduction: string;
}

/**
 * The totals of an invoice, by GES's own rule: VAT is rounded half-up for each line on that line's amount, then summed.
 * With prices including VAT the VAT is taken out of the line's amount; a line without VAT is net as it stands.
 * CIS is withheld from the net of the labour lines together, at the business's rate (20 unless it has another).
 */
export function invoiceTotals(lines: readonly InvoiceLine[], pricesIncludeVat: boolean, cisRatePercent: number): Totals {
  let net = 0n;
  let vat = 0n;
  let labour = 0n;
  for (const line of lines) {
    const amount = lineAmount(line);
    const percent = VAT_PERCENT[line.vat];
    const lineVat = divideHalfUp(amount * percent, pricesIncludeVat ? 100n + percent : 100n);
    const lineNet = pricesIncludeVat ? amount - lineVat : amount;
    net += lineNet;
    vat += lineVat;
    if (line.cis === 'labour') labour += lineNet;
  }
  const cisDeduction = divideHalfUp(labour * BigInt(cisRatePercent), 100n);
  return { net: toPounds(net), vat: toPounds(vat), gross: toPounds(net + vat), cisDeduction: toPounds(cisDeduction) };
}

export interface Balance {
  readonly paid: string;
  readonly credited: string;
  readonly due: string;
}

/**
 * Balance and payment status: gross − cisDeduction = paid + credited + due, also on a void invoice. Overpaid: `due` is
 * below zero. An issued invoice over nothing is paid. Of a credit all signs are turned: it is paid once all of it is used.
 */
export function settle(
  totals: Totals,
  paid: bigint,
  credited: bigint,
  status: 'draft' | 'issued' | 'void',
): { readonly balance: Balance; readonly paymentStatus: 'unpaid' | 'part-paid' | 'paid' } {
  const owed = toPence(totals.gross) - toPence(totals.cisDeduction);
  const settled = paid + credited;
  if (owed < 0n) {
    const used = settled < 0n ? 'part-paid' : 'unpaid';
    return { balance: balanceOf(paid, credited, owed), paymentStatus: settled <= owed ? 'paid' : used };
  }
  const whole = settled >= owed && (settled > 0n || status === 'issued');
  return {
    balance: balanceOf(paid, credited, owed),
    paymentStatus: whole ? 'paid' : settled > 0n ? 'part-paid' : 'unpaid',
  };
}

function balanceOf(paid: bigint, credited: bigint, owed: bigint): Balance {
  return { paid: toPounds(paid), credited: toPounds(credited), due: toPounds(owed - paid - credited) };
}
