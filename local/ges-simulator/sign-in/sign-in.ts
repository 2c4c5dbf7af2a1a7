import { z } from 'zod';
import { empty, json, parseJsonObject, Problem, problemAnswer, type GesAnswer, type GesRequest } from '../core/http.ts';
import type { Account } from '../core/records.ts';
import type { Transaction } from '../core/state.ts';
import { check, text } from '../core/validation.ts';
import { lookAtLink, sendLink, useUpLink, type LinkDeed } from './mails.ts';
import { tryPassword } from './password-tries.ts';
import { SealedCookies, type CookieContents, type SignInPurpose } from './sealed-cookies.ts';
import {
  bind,
  bindingsOf,
  hashPassword,
  putUser,
  unbind,
  userByEmail,
  userById,
  usersOfXeroLogin,
  allUsers,
  type GesUser,
} from './users.ts';
import type { XeroArrival } from './xero-person.ts';

const email = text(200).regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address');
const credentials = z.strictObject({ email: text(200), password: text(200) });
const address = z.strictObject({ email });
const choice = z.strictObject({ userId: text(64) });
const link = z.strictObject({ token: text(100) });
const newBusiness = z.strictObject({
  business: text(200).trim().min(1, 'must not be empty'),
  name: text(200).trim().min(1, 'must not be empty'),
  email,
  password: text(200).min(8, 'must have at least 8 characters').nullable().default(null),
});
const BINDING = /^\/auth\/bindings\/([^/]+)\/([^/]+)$/;
const PURPOSES: readonly SignInPurpose[] = ['login', 'signup', 'bind'];

export interface SignInPlace {
  readonly secret: string;
  /** The platform's own address. */
  readonly publicUrl: string;
  /** Where the Integration API is, which knows how to sign in with Xero. */
  readonly integrationApiUrl: string;
}

/** One request of the sign-in pages, and everything it may look at. */
interface Call {
  readonly request: GesRequest;
  readonly transaction: Transaction;
  readonly now: number;
}

/**
 * Who is signed in, and how a Xero login becomes a GES user (policy H1): it is bound by Xero's user id after a proof (the GES password, or a
 * link mailed to the GES address); an e-mail that is the same proves nothing. No I/O, clock or randomness, like the rest of the core.
 */
export class SignIn {
  readonly #place: SignInPlace;
  readonly #cookies: SealedCookies;

  constructor(place: SignInPlace) {
    this.#place = place;
    this.#cookies = new SealedCookies(place.secret);
  }

