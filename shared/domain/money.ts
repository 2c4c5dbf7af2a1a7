/** Money and decimals in whole numbers: pence, and decimals scaled by a power of ten. Never floating point. Pure. */

/** A decimal string ("-12.5") times 10^places, digits beyond cut off: `scaled('12.5', 2)` is 1250n. Throws RangeError when it is no decimal. */
export function scaled(decimal: string, places: number): bigint {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(decimal.trim());
  const [, sign, whole = '', fraction = ''] = match ?? [];
  if (match === null || whole + fraction === '') throw new RangeError(`not a decimal number: "${decimal}"`);
  const value = BigInt(`${whole || '0'}${fraction.slice(0, places).padEnd(places, '0')}`);
  return sign === '-' ? -value : value;
}

/** Pounds as a decimal string, in pence: `toPence('120.00')` is 12000. */
export function toPence(pounds: string): number {
  return Number(scaled(pounds, 2));
}

/** Pence as pounds: `toPounds(-5)` is "-0.05". */
export function toPounds(pence: number): string {
  const digits = Math.abs(pence).toString().padStart(3, '0');
  return `${pence < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Division rounded to the nearest whole, halves away from zero, as Xero rounds. `divisor` > 0. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = ((dividend < 0n ? -dividend : dividend) * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -magnitude : magnitude;
}

/** One way to write a number: no trailing zeros ("1.50" → "1.5", "2.0" → "2", "-0" → "0"), at most 4 decimals. */
export function plainNumber(decimal: string): string {
  const value = scaled(decimal, 4);
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}${fraction === '' ? '' : `.${fraction}`}`;
}
