import { beforeEach, describe, expect, it } from '@jest/globals';
import { disconnect } from '../../../shared/connection/disconnect.ts';
import { readOptions } from '../../../shared/connection/options.ts';
import { firstFreeCode } from '../../../shared/connection/payment-account.ts';
import { readStatus } from '../../../shared/connection/status.ts';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { saveSettings, type SettingsWish } from '../../../shared/connection/settings.ts';
import { BANK, createConnectionWorld, SALES, UK_FACTS, type ConnectionWorld } from '../../support/connection-world.ts';

const WISH: SettingsWish = {
  paymentAccountId: 'a-bank',
  paymentAccounts: {},
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: true,
};

let world: ConnectionWorld;
beforeEach(async () => {
  world = createConnectionWorld();
  await world.connect('acct_1', 'user-1', 'T1');
  await world.told('acct_1');
});

const save = (change: Partial<SettingsWish> = {}) => saveSettings(world.deps, 'acct_1', { ...WISH, ...change });

describe('saving', () => {
  it('the first valid settings make the connection active, and the platform is told', async () => {
    const { connection, warnings } = await save();
    expect(connection).toMatchObject({
      status: 'active',
      settings: { paymentAccountId: 'a-bank', salesAccountId: 'a-sales', syncCustomers: true, syncInvoices: true },
    });
    expect(warnings).toEqual([]);
    expect(await world.told('acct_1')).toEqual([{ kind: 'ConnectionChanged', accountId: 'acct_1', version: 2, status: 'active' }]);
  });

  it('A3: saving puts nothing in the inbox', async () => {
    await save();
    expect(await world.stores.inbox.isEmpty({ accountId: 'acct_1', generation: 1 })).toBe(true);
  });

  it('saving again changes the settings and announces nothing', async () => {
    await save();
    await world.told('acct_1');
    const { connection } = await save({ syncInvoices: false });
    expect(connection).toMatchObject({ status: 'active', settings: { syncCustomers: true, syncInvoices: false } });
    expect(await world.told('acct_1')).toEqual([]);
  });

  it.each<[string, Partial<SettingsWish>, string]>([
    ['A1: invoices without customers', { syncCustomers: false, syncInvoices: true }, 'syncInvoices'],
    ['D2: no payment account although there are some', { paymentAccountId: null }, 'paymentAccountId'],
    ['D2: a payment account and another to be created', { createPaymentAccount: true }, 'createPaymentAccount'],
    ['an unknown payment account', { paymentAccountId: 'nowhere' }, 'paymentAccountId'],
    ['a payment account that takes no payments', { paymentAccountId: 'a-sales' }, 'paymentAccountId'],
    ['an unknown sales account', { salesAccountId: 'nowhere' }, 'salesAccountId'],
    ['a sales account that is a bank account', { salesAccountId: 'a-bank' }, 'salesAccountId'],
  ])('refuses %s, naming the field', async (_what, change, field) => {
    await expect(save(change)).rejects.toMatchObject({ name: 'ConnectionRefusal', code: 'invalid-setting', field });
    expect((await world.read('acct_1'))?.status).toBe('setup');
  });

  it.each([
    ['salesAccountId', { ...SALES, status: 'ARCHIVED' as const }],
    ['paymentAccountId', { ...BANK, status: 'ARCHIVED' as const }],
  ])('refuses an archived account as %s', async (field, archived) => {
    world.books.accounts = [SALES, BANK, archived].filter((a) => a === archived || a.accountId !== archived.accountId);
    await expect(save()).rejects.toMatchObject({ field });
  });

  it('A1: both switches may be off, and then the status says so', async () => {
    expect((await readStatus(world.deps, 'acct_1')).switchedOff).toBe(false);
    const { connection } = await save({ syncCustomers: false, syncInvoices: false });
    expect(connection.status).toBe('active');
    expect((await readStatus(world.deps, 'acct_1')).switchedOff).toBe(true);
    await save();
    expect((await readStatus(world.deps, 'acct_1')).switchedOff).toBe(false);
  });

  it('C8: refuses Xero’s own CIS account as the sales account, by name', async () => {
    const cis = { ...SALES, accountId: 'a-cis', name: 'CIS Labour Income', systemAccount: 'CISLABOURINCOME' };
    world.books.accounts = [SALES, BANK, cis];
    const refused = save({ salesAccountId: 'a-cis' });
    await expect(refused).rejects.toMatchObject({ field: 'salesAccountId', message: expect.stringContaining('"CIS Labour Income"') });
    expect((await readOptions(world.deps, 'acct_1')).salesAccounts.map(({ accountId }) => accountId)).toEqual(['a-sales']);
  });

  it('a bank account in another currency takes no payments in pounds', async () => {
    world.books.accounts = [
      SALES,
      BANK,
      { ...BANK, accountId: 'a-euro', currency: 'EUR' },
      { ...BANK, accountId: 'a-pound', currency: 'GBP' },
    ];
    await expect(save({ paymentAccountId: 'a-euro' })).rejects.toMatchObject({ field: 'paymentAccountId' });
    expect((await save({ paymentAccountId: 'a-pound' })).connection.settings.paymentAccountId).toBe('a-pound');
  });

  it('a sales account that is not chosen is asked for in words', async () => {
    await expect(save({ salesAccountId: null })).rejects.toMatchObject({
      field: 'salesAccountId',
      message: 'Choose the account that sales go to.',
    });
  });

  it('refuses where nothing is connected', async () => {
    await expect(saveSettings(world.deps, 'acct_other', WISH)).rejects.toMatchObject({ code: 'not-connected' });
    await disconnect(world.deps, 'acct_1');
    await expect(save()).rejects.toMatchObject({ code: 'not-connected' });
  });

  it('F5: marks the connection lost when Xero no longer lets us in', async () => {
    await save();
    await world.told('acct_1');
    world.xero.withdraw('user-1');
    await expect(save()).rejects.toMatchObject({ code: 'needs-reconnect' });
    expect((await world.read('acct_1'))?.status).toBe('needs-reconnect');
    expect(await world.told('acct_1')).toMatchObject([{ kind: 'ConnectionChanged', status: 'needs-reconnect' }]);
    await expect(save()).rejects.toMatchObject({ code: 'needs-reconnect' });
  });

  it('a disconnect that comes between reading Xero and storing wins', async () => {
    const open = world.deps.openOrganisation;
    const slow: typeof open = (access) => {
      const books = open(access);
      return { ...books, accounts: async () => (await disconnect(world.deps, 'acct_1'), world.books.accounts) };
    };
    const saving = saveSettings({ ...world.deps, openOrganisation: slow }, 'acct_1', WISH);
    await expect(saving).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect((await world.read('acct_1'))?.status).toBe('not-connected');
  });
});

