import type { Organisation, TaxRate } from '../settings/records.ts';

type Use = TaxRate['appliesTo'][number];
const SALES: readonly Use[] = ['Assets', 'Equity', 'Liabilities', 'Revenue'];
const PURCHASES: readonly Use[] = ['Assets', 'Equity', 'Expenses', 'Liabilities'];
const ALL: readonly Use[] = ['Assets', 'Equity', 'Expenses', 'Liabilities', 'Revenue'];

type Row = readonly [taxType: string, name: string, rate: number, report: string, appliesTo: readonly Use[], status?: TaxRate['status']];

/** The system rates of a UK organisation; OUTPUT is the old 17.5% rate, deleted. */
const UK_RATES: readonly Row[] = [
  ['OUTPUT2', '20% (VAT on Income)', 20, 'OUTPUT', SALES],
  ['INPUT2', '20% (VAT on Expenses)', 20, 'INPUT', PURCHASES],
  ['CAPEXOUTPUT2', '20% (VAT on Capital Sales)', 20, 'CAPEXOUTPUT', SALES],
  ['CAPEXINPUT2', '20% (VAT on Capital Purchases)', 20, 'CAPEXINPUT', PURCHASES],
  ['RROUTPUT', '5% (VAT on Income)', 5, 'OUTPUT', SALES],
  ['RRINPUT', '5% (VAT on Expenses)', 5, 'INPUT', PURCHASES],
  ['SROUTPUT', '15% (VAT on Income)', 15, 'OUTPUT', SALES, 'DELETED'],
  ['OUTPUT', '17.5% (VAT on Income)', 17.5, 'OUTPUT', SALES, 'DELETED'],
  ['ZERORATEDOUTPUT', 'Zero Rated Income', 0, 'OUTPUT', SALES],
  ['ZERORATEDINPUT', 'Zero Rated Expenses', 0, 'INPUT', PURCHASES],
  ['EXEMPTOUTPUT', 'Exempt Income', 0, 'EXEMPTOUTPUT', SALES],
  ['EXEMPTINPUT', 'Exempt Expenses', 0, 'EXEMPTINPUT', PURCHASES],
  ['ECZROUTPUT', 'Zero Rated EC Goods Income', 0, 'ECOUTPUT', SALES],
  ['ECZROUTPUTSERVICES', 'Zero Rated EC Services', 0, 'ECOUTPUTSERVICES', SALES],
  ['DRCHARGE20', 'Domestic Reverse Charge @ 20% (VAT on Income)', 0, 'OUTPUT', SALES],
  ['DRCHARGE5', 'Domestic Reverse Charge @ 5% (VAT on Income)', 0, 'OUTPUT', SALES],
  ['DRCHARGESUPPLY20', 'Domestic Reverse Charge @ 20% (VAT on Expenses)', 0, 'INPUT', PURCHASES],
  ['DRCHARGESUPPLY5', 'Domestic Reverse Charge @ 5% (VAT on Expenses)', 0, 'INPUT', PURCHASES],
  ['NONE', 'No VAT', 0, 'NONE', ALL],
];

/** The tax rates of a UK organisation; one that pays no VAT has only "No VAT". */
export function ukTaxRates({ tenantId, paysTax }: Organisation): TaxRate[] {
  return UK_RATES.filter(([taxType]) => paysTax || taxType === 'NONE').map(([taxType, name, rate, reportTaxType, appliesTo, status]) => ({
    tenantId,
    taxType,
    name,
    reportTaxType,
    rate,
    status: status ?? 'ACTIVE',
    appliesTo,
  }));
}
