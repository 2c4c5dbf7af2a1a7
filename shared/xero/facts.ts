import type { Account as XeroAccount } from 'xero-node/dist/gen/model/accounting/account.js';
import { AccountType } from 'xero-node/dist/gen/model/accounting/accountType.js';
import type { LedgerAccount, NewLedgerAccount, OpenOrganisation, OrganisationBooks, OrganisationFacts } from '../connection/ports.ts';
import { AttentionFailure, RetryFailure } from '../sync/errors.ts';
import { createApiCaller, type XeroAccess } from './api-caller.ts';
import { documentDate } from './document-date.ts';
import { listOf } from './element-answers.ts';
import { NOT_FOUND_IN_XERO } from './xero-failure.ts';

function toLedgerAccount(account: XeroAccount): LedgerAccount {
  return {
    accountId: account.accountID ?? '',
    ...(account.code ? { code: account.code } : {}),
    name: account.name ?? '',
    type: String(account.type ?? ''),
    status: String(account.status ?? 'ACTIVE') === 'ACTIVE' ? 'ACTIVE' : 'ARCHIVED',
    enablePaymentsToAccount: account.enablePaymentsToAccount ?? false,
    ...(account.currencyCode ? { currency: String(account.currencyCode) } : {}),
    ...(account.systemAccount ? { systemAccount: String(account.systemAccount) } : {}),
  };
}

function toXeroAccount(account: NewLedgerAccount): XeroAccount {
  return { code: account.code, name: account.name, type: AccountType.CURRENT, enablePaymentsToAccount: account.enablePaymentsToAccount };
}

/** A code or a name that is taken. Other failures pass as they are. */
function accountNotCreated(failure: unknown): unknown {
  if (!(failure instanceof AttentionFailure)) return failure;
  return new AttentionFailure(
    { ...failure.problem, code: 'account-not-created', message: 'Xero did not let us create the account' },
    { cause: failure },
  );
}

/** Reads of one organisation, and the one account we may create (D2). See OrganisationBooks for what each throws. */
function createOrganisationBooks(access: XeroAccess): OrganisationBooks {
  const call = createApiCaller(access);
  return {
    async organisation(): Promise<OrganisationFacts> {
      const operation = 'GET Organisation';
      const body = await call({ operation, kind: 'read', send: (api, tenantId) => api.getOrganisations(tenantId) });
      const organisation = listOf(body.organisations, operation)[0];
      if (organisation?.organisationID === undefined) throw new RetryFailure(`Xero's answer to ${operation} is empty`, 'server-error');
      const periodLockDate = documentDate(organisation.periodLockDate);
      const endOfYearLockDate = documentDate(organisation.endOfYearLockDate);
      return {
        organisationId: organisation.organisationID,
        name: organisation.name ?? '',
        countryCode: String(organisation.countryCode ?? ''),
        baseCurrency: String(organisation.baseCurrency ?? ''),
        isDemoCompany: organisation.isDemoCompany ?? false,
        paysTax: organisation.paysTax ?? false,
        ...(organisation.salesTaxBasis ? { salesTaxBasis: String(organisation.salesTaxBasis) } : {}),
        ...(periodLockDate === undefined ? {} : { periodLockDate }),
        ...(endOfYearLockDate === undefined ? {} : { endOfYearLockDate }),
      };
    },

    async accounts() {
      const operation = 'GET Accounts';
      const body = await call({ operation, kind: 'read', send: (api, tenantId) => api.getAccounts(tenantId) });
      return listOf(body.accounts, operation).map(toLedgerAccount);
    },

    async createAccount(account, idempotencyKey) {
      const operation = 'PUT Accounts';
      const send = call({
        operation,
        kind: 'write',
        send: (api, tenantId) => api.createAccount(tenantId, toXeroAccount(account), idempotencyKey),
      });
      const body = await send.catch((failure: unknown) => {
        throw accountNotCreated(failure);
      });
      const created = listOf(body.accounts, operation)[0];
      if (!created?.accountID) throw new RetryFailure(`Xero's answer to ${operation} is empty`, 'server-error');
      return toLedgerAccount(created);
    },

    async cisSettings(organisationId) {
      const operation = 'GET Organisation CISSettings';
      try {
        const body = await call({
          operation,
          kind: 'read',
          send: (api, tenantId) => api.getOrganisationCISSettings(tenantId, organisationId),
        });
        return { subContractorEnabled: listOf(body.cISSettings, operation)[0]?.cISSubContractorEnabled ?? false };
      } catch (failure) {
        // An organisation that never used CIS has no settings to show.
        if (failure instanceof AttentionFailure && failure.problem.code === NOT_FOUND_IN_XERO) return { subContractorEnabled: false };
        throw failure;
      }
    },
  };
}

/** Opens the books of any organisation through the API at `apiBaseUrl`. */
export function createOpenOrganisation(api: Pick<XeroAccess, 'apiBaseUrl' | 'transport'>): OpenOrganisation {
  return ({ tenantId, accessToken }) => {
    let refused: string | undefined;
    return createOrganisationBooks({
      ...api,
      tenantId,
      accessToken: () => accessToken(refused),
      onUnauthorised: async (token) => void (refused = token),
    });
  };
}
