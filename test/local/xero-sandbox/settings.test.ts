import { describe, expect, it } from '@jest/globals';
import { Bench, OTHER_TENANT, TENANT, messagesOf } from './bench.ts';

describe('organisation', () => {
  it('OrganisationID is the tenantId; lock dates are absent when unset', () => {
    const [organisation] = Bench.connected().get('Organisation').json.Organisations;
    expect(organisation).toMatchObject({
      OrganisationID: TENANT,
      CountryCode: 'GB',
      BaseCurrency: 'GBP',
      PaysTax: true,
      SalesTaxBasis: 'ACCRUAL',
    });
    expect('PeriodLockDate' in organisation || 'EndOfYearLockDate' in organisation).toBe(false);
  });

  it('lock dates set by a Xero user show as /Date()/', () => {
    const bench = Bench.connected();
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: '2026-10-31' });
    const [organisation] = bench.get('Organisation').json.Organisations;
    expect(organisation.PeriodLockDate).toBe(`/Date(${String(Date.UTC(2026, 9, 31))}+0000)/`);
    bench.pull('POST', 'as-user/lock-dates', { periodLockDate: null });
    expect(bench.get('Organisation').json.Organisations[0].PeriodLockDate).toBeUndefined();
  });

  it('CISSettings tells whether CIS is on and the rate', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    const expected = { CISContractorEnabled: false, CISSubContractorEnabled: true, Rate: 20 };
    expect(bench.get(`Organisation/${TENANT}/CISSettings`).json.CISSettings).toEqual([expected]);
    bench.tenant = OTHER_TENANT;
    const off = bench.get(`Organisation/${OTHER_TENANT}/CISSettings`).json.CISSettings;
    expect(off).toEqual([{ CISContractorEnabled: false, CISSubContractorEnabled: false }]);
  });
});

describe('accounts', () => {
  it.each([
    ['090', 'BANK', ''],
    ['200', 'REVENUE', ''],
    ['260', 'REVENUE', ''],
    ['610', 'CURRENT', 'DEBTORS'],
    ['800', 'CURRLIAB', 'CREDITORS'],
    ['820', 'CURRLIAB', 'GST'],
    ['860', 'CURRLIAB', 'ROUNDING'],
  ])('the UK chart has %s of type %s, system account "%s"', (code, Type, SystemAccount) => {
    const { Accounts } = Bench.connected().get('Accounts', { where: `Code=="${code}"` }).json;
    expect(Accounts).toHaveLength(1);
    expect(Accounts[0]).toMatchObject({ Type, SystemAccount, Status: 'ACTIVE' });
  });

  it('CIS system accounts exist only where CIS is on', () => {
    const bench = Bench.connected();
    bench.connect({ organisation: OTHER_TENANT });
    const cis = () => bench.get('Accounts', { where: 'SystemAccount=="CISLABOURINCOME"' }).json.Accounts.length;
    expect(cis()).toBe(1);
    bench.tenant = OTHER_TENANT;
    expect(cis()).toBe(0);
  });

  it('lists are never paged', () => {
    const { json } = Bench.connected().get('Accounts', { page: '2', pageSize: '1' });
    expect(json.pagination).toBeUndefined();
    expect(json.Accounts.length).toBeGreaterThan(40);
  });

  it('PUT creates one account from the bare body, a clearing account takes payments', () => {
    const bench = Bench.connected();
    const body = { Code: '655', Name: 'GES Clearing', Type: 'CURRENT', EnablePaymentsToAccount: true };
    const reply = bench.api('PUT', 'Accounts', body);
    expect(reply.json.Accounts[0]).toMatchObject({ ...body, Class: 'ASSET', Status: 'ACTIVE' });
    expect(bench.get(`Accounts/${reply.json.Accounts[0].AccountID}`).json.Accounts[0].Name).toBe('GES Clearing');
  });

  it.each([
    ['a name that is taken', { Code: '9', Name: 'sales', Type: 'REVENUE' }, 'Please enter a unique Name.'],
    ['a code that is taken', { Code: '200', Name: 'New', Type: 'REVENUE' }, 'Please enter a unique Code.'],
    ['no code', { Name: 'New', Type: 'REVENUE' }, 'Code'],
    ['a code of 11 characters', { Code: '12345678901', Name: 'New', Type: 'REVENUE' }, 'maximum length of 10'],
    ['no type', { Code: '9', Name: 'New' }, 'Type'],
    ['a bank account without number', { Name: 'New', Type: 'BANK' }, 'Bank Account Number'],
    ['a credit card', { Name: 'New', Type: 'BANK', BankAccountType: 'CREDITCARD', BankAccountNumber: '12345678901234' }, 'Credit card'],
  ])('PUT refuses %s', (_, body, part) => {
    const reply = Bench.connected().api('PUT', 'Accounts', body);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply.json).join()).toContain(part);
  });

  it('one account at a time, and no credit card or PayPal account', () => {
    const bench = Bench.connected();
    const account = { Code: '998', Name: 'One', Type: 'REVENUE' };
    expect(bench.api('PUT', 'Accounts', { Accounts: [account, { ...account, Code: '999', Name: 'Two' }] }).status).toBe(400);
    const card = { Name: 'Card', Type: 'BANK', BankAccountNumber: '20000011223344', BankAccountType: 'CREDITCARD' };
    expect(messagesOf(bench.api('PUT', 'Accounts', card).json)).toEqual(['Credit card and PayPal accounts cannot be created via the API.']);
  });

  it('a bank account needs no code but sort code and account number, 14 digits', () => {
    const body = { Name: 'Card Takings', Type: 'BANK', BankAccountNumber: '20-00-00 11223344' };
    expect(Bench.connected().api('PUT', 'Accounts', body).json.Accounts[0]).toMatchObject({ BankAccountType: 'BANK', CurrencyCode: 'GBP' });
  });

  it('accounts need accounting.settings to be created', () => {
    const bench = Bench.connected('offline_access accounting.settings.read');
    expect(bench.api('PUT', 'Accounts', { Code: '9', Name: 'New', Type: 'REVENUE' }).status).toBe(401);
  });
});

