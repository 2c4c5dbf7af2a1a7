import { connectDemoAccount } from '../../local/demo/connect.ts';
import { eventually, json, linkOn, redirect, type JsonRequest } from '../../local/demo/http.ts';
import type { LocalStack } from '../../local/stack.ts';

export const DEMO = 'acct_demo';
/** The second business of the GES simulator. */
export const TWO = 'acct_two';

/** A customer as GES shows it (contracts §1). */
export interface GesRecord {
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly mobile: string;
  readonly updatedAt: string;
}

/** A contact as Xero shows it. */
export interface XeroRecord {
  readonly ContactID: string;
  readonly ContactNumber?: string;
  readonly ContactStatus: string;
  readonly Name: string;
  readonly EmailAddress?: string;
  readonly Phones?: readonly { readonly PhoneType: string; readonly PhoneNumber?: string }[];
}
export interface CallCounts {
  readonly xeroCalls: number;
  readonly xeroWrites: number;
}
export interface Organisation {
  readonly tenantId: string;
  readonly name: string;
}

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Both systems of a running stack, used as people and their own APIs do. */
export function systemsOf(stack: LocalStack) {
  const inGes = (account: string): string => `${stack.gesUrl}/_ges/accounts/${account}/customers`;
  const inXero = (tenantId: string): string => `${stack.xeroUrl}/_sandbox/organisations/${tenantId}/contacts`;
  const customers = async (account = DEMO): Promise<readonly GesRecord[]> =>
    (await json<{ items: readonly GesRecord[] }>(`${inGes(account)}?limit=500`)).items;
  const contacts = (tenantId: string): Promise<readonly XeroRecord[]> => json(inXero(tenantId));
  return {
    customers,
    contacts,
    customer: (id: string, account = DEMO): Promise<GesRecord> => json(`${inGes(account)}/${id}`),
    makeCustomer: (body: object, account = DEMO): Promise<GesRecord> => json(inGes(account), { method: 'POST', body }),
    editCustomer: (id: string, body: object, account = DEMO): Promise<GesRecord> =>
      json(`${inGes(account)}/${id}`, { method: 'PATCH', body }),
    editContact: (tenantId: string, contactId: string, change: object): Promise<XeroRecord> =>
      json(`${stack.xeroUrl}/_sandbox/as-user/contacts/${contactId}`, { method: 'POST', body: { tenantId, ...change } }),
    /** The contact that carries the customer's id. */
    contactOf: async (tenantId: string, customerId: string): Promise<XeroRecord | undefined> =>
      (await contacts(tenantId)).find(({ ContactNumber }) => ContactNumber === customerId),
    organisations: (): Promise<readonly Organisation[]> => json(`${stack.xeroUrl}/_sandbox/organisations`),
    calls: (): Promise<CallCounts> => json(`${stack.xeroUrl}/_sandbox/calls`),
    forgetCalls: (): Promise<unknown> => json(`${stack.xeroUrl}/_sandbox/calls/reset`, { method: 'POST' }),
    fault: (fault: object): Promise<unknown> => json(`${stack.xeroUrl}/_sandbox/faults`, { method: 'POST', body: fault }),
    faults: (): Promise<readonly { readonly kind: string; readonly hits: number }[]> => json(`${stack.xeroUrl}/_sandbox/faults`),
    endFaults: (): Promise<unknown> => json(`${stack.xeroUrl}/_sandbox/faults`, { method: 'DELETE' }),
    sandboxSettings: (settings: object): Promise<unknown> => json(`${stack.xeroUrl}/_sandbox/settings`, { method: 'POST', body: settings }),
    /** Connects and saves as the demo does; the demo's organisation. */
    connect: async (account = DEMO): Promise<string> => (await connectDemoAccount(stack, account)).tenantId,
  };
}
export type Systems = ReturnType<typeof systemsOf>;

