import { generateKeyPairSync } from 'node:crypto';
import { GesCore } from '../../../local/ges-simulator/core/core.ts';
import type { GesAnswer } from '../../../local/ges-simulator/core/http.ts';
import type { IdentityKeys } from '../../../local/ges-simulator/core/identity.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import type { RowWrite } from '../../../local/ges-simulator/core/state.ts';
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
    const [method = '', address = ''] = target.split(' ');
    const url = new URL(address, 'http://localhost');
    const { answer, effects } = this.#core.handle(
      {
        method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
      },
      this.now,
    );
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
