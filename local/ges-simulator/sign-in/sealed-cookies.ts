import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GesRequest } from '../core/http.ts';
import type { Transaction } from '../core/state.ts';
import type { XeroPerson } from './xero-person.ts';

export type SignInPurpose = 'login' | 'signup' | 'bind';

/** What the browser keeps for us, signed. `until` in epoch milliseconds. */
export interface CookieContents {
  /** Who is signed in. */
  readonly ges_session: { readonly userId: string; readonly until: number };
  /** A way to Xero that this browser began. */
  readonly ges_xero_state: { readonly state: string; readonly purpose: SignInPurpose; readonly until: number };
  /** Who has signed in at Xero, and is bound to no user yet or to several. */
  readonly ges_xero_person: { readonly person: XeroPerson; readonly intent: 'login' | 'signup'; readonly until: number };
}

const LIFE_MS: Readonly<Record<keyof CookieContents, number>> = {
  ges_session: 12 * 3_600_000,
  ges_xero_state: 15 * 60_000,
  ges_xero_person: 60 * 60_000,
};

/** Signs what the browser keeps, and draws what nobody can guess, all from the platform's one secret. */
export class SealedCookies {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The `Set-Cookie` that keeps it. */
  keep<N extends keyof CookieContents>(name: N, contents: Omit<CookieContents[N], 'until'>, now: number): string {
    const payload = Buffer.from(JSON.stringify({ ...contents, until: now + LIFE_MS[name] })).toString('base64url');
    const life = Math.floor(LIFE_MS[name] / 1000);
    return `${name}=${payload}.${this.#mac(name, payload)}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax`;
  }

  /** The `Set-Cookie` that takes it away. */
  drop(name: keyof CookieContents): string {
    return `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
  }

  /** What the browser brought, if it is ours and not over. */
  read<N extends keyof CookieContents>(name: N, request: GesRequest, now: number): CookieContents[N] | undefined {
    const cookies = (request.headers['cookie'] ?? '').split(/;\s*/);
    const value = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
    const [payload = '', mac = ''] = value.split('.');
    const [left, right] = [Buffer.from(mac), Buffer.from(this.#mac(name, payload))];
    if (left.length !== right.length || !timingSafeEqual(left, right)) return undefined;
    const contents = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as CookieContents[N];
    return contents.until > now ? contents : undefined;
  }

  /** The next value that nobody can guess: the core draws nothing at random, so it is made of the secret and a count. */
  draw(transaction: Transaction): string {
    const count = ((transaction.row('drawn') as number | undefined) ?? 0) + 1;
    transaction.putRow('drawn', count);
    return this.#mac('draw', String(count));
  }

  #mac(what: string, text: string): string {
    return createHmac('sha256', this.#secret).update(`${what} ${text}`).digest('base64url');
  }
}
