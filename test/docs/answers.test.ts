import { beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Integration } from '../../functions/integration-api/integration.ts';
import { describedRoutes, openApi } from '../../scripts/contracts/http-api.ts';
import { RetryFailure, VersionConflict, WaitFailure } from '../../shared/sync/errors.ts';
import { call, type Answer, type Call } from '../functions/integration-api/request.ts';
import { createConnectionWorld, type ConnectionWorld } from '../support/connection-world.ts';

/** What the Integration API really answers, held to openapi.yaml: status, content type, and every field. */

interface DescribedAnswer {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema({ $id: 'openapi', components: openApi()['components'] });

function answersOf(route: string): Readonly<Record<string, DescribedAnswer>> {
  return describedRoutes().get(route)?.['responses'] as Readonly<Record<string, DescribedAnswer>>;
}

/** Why the answer does not fit its description; nothing when it does. */
function misfit(route: string, answer: Answer): string | undefined {
  const described = answersOf(route)[String(answer.status)];
  if (described === undefined) return `${route}: ${String(answer.status)} is not described`;
  const contentType = answer.headers['content-type'];
  if (described.content === undefined) return contentType === undefined ? undefined : `${route}: an answer without content has some`;
  const schema = described.content[String(contentType)]?.schema;
  if (schema === undefined) return `${route}: ${String(answer.status)} as ${String(contentType)} is not described`;
  const validate = ajv.compile({ $ref: `openapi${schema.$ref}` });
  return validate(answer.json) ? undefined : `${route}: ${ajv.errorsText(validate.errors)}`;
}

const SETTINGS = {
  paymentAccountId: 'a-bank',
  createPaymentAccount: false,
  salesAccountId: 'a-sales',
  syncCustomers: true,
  syncInvoices: true,
};

let world: ConnectionWorld;
let integration: Integration;
beforeEach(() => {
  world = createConnectionWorld();
  integration = { deps: world.deps, publicBaseUrl: 'https://api.ges.example', settingsPageUrl: 'https://app.ges.example/settings' };
});

async function misfitOf(request: Call): Promise<string | undefined> {
  return misfit(request.route, await call(integration, request));
}

describe('openapi.yaml says what the Integration API answers', () => {
  const GOOD: readonly Call[] = [
    { route: 'POST /v1/xero/connect' },
    { route: 'GET /v1/xero/connection' },
    { route: 'GET /v1/xero/options' },
    { route: 'PUT /v1/xero/settings', body: SETTINGS },
    { route: 'PUT /v1/xero/settings', body: { ...SETTINGS, paymentAccountId: null, createPaymentAccount: true } },
    { route: 'PUT /v1/xero/organisation', body: { tenantId: 'T1' } },
    { route: 'DELETE /v1/xero/connection' },
  ];

  it.each(GOOD)('connected: $route', async (request) => {
    await world.connect('acct_1', 'user-1', 'T1');
    const answer = await call(integration, request);
    expect(answer.status).toBeLessThan(300);
    expect(misfit(request.route, answer)).toBeUndefined();
  });

  it.each(GOOD)('never connected: $route', async (request) => {
    expect(await misfitOf(request)).toBeUndefined();
  });

  it.each([
    ['Xero does not answer', () => new RetryFailure('no answer', 'lost-answer')],
    ['Xero says wait', () => new WaitFailure('429', 'minute', 30_000)],
    ['somebody else is faster', () => new VersionConflict('newer')],
    ['a failure of ours', () => new Error('unforeseen')],
  ])('%s', async (_, failure) => {
    await world.connect('acct_1', 'user-1', 'T1');
    const fails = { ...integration.deps.connections, readConnection: () => Promise.reject(failure()) };
    integration = { ...integration, deps: { ...integration.deps, connections: fails } };
    expect(await misfitOf({ route: 'PUT /v1/xero/settings', body: SETTINGS })).toBeUndefined();
  });

  it.each<[string, Partial<Call>]>([
    ['no JSON', { rawBody: '{' }],
    ['another content type', { body: {}, contentType: 'text/plain' }],
    ['another shape', { body: { tenantId: 7 } }],
    ['no account in the token', { body: SETTINGS, accountId: null }],
  ])('a call that does not fit: %s', async (_, parts) => {
    for (const route of ['POST /v1/xero/connect', 'PUT /v1/xero/organisation', 'PUT /v1/xero/settings'])
      expect(await misfitOf({ route, ...parts })).toBeUndefined();
  });

  it('the check itself sees a field that nobody described', () => {
    const answer = { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], json: { authorizeUrl: 1 } };
    expect(misfit('POST /v1/xero/connect', answer as unknown as Answer)).toContain('authorizeUrl must be string');
  });
});