describe('tax rates', () => {
  it.each([
    ['OUTPUT2', 20, 'ACTIVE'],
    ['RROUTPUT', 5, 'ACTIVE'],
    ['ZERORATEDOUTPUT', 0, 'ACTIVE'],
    ['EXEMPTOUTPUT', 0, 'ACTIVE'],
    ['NONE', 0, 'ACTIVE'],
    ['DRCHARGE20', 0, 'ACTIVE'],
    ['OUTPUT', 17.5, 'DELETED'],
  ])('%s is %d%% and %s', (taxType, EffectiveRate, Status) => {
    const [rate] = Bench.connected().get('TaxRates', { where: `TaxType=="${taxType}"` }).json.TaxRates;
    expect(rate).toMatchObject({ TaxType: taxType, EffectiveRate, Status });
  });

  it('rates for sales can be told from those for purchases', () => {
    const where = 'Status=="ACTIVE" AND CanApplyToRevenue==true';
    const types = Bench.connected()
      .get('TaxRates', { where })
      .json.TaxRates.map(({ TaxType }: { TaxType: string }) => TaxType);
    expect(types).toEqual(expect.arrayContaining(['OUTPUT2', 'NONE']));
    expect(types).not.toContain('INPUT2');
  });

  it('user-made rates are TAX001, TAX002 … and can be used on lines', () => {
    const bench = Bench.connected();
    const made = ['Agency 12.5%', 'Export'].map((name, i) => bench.pull('POST', 'as-user/tax-rates', { name, rate: i === 0 ? 12.5 : 0 }));
    expect(made.map(({ json }) => (json as unknown as { TaxType: string }).TaxType)).toEqual(['TAX001', 'TAX002']);
    const [rate] = bench.get('TaxRates', { where: 'TaxType=="TAX001"' }).json.TaxRates;
    expect(rate).toMatchObject({ Name: 'Agency 12.5%', EffectiveRate: 12.5, Status: 'ACTIVE', CanApplyToRevenue: true });
    const line = { Description: 'Work', Quantity: 1, UnitAmount: 100, AccountCode: '200', TaxType: 'TAX001' };
    expect(bench.invoice({ LineItems: [line] })).toMatchObject({ TotalTax: 12.5, Total: 112.5 });
    expect(bench.pull('POST', 'as-user/tax-rates', { name: 'export', rate: 5 }).status).toBe(400);
  });

  it('an organisation that pays no VAT has "No VAT" only', () => {
    const bench = new Bench();
    bench.connect({ organisation: OTHER_TENANT });
    bench.tenant = OTHER_TENANT;
    expect(bench.get('TaxRates').json.TaxRates.map(({ TaxType }: { TaxType: string }) => TaxType)).toEqual(['NONE']);
  });
});
