import type { GesVat } from './records.ts';
import type { OrganisationFacts } from './xero-invoice.ts';

/** GES's VAT treatments and Xero's UK tax types (C5, xero-facts §6). System rates only: mapped, never created. */

const TAX_TYPES: Readonly<Record<GesVat, string>> = {
  standard: 'OUTPUT2',
  reduced: 'RROUTPUT',
  zero: 'ZERORATEDOUTPUT',
  exempt: 'EXEMPTOUTPUT',
  outside: 'NONE',
  'reverse-charge-standard': 'DRCHARGESUPPLY20',
  'reverse-charge-reduced': 'DRCHARGESUPPLY5',
};
const TREATMENTS: ReadonlyMap<string, GesVat> = new Map(
  Object.entries(TAX_TYPES).map(([treatment, taxType]) => [taxType, treatment as GesVat]),
);

/** What no VAT is called in Xero; always there, whatever the organisation. */
const NO_VAT = 'NONE';

/** Xero's tax type for a line. An organisation that is not VAT-registered takes NONE only (C5). */
export function taxTypeOf(vat: GesVat, facts: Pick<OrganisationFacts, 'vatRegistered'>): string {
  return facts.vatRegistered ? TAX_TYPES[vat] : NO_VAT;
}

/** GES's treatment for a tax type, or undefined when GES knows nothing like it. */
export function treatmentOf(taxType: string): GesVat | undefined {
  return TREATMENTS.get(taxType);
}

/** Is VAT on the invoice itself (reverse charge: the customer accounts for it)? */
export function isReverseCharge(vat: GesVat): boolean {
  return vat === 'reverse-charge-standard' || vat === 'reverse-charge-reduced';
}

/** The percentage that Xero adds for a tax type; undefined when the rate is missing or not active (C5). */
export function activeRateOf(taxType: string, facts: Pick<OrganisationFacts, 'taxRates'>): number | undefined {
  if (taxType === NO_VAT) return 0;
  return facts.taxRates.find((rate) => rate.taxType === taxType && rate.status === 'ACTIVE')?.effectiveRate;
}
