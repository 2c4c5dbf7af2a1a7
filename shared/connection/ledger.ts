import type { LedgerAccount } from './ports.ts';

/** Payments go to bank accounts and to accounts with payments enabled (xero-facts §7, D1). */
export function takesPayments(account: LedgerAccount): boolean {
  return account.status === 'ACTIVE' && (account.type === 'BANK' || account.enablePaymentsToAccount);
}

/** Invoice lines go to a sales account. */
export function takesSales(account: LedgerAccount): boolean {
  return account.status === 'ACTIVE' && (account.type === 'REVENUE' || account.type === 'SALES');
}
