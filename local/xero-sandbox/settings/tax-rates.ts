import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import type { Fields } from '../api/where.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { withoutPaging } from './accounts.ts';
import type { TaxRate } from './records.ts';
import { asSet } from './reverse-charge.ts';

/** The classes of accounts a rate may be made for. */
export const TAX_RATE_USES = ['Assets', 'Equity', 'Expenses', 'Liabilities', 'Revenue'] as const;

export function taxRateJson(rate: TaxRate): object {
  const shown = rate.shownRate ?? rate.rate;
  return {
    Name: rate.name,
    TaxType: rate.taxType,
    ReportTaxType: rate.reportTaxType,
    ...Object.fromEntries(TAX_RATE_USES.map((use) => [`CanApplyTo${use}`, rate.appliesTo.includes(use)])),
    DisplayTaxRate: shown,
    EffectiveRate: shown,
    Status: rate.status,
    TaxComponents: [{ Name: shown === 0 ? 'No VAT' : 'VAT', Rate: shown, IsCompound: false, IsNonRecoverable: false }],
  };
}

const TAX_RATE_FIELDS: Fields<TaxRate> = {
  texts: {
    Name: (rate) => rate.name,
    TaxType: (rate) => rate.taxType,
    Status: (rate) => rate.status,
    ReportTaxType: (rate) => rate.reportTaxType,
  },
  numbers: {
    EffectiveRate: (rate) => rate.shownRate ?? rate.rate,
    DisplayTaxRate: (rate) => rate.shownRate ?? rate.rate,
  },
  flags: {
    ...Object.fromEntries(TAX_RATE_USES.map((use) => [`CanApplyTo${use}`, (rate: TaxRate) => rate.appliesTo.includes(use)])),
  },
};

/** The rates of an organisation, as they stand under the present settings. */
export function taxRatesOf(state: SandboxState, tenantId: string): TaxRate[] {
  const { settings } = state;
  return state.taxRates.by('tenant', tenantId).map((rate) => asSet(rate, settings));
}

export function taxRateOf(state: SandboxState, tenantId: string, taxType: string): TaxRate | undefined {
  const rate = state.taxRates.get(keyOf(tenantId, taxType.toUpperCase()));
  return rate === undefined ? undefined : asSet(rate, state.settings);
}

function listTaxRates(call: AccountingCall): SandboxAnswer {
  const { rows } = select({
    rows: taxRatesOf(call.state, call.organisation.tenantId),
    query: withoutPaging(call.url.searchParams),
    headers: {},
    fields: TAX_RATE_FIELDS,
    updatedOf: () => 0,
    idOf: (rate) => rate.name,
  });
  return envelope(call, 'TaxRates', rows.map(taxRateJson));
}

function getTaxRate(call: AccountingCall): SandboxAnswer {
  const rate = taxRateOf(call.state, call.organisation.tenantId, call.params[0] ?? '');
  if (rate === undefined) throw XeroProblem.notFound();
  return envelope(call, 'TaxRates', [taxRateJson(rate)]);
}

export const TAX_RATE_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'TaxRates', area: 'settings', handle: listTaxRates },
  { method: 'GET', pattern: 'TaxRates/{}', area: 'settings', handle: getTaxRate },
];
