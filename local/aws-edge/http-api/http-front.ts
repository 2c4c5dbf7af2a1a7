import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { LambdaRuntime } from '../lambda/lambda-runtime.ts';
import type { Outcome } from '../lambda/runtime-messages.ts';
import { BodyTooLarge, readBody } from '../read-body.ts';
import type { ApiRoute, HttpApiDefinition } from './api-from-template.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import type { Authorisation } from './jwt-authoriser.ts';
import { JwtAuthoriser } from './jwt-authoriser.ts';
import { answerOf, eventOf } from './payload.ts';
import { matchRoute } from './route-pattern.ts';

/** API Gateway's limit of a request's body. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** The routes of the template's HTTP API, as API Gateway serves them: authorise, invoke, answer. */
export function httpFront(definition: HttpApiDefinition, runtime: LambdaRuntime, report: (message: string) => void): RequestListener {
  const authorisers = new Map<string, JwtAuthoriser>();

  async function authorise({ authorizer, scopes }: ApiRoute, request: IncomingMessage): Promise<Authorisation | undefined> {
    if (authorizer === undefined) return undefined;
    const key = JSON.stringify(authorizer);
    const authoriser = authorisers.get(key) ?? new JwtAuthoriser(authorizer);
    authorisers.set(key, authoriser);
    return authoriser.authorise(request.headers.authorization, scopes);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('apigw-requestid', requestId);
    if (definition.cors !== undefined) {
      for (const [name, value] of Object.entries(corsHeaders(definition.cors, request))) response.setHeader(name, value);
      if (isPreflight(request)) {
        response.writeHead(204).end();
        return;
      }
    }
    const match = matchRoute(definition.routes, request.method ?? 'GET', (request.url ?? '/').split('?')[0] ?? '/');
    if (match === undefined) return message(response, 404, 'Not Found');
    const { route, pathParameters } = match;
    const authorisation = await authorise(route, request);
    if (authorisation?.ok === false) {
      report(`${route.pattern.routeKey}: token refused (${authorisation.reason})`);
      if (authorisation.status === 403) return message(response, 403, 'Forbidden');
      response.setHeader('www-authenticate', 'Bearer');
      return message(response, 401, 'Unauthorized');
    }
    const body = await readBody(request, BODY_LIMIT_BYTES);
    const event = eventOf({
      requestId,
      apiId: definition.apiId,
      routeKey: route.pattern.routeKey,
      pathParameters,
      claims: authorisation?.claims,
      scopes: route.scopes,
      request,
      body,
    });
    const outcome = await withTimeout(runtime.invoke(route.functionName, JSON.stringify(event)), route.timeoutMs);
    if (outcome === 'timeout') return message(response, 503, 'Service Unavailable');
    answer(response, outcome, definition.cors !== undefined);
  }

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) return message(response, 413, 'Request Entity Too Large');
      report(`${request.method} ${request.url?.split('?')[0]}: ${String(error)}`);
      message(response, 500, 'Internal Server Error');
    });
  };
}

function answer(response: ServerResponse, outcome: Outcome, hasCors: boolean): void {
  const proxied = outcome.ok ? answerOf(outcome.payload) : undefined;
  if (proxied === undefined) return message(response, 500, 'Internal Server Error');
  if (proxied.cookies.length > 0) response.setHeader('set-cookie', proxied.cookies);
  // With CORS configured, API Gateway's own headers replace those of the function.
  const own = Object.entries(proxied.headers).filter(([name]) => !(hasCors && name.startsWith('access-control-')));
  const headers = { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(own), 'content-length': proxied.body.length };
  response.writeHead(proxied.status, headers).end(proxied.body);
}

/** API Gateway's own answers. */
function message(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message: text }));
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
