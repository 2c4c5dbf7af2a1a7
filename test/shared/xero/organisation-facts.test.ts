import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountsPart, ActionsPart, CisPart, OrganisationPart, TaxRatesPart } from '../../../shared/sync/books-port.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { startStubXero, type StubAnswer, type StubXero } from './stub-xero.ts';

let xero: StubXero;
let answers: Record<string, StubAnswer>;
const ID = '11111111-1111-4111-8111-111111111111';
const ok = (json: unknown): StubAnswer => ({ status: 200, json });
const missing: StubAnswer = { status: 404, text: 'The resource you’re looking for cannot be found' };
const organisation = (parts: Readonly<Record<string, unknown>> = {}): StubAnswer =>
  ok({ Organisations: [{ OrganisationID: ID, BaseCurrency: 'GBP', PaysTax: true, SalesTaxBasis: 'CASH', ...parts }] });
const actions = (status: string): StubAnswer =>
  ok({
    Actions: [
      { Name: 'UseMulticurrency', Status: 'NOT-ALLOWED' },
      { Name: 'CreateApprovedInvoice', Status: status },
    ],
  });
const read = async () => {
  const books = createXeroBooks({ apiBaseUrl: xero.url, tenantId: 't', accessToken: async () => 'token' });
  const organisation = await books.organisation();
  const parts = [await books.actions(), await books.cis(organisation.organisationId), await books.accounts(), await books.taxRates()];
  return Object.assign({ ...organisation }, ...parts) as OrganisationPart & ActionsPart & CisPart & AccountsPart & TaxRatesPart;
};

beforeAll(async () => {
  xero = await startStubXero();
  xero.answer = (call) => answers[call.path.replace('/api.xro/2.0/', '')] ?? missing;
});
afterAll(() => xero.close());
beforeEach(() => {
  xero.calls.length = 0;
  answers = {
    Organisation: organisation(),
    'Organisation/Actions': actions('ALLOWED'),
    [`Organisation/${ID}/CISSettings`]: ok({ CISSettings: [{ CISContractorEnabled: false, CISSubContractorEnabled: true, Rate: 20 }] }),
    Accounts: ok({
      Accounts: [
        { AccountID: 'a1', Code: '200', Status: 'ACTIVE', Type: 'REVENUE', SystemAccount: '' },
        { AccountID: 'a2', Status: 'ARCHIVED', Type: 'BANK', SystemAccount: null },
        { AccountID: 'a3', Code: '205', Status: 'ACTIVE', Type: 'REVENUE', SystemAccount: 'CISLABOURINCOME' },
      ],
    }),
    TaxRates: ok({ TaxRates: [{ TaxType: 'OUTPUT2', Status: 'ACTIVE', EffectiveRate: 20, CanApplyToRevenue: true, DisplayTaxRate: 20 }] }),
  };
});

describe('organisation facts', () => {
  it('each part takes one call', async () => {
    expect(await read()).toEqual({
      organisationId: ID,
      baseCurrency: 'GBP',
      vatRegistered: true,
      cisEnabled: true,
      cisRate: 20,
      accounts: [
        { accountId: 'a1', code: '200', status: 'ACTIVE', systemAccount: '' },
        { accountId: 'a2', code: '', status: 'ARCHIVED', systemAccount: '' },
        { accountId: 'a3', code: '205', status: 'ACTIVE', systemAccount: 'CISLABOURINCOME' },
      ],
      taxRates: [{ taxType: 'OUTPUT2', status: 'ACTIVE', effectiveRate: 20, canApplyToRevenue: true }],
      mayApproveInvoices: true,
    });
    expect(xero.calls).toHaveLength(5);
  });

  it.each([
    [{ PeriodLockDate: '/Date(1774915200000+0000)/', EndOfYearLockDate: '/Date(1743379200000+0000)/' }, '2026-03-31'],
    [{ EndOfYearLockDate: '/Date(1743379200000+0000)/' }, '2025-03-31'],
    [{}, undefined],
  ])('C9: %j is locked until %p', async (dates, until) => {
    answers['Organisation'] = organisation(dates);
    expect((await read()).lockedUntil).toBe(until);
  });

  it.each([
    [{ PaysTax: false, SalesTaxBasis: 'NONE' }, false],
    [{ PaysTax: true, SalesTaxBasis: 'NONE' }, false],
    [{ PaysTax: false, SalesTaxBasis: undefined }, false],
    [{ PaysTax: true, SalesTaxBasis: 'FLATRATECASH' }, true],
  ])('C5: %j is VAT-registered: %p', async (tax, registered) => {
    answers['Organisation'] = organisation(tax);
    expect((await read()).vatRegistered).toBe(registered);
  });

  it('C8: an organisation without CIS settings has CIS off', async () => {
    answers[`Organisation/${ID}/CISSettings`] = missing;
    expect(await read()).toMatchObject({ cisEnabled: false, cisRate: 0 });
  });

  it.each([
    [actions('NOT-ALLOWED'), false],
    [actions('ALLOWED'), true],
    [ok({ Actions: [] }), true],
    [missing, true],
  ])('C9: the plan limit is known only when Xero names it: %j', async (answer, allowed) => {
    answers['Organisation/Actions'] = answer;
    expect((await read()).mayApproveInvoices).toBe(allowed);
  });

  it.each(['Organisation', 'Accounts', 'TaxRates', 'Organisation/Actions'])('%s as HTML is no fact', async (path) => {
    answers[path] = { status: 200, text: '<html>Sign in</html>' };
    await expect(read()).rejects.toMatchObject({ kind: 'retry', outcome: 'server-error' });
  });

  it('a failure is not taken for "off"', async () => {
    answers[`Organisation/${ID}/CISSettings`] = { status: 500, text: '' };
    await expect(read()).rejects.toMatchObject({ kind: 'retry' });
  });
});
