import { Counters } from './counters.ts';
import { empty, json, parseJsonObject, Problem, problemAnswer, type GesAnswer, type GesRequest } from './http.ts';
import { previewTotals } from './invoices.ts';
import { Identity, type IdentityKeys } from './identity.ts';
import { handleRecordCall } from './platform-api.ts';
import type { Account } from './records.ts';
import { GesState, Transaction, type Effects, type RowWrite } from './state.ts';
import { SignIn } from '../sign-in/sign-in.ts';
import { allMails } from '../sign-in/mails.ts';
import { allUsers } from '../sign-in/users.ts';
import type { XeroArrival } from '../sign-in/xero-person.ts';
import { check, text } from './validation.ts';
import { z } from 'zod';

const RECORDS = /^\/accounts\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/;
const newAccount = z.strictObject({
  id: z.string('must be a string').regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _'),
  name: text(200).min(1, 'must not be empty'),
  cisRatePercent: z.literal([0, 20, 30], 'must be 0, 20 or 30').default(20),
});

/** What the core starts from. */
export interface CoreOptions {
  /** Every row stored so far; none for a new platform, which then starts with the demo businesses. */
  readonly rows: Iterable<RowWrite>;
  readonly identity: IdentityKeys;
  /** Puts the demo businesses in place, at the first start and after a reset. */
  readonly seed: (transaction: Transaction) => void;
  /** Where the Integration API is, for signing in with Xero; http://localhost:4590 by default. */
  readonly integrationApiUrl?: string;
}

export interface Handled {
  readonly answer: GesAnswer;
  readonly effects: Effects;
}

/**
 * The GES platform as a state machine: no I/O, no clock, no randomness. The caller stores the effects, all or nothing,
 * before it sends the answer; after a failed store the core must be thrown away and built anew from storage.
 */
export class GesCore {
  readonly #state: GesState;
  readonly #identity: Identity;
  readonly #counters = new Counters();
  readonly #seed: (transaction: Transaction) => void;
  readonly #signIn: SignIn;

  constructor({ rows, identity, seed, integrationApiUrl = 'http://localhost:4590' }: CoreOptions) {
    this.#state = new GesState(rows);
    this.#identity = new Identity(identity);
    this.#signIn = new SignIn({ secret: identity.tokenSecret, publicUrl: identity.issuer, integrationApiUrl });
    this.#seed = seed;
  }

  /** The effects of the very first start; empty ones later. To be stored before the first request. */
  start(): Effects {
    const transaction = new Transaction(this.#state);
    if (this.#state.isEmpty) this.#seed(transaction);
    return this.#commit(transaction);
  }

  account(accountId: string): Account | undefined {
    return this.#state.accounts().find(({ id }) => id === accountId);
  }

  /** @param now epoch milliseconds */
  handle(request: GesRequest, now: number): Handled {
    return this.#answer(request, (transaction) => this.#route(request, transaction, now));
  }

  /** A browser is back from Xero's login page; `arrival` is what the Integration API says of it. @param now epoch milliseconds */
  arriveFromXero(request: GesRequest, arrival: XeroArrival, now: number): Handled {
    return this.#answer(request, (transaction) => this.#signIn.arrive({ request, transaction, now }, arrival));
  }

  #answer(request: GesRequest, route: (transaction: Transaction) => GesAnswer): Handled {
    const transaction = new Transaction(this.#state);
    let answer: GesAnswer;
    try {
      answer = route(transaction);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answer = problemAnswer(error);
      this.#count(request, answer);
      return { answer, effects: { clear: false, writes: [], events: [] } };
    }
    this.#count(request, answer);
    return { answer, effects: this.#commit(transaction) };
  }

  #commit(transaction: Transaction): Effects {
    const effects = transaction.effects();
    this.#state.apply(effects);
    for (const event of effects.events) this.#counters.event(event);
    return effects;
  }

  #count({ method, path }: GesRequest, { status }: GesAnswer): void {
    if (!path.startsWith('/v1/')) return;
    const [, , accounts = '', , plural, id] = path.split('/');
    const route = ['/v1', accounts, '{a}', plural, id && '{id}'].filter((part) => part !== undefined).join('/');
    this.#counters.call(`${method} ${route} ${status}`);
  }

  #route(request: GesRequest, transaction: Transaction, now: number): GesAnswer {
    const { method, path } = request;
    const route = `${method} ${path}`;
    if (route === 'GET /.well-known/openid-configuration') return this.#identity.discovery();
    if (route === 'GET /.well-known/jwks.json') return this.#identity.jwks();
    if (route === 'POST /oauth/token') return this.#identity.token(request, transaction, now);
    if (route === 'POST /oauth/user-token') return this.#identity.userTokenAnswer(request, transaction, now);
    if (path.startsWith('/auth/')) return this.#signIn.route({ request, transaction, now });
    if (path.startsWith('/v1/')) return this.#platformApi(request, transaction, now);
    if (path.startsWith('/_ges/')) return this.#switchboard(request, transaction, now);
    throw new Problem(404, 'route-not-found', 'There is nothing here.');
  }

