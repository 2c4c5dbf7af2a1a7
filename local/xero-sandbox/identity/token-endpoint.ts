import { formOf, type Exchange } from '../core/exchange.ts';
import { answer, jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import type { App, RefreshToken } from './records.ts';
import { APP_CONNECTIONS } from './scopes.ts';
import { REFRESH_TOKEN_MS, REPLAY_MS, issueRefreshToken, tokenAnswer } from './tokens.ts';

const NOT_CACHED = { 'cache-control': 'no-store, no-cache, max-age=0', pragma: 'no-cache' };
const refused = (error: string): SandboxAnswer => jsonAnswer(400, { error }, NOT_CACHED);

/** Percent-decoded, as RFC 6749 wants id and secret in a Basic header; as it is when it is not encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The app named by the Basic header, or the OAuth error that its absence or its wrongness gives. */
function clientOf({ state, request }: Exchange): App | 'invalid_request' | 'invalid_client' {
  const match = /^basic\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1] === undefined) return 'invalid_request';
  const [id, ...secret] = Buffer.from(match[1], 'base64').toString('utf8').split(':');
  const app = state.apps.get(decoded(id ?? ''));
  const sent = secret.join(':');
  return app !== undefined && [sent, decoded(sent)].includes(app.clientSecret) ? app : 'invalid_client';
}

/** POST /connect/token: authorization_code and refresh_token. */
export function token(exchange: Exchange): SandboxAnswer {
  const form = formOf(exchange.request);
  if (form === undefined) return refused('invalid_request');
  const app = clientOf(exchange);
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

/** A token of the app itself, without user or organisation, for `app.connections` alone. */
function appToken({ state, now }: Exchange, app: App, form: URLSearchParams): SandboxAnswer {
  if (!app.clientCredentials) return refused('unauthorized_client');
  const scopes = (form.get('scope') ?? APP_CONNECTIONS).split(' ');
  if (scopes.some((scope) => scope !== APP_CONNECTIONS)) return refused('invalid_scope');
  const grant = { clientId: app.clientId, userId: '', scopes, authEventId: state.newGuid(), authTime: now };
  return jsonAnswer(200, tokenAnswer(state, grant, undefined, undefined, now), NOT_CACHED);
}

function exchangeCode({ state, now }: Exchange, app: App, form: URLSearchParams): SandboxAnswer {
  const code = state.codes.get(form.get('code') ?? '');
  const usable =
    code !== undefined &&
    !code.used &&
    code.clientId === app.clientId &&
    now <= code.expires &&
    code.redirectUri === form.get('redirect_uri');
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
  const app = clientOf(exchange);
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
