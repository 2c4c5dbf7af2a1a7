import { generateKeyPairSync } from 'node:crypto';
import { GesCore } from '../../../local/ges-simulator/core/core.ts';
import type { GesEvent, Invoice, Payment } from '../../../local/ges-simulator/core/records.ts';
import type { Transaction } from '../../../local/ges-simulator/core/state.ts';
import type { GesCustomer } from '../../../shared/domain/records.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import type { Caller } from './process.ts';
import { limitOf } from './time-limit.ts';

export const GES_CLIENT = { clientId: 'ges-xero-sync', clientSecret: 'ges-xero-sync-secret' };
const identity = {
  issuer: 'http://ges',
  signingKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  tokenSecret: 'simulated',
  client: { id: GES_CLIENT.clientId, secret: GES_CLIENT.clientSecret },
};

type Json = Readonly<Record<string, unknown>>;
/** Less than the product's time-out. */
const SLOW_MS = 12_000;

/** No answer comes: the connection breaks at once, or the caller waits until its time-out. */
export async function noAnswer(process: Caller, limitMs: number): Promise<never> {
  if (!Number.isFinite(limitMs) || limitMs === 0) throw new TypeError('fetch failed');
  await process.clock.sleep(limitMs);
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}

/** A user was refused, as the platform would refuse a person. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The core of the GES simulator in a simulated world: its users, and the product's way to it. */
export class GesSystem {
  private readonly core: GesCore;
  private readonly now: () => number;
  private readonly onEvent: (event: GesEvent) => void;

  /** `seed` puts the businesses in place. */
  constructor(seed: (transaction: Transaction) => void, now: () => number, onEvent: (event: GesEvent) => void) {
    this.now = now;
    this.onEvent = onEvent;
    this.core = new GesCore({ rows: [], identity, seed });
    this.core.start();
  }

  /** What a user of the platform does. Throws Refused. */
  user<T>(accountId: string, method: string, path: string, body?: Json): T {
    const answer = this.handle(method, `/_ges/accounts/${accountId}/${path}`, {}, body === undefined ? '' : JSON.stringify(body));
    if (answer.status >= 300) throw new Refused(`GES: ${method} ${path} ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  customers(accountId: string): readonly GesCustomer[] {
    return this.all(accountId, 'customers');
  }
  invoices(accountId: string): readonly Invoice[] {
    return this.all(accountId, 'invoices');
  }
  payments(accountId: string): readonly Payment[] {
    return this.all(accountId, 'payments');
  }

  /** The product's way to the platform, from one process. */
  fetchFrom(process: Caller, faults: () => Faults, draws: Draws): typeof globalThis.fetch {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? 'GET';
      const headers = Object.fromEntries(new Headers(init?.headers));
      const body = typeof init?.body === 'string' ? init.body : init?.body instanceof URLSearchParams ? init.body.toString() : '';
      const now = faults();
      const about = `${method} ${url.pathname}`;
      const isLost = draws.happens(now.gesLost, 'ges lost', about);
      const isDone = draws.share('ges done', about) < 0.5;
      if (draws.happens(now.gesSlow, 'ges slow', about)) await process.clock.sleep(SLOW_MS);
      const answer = await process.call('ges', () => {
        if (draws.happens(now.ges500, 'ges 500', about)) return new Response('{}', { status: 503, headers: { 'retry-after': '5' } });
        if (isLost && !isDone) return undefined;
        const handled = this.handle(method, `${url.pathname}${url.search}`, headers, body);
        return new Response(handled.body === null ? null : JSON.stringify(handled.body), {
          status: handled.status,
          headers: { ...handled.headers },
        });
      });
      if (answer !== undefined && !isLost) return answer;
      return noAnswer(process, draws.happens(0.5, 'ges times out', about) ? limitOf(init?.signal) : 0);
    };
  }

  private handle(method: string, target: string, headers: Readonly<Record<string, string>>, body: string) {
    const url = new URL(target, 'http://ges');
    const request = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
    const { answer, effects } = this.core.handle(request, this.now());
    effects.events.forEach(this.onEvent);
    return answer;
  }

  private all<T>(accountId: string, type: string): readonly T[] {
    const found: T[] = [];
    let cursor: string | null = null;
    do {
      const path = `${type}?limit=500${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: { items: T[]; nextCursor: string | null } = this.user(accountId, 'GET', path);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }
}
