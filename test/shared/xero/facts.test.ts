import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrganisationBooks } from '../../../shared/connection/ports.ts';
import { createOpenOrganisation } from '../../../shared/xero/facts.ts';
import { startStubXero, type StubXero } from './stub-xero.ts';

let xero: StubXero;
let books: OrganisationBooks;
beforeAll(async () => {
  xero = await startStubXero();
});
afterAll(() => xero.close());
beforeEach(() => {
  xero.calls.length = 0;
  books = createOpenOrganisation({ apiBaseUrl: xero.url })({ tenantId: 'tenant-1', accessToken: async () => 'token' });
});

describe('organisation', () => {
  it('xero-facts §9, §10: reads lock dates as plain UTC dates, absent when unset', async () => {
    xero.answer = () => ({
      status: 200,
      json: {
        Organisations: [
          {
            OrganisationID: 'org-1',
            Name: 'Demo Gas Ltd',
            CountryCode: 'GB',
            BaseCurrency: 'GBP',
            IsDemoCompany: true,
            PaysTax: true,
            SalesTaxBasis: 'ACCRUAL',
            PeriodLockDate: '/Date(1759190400000+0000)/',
          },
        ],
      },
    });
    expect(await books.organisation()).toEqual({
      organisationId: 'org-1',
      name: 'Demo Gas Ltd',
      countryCode: 'GB',
      baseCurrency: 'GBP',
      isDemoCompany: true,
      paysTax: true,
      salesTaxBasis: 'ACCRUAL',
      periodLockDate: '2025-09-30',
    });
  });

  it('an answer without an organisation is no answer', async () => {
    xero.answer = () => ({ status: 200, text: '<html></html>' });
    await expect(books.organisation()).rejects.toMatchObject({ kind: 'retry' });
  });
});

describe('accounts', () => {
  it('xero-facts §7: reads the chart; some bank accounts have no code', async () => {
    xero.answer = () => ({
      status: 200,
      json: {
        Accounts: [
          { AccountID: 'a1', Code: '200', Name: 'Sales', Type: 'REVENUE', Status: 'ACTIVE', EnablePaymentsToAccount: false },
          { AccountID: 'a2', Name: 'Current', Type: 'BANK', Status: 'ARCHIVED' },
        ],
      },
    });
    expect(await books.accounts()).toEqual([
      { accountId: 'a1', code: '200', name: 'Sales', type: 'REVENUE', status: 'ACTIVE', enablePaymentsToAccount: false },
      { accountId: 'a2', name: 'Current', type: 'BANK', status: 'ARCHIVED', enablePaymentsToAccount: false },
    ]);
  });

  const wanted = { code: '690', name: 'GES Payments', type: 'CURRENT', enablePaymentsToAccount: true } as const;

  it('xero-facts §7: creates one account by PUT of the bare account', async () => {
    xero.answer = () => ({
      status: 200,
      json: {
        Accounts: [
          { AccountID: 'a3', ...{ Code: '690', Name: 'GES Payments', Type: 'CURRENT', Status: 'ACTIVE', EnablePaymentsToAccount: true } },
        ],
      },
    });
    expect(await books.createAccount(wanted, 'key-1')).toMatchObject({ accountId: 'a3', code: '690' });
    expect(xero.calls.map((call) => [call.method, call.path, call.headers['idempotency-key'], JSON.parse(call.body) as unknown])).toEqual([
      ['PUT', '/api.xro/2.0/Accounts', 'key-1', { Code: '690', Name: 'GES Payments', Type: 'CURRENT', EnablePaymentsToAccount: true }],
    ]);
  });

  it('a taken name or code is account-not-created, with Xero’s words as detail', async () => {
    xero.answer = () => ({
      status: 400,
      json: { ErrorNumber: 10, Elements: [{ ValidationErrors: [{ Message: 'Please enter a unique Name.' }] }] },
    });
    await expect(books.createAccount(wanted, 'k')).rejects.toMatchObject({
      kind: 'attention',
      problem: { code: 'account-not-created', detail: 'Please enter a unique Name.' },
    });
  });
});

describe('cisSettings (xero-facts §8)', () => {
  it('reads whether the organisation is a subcontractor', async () => {
    xero.answer = () => ({
      status: 200,
      json: { CISSettings: [{ CISContractorEnabled: false, CISSubContractorEnabled: true, Rate: 20 }] },
    });
    expect(await books.cisSettings('org-1')).toEqual({ subContractorEnabled: true });
    expect(xero.calls[0]?.path).toBe('/api.xro/2.0/Organisation/org-1/CISSettings');
  });

  it('none at all (404) means that CIS is off', async () => {
    xero.answer = () => ({ status: 404, text: 'The resource you are looking for cannot be found' });
    expect(await books.cisSettings('org-1')).toEqual({ subContractorEnabled: false });
  });
});
