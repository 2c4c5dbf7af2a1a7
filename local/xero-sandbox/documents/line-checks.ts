import type { Checks } from '../api/fields.ts';
import type { Account } from '../settings/records.ts';
import { taxRateOf } from '../settings/tax-rates.ts';
import type { DocumentContext } from './context.ts';

/** Accounts Xero keeps for itself; a line may use none of them. */
const CLOSED_SYSTEM_ACCOUNTS = new Set([
  'DEBTORS',
  'CREDITORS',
  'GST',
  'UNPAIDEXPCLM',
  'HISTORICAL',
  'RETAINEDEARNINGS',
  'TRACKINGTRANSFERS',
  'BANKCURRENCYGAIN',
  'REALISEDCURRENCYGAIN',
  'UNREALISEDCURRENCYGAIN',
  'CISASSETS',
  'CISLIABILITY',
]);
const USE_OF_CLASS: Readonly<Record<string, 'Assets' | 'Equity' | 'Expenses' | 'Liabilities' | 'Revenue'>> = {
  ASSET: 'Assets',
  EQUITY: 'Equity',
  EXPENSE: 'Expenses',
  LIABILITY: 'Liabilities',
  REVENUE: 'Revenue',
};

/** Checks the account named by a line; gives it when it may be used. */
export function checkAccount(checks: Checks, account: Account | undefined, named: string): void {
  if (account?.status === 'ARCHIVED') {
    checks.ensure(false, `Account code '${named}' has been archived, or has been deleted. Please make sure it exists and is active.`);
    return;
  }
  const isOpen = account !== undefined && account.type !== 'BANK' && !CLOSED_SYSTEM_ACCOUNTS.has(account.systemAccount ?? '');
  checks.ensure(isOpen, `Account code '${named}' is not a valid code for this document.`);
}

/** Checks that the tax type exists, is active and fits the account. */
export function checkTaxType(
  checks: Checks,
  { state, organisation }: DocumentContext,
  taxType: string,
  account: Account | undefined,
): void {
  const rate = taxRateOf(state, organisation.tenantId, taxType);
  if (rate === undefined) {
    checks.ensure(false, `The TaxType code '${taxType}' does not exist or cannot be used for this type of transaction.`);
    return;
  }
  const use = USE_OF_CLASS[account?.class ?? ''];
  const fits = rate.status === 'ACTIVE' && (use === undefined || rate.appliesTo.includes(use));
  checks.ensure(fits, `The TaxType code '${taxType}' cannot be used with account code '${account?.code ?? ''}'.`);
}
