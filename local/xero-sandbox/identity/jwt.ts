import { createHash, createPrivateKey, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

const keys = new Map<string, { key: KeyObject; kid: string }>();

/** Makes a new RS256 private key (PKCS#8 PEM). Random, so only shells call it. */
export function generateSigningKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function keyOfPem(pem: string): { key: KeyObject; kid: string } {
  let entry = keys.get(pem);
  if (entry === undefined) {
    entry = { key: createPrivateKey(pem), kid: createHash('sha1').update(pem).digest('hex').toUpperCase() };
    keys.set(pem, entry);
  }
  return entry;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs claims as a compact RS256 JWT. */
export function signJwt(pem: string, claims: object): string {
  const { key, kid } = keyOfPem(pem);
  const content = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(key).toString('base64url')}`;
}

/** The JSON Web Key Set that verifies what `signJwt` signs. */
export function jwksOf(pem: string): { keys: object[] } {
  const { key, kid } = keyOfPem(pem);
  return { keys: [{ ...createPublicKey(key).export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }] };
}

/** The `at_hash` of OpenID Connect for an access token signed with RS256. */
export function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}
