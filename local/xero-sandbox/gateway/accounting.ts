import { XeroProblem, notFoundAnswer } from '../api/problems.ts';
import type { Exchange } from '../core/exchange.ts';
import { answer, type SandboxAnswer } from '../core/messages.ts';
import { keyOf } from '../core/state.ts';
import { authenticate, unauthorized } from '../identity/bearer.ts';
import type { AccessToken, App, Connection } from '../identity/records.ts';
import { allows } from '../identity/scopes.ts';
import { distorted, refusalOf } from './faults.ts';
import { once } from './idempotency.ts';
import { GRACE_MS, admit, occupy, remaining, type CallsInProgress } from './limits.ts';
import type { Fault } from './records.ts';
import { isDescribed } from './described-operations.ts';
import { findRoute } from './router.ts';

export const BASE_PATH = '/api.xro/2.0/';
/** Hard limit on the size of a request. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Xero's servers find nothing at an address whose query is longer: 52 ids in a list are taken, 53 are not. */
export const MAX_QUERY = 2_048;

/** The connection that lets this token reach the organisation named by the header, while its user may still open it. A custom connection needs no header. */
function connectionOf({ state, request }: Exchange, token: AccessToken): Connection | undefined {
  const named = (request.headers['xero-tenant-id'] ?? '').toLowerCase();
  const tenantId = named === '' ? (state.apps.get(token.clientId)?.customConnection ?? '') : named;
  const mayOpen = state.users.get(token.userId)?.tenantIds.includes(tenantId) ?? false;
  return mayOpen ? state.connections.first('holder', keyOf(token.clientId, token.userId, tenantId)) : undefined;
}

/** Real Xero would answer XML here, which no client of this sandbox can want: fail loudly. */
function xmlTrap(): SandboxAnswer {
  const text = 'Without "Accept: application/json" Xero answers in XML. The sandbox speaks JSON only: send that header.';
  return answer(406, { 'content-type': 'text/xml; charset=utf-8' }, `<ApiException><Message>${text}</Message></ApiException>`);
}

/** An injected refusal with the headers that every answer carries, and the Retry-After that a day breach promises. */
export function withLimits(exchange: Exchange, refusal: SandboxAnswer): SandboxAnswer {
  const token = authenticate(exchange);
  const connection = 'status' in token ? undefined : connectionOf(exchange, token);
  const app = exchange.state.apps.get(connection?.clientId ?? '');
  if (connection === undefined || app === undefined || refusal.lost) return refusal;
  const { headers, untilNextDay } = remaining(exchange, app, connection.tenantId);
  const isDay = refusal.headers['x-rate-limit-problem'] === 'day';
  return { ...refusal, headers: { ...headers, ...(isDay && { 'retry-after': String(untilNextDay) }), ...refusal.headers } };
}

/** Characters of the query as they were sent, percent-encoding included. */
function queryLength({ request }: Exchange): number {
  const start = request.url.indexOf('?');
  return start < 0 ? 0 : request.url.length - start - 1;
}

/** Answers one call under /api.xro/2.0/: token, organisation, limits, scope, idempotency, then the resource. */
export function accountingApi(exchange: Exchange, inProgress: CallsInProgress, fault: Fault | undefined): SandboxAnswer {
  if (queryLength(exchange) > MAX_QUERY) return notFoundAnswer();
  const token = authenticate(exchange);
  if ('status' in token) return token;
  const connection = connectionOf(exchange, token);
  const app = exchange.state.apps.get(token.clientId);
  const organisation = connection === undefined ? undefined : exchange.state.organisations.get(connection.tenantId);
  const user = exchange.state.users.get(token.userId);
  if (connection === undefined || app === undefined || organisation === undefined || user === undefined) {
    return unauthorized(exchange, 403, 'Forbidden', 'AuthenticationUnsuccessful');
  }
  const { tenantId } = organisation;
  const lifted = app.tier === 'plus' && exchange.now < connection.created + GRACE_MS;
  const verdict = admit(exchange, app, tenantId, inProgress, lifted);
  if (verdict.problem !== undefined) {
    const retry = verdict.retryAfter === undefined ? {} : { 'retry-after': String(verdict.retryAfter) };
    const headers = { 'content-type': 'text/plain', ...verdict.headers, 'x-rate-limit-problem': verdict.problem, ...retry };
    return answer(429, headers, 'Rate limit exceeded');
  }
  const worked = admitted(exchange, app, token, fault, (found) =>
    found.route.handle({ ...exchange, app, user, organisation, params: found.params }),
  );
  const result = fault?.kind === '500' ? worked : distorted(worked, fault, exchange);
  const delayMs = result.delayMs + exchange.state.settings.latencyMs;
  occupy(inProgress, app, tenantId, exchange.now + delayMs);
  return { ...result, headers: { ...verdict.headers, ...result.headers }, delayMs };
}

type FoundRoute = Exclude<ReturnType<typeof findRoute>, string | undefined>;

/** 501 for what Xero describes and the sandbox has not, and for a method that the path does not take; 404 for what nobody knows. */
function notServed(method: string, path: string, pathExists: boolean): SandboxAnswer {
  if (isDescribed(method, path)) return XeroProblem.notInSandbox(`${method} ${path}`).answer;
  return pathExists ? XeroProblem.notImplemented().answer : notFoundAnswer();
}

function admitted(
  exchange: Exchange,
  app: App,
  token: AccessToken,
  fault: Fault | undefined,
  handle: (found: FoundRoute) => SandboxAnswer,
): SandboxAnswer {
  const { request, url, state } = exchange;
  const path = url.pathname.slice(BASE_PATH.length);
  const found = findRoute(request.method, path);
  if (typeof found !== 'object') return notServed(request.method, path, found === 'method');
  if (!allows(token.scopes, found.route.area, request.method, exchange.now)) {
    return unauthorized(exchange, 401, 'Unauthorized', 'AuthorizationUnsuccessful', {
      'www-authenticate': 'Bearer error="insufficient_scope"',
    });
  }
  if (!(request.headers.accept ?? '').toLowerCase().includes('application/json')) return xmlTrap();
  if (Buffer.byteLength(request.body) > MAX_BODY_BYTES) {
    return answer(413, { 'content-type': 'text/html' }, 'Request Entity Too Large');
  }
  const savepoint = state.journal.savepoint();
  const work = (): SandboxAnswer => {
    try {
      if (fault?.kind !== '500') return handle(found);
      return refusalOf(fault, exchange) ?? distorted(handle(found), fault, exchange);
    } catch (error) {
      if (!(error instanceof XeroProblem)) throw error;
      state.journal.rollback(savepoint);
      return error.answer;
    }
  };
  try {
    return once(exchange, app.clientId, work);
  } catch (error) {
    if (!(error instanceof XeroProblem)) throw error;
    return error.answer;
  }
}
