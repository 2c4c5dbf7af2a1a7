import type { ConnectionDeps } from './deps.ts';

/** A ticket is opened at once by the page that asked for it. */
const TICKET_LIFE_MS = 5 * 60_000;
/** Time for logging into Xero and consenting. */
export const LOGIN_LIFE_MS = 15 * 60_000;

type LoginDeps = Pick<ConnectionDeps, 'singleUse' | 'secrecy' | 'identity' | 'clock'>;

/** Who wants to connect, and what for. */
export interface ConnectWish {
  readonly accountId: string;
  /** Name of the GES business, as its JWT says; shown before anybody goes to Xero. */
  readonly businessName?: string | undefined;
  /** Ask Xero to let us make an account for payments (D2); asked for only when one must be made. */
  readonly makesAccount: boolean;
}

/** What the browser gets from `GET /v1/xero/start`. */
export interface StartedLogin extends ConnectWish {
  /** Xero's consent page. */
  readonly authorizeUrl: string;
  /** Value of the first-party cookie that the callback must bring back. */
  readonly cookie: string;
}

/** A single-use ticket that lets a browser start the consent for the account without its JWT. */
export async function issueTicket(deps: LoginDeps, { accountId, businessName, makesAccount }: ConnectWish): Promise<string> {
  const ticket = deps.secrecy.token();
  const value = { kind: 'ticket', accountId, makesAccount, ...(businessName === undefined ? {} : { businessName }) } as const;
  await deps.singleUse.putSingleUse(deps.secrecy.hash(ticket), value, deps.clock.now() + TICKET_LIFE_MS);
  return ticket;
}

/** Opens a ticket: a new login state, bound to the account and to the browser's cookie. Undefined: unknown, used or too old. */
export async function startLogin(deps: LoginDeps, ticket: string): Promise<StartedLogin | undefined> {
  const { secrecy, singleUse, clock } = deps;
  const opened = await singleUse.takeSingleUse(secrecy.hash(ticket), clock.now());
  if (opened?.kind !== 'ticket') return undefined;
  const { accountId, businessName, makesAccount = false } = opened;
  const state = secrecy.token();
  const cookie = secrecy.token();
  const login = { kind: 'login', accountId, cookieHash: secrecy.hash(cookie) } as const;
  await singleUse.putSingleUse(secrecy.hash(state), login, clock.now() + LOGIN_LIFE_MS);
  const authorizeUrl = await deps.identity.authorizeUrl(state, makesAccount);
  return { accountId, businessName, makesAccount, authorizeUrl, cookie };
}

/** The account that a callback belongs to. Undefined: state unknown, used or too old, or another browser's. */
export async function accountOfLogin(deps: LoginDeps, state: string, cookie: string | undefined): Promise<string | undefined> {
  const login = await deps.singleUse.takeSingleUse(deps.secrecy.hash(state), deps.clock.now());
  if (login?.kind !== 'login' || cookie === undefined) return undefined;
  return login.cookieHash === deps.secrecy.hash(cookie) ? login.accountId : undefined;
}
