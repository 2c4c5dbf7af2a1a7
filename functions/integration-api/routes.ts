import * as z from 'zod';
import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import { disconnect } from '../../shared/connection/disconnect.ts';
import { issueTicket } from '../../shared/connection/login.ts';
import { readOptions } from '../../shared/connection/options.ts';
import { chooseOrganisation } from '../../shared/connection/organisation.ts';
import { saveSettings } from '../../shared/connection/settings.ts';
import { readStatus } from '../../shared/connection/status.ts';
import { jsonAnswer, jsonBody, rawBody, type HttpAnswer } from '../../shared/runtime/http.ts';
import { HttpProblem } from '../../shared/runtime/problem.ts';
import { accountOf } from './account.ts';
import { callbackPage, startPage } from './consent-pages.ts';
import type { Integration, IntegrationRequest } from './integration.ts';
import { asProblem } from './problems.ts';

const id = z.string().min(1).max(100);
const noBody = z.strictObject({});
/** Body of `PUT /v1/xero/organisation`. */
export const organisationBody = z.strictObject({ tenantId: id, startAfresh: z.boolean().default(false) });
/** Body of `PUT /v1/xero/settings`. */
export const settingsBody = z.strictObject({
  paymentAccountId: id.nullable().default(null),
  createPaymentAccount: z.boolean().default(false),
  salesAccountId: id,
  syncCustomers: z.boolean(),
  syncInvoices: z.boolean(),
});

/** Routes of the account that the JWT names (contracts §4). */
type AccountRoute = (deps: ConnectionDeps, accountId: string, request: IntegrationRequest, own: Integration) => Promise<HttpAnswer>;

const ACCOUNT_ROUTES: Readonly<Record<string, AccountRoute>> = {
  'POST /v1/xero/connect': async (deps, accountId, { event }, { publicBaseUrl }) => {
    if (rawBody(event).length > 0) jsonBody(event, noBody);
    const ticket = await issueTicket(deps, accountId);
    return jsonAnswer(200, { authorizeUrl: `${publicBaseUrl}/v1/xero/start?ticket=${ticket}` });
  },
  'GET /v1/xero/connection': async (deps, accountId) => jsonAnswer(200, await readStatus(deps, accountId)),
  'GET /v1/xero/options': async (deps, accountId) => jsonAnswer(200, await readOptions(deps, accountId)),
  'PUT /v1/xero/organisation': async (deps, accountId, { event }) => {
    await chooseOrganisation(deps, accountId, jsonBody(event, organisationBody));
    return jsonAnswer(200, await readStatus(deps, accountId));
  },
  'PUT /v1/xero/settings': async (deps, accountId, { event }) => {
    const { warnings } = await saveSettings(deps, accountId, jsonBody(event, settingsBody));
    return jsonAnswer(200, { ...(await readStatus(deps, accountId)), warnings });
  },
  'DELETE /v1/xero/connection': async (deps, accountId) => {
    await disconnect(deps, accountId);
    return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
  },
};

/** Pages that a browser opens by itself: they answer by redirecting. */
const PAGES: Readonly<Record<string, (own: Integration, request: IntegrationRequest) => Promise<HttpAnswer>>> = {
  'GET /v1/xero/start': startPage,
  'GET /v1/xero/callback': callbackPage,
};

/** Answers one call. Throws HttpProblem. */
export async function serveRoute(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  const { routeKey } = request.event;
  const page = PAGES[routeKey];
  if (page !== undefined) return page(integration, request);
  const route = ACCOUNT_ROUTES[routeKey];
  if (route === undefined) {
    throw new HttpProblem({ status: 404, code: 'no-such-route', title: 'Not found', detail: 'There is nothing at this address.' });
  }
  const accountId = accountOf(request.event);
  try {
    return await route(integration.deps, accountId, request, integration);
  } catch (failure) {
    throw asProblem(failure);
  }
}
