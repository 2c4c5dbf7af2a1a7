import { createHmac, createPublicKey, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { json, parseJsonObject, Problem, type GesAnswer, type GesRequest } from './http.ts';
import type { Account } from './records.ts';
import type { Transaction } from './state.ts';

/** The audience that the Integration API's authoriser asks for. */
export const USER_TOKEN_AUDIENCE = 'ges-xero-sync';
const API_TOKEN_SECONDS = 30 * 60;
const USER_TOKEN_SECONDS = 60 * 60;

/** What the identity provider is made of: drawn once by the shell and kept in storage. */
export interface IdentityKeys {
  readonly issuer: string;
  readonly signingKey: KeyObject;
  readonly tokenSecret: string;
  readonly client: { readonly id: string; readonly secret: string };
}

/** Who calls: our integration (any account), or a signed-in user of one account. */
export type Principal = { readonly kind: 'client' } | { readonly kind: 'user'; readonly accountId: string };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they go into the Basic header. */
function basicCredentials(request: GesRequest): { id: string; secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (!encoded) return undefined;
  const pair = new URLSearchParams(Buffer.from(encoded, 'base64').toString('utf8').replace(':', '='));
  const [id = '', secret = ''] = [...pair][0] ?? [];
  return { id, secret };
}

export class Identity {
  readonly #keys: IdentityKeys;
  readonly #keyId: string;

  constructor(keys: IdentityKeys) {
    this.#keys = keys;
    const { n = '' } = createPublicKey(keys.signingKey).export({ format: 'jwk' });
    this.#keyId = createHmac('sha256', 'key id').update(n).digest('base64url').slice(0, 16);
  }

  /** OpenID Connect discovery, as an API Gateway JWT authoriser reads it. */
  discovery(): GesAnswer {
    const { issuer } = this.#keys;
    return json(200, {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/oauth/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  }

  jwks(): GesAnswer {
    const { kty, n, e } = createPublicKey(this.#keys.signingKey).export({ format: 'jwk' });
    return json(200, { keys: [{ kty, n, e, kid: this.#keyId, use: 'sig', alg: 'RS256' }] });
  }

  /** RFC 6749 §4.4, client credentials by Basic header or form. Errors in OAuth's own form. */
  token(request: GesRequest, transaction: Transaction, now: number): GesAnswer {
    const form = new URLSearchParams(request.body);
    const presented = basicCredentials(request) ?? { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
    const { client } = this.#keys;
    if (!sameText(presented.id, client.id) || !sameText(presented.secret, client.secret)) {
      return json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="ges-platform"', 'cache-control': 'no-store' });
    }
    if (form.get('grant_type') !== 'client_credentials') {
      const error = form.has('grant_type') ? 'unsupported_grant_type' : 'invalid_request';
      return json(400, { error }, { 'cache-control': 'no-store' });
    }
    const payload = encode({
      client: client.id,
      epoch: transaction.numbering().tokenEpoch,
      exp: Math.floor(now / 1000) + API_TOKEN_SECONDS,
    });
    const token = `${payload}.${this.#mac(payload)}`;
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: API_TOKEN_SECONDS }, { 'cache-control': 'no-store' });
  }

  /** A signed-in user's JWT for the demo and tests: body `{ accountId, userId? }`, answer `{ token, expiresIn }`. */
  userTokenAnswer(request: GesRequest, transaction: Transaction, now: number): GesAnswer {
    const { accountId, userId } = parseJsonObject(request.body);
    const account = typeof accountId === 'string' ? transaction.account(accountId) : undefined;
    if (account === undefined) {
      throw new Problem(404, 'account-not-found', 'accountId: there is no such GES account.');
    }
    const subject = typeof userId === 'string' ? userId : `user_${account.id}`;
    return json(200, { token: this.userToken(account, subject, now), expiresIn: USER_TOKEN_SECONDS }, { 'cache-control': 'no-store' });
  }

  /** The JWT names the account, and the business for people to read. */
  userToken(account: Pick<Account, 'id' | 'name'>, userId: string, now: number): string {
    const issuedAt = Math.floor(now / 1000);
    const header = encode({ alg: 'RS256', typ: 'JWT', kid: this.#keyId });
    const claims = {
      iss: this.#keys.issuer,
      aud: USER_TOKEN_AUDIENCE,
      sub: userId,
      ges_account_id: account.id,
      ges_account_name: account.name,
    };
    const payload = encode({ ...claims, iat: issuedAt, exp: issuedAt + USER_TOKEN_SECONDS });
    const signature = sign('RSA-SHA256', Buffer.from(`${header}.${payload}`), this.#keys.signingKey).toString('base64url');
    return `${header}.${payload}.${signature}`;
  }

  /** Reads the bearer token of a platform API call: ours, or a user's. @throws Problem 401 */
  authenticate(request: GesRequest, transaction: Transaction, now: number): Principal {
    const token = /^Bearer (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
    if (!token) throw new Problem(401, 'token-missing', 'Send a bearer token from POST /oauth/token.');
    try {
      const parts = token.split('.');
      const claims = decode(parts.at(-2) ?? '');
      if (typeof claims['exp'] === 'number' && claims['exp'] * 1000 > now) {
        if (parts.length === 2 && this.#isOurs(parts, claims, transaction)) return { kind: 'client' };
        if (parts.length === 3 && this.#isUsers(parts, claims)) return { kind: 'user', accountId: String(claims['ges_account_id']) };
      }
    } catch {
      // Not base64url JSON: as invalid as a wrong signature.
    }
    throw new Problem(401, 'token-invalid', 'The bearer token is expired or was not issued here.');
  }

  #isOurs([payload = '', mac = '']: string[], claims: Record<string, unknown>, transaction: Transaction): boolean {
    return sameText(mac, this.#mac(payload)) && claims['epoch'] === transaction.numbering().tokenEpoch;
  }

  #isUsers([header = '', payload = '', signature = '']: string[], claims: Record<string, unknown>): boolean {
    const data = Buffer.from(`${header}.${payload}`);
    const genuine = verify('RSA-SHA256', data, createPublicKey(this.#keys.signingKey), Buffer.from(signature, 'base64url'));
    return genuine && claims['iss'] === this.#keys.issuer && claims['aud'] === USER_TOKEN_AUDIENCE;
  }

  #mac(payload: string): string {
    return createHmac('sha256', this.#keys.tokenSecret).update(payload).digest('base64url');
  }
}
