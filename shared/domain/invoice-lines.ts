import { plainNumber, scaled } from './money.ts';
import type { GesInvoice, GesInvoiceLine } from './records.ts';
import { treatmentOf } from './vat.ts';
import type { XeroInvoice, XeroLine } from './xero-invoice.ts';

/**
 * Lines together with `pricesIncludeVat` as one field (C2), written as JSON. Ordinary accounts, items and tracking are no part of it: a
 * bookkeeper's recoding never counts as an edit. Pure.
 */
export interface LinesField {
  readonly inclusive: boolean;
  readonly lines: readonly FieldLine[];
}
export interface FieldLine {
  readonly id: string;
  readonly description: string;
  readonly quantity: string;
  readonly price: string;
  /** Percent, or `xero:<pence>` for a discount that was typed as an amount. */
  readonly discount: string;
  /** GES's VAT treatment, or `xero:<TaxType>` for one that GES does not know. */
  readonly vat: string;
  /** GES: labour, materials or none. Xero, by its account: labour or other; absent where it has no account for CIS labour. */
  readonly cis?: string;
  /** In the base of Xero: the id of the GES line that it is. Absent: GES has no such line. */
  readonly of?: string;
}
/** What of a line can be edited by itself, and merges by itself (C2). */
export type LinePart = 'description' | 'quantity' | 'price' | 'discount' | 'vat' | 'cis';
export const LINE_PARTS: readonly LinePart[] = ['description', 'quantity', 'price', 'discount', 'vat', 'cis'];

/** Codes of the accounts that Xero keeps for a purpose; undefined where the organisation has none. */
export interface PurposeCodes {
  readonly rounding: string | undefined;
  readonly labour: string | undefined;
}

/** Starts the value of a part that Xero has and GES cannot hold. */
const XERO_ONLY = 'xero:';

/** The lines of a GES invoice as a field. */
export function gesLinesField({ pricesIncludeVat, lines }: Pick<GesInvoice, 'pricesIncludeVat' | 'lines'>): string {
  return writeLines({
    inclusive: pricesIncludeVat,
    lines: lines.map((line) => ({
      id: line.id,
      description: line.description,
      quantity: plainNumber(line.quantity),
      price: plainNumber(line.unitPrice),
      discount: plainNumber(line.discountPercent),
      vat: line.vat,
      cis: line.cis ?? 'none',
    })),
  });
}

/** A field as lines of the GES platform. */
export function linesForGes(field: string): Pick<GesInvoice, 'pricesIncludeVat' | 'lines'> {
  const { inclusive, lines } = readLines(field);
  const cisOf = ({ cis }: FieldLine): GesInvoiceLine['cis'] => (cis === 'labour' || cis === 'materials' ? cis : null);
  return {
    pricesIncludeVat: inclusive,
    lines: lines.map((line) => ({
      id: line.id,
      description: line.description,
      quantity: line.quantity,
      unitPrice: line.price,
      discountPercent: line.discount,
      vat: line.vat as GesInvoiceLine['vat'],
      cis: cisOf(line),
    })),
  };
}

/** The lines of a Xero invoice as a field, without the rounding line, which never returns to GES (C7). */
export function xeroLinesField({ lineAmountTypes, lines }: Pick<XeroInvoice, 'lineAmountTypes' | 'lines'>, codes: PurposeCodes): string {
  return writeLines({
    inclusive: lineAmountTypes === 'Inclusive',
    lines: lines.filter((line) => !isRoundingLine(line, codes.rounding)).map((line) => xeroFieldLine(line, codes)),
  });
}

function xeroFieldLine(line: XeroLine, { labour }: PurposeCodes): FieldLine {
  return {
    id: line.lineItemId,
    description: line.description,
    quantity: plainNumber(line.quantity),
    price: plainNumber(line.unitAmount),
    discount: line.discountAmount === 0 ? plainNumber(line.discountRate) : `${XERO_ONLY}${line.discountAmount}`,
    vat: treatmentOf(line.taxType) ?? `${XERO_ONLY}${line.taxType}`,
    ...(labour === undefined ? {} : { cis: line.accountCode === labour ? 'labour' : 'other' }),
  };
}

