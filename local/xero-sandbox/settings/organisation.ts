import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { xeroDate } from '../api/dates.ts';
import { XeroProblem } from '../api/problems.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import type { Organisation } from './records.ts';

/** An organisation as Xero shows it; lock dates are absent when unset. */
export function organisationJson(organisation: Organisation): object {
  const { periodLockDate, endOfYearLockDate } = organisation;
  return {
    Name: organisation.name,
    LegalName: organisation.name,
    PaysTax: organisation.paysTax,
    Version: organisation.countryCode === 'GB' ? 'UK' : 'GLOBAL',
    OrganisationType: 'COMPANY',
    BaseCurrency: organisation.baseCurrency,
    CountryCode: organisation.countryCode,
    IsDemoCompany: organisation.isDemoCompany,
    OrganisationStatus: 'ACTIVE',
    TaxNumber: organisation.taxNumber,
    FinancialYearEndDay: organisation.financialYearEndDay,
    FinancialYearEndMonth: organisation.financialYearEndMonth,
    SalesTaxBasis: organisation.salesTaxBasis,
    SalesTaxPeriod: organisation.paysTax ? 'QUARTERLY' : undefined,
    DefaultSalesTax: organisation.defaultSalesTax,
    DefaultPurchasesTax: organisation.defaultSalesTax,
    PeriodLockDate: periodLockDate === undefined ? undefined : xeroDate(periodLockDate),
    EndOfYearLockDate: endOfYearLockDate === undefined ? undefined : xeroDate(endOfYearLockDate),
    CreatedDateUTC: xeroDate(organisation.created),
    OrganisationEntityType: 'COMPANY',
    Timezone: organisation.timezone,
    ShortCode: organisation.shortCode,
    OrganisationID: organisation.tenantId,
    Edition: organisation.edition,
    Class: organisation.class,
    Addresses: [],
    Phones: [],
    ExternalLinks: [],
    PaymentTerms: {},
  };
}

/** GET /Organisation/{OrganisationID}/CISSettings. */
function cisSettings(call: AccountingCall): SandboxAnswer {
  const { organisation } = call;
  if (call.params[0]?.toLowerCase() !== organisation.tenantId) throw XeroProblem.notFound();
  const { cisContractor, cisSubContractor, cisRate } = organisation;
  return envelope(call, 'CISSettings', [
    { CISContractorEnabled: cisContractor, CISSubContractorEnabled: cisSubContractor, ...(cisSubContractor && { Rate: cisRate }) },
  ]);
}

export const ORGANISATION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: 'Organisation',
    area: 'settings',
    handle: (call) => envelope(call, 'Organisations', [organisationJson(call.organisation)]),
  },
  { method: 'GET', pattern: 'Organisation/{}/CISSettings', area: 'settings', handle: cisSettings },
  {
    method: 'GET',
    pattern: 'InvoiceReminders/Settings',
    area: 'settings',
    handle: (call) => envelope(call, 'InvoiceReminders', [{ Enabled: call.organisation.invoiceReminders }]),
  },
];