describe('D1: an account per payment method', () => {
  const CASH = { ...BANK, accountId: 'a-cash', name: 'Petty cash' };
  beforeEach(() => {
    world.books.accounts = [SALES, BANK, CASH];
  });

  it('D1: is stored and shown; a method may be left to the bank feed', async () => {
    const paymentAccounts = { cash: 'a-cash', 'bank-transfer': 'leave' };
    const { connection } = await save({ paymentAccounts });
    expect(connection.settings).toMatchObject({ paymentAccountId: 'a-bank', paymentAccounts });
    expect((await readStatus(world.deps, 'acct_1')).settings.paymentAccounts).toEqual(paymentAccounts);
  });

  it('D1: saving without goes back to the one account for all', async () => {
    await save({ paymentAccounts: { cash: 'a-cash' } });
    await save();
    expect((await readStatus(world.deps, 'acct_1')).settings.paymentAccounts).toEqual({});
  });

  it.each([
    ['card', 'nowhere'],
    ['cheque', 'a-sales'],
    ['other', 'LEAVE'],
  ])('D1: refuses for %s what is no account for payments (%s), naming the field', async (method, accountId) => {
    const refused = save({ paymentAccounts: { [method]: accountId } });
    await expect(refused).rejects.toMatchObject({ code: 'invalid-setting', field: `paymentAccounts.${method}` });
  });
});

