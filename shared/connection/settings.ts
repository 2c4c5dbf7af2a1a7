import type { ConnectionSettings } from '../domain/connection.ts';
import { announce, changeConnection } from './changes.ts';
import { isConnected, withBooks, type BooksDeps } from './books.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal } from './errors.ts';
import { isCisAccount, takesPayments, takesSales } from './ledger.ts';
import { OWN_ACCOUNT_WARNING, ownPaymentAccount } from './payment-account.ts';
import type { ConnectionRecord, LedgerAccount } from './ports.ts';
import { withSettings } from './transitions.ts';

/** A payment method whose payments are not posted: they pair with what the bookkeeper reconciles (D1). */
export const LEAVE_TO_BANK_FEED = 'leave';

export type PaymentAccounts = NonNullable<ConnectionSettings['paymentAccounts']>;

/** What the person saves. Accounts by AccountID. */
export interface SettingsWish {
  readonly paymentAccountId: string | null;
  /** AccountID or `leave` by payment method (D1). */
  readonly paymentAccounts: PaymentAccounts;
  readonly createPaymentAccount: boolean;
  readonly salesAccountId: string | null;
  readonly syncCustomers: boolean;
  readonly syncInvoices: boolean;
}
export interface Warning {
  readonly code: string;
  readonly message: string;
}
export interface SavedSettings {
  readonly connection: ConnectionRecord;
  readonly warnings: readonly Warning[];
}

type SettingsDeps = BooksDeps & Pick<ConnectionDeps, 'secrecy'>;

function invalid(field: keyof SettingsWish | `paymentAccounts.${string}`, message: string): ConnectionRefusal {
  return new ConnectionRefusal('invalid-setting', message, field);
}

/** A1 and D2, as far as they can be judged without asking Xero. */
function checkWish(wish: SettingsWish): void {
  if (wish.syncInvoices && !wish.syncCustomers) {
    throw invalid('syncInvoices', 'Invoices can be synced only together with customers: tick customers too.');
  }
  if (wish.createPaymentAccount && wish.paymentAccountId !== null) {
    throw invalid('createPaymentAccount', 'Choose a payment account or have one created, not both.');
  }
}

/** C8: an ordinary sales account, active, of the organisation. */
function checkSalesAccount(salesAccountId: string | null, accounts: readonly LedgerAccount[]): string {
  if (salesAccountId === null) throw invalid('salesAccountId', 'Choose the account that sales go to.');
  const sales = accounts.find((account) => account.accountId === salesAccountId);
  if (sales !== undefined && isCisAccount(sales)) {
    throw invalid(
      'salesAccountId',
      `"${sales.name}" is Xero's own account for CIS, which labour under CIS goes to by itself. Choose an ordinary sales account.`,
    );
  }
  if (sales === undefined || !takesSales(sales)) {
    throw invalid(
      'salesAccountId',
      'This sales account is archived or no longer there. Choose an active sales account of your Xero organisation.',
    );
  }
  return salesAccountId;
}

const METHOD_NAMES: Readonly<Record<keyof PaymentAccounts, string>> = {
  card: 'card payments',
  cash: 'cash',
  cheque: 'cheques',
  'bank-transfer': 'bank transfers',
  other: 'other payments',
};

/** D1, D2: accounts that take payments, in pounds, active. Where any exists, one must be chosen or asked for. */
function checkPaymentAccounts(wish: SettingsWish, accounts: readonly LedgerAccount[]): void {
  const fits = (accountId: string): boolean => accounts.some((account) => account.accountId === accountId && takesPayments(account));
  const what = 'is archived, in another currency, or takes no payments. Choose an active bank account of your Xero organisation.';
  if (wish.paymentAccountId !== null && !fits(wish.paymentAccountId)) throw invalid('paymentAccountId', `The account for payments ${what}`);
  if (wish.paymentAccountId === null && !wish.createPaymentAccount && accounts.some(takesPayments)) {
    throw invalid('paymentAccountId', 'Choose the account that payments go to, or have one created for you.');
  }
  for (const [method, accountId] of Object.entries(wish.paymentAccounts)) {
    if (accountId === LEAVE_TO_BANK_FEED || fits(accountId)) continue;
    throw invalid(`paymentAccounts.${method}`, `The account for ${METHOD_NAMES[method as keyof PaymentAccounts]} ${what}`);
  }
}

/**
 * `PUT /v1/xero/settings`: checks and stores the settings; the first valid ones make the connection active. Sends nothing that existed
 * before (A3). One read of the chart, at most one account made (D2). Throws ConnectionRefusal: `not-connected`, `needs-reconnect`,
 * `invalid-setting`, `payment-account-not-created` and `consent-needed` with the field.
 */
export async function saveSettings(deps: SettingsDeps, accountId: string, wish: SettingsWish): Promise<SavedSettings> {
  checkWish(wish);
  const connection = await deps.connections.readConnection(accountId);
  if (connection?.status === 'needs-reconnect') {
    throw new ConnectionRefusal('needs-reconnect', 'Xero no longer lets us in. Connect to Xero again.');
  }
  if (!isConnected(connection)) {
    throw new ConnectionRefusal('not-connected', 'There is no connection to a Xero organisation. Connect to Xero first.');
  }
  const chosen = await withBooks(deps, connection, async (books) => {
    const accounts = await books.accounts();
    const salesAccountId = checkSalesAccount(wish.salesAccountId, accounts);
    checkPaymentAccounts(wish, accounts);
    if (wish.paymentAccountId !== null) return { salesAccountId, paymentAccountId: wish.paymentAccountId };
    const mayMake = (): Promise<boolean> => deps.tokens.mayMakeAccounts(connection.xeroUserId);
    const own = await ownPaymentAccount(books, accounts, connection.createdPaymentAccountId, deps.secrecy, mayMake);
    return { salesAccountId, paymentAccountId: own.accountId, ownAccountId: own.accountId };
  });
  const settings: ConnectionSettings = {
    paymentAccountId: chosen.paymentAccountId,
    paymentAccounts: wish.paymentAccounts,
    salesAccountId: chosen.salesAccountId,
    syncCustomers: wish.syncCustomers,
    syncInvoices: wish.syncInvoices,
  };
  const change = await changeConnection(deps, accountId, (before) => {
    if (before.connectSeq !== connection.connectSeq || !isConnected(before)) {
      throw new ConnectionRefusal('changed-meanwhile', 'The connection was changed meanwhile. Look at it again, then save.');
    }
    return withSettings(before, settings, chosen.ownAccountId);
  });
  await announce(deps, change);
  const onOwnAccount = settings.paymentAccountId === change.after.createdPaymentAccountId;
  return { connection: change.after, warnings: onOwnAccount ? [OWN_ACCOUNT_WARNING] : [] };
}
