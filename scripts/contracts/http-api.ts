import * as z from 'zod';
import { REFUSALS } from '../../functions/integration-api/problems.ts';
import { organisationBody, settingsBody } from '../../functions/integration-api/routes.ts';
import { connectionView, options, savedSettings } from './answers.ts';
import { jsonSchema, type JsonSchema } from './json-schema.ts';

/** The HTTP API as an OpenAPI document. `test/docs/contracts.test.ts` holds it to the routes of the synthesised template. */

type RefusalCode = keyof typeof REFUSALS;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: z.ZodType;
  /** Status → answer. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: string }>>;
  /** Refusals of a call that is well-formed. */
  readonly refusals?: readonly RefusalCode[];
  /** Does it ask Xero, so that Xero's failures can be its own? */
  readonly asksXero?: boolean;
}

const view = { 200: { description: 'The connection as it is now.', schema: 'Connection' } };

/** Routes with the account's JWT. */
const ACCOUNT_ROUTES: Readonly<Record<string, Operation>> = {
  'POST /v1/xero/connect': {
    operationId: 'connect',
    summary: 'Starts connecting',
    description:
      'Open `authorizeUrl` top-level (not in a frame): it is our own page, good once and for five minutes, that sets a cookie and goes to Xero. The call takes no body, or an empty object.',
    body: z.strictObject({}),
    answers: { 200: { description: 'Where to send the browser.', schema: 'Connect' } },
  },
  'GET /v1/xero/connection': {
    operationId: 'getConnection',
    summary: 'Status, organisation, settings and counts; spends no call of Xero',
    answers: view,
  },
  'DELETE /v1/xero/connection': {
    operationId: 'disconnect',
    summary: 'Disconnects; harmless when repeated',
    description: 'Syncing stops at once. Links are kept, so that connecting the same organisation again goes on without copies.',
    answers: { 204: { description: 'Disconnected.' } },
    refusals: ['changed-meanwhile'],
  },
  'GET /v1/xero/options': {
    operationId: 'getOptions',
    summary: 'What the settings can be, read from Xero (three calls)',
    answers: { 200: { description: 'Accounts to choose from, and what to know first.', schema: 'Options' } },
    refusals: ['not-connected', 'needs-reconnect'],
    asksXero: true,
  },
  'PUT /v1/xero/organisation': {
    operationId: 'chooseOrganisation',
    summary: 'Chooses one of the organisations that the consent granted',
    body: organisationBody,
    answers: view,
    refusals: ['not-connected', 'organisation-not-granted', 'different-organisation', 'organisation-in-use', 'changed-meanwhile'],
  },
  'PUT /v1/xero/settings': {
    operationId: 'saveSettings',
    summary: 'Saves the settings; the first valid ones make the connection active',
    description: 'Nothing that existed before is sent (policy A3).',
    body: settingsBody,
    answers: { 200: { description: 'The connection as it is now, with warnings.', schema: 'SavedSettings' } },
    refusals: ['not-connected', 'needs-reconnect', 'invalid-setting', 'payment-account-not-created', 'changed-meanwhile'],
    asksXero: true,
  },
};

/** Failures of Xero that a route passes on. */
const XERO_FAILURES = { 502: ['refused-by-xero'], 503: ['xero-asks-to-wait', 'xero-unavailable'] } as const;

