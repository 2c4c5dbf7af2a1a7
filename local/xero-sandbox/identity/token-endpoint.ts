import { formOf, type Exchange } from '../core/exchange.ts';
import { answer, jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import type { App, RefreshToken } from './records.ts';
import { clientOf, verifies } from './clients.ts';
import { grantConnection } from './connections.ts';
import { APP_CONNECTIONS, isOrganisationScope, refusedScope } from './scopes.ts';
import { REFRESH_TOKEN_MS, REPLAY_MS, issueRefreshToken, tokenAnswer } from './tokens.ts';

const NOT_CACHED = { 'cache-control': 'no-store, no-cache, max-age=0', pragma: 'no-cache' };
const refused = (error: string): SandboxAnswer => jsonAnswer(400, { error }, NOT_CACHED);

/** POST /connect/token: authorization_code, refresh_token and client_credentials. */
export function token(exchange: Exchange): SandboxAnswer {
  const form = formOf(exchange.request);
  if (form === undefined) return refused('invalid_request');
  const app = clientOf(exchange, form);
  if (typeof app === 'string') return refused(app);
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return exchangeCode(exchange, app, form);
    case 'refresh_token':
      return refresh(exchange, app, form);
    case 'client_credentials':
      return appToken(exchange, app, form);
    case 'password':
      return refused('unauthorized_client');
    case null:
      return refused('invalid_request');
    default:
      return refused('unsupported_grant_type');
  }
}

/** The scopes of a custom connection whose token request names none. */
const CUSTOM_SCOPES = 'accounting.contacts accounting.invoices accounting.payments accounting.settings';

/**
 * A token without a consent: of the app itself, for `app.connections` alone; or of a custom connection, which is bound to one organisation and
 * needs no tenant header.
 */
function appToken(exchange: Exchange, app: App, form: URLSearchParams): SandboxAnswer {
  const { state, now } = exchange;
  if (!app.clientCredentials && app.customConnection === undefined) return refused('unauthorized_client');
  const scopes = (form.get('scope') ?? (app.customConnection === undefined ? APP_CONNECTIONS : CUSTOM_SCOPES)).split(' ');
  const authEventId = state.newGuid();
  const isOwn = scopes.every((scope) => scope === APP_CONNECTIONS);
  if (isOwn && app.clientCredentials) {
    const grant = { clientId: app.clientId, userId: '', scopes, authEventId, authTime: now };
    return jsonAnswer(200, tokenAnswer(state, grant, undefined, undefined, now), NOT_CACHED);
  }
  const tenantId = app.customConnection;
  const user = tenantId === undefined ? undefined : state.usersInOrder().find(({ tenantIds }) => tenantIds.includes(tenantId));
  const isAllowed = scopes.every(isOrganisationScope) && refusedScope(scopes, app, now) === undefined;
  if (tenantId === undefined || user === undefined || !isAllowed) return refused('invalid_scope');
  grantConnection(exchange, app.clientId, user.userId, tenantId, authEventId);
  const grant = { clientId: app.clientId, userId: user.userId, scopes, authEventId, authTime: now };
  return jsonAnswer(200, tokenAnswer(state, grant, undefined, undefined, now), NOT_CACHED);
}

function exchangeCode({ state, now }: Exchange, app: App, form: URLSearchParams): SandboxAnswer {
  const code = state.codes.get(form.get('code') ?? '');
  const usable =
    code !== undefined &&
    !code.used &&
    code.clientId === app.clientId &&
    now <= code.expires &&
    code.redirectUri === form.get('redirect_uri') &&
    verifies(form.get('code_verifier'), code.challenge);
  if (!usable) return refused('invalid_grant');
  state.codes.put({ ...code, used: true });
  const refreshToken = code.scopes.includes('offline_access') ? issueRefreshToken(state, code, now).token : undefined;
  return jsonAnswer(200, tokenAnswer(state, code, refreshToken, code.nonce, now), NOT_CACHED);
}

/**
 * Rotation: each refresh gives a new token. The replaced one may be retried for 30 minutes while its successor is unused, and then gives
 * that same successor again (a recovery window for a lost answer).
 */
function refresh({ state, now }: Exchange, app: App, form: URLSearchParams): SandboxAnswer {
  const held = state.refreshTokens.get(form.get('refresh_token') ?? '');
  if (held === undefined || held.clientId !== app.clientId || held.issued + REFRESH_TOKEN_MS < now) return refused('invalid_grant');
  const successor = held.replacedBy === undefined ? undefined : state.refreshTokens.get(held.replacedBy);
  if (held.replacedBy !== undefined && !mayReplay(held, successor, now)) return refused('invalid_grant');
  const next = successor ?? issueRefreshToken(state, held, now);
  if (successor === undefined) state.refreshTokens.put({ ...held, replacedBy: next.token, replacedAt: now });
  return jsonAnswer(200, tokenAnswer(state, held, next.token, undefined, now), NOT_CACHED);
}

function mayReplay(held: RefreshToken, successor: RefreshToken | undefined, now: number): boolean {
  return successor !== undefined && successor.replacedBy === undefined && now <= (held.replacedAt ?? 0) + REPLAY_MS;
}

/** POST /connect/revocation: removes all of this user's connections to the app. */
export function revocation(exchange: Exchange): SandboxAnswer {
  const { state } = exchange;
  const form = formOf(exchange.request);
  if (form === undefined || !form.has('token')) return refused('invalid_request');
  const app = clientOf(exchange, form);
  if (typeof app === 'string') return refused(app);
  const held = state.refreshTokens.get(form.get('token') ?? '');
  if (held !== undefined && held.clientId === app.clientId) {
    const grant = keyOf(held.clientId, held.userId);
    for (const connection of state.connections.by('grant', grant)) state.connections.delete(connection.id);
    for (const refreshToken of state.refreshTokens.by('grant', grant)) state.refreshTokens.delete(refreshToken.token);
    for (const accessToken of state.accessTokens.by('grant', grant)) state.accessTokens.delete(accessToken.token);
  }
  return answer(200, {}, '');
}
