import * as z from 'zod';
import { GrantRefused } from '../connection/errors.ts';
import type { Consent, TokenSet, XeroIdentity } from '../connection/ports.ts';
import { ReconnectFailure } from '../sync/errors.ts';
import type { Clock } from '../sync/ports.ts';
import { askIdentity, unexpectedAnswer, type IdentityTransport } from './oauth-transport.ts';

/**
 * Our scopes (xero-facts §1): `accounting.settings` and not its `.read`, because we make an account for payments when the person asks
 * for it (D2).
 */
export const SCOPES = 'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings';

export interface IdentityAccess extends IdentityTransport {
  readonly app: () => Promise<{ readonly clientId: string; readonly clientSecret: string }>;
  /** Default of production: https://identity.xero.com */
  readonly identityBaseUrl: string;
  /** https://api.xero.com, for /connections. */
  readonly apiBaseUrl: string;
  readonly clock: Pick<Clock, 'now'>;
}
export interface ConsentAccess extends IdentityAccess {
  /** https://login.xero.com */
  readonly loginBaseUrl: string;
  /** Must be registered with the Xero app, character by character. */
  readonly redirectUri: string;
}

const tokenAnswer = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1), expires_in: z.number().positive() });
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

async function askToken(access: IdentityAccess, form: Readonly<Record<string, string>>): Promise<TokenSet> {
  const { clientId, clientSecret } = await access.app();
  const sentAt = access.clock.now();
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
  const tokens = tokenAnswer.safeParse(answer.body);
  if (!tokens.success) throw unexpectedAnswer('token endpoint', tokens.error);
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifeSeconds } = tokens.data;
  return { accessToken, refreshToken, accessExpiresAt: sentAt + lifeSeconds * 1_000 };
}

function bearer(accessToken: string): Record<string, string> {
  return { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
}

/**
 * What needs no person: refreshing tokens, listing and ending connections (xero-facts §1). Time-out 10 s: a shorter one has left clients
 * with dead tokens. Throws GrantRefused, ReconnectFailure, RetryFailure, WaitFailure.
 */
export function createIdentityClient(access: IdentityAccess): Pick<XeroIdentity, 'refresh' | 'listConnections' | 'deleteConnection'> {
  return {
    refresh: (refreshToken) => askToken(access, { grant_type: 'refresh_token', refresh_token: refreshToken }),

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

/** Xero's identity service with the person's consent: authorisation-code flow with client secret and state (xero-facts §1). */
export function createXeroIdentity(access: ConsentAccess): XeroIdentity {
  return {
    ...createIdentityClient(access),

    async authorizeUrl(state) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: (await access.app()).clientId,
        redirect_uri: access.redirectUri,
        scope: SCOPES,
        state,
      });
      // Xero's own examples write spaces as %20; "+" is a matter of the reader's taste.
      return `${access.loginBaseUrl}/identity/connect/authorize?${query.toString().replaceAll('+', '%20')}`;
    },

    async exchangeCode(code): Promise<Consent> {
      const tokens = await askToken(access, { grant_type: 'authorization_code', code, redirect_uri: access.redirectUri });
      const claims = claimsOf(tokens.accessToken);
      return { tokens, xeroUserId: claims.xero_userid, authEventId: claims.authentication_event_id };
    },
  };
}
