import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import type { Fields } from '../api/where.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { withoutPaging } from './accounts.ts';
import type { TaxRate } from './records.ts';

/** The classes of accounts a rate may be made for. */
export const TAX_RATE_USES = ['Assets', 'Equity', 'Expenses', 'Liabilities', 'Revenue'] as const;

export function taxRateJson(rate: TaxRate): object {
  return {
    Name: rate.name,
    TaxType: rate.taxType,
    ReportTaxType: rate.reportTaxType,
    ...Object.fromEntries(TAX_RATE_USES.map((use) => [`CanApplyTo${use}`, rate.appliesTo.includes(use)])),
    DisplayTaxRate: rate.rate,
    EffectiveRate: rate.rate,
    Status: rate.status,
    TaxComponents: [{ Name: rate.rate === 0 ? 'No VAT' : 'VAT', Rate: rate.rate, IsCompound: false, IsNonRecoverable: false }],
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
    EffectiveRate: (rate) => rate.rate,
    DisplayTaxRate: (rate) => rate.rate,
  },
  flags: {
    ...Object.fromEntries(TAX_RATE_USES.map((use) => [`CanApplyTo${use}`, (rate: TaxRate) => rate.appliesTo.includes(use)])),
  },
};

export function taxRateOf(state: SandboxState, tenantId: string, taxType: string): TaxRate | undefined {
  return state.taxRates.get(keyOf(tenantId, taxType.toUpperCase()));
}

function listTaxRates(call: AccountingCall): SandboxAnswer {
  const { rows } = select({
    rows: call.state.taxRates.by('tenant', call.organisation.tenantId),
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
