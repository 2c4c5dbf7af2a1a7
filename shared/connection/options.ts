import { isConnected, withBooks, type BooksDeps } from './books.ts';
import { ConnectionRefusal } from './errors.ts';
import { suggestedAccounts, takesPayments, takesSales } from './ledger.ts';
import { OWN_ACCOUNT_WARNING } from './payment-account.ts';
import type { LedgerAccount, OrganisationFacts } from './ports.ts';
import type { Warning } from './settings.ts';
import { offeredOrganisations, type OfferedOrganisation } from './status.ts';

export interface AccountOption {
  readonly accountId: string;
  readonly code: string | null;
  readonly name: string;
  readonly type: string;
}

/** What the settings page offers. Accounts are empty, CIS null, while no organisation can be read. */
export interface Options {
  /** Bank accounts, and others with payments enabled. */
  readonly paymentAccounts: readonly AccountOption[];
  readonly salesAccounts: readonly AccountOption[];
  /** What to preselect where nothing is chosen yet; null: nothing fits. */
  readonly suggested: { readonly paymentAccountId: string | null; readonly salesAccountId: string | null };
  /** May we make an account for payments, or must Xero be asked first (D2)? */
  readonly mayCreatePaymentAccount: boolean;
  readonly cisEnabled: boolean | null;
  readonly warnings: readonly Warning[];
  readonly organisations: readonly OfferedOrganisation[];
}

function toOption({ accountId, code, name, type }: LedgerAccount): AccountOption {
  return { accountId, code: code ?? null, name, type };
}

/** What the person should know about the organisation before switching on. */
function organisationWarnings(facts: OrganisationFacts): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  const lockDates = [facts.periodLockDate, facts.endOfYearLockDate].filter((date) => date !== undefined).sort();
  const lockedUntil = lockDates.at(-1);
  if (lockedUntil !== undefined) {
    warn('lock-date', `Your books are locked up to ${lockedUntil}: invoices and payments of that day or before cannot be sent.`);
  }
  if (facts.baseCurrency !== 'GBP') {
    warn('not-gbp', `Your Xero organisation keeps its books in ${facts.baseCurrency}; invoices are sent in GBP.`);
  }
  if (!facts.paysTax || facts.salesTaxBasis === 'NONE') {
    warn('not-vat-registered', 'Your Xero organisation is not VAT-registered: invoices that charge VAT cannot be sent.');
  }
  if (facts.countryCode !== 'GB' && facts.countryCode !== 'UK') {
    warn('not-uk', 'Your Xero organisation is not a UK one: VAT and CIS may not fit.');
  }
  if (facts.isDemoCompany) {
    warn('demo-company', 'This is a Xero demo company. Xero resets it every 28 days.');
  }
  return warnings;
}

/** `GET /v1/xero/options`: three reads of Xero. Throws ConnectionRefusal `not-connected`, `needs-reconnect`. */
export async function readOptions(deps: BooksDeps, accountId: string): Promise<Options> {
  const connection = await deps.connections.readConnection(accountId);
  if (connection === undefined || connection.status === 'not-connected') {
    throw new ConnectionRefusal('not-connected', 'There is no connection to Xero. Connect to Xero first.');
  }
  const organisations = offeredOrganisations(connection);
  if (!isConnected(connection)) {
    const suggested = { paymentAccountId: null, salesAccountId: null };
    const nothing = { paymentAccounts: [], salesAccounts: [], suggested, mayCreatePaymentAccount: false, cisEnabled: null, warnings: [] };
    return { ...nothing, organisations };
  }
  return withBooks(deps, connection, async (books) => {
    const [facts, accounts] = await Promise.all([books.organisation(), books.accounts()]);
    const cis = await books.cisSettings(facts.organisationId);
    const warnings = organisationWarnings(facts);
    if (!accounts.some((account) => account.status === 'ACTIVE' && account.type === 'BANK')) {
      warnings.push({
        code: 'no-bank-account',
        message: 'Your Xero organisation has no bank account. Add it in Xero first, or an account for payments will be made for you.',
      });
    }
    const { createdPaymentAccountId, settings } = connection;
    if (createdPaymentAccountId !== undefined && settings.paymentAccountId === createdPaymentAccountId) warnings.push(OWN_ACCOUNT_WARNING);
    return {
      paymentAccounts: accounts.filter(takesPayments).map(toOption),
      salesAccounts: accounts.filter(takesSales).map(toOption),
      suggested: suggestedAccounts(accounts),
      mayCreatePaymentAccount: await deps.tokens.mayMakeAccounts(connection.xeroUserId),
      cisEnabled: cis.subContractorEnabled,
      warnings,
      organisations,
    };
  });
}
