import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { saveBatch } from '../api/batches.ts';
import { xeroDate } from '../api/dates.ts';
import { Checks, booleanField, elementsOf, textField, wordField, type Element } from '../api/fields.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import type { Fields } from '../api/where.ts';
import { ZERO_GUID } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { caseless, keyOf, type SandboxState } from '../core/state.ts';
import type { Account } from './records.ts';

/** Account types and the class each belongs to. */
export const ACCOUNT_CLASSES = {
  BANK: 'ASSET',
  CURRENT: 'ASSET',
  CURRLIAB: 'LIABILITY',
  DEPRECIATN: 'EXPENSE',
  DIRECTCOSTS: 'EXPENSE',
  EQUITY: 'EQUITY',
  EXPENSE: 'EXPENSE',
  FIXED: 'ASSET',
  INVENTORY: 'ASSET',
  LIABILITY: 'LIABILITY',
  NONCURRENT: 'ASSET',
  OTHERINCOME: 'REVENUE',
  OVERHEADS: 'EXPENSE',
  PREPAYMENT: 'ASSET',
  REVENUE: 'REVENUE',
  SALES: 'REVENUE',
  TERMLIAB: 'LIABILITY',
} as const;
const TYPES = Object.keys(ACCOUNT_CLASSES) as (keyof typeof ACCOUNT_CLASSES)[];
const BANK_TYPES = ['BANK', 'CREDITCARD', 'PAYPAL'] as const;
/** UK: sort code and account number. */
const UK_BANK_ACCOUNT_NUMBER = /^\d{14}$/;

export function accountJson(account: Account): object {
  const isBank = account.type === 'BANK';
  return {
    AccountID: account.accountId,
    Code: account.code,
    Name: account.name,
    Status: account.status,
    Type: account.type,
    TaxType: account.taxType,
    Description: account.description,
    Class: account.class,
    SystemAccount: account.systemAccount ?? '',
    EnablePaymentsToAccount: account.enablePaymentsToAccount,
    ShowInExpenseClaims: account.showInExpenseClaims,
    ...(isBank && {
      BankAccountNumber: account.bankAccountNumber,
      BankAccountType: account.bankAccountType,
      CurrencyCode: account.currencyCode,
    }),
    ReportingCode: '',
    ReportingCodeName: '',
    HasAttachments: false,
    UpdatedDateUTC: xeroDate(account.updated),
    AddToWatchlist: false,
  };
}

const ACCOUNT_FIELDS: Fields<Account> = {
  texts: {
    Code: (account) => account.code,
    Name: (account) => account.name,
    Type: (account) => account.type,
    Class: (account) => account.class,
    Status: (account) => account.status,
    TaxType: (account) => account.taxType,
    SystemAccount: (account) => account.systemAccount,
    BankAccountType: (account) => account.bankAccountType,
    BankAccountNumber: (account) => account.bankAccountNumber,
  },
  dates: {
    UpdatedDateUTC: (account) => account.updated,
  },
  flags: {
    EnablePaymentsToAccount: (account) => account.enablePaymentsToAccount,
  },
  guids: {
    AccountID: (account) => account.accountId,
  },
};

export function accountWithCode(state: SandboxState, tenantId: string, code: string): Account | undefined {
  return state.accounts.by('tenant', tenantId).find((account) => account.code?.toLowerCase() === code.toLowerCase());
}

export function accountWithId(state: SandboxState, tenantId: string, accountId: string): Account | undefined {
  return state.accounts.get(keyOf(tenantId, accountId.toLowerCase()));
}

function listAccounts(call: AccountingCall): SandboxAnswer {
  const { rows } = select({
    rows: call.state.accounts.by('tenant', call.organisation.tenantId),
    query: withoutPaging(call.url.searchParams),
    headers: call.request.headers,
    fields: ACCOUNT_FIELDS,
    updatedOf: (account) => account.updated,
    idOf: (account) => account.code ?? account.name,
  });
  return envelope(call, 'Accounts', rows.map(accountJson));
}

/** Accounts and tax rates are never paged: page parameters are ignored. */
export function withoutPaging(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !['page', 'pagesize'].includes(name.toLowerCase())));
}

function createAccount(call: AccountingCall, element: Element): Account {
  const { state, organisation, now } = call;
  const checks = new Checks();
  const name = textField(element, 'Name') ?? '';
  const code = textField(element, 'Code');
  const type = wordField(element, 'Type', TYPES);
  const isBank = type === 'BANK';
  const bankAccountType = wordField(element, 'BankAccountType', BANK_TYPES) ?? 'BANK';
  const bankAccountNumber = textField(element, 'BankAccountNumber')?.replace(/[\s-]/g, '');
  const accounts = state.accounts.by('tenant', organisation.tenantId);
  checks.ensure(name !== '', 'Account Name must be specified.');
  checks.length('Name', name, 150);
  checks.length('Code', code, 10);
  checks.ensure(type !== undefined, 'Account Type must be specified.');
  checks.ensure(isBank || (code ?? '') !== '', 'Account Code must be specified.');
  checks.ensure(!accounts.some((account) => caseless(account.name) === caseless(name)), 'Please enter a unique Name.');
  checks.ensure(code === undefined || accountWithCode(state, organisation.tenantId, code) === undefined, 'Please enter a unique Code.');
  if (isBank) {
    checks.ensure(bankAccountType === 'BANK', 'Credit card and PayPal accounts cannot be created via the API.');
    const valid = UK_BANK_ACCOUNT_NUMBER.test(bankAccountNumber ?? '');
    checks.ensure(valid, 'The Bank Account Number must contain a 6-digit sort code and an 8-digit account number.');
  }
  checks.finish();
  const known = type ?? 'CURRENT';
  return state.accounts.put({
    accountId: state.newGuid(),
    tenantId: organisation.tenantId,
    code: code === '' ? undefined : code,
    name,
    type: known,
    class: ACCOUNT_CLASSES[known],
    status: 'ACTIVE',
    taxType: textField(element, 'TaxType') ?? 'NONE',
    description: textField(element, 'Description'),
    systemAccount: undefined,
    enablePaymentsToAccount: booleanField(element, 'EnablePaymentsToAccount') ?? false,
    showInExpenseClaims: booleanField(element, 'ShowInExpenseClaims') ?? false,
    bankAccountNumber: isBank ? bankAccountNumber : undefined,
    bankAccountType: isBank ? bankAccountType : undefined,
    currencyCode: isBank ? (textField(element, 'CurrencyCode') ?? organisation.baseCurrency) : undefined,
    updated: now,
  });
}

/** PUT /Accounts: ONE account, the body is the bare account. */
function putAccount(call: AccountingCall): SandboxAnswer {
  const elements = elementsOf(call.request.body, 'Accounts');
  if (elements.length > 1) throw XeroProblem.validation('Only one account can be created at a time.');
  return saveBatch(call, elements, {
    plural: 'Accounts',
    errorFlag: undefined,
    save: (element) => accountJson(createAccount(call, element)),
    echo: (element) => ({ ...element, AccountID: ZERO_GUID }),
  });
}

function getAccount(call: AccountingCall): SandboxAnswer {
  const account = accountWithId(call.state, call.organisation.tenantId, call.params[0] ?? '');
  if (account === undefined) throw XeroProblem.notFound();
  return envelope(call, 'Accounts', [accountJson(account)]);
}

export const ACCOUNT_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'Accounts', area: 'settings', handle: listAccounts },
  { method: 'PUT', pattern: 'Accounts', area: 'settings', handle: putAccount },
  { method: 'GET', pattern: 'Accounts/{}', area: 'settings', handle: getAccount },
];