/** The line that settles a penny difference: quantity 1 on the ROUNDING system account, without VAT (C7). */
export function isRoundingLine(line: Pick<XeroLine, 'accountCode' | 'taxType'>, roundingCode: string | undefined): boolean {
  return roundingCode !== undefined && line.accountCode === roundingCode && line.taxType === 'NONE';
}

/** Only words, as a bookkeeper may add in Xero: no quantity, price or account. */
export function isWordsOnly({ quantity, unitAmount, accountCode }: Pick<XeroLine, 'quantity' | 'unitAmount' | 'accountCode'>): boolean {
  return accountCode === '' && scaled(quantity, 4) === 0n && scaled(unitAmount, 4) === 0n;
}

/** C8: a line that only states the CIS deduction, which both sides work out by themselves: it is never sent. */
export function isDeductionLine({ description, quantity, price }: Pick<FieldLine, 'description' | 'quantity' | 'price'>): boolean {
  return /^\s*cis deduction\s*$/i.test(description) && scaled(quantity, 4) * scaled(price, 4) < 0n;
}

/** A part that Xero has and GES cannot hold: a tax type that it does not know, or a discount as an amount (C2, C2b). */
export function isXeroOnly(value: string): boolean {
  return value.startsWith(XERO_ONLY);
}

/** Two fields of one side that say the same: the order of lines tells nothing, ids tell which is which; without them it is the place. */
export function sameLines(a: string, b: string): boolean {
  const [left, right] = [readLines(a), readLines(b)];
  if (left.inclusive !== right.inclusive || left.lines.length !== right.lines.length) return false;
  const byId = new Map(right.lines.map((line) => [line.id, line]));
  const isById = left.lines.every(({ id }) => byId.has(id));
  return left.lines.every((line, place) => {
    const other = isById ? byId.get(line.id) : right.lines[place];
    return other !== undefined && sameLine(line, other);
  });
}

/** Equal in everything that can be edited. */
export function sameLine(a: FieldLine, b: FieldLine): boolean {
  return LINE_PARTS.every((part) => samePart(part, a, b));
}

/** Equal in one part; CIS counts where both sides say it. */
export function samePart(part: LinePart, a: FieldLine, b: FieldLine): boolean {
  const [left, right] = [a[part], b[part]];
  if (part === 'description') return sameText(a.description, b.description);
  if (part !== 'cis' || left === right) return left === right;
  if (left === undefined || right === undefined) return true;
  // Xero's account says of a line only whether it is labour.
  const isOfXero = left === 'other' || right === 'other';
  return isOfXero && (left === 'labour') === (right === 'labour');
}

/** A longer text stands in a base as its digest: both sides of a base must fit into one item of the table. */
const TEXT_KEPT_UP_TO = 500;
const DIGEST_MARK = '\u0001';

/** The field as a base keeps it: long texts as digests, which compare like the texts themselves. */
export function withDigests(field: string): string {
  const { inclusive, lines } = readLines(field);
  return writeLines({ inclusive, lines: lines.map((line) => ({ ...line, description: digestOfLong(line.description) })) });
}

/** Was the text of this line kept only as a digest? */
export function isDigest(text: string): boolean {
  return text.startsWith(DIGEST_MARK);
}

function digestOfLong(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= TEXT_KEPT_UP_TO ? text : `${DIGEST_MARK}${String(plain.length)}.${hash(plain, 5_381)}.${hash(plain, 52_711)}`;
}

/** Multiply and xor (DJB2): two of them and the length tell texts of one line apart. */
function hash(text: string, start: number): string {
  let value = start;
  for (let place = 0; place < text.length; place++) value = (Math.imul(value, 33) ^ text.charCodeAt(place)) >>> 0;
  return value.toString(36);
}

function sameText(a: string, b: string): boolean {
  const [left, right] = isDigest(a) || isDigest(b) ? [digestOfLong(a), digestOfLong(b)] : [a, b];
  return left.replace(/\s+/g, ' ').trim() === right.replace(/\s+/g, ' ').trim();
}

export function writeLines(field: LinesField): string {
  return JSON.stringify(field);
}

export function readLines(field: string): LinesField {
  return field === '' ? { inclusive: false, lines: [] } : (JSON.parse(field) as LinesField);
}
