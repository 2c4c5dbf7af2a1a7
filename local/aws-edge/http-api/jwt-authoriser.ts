import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { JwtAuthorizerDefinition } from './api-from-template.ts';

/** API Gateway accepts RSA signatures only. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** A token signed with an unknown key makes the keys be read again, at most this often. */
const JWKS_COOLDOWN_MS = 2_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** `claims` as API Gateway hands them on: every value a text. */
export type Authorisation =
  | { readonly ok: true; readonly claims: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly status: 401 | 403; readonly reason: string };

/** Checks the tokens of one JWT authoriser, with the keys that the issuer's OpenID discovery document points at. */
export class JwtAuthoriser {
  readonly #definition: JwtAuthorizerDefinition;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(definition: JwtAuthorizerDefinition) {
    this.#definition = definition;
  }

  /** Judges an Authorization header, with or without `Bearer`. 403 is for a good token without any of the scopes. */
  async authorise(header: string | undefined, scopes: readonly string[]): Promise<Authorisation> {
    const token = header?.replace(/^Bearer\s+/i, '') ?? '';
    if (token === '') return { ok: false, status: 401, reason: 'no token' };
    try {
      const { payload } = await jwtVerify(token, await this.#keySet(), {
        issuer: this.#definition.issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
      });
      if (!this.#isForUs(payload)) return { ok: false, status: 401, reason: 'wrong audience' };
      const granted = scopesOf(payload);
      if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) return { ok: false, status: 403, reason: 'no scope' };
      return { ok: true, claims: Object.fromEntries(Object.entries(payload).map(([name, claim]) => [name, claimText(claim)])) };
    } catch (error) {
      return { ok: false, status: 401, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #isForUs({ aud, client_id }: JWTPayload): boolean {
    const audiences = aud === undefined ? [client_id] : [aud].flat();
    return audiences.some((audience) => typeof audience === 'string' && this.#definition.audience.includes(audience));
  }

  #keySet(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const url = `${this.#definition.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const { jwks_uri } = discovery.parse(await answer.json());
    return createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration: JWKS_COOLDOWN_MS });
  }
}

function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ');
  return Array.isArray(given) ? given.map(String) : [];
}

/** API Gateway writes a claim that is a list as `[a b]`. */
function claimText(claim: unknown): string {
  if (Array.isArray(claim)) return `[${claim.map(claimText).join(' ')}]`;
  return typeof claim === 'string' ? claim : JSON.stringify(claim);
}