/** The Integration API with the account's own JWT. */
export async function integrationOf(stack: LocalStack, accountId: string) {
  const { token } = await json<{ token: string }>(`${stack.gesUrl}/oauth/user-token`, { method: 'POST', body: { accountId } });
  const headers = { authorization: `Bearer ${token}` };
  return {
    token,
    call: <T>(path: string, request: JsonRequest = {}): Promise<T> => json<T>(`${stack.apiUrl}${path}`, { ...request, headers }),
    /** The same without throwing on a refusal. */
    fetch: (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${stack.apiUrl}${path}`, { ...init, headers: { ...headers, 'content-type': 'application/json', ...init.headers } }),
  };
}
export type Integration = Awaited<ReturnType<typeof integrationOf>>;

/** A consent on its way: the browser has been at our start page and stands before Xero's. */
export interface AtXero {
  readonly consentUrl: URL;
  readonly cookie: string;
}

/** Presses "Connect to Xero" and follows it to Xero's consent page. */
export async function goToXero(integration: Integration): Promise<AtXero & { readonly startUrl: string }> {
  const { authorizeUrl: startUrl } = await integration.call<{ authorizeUrl: string }>('/v1/xero/connect', { method: 'POST' });
  const { location, cookie } = await linkOn(startUrl, 'to-xero');
  return { startUrl, consentUrl: new URL(location), cookie };
}

/** Answers the consent page; returns the address of our callback that Xero redirects to. */
export async function decide({ consentUrl }: AtXero, decision: 'allow' | 'cancel', tenantId?: string): Promise<string> {
  const form = new URLSearchParams(consentUrl.search);
  form.set('decision', decision);
  if (tenantId !== undefined) form.set('organisation', tenantId);
  return (await redirect(`${consentUrl.origin}${consentUrl.pathname}`, { method: 'POST', body: form })).location;
}

/** Opens our callback in the browser with that cookie; returns what the settings page is told: its query. */
export async function comeBack(callbackUrl: string, cookie: string): Promise<URLSearchParams> {
  const { location } = await redirect(callbackUrl, { headers: { cookie } });
  return new URL(location).searchParams;
}

/** The settings page of that account, told this: it finishes. Returns the status of the connection, or the code of what went wrong. */
export async function finishOn(integration: Integration, told: URLSearchParams): Promise<string> {
  const code = told.get('code');
  if (code === null) return told.get('error') ?? 'nothing told';
  const answer = await integration.fetch('/v1/xero/connect/finish', { method: 'POST', body: JSON.stringify({ code }) });
  const said = (await answer.json()) as { readonly status: string; readonly code: string };
  return answer.ok ? said.status : said.code;
}

/** The whole consent, finished by the account that began; returns what `finishOn` does. */
export async function consent(integration: Integration, tenantId?: string): Promise<string> {
  const atXero = await goToXero(integration);
  return finishOn(integration, await comeBack(await decide(atXero, 'allow', tenantId), atXero.cookie));
}

/** Saves settings as a person who accepts what is offered first. */
export async function saveSettings(integration: Integration): Promise<void> {
  interface Offered {
    readonly paymentAccounts: readonly { readonly accountId: string }[];
    readonly salesAccounts: readonly { readonly accountId: string }[];
  }
  const { paymentAccounts, salesAccounts } = await integration.call<Offered>('/v1/xero/options');
  await integration.call('/v1/xero/settings', {
    method: 'PUT',
    body: {
      paymentAccountId: paymentAccounts[0]?.accountId ?? null,
      createPaymentAccount: paymentAccounts.length === 0,
      salesAccountId: salesAccounts[0]?.accountId,
      syncCustomers: true,
      syncInvoices: false,
    },
  });
}

/** Seconds until `ask` gives something. Throws after `timeoutMs`. */
export async function secondsUntil(what: string, timeoutMs: number, ask: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await eventually(what, timeoutMs, ask);
  return (performance.now() - started) / 1000;
}

/** Long enough for an echo: 0.15 s until the webhook, 0.2 s of gathering, one drain. */
const ECHO_MS = 3_000;

/** Lets time pass in which nothing more may happen; the caller compares before and after. */
export function letEchoesPass(): Promise<void> {
  return settle(ECHO_MS);
}

export function phoneOf({ Phones = [] }: XeroRecord, type: 'DEFAULT' | 'MOBILE'): string {
  return Phones.find(({ PhoneType }) => PhoneType === type)?.PhoneNumber ?? '';
}
