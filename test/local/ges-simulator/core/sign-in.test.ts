import { beforeEach, describe, expect, it } from '@jest/globals';
import type { XeroArrival, XeroPerson } from '../../../../local/ges-simulator/sign-in/xero-person.ts';
import { TestPlatform } from '../platform.ts';

const PASSWORD = 'boiler-service';
const DANA = 'dana@demo-heating.example';
/** Has the same e-mail address as the user Dana. */
const DANAS_XERO: XeroPerson = { xeroUserId: 'xero-dana', email: DANA, givenName: 'Dana', familyName: 'Whitfield' };
const STRANGER: XeroPerson = { xeroUserId: 'xero-stranger', email: 'new@heat.example', givenName: 'Amy', familyName: 'New' };
const HOUR = 3_600_000;

let platform: TestPlatform;
beforeEach(() => {
  platform = new TestPlatform();
});

/** A browser: keeps cookies between its calls. */
class Browser {
  readonly #jar = new Map<string, string>();

  call(target: string, body?: unknown) {
    return this.#keep(platform.call(target, { body, headers: this.#headers() }));
  }

  /** Presses a Xero button and comes back from Xero. Answers the page it ends at. */
  throughXero(purpose: 'login' | 'signup' | 'bind', arrival: XeroArrival): string {
    const start = this.call(`GET /auth/xero/start?for=${purpose}`);
    const returnTo = new URL(new URL(String(start.headers['location'])).searchParams.get('returnTo') ?? '');
    return this.arriveAt(returnTo.searchParams.get('state') ?? '', arrival);
  }

  arriveAt(state: string, arrival: XeroArrival): string {
    const answer = this.#keep(platform.arriveFromXero(`GET /auth/xero/return?state=${state}`, arrival, this.#headers()));
    return String(answer.headers['location']);
  }

  logIn(email: string, password = PASSWORD) {
    return this.call('POST /auth/login', { email, password });
  }

  /** The signed-in user's e-mail address, or null. */
  who(): unknown {
    const { user } = this.call('GET /auth/session').json as { user: { email: string } | null };
    return user?.email ?? null;
  }

  #headers(): Record<string, string> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return { cookie, 'content-type': 'application/json' };
  }

  #keep<A extends { readonly cookies?: readonly string[] }>(answer: A): A {
    for (const set of answer.cookies ?? []) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      if (set.includes('Max-Age=0')) this.#jar.delete(pair.slice(0, at));
      else this.#jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}

interface Mail {
  readonly to: string;
  readonly link: string;
}
const mails = (): Mail[] => (platform.call('GET /_ges/mails').json as unknown as { items: Mail[] }).items;
const tokenIn = ({ link }: Mail): string => new URL(link).searchParams.get('token') ?? '';

/** A browser in which Dana's Xero login is bound to Dana's user. */
function bound(): Browser {
  const browser = new Browser();
  browser.throughXero('login', { person: DANAS_XERO });
  browser.call('POST /auth/xero/prove', { email: DANA, password: PASSWORD });
  return browser;
}