describe('D2: our own payment account', () => {
  /** Xero was asked for the right to make it. */
  beforeEach(async () => {
    const consent = { makesAccount: true, xeroUserId: 'user-1', tenantIds: ['T1'] };
    await finishConnecting(world.deps, 'acct_1', await world.consent('acct_1', consent));
  });

  it('D2: is not made before Xero was asked: says so, and makes nothing', async () => {
    await world.connect('acct_2', 'user-2', 'T2');
    const options = await readOptions(world.deps, 'acct_2');
    const refused = saveSettings(world.deps, 'acct_2', { ...WISH, ...create });
    await expect(refused).rejects.toMatchObject({ code: 'consent-needed', field: 'createPaymentAccount' });
    expect(world.books.created).toEqual([]);
    expect(options.mayCreatePaymentAccount).toBe(false);
    expect((await readOptions(world.deps, 'acct_1')).mayCreatePaymentAccount).toBe(true);
  });

  it('D2: the right stays with the Xero user when the next consent does not ask for it', async () => {
    await world.connect('acct_1', 'user-1', 'T1');
    expect((await save(create)).connection.settings.paymentAccountId).toBe('made-690');
  });

  const create = { paymentAccountId: null, createPaymentAccount: true };

  it('D2: is made when asked for, with the first free code from 690, and the warning is told', async () => {
    world.books.accounts = [
      SALES,
      BANK,
      { ...BANK, accountId: 'x', code: '690' },
      { ...BANK, accountId: 'y', code: '691', status: 'ARCHIVED' },
    ];
    const { connection, warnings } = await save(create);
    expect(world.books.created).toEqual([{ code: '692', name: 'GES Payments', type: 'CURRENT', enablePaymentsToAccount: true }]);
    expect(connection).toMatchObject({ settings: { paymentAccountId: 'made-692' }, createdPaymentAccountId: 'made-692' });
    expect(warnings.map((warning) => warning.code)).toEqual(['own-payment-account']);
  });

  it('D2: is made without asking where no money account exists', async () => {
    world.books.accounts = [SALES];
    const { connection } = await save({ paymentAccountId: null });
    expect(connection.settings.paymentAccountId).toBe('made-690');
  });

  it('D2: is found again by its stored AccountID, even renamed and renumbered', async () => {
    await save(create);
    await save();
    world.books.accounts = world.books.accounts.map((a) => (a.accountId === 'made-690' ? { ...a, name: 'Takings', code: '777' } : a));
    const { connection } = await save(create);
    expect(connection.settings.paymentAccountId).toBe('made-690');
    expect(world.books.created).toHaveLength(1);
  });

  it('D2: is found by its name when a crash came before it was stored', async () => {
    const own = {
      accountId: 'lost',
      code: '690',
      name: 'GES Payments',
      type: 'CURRENT',
      status: 'ACTIVE',
      enablePaymentsToAccount: true,
    } as const;
    world.books.accounts = [SALES, own];
    const { connection } = await save(create);
    expect(connection).toMatchObject({ settings: { paymentAccountId: 'lost' }, createdPaymentAccountId: 'lost' });
    expect(world.books.created).toEqual([]);
  });

  it('D2: an archived namesake is named, nothing is made', async () => {
    world.books.accounts = [SALES, { ...BANK, accountId: 'old', name: 'ges payments', status: 'ARCHIVED' }];
    await expect(save(create)).rejects.toMatchObject({ code: 'payment-account-not-created', field: 'createPaymentAccount' });
    expect(world.books.created).toEqual([]);
  });

  it('D2: Xero’s refusal is told without its own text', async () => {
    world.books.refuseCreate = true;
    await expect(save(create)).rejects.toMatchObject({ code: 'payment-account-not-created', field: 'createPaymentAccount' });
  });

  it('takes 690 where it is free', () => {
    expect(firstFreeCode([SALES, BANK])).toBe('690');
  });
});

