import { beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Integration } from '../../functions/integration-api/integration.ts';
import { describedRoutes, openApi } from '../../scripts/contracts/http-api.ts';
import { RetryFailure, VersionConflict, WaitFailure } from '../../shared/sync/errors.ts';
import { call, integrationOver, type Answer, type Call } from '../functions/integration-api/request.ts';
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
  integration = integrationOver(world.deps);
});

async function misfitOf(request: Call): Promise<string | undefined> {
  return misfit(request.route, await call(integration, request));
}

describe('openapi.yaml says what the Integration API answers', () => {
  const GOOD: readonly Call[] = [
    { route: 'POST /v1/xero/connect' },
    { route: 'POST /v1/xero/connect', body: { createPaymentAccount: true } },
    { route: 'GET /v1/xero/connection' },
    { route: 'GET /v1/xero/options' },
    { route: 'PUT /v1/xero/settings', body: SETTINGS },
    { route: 'PUT /v1/xero/settings', body: { ...SETTINGS, paymentAccounts: { cash: 'leave', card: 'a-bank' } } },
    { route: 'PUT /v1/xero/organisation', body: { tenantId: 'T1' } },
    { route: 'DELETE /v1/xero/connection' },
  ];

  it.each(GOOD)('connected: $route', async (request) => {
    await world.connect('acct_1', 'user-1', 'T1');
    const answer = await call(integration, request);
    expect(answer.status).toBeLessThan(300);
    expect(misfit(request.route, answer)).toBeUndefined();
  });

  it('finishing: connected, several to choose from, begun by another account, and too late', async () => {
    const route = 'POST /v1/xero/connect/finish';
    const finish = (accountId: string, code: string): Promise<Answer> => call(integration, { route, accountId, body: { code } });
    const one = await world.consent('acct_1', { xeroUserId: 'user-1', tenantIds: ['T1'] });
    const several = await world.consent('acct_2', { xeroUserId: 'user-2', tenantIds: ['T2', 'T3'] });
    const answers = [await finish('acct_1', one), await finish('acct_1', one), await finish('acct_2', several)];
    answers.push(await finish('acct_2', await world.consent('acct_1', { xeroUserId: 'user-1', tenantIds: ['T1'] })));
    expect(answers.map(({ status }) => status)).toEqual([200, 410, 200, 403]);
    for (const answer of answers) expect(misfit(route, answer)).toBeUndefined();
  });

  it('D2: the account to be made, before Xero was asked and after', async () => {
    await world.connect('acct_1', 'user-1', 'T1');
    const request = { route: 'PUT /v1/xero/settings', body: { ...SETTINGS, paymentAccountId: null, createPaymentAccount: true } };
    const before = await call(integration, request);
    const code = await world.consent('acct_1', { makesAccount: true, xeroUserId: 'user-1', tenantIds: ['T1'] });
    await call(integration, { route: 'POST /v1/xero/connect/finish', body: { code } });
    const after = await call(integration, request);
    expect([before.status, after.status]).toEqual([409, 200]);
    for (const answer of [before, after]) expect(misfit(request.route, answer)).toBeUndefined();
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
    for (const route of ['POST /v1/xero/connect', 'POST /v1/xero/connect/finish', 'PUT /v1/xero/organisation', 'PUT /v1/xero/settings'])
      expect(await misfitOf({ route, ...parts })).toBeUndefined();
  });

  it('the check itself sees a field that nobody described', () => {
    const answer = { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], json: { authorizeUrl: 1 } };
    expect(misfit('POST /v1/xero/connect', answer as unknown as Answer)).toContain('authorizeUrl must be string');
  });
});