  /** Answers a call under `/auth/`. @throws Problem */
  route(call: Call): GesAnswer {
    const { method, path, headers } = call.request;
    // What a form of another site can send is never JSON, so that no other site acts in the user's name.
    if (method === 'POST' && !(headers['content-type'] ?? '').startsWith('application/json')) {
      throw new Problem(415, 'not-json', 'Send the body as JSON with the header content-type: application/json.');
    }
    const [, userId, xeroUserId] = BINDING.exec(path) ?? [];
    if (method === 'DELETE' && userId !== undefined && xeroUserId !== undefined) return this.#unbind(call, userId, xeroUserId);
    switch (`${method} ${path}`) {
      case 'GET /auth/session':
        return json(200, { user: this.#told(call, this.#user(call)) });
      case 'POST /auth/login':
        return this.#logIn(call);
      case 'POST /auth/logout':
        return { ...empty(204), cookies: [this.#cookies.drop('ges_session'), this.#cookies.drop('ges_xero_person')] };
      case 'GET /auth/xero/start':
        return this.#goToXero(call);
      case 'GET /auth/xero/waiting':
        return this.#whoWaits(call);
      case 'POST /auth/xero/choose':
        return this.#choose(call);
      case 'POST /auth/xero/prove':
        return this.#prove(call);
      case 'POST /auth/xero/mail':
        return this.#mailProof(call);
      case 'POST /auth/signup':
        return this.#signUp(call);
      case 'POST /auth/link':
        return this.#openLink(call);
      case 'GET /auth/users':
        return this.#listUsers(call);
      default:
        throw new Problem(404, 'route-not-found', 'There is nothing here.');
    }
  }

  /** The browser is back from Xero, and the shell has asked the Integration API who it is. Answers where to go on. */
  arrive(call: Call, arrival: XeroArrival): GesAnswer {
    const { request, transaction, now } = call;
    const begun = this.#cookies.read('ges_xero_state', request, now);
    const over = this.#cookies.drop('ges_xero_state');
    const goOn = (path: string, ...cookies: string[]): GesAnswer => goTo(path, over, ...cookies);
    if (begun === undefined || begun.state !== request.query['state']) return goOn('/login?error=state-expired');
    const { purpose } = begun;
    const page = purpose === 'login' ? '/login' : purpose === 'signup' ? '/signup' : '/people';
    if ('error' in arrival) return goOn(`${page}?error=${encodeURIComponent(arrival.error)}`);
    const { person } = arrival;
    if (purpose === 'bind') {
      const user = this.#user(call);
      if (user === undefined) return goOn('/login');
      this.#bind(call, user, person);
      return goOn('/people?bound=1');
    }
    const users = usersOfXeroLogin(transaction, person.xeroUserId);
    const [only, ...others] = users;
    if (only !== undefined && others.length === 0) return goOn('/', this.#session(only, now));
    const waits = this.#cookies.keep('ges_xero_person', { person, intent: purpose }, now);
    if (only !== undefined) return goOn('/login/choose', waits);
    const isNew = purpose === 'signup' && userByEmail(transaction, person.email) === undefined;
    return goOn(isNew ? '/signup/details' : '/login/prove', waits);
  }

  #session({ id }: GesUser, now: number): string {
    return this.#cookies.keep('ges_session', { userId: id }, now);
  }

  #user({ request, transaction, now }: Call): GesUser | undefined {
    const session = this.#cookies.read('ges_session', request, now);
    return session === undefined ? undefined : userById(transaction, session.userId);
  }

  #waiting({ request, now }: Call): CookieContents['ges_xero_person'] | undefined {
    return this.#cookies.read('ges_xero_person', request, now);
  }

  /** @throws Problem 410 when nobody has come from Xero in this browser lately */
  #mustWait(call: Call): CookieContents['ges_xero_person'] {
    const waiting = this.#waiting(call);
    if (waiting !== undefined) return waiting;
    throw new Problem(
      410,
      'xero-login-over',
      'Your Xero login is over, or was begun in another browser. Start again with the Xero button.',
    );
  }

  #told({ transaction }: Pick<Call, 'transaction'>, user: GesUser | undefined): object | null {
    if (user === undefined) return null;
    const { id, accountId, name, isOwner } = user;
    return { id, name, email: user.email, isOwner, accountId, business: transaction.account(accountId)?.name ?? accountId };
  }

  #signedIn(call: Call, user: GesUser): GesAnswer {
    const cookies = [this.#session(user, call.now), this.#cookies.drop('ges_xero_person')];
    return { ...json(200, { user: this.#told(call, user) }), cookies };
  }

  #bind({ transaction, now }: Call, user: GesUser, person: CookieContents['ges_xero_person']['person']): void {
    const boundAt = new Date(now).toISOString();
    bind(transaction, { xeroUserId: person.xeroUserId, userId: user.id, xeroEmail: person.email, boundAt });
  }

  /** The user whose password this is, or the refusal. A wrong try is remembered, so it is answered and not thrown. */
  #checkPassword({ request, transaction, now }: Call): GesUser | GesAnswer {
    const { email: given, password } = check(credentials, parseJsonObject(request.body));
    const found = tryPassword(transaction, given, password, now);
    if (found === 'locked') {
      return problemAnswer(new Problem(429, 'too-many-tries', 'Too many wrong passwords. Please wait a quarter of an hour.'));
    }
    if (found === 'wrong') return problemAnswer(new Problem(401, 'wrong-password', 'E-mail address or password is not right.'));
    return found;
  }

  #logIn(call: Call): GesAnswer {
    const found = this.#checkPassword(call);
    return 'status' in found ? found : this.#signedIn(call, found);
  }