const problem: JsonSchema = {
  description: 'RFC 9457. Never a stack or an upstream body.',
  type: 'object',
  properties: {
    type: { type: 'string', description: '`urn:ges-xero-sync:problem:<code>`' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to do.' },
    code: { type: 'string', description: 'Stable.' },
    field: { type: 'string', description: 'The input at fault (422).' },
    retryAfterSeconds: { type: 'integer', description: 'With xero-asks-to-wait.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
};

function problemAnswer(codes: readonly string[]): JsonSchema {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** Codes of refusals by status, in the order of the statuses. */
function problemsOf(operation: Operation): Readonly<Record<string, JsonSchema>> {
  const codes = new Map<number, string[]>();
  const add = (status: number, ...more: readonly string[]): void => void codes.set(status, [...(codes.get(status) ?? []), ...more]);
  if (operation.body !== undefined) {
    add(400, 'malformed-json');
    add(415, 'not-json');
    add(422, 'invalid-field');
  }
  for (const code of operation.refusals ?? []) add(REFUSALS[code].status, code);
  if (operation.asksXero === true) for (const [status, of] of Object.entries(XERO_FAILURES)) add(Number(status), ...of);
  add(500, 'unexpected-error');
  return Object.fromEntries([...codes].sort(([a], [b]) => a - b).map(([status, of]) => [String(status), problemAnswer(of)]));
}

function operationOf(operation: Operation): JsonSchema {
  const { operationId, summary, description, body, answers } = operation;
  const good = Object.entries(answers).map(([status, answer]) => {
    const content = answer.schema && { content: { 'application/json': { schema: { $ref: `#/components/schemas/${answer.schema}` } } } };
    return [status, { description: answer.description, ...content }];
  });
  const unauthorised = {
    401: {
      description:
        'No valid JWT: the gateway itself answers `{"message":"Unauthorized"}`. A JWT without a usable account: problem `no-account`.',
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    },
  };
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    security: [{ gesUser: [] }],
    ...(body === undefined
      ? {}
      : { requestBody: { required: operationId !== 'connect', content: { 'application/json': { schema: jsonSchema(body, 'input') } } } }),
    responses: { ...Object.fromEntries(good), ...unauthorised, ...problemsOf(operation) },
  };
}

const toSettings = (outcomes: string): JsonSchema => ({
  302: { description: outcomes, headers: { location: { schema: { type: 'string' } } } },
});

function parameter(name: string, place: 'query' | 'cookie' | 'header', description: string, required: boolean): JsonSchema {
  return { name, in: place, required, description, schema: { type: 'string' } };
}

/** Routes without a JWT: pages that a browser opens, and Xero's webhooks. */
const OPEN_ROUTES: Readonly<Record<string, JsonSchema>> = {
  'GET /v1/xero/start': {
    operationId: 'start',
    summary: 'Opened by the browser: sets the login cookie and goes to Xero',
    security: [],
    parameters: [parameter('ticket', 'query', 'From POST /v1/xero/connect; single use.', false)],
    responses: toSettings("To Xero's consent page; else to the settings page with `?error=ticket-expired` or `unexpected-error`."),
  },
  'GET /v1/xero/callback': {
    operationId: 'callback',
    summary: 'Xero sends the browser here: finishes the consent',
    security: [],
    parameters: [
      parameter('state', 'query', 'Single use, bound to account and cookie.', false),
      parameter('code', 'query', "Xero's authorisation code.", false),
      parameter('error', 'query', "Xero's reason, e.g. access_denied.", false),
      parameter('ges_xero_login', 'cookie', 'Set by /v1/xero/start.', false),
    ],
    responses: toSettings(
      'To the settings page with `?connected=1`, `?choose=1` (several organisations granted), or `?error=` one of `access_denied`, `invalid_scope`, `unauthorized_client`, `temporarily_unavailable`, `server_error`, `xero-error`, `state-expired`, `code-expired`, `nothing-granted`, `organisation-in-use`, `different-organisation`, `xero-unavailable`, `unexpected-error`.',
    ),
  },
  'POST /webhooks/xero': {
    operationId: 'xeroWebhook',
    summary: "Xero's webhooks",
    description: 'Answered after the news is stored. The intent to receive is a delivery without events.',
    security: [],
    parameters: [parameter('x-xero-signature', 'header', 'HMAC-SHA256 of the raw body with the webhook key, base64.', true)],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { type: 'object', properties: { events: { type: 'array', items: { type: 'object' } } }, required: ['events'] },
        },
      },
    },
    responses: {
      200: { description: 'Taken, or of no interest. Empty body.' },
      400: problemAnswer(['malformed-webhook']),
      401: { description: 'Wrong signature. Empty body.' },
      500: problemAnswer(['unexpected-error']),
    },
  },
};

/** Route key (`METHOD /path`) → what is written about it. */
export function describedRoutes(): ReadonlyMap<string, JsonSchema> {
  const ofAccount = Object.entries(ACCOUNT_ROUTES).map(([route, operation]) => [route, operationOf(operation)] as const);
  return new Map([...ofAccount, ...Object.entries(OPEN_ROUTES)]);
}

export function openApi(): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [route, operation] of describedRoutes()) {
    const [method = '', path = ''] = route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'GES–Xero sync: Integration API and webhooks',
      version: '1.0.0',
      description:
        'Generated by npm run contracts. The JWT names the account: nobody can name another. Every answer of ours has `x-correlation-id`. An unknown path gets `{"message":"Not Found"}` from the gateway.',
    },
    servers: [{ url: 'http://localhost:4590', description: 'npm start' }],
    paths,
    components: {
      securitySchemes: {
        gesUser: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Of the GES identity provider; audience `ges-xero-sync`; the claim `ges_account_id` names the account.',
        },
      },
      schemas: {
        Connect: { type: 'object', properties: { authorizeUrl: { type: 'string', format: 'uri' } }, required: ['authorizeUrl'] },
        Connection: jsonSchema(connectionView, 'output'),
        SavedSettings: jsonSchema(savedSettings, 'output'),
        Options: jsonSchema(options, 'output'),
        Problem: problem,
        GatewayMessage: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      },
    },
  };
}
