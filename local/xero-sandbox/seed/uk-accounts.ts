import { guidFrom } from '../core/guids.ts';
import { ACCOUNT_CLASSES } from '../settings/accounts.ts';
import type { Account, Organisation } from '../settings/records.ts';

type Row = readonly [code: string, name: string, type: keyof typeof ACCOUNT_CLASSES, taxType: string, systemAccount?: string];

/** The chart of accounts Xero ships for the UK, shortened where accounts are alike. */
const UK_CHART: readonly Row[] = [
  ['200', 'Sales', 'REVENUE', 'OUTPUT2'],
  ['260', 'Other Revenue', 'REVENUE', 'OUTPUT2'],
  ['270', 'Interest Income', 'REVENUE', 'NONE'],
  ['310', 'Cost of Goods Sold', 'DIRECTCOSTS', 'INPUT2'],
  ['320', 'Direct Wages', 'DIRECTCOSTS', 'NONE'],
  ['325', 'Direct Expenses', 'DIRECTCOSTS', 'INPUT2'],
  ['400', 'Advertising & Marketing', 'OVERHEADS', 'INPUT2'],
  ['401', 'Audit & Accountancy fees', 'OVERHEADS', 'INPUT2'],
  ['404', 'Bank Fees', 'OVERHEADS', 'NONE'],
  ['429', 'General Expenses', 'OVERHEADS', 'INPUT2'],
  ['433', 'Insurance', 'OVERHEADS', 'NONE'],
  ['445', 'Light, Power, Heating', 'OVERHEADS', 'INPUT2'],
  ['449', 'Motor Vehicle Expenses', 'OVERHEADS', 'INPUT2'],
  ['461', 'Printing & Stationery', 'OVERHEADS', 'INPUT2'],
  ['469', 'Rent', 'OVERHEADS', 'INPUT2'],
  ['473', 'Repairs & Maintenance', 'OVERHEADS', 'INPUT2'],
  ['477', 'Salaries', 'OVERHEADS', 'NONE'],
  ['489', 'Telephone & Internet', 'OVERHEADS', 'INPUT2'],
  ['497', 'Bank Revaluations', 'OVERHEADS', 'NONE', 'BANKCURRENCYGAIN'],
  ['498', 'Unrealised Currency Gains', 'OVERHEADS', 'NONE', 'UNREALISEDCURRENCYGAIN'],
  ['499', 'Realised Currency Gains', 'OVERHEADS', 'NONE', 'REALISEDCURRENCYGAIN'],
  ['500', 'Corporation Tax', 'OVERHEADS', 'NONE'],
  ['610', 'Accounts Receivable', 'CURRENT', 'NONE', 'DEBTORS'],
  ['620', 'Prepayments', 'CURRENT', 'NONE'],
  ['630', 'Inventory', 'INVENTORY', 'NONE'],
  ['710', 'Office Equipment', 'FIXED', 'INPUT2'],
  ['711', 'Less Accumulated Depreciation on Office Equipment', 'FIXED', 'NONE'],
  ['800', 'Accounts Payable', 'CURRLIAB', 'NONE', 'CREDITORS'],
  ['801', 'Unpaid Expense Claims', 'CURRLIAB', 'NONE', 'UNPAIDEXPCLM'],
  ['805', 'Accruals', 'CURRLIAB', 'NONE'],
  ['820', 'VAT', 'CURRLIAB', 'NONE', 'GST'],
  ['825', 'PAYE Payable', 'CURRLIAB', 'NONE'],
  ['835', "Directors' Loan Account", 'CURRLIAB', 'NONE'],
  ['840', 'Historical Adjustment', 'CURRLIAB', 'NONE', 'HISTORICAL'],
  ['850', 'Suspense', 'CURRLIAB', 'NONE'],
  ['860', 'Rounding', 'CURRLIAB', 'NONE', 'ROUNDING'],
  ['877', 'Tracking Transfers', 'CURRLIAB', 'NONE', 'TRACKINGTRANSFERS'],
  ['900', 'Loan', 'TERMLIAB', 'NONE'],
  ['960', 'Retained Earnings', 'EQUITY', 'NONE', 'RETAINEDEARNINGS'],
  ['970', 'Owner A Funds Introduced', 'EQUITY', 'NONE'],
];

/** Made by Xero when CIS is switched on; to be found by SystemAccount, never by code or name. */
const CIS_CHART: readonly Row[] = [
  ['210', 'CIS Labour Income', 'REVENUE', 'OUTPUT2', 'CISLABOURINCOME'],
  ['321', 'CIS Labour Expense', 'DIRECTCOSTS', 'INPUT2', 'CISLABOUREXPENSE'],
  ['322', 'CIS Materials Purchased', 'DIRECTCOSTS', 'INPUT2', 'CISMATERIALS'],
  ['615', 'CIS Assets', 'CURRENT', 'NONE', 'CISASSETS'],
  ['815', 'CIS Liability', 'CURRLIAB', 'NONE', 'CISLIABILITY'],
];

const BANK_ACCOUNTS = [
  { code: '090', name: 'Business Bank Account', bankAccountNumber: '20000012345678' },
  { code: '091', name: 'Business Savings Account', bankAccountNumber: '20000087654321' },
];

/** Accounts that take payments though they are no bank accounts. */
const PAYABLE_CODES = new Set(['835', '970']);

/** The UK chart of accounts of an organisation, with its bank accounts and, when CIS is on, the CIS accounts. */
export function ukAccounts({ tenantId, baseCurrency, paysTax, cisContractor, cisSubContractor }: Organisation, now: number): Account[] {
  const rows = cisContractor || cisSubContractor ? [...UK_CHART, ...CIS_CHART] : UK_CHART;
  const base = { tenantId, status: 'ACTIVE', description: undefined, showInExpenseClaims: false, updated: now } as const;
  const ordinary = rows.map(([code, name, type, taxType, systemAccount]): Account => ({
    ...base,
    accountId: guidFrom(`account ${tenantId} ${code}`),
    code,
    name,
    type,
    class: ACCOUNT_CLASSES[type],
    taxType: paysTax ? taxType : 'NONE',
    systemAccount,
    enablePaymentsToAccount: PAYABLE_CODES.has(code),
    bankAccountNumber: undefined,
    bankAccountType: undefined,
    currencyCode: undefined,
  }));
  const banks = BANK_ACCOUNTS.map(({ code, name, bankAccountNumber }): Account => ({
    ...base,
    accountId: guidFrom(`account ${tenantId} ${code}`),
    code,
    name,
    type: 'BANK',
    class: 'ASSET',
    taxType: 'NONE',
    systemAccount: undefined,
    enablePaymentsToAccount: false,
    bankAccountNumber,
    bankAccountType: 'BANK',
    currencyCode: baseCurrency,
  }));
  return [...banks, ...ordinary];
}
