import type { ConnectionSettings } from '../domain/connection.ts';
import { announce, changeConnection } from './changes.ts';
import { isConnected, withBooks, type BooksDeps } from './books.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal } from './errors.ts';
import { takesPayments, takesSales } from './ledger.ts';
import { OWN_ACCOUNT_WARNING, ownPaymentAccount } from './payment-account.ts';
import type { ConnectionRecord, LedgerAccount } from './ports.ts';
import { withSettings } from './transitions.ts';

/** What the person saves (contracts §4). Accounts by AccountID. */
export interface SettingsWish {
  readonly paymentAccountId: string | null;
  readonly createPaymentAccount: boolean;
  readonly salesAccountId: string;
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

function invalid(field: keyof SettingsWish, message: string): ConnectionRefusal {
  return new ConnectionRefusal('invalid-setting', message, field);
}

/** A1 and D2, as far as they can be judged without asking Xero. */
function checkWish(wish: SettingsWish): void {
  if (wish.syncInvoices && !wish.syncCustomers) {
    throw invalid('syncInvoices', 'Invoices can be synced only together with customers: tick customers too (syncCustomers).');
  }
  if (wish.createPaymentAccount && wish.paymentAccountId !== null) {
    throw invalid('createPaymentAccount', 'Choose a payment account or have one created, not both.');
  }
}

/** The chosen accounts must be in the organisation's chart, active, and of the right kind. */
function checkAccounts(wish: SettingsWish, accounts: readonly LedgerAccount[]): void {
  const sales = accounts.find((account) => account.accountId === wish.salesAccountId);
  if (sales === undefined || !takesSales(sales)) {
    throw invalid('salesAccountId', 'Choose an active sales account of your Xero organisation.');
  }
  if (wish.paymentAccountId !== null) {
    const payments = accounts.find((account) => account.accountId === wish.paymentAccountId);
    if (payments === undefined || !takesPayments(payments)) {
      throw invalid('paymentAccountId', 'Choose an active bank account, or an account that takes payments, of your Xero organisation.');
    }
  } else if (!wish.createPaymentAccount && accounts.some(takesPayments)) {
    throw invalid('paymentAccountId', 'Choose the account that payments go to, or have one created for you.');
  }
}

/**
 * `PUT /v1/xero/settings`: checks and stores the settings; the first valid ones make the connection active. Sends nothing that existed
 * before (A3). One read of the chart, at most one account made (D2). Throws ConnectionRefusal: `not-connected`, `needs-reconnect`,
 * `invalid-setting` and `payment-account-not-created` with the field.
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
    checkAccounts(wish, accounts);
    if (wish.paymentAccountId !== null) return { paymentAccountId: wish.paymentAccountId };
    const own = await ownPaymentAccount(books, accounts, connection.createdPaymentAccountId, deps.secrecy);
    return { paymentAccountId: own.accountId, ownAccountId: own.accountId };
  });
  const settings: ConnectionSettings = {
    paymentAccountId: chosen.paymentAccountId,
    salesAccountId: wish.salesAccountId,
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
