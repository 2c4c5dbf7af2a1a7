import type * as z from 'zod';
import { REFUSALS } from '../../functions/integration-api/problems.ts';
import { connectBody, finishBody, organisationBody, settingsBody } from '../../functions/integration-api/routes.ts';
import { connectionView, options, savedSettings, signedIn } from './answers.ts';
import { OPEN_ROUTES, problemAnswer } from './open-routes.ts';
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
      'Open `authorizeUrl` top-level (not in a frame): it is our own page, good once and for five minutes. It names the GES business (claim `ges_account_name` of the JWT, else the account id), sets a cookie, and leads to Xero. The body may be left out. `createPaymentAccount`: ask Xero also for the right to add an account (scope `accounting.settings`), which saving settings with `createPaymentAccount` needs once.',
    body: connectBody,
    answers: { 200: { description: 'Where to send the browser.', schema: 'Connect' } },
  },
  'POST /v1/xero/connect/finish': {
    operationId: 'finishConnecting',
    summary: 'Finishes connecting, with the JWT of the very account that began',
    description:
      "The settings page calls it with the `code` that `/v1/xero/callback` brought. Only now is Xero's code exchanged; never for another account, whose call uses the code up. Where the person must choose an organisation, `organisations` of the answer is not empty.",
    body: finishBody,
    answers: { 200: { description: 'The connection as it is now.', schema: 'Connection' } },
    refusals: [
      'code-expired',
      'wrong-account',
      'missing-scope',
      'no-organisation',
      'organisation-in-use',
      'different-organisation',
      'not-gbp',
      'xero-error',
      'changed-meanwhile',
    ],
    asksXero: true,
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
    refusals: [
      'not-connected',
      'organisation-not-granted',
      'different-organisation',
      'organisation-in-use',
      'not-gbp',
      'xero-error',
      'changed-meanwhile',
    ],
    asksXero: true,
  },
  'PUT /v1/xero/settings': {
    operationId: 'saveSettings',
    summary: 'Saves the settings; the first valid ones make the connection active',
    description: 'Nothing that existed before is sent (policy A3).',
    body: settingsBody,
    answers: { 200: { description: 'The connection as it is now, with warnings.', schema: 'SavedSettings' } },
    refusals: ['not-connected', 'needs-reconnect', 'invalid-setting', 'payment-account-not-created', 'consent-needed', 'changed-meanwhile'],
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
        SignedIn: jsonSchema(signedIn, 'output'),
        Problem: problem,
        GatewayMessage: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      },
    },
  };
}
