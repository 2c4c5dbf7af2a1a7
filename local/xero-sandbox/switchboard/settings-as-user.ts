import { z } from 'zod';
import { jsonAnswer } from '../core/messages.ts';
import { caseless, type SandboxState } from '../core/state.ts';
import { ukAccounts } from '../seed/uk-accounts.ts';
import { ukTaxRates } from '../seed/uk-tax-rates.ts';
import { organisationJson } from '../settings/organisation.ts';
import type { Organisation } from '../settings/records.ts';
import { TAX_RATE_USES, taxRateJson, taxRateOf } from '../settings/tax-rates.ts';
import { bodyOf, organisationOf, refuse, type Lever } from './context.ts';

const CIS = z.strictObject({
  tenantId: z.string().optional(),
  contractor: z.boolean().optional(),
  subContractor: z.boolean().optional(),
  rate: z.number().min(0).max(100).optional(),
});
const VAT = z.strictObject({ tenantId: z.string().optional(), paysTax: z.boolean() });
const RATE = z.strictObject({ tenantId: z.string().optional(), name: z.string().min(1).max(50), rate: z.number().min(0).max(100) });
const STATUS = z.strictObject({ tenantId: z.string().optional(), status: z.enum(['ACTIVE', 'DELETED', 'ARCHIVED']) });

/** Brings rates and accounts to what an organisation of that VAT status has: the shipped ones, or "No VAT" alone. */
function applyVat(state: SandboxState, organisation: Organisation, now: number): void {
  const { tenantId, paysTax } = organisation;
  if (!paysTax)
    for (const rate of state.taxRates.by('tenant', tenantId))
      if (rate.taxType !== 'NONE') state.taxRates.put({ ...rate, status: 'DELETED' });
  for (const rate of ukTaxRates(organisation)) state.taxRates.put(rate);
  const shipped = new Map(ukAccounts(organisation, now).map(({ code, taxType }) => [code, taxType]));
  for (const account of state.accounts.by('tenant', tenantId)) {
    const taxType = paysTax ? (shipped.get(account.code) ?? account.taxType) : 'NONE';
    if (taxType !== account.taxType) state.accounts.put({ ...account, taxType, updated: now });
  }
}

/** Financial settings that a person changes in Xero; none of them raises an event. */
export const SETTINGS_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/cis',
    does: 'switch CIS on, which makes the system accounts and cannot be undone, or change the rate: { tenantId?, contractor?, subContractor?, rate? }',
    pull: (pull) => {
      const body = bodyOf(pull, CIS);
      const { state, now } = pull.exchange;
      const held = organisationOf(pull, body.tenantId);
      const turnsOff = (body.contractor === false && held.cisContractor) || (body.subContractor === false && held.cisSubContractor);
      if (turnsOff) throw refuse(400, 'CIS cannot be switched off again.');
      const organisation = state.organisations.put({
        ...held,
        cisContractor: body.contractor ?? held.cisContractor,
        cisSubContractor: body.subContractor ?? held.cisSubContractor,
        cisRate: body.rate ?? held.cisRate,
      });
      const codes = new Set(state.accounts.by('tenant', held.tenantId).map(({ code }) => code));
      for (const account of ukAccounts(organisation, now)) if (!codes.has(account.code)) state.accounts.put(account);
      return jsonAnswer(200, organisationJson(organisation));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/vat',
    does: 'register for VAT, which brings its tax rates and those of the accounts, or leave it, which leaves "No VAT" alone: { tenantId?, paysTax }',
    pull: (pull) => {
      const { tenantId, paysTax } = bodyOf(pull, VAT);
      const basis = { salesTaxBasis: paysTax ? 'ACCRUAL' : 'NONE', defaultSalesTax: paysTax ? 'Tax Exclusive' : 'No Tax' };
      const { state, now } = pull.exchange;
      const organisation = state.organisations.put({ ...organisationOf(pull, tenantId), ...basis, paysTax });
      applyVat(state, organisation, now);
      return jsonAnswer(200, organisationJson(organisation));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/tax-rates',
    does: 'make a tax rate, which gets the TaxType TAX001, TAX002 …: { tenantId?, name, rate (percent) }',
    pull: (pull) => {
      const { tenantId: sent, name, rate } = bodyOf(pull, RATE);
      const { state } = pull.exchange;
      const { tenantId } = organisationOf(pull, sent);
      const held = state.taxRates.by('tenant', tenantId);
      if (held.some((other) => caseless(other.name) === caseless(name))) throw refuse(400, 'Please enter a unique Name.');
      const made = held.filter(({ taxType }) => /^TAX\d+$/.test(taxType)).length + 1;
      const taxType = `TAX${String(made).padStart(3, '0')}`;
      return jsonAnswer(
        201,
        taxRateJson(
          state.taxRates.put({ tenantId, taxType, name, reportTaxType: undefined, rate, status: 'ACTIVE', appliesTo: TAX_RATE_USES }),
        ),
      );
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/tax-rates/{}',
    does: 'change the status of a tax rate, named by its TaxType: { tenantId?, status: ACTIVE | DELETED | ARCHIVED }',
    pull: (pull) => {
      const { tenantId, status } = bodyOf(pull, STATUS);
      const { state } = pull.exchange;
      const rate = taxRateOf(state, organisationOf(pull, tenantId).tenantId, pull.params[0] ?? '');
      if (rate === undefined) throw refuse(404, `There is no tax rate ${pull.params[0] ?? ''}.`);
      return jsonAnswer(200, taxRateJson(state.taxRates.put({ ...rate, status })));
    },
  },
];
