import { XeroSandbox } from '../../local/xero-sandbox/core/sandbox.ts';
import type { Effect } from '../../local/xero-sandbox/core/messages.ts';
import { generateSigningKey } from '../../local/xero-sandbox/identity/jwt.ts';
import type { Invoice } from '../../local/xero-sandbox/invoices/records.ts';
import type { Payment } from '../../local/xero-sandbox/payments/records.ts';
import { LOCAL_APP } from '../../local/xero-sandbox/seed/apps.ts';
import { DEMO_ORGANISATIONS } from '../../local/xero-sandbox/seed/organisations.ts';
import type { Clock } from '../../shared/sync/ports.ts';
import type { Transport } from '../../shared/xero/api-caller.ts';

const signingKey = generateSigningKey();
const REDIRECT_URI = LOCAL_APP.redirectUris[0] ?? '';
const SCOPES = 'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings';
const TOKEN_LIFE_MS = 25 * 60_000;

/** VAT-registered and a CIS subcontractor; and neither. */
export const VAT_TENANT = DEMO_ORGANISATIONS[0].tenantId;
export const PLAIN_TENANT = DEMO_ORGANISATIONS[1]?.tenantId ?? '';

/** The real sandbox core in process: the product's client reaches it through `transport`, a person through `as`. */
export interface MoneyXero {
  readonly sandbox: XeroSandbox;
  readonly transport: Transport;
  accessToken(): Promise<string>;
  /** Posts webhooks that were held back until now. */
  tick(): void;
  /** Calls under /api.xro/ so far, e.g. `PUT /api.xro/2.0/Invoices`. */
  readonly calls: readonly string[];
  forgetCalls(): void;
  /** Pulls a lever of the switchboard, e.g. `as('invoices/<id>/pay', { amount: 50 })`; throws when it does not move. */
  as(action: string, body?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Sets a fault of the switchboard, e.g. `{ kind: '429', retryAfterSeconds: 40 }`; with `atCall` it hits that call from now on, counting from 1. */
  fault(fault: Readonly<Record<string, unknown>>, atCall?: number): void;
  faultsHit(): number;
  invoices(): readonly Invoice[];
  /** Sales invoices with a number, of any status. */
  numbered(number: string): readonly Invoice[];
  /** The one live invoice with a number; throws when there is none or more than one. */
  invoice(number: string): Invoice;
  /** Payments not deleted, of one invoice or all. */
  payments(invoiceId?: string): readonly Payment[];
}

/** `onWebhook` gets the body of every delivery. */
export function createMoneyXero(clock: Clock, tenantId: string, onWebhook: (body: string) => void): MoneyXero {
  const sandbox = new XeroSandbox();
  sandbox.seed({ seed: 'money', signingKey, publicUrl: 'http://sandbox', webhookUrl: 'http://ges/webhooks' }, clock.now());
  sandbox.state.settings = { ...sandbox.state.settings, webhookDelayMs: 0 };
  const calls: string[] = [];
  let planned: { readonly fault: Readonly<Record<string, unknown>>; left: number } | undefined;
  let token = { value: '', until: 0 };

  function post(effects: readonly Effect[]): void {
    for (const { deliveryId, body } of effects) {
      onWebhook(body);
      sandbox.delivered(deliveryId, { status: 200, bodyLength: 0, setsCookie: false }, clock.now());
    }
  }
  function handle(method: string, url: string, headers: Readonly<Record<string, string>>, body: string) {
    const { answer, effects } = sandbox.handle({ method, url, headers, body }, clock.now());
    const defect = answer.headers['x-sandbox-defect'];
    if (defect !== undefined) throw new Error(`sandbox: ${defect}`);
    post(effects);
    return answer;
  }

  function setFault(fault: Readonly<Record<string, unknown>>): void {
    const answer = handle('POST', '/_sandbox/faults', {}, JSON.stringify(fault));
    if (answer.status >= 300) throw new Error(answer.body);
  }

  function consent(): string {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const demand = { response_type: 'code', client_id: LOCAL_APP.clientId, redirect_uri: REDIRECT_URI, scope: SCOPES, state: 's' };
    const allowed = new URLSearchParams({ ...demand, decision: 'allow', organisation: tenantId });
    const { headers } = handle('POST', '/identity/connect/authorize', form, allowed.toString());
    const code = new URL(headers['location'] ?? '').searchParams.get('code') ?? '';
    const basic = Buffer.from(`${LOCAL_APP.clientId}:${LOCAL_APP.clientSecret}`).toString('base64');
    const exchange = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
    const answer = handle('POST', '/connect/token', { ...form, authorization: `Basic ${basic}` }, exchange.toString());
    return (JSON.parse(answer.body) as { access_token: string }).access_token;
  }

  const transport: Transport = async (config) => {
    const url = new URL(config.url ?? '');
    for (const [name, value] of Object.entries((config.params ?? {}) as Record<string, string | number | boolean | null | undefined>))
      if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
    const method = (config.method ?? 'get').toUpperCase();
    calls.push(`${method} ${url.pathname}`);
    if (planned !== undefined && --planned.left === 0) setFault(planned.fault);
    const headers = Object.fromEntries(Object.entries(config.headers.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]));
    const body = typeof config.data === 'string' ? config.data : config.data === undefined ? '' : JSON.stringify(config.data);
    const answer = handle(method, `${url.pathname}${url.search}`, headers, body);
    if (answer.lost) throw Object.assign(new Error('socket hang up'), { isAxiosError: true, code: 'ECONNRESET', config });
    const isJson = (answer.headers['content-type'] ?? '').includes('json');
    const response = {
      data: (isJson ? JSON.parse(answer.body) : answer.body) as unknown,
      status: answer.status,
      statusText: '',
      headers: answer.headers,
      config,
      request: {},
    };
    if (answer.status >= 200 && answer.status < 300) return response;
    throw Object.assign(new Error(`Request failed with status code ${String(answer.status)}`), { isAxiosError: true, config, response });
  };

