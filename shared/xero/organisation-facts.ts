import type { Account } from 'xero-node/dist/gen/model/accounting/account.js';
import type { Organisation } from 'xero-node/dist/gen/model/accounting/organisation.js';
import type { TaxRate } from 'xero-node/dist/gen/model/accounting/taxRate.js';
import type { FactAccount, FactTaxRate } from '../domain/xero-invoice.ts';
import type { CisPart, ToldPart, OrganisationPart, XeroBooks } from '../sync/books-port.ts';
import { AttentionFailure, RetryFailure } from '../sync/errors.ts';
import type { ApiCaller } from './api-caller.ts';
import { documentDate } from './document-date.ts';
import { listOf } from './element-answers.ts';
import { NOT_FOUND_IN_XERO } from './xero-failure.ts';

/** What Xero's 404 stands for, where it only says that there is nothing to tell. */
async function orWhenNotFound<T>(reading: Promise<T>, absent: T): Promise<T> {
  try {
    return await reading;
  } catch (failure) {
    if (failure instanceof AttentionFailure && failure.problem.code === NOT_FOUND_IN_XERO) return absent;
    throw failure;
  }
}

async function readOrganisation(call: ApiCaller): Promise<Organisation & { readonly organisationID: string }> {
  const operation = 'GET Organisation';
  const body = await call({ operation, kind: 'read', send: (api, tenantId) => api.getOrganisations(tenantId) });
  const organisation = listOf(body.organisations, operation)[0];
  if (organisation?.organisationID === undefined) throw new RetryFailure(`Xero's answer to ${operation} is empty`, 'server-error');
  return { ...organisation, organisationID: organisation.organisationID };
}

/** May another invoice be approved? An organisation whose plan has no such limit need not say so. */
async function readMayApprove(call: ApiCaller): Promise<boolean> {
  const operation = 'GET Organisation Actions';
  const reading = call({ operation, kind: 'read', send: (api, tenantId) => api.getOrganisationActions(tenantId) });
  const body = await orWhenNotFound(reading, { actions: [] });
  const approve = listOf(body.actions, operation).find((action) => action.name === 'CreateApprovedInvoice');
  return approve?.status === undefined || String(approve.status) === 'ALLOWED';
}

/** CIS as a subcontractor (C8). An organisation that never used CIS may have no settings to show, as contacts have none. */
async function readCis(call: ApiCaller, organisationId: string): Promise<CisPart> {
  const operation = 'GET Organisation CISSettings';
  const reading = call({
    operation,
    kind: 'read',
    send: (api, tenantId) => api.getOrganisationCISSettings(tenantId, organisationId),
  });
  const settings = listOf((await orWhenNotFound(reading, { cISSettings: [] })).cISSettings, operation)[0];
  return { cisEnabled: settings?.cISSubContractorEnabled ?? false, cisRate: settings?.rate ?? 0 };
}

function toAccount(account: Account): FactAccount {
  return {
    accountId: account.accountID ?? '',
    code: account.code ?? '',
    status: String(account.status ?? 'ACTIVE') === 'ACTIVE' ? 'ACTIVE' : 'ARCHIVED',
    systemAccount: String(account.systemAccount ?? ''),
  };
}

async function readAccounts(call: ApiCaller): Promise<readonly FactAccount[]> {
  const operation = 'GET Accounts';
  const body = await call({ operation, kind: 'read', send: (api, tenantId) => api.getAccounts(tenantId) });
  return listOf(body.accounts, operation).map(toAccount);
}

function toTaxRate(rate: TaxRate): FactTaxRate {
  return {
    taxType: rate.taxType ?? '',
    status: String(rate.status ?? ''),
    effectiveRate: rate.effectiveRate ?? rate.displayTaxRate ?? 0,
    canApplyToRevenue: rate.canApplyToRevenue ?? false,
  };
}

async function readTaxRates(call: ApiCaller): Promise<readonly FactTaxRate[]> {
  const operation = 'GET TaxRates';
  const body = await call({ operation, kind: 'read', send: (api, tenantId) => api.getTaxRates(tenantId) });
  return listOf(body.taxRates, operation).map(toTaxRate);
}

/** `YYYY-MM-DD` sorts as time. */
function laterLock(organisation: Organisation): Pick<OrganisationPart, 'lockedUntil'> {
  const dates = [documentDate(organisation.periodLockDate), documentDate(organisation.endOfYearLockDate)];
  const lockedUntil = dates
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
  return lockedUntil === undefined ? {} : { lockedUntil };
}

export type FactBooks = Pick<XeroBooks, ToldPart>;

/** The parts of the organisation's facts, one call each (C5, C8, C9). Throws as every read of Xero does. */
export function createFactBooks(call: ApiCaller): FactBooks {
  return {
    async organisation() {
      const organisation = await readOrganisation(call);
      return {
        organisationId: organisation.organisationID,
        baseCurrency: String(organisation.baseCurrency ?? ''),
        vatRegistered: organisation.paysTax !== false && String(organisation.salesTaxBasis ?? '') !== 'NONE',
        ...laterLock(organisation),
      };
    },
    actions: async () => ({ mayApproveInvoices: await readMayApprove(call) }),
    cis: (organisationId) => readCis(call, organisationId),
    accounts: async () => ({ accounts: await readAccounts(call) }),
    taxRates: async () => ({ taxRates: await readTaxRates(call) }),
  };
}
