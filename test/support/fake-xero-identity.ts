import { GrantRefused } from '../../shared/connection/errors.ts';
import type { Consent, GrantedOrganisation, TokenSet, XeroIdentity } from '../../shared/connection/ports.ts';
import { ReconnectFailure, RetryFailure } from '../../shared/sync/errors.ts';
import type { Clock } from '../../shared/sync/ports.ts';

const ACCESS_LIFE_MS = 30 * 60_000;
const REPLAY_MS = 30 * 60_000;

interface Grant {
  refreshToken: string;
  previous?: { readonly token: string; readonly until: number };
}
interface Entry extends GrantedOrganisation {
  readonly xeroUserId: string;
  readonly authEventId: string;
}
/** `unavailable`: nothing happens at Xero. `lost-answer`: Xero rotates, nobody hears of it. */
export type IdentityFault = 'unavailable' | 'lost-answer';

/** What a consent that the fake gives does not allow. */
export type ConsentLack = 'scope';

export interface FakeXeroIdentity extends XeroIdentity {
  /** What the next exchanged consents lack. */
  readonly lacks: Set<ConsentLack>;
  /** Codes as they were exchanged. */
  readonly exchanged: string[];
  /** The person consents to these organisations; the code of Xero's redirect. */
  consent(xeroUserId: string, ...tenantIds: string[]): string;
  /** The person removes the app in Xero. */
  withdraw(xeroUserId: string): void;
  /** Faults of the next calls, in order. */
  readonly faults: IdentityFault[];
  /** Refresh tokens as they were tried. */
  readonly refreshes: string[];
  readonly deleted: string[];
  readonly entries: Entry[];
  /** The Xero user that an access token belongs to; undefined when it has run out. */
  userOf(accessToken: string): string | undefined;
}

/** Xero's identity service as it behaves: single-use codes, rotating refresh tokens with a 30 min replay of the last one. */
export function createFakeXeroIdentity(clock: Pick<Clock, 'now'>): FakeXeroIdentity {
  const codes = new Map<string, { readonly xeroUserId: string; readonly authEventId: string }>();
  const lacks = new Set<ConsentLack>();
  const exchanged: string[] = [];
  /** Xero only ever adds to what a user has allowed. */
  const mayMakeAccounts = new Set<string>();
  let asksToMakeAccounts = false;
  const grants = new Map<string, Grant>();
  const access = new Map<string, { readonly xeroUserId: string; readonly until: number }>();
  const faults: IdentityFault[] = [];
  const refreshes: string[] = [];
  const deleted: string[] = [];
  const entries: Entry[] = [];
  let made = 0;

  const issue = (xeroUserId: string, previous?: Grant['previous']): TokenSet => {
    made += 1;
    const tokens = { accessToken: `access-${made}`, refreshToken: `refresh-${made}`, accessExpiresAt: clock.now() + ACCESS_LIFE_MS };
    grants.set(xeroUserId, { refreshToken: tokens.refreshToken, ...(previous === undefined ? {} : { previous }) });
    access.set(tokens.accessToken, { xeroUserId, until: tokens.accessExpiresAt });
    return tokens;
  };
  const failIfTold = (fault: IdentityFault): void => {
    if (faults[0] !== fault) return;
    faults.shift();
    throw new RetryFailure('no answer', 'lost-answer');
  };
  const userOf = (accessToken: string): string | undefined => {
    const known = access.get(accessToken);
    return known !== undefined && known.until > clock.now() ? known.xeroUserId : undefined;
  };

  return {
    faults,
    lacks,
    exchanged,
    refreshes,
    deleted,
    entries,
    userOf,
    async authorizeUrl(state, makesAccount) {
      asksToMakeAccounts = makesAccount;
      return `https://login.xero.test/authorize?state=${state}${makesAccount ? '&scope=accounting.settings' : ''}`;
    },

    consent(xeroUserId, ...tenantIds) {
      made += 1;
      const authEventId = `event-${made}`;
      for (const tenantId of tenantIds) {
        const known = entries.findIndex((entry) => entry.tenantId === tenantId && entry.xeroUserId === xeroUserId);
        const entry = { xeroConnectionId: `entry-${made}-${tenantId}`, tenantId, name: `Org ${tenantId}`, xeroUserId, authEventId };
        if (known >= 0) entries.splice(known, 1, { ...entry, xeroConnectionId: entries[known]!.xeroConnectionId });
        else entries.push(entry);
      }
      if (asksToMakeAccounts) mayMakeAccounts.add(xeroUserId);
      codes.set(`code-${made}`, { xeroUserId, authEventId });
      return `code-${made}`;
    },

    withdraw(xeroUserId) {
      grants.delete(xeroUserId);
      entries.splice(0, entries.length, ...entries.filter((entry) => entry.xeroUserId !== xeroUserId));
    },

    async exchangeCode(code): Promise<Consent> {
      exchanged.push(code);
      failIfTold('unavailable');
      const granted = codes.get(code);
      if (granted === undefined) throw new GrantRefused('invalid_grant');
      codes.delete(code);
      const { xeroUserId } = granted;
      const allowed = { lacksScope: lacks.has('scope'), mayMakeAccounts: mayMakeAccounts.has(xeroUserId) };
      return { ...granted, ...allowed, tokens: issue(xeroUserId) };
    },

    async refresh(refreshToken) {
      refreshes.push(refreshToken);
      failIfTold('unavailable');
      for (const [xeroUserId, grant] of grants) {
        const isCurrent = grant.refreshToken === refreshToken;
        const isReplay = grant.previous?.token === refreshToken && grant.previous.until > clock.now();
        if (!isCurrent && !isReplay) continue;
        const tokens = issue(xeroUserId, isCurrent ? { token: refreshToken, until: clock.now() + REPLAY_MS } : grant.previous);
        failIfTold('lost-answer');
        return tokens;
      }
      throw new GrantRefused('invalid_grant');
    },

    async listConnections(accessToken, authEventId) {
      failIfTold('unavailable');
      const user = userOf(accessToken);
      if (user === undefined) throw new ReconnectFailure('token refused');
      return entries
        .filter((entry) => entry.xeroUserId === user && (authEventId === undefined || entry.authEventId === authEventId))
        .map(({ xeroConnectionId, tenantId, name }) => ({ xeroConnectionId, tenantId, name }));
    },

    async deleteConnection(accessToken, xeroConnectionId) {
      failIfTold('unavailable');
      if (userOf(accessToken) === undefined) throw new ReconnectFailure('token refused');
      deleted.push(xeroConnectionId);
      entries.splice(0, entries.length, ...entries.filter((entry) => entry.xeroConnectionId !== xeroConnectionId));
    },
  };
}
