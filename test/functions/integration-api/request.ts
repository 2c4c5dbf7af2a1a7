import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { serveRoute } from '../../../functions/integration-api/routes.ts';
import { httpHandler } from '../../../shared/runtime/http.ts';

/** The API of production's kind over these dependencies. */
export function integrationOver(deps: Integration['deps']): Integration {
  return {
    deps,
    publicBaseUrl: 'https://api.ges.example',
    settingsPageUrl: 'https://app.ges.example/settings?tab=xero',
    signInOrigins: ['https://app.ges.example'],
  };
}

export interface Call {
  /** e.g. `PUT /v1/xero/settings`; a query may follow the path. */
  readonly route: string;
  /** The claim; null: the token has none; absent: `acct_1`. */
  readonly accountId?: unknown;
  /** The claim `ges_account_name`. */
  readonly businessName?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string;
  readonly contentType?: string;
  readonly cookies?: readonly string[];
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[];
  readonly json: AnswerJson;
  /** The body as it was sent. */
  readonly text: string;
}
/** The members of any answer that tests take further; what they only compare needs no name here. */
export interface AnswerJson {
  readonly authorizeUrl: string;
  /** Of a problem. */
  readonly code?: string;
  readonly detail?: string;
  readonly status: unknown;
  readonly paymentAccounts: readonly { readonly accountId: string }[];
  readonly salesAccounts: readonly { readonly accountId: string }[];
  readonly cisEnabled: boolean | null;
  readonly organisations: readonly unknown[];
  readonly settings: unknown;
  readonly warnings: readonly { readonly code: string }[];
}

function eventOf({ route, accountId = 'acct_1', businessName, body, rawBody, contentType = 'application/json', cookies }: Call) {
  const [method, address = ''] = route.split(' ');
  const url = new URL(address, 'http://localhost');
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    version: '2.0',
    routeKey: `${method} ${url.pathname}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: text === undefined ? {} : { 'content-type': contentType },
    queryStringParameters: Object.fromEntries(url.searchParams),
    ...(cookies === undefined ? {} : { cookies }),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      authorizer: { jwt: { claims: accountId === null ? {} : { ges_account_id: accountId, ges_account_name: businessName } } },
    },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
}

function isJson(contentType: unknown): boolean {
  return /json/.test(String(contentType));
}

/** Where the start page's button leads: Xero's consent page. */
export function consentUrlOn(page: string): URL {
  const href = /id="to-xero" href="([^"]*)"/.exec(page)?.[1] ?? '';
  return new URL(href.replace(/&#(\d+);/g, (_match, sign: string) => String.fromCharCode(Number(sign))));
}

/** Calls the Integration API as API Gateway does. */
export async function call(integration: Integration, request: Call): Promise<Answer> {
  const handler = httpHandler<APIGatewayProxyEventV2WithJWTAuthorizer>({ log: integration.deps.log }, (given) =>
    serveRoute(integration, given),
  );
  const answer = await handler(eventOf(request), {} as Context);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers ?? {},
    cookies: answer.cookies ?? [],
    json: (isJson(answer.headers?.['content-type']) ? JSON.parse(answer.body ?? '{}') : {}) as AnswerJson,
    text: answer.body ?? '',
  };
}
