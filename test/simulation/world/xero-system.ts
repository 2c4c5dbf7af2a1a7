import { XeroSandbox } from '../../../local/xero-sandbox/core/sandbox.ts';
import type { Effect, SandboxAnswer } from '../../../local/xero-sandbox/core/messages.ts';
import { generateSigningKey } from '../../../local/xero-sandbox/identity/jwt.ts';
import type { Invoice } from '../../../local/xero-sandbox/invoices/records.ts';
import type { Payment } from '../../../local/xero-sandbox/payments/records.ts';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { DEMO_USER } from '../../../local/xero-sandbox/seed/organisations.ts';
import type { Fetch } from '../../../shared/xero/oauth-transport.ts';
import type { Transport } from '../../../shared/xero/api-caller.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import { noAnswer, Refused } from './ges-system.ts';
import type { Caller } from './process.ts';
import { limitOf } from './time-limit.ts';

const signingKey = generateSigningKey();
const SECOND_USER = {
  userId: '7a2e2f1d-6b5c-4d1f-8e1d-4c2f3b8f9d22',
  email: 'ravi@books.example',
  givenName: 'Ravi',
  familyName: 'Mistry',
  role: 'standard',
} as const;
/** People in Xero whose consent the product gets. */
export const XERO_USERS = [DEMO_USER.userId, SECOND_USER.userId] as const;
export const REDIRECT_URI = LOCAL_APP.redirectUris[0] ?? '';

