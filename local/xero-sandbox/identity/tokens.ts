import type { SandboxState } from '../core/state.ts';
import { keyOf } from '../core/state.ts';
import { accessTokenHash, signJwt } from './jwt.ts';
import type { Grant, RefreshToken } from './records.ts';

/** Lifetimes of Xero, in milliseconds. */
export const ACCESS_TOKEN_MS = 30 * 60_000;
export const ID_TOKEN_MS = 5 * 60_000;
export const REFRESH_TOKEN_MS = 60 * 24 * 3_600_000;
export const REPLAY_MS = 30 * 60_000;
/** Expired access tokens are remembered this long, to answer TokenExpired with their own time. */
const EXPIRED_KEPT_MS = 24 * 3_600_000;

export interface TokenAnswer {
  id_token?: string;
  access_token: string;
  expires_in: number;
  token_type: 'Bearer';
  refresh_token?: string;
  scope: string;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function accessTokenOf(state: SandboxState, grant: Grant, now: number): string {
  const { publicUrl } = state.settings;
  const expires = now + ACCESS_TOKEN_MS;
  const token = signJwt(signingKeyOf(state), {
    nbf: seconds(now),
    exp: seconds(expires),
    iss: publicUrl,
    aud: `${publicUrl}/resources`,
    client_id: grant.clientId,
    sub: grant.userId.replaceAll('-', ''),
    auth_time: seconds(grant.authTime),
    xero_userid: grant.userId,
    global_session_id: grant.authEventId.replaceAll('-', ''),
    jti: state.newGuid().replaceAll('-', ''),
    authentication_event_id: grant.authEventId,
    scope: grant.scopes,
    amr: ['pwd'],
  });
  for (const old of state.accessTokens.by('grant', keyOf(grant.clientId, grant.userId))) {
    if (old.expires + EXPIRED_KEPT_MS < now) state.accessTokens.delete(old.token);
  }
  state.accessTokens.put({ ...grantOf(grant), token, expires: seconds(expires) * 1000 });
  return token;
}

function idTokenOf(state: SandboxState, grant: Grant, accessToken: string, nonce: string | undefined, now: number): string {
  const user = state.users.get(grant.userId);
  const session = grant.authEventId.replaceAll('-', '');
  return signJwt(signingKeyOf(state), {
    nbf: seconds(now),
    exp: seconds(now + ID_TOKEN_MS),
    iss: state.settings.publicUrl,
    aud: grant.clientId,
    iat: seconds(now),
    at_hash: accessTokenHash(accessToken),
    sid: session,
    sub: grant.userId.replaceAll('-', ''),
    auth_time: seconds(grant.authTime),
    xero_userid: grant.userId,
    global_session_id: session,
    preferred_username: user?.email,
    email: user?.email,
    given_name: user?.givenName,
    family_name: user?.familyName,
    name: user === undefined ? undefined : `${user.givenName} ${user.familyName}`,
    amr: ['pwd'],
    ...(nonce !== undefined && { nonce }),
  });
}

function signingKeyOf(state: SandboxState): string {
  const pem = state.signingKey;
  if (pem === undefined) throw new Error('The sandbox has no signing key: give one when it is made.');
  return pem;
}

function grantOf({ clientId, userId, scopes, authEventId, authTime }: Grant): Grant {
  return { clientId, userId, scopes, authEventId, authTime };
}

/** Makes a new refresh token of the grant. */
export function issueRefreshToken(state: SandboxState, grant: Grant, now: number): RefreshToken {
  return state.refreshTokens.put({
    ...grantOf(grant),
    token: state.newToken(),
    issued: now,
    replacedBy: undefined,
    replacedAt: undefined,
  });
}

/** The token endpoint's answer for a grant; `refreshToken` is given back only with `offline_access`, the id_token only with `openid`. */
export function tokenAnswer(
  state: SandboxState,
  grant: Grant,
  refreshToken: string | undefined,
  nonce: string | undefined,
  now: number,
): TokenAnswer {
  const accessToken = accessTokenOf(state, grant, now);
  return {
    ...(grant.scopes.includes('openid') && { id_token: idTokenOf(state, grant, accessToken, nonce, now) }),
    access_token: accessToken,
    expires_in: ACCESS_TOKEN_MS / 1000,
    token_type: 'Bearer',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: grant.scopes.join(' '),
  };
}