describe('H1: the proof the first time', () => {
  it('H1: an equal e-mail address signs nobody in: it leads to the proof', () => {
    const browser = new Browser();
    expect(browser.throughXero('login', { person: DANAS_XERO })).toBe('/login/prove');
    expect(browser.who()).toBeNull();
    expect(browser.call('GET /auth/xero/waiting').json).toMatchObject({ waiting: { email: DANA, intent: 'login', users: [] } });
  });

  it('H1: the GES password proves it, and then Xero is enough, on another device too', () => {
    expect(bound().who()).toBe(DANA);
    const other = new Browser();
    expect(other.throughXero('login', { person: { ...DANAS_XERO, email: 'renamed@mail.example' } })).toBe('/');
    expect(other.who()).toBe(DANA);
  });

  it('H1: the proof may name a user with another e-mail address than Xero’s', () => {
    const browser = new Browser();
    browser.throughXero('login', { person: STRANGER });
    browser.call('POST /auth/xero/prove', { email: 'nina@ledgerline.example', password: PASSWORD });
    expect(browser.who()).toBe('nina@ledgerline.example');
  });

  it('H1: a wrong password proves nothing', () => {
    const browser = new Browser();
    browser.throughXero('login', { person: DANAS_XERO });
    expect(browser.call('POST /auth/xero/prove', { email: DANA, password: 'guessed' }).status).toBe(401);
    expect(browser.who()).toBeNull();
    expect(new Browser().throughXero('login', { person: DANAS_XERO })).toBe('/login/prove');
  });

  it('H1: a link mailed to the GES address proves it, once', () => {
    const browser = new Browser();
    browser.throughXero('login', { person: DANAS_XERO });
    expect(browser.call('POST /auth/xero/mail', { email: DANA }).json).toEqual({ sent: true });
    const [mail] = mails();
    expect(mail?.to).toBe(DANA);
    expect(browser.call('POST /auth/link', { token: tokenIn(mail!) }).status).toBe(200);
    expect(browser.who()).toBe(DANA);
    browser.throughXero('login', { person: STRANGER });
    expect(browser.call('POST /auth/link', { token: tokenIn(mail!) }).status).toBe(410);
  });

  it('H1: a link that an attacker had sent to me binds nothing when I open it', () => {
    const attacker = new Browser();
    attacker.throughXero('login', { person: STRANGER });
    attacker.call('POST /auth/xero/mail', { email: DANA });
    const me = new Browser();
    me.logIn(DANA);
    expect(me.call('POST /auth/link', { token: tokenIn(mails()[0]!) })).toMatchObject({ status: 403, json: { code: 'other-browser' } });
    expect(new Browser().throughXero('login', { person: STRANGER })).toBe('/login/prove');
  });

  it('a mailed link is over after an hour, and an unknown address is told nothing else', () => {
    const browser = new Browser();
    browser.throughXero('login', { person: DANAS_XERO });
    expect(browser.call('POST /auth/xero/mail', { email: 'nobody@mail.example' }).json).toEqual({ sent: true });
    expect(mails()).toEqual([]);
    browser.call('POST /auth/xero/mail', { email: DANA });
    platform.now += HOUR;
    expect(browser.call('POST /auth/link', { token: tokenIn(mails()[0]!) }).status).toBe(410);
  });

  it('nobody is waiting without having been at Xero', () => {
    const browser = new Browser();
    for (const [path, body] of [
      ['prove', { email: DANA, password: PASSWORD }],
      ['mail', { email: DANA }],
      ['choose', { userId: 'user_1' }],
    ] as const) {
      expect(browser.call(`POST /auth/xero/${path}`, body).status).toBe(410);
    }
  });
});

describe('H1: a bookkeeper of several businesses', () => {
  it('H1: one Xero login is bound to several users, and chooses among them only', () => {
    const browser = bound();
    browser.logIn('nina.calder@ledgerline.example');
    expect(browser.throughXero('bind', { person: DANAS_XERO })).toBe('/people?bound=1');

    const other = new Browser();
    expect(other.throughXero('login', { person: DANAS_XERO })).toBe('/login/choose');
    expect(other.who()).toBeNull();
    const { waiting } = other.call('GET /auth/xero/waiting').json as { waiting: { users: { id: string; business: string }[] } };
    expect(waiting.users.map(({ business }) => business)).toEqual(['Aire Gas & Heating', 'Calder Boiler Care']);
    expect(other.call('POST /auth/xero/choose', { userId: 'user_2' }).status).toBe(403);
    expect(other.call('POST /auth/xero/choose', { userId: waiting.users[1]?.id }).status).toBe(200);
    expect(other.who()).toBe('nina.calder@ledgerline.example');
  });

  it('nobody links a Xero login without being logged in', () => {
    expect(new Browser().call('GET /auth/xero/start?for=bind').headers['location']).toBe('/login');
    const left = new Browser();
    left.logIn(DANA);
    const start = left.call('GET /auth/xero/start?for=bind');
    const returnTo = new URL(String(start.headers['location'])).searchParams.get('returnTo') ?? '';
    left.call('POST /auth/logout', {});
    expect(left.arriveAt(new URL(returnTo).searchParams.get('state') ?? '', { person: STRANGER })).toBe('/login');
    expect(new Browser().throughXero('login', { person: STRANGER })).toBe('/login/prove');
  });
});

describe('H1: unlinking', () => {
  it('H1: by the user: the next login asks for the proof again', () => {
    const browser = bound();
    expect(browser.call('DELETE /auth/bindings/user_1/xero-dana').status).toBe(204);
    expect(browser.call('DELETE /auth/bindings/user_1/xero-dana').status).toBe(404);
    expect(new Browser().throughXero('login', { person: DANAS_XERO })).toBe('/login/prove');
  });

  it('H1: by the owner of the business; not by a colleague, not by another owner', () => {
    const nina = new Browser();
    nina.logIn('nina@ledgerline.example');
    nina.throughXero('bind', { person: STRANGER });
    for (const [who, status] of [
      ['callum@calder-boilers.example', 403],
      [DANA, 204],
    ] as const) {
      const browser = new Browser();
      browser.logIn(who);
      expect(browser.call('DELETE /auth/bindings/user_3/xero-stranger').status).toBe(status);
    }
    bound();
    expect(nina.call('DELETE /auth/bindings/user_1/xero-dana').status).toBe(403);
    expect(new Browser().call('DELETE /auth/bindings/user_1/xero-dana').status).toBe(401);
  });

  it('the owner sees everybody of the business, anybody else only themselves', () => {
    const seen = (browser: Browser): string[] =>
      (browser.call('GET /auth/users').json as { users: { id: string }[] }).users.map(({ id }) => id);
    expect(seen(bound())).toEqual(['user_1', 'user_3']);
    const nina = new Browser();
    nina.logIn('nina@ledgerline.example');
    expect(seen(nina)).toEqual(['user_3']);
  });
});

