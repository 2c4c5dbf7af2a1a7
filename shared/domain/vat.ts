import type { GesVat } from './records.ts';
import type { FactTaxRate, OrganisationFacts } from './xero-invoice.ts';

/** GES's VAT treatments and Xero's UK tax types (C5). System rates only: mapped, never created. */

/** One tax type, or for the reverse charge two, of which one is for sales: which one, only the organisation's own rates tell. */
const TAX_TYPES: Readonly<Record<GesVat, readonly string[]>> = {
  standard: ['OUTPUT2'],
  reduced: ['RROUTPUT'],
  zero: ['ZERORATEDOUTPUT'],
  exempt: ['EXEMPTOUTPUT'],
  outside: ['NONE'],
  'reverse-charge-standard': ['DRCHARGE20', 'DRCHARGESUPPLY20'],
  'reverse-charge-reduced': ['DRCHARGE5', 'DRCHARGESUPPLY5'],
};
const TREATMENTS: ReadonlyMap<string, GesVat> = new Map(
  Object.entries(TAX_TYPES).flatMap(([treatment, taxTypes]) => taxTypes.map((taxType) => [taxType, treatment as GesVat] as const)),
);

/** What no VAT is called in Xero; always there, whatever the organisation. */
const NO_VAT = 'NONE';

const mayGoOnSales = (rate: FactTaxRate): boolean => rate.status === 'ACTIVE' && rate.canApplyToRevenue;

/** Xero's tax type for a line, or the ones of which none, or more than one, may go on a sale: no guess is made (C5). */
export type TaxTypeChoice = { readonly taxType: string } | { readonly noneOf: readonly string[] } | { readonly oneOf: readonly string[] };

/** Xero's tax type for a line: the active one that may go on a sale. An organisation that is not VAT-registered takes NONE only (C5). */
export function taxTypeOf(vat: GesVat, facts: Pick<OrganisationFacts, 'vatRegistered' | 'taxRates'>): TaxTypeChoice {
  if (!facts.vatRegistered || vat === 'outside') return { taxType: NO_VAT };
  const named = TAX_TYPES[vat];
  const usable = named.filter((taxType) => facts.taxRates.some((rate) => rate.taxType === taxType && mayGoOnSales(rate)));
  const [only] = usable;
  if (only === undefined) return { noneOf: named };
  return usable.length === 1 ? { taxType: only } : { oneOf: usable };
}

/** GES's treatment for a tax type, or undefined when GES knows nothing like it. */
export function treatmentOf(taxType: string): GesVat | undefined {
  return TREATMENTS.get(taxType);
}

/** Is VAT on the invoice itself (reverse charge: the customer accounts for it)? */
export function isReverseCharge(vat: GesVat): boolean {
  return vat === 'reverse-charge-standard' || vat === 'reverse-charge-reduced';
}

/** The percentage after which a treatment under the reverse charge is named. */
export function namedRateOf(vat: GesVat): number {
  return vat === 'reverse-charge-standard' ? 20 : 5;
}

/**
 * The percentage that Xero adds to a sale for a tax type; undefined when the rate is missing, not active or not for sales (C5). Nothing is
 * added under the reverse charge, whatever percentage its rate shows.
 */
export function activeRateOf(taxType: string, facts: Pick<OrganisationFacts, 'taxRates'>): number | undefined {
  if (taxType === NO_VAT) return 0;
  const rate = facts.taxRates.find((known) => known.taxType === taxType && mayGoOnSales(known));
  if (rate === undefined) return undefined;
  const treatment = treatmentOf(taxType);
  return treatment !== undefined && isReverseCharge(treatment) ? 0 : rate.effectiveRate;
}
