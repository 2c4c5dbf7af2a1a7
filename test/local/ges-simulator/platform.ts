import { generateKeyPairSync } from 'node:crypto';
import { GesCore, type Handled } from '../../../local/ges-simulator/core/core.ts';
import type { GesAnswer, GesRequest } from '../../../local/ges-simulator/core/http.ts';
import type { IdentityKeys } from '../../../local/ges-simulator/core/identity.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import type { RowWrite } from '../../../local/ges-simulator/core/state.ts';
import type { XeroArrival } from '../../../local/ges-simulator/sign-in/xero-person.ts';
import { seedDemo } from '../../../local/ges-simulator/demo/seed.ts';

const identity: IdentityKeys = {
  issuer: 'http://localhost:4570',
  signingKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  tokenSecret: 'test secret',
  client: { id: 'ges-xero-sync', secret: 'ges-xero-sync-secret' },
};

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export type Json = Record<string, unknown>;

function requestOf(target: string, headers: Record<string, string>, body: string): GesRequest {
  const [method = '', address = ''] = target.split(' ');
  const url = new URL(address, 'http://localhost');
  return { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
}

/** The core with its clock and storage in the test's hands. */
export class TestPlatform {
  now = Date.parse('2026-11-22T10:15:00.000Z');
  readonly rows = new Map<string, unknown>();
  readonly events: GesEvent[] = [];
  #core: GesCore;

  constructor() {
    this.#core = new GesCore({ rows: [], identity, seed: seedDemo });
    this.#store(this.#core.start());
  }

  /** As after a kill: a new core over what was stored. */
  restart(): void {
    this.#core = new GesCore({ rows: [...this.rows].map(([key, value]) => ({ key, value })), identity, seed: seedDemo });
    this.#store(this.#core.start());
  }

  /** `target` is method, path and query, e.g. `GET /v1/accounts/acct_demo/customers?limit=2`. */
  call(target: string, { token, body, headers = {} }: Call = {}): GesAnswer & { json: Json } {
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const authorisation: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    return this.#answered(this.#core.handle(requestOf(target, { ...headers, ...authorisation }, text), this.now));
  }

  /** A browser comes back from Xero's login page. */
  arriveFromXero(target: string, arrival: XeroArrival, headers: Record<string, string>): GesAnswer & { json: Json } {
    return this.#answered(this.#core.arriveFromXero(requestOf(target, headers, ''), arrival, this.now));
  }

  #answered({ answer, effects }: Handled): GesAnswer & { json: Json } {
    this.#store(effects);
    return { ...answer, json: answer.body as Json };
  }

  apiToken(): string {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'ges-xero-sync',
      client_secret: 'ges-xero-sync-secret',
    });
    return String(this.call('POST /oauth/token', { body: body.toString() }).json['access_token']);
  }

  userToken(accountId: string): string {
    return String(this.call('POST /oauth/user-token', { body: { accountId } }).json['token']);
  }

  #store({ clear, writes, events }: { clear: boolean; writes: readonly RowWrite[]; events: readonly GesEvent[] }): void {
    if (clear) this.rows.clear();
    for (const { key, value } of writes) {
      if (value === null) this.rows.delete(key);
      else this.rows.set(key, value);
    }
    this.events.push(...events);
  }
}
