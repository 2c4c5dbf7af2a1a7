import { exchangeBody } from '../../functions/integration-api/sign-in-pages.ts';
import { jsonSchema, type JsonSchema } from './json-schema.ts';

/** A refusal as the document describes it; `codes` say which. */
export function problemAnswer(codes: readonly string[]): JsonSchema {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function redirects(outcomes: string): JsonSchema {
  return { 302: { description: outcomes, headers: { location: { schema: { type: 'string' } } } } };
}

function page(status: number, description: string): JsonSchema {
  return { [status]: { description, content: { 'text/html': { schema: { type: 'string' } } } } };
}

function parameter(name: string, place: 'query' | 'cookie' | 'header', description: string, required: boolean): JsonSchema {
  return { name, in: place, required, description, schema: { type: 'string' } };
}

const FROM_XERO = [
  parameter('code', 'query', "Xero's authorisation code.", false),
  parameter('error', 'query', "Xero's reason, e.g. access_denied.", false),
];

/** Routes without a JWT: pages that a browser opens, signing in, and Xero's webhooks. */
export const OPEN_ROUTES: Readonly<Record<string, JsonSchema>> = {
  'GET /v1/xero/start': {
    operationId: 'start',
    summary: 'Opened by the browser: names the GES business, sets the login cookie, leads to Xero',
    security: [],
    parameters: [parameter('ticket', 'query', 'From POST /v1/xero/connect; single use.', false)],
    responses: {
      ...page(200, 'A page with the name of the business and a button to Xero’s consent page.'),
      ...redirects('To the settings page with `?error=ticket-expired` or `unexpected-error`.'),
    },
  },
  'GET /v1/xero/callback': {
    operationId: 'callback',
    summary: "Xero sends the browser here: keeps Xero's code for four minutes, exchanges nothing",
    security: [],
    parameters: [
      parameter('state', 'query', 'Single use, bound to account and cookie.', false),
      ...FROM_XERO,
      parameter('ges_xero_login', 'cookie', 'Set by /v1/xero/start.', false),
    ],
    responses: redirects(
      'To the settings page with `?code=` (our own, single use, for POST /v1/xero/connect/finish), or `?error=` one of `access_denied`, `missing-scope`, `too-many-apps`, `xero-unavailable`, `xero-error`, `state-expired`, `unexpected-error`.',
    ),
  },
  'GET /v1/auth/xero/start': {
    operationId: 'signInStart',
    summary: 'Log in or sign up with Xero: sets a cookie and goes to Xero',
    description: 'OpenID Connect with PKCE, state and nonce; asks for `openid profile email` only.',
    security: [],
    parameters: [
      parameter('intent', 'query', '`login` or `signup`.', true),
      parameter('returnTo', 'query', 'Page of GES to come back to. Only origins of the stage (`signInOrigins`) are allowed.', true),
    ],
    responses: { ...redirects("To Xero's login page."), 400: problemAnswer(['invalid-sign-in']), 500: problemAnswer(['unexpected-error']) },
  },
  'GET /v1/auth/xero/callback': {
    operationId: 'signInCallback',
    summary: 'Xero sends the browser here: checks the id_token',
    security: [],
    parameters: [
      parameter('state', 'query', 'Single use, bound to the cookie.', false),
      ...FROM_XERO,
      parameter('ges_xero_sign_in', 'cookie', 'Set by /v1/auth/xero/start.', false),
    ],
    responses: {
      ...redirects(
        'To `returnTo` with `code` (single use, two minutes, for POST /v1/auth/xero/exchange) or `error`: `access_denied`, `code-expired`, `sign-in-failed` (the id_token does not hold), `xero-unavailable`, `xero-error`.',
      ),
      ...page(400, 'State unknown, used, too old, or of another browser: a page that says so.'),
    },
  },
  'POST /v1/auth/xero/exchange': {
    operationId: 'signInExchange',
    summary: 'For the GES backend: who has signed in, once',
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(exchangeBody, 'input') } } },
    responses: {
      200: {
        description: 'The person behind the Xero login.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/SignedIn' } } },
      },
      400: problemAnswer(['malformed-json']),
      410: problemAnswer(['code-expired']),
      415: problemAnswer(['not-json']),
      422: problemAnswer(['invalid-field']),
      500: problemAnswer(['unexpected-error']),
    },
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
