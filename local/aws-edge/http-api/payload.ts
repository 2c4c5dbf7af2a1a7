import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { LOCAL_ACCOUNT_ID } from '../template/physical-names.ts';

export interface ProxyRequest {
  readonly requestId: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>> | undefined;
  readonly scopes: readonly string[];
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

/** Content types that API Gateway passes on as text; every other body arrives in base64. */
const TEXT_TYPES = /^(text\/.*|application\/(json|xml|javascript|.*\+json|.*\+xml))$/i;

/** The event of API Gateway's payload format 2.0. */
export function eventOf({ requestId, apiId, routeKey, pathParameters, claims, scopes, request, body }: ProxyRequest): object {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  const rawPath = cut < 0 ? url : url.slice(0, cut);
  const rawQueryString = cut < 0 ? '' : url.slice(cut + 1);
  const { cookie, ...headers } = headersOf(request);
  const now = new Date();
  const isText = TEXT_TYPES.test((headers['content-type'] ?? 'text/plain').split(';')[0]?.trim() ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(rawQueryString === '' ? {} : { queryStringParameters: joined(new URLSearchParams(rawQueryString)) }),
    requestContext: {
      accountId: LOCAL_ACCOUNT_ID,
      apiId,
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: scopes.length === 0 ? null : scopes } } }),
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: (headers['host'] ?? 'localhost').split(/[.:]/)[0],
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: requestTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Header names in lower case, repeated ones joined by commas. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  return headers;
}

function joined(parameters: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of parameters) values[name] = name in values ? `${values[name]},${value}` : value;
  return values;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** API Gateway's own form of an instant: `22/Nov/2026:13:07:30 +0000`. */
function requestTime(instant: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${two(instant.getUTCDate())}/${MONTHS[instant.getUTCMonth()]}/${instant.getUTCFullYear()}`;
  return `${date}:${two(instant.getUTCHours())}:${two(instant.getUTCMinutes())}:${two(instant.getUTCSeconds())} +0000`;
}

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * What the browser gets for a function's answer (JSON text): the structured form, or, when it names no statusCode, the
 * answer itself as JSON with 200. Undefined for an answer that API Gateway would call malformed.
 */
export function answerOf(payload: string): ProxyAnswer | undefined {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    if (answer === null) return undefined;
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
  }
  const parsed = structured.safeParse(answer);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])),
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