describe('H1: signing up with Xero', () => {
  const wish = { business: 'New Heat', name: 'Amy New', email: STRANGER.email };

  it('H1: GES verifies the e-mail address itself before there is a business', () => {
    const browser = new Browser();
    expect(browser.throughXero('signup', { person: STRANGER })).toBe('/signup/details');
    expect(browser.call('POST /auth/signup', wish).status).toBe(202);
    expect(browser.who()).toBeNull();
    expect(platform.call('GET /_ges/accounts').json['items']).toHaveLength(2);

    browser.call('POST /auth/link', { token: tokenIn(mails()[0]!) });
    expect(browser.who()).toBe(STRANGER.email);
    expect(platform.call('GET /_ges/accounts').json['items']).toHaveLength(3);
    expect(new Browser().throughXero('login', { person: STRANGER })).toBe('/');
  });

  it('H1: a sign-up with a known e-mail address goes to the proof, whoever types it', () => {
    expect(new Browser().throughXero('signup', { person: DANAS_XERO })).toBe('/login/prove');
    const browser = new Browser();
    browser.throughXero('signup', { person: STRANGER });
    expect(browser.call('POST /auth/signup', { ...wish, email: DANA.toUpperCase() }).json).toEqual({ next: '/login/prove' });
    expect(mails()).toEqual([]);
  });

  it('a Xero login that is bound already just logs in', () => {
    bound();
    expect(new Browser().throughXero('signup', { person: DANAS_XERO })).toBe('/');
  });

  it('without Xero: with a password', () => {
    const browser = new Browser();
    expect(browser.call('POST /auth/signup', wish).status).toBe(422);
    expect(browser.call('POST /auth/signup', { ...wish, password: 'long enough' }).status).toBe(202);
    expect(new Browser().call('POST /auth/link', { token: tokenIn(mails()[0]!) }).status).toBe(200);
    expect(new Browser().logIn(wish.email, 'long enough').status).toBe(200);
  });
});

describe('coming back from Xero', () => {
  it('what another browser began is not taken', () => {
    const [mine, theirs] = [new Browser(), new Browser()];
    const start = theirs.call('GET /auth/xero/start?for=login');
    const returnTo = new URL(String(start.headers['location'])).searchParams.get('returnTo') ?? '';
    const state = new URL(returnTo).searchParams.get('state') ?? '';
    mine.call('GET /auth/xero/start?for=login');
    expect(mine.arriveAt(state, { person: STRANGER })).toBe('/login?error=state-expired');
    expect(mine.call('GET /auth/xero/waiting').json).toEqual({ waiting: null });
  });

  it.each([
    ['login', '/login?error=access_denied'],
    ['signup', '/signup?error=access_denied'],
  ] as const)('%s: tells why nobody was signed in', (purpose, page) => {
    expect(new Browser().throughXero(purpose, { error: 'access_denied' })).toBe(page);
  });

  it('a cookie that was changed is nobody’s', () => {
    const forged = Buffer.from(JSON.stringify({ userId: 'user_1', until: 4e12 })).toString('base64url');
    const answer = platform.call('GET /auth/session', { headers: { cookie: `ges_session=${forged}.AAAA` } });
    expect(answer.json).toEqual({ user: null });
  });
});

describe('passwords', () => {
  it('five wrong ones lock for a quarter of an hour, the right one included', () => {
    const browser = new Browser();
    for (let tries = 0; tries < 5; tries += 1) expect(browser.logIn(DANA, 'guess').status).toBe(401);
    expect(browser.logIn(DANA).status).toBe(429);
    platform.now += HOUR / 4;
    expect(browser.logIn(DANA).status).toBe(200);
  });

  it('are never shown, and what a form of another site sends is refused', () => {
    expect(JSON.stringify(platform.call('GET /_ges/users').json)).not.toMatch(/password/i);
    const answer = platform.call('POST /auth/login', {
      body: { email: DANA, password: PASSWORD },
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(415);
  });
});
