import type { Exchange } from '../core/exchange.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { jwksOf } from './jwt.ts';

/** GET /.well-known/openid-configuration */
export function discovery({ state }: Exchange): SandboxAnswer {
  const base = state.settings.publicUrl;
  return jsonAnswer(200, {
    issuer: base,
    jwks_uri: `${base}/.well-known/openid-configuration/jwks`,
    authorization_endpoint: `${base}/identity/connect/authorize`,
    token_endpoint: `${base}/connect/token`,
    revocation_endpoint: `${base}/connect/revocation`,
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  });
}

/** GET /.well-known/openid-configuration/jwks */
export function jwks({ state }: Exchange): SandboxAnswer {
  return jsonAnswer(200, state.signingKey === undefined ? { keys: [] } : jwksOf(state.signingKey));
}
