import type { LedgerAccount } from './ports.ts';

/** Payments go to bank accounts in pounds and to accounts with payments enabled (D1). */
export function takesPayments(account: LedgerAccount): boolean {
  const inPounds = account.currency === undefined || account.currency === 'GBP';
  return account.status === 'ACTIVE' && inPounds && (account.type === 'BANK' || account.enablePaymentsToAccount);
}

/** Xero's own accounts for CIS: what is booked there changes the deduction, so none of them is a default (C8). */
export function isCisAccount({ systemAccount = '' }: LedgerAccount): boolean {
  return systemAccount.startsWith('CIS');
}

/** Invoice lines go to an ordinary sales account. */
export function takesSales(account: LedgerAccount): boolean {
  return account.status === 'ACTIVE' && (account.type === 'REVENUE' || account.type === 'SALES') && !isCisAccount(account);
}

/** What most people choose: their first bank account, and Xero's account 200 or what is named Sales. Null: nothing to suggest. */
export function suggestedAccounts(accounts: readonly LedgerAccount[]): {
  readonly paymentAccountId: string | null;
  readonly salesAccountId: string | null;
} {
  const sales = accounts.filter(takesSales);
  const usual = sales.find(({ code }) => code === '200') ?? sales.find(({ name }) => /^sales$/i.test(name)) ?? sales[0];
  const bank = accounts.find((account) => takesPayments(account) && account.type === 'BANK');
  return { paymentAccountId: bank?.accountId ?? null, salesAccountId: usual?.accountId ?? null };
}
