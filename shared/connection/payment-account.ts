import { AttentionFailure } from '../sync/errors.ts';
import { ConnectionRefusal } from './errors.ts';
import { takesPayments } from './ledger.ts';
import type { LedgerAccount, OrganisationBooks, Secrecy } from './ports.ts';

/** D2: the account that we make for payments when the person has none, or asks for one. */
const OWN_ACCOUNT_NAME = 'GES Payments';
const FIRST_CODE = 690;

/** What the person must know about payments on our own account (D2, help article). */
export const OWN_ACCOUNT_WARNING = {
  code: 'own-payment-account',
  message: `Payments on "${OWN_ACCOUNT_NAME}" can later be moved to another bank account only one by one. Better add your bank account in Xero and choose it here.`,
} as const;

/** The first code from 690 that no account of the chart has, archived ones included. */
export function firstFreeCode(accounts: readonly LedgerAccount[]): string {
  const taken = new Set(accounts.map((account) => account.code));
  let code = FIRST_CODE;
  while (taken.has(String(code))) code += 1;
  return String(code);
}

/**
 * D2: our own payment account, found by its stored AccountID; by its name when it was made but never stored; else made (one call).
 * Throws ConnectionRefusal `consent-needed` when Xero has not been asked yet to let us make one; `payment-account-not-created` when the name
 * is taken by an account that takes no payments, or when Xero refuses to make it.
 */
export async function ownPaymentAccount(
  books: OrganisationBooks,
  accounts: readonly LedgerAccount[],
  storedId: string | undefined,
  secrecy: Pick<Secrecy, 'uuid'>,
  mayMakeAccounts: () => Promise<boolean>,
): Promise<LedgerAccount> {
  const stored = accounts.find((account) => account.accountId === storedId);
  if (stored !== undefined && takesPayments(stored)) return stored;
  const namesake = accounts.find((account) => account.name.trim().toLowerCase() === OWN_ACCOUNT_NAME.toLowerCase());
  if (namesake !== undefined && takesPayments(namesake)) return namesake;
  if (namesake !== undefined) {
    throw new ConnectionRefusal(
      'payment-account-not-created',
      `Your Xero organisation has an account "${OWN_ACCOUNT_NAME}" that is archived or does not take payments. Restore it or allow payments to it in Xero, or choose a bank account.`,
      'createPaymentAccount',
    );
  }
  if (!(await mayMakeAccounts())) {
    throw new ConnectionRefusal(
      'consent-needed',
      `Xero must first allow us to add the account "${OWN_ACCOUNT_NAME}". Go to Xero once more and allow it, or choose a bank account.`,
      'createPaymentAccount',
    );
  }
  try {
    return await books.createAccount(
      { code: firstFreeCode(accounts), name: OWN_ACCOUNT_NAME, type: 'CURRENT', enablePaymentsToAccount: true },
      secrecy.uuid(),
    );
  } catch (failure) {
    if (!(failure instanceof AttentionFailure)) throw failure;
    throw new ConnectionRefusal(
      'payment-account-not-created',
      `Xero did not let us make the account "${OWN_ACCOUNT_NAME}". Add a bank account in Xero and choose it here.`,
      'createPaymentAccount',
      { cause: failure },
    );
  }
}
