/** Money and quantities are whole numbers inside: pence for amounts, ten-thousandths for prices, quantities and percentages. */
export const PRICE_PLACES = 4;
export const MONEY_PLACES = 2;

/** Division rounded half away from zero, the way Xero rounds ("half-up"). */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const [n, d] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const rounded = (2n * n + d) / (2n * d);
  return isNegative ? -rounded : rounded;
}

/** A decimal number as a whole number of 10^-places, rounded half-up from the digits as they were written. */
export function scaled(value: number, places: number): number {
  const text = /e/i.test(String(value)) ? value.toFixed(12) : String(value);
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = BigInt(`${sign ?? ''}${whole}${fraction}`);
  const shift = places - fraction.length;
  return Number(shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfUp(digits, 10n ** BigInt(-shift)));
}

/** A whole number of 10^-places as the decimal number that JSON shows. */
export function unscaled(value: number, places: number): number {
  return Number((value / 10 ** places).toFixed(places));
}

/** Pence as pounds, for JSON. */
export function pounds(pence: number): number {
  return unscaled(pence, MONEY_PLACES);
}