  #goToXero(call: Call): GesAnswer {
    const purpose = PURPOSES.find((one) => one === call.request.query['for']);
    if (purpose === undefined) throw new Problem(400, 'unknown-purpose', 'for must be login, signup or bind.');
    if (purpose === 'bind' && this.#user(call) === undefined) return goTo('/login');
    const state = this.#cookies.draw(call.transaction);
    const start = new URL('/v1/auth/xero/start', this.#place.integrationApiUrl);
    start.searchParams.set('intent', purpose === 'signup' ? 'signup' : 'login');
    start.searchParams.set('returnTo', `${this.#place.publicUrl}/auth/xero/return?state=${state}`);
    const cookie = this.#cookies.keep('ges_xero_state', { state, purpose }, call.now);
    return goTo(start.toString(), cookie);
  }

  #whoWaits(call: Call): GesAnswer {
    const waiting = this.#waiting(call);
    if (waiting === undefined) return json(200, { waiting: null });
    const { person, intent } = waiting;
    const users = usersOfXeroLogin(call.transaction, person.xeroUserId).map((user) => this.#told(call, user));
    const name = [person.givenName, person.familyName].filter((part) => part !== '').join(' ');
    return json(200, { waiting: { email: person.email, name, intent, users } });
  }

  #choose(call: Call): GesAnswer {
    const { person } = this.#mustWait(call);
    const { userId } = check(choice, parseJsonObject(call.request.body));
    const user = usersOfXeroLogin(call.transaction, person.xeroUserId).find(({ id }) => id === userId);
    if (user === undefined) throw new Problem(403, 'not-bound', 'This Xero login does not belong to that user.');
    return this.#signedIn(call, user);
  }

