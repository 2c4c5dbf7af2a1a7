import type { LocalStack } from '../stack.ts';
import { json, linkOn, redirect } from './http.ts';

/** What the Integration API says of the connection, as far as the demo looks at it. */
interface ConnectionView {
  readonly status: string;
  readonly organisation: { readonly tenantId: string; readonly name: string } | null;
}
interface Options {
  readonly suggested: { readonly paymentAccountId: string | null; readonly salesAccountId: string | null };
}

export interface DemoConnection {
  readonly tenantId: string;
  readonly organisation: string;
  /** False when the account was connected already. */
  readonly isNew: boolean;
}

/**
 * Connects the demo account as a person would: press "Connect to Xero", allow it in Xero, come back, accept the accounts that are
 * suggested, tick both boxes, save. Does nothing when it is connected already.
 */
export async function connectDemoAccount(stack: LocalStack, accountId: string): Promise<DemoConnection> {
  const { token } = await json<{ token: string }>(`${stack.gesUrl}/oauth/user-token`, { method: 'POST', body: { accountId } });
  const api = <T>(path: string, method: 'GET' | 'POST' | 'PUT' = 'GET', body?: unknown): Promise<T> =>
    json<T>(`${stack.apiUrl}${path}`, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) });

  const before = await api<ConnectionView>('/v1/xero/connection');
  if (before.status === 'active' && before.organisation !== null) {
    return { tenantId: before.organisation.tenantId, organisation: before.organisation.name, isNew: false };
  }
  if (before.status !== 'setup') {
    const { authorizeUrl } = await api<{ authorizeUrl: string }>('/v1/xero/connect', 'POST');
    await api('/v1/xero/connect/finish', 'POST', { code: await giveConsent(authorizeUrl) });
  }
  const options = await api<Options>('/v1/xero/options');
  const { paymentAccountId, salesAccountId } = options.suggested;
  if (paymentAccountId === null || salesAccountId === null) throw new Error('The sandbox organisation lacks a bank or a sales account.');
  await api('/v1/xero/settings', 'PUT', {
    paymentAccountId,
    createPaymentAccount: false,
    salesAccountId,
    syncCustomers: true,
    syncInvoices: true,
  });
  const after = await api<ConnectionView>('/v1/xero/connection');
  if (after.status !== 'active' || after.organisation === null) throw new Error(`Connecting ended in status ${after.status}, not active.`);
  return { tenantId: after.organisation.tenantId, organisation: after.organisation.name, isNew: true };
}

/**
 * What the browser does: our start page sets a cookie and leads to Xero, the person allows, Xero redirects back to our callback, which brings
 * the settings page a code. Returns that code.
 */
async function giveConsent(startUrl: string): Promise<string> {
  const atXero = await linkOn(startUrl, 'to-xero');
  const consentPage = new URL(atXero.location);
  const form = new URLSearchParams(consentPage.search);
  form.set('decision', 'allow');
  const allowed = await redirect(`${consentPage.origin}${consentPage.pathname}`, { method: 'POST', body: form });
  const back = await redirect(allowed.location, { headers: { cookie: atXero.cookie } });
  const result = new URL(back.location).searchParams;
  const code = result.get('code');
  if (code === null) throw new Error(`Connecting to Xero failed: ${result.get('error') ?? back.location}`);
  return code;
}
