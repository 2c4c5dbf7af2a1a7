import { XeroSandbox } from '../../../local/xero-sandbox/core/sandbox.ts';
import type { Effect, SandboxAnswer } from '../../../local/xero-sandbox/core/messages.ts';
import { generateSigningKey } from '../../../local/xero-sandbox/identity/jwt.ts';
import type { Body, Item, Some } from './answer-shapes.ts';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { DEMO_ORGANISATIONS } from '../../../local/xero-sandbox/seed/organisations.ts';

const signingKey = generateSigningKey();

export const ALL_SCOPES =
  'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings';
export const REDIRECT_URI = LOCAL_APP.redirectUris[0] ?? '';
export const TENANT = DEMO_ORGANISATIONS[0].tenantId;
export const OTHER_TENANT = DEMO_ORGANISATIONS[1]?.tenantId ?? '';
export const START = Date.parse('2026-11-22T10:00:00.000Z');

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body as a JSON object or array; reading it fails when it is no JSON. */
  json: Body;
  list: Some<Item>;
  answer: SandboxAnswer;
  effects: Effect[];
}

export interface Sent {
  body?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/** The sandbox core with a clock the test owns, and a client for it. */
export class Bench {
  readonly sandbox = new XeroSandbox();
  now = START;
  token = '';
  refreshToken = '';
  tenant = TENANT;

  constructor(seed = 'test') {
    this.sandbox.seed(
      { seed, signingKey, publicUrl: 'http://localhost:4580', webhookUrl: 'http://localhost:4590/webhooks/xero' },
      this.now,
    );
  }

  /** A bench whose app is connected to the first organisation. */
  static connected(scope = ALL_SCOPES): Bench {
    const bench = new Bench();
    bench.connect({ scope });
    return bench;
  }

  send(method: string, url: string, { body, form, headers = {} }: Sent = {}): Reply {
    const text = form !== undefined ? new URLSearchParams(form).toString() : typeof body === 'string' ? body : JSON.stringify(body ?? {});
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const { answer, effects } = this.sandbox.handle({ method, url, headers: { 'content-type': type, ...headers }, body: text }, this.now);
    if (answer.headers['x-sandbox-defect'] !== undefined) throw new Error(`${answer.headers['x-sandbox-defect']} ${answer.body}`);
    return {
      status: answer.status,
      headers: answer.headers,
      text: answer.body,
      get json() {
        return JSON.parse(answer.body) as Body;
      },
      get list() {
        return JSON.parse(answer.body) as Some<Item>;
      },
      answer,
      effects,
    };
  }

  /** A call to the Accounting API with token, tenant and Accept. */
  api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Reply {
    const own = { authorization: `Bearer ${this.token}`, accept: 'application/json', 'xero-tenant-id': this.tenant };
    return this.send(method, `/api.xro/2.0/${path}`, { body, headers: { ...own, ...headers } });
  }

  get(path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}): Reply {
    const search = new URLSearchParams(query).toString();
    return this.api('GET', search === '' ? path : `${path}?${search}`, undefined, headers);
  }

  pull(method: string, path: string, body?: unknown): Reply {
    return this.send(method, `/_sandbox/${path}`, { body });
  }

  decide(fields: Record<string, string> = {}): Reply {
    const demand = { response_type: 'code', client_id: LOCAL_APP.clientId, redirect_uri: REDIRECT_URI, scope: ALL_SCOPES, state: 's1' };
    return this.send('POST', '/identity/connect/authorize', { form: { ...demand, decision: 'allow', ...fields } });
  }

  /** Consents and exchanges the code; keeps the tokens. */
  connect(fields: Record<string, string> = {}): Reply {
    const location = new URL(this.decide(fields).headers.location ?? '');
    const reply = this.tokens({
      grant_type: 'authorization_code',
      code: location.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT_URI,
    });
    this.keep(reply);
    return reply;
  }

  tokens(form: Record<string, string>, secret = LOCAL_APP.clientSecret): Reply {
    const authorization = `Basic ${Buffer.from(`${LOCAL_APP.clientId}:${secret}`).toString('base64')}`;
    return this.send('POST', '/connect/token', { form, headers: { authorization } });
  }

  refresh(refreshToken = this.refreshToken): Reply {
    return this.tokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  keep(reply: Reply): void {
    const { access_token, refresh_token } = reply.json;
    this.token = access_token;
    this.refreshToken = refresh_token;
  }

  bearer(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  /** Makes a contact through the API and gives its JSON. */
  contact(element: Record<string, unknown>): Item {
    const reply = this.api('PUT', 'Contacts', { Contacts: [element] });
    if (reply.status !== 200) throw new Error(reply.text);
    return reply.json.Contacts[0];
  }

  /** An approved sales invoice over the given lines, made through the API with unitdp=4. */
  invoice(fields: Record<string, unknown> = {}): Item {
    const base = { Type: 'ACCREC', Status: 'AUTHORISED', Contact: { Name: 'Okafor & Sons' }, Date: '2026-11-20', DueDate: '2026-12-04' };
    const LineItems = [{ Description: 'Annual boiler service', Quantity: 1, UnitAmount: 85, AccountCode: '200' }];
    const reply = this.api('PUT', 'Invoices?unitdp=4', { ...base, LineItems, ...fields });
    if (reply.status !== 200) throw new Error(reply.text);
    return reply.json.Invoices[0];
  }

  /** Takes a payment through the API into the bank account 090. */
  payment(InvoiceID: string, Amount: number, fields: Record<string, unknown> = {}): Reply {
    return this.api('PUT', 'Payments', { Invoice: { InvoiceID }, Account: { Code: '090' }, Date: '2026-11-21', Amount, ...fields });
  }

  /** The invoice as a single GET shows it. */
  invoiceNow(invoiceId: string): Item {
    return this.get(`Invoices/${invoiceId}`, { unitdp: '4' }).json.Invoices[0];
  }

  /** Lets time pass and gives the deliveries that became due. */
  pass(ms: number): Effect[] {
    this.now += ms;
    return this.sandbox.due(this.now);
  }
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

/** The ValidationErrors messages of a 400 or of one element. */
export function messagesOf(value: {
  Elements?: { ValidationErrors: { Message: string }[] }[];
  ValidationErrors?: { Message: string }[];
}): string[] {
  const errors = value.Elements?.flatMap((element) => element.ValidationErrors) ?? value.ValidationErrors ?? [];
  return errors.map(({ Message }) => Message);
}
