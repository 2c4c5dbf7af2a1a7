import { createHash } from 'node:crypto';
import type { Exchange } from '../core/exchange.ts';
import type { App } from './records.ts';

/** Percent-decoded, as RFC 6749 wants id and secret in a Basic header; as it is when it is not encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The app that calls the token endpoint, by its Basic header or by `client_id` and `client_secret` in the form; or the OAuth error that
 * their absence or wrongness gives.
 */
export function clientOf({ state, request }: Exchange, form: URLSearchParams): App | 'invalid_request' | 'invalid_client' {
  const match = /^basic\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1] !== undefined) {
    const [id, ...secret] = Buffer.from(match[1], 'base64').toString('utf8').split(':');
    const app = state.apps.get(decoded(id ?? ''));
    const sent = secret.join(':');
    return app !== undefined && [sent, decoded(sent)].includes(app.clientSecret) ? app : 'invalid_client';
  }
  const id = form.get('client_id');
  if (id === null) return 'invalid_request';
  const app = state.apps.get(id);
  return app !== undefined && form.get('client_secret') === app.clientSecret ? app : 'invalid_client';
}

/** Whether there is no code challenge of PKCE, or one that can be answered: S256, as web apps may send it beside their secret. */
export function isChallengeUsable(params: URLSearchParams): boolean {
  const challenge = params.get('code_challenge');
  return challenge === null || (params.get('code_challenge_method') === 'S256' && /^[\w-]{43}$/.test(challenge));
}

/** Whether the verifier answers the challenge; without a challenge there is nothing to answer. */
export function verifies(verifier: string | null, challenge: string | undefined): boolean {
  if (challenge === undefined) return true;
  return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge;
}