describe('options', () => {
  it('suggest the first bank account and Xero’s usual sales account', async () => {
    const other = { ...SALES, accountId: 'a-other', code: '260', name: 'Other Revenue' };
    world.books.accounts = [other, SALES, { ...BANK, accountId: 'a-euro', currency: 'EUR' }, BANK];
    expect((await readOptions(world.deps, 'acct_1')).suggested).toEqual({ paymentAccountId: 'a-bank', salesAccountId: 'a-sales' });
    world.books.accounts = [other];
    expect((await readOptions(world.deps, 'acct_1')).suggested).toEqual({ paymentAccountId: null, salesAccountId: 'a-other' });
  });

  it('offers bank and payment-enabled accounts, and sales accounts, active ones only', async () => {
    world.books.accounts = [
      SALES,
      BANK,
      { accountId: 'clearing', name: 'Clearing', type: 'CURRENT', status: 'ACTIVE', enablePaymentsToAccount: true },
      { accountId: 'other', code: '610', name: 'Debtors', type: 'CURRENT', status: 'ACTIVE', enablePaymentsToAccount: false },
      { ...SALES, accountId: 'old-sales', status: 'ARCHIVED' },
      { ...SALES, accountId: 'sales-2', code: '201', type: 'SALES' },
    ];
    const options = await readOptions(world.deps, 'acct_1');
    expect(options.paymentAccounts.map((account) => account.accountId)).toEqual(['a-bank', 'clearing']);
    expect(options.paymentAccounts[1]).toEqual({ accountId: 'clearing', code: null, name: 'Clearing', type: 'CURRENT' });
    expect(options.salesAccounts.map((account) => account.accountId)).toEqual(['a-sales', 'sales-2']);
    expect(options).toMatchObject({ cisEnabled: false, warnings: [], organisations: [] });
  });

  it('tells whether CIS is on', async () => {
    world.books.cis = true;
    expect((await readOptions(world.deps, 'acct_1')).cisEnabled).toBe(true);
  });

  it.each([
    ['lock-date', { periodLockDate: '2026-03-31', endOfYearLockDate: '2026-04-05' }],
    ['not-gbp', { baseCurrency: 'EUR' }],
    ['not-vat-registered', { paysTax: false }],
    ['not-vat-registered', { salesTaxBasis: 'NONE' }],
    ['not-uk', { countryCode: 'NZ' }],
    ['demo-company', { isDemoCompany: true }],
  ])('warns: %s', async (code, change) => {
    world.books.facts = { ...UK_FACTS, ...change };
    const { warnings } = await readOptions(world.deps, 'acct_1');
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    if (code === 'lock-date') expect(warnings[0]?.message).toContain('2026-04-05');
  });

  it('help article: warns where no bank account has been added yet', async () => {
    world.books.accounts = [SALES];
    expect((await readOptions(world.deps, 'acct_1')).warnings.map((warning) => warning.code)).toEqual(['no-bank-account']);
  });

  it('offers the organisations to choose from without asking Xero', async () => {
    await world.connect('acct_2', 'user-2', 'T2', 'T3');
    expect(await readOptions(world.deps, 'acct_2')).toEqual({
      paymentAccounts: [],
      salesAccounts: [],
      suggested: { paymentAccountId: null, salesAccountId: null },
      mayCreatePaymentAccount: false,
      cisEnabled: null,
      warnings: [],
      organisations: [
        { tenantId: 'T2', name: 'Org T2', startsAfresh: false },
        { tenantId: 'T3', name: 'Org T3', startsAfresh: false },
      ],
    });
  });

  it('refuses where nothing is connected, and marks a lost consent (F5)', async () => {
    await expect(readOptions(world.deps, 'acct_other')).rejects.toMatchObject({ code: 'not-connected' });
    world.xero.withdraw('user-1');
    await expect(readOptions(world.deps, 'acct_1')).rejects.toMatchObject({ code: 'needs-reconnect' });
    expect((await world.read('acct_1'))?.status).toBe('needs-reconnect');
  });
});