  const invoices = (): readonly Invoice[] => sandbox.state.invoices.by('tenant', tenantId).filter(({ type }) => type === 'ACCREC');
  const numbered = (number: string): readonly Invoice[] => invoices().filter((invoice) => invoice.number === number);
  return {
    sandbox,
    transport,
    async accessToken() {
      if (token.until <= clock.now()) token = { value: consent(), until: clock.now() + TOKEN_LIFE_MS };
      return token.value;
    },
    tick: () => post(sandbox.due(clock.now())),
    calls,
    forgetCalls: () => void calls.splice(0),
    as(action, body = {}) {
      // A person is never as fast as a machine: no two changes at the same instant.
      void clock.sleep(1_000);
      const answer = handle('POST', `/_sandbox/as-user/${action}`, {}, JSON.stringify({ tenantId, ...body }));
      if (answer.status >= 300) throw new Error(`${action}: ${answer.body}`);
      return JSON.parse(answer.body) as Record<string, unknown>;
    },
    fault(fault, atCall) {
      if (atCall === undefined) setFault(fault);
      else planned = { fault, left: atCall };
    },
    faultsHit: () => [...sandbox.state.faults.values()].reduce((sum, { hits }) => sum + hits, 0),
    invoices,
    numbered,
    invoice(number) {
      const [only, ...more] = numbered(number).filter(({ status }) => status !== 'DELETED');
      if (only === undefined || more.length > 0) throw new Error(`${number} is in Xero ${only === undefined ? 'not at all' : 'twice'}`);
      return only;
    },
    payments: (invoiceId) =>
      sandbox.state.payments
        .by('tenant', tenantId)
        .filter((payment) => payment.status === 'AUTHORISED' && (invoiceId === undefined || payment.invoiceId === invoiceId)),
  };
}
