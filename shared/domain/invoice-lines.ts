import { plainNumber, scaled } from './money.ts';
import type { GesInvoice, GesInvoiceLine } from './records.ts';
import { treatmentOf } from './vat.ts';
import type { XeroInvoice, XeroLine } from './xero-invoice.ts';

/**
 * Lines together with `pricesIncludeVat` as ONE field (C2), written as JSON. Ids ride along so that a base tells which line of one side is
 * which of the other: lines that agreed stand in the same place. Accounts, items and tracking are no part of it: a bookkeeper's recoding
 * never counts as an edit (C2).
 */
interface LinesField {
  readonly inclusive: boolean;
  readonly lines: readonly FieldLine[];
}
interface FieldLine {
  readonly id: string;
  readonly description: string;
  readonly quantity: string;
  readonly price: string;
  readonly discount: string;
  /** GES's VAT treatment, or `xero:<TaxType>` for one that GES does not know. */
  readonly vat: string;
  /** Only GES says it; in Xero it is a matter of the account. */
  readonly cis?: string;
}

/** The lines of a GES invoice as a field. */
export function gesLinesField({ pricesIncludeVat, lines }: Pick<GesInvoice, 'pricesIncludeVat' | 'lines'>): string {
  return write({
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

/** The lines of a Xero invoice as a field, without the rounding line, which never returns to GES (C7). */
export function xeroLinesField(
  { lineAmountTypes, lines }: Pick<XeroInvoice, 'lineAmountTypes' | 'lines'>,
  roundingCode: string | undefined,
): string {
  return write({
    inclusive: lineAmountTypes === 'Inclusive',
    lines: lines
      .filter((line) => !isRoundingLine(line, roundingCode))
      .map((line) => ({
        id: line.lineItemId,
        description: line.description,
        quantity: plainNumber(line.quantity),
        price: plainNumber(line.unitAmount),
        discount: line.discountAmount === 0 ? plainNumber(line.discountRate) : `xero:${line.discountAmount}`,
        vat: treatmentOf(line.taxType) ?? `xero:${line.taxType}`,
      })),
  });
}

/** The line that settles a penny difference: quantity 1 on the ROUNDING system account, without VAT (C7). */
export function isRoundingLine(line: Pick<XeroLine, 'accountCode' | 'taxType'>, roundingCode: string | undefined): boolean {
  return roundingCode !== undefined && line.accountCode === roundingCode && line.taxType === 'NONE';
}

/** Equal but for ids and ways of writing numbers; CIS counts where both sides say it. */
export function sameLines(a: string, b: string): boolean {
  const [left, right] = [read(a), read(b)];
  if (left.inclusive !== right.inclusive || left.lines.length !== right.lines.length) return false;
  return left.lines.every((line, index) => {
    const other = right.lines[index];
    return other !== undefined && sameContent(line, other);
  });
}

/** Ids of the lines of a field, in order. */
export function lineIds(field: string): readonly string[] {
  return read(field).lines.map((line) => line.id);
}

/**
 * Xero's lines as GES lines, for an edit that was made in Xero. `base` says which GES line each one was; its CIS mark, and its VAT
 * treatment where Xero's tax did not change, stay. Undefined when GES cannot hold what Xero has: nothing is approximated (C11).
 */
export function linesForGes(
  xeroField: string,
  base: { readonly ges: string; readonly xero: string },
): Pick<GesInvoice, 'pricesIncludeVat' | 'lines'> | undefined {
  const now = read(xeroField);
  const [baseGes, baseXero] = [read(base.ges), read(base.xero)];
  const lines: GesInvoiceLine[] = [];
  const usedIds = new Set(baseGes.lines.map((line) => line.id));
  for (const line of now.lines) {
    const place = baseXero.lines.findIndex((before) => before.id === line.id);
    const before = place === -1 ? undefined : { ges: baseGes.lines[place], xero: baseXero.lines[place] };
    const vat = before?.ges !== undefined && before.xero?.vat === line.vat ? before.ges.vat : line.vat;
    // A credit line that GES made itself is nothing new.
    const isOddQuantity = scaled(line.quantity, 4) <= 0n && before?.ges?.quantity !== line.quantity;
    if (vat.startsWith('xero:') || line.discount.startsWith('xero:') || isOddQuantity) return undefined;
    const id = before?.ges?.id ?? freeId(usedIds);
    usedIds.add(id);
    const cis = before?.ges?.cis === 'labour' || before?.ges?.cis === 'materials' ? before.ges.cis : null;
    const { description, quantity, price, discount } = line;
    lines.push({ id, description, quantity, unitPrice: price, discountPercent: discount, vat: vat as GesInvoiceLine['vat'], cis });
  }
  return { pricesIncludeVat: now.inclusive, lines };
}

function freeId(used: ReadonlySet<string>): string {
  let number = used.size + 1;
  while (used.has(`l${number}`)) number += 1;
  return `l${number}`;
}

/** A longer text stands in a base as its digest: both sides of a base must fit into one item of the table. */
const TEXT_KEPT_UP_TO = 500;
const DIGEST_MARK = '\u0001';

/** The field as a base keeps it: long texts as digests, which compare like the texts themselves. */
export function withDigests(field: string): string {
  const { inclusive, lines } = read(field);
  return write({ inclusive, lines: lines.map((line) => ({ ...line, description: digestOfLong(line.description) })) });
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
  const isDigested = a.startsWith(DIGEST_MARK) || b.startsWith(DIGEST_MARK);
  const [left, right] = isDigested ? [digestOfLong(a), digestOfLong(b)] : [a, b];
  return left.replace(/\s+/g, ' ').trim() === right.replace(/\s+/g, ' ').trim();
}

function sameContent(a: FieldLine, b: FieldLine): boolean {
  const sameCis = a.cis === undefined || b.cis === undefined || a.cis === b.cis;
  return (
    sameCis &&
    sameText(a.description, b.description) &&
    a.quantity === b.quantity &&
    a.price === b.price &&
    a.discount === b.discount &&
    a.vat === b.vat
  );
}

function write(field: LinesField): string {
  return JSON.stringify(field);
}

function read(field: string): LinesField {
  return field === '' ? { inclusive: false, lines: [] } : (JSON.parse(field) as LinesField);
}
