import { XeroSandbox } from '../../../local/xero-sandbox/core/sandbox.ts';
import type { Effect, SandboxAnswer } from '../../../local/xero-sandbox/core/messages.ts';
import { generateSigningKey } from '../../../local/xero-sandbox/identity/jwt.ts';
import type { Invoice } from '../../../local/xero-sandbox/invoices/records.ts';
import type { Payment } from '../../../local/xero-sandbox/payments/records.ts';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import type { Fetch } from '../../../shared/xero/oauth-transport.ts';
import type { Transport } from '../../../shared/xero/api-caller.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import { Refused } from './ges-system.ts';
import type { Process } from './process.ts';

const signingKey = generateSigningKey();
export const REDIRECT_URI = LOCAL_APP.redirectUris[0] ?? '';
const SCOPES = 'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings';

/** One call of the product under /api.xro/. */
export interface XeroCall {
  readonly at: number;
  readonly process: string;
  readonly method: string;
  readonly path: string;
  readonly tenantId: string;
  readonly status: number;
}

/** The core of the Xero sandbox in a simulated world: people in Xero, and the product's way to it. */
export class XeroSystem {
  readonly sandbox = new XeroSandbox();
  readonly calls: XeroCall[] = [];
  private readonly now: () => number;
  private readonly onWebhook: (effect: Effect) => void;

  constructor(now: () => number, onWebhook: (effect: Effect) => void, minuteLimit: number | undefined) {
    this.now = now;
    this.onWebhook = onWebhook;
    this.sandbox.seed({ seed: 'simulated', signingKey, publicUrl: 'http://xero', webhookUrl: 'http://ges/webhooks' }, now());
    const { apps } = this.sandbox.state;
    const app = apps.get(LOCAL_APP.clientId);
    if (app !== undefined && minuteLimit !== undefined) apps.put({ ...app, minuteLimit });
  }

  invoices(tenantId: string): readonly Invoice[] {
    return this.sandbox.state.invoices.by('tenant', tenantId).filter(({ type }) => type === 'ACCREC');
  }
  payments(tenantId: string): readonly Payment[] {
    return this.sandbox.state.payments.by('tenant', tenantId).filter(({ status }) => status === 'AUTHORISED');
  }

  /** A person acts in Xero. Throws Refused. */
  user(tenantId: string, action: string, body: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const answer = this.handle('POST', `/_sandbox/as-user/${action}`, {}, JSON.stringify({ tenantId, ...body }));
    if (answer.status >= 300) throw new Refused(`Xero: ${action} ${String(answer.status)} ${answer.body}`);
    return JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
  }

  /** A person allows the app to use an organisation: the code that Xero redirects with. */
  consent(tenantId: string): string {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const demand = { response_type: 'code', client_id: LOCAL_APP.clientId, redirect_uri: REDIRECT_URI, scope: SCOPES, state: 's' };
    const allowed = new URLSearchParams({ ...demand, decision: 'allow', organisation: tenantId });
    const { headers } = this.handle('POST', '/identity/connect/authorize', form, allowed.toString());
    return new URL(headers['location'] ?? 'http://none').searchParams.get('code') ?? '';
  }

  /** Posts webhooks that are due. */
  tick(): void {
    this.post(this.sandbox.due(this.now()));
  }

  /** The product's way to the Accounting API, from one process. */
  transportFrom(process: Process, faults: () => Faults, draws: Draws): Transport {
    return async (config) => {
      const url = new URL(config.url ?? '');
      for (const [name, value] of Object.entries((config.params ?? {}) as Record<string, string | number | boolean | null | undefined>))
        if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
      const method = (config.method ?? 'get').toUpperCase();
      const headers = Object.fromEntries(
        Object.entries(config.headers.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      const body = typeof config.data === 'string' ? config.data : config.data === undefined ? '' : JSON.stringify(config.data);
      const answer = await process.call('xero', () => {
        this.plan(faults(), draws, `${method} ${url.pathname}`, method, url.pathname);
        const answered = this.handle(method, `${url.pathname}${url.search}`, headers, body);
        const tenantId = headers['xero-tenant-id'] ?? '';
        this.calls.push({ at: this.now(), process: process.name, method, path: url.pathname, tenantId, status: answered.status });
        return answered;
      });
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
  }

  /** The product's way to Xero's identity service, from one process. */
  fetchFrom(process: Process, faults: () => Faults, draws: Draws): Fetch {
    return (target, init) =>
      process.call('xero', () => {
        const url = new URL(target);
        const headers = Object.fromEntries(new Headers(init.headers));
        const isForm = init.body instanceof URLSearchParams;
        if (isForm) headers['content-type'] = 'application/x-www-form-urlencoded';
        const body = init.body === undefined || init.body === null ? '' : String(init.body as string | URLSearchParams);
        const answer = this.handle(init.method ?? 'GET', `${url.pathname}${url.search}`, headers, body);
        const isToken = url.pathname.endsWith('/connect/token');
        if (isToken && draws.happens(faults().tokenLost, 'token lost', process.name)) throw new TypeError('fetch failed');
        return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
      });
  }

  private plan(faults: Faults, draws: Draws, about: string, method: string, path: string): void {
    const set = (fault: Readonly<Record<string, unknown>>): void => {
      this.handle('POST', '/_sandbox/faults', {}, JSON.stringify({ next: 1, method, path, ...fault }));
    };
    const problem = ['minute', 'concurrent'][draws.whole(0, 1, 'xero problem', about)];
    if (draws.happens(faults.xero429, 'xero 429', about)) set({ kind: '429', problem, retryAfterSeconds: 15 });
    else if (draws.happens(faults.xero500, 'xero 500', about)) set({ kind: '500', commit: draws.share('xero commit', about) < 0.5 });
    else if (draws.happens(faults.xero503, 'xero 503', about)) set({ kind: '503' });
    else if (draws.happens(faults.xeroHtml, 'xero html', about)) set({ kind: 'html' });
    else if (draws.happens(faults.xeroLost, 'xero lost', about))
      set({ kind: draws.share('xero when', about) < 0.6 ? 'lost-after' : 'lost-before' });
  }

  private handle(method: string, url: string, headers: Readonly<Record<string, string>>, body: string): SandboxAnswer {
    const { answer, effects } = this.sandbox.handle({ method, url, headers, body }, this.now());
    const defect = answer.headers['x-sandbox-defect'];
    if (defect !== undefined) throw new Error(`sandbox: ${defect}`);
    this.post(effects);
    return answer;
  }

  private post(effects: readonly Effect[]): void {
    for (const effect of effects) this.onWebhook(effect);
  }
}
