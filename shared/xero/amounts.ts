/** Xero's JSON numbers ⇄ whole pence and decimal strings, parsed at the border. Absent numbers are zero. */

/** Quantities, prices and rates have at most 4 decimals (`unitdp=4`); what lies beyond is noise of the binary number. */
const DECIMALS = 4;

/** Pounds as Xero's number, in whole pence: 69.99 is 6999. */
export function penceOf(pounds: number | null | undefined): number {
  return Math.round((pounds ?? 0) * 100) + 0;
}

/** Whole pence as Xero's number of pounds: 6999 is 69.99. */
export function poundsOf(pence: number): number {
  return pence / 100;
}

/** Up to 4 decimals without trailing zeros, and at least `atLeast` of them: 1.50 is "1.5", a price of 85 (2) "85.00". */
export function decimalOf(value: number | null | undefined, atLeast = 0): string {
  const [whole = '0', fraction = ''] = ((value ?? 0) + 0).toFixed(DECIMALS).split('.');
  const digits = fraction.replace(/0+$/, '').padEnd(atLeast, '0');
  const text = digits === '' ? whole : `${whole}.${digits}`;
  return /^-[0.]*$/.test(text) ? text.slice(1) : text;
}
