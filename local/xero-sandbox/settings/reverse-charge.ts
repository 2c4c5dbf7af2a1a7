import type { SandboxSettings } from '../core/settings.ts';
import type { TaxRate } from './records.ts';

const INCOME: TaxRate['appliesTo'] = ['Assets', 'Equity', 'Liabilities', 'Revenue'];
const EXPENSES: TaxRate['appliesTo'] = ['Assets', 'Equity', 'Expenses', 'Liabilities'];
const REVERSE_CHARGE = /^(DRCHARGE|DRCHARGESUPPLY)(20|5)$/;

/**
 * A tax rate as it stands under the present settings. Which of the two pairs of reverse-charge rates goes on a sale, and which percentage they
 * show, only a real organisation could tell; so both readings can be set. No VAT is put on the document either way.
 */
export function asSet(rate: TaxRate, settings: Pick<SandboxSettings, 'reverseChargeOnRevenue' | 'reverseChargeShowsRate'>): TaxRate {
  const [, family, percent] = REVERSE_CHARGE.exec(rate.taxType) ?? [];
  if (family === undefined || percent === undefined) return rate;
  const isIncome = family === settings.reverseChargeOnRevenue;
  return {
    ...rate,
    name: `Domestic Reverse Charge @ ${percent}% (VAT on ${isIncome ? 'Income' : 'Expenses'})`,
    reportTaxType: isIncome ? 'OUTPUT' : 'INPUT',
    appliesTo: isIncome ? INCOME : EXPENSES,
    shownRate: settings.reverseChargeShowsRate ? Number(percent) : rate.rate,
  };
}
