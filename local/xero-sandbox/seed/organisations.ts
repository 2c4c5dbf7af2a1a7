import type { XeroUser } from '../identity/records.ts';
import type { Organisation } from '../settings/records.ts';

export type OrganisationSeed = Omit<Organisation, 'created'>;

export const DEMO_USER: Omit<XeroUser, 'tenantIds' | 'created'> = {
  userId: '6f1d1f0c-5a4b-4c0e-9d0c-3b1f2a7e8c11',
  email: 'dana@demo-heating.example',
  givenName: 'Dana',
  familyName: 'Whitfield',
  role: 'standard',
};

/** A VAT-registered UK company, from which others are made by changing what differs. */
export const UK_COMPANY: Omit<OrganisationSeed, 'tenantId' | 'name' | 'shortCode'> = {
  countryCode: 'GB',
  baseCurrency: 'GBP',
  isDemoCompany: false,
  paysTax: true,
  taxNumber: 'GB 101 2342 12',
  salesTaxBasis: 'ACCRUAL',
  defaultSalesTax: 'Tax Exclusive',
  periodLockDate: undefined,
  endOfYearLockDate: undefined,
  financialYearEndDay: 31,
  financialYearEndMonth: 3,
  timezone: 'GMTSTANDARDTIME',
  edition: 'BUSINESS',
  class: 'PREMIUM',
  cisContractor: false,
  cisSubContractor: false,
  cisRate: 20,
  approvedInvoiceLimit: undefined,
  invoiceReminders: false,
  nextInvoiceNumber: 1,
  nextCreditNoteNumber: 1,
};

/** The first is the one the local demo connects to: VAT-registered, a CIS subcontractor. The second is neither. The third has lock dates, the fourth is not in GBP. */
export const DEMO_ORGANISATIONS: readonly [OrganisationSeed, ...OrganisationSeed[]] = [
  {
    ...UK_COMPANY,
    tenantId: 'a1d2c3b4-0b1e-4d5f-8a6b-7c8d9e0f1a2b',
    name: 'Demo Heating Ltd (UK)',
    shortCode: '!d3mo1',
    isDemoCompany: true,
    cisSubContractor: true,
  },
  {
    ...UK_COMPANY,
    tenantId: 'b2e3d4c5-1c2f-4e6a-9b7c-8d9e0f1a2b3c',
    name: 'Northgate Boilers',
    shortCode: '!d3mo2',
    paysTax: false,
    taxNumber: undefined,
    salesTaxBasis: 'NONE',
    defaultSalesTax: 'No Tax',
  },
  {
    ...UK_COMPANY,
    tenantId: 'c3f4e5d6-2d30-4f7b-8c8d-9e0f1a2b3c4d',
    name: 'Pennine Plumbing (books closed to March)',
    shortCode: '!d3mo3',
    periodLockDate: Date.UTC(2026, 2, 31),
    endOfYearLockDate: Date.UTC(2026, 2, 31),
  },
  {
    ...UK_COMPANY,
    tenantId: 'd405f6e7-3e41-4a8c-9d9e-0f1a2b3c4d5e',
    name: 'Shannon Heating (Ireland)',
    shortCode: '!d3mo4',
    countryCode: 'IE',
    baseCurrency: 'EUR',
    taxNumber: 'IE1234567T',
  },
];
