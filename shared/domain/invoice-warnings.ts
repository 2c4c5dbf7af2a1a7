import { readLines } from './invoice-lines.ts';
import type { GesVat } from './records.ts';
import { isReverseCharge } from './vat.ts';
import type { OrganisationFacts } from './xero-invoice.ts';

/** Codes of what is odd about the VAT of an invoice and blocks nothing (C5, C6). Pure. */
export type InvoiceWarning = 'no-vat-on-invoice' | 'reverse-charge-mixed' | 'reverse-charge-without-vat-number';

/** `lines`: GES's, as a field. `vatNumber`: the customer's; undefined where it is not known. */
export function invoiceWarnings(
  lines: string,
  { vatRegistered }: Pick<OrganisationFacts, 'vatRegistered'>,
  vatNumber: string | undefined,
): readonly InvoiceWarning[] {
  const vats = readLines(lines).lines.map(({ vat }) => vat as GesVat);
  const isWhollyOutside = vats.length > 0 && vats.every((vat) => vat === 'outside');
  const hasReverseCharge = vats.some(isReverseCharge);
  const isTaxed = vats.some((vat) => vat === 'standard' || vat === 'reduced');
  return [
    ...(vatRegistered && isWhollyOutside ? (['no-vat-on-invoice'] as const) : []),
    ...(hasReverseCharge && isTaxed ? (['reverse-charge-mixed'] as const) : []),
    ...(hasReverseCharge && vatNumber?.trim() === '' ? (['reverse-charge-without-vat-number'] as const) : []),
  ];
}

/** Does an invoice have a line under the reverse charge? `lines`: GES's, as a field. */
export function hasReverseCharge(lines: string): boolean {
  return readLines(lines).lines.some(({ vat }) => isReverseCharge(vat as GesVat));
}