  #prove(call: Call): GesAnswer {
    const { person } = this.#mustWait(call);
    const found = this.#checkPassword(call);
    if ('status' in found) return found;
    this.#bind(call, found, person);
    return this.#signedIn(call, found);
  }

  /** Answers the same whether the address is known or not, so that nobody finds out who has a user here. */
  #mailProof(call: Call): GesAnswer {
    const { person } = this.#mustWait(call);
    const user = userByEmail(call.transaction, check(address, parseJsonObject(call.request.body)).email);
    if (user !== undefined) {
      const subject = 'Log in with Xero: is this you?';
      const body = `Somebody who is logged in to Xero as ${person.email} wants to log in to Gas Engineer Software as ${user.name}. If this was you, open the link in the same browser. If not, do nothing.`;
      this.#mail(call, user.email, subject, body, { kind: 'prove', userId: user.id, xeroUserId: person.xeroUserId });
    }
    return json(202, { sent: true });
  }

  /** A new business waits for the mailed link: GES verifies every address itself, whatever Xero says of it. */
  #signUp(call: Call): GesAnswer {
    const wish = check(newBusiness, parseJsonObject(call.request.body));
    const waiting = this.#waiting(call);
    if (waiting === undefined && wish.password === null) {
      throw new Problem(422, 'validation', 'password: must have at least 8 characters', [{ field: 'password', message: 'is missing' }]);
    }
    const known = userByEmail(call.transaction, wish.email);
    if (known !== undefined && waiting !== undefined) return json(200, { next: '/login/prove' });
    if (known === undefined) {
      const { business, name, email: to } = wish;
      const text = `Open the link to open ${business} in Gas Engineer Software. If you did not sign up, do nothing.`;
      const xeroUserId = waiting?.person.xeroUserId ?? null;
      const passwordHash = wish.password === null ? null : hashPassword(wish.password, wish.email);
      this.#mail(call, to, 'Confirm your e-mail address', text, {
        kind: 'open-business',
        business,
        name,
        email: to,
        passwordHash,
        xeroUserId,
      });
    }
    return json(202, { sent: true });
  }

  #mail({ transaction, now }: Call, to: string, subject: string, text: string, deed: LinkDeed): void {
    const token = this.#cookies.draw(transaction);
    sendLink(transaction, { to, subject, text }, { address: `${this.#place.publicUrl}/login/link`, token, deed }, now);
  }

  /** Only in the browser in which the Xero login waits: a link that somebody else had sent binds nobody's login. */
  #openLink(call: Call): GesAnswer {
    const { token } = check(link, parseJsonObject(call.request.body));
    const deed = lookAtLink(call.transaction, token, call.now);
    if (deed === undefined) throw new Problem(410, 'link-over', 'This link was used already, or is older than an hour.');
    const waiting = this.#waiting(call);
    if (deed.xeroUserId !== null && deed.xeroUserId !== waiting?.person.xeroUserId) {
      throw new Problem(403, 'other-browser', 'Open this link in the browser in which you pressed the Xero button.');
    }
    useUpLink(call.transaction, token);
    const user = deed.kind === 'prove' ? userById(call.transaction, deed.userId) : this.#openBusiness(call.transaction, deed);
    if (user === undefined) throw new Problem(409, 'email-taken', 'There is a user with this e-mail address already. Log in instead.');
    if (deed.xeroUserId !== null && waiting !== undefined) this.#bind(call, user, waiting.person);
    return this.#signedIn(call, user);
  }

  /** Undefined: somebody else has taken the address meanwhile. */
  #openBusiness(transaction: Transaction, wish: LinkDeed & { readonly kind: 'open-business' }): GesUser | undefined {
    if (userByEmail(transaction, wish.email) !== undefined) return undefined;
    const account: Account = { id: newId(transaction, 'acct'), name: wish.business, cisRatePercent: 20 };
    transaction.putAccount(account);
    const id = newId(transaction, 'user');
    const { name, passwordHash } = wish;
    return putUser(transaction, { id, accountId: account.id, name, email: wish.email, isOwner: true, passwordHash });
  }

  #listUsers(call: Call): GesAnswer {
    const self = this.#user(call);
    if (self === undefined) throw new Problem(401, 'not-signed-in', 'Log in first.');
    const visible = allUsers(call.transaction).filter((user) => user.id === self.id || (self.isOwner && user.accountId === self.accountId));
    const users = visible.map((user) => ({ ...this.#told(call, user), xeroLogins: bindingsOf(call.transaction, user.id) }));
    return json(200, { self: self.id, users });
  }

  /** By the user, and by the owner of the business (policy H1). */
  #unbind(call: Call, userId: string, xeroUserId: string): GesAnswer {
    const self = this.#user(call);
    const user = userById(call.transaction, userId);
    if (self === undefined) throw new Problem(401, 'not-signed-in', 'Log in first.');
    const mayUnbind = user !== undefined && (user.id === self.id || (self.isOwner && user.accountId === self.accountId));
    if (!mayUnbind) throw new Problem(403, 'not-yours', 'Only the user, or the owner of the business, can do this.');
    if (!unbind(call.transaction, xeroUserId, userId)) throw new Problem(404, 'not-bound', 'This Xero login is not bound to that user.');
    return empty(204);
  }
}

function goTo(location: string, ...cookies: string[]): GesAnswer {
  return { status: 302, headers: { location }, cookies, body: null };
}

/** The next free id of what is no record: `user_5`, `acct_3`. */
function newId(transaction: Transaction, kind: 'user' | 'acct'): string {
  const taken =
    kind === 'user' ? allUsers(transaction).map(({ id }) => id) : transaction.rowsUnder('account/').map((row) => (row as Account).id);
  let number = taken.length + 1;
  while (taken.includes(`${kind}_${number}`)) number += 1;
  return `${kind}_${number}`;
}
