import type { Exchange } from '../core/exchange.ts';
import { guidFrom } from '../core/guids.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import type { AccessToken } from './records.ts';

/** An access failure in the gateway's own shape. */
export function unauthorized(
  { now, request }: Exchange,
  status: number,
  title: string,
  detail: string,
  headers: Record<string, string> = {},
): SandboxAnswer {
  const instance = guidFrom(`${String(now)} ${request.url} ${detail}`);
  return jsonAnswer(status, { Type: null, Title: title, Status: status, Detail: detail, Instance: instance, Extensions: {} }, headers);
}

/** `08/12/2022 07:00:40`, as in the recorded TokenExpired answer (month first). */
function americanTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}

/** The access token of the call, or the 401 that its absence or its age gives. */
export function authenticate(exchange: Exchange): AccessToken | SandboxAnswer {
  const { state, request, now } = exchange;
  const match = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  const token = match?.[1] === undefined ? undefined : state.accessTokens.get(match[1]);
  if (token === undefined) return unauthorized(exchange, 401, 'Unauthorized', 'AuthenticationUnsuccessful');
  if (now >= token.expires) {
    return unauthorized(exchange, 401, 'Unauthorized', `TokenExpired: token expired at ${americanTime(token.expires)}`);
  }
  return token;
}