/** Limits that may refuse a call, and what Retry-After says of each. */
const LIMITS: readonly (readonly [string, number | undefined])[] = [
  ['minute', 15],
  ['concurrent', undefined],
  ['appminute', undefined],
  ['day', 600],
];

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

  /** `minuteLimit`: calls a minute, where it is not Xero's 60. */
  constructor(now: () => number, onWebhook: (effect: Effect) => void, minuteLimit?: number) {
    this.now = now;
    this.onWebhook = onWebhook;
    this.sandbox.seed({ seed: 'simulated', signingKey, publicUrl: 'http://xero', webhookUrl: 'http://ges/webhooks' }, now());
    const { apps, users } = this.sandbox.state;
    for (const { tenantIds } of [...users.values()]) users.put({ ...SECOND_USER, tenantIds, created: now() + 1 });
    const app = apps.get(LOCAL_APP.clientId);
    if (app !== undefined && minuteLimit !== undefined) apps.put({ ...app, minuteLimit });
  }

  invoices(tenantId: string): readonly Invoice[] {
    return this.sandbox.state.invoices.by('tenant', tenantId).filter(({ type }) => type === 'ACCREC');
  }
  payments(tenantId: string): readonly Payment[] {
    return this.sandbox.state.payments.by('tenant', tenantId).filter(({ status }) => status === 'AUTHORISED');
  }

  /** Sets a fault of the switchboard, e.g. `{ kind: '429', retryAfterSeconds: 40 }`, for the next call. */
  setFault(fault: Readonly<Record<string, unknown>>): void {
    const answer = this.handle('POST', '/_sandbox/faults', {}, JSON.stringify(fault));
    if (answer.status >= 300) throw new Error(answer.body);
  }

  /** A person acts in Xero. Throws Refused. */
  user(tenantId: string, action: string, body: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const answer = this.handle('POST', `/_sandbox/as-user/${action}`, {}, JSON.stringify({ tenantId, ...body }));
    if (answer.status >= 300) throw new Refused(`Xero: ${action} ${String(answer.status)} ${answer.body}`);
    return JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
  }

  /** A person with a Xero login follows our address to the consent page and allows the app to use an organisation: where Xero redirects to. */
  consent(authorizeUrl: string, tenantId: string, userId: string): URL {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const decision = new URL(authorizeUrl).searchParams;
    for (const [name, value] of [
      ['decision', 'allow'],
      ['organisation', tenantId],
      ['user', userId],
    ] as const)
      decision.set(name, value);
    const { status, headers, body } = this.handle('POST', '/identity/connect/authorize', form, decision.toString());
    const { location } = headers;
    if (location === undefined) throw new Refused(`Xero: consent ${String(status)} ${body}`);
    return new URL(location);
  }

  /** Posts webhooks that are due. */
  tick(): void {
    this.post(this.sandbox.due(this.now()));
  }

  /** The product's way to the Accounting API, from one process. */
  transportFrom(process: Caller, faults: () => Faults, draws: Draws): Transport {
    return async (config) => {
      const url = new URL(config.url ?? '');
      for (const [name, value] of Object.entries((config.params ?? {}) as Record<string, string | number | boolean | null | undefined>))
        if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
      const method = (config.method ?? 'get').toUpperCase();
      const headers = Object.fromEntries(
        Object.entries(config.headers.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      const body = typeof config.data === 'string' ? config.data : config.data === undefined ? '' : JSON.stringify(config.data);
      const about = `${method} ${url.pathname}`;
      const answer = await process.call('xero', () => {
        this.plan(faults(), draws, about, method, url.pathname);
        this.sandbox.state.settings = { ...this.sandbox.state.settings, latencyMs: process.xeroWorksMs() };
        const answered = this.handle(method, `${url.pathname}${url.search}`, headers, body);
        const tenantId = headers['xero-tenant-id'] ?? '';
        this.calls.push({ at: this.now(), process: process.name, method, path: url.pathname, tenantId, status: answered.status });
        return answered;
      });
      if (answer.lost) {
        const isTimeOut = draws.happens(0.5, 'xero times out', about);
        if (isTimeOut) await process.clock.sleep(config.timeout ?? 0);
        const [message, code] = isTimeOut ? ['timeout exceeded', 'ECONNABORTED'] : ['socket hang up', 'ECONNRESET'];
        throw Object.assign(new Error(message), { isAxiosError: true, code, config });
      }
      if (answer.delayMs > 0) await process.clock.sleep(answer.delayMs);
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
  fetchFrom(process: Caller, faults: () => Faults, draws: Draws): Fetch {
    return async (target, init) => {
      const url = new URL(target);
      const answer = await process.call('xero', () => {
        const headers = Object.fromEntries(new Headers(init.headers));
        const isForm = init.body instanceof URLSearchParams;
        if (isForm) headers['content-type'] = 'application/x-www-form-urlencoded';
        const body = init.body === undefined || init.body === null ? '' : String(init.body as string | URLSearchParams);
        return this.handle(init.method ?? 'GET', `${url.pathname}${url.search}`, headers, body);
      });
      const isToken = url.pathname.endsWith('/connect/token');
      if (isToken && draws.happens(faults().tokenLost, 'token lost', process.name))
        return noAnswer(process, draws.happens(0.5, 'token times out', process.name) ? limitOf(init.signal) : 0);
      return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
    };
  }

  private plan(faults: Faults, draws: Draws, about: string, method: string, path: string): void {
    const set = (fault: Readonly<Record<string, unknown>>): void => {
      this.setFault({ next: 1, method, path, ...fault });
    };
    const [problem, retryAfterSeconds] = LIMITS[draws.whole(0, LIMITS.length - 1, 'xero problem', about)] ?? [];
    if (draws.happens(faults.xero429, 'xero 429', about)) set({ kind: '429', problem, ...(retryAfterSeconds && { retryAfterSeconds }) });
    else if (draws.happens(faults.xero500, 'xero 500', about)) set({ kind: '500', commit: draws.share('xero commit', about) < 0.5 });
    else if (draws.happens(faults.xero503, 'xero 503', about)) set({ kind: '503' });
    else if (draws.happens(faults.xeroHtml, 'xero html', about))
      set({ kind: 'html', problem: draws.share('xero html status', about) < 0.5 ? '500' : '200' });
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
