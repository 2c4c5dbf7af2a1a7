import { keepConsent } from '../../../shared/connection/callback.ts';
import { disconnect } from '../../../shared/connection/disconnect.ts';
import { finishConnecting } from '../../../shared/connection/finish.ts';
import { issueTicket, startLogin } from '../../../shared/connection/login.ts';
import { saveSettings, type SettingsWish } from '../../../shared/connection/settings.ts';
import { readOptions } from '../../../shared/connection/options.ts';
import type { Product } from './product.ts';
import type { XeroSystem } from './xero-system.ts';

/** What a user of the Integration Settings page does, through the connection code of the Integration API, one call after the other. */

/** Makes one call of the Integration API. Undefined: it failed, or no answer came. */
export type ApiCall = <T>(work: (product: Product) => Promise<T>) => Promise<T | undefined>;

/** Bank account and sales account of the demo organisations, by their codes. */
const ACCOUNTS = { payments: '090', sales: '200' } as const;

/** Connects, consents in Xero as `xeroUserId`, and comes back: is the account connected now? */
export async function connectOnce(
  call: ApiCall,
  xero: XeroSystem,
  accountId: string,
  tenantId: string,
  xeroUserId: string,
): Promise<boolean> {
  const ticket = await call(({ connection }) => issueTicket(connection, { accountId, makesAccount: false }));
  const login = ticket === undefined ? undefined : await call(({ connection }) => startLogin(connection, ticket));
  if (login === undefined) return false;
  const { searchParams } = xero.consent(login.authorizeUrl, tenantId, xeroUserId);
  const answer = { state: searchParams.get('state') ?? '', code: searchParams.get('code') ?? '', cookie: login.cookie };
  const kept = await call(({ connection }) => keepConsent(connection, answer));
  if (kept?.kind !== 'code') return false;
  await call(({ connection }) => finishConnecting(connection, accountId, kept.code));
  const connection = await call((product) => product.stores.connections.readConnection(accountId));
  if (connection?.status !== 'setup') return connection?.status === 'active';
  return savesOnce(call, xero, accountId, tenantId, {});
}

/** Saves settings: the demo accounts and both switches on, but for what is wished otherwise. Were they saved? */
export async function savesOnce(
  call: ApiCall,
  xero: XeroSystem,
  accountId: string,
  tenantId: string,
  wish: Partial<SettingsWish>,
): Promise<boolean> {
  const accounts = xero.sandbox.state.accounts.by('tenant', tenantId);
  const idOf = (code: string): string => accounts.find((account) => account.code === code)?.accountId ?? '';
  const settings: SettingsWish = {
    paymentAccountId: idOf(ACCOUNTS.payments),
    paymentAccounts: {},
    createPaymentAccount: false,
    salesAccountId: idOf(ACCOUNTS.sales),
    syncCustomers: true,
    syncInvoices: true,
    ...wish,
  };
  return (await call(({ connection }) => saveSettings(connection, accountId, settings))) !== undefined;
}

/** Opens the page: what Xero has to choose from is read beside whatever the lane does just now. */
export async function looks(call: ApiCall, accountId: string): Promise<void> {
  await call(({ connection }) => readOptions(connection, accountId));
}

export async function disconnectOnce(call: ApiCall, accountId: string): Promise<boolean> {
  return (await call(async ({ connection }) => [await disconnect(connection, accountId)])) !== undefined;
}
