import * as z from 'zod';
import { GrantRefused } from '../connection/errors.ts';
import type { Consent, TokenSet, XeroIdentity } from '../connection/ports.ts';
import { ReconnectFailure } from '../sync/errors.ts';
import type { Clock } from '../sync/ports.ts';
import { askIdentity, unexpectedAnswer, type IdentityTransport } from './oauth-transport.ts';

/** What syncing needs. Each scope is justified by a record that we read or write. */
const SYNC_SCOPES = ['accounting.contacts', 'accounting.invoices', 'accounting.payments', 'accounting.settings.read'] as const;
/** Includes its `.read`. Asked for only when an account for payments must be made (D2). */
const MAKE_ACCOUNTS = 'accounting.settings';

/** The scopes of a consent, as they are asked for. */
export function consentScopes(makesAccount: boolean): string {
  const wanted = SYNC_SCOPES.map((scope) => (makesAccount && scope === 'accounting.settings.read' ? MAKE_ACCOUNTS : scope));
  return ['offline_access', 'openid', 'profile', 'email', ...wanted].join(' ');
}

/** What the token endpoint takes. */
export interface TokenAccess extends IdentityTransport {
  readonly app: () => Promise<{ readonly clientId: string; readonly clientSecret: string }>;
  /** Default of production: https://identity.xero.com */
  readonly identityBaseUrl: string;
  readonly clock: Pick<Clock, 'now'>;
}
export interface IdentityAccess extends TokenAccess {
  /** https://api.xero.com, for /connections. */
  readonly apiBaseUrl: string;
}
export interface ConsentAccess extends IdentityAccess {
  /** https://login.xero.com */
  readonly loginBaseUrl: string;
  /** Must be registered with the Xero app, character by character. */
  readonly redirectUri: string;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  /** RFC 6749: may be left out where all was granted that was asked for. */
  scope: z.string().optional(),
});
const tokenError = z.object({ error: z.string() });
const accessClaims = z.object({ xero_userid: z.string().min(1), authentication_event_id: z.string().min(1) });
const connections = z.array(z.object({ id: z.string(), tenantId: z.string(), tenantType: z.string(), tenantName: z.string().nullish() }));

/** Claims of a token that came from Xero's own token endpoint over TLS: no signature to check. */
function claimsOf(accessToken: string): z.infer<typeof accessClaims> {
  try {
    return accessClaims.parse(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch (cause) {
    throw unexpectedAnswer('token endpoint', cause);
  }
}

/**
 * One call of the token endpoint with the app's id and secret, its answer checked by `schema`. Throws GrantRefused, RetryFailure,
 * WaitFailure.
 */
export async function askToken<T>(access: TokenAccess, form: Readonly<Record<string, string>>, schema: z.ZodType<T>): Promise<T> {
  const { clientId, clientSecret } = await access.app();
  const answer = await askIdentity(access, 'token endpoint', `${access.identityBaseUrl}/connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`, accept: 'application/json' },
    body: new URLSearchParams(form),
  });
  if (answer.status !== 200) {
    const error = tokenError.safeParse(answer.body).data?.error;
    if (error === 'invalid_grant') throw new GrantRefused('Xero answered invalid_grant');
    throw unexpectedAnswer(`token endpoint: ${String(answer.status)} ${error ?? ''}`);
  }
  const checked = schema.safeParse(answer.body);
  if (!checked.success) throw unexpectedAnswer('token endpoint', checked.error);
  return checked.data;
}

interface GrantedTokens {
  readonly tokens: TokenSet;
  readonly scopes: readonly string[] | undefined;
}

async function askTokenSet(access: IdentityAccess, form: Readonly<Record<string, string>>): Promise<GrantedTokens> {
  const sentAt = access.clock.now();
  const {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: lifeSeconds,
    scope,
  } = await askToken(access, form, tokenAnswer);
  return { tokens: { accessToken, refreshToken, accessExpiresAt: sentAt + lifeSeconds * 1_000 }, scopes: scope?.split(' ') };
}

/** Address of Xero's login and consent page. Xero's own examples write spaces as %20; "+" is a matter of the reader's taste. */
export function authorizeAddress(loginBaseUrl: string, query: Readonly<Record<string, string>>): string {
  return `${loginBaseUrl}/identity/connect/authorize?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`;
}

function bearer(accessToken: string): Record<string, string> {
  return { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
}

/**
 * What needs no person: refreshing tokens, listing and ending connections. Time-out 10 s: a shorter one has left clients
 * with dead tokens. Throws GrantRefused, ReconnectFailure, RetryFailure, WaitFailure.
 */
export function createIdentityClient(access: IdentityAccess): Pick<XeroIdentity, 'refresh' | 'listConnections' | 'deleteConnection'> {
  return {
    refresh: async (refreshToken) => (await askTokenSet(access, { grant_type: 'refresh_token', refresh_token: refreshToken })).tokens,

    async listConnections(accessToken, authEventId) {
      const query = authEventId === undefined ? '' : `?${new URLSearchParams({ authEventId }).toString()}`;
      const url = `${access.apiBaseUrl}/connections${query}`;
      const answer = await askIdentity(access, 'GET connections', url, { headers: bearer(accessToken) });
      if (answer.status === 401 || answer.status === 403) throw new ReconnectFailure('Xero refused the access token');
      const listed = connections.safeParse(answer.body);
      if (answer.status !== 200 || !listed.success) throw unexpectedAnswer(`GET connections: ${String(answer.status)}`);
      return listed.data
        .filter((connection) => connection.tenantType === 'ORGANISATION')
        .map(({ id, tenantId, tenantName }) => ({ xeroConnectionId: id, tenantId, name: tenantName ?? '' }));
    },

    async deleteConnection(accessToken, xeroConnectionId) {
      const url = `${access.apiBaseUrl}/connections/${encodeURIComponent(xeroConnectionId)}`;
      const answer = await askIdentity(access, 'DELETE connection', url, { method: 'DELETE', headers: bearer(accessToken) });
      if (answer.status === 401 || answer.status === 403) throw new ReconnectFailure('Xero refused the access token');
      if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) {
        throw unexpectedAnswer(`DELETE connection: ${String(answer.status)}`);
      }
    },
  };
}

/** Xero's identity service with the person's consent: authorisation-code flow with client secret and state. */
export function createXeroIdentity(access: ConsentAccess): XeroIdentity {
  return {
    ...createIdentityClient(access),

    async authorizeUrl(state, makesAccount) {
      return authorizeAddress(access.loginBaseUrl, {
        response_type: 'code',
        client_id: (await access.app()).clientId,
        redirect_uri: access.redirectUri,
        scope: consentScopes(makesAccount),
        state,
      });
    },

    async exchangeCode(code): Promise<Consent> {
      const form = { grant_type: 'authorization_code', code, redirect_uri: access.redirectUri };
      const { tokens, scopes } = await askTokenSet(access, form);
      const { xero_userid: xeroUserId, authentication_event_id: authEventId } = claimsOf(tokens.accessToken);
      const holds = (scope: string): boolean => scopes?.includes(scope) ?? SYNC_SCOPES.some((asked) => asked === scope);
      const lacksScope = !SYNC_SCOPES.every((scope) => holds(scope) || holds(scope.replace(/\.read$/, '')));
      return { tokens, xeroUserId, authEventId, lacksScope, mayMakeAccounts: holds(MAKE_ACCOUNTS) };
    },
  };
}