  #platformApi(request: GesRequest, transaction: Transaction, now: number): GesAnswer {
    const principal = this.#identity.authenticate(request, transaction, now);
    const [, accountId = '', plural = '', id] = RECORDS.exec(request.path.slice('/v1'.length)) ?? [];
    if (!accountId) throw new Problem(404, 'route-not-found', 'There is /v1/accounts/{account}/{customers|invoices|payments}[/{id}].');
    if (principal.kind === 'user' && principal.accountId !== accountId) {
      throw new Problem(403, 'other-account', 'This token belongs to another account.');
    }
    const origin = principal.kind === 'client' ? 'xero-sync' : 'user';
    return handleRecordCall({ request, transaction, accountId, plural, id, origin, now });
  }

  /** `/_ges/`: what a user of the platform does, without signing in, and what a test needs. */
  #switchboard(request: GesRequest, transaction: Transaction, now: number): GesAnswer {
    const path = request.path.slice('/_ges'.length);
    const [, accountId = '', plural = '', id] = RECORDS.exec(path) ?? [];
    if (accountId) return handleRecordCall({ request, transaction, accountId, plural, id, origin: 'user', now });
    switch (`${request.method} ${path}`) {
      case 'GET /accounts':
        return json(200, { items: this.#state.accounts().map((account) => this.#overview(account)) });
      case 'POST /accounts':
        return this.#openAccount(request, transaction);
      case 'POST /totals':
        return json(200, previewTotals(transaction, parseJsonObject(request.body)));
      case 'GET /users':
        return json(200, { items: allUsers(transaction).map(({ passwordHash: _secret, ...user }) => user) });
      case 'GET /mails':
        return json(200, { items: allMails(transaction) });
      case 'GET /counters':
        return json(200, this.#counters.report());
      case 'POST /counters/reset':
        this.#counters.reset();
        return empty(204);
      case 'POST /expire-tokens':
        transaction.putNumbering({ ...transaction.numbering(), tokenEpoch: transaction.numbering().tokenEpoch + 1 });
        return empty(204);
      case 'POST /reset':
        transaction.clear();
        this.#seed(transaction);
        this.#counters.reset();
        return empty(204);
      default:
        throw new Problem(404, 'route-not-found', 'The switchboard has no such switch.');
    }
  }

  #openAccount(request: GesRequest, transaction: Transaction): GesAnswer {
    const account = check(newAccount, parseJsonObject(request.body));
    if (transaction.account(account.id)) throw new Problem(409, 'account-exists', 'There is an account with this id already.');
    transaction.putAccount(account);
    return json(201, account);
  }

  #overview(account: Account): Account & Record<string, unknown> {
    const count = (type: 'customer' | 'invoice' | 'payment'): number => this.#state.records(account.id, type).length;
    return { ...account, customers: count('customer'), invoices: count('invoice'), payments: count('payment') };
  }
}
