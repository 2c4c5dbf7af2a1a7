import { createHash } from 'node:crypto';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod';
import { IdentityRefused } from '../connection/errors.ts';
import type { XeroPerson, XeroSignIn } from '../connection/ports.ts';
import { askToken, authorizeAddress, type TokenAccess } from './oauth.ts';
import { IDENTITY_TIMEOUT_MS, unexpectedAnswer } from './oauth-transport.ts';

/** Who somebody is, and nothing of their books (H1). */
const SIGN_IN_SCOPES = 'openid profile email';
/** Clocks of two data centres. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Xero's firewall refuses whoever reads its keys again and again. */
const KEYS_LIFE_MS = 60 * 60_000;

export interface SignInAccess extends TokenAccess {
  /** https://login.xero.com */
  readonly loginBaseUrl: string;
  /** Must be registered with the Xero app, character by character. */
  readonly redirectUri: string;
}

const tokenAnswer = z.object({ id_token: z.string().min(1) });
const idClaims = z.object({
  xero_userid: z.string().min(1).max(100),
  email: z.string().min(3).max(320),
  given_name: z.string().max(200).default(''),
  family_name: z.string().max(200).default(''),
  nonce: z.string(),
});

/** Failures of verifying that say something of the token, not of the way to Xero's keys. */
function isRefusal(failure: unknown): boolean {
  return failure instanceof errors.JOSEError && /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT|JWKS_NO|JWKS_MULTIPLE)/.test(failure.code);
}

/**
 * Signing in with Xero: authorisation-code flow of OpenID Connect with client secret, PKCE (S256), state and nonce. One instance a process:
 * Xero's keys are kept for an hour, and read once more when a token names a key that is not among them.
 */
export function createXeroSignIn(access: SignInAccess): XeroSignIn {
  const fetchKeys = access.fetch ?? fetch;
  const keys = createRemoteJWKSet(new URL(`${access.identityBaseUrl}/.well-known/openid-configuration/jwks`), {
    timeoutDuration: IDENTITY_TIMEOUT_MS,
    cacheMaxAge: KEYS_LIFE_MS,
    [customFetch]: (url, init) => fetchKeys(url, init),
  });

  const verify = async (idToken: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(idToken, keys, {
        algorithms: ['RS256'],
        issuer: access.identityBaseUrl,
        audience: (await access.app()).clientId,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(access.clock.now()),
      });
      return payload;
    } catch (cause) {
      if (isRefusal(cause)) throw new IdentityRefused('The id_token does not hold', { cause });
      throw unexpectedAnswer('signing keys', cause);
    }
  };

  return {
    async signInUrl(state, { verifier, nonce }) {
      return authorizeAddress(access.loginBaseUrl, {
        response_type: 'code',
        client_id: (await access.app()).clientId,
        redirect_uri: access.redirectUri,
        scope: SIGN_IN_SCOPES,
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
    },

    async personOf(code, { verifier, nonce }): Promise<XeroPerson> {
      const form = { grant_type: 'authorization_code', code, redirect_uri: access.redirectUri, code_verifier: verifier };
      const { id_token: idToken } = await askToken(access, form, tokenAnswer);
      const claims = idClaims.safeParse(await verify(idToken));
      if (!claims.success) throw new IdentityRefused('The id_token lacks claims', { cause: claims.error });
      if (claims.data.nonce !== nonce) throw new IdentityRefused('The id_token answers another sign-in');
      const { xero_userid: xeroUserId, email, given_name: givenName, family_name: familyName } = claims.data;
      return { xeroUserId, email, givenName, familyName };
    },
  };
}
