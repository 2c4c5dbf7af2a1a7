import * as z from 'zod';
import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import { finishConnecting } from '../../shared/connection/finish.ts';
import { disconnect } from '../../shared/connection/disconnect.ts';
import { issueTicket } from '../../shared/connection/login.ts';
import { readOptions } from '../../shared/connection/options.ts';
import { chooseOrganisation } from '../../shared/connection/organisation.ts';
import { saveSettings } from '../../shared/connection/settings.ts';
import { readStatus } from '../../shared/connection/status.ts';
import { jsonAnswer, jsonBody, rawBody, type HttpAnswer } from '../../shared/runtime/http.ts';
import { HttpProblem } from '../../shared/runtime/problem.ts';
import { accountOf, businessNameOf } from './account.ts';
import { callbackPage, startPage } from './consent-pages.ts';
import type { Integration, IntegrationRequest } from './integration.ts';
import { asProblem } from './problems.ts';
import { signInCallback, signInExchange, signInStart } from './sign-in-pages.ts';

const id = z
  .string({ error: 'must be the id that the list of choices names' })
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters');
const tick = z.boolean({ error: 'must be ticked or not: true or false' });
/** Body of `POST /v1/xero/connect`; may be left out. */
export const connectBody = z.strictObject({ createPaymentAccount: z.boolean({ error: 'must be true or false' }).default(false) });
/** Body of `POST /v1/xero/connect/finish`. */
export const finishBody = z.strictObject({ code: z.string({ error: 'must be the code of the address' }).min(1).max(100) });
/** Body of `PUT /v1/xero/organisation`. */
export const organisationBody = z.strictObject({ tenantId: id, startAfresh: z.boolean().default(false) });
/** Body of `PUT /v1/xero/settings`. */
export const settingsBody = z.strictObject({
  paymentAccountId: id.nullable().default(null),
  paymentAccounts: z
    .strictObject({
      card: z.exactOptional(id),
      cash: z.exactOptional(id),
      cheque: z.exactOptional(id),
      'bank-transfer': z.exactOptional(id),
      other: z.exactOptional(id),
    })
    .default({}),
  createPaymentAccount: tick.default(false),
  salesAccountId: id.nullable().default(null),
  syncCustomers: tick,
  syncInvoices: tick,
});

/** Routes of the account that the JWT names. */
type AccountRoute = (deps: ConnectionDeps, accountId: string, request: IntegrationRequest, own: Integration) => Promise<HttpAnswer>;

const ACCOUNT_ROUTES: Readonly<Record<string, AccountRoute>> = {
  'POST /v1/xero/connect': async (deps, accountId, { event }, { publicBaseUrl }) => {
    const { createPaymentAccount } = rawBody(event).length > 0 ? jsonBody(event, connectBody) : { createPaymentAccount: false };
    const ticket = await issueTicket(deps, { accountId, businessName: businessNameOf(event), makesAccount: createPaymentAccount });
    return jsonAnswer(200, { authorizeUrl: `${publicBaseUrl}/v1/xero/start?ticket=${ticket}` });
  },
  'POST /v1/xero/connect/finish': async (deps, accountId, { event }) => {
    await finishConnecting(deps, accountId, jsonBody(event, finishBody).code);
    return jsonAnswer(200, await readStatus(deps, accountId));
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

/** Without a JWT: pages that a browser opens by itself, and what a GES backend exchanges before anybody is signed in. */
const OPEN_ROUTES: Readonly<Record<string, (own: Integration, request: IntegrationRequest) => Promise<HttpAnswer>>> = {
  'GET /v1/xero/start': startPage,
  'GET /v1/xero/callback': callbackPage,
  'GET /v1/auth/xero/start': signInStart,
  'GET /v1/auth/xero/callback': signInCallback,
  'POST /v1/auth/xero/exchange': signInExchange,
};

/** Answers one call. Throws HttpProblem. */
export async function serveRoute(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  const { routeKey } = request.event;
  const openRoute = OPEN_ROUTES[routeKey];
  if (openRoute !== undefined) return openRoute(integration, request);
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
