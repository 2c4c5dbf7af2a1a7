import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';
import type { Integration } from '../../../functions/integration-api/integration.ts';
import { serveRoute } from '../../../functions/integration-api/routes.ts';
import { httpHandler } from '../../../shared/runtime/http.ts';

export interface Call {
  /** e.g. `PUT /v1/xero/settings`; a query may follow the path. */
  readonly route: string;
  /** The claim; null: the token has none; absent: `acct_1`. */
  readonly accountId?: unknown;
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
}
/** The members of any answer that tests take further; what they only compare needs no name here. */
export interface AnswerJson {
  readonly authorizeUrl: string;
  readonly status: unknown;
  readonly paymentAccounts: readonly { readonly accountId: string }[];
  readonly salesAccounts: readonly { readonly accountId: string }[];
  readonly cisEnabled: boolean | null;
  readonly organisations: readonly unknown[];
  readonly settings: unknown;
  readonly warnings: readonly { readonly code: string }[];
}

function eventOf({ route, accountId = 'acct_1', body, rawBody, contentType = 'application/json', cookies }: Call) {
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
    requestContext: { requestId: 'request-1', authorizer: { jwt: { claims: accountId === null ? {} : { ges_account_id: accountId } } } },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
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
    json: JSON.parse(answer.body ?? '{}') as AnswerJson,
  };
}
