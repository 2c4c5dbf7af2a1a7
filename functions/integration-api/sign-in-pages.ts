import * as z from 'zod';
import { exchangeSignIn, finishSignIn, SIGN_IN_LIFE_MS, startSignIn, type SignInWish } from '../../shared/connection/sign-in.ts';
import { jsonAnswer, jsonBody, type HttpAnswer } from '../../shared/runtime/http.ts';
import { describeError } from '../../shared/runtime/log.ts';
import { HttpProblem } from '../../shared/runtime/problem.ts';
import { addressWith, cookieOf, redirect, setCookie, type BrowserCookie } from './browser.ts';
import type { Integration, IntegrationRequest } from './integration.ts';
import { escapeHtml, htmlPage } from './page.ts';

const COOKIE: BrowserCookie = { name: 'ges_xero_sign_in', path: '/v1/auth/xero' };
const MAX_ADDRESS = 2_000;

/** Body of `POST /v1/auth/xero/exchange`. */
export const exchangeBody = z.strictObject({ code: z.string({ error: 'must be the code of the address' }).min(1).max(100) });

function invalidStart(field: 'intent' | 'returnTo', detail: string): HttpProblem {
  return new HttpProblem({ status: 400, code: 'invalid-sign-in', title: 'This sign-in cannot be started', detail }, { field });
}

/** Only pages of GES are returned to, or anybody could have the code sent to a page of their own. Throws HttpProblem 400. */
function wishOf({ signInOrigins }: Integration, { event }: IntegrationRequest): SignInWish {
  const { intent, returnTo = '' } = event.queryStringParameters ?? {};
  if (intent !== 'login' && intent !== 'signup') throw invalidStart('intent', 'intent must be login or signup.');
  const address = returnTo.length > MAX_ADDRESS ? null : URL.parse(returnTo);
  const hasUser = address !== null && (address.username !== '' || address.password !== '');
  if (address === null || hasUser || !signInOrigins.includes(address.origin)) {
    throw invalidStart('returnTo', 'returnTo must be the address of a page of Gas Engineer Software.');
  }
  return { intent, returnTo: address.toString() };
}

/** `GET /v1/auth/xero/start?intent=login|signup&returnTo=`: sets the cookie and goes to Xero's login page. */
export async function signInStart(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  const { loginUrl, cookie } = await startSignIn(integration.deps, wishOf(integration, request));
  return redirect(loginUrl, setCookie(integration, COOKIE, cookie, SIGN_IN_LIFE_MS));
}

/** Shown where nobody knows to which page of GES the person wanted to return. */
function lostPage({ settingsPageUrl }: Integration, cookie: string): HttpAnswer {
  const home = escapeHtml(new URL(settingsPageUrl).origin);
  return htmlPage(
    400,
    'Signing in took too long',
    `<h1>Signing in took too long</h1>
<p>This sign-in is over, or it was begun in another browser. Nobody was signed in.</p>
<a class="go" href="${home}">Go back and try again</a>`,
    cookie,
  );
}

/** `GET /v1/auth/xero/callback`: goes back to the page of GES with a single-use code, or with the reason why not. */
export async function signInCallback(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  const { state, code, error } = request.event.queryStringParameters ?? {};
  const over = setCookie(integration, COOKIE, '', 0);
  try {
    const end = await finishSignIn(integration.deps, { state, code, error, cookie: cookieOf(request, COOKIE) });
    if (end === undefined) return lostPage(integration, over);
    const [name, value] = end.kind === 'code' ? (['code', end.code] as const) : (['error', end.error] as const);
    return redirect(addressWith(end.returnTo, name, value), over);
  } catch (failure) {
    request.log.error('sign-in callback failed', { failure: describeError(failure) });
    return lostPage(integration, over);
  }
}

/** `POST /v1/auth/xero/exchange`: for the GES backend. Throws HttpProblem. */
export async function signInExchange({ deps }: Integration, { event }: IntegrationRequest): Promise<HttpAnswer> {
  const person = await exchangeSignIn(deps, jsonBody(event, exchangeBody).code);
  if (person !== undefined) return jsonAnswer(200, person);
  throw new HttpProblem({
    status: 410,
    code: 'code-expired',
    title: 'This sign-in is over',
    detail: 'The code was used already, or is older than two minutes. Start again with GET /v1/auth/xero/start.',
  });
}
