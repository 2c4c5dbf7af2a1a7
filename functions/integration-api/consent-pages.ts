import { keepConsent } from '../../shared/connection/callback.ts';
import { LOGIN_LIFE_MS, startLogin, type StartedLogin } from '../../shared/connection/login.ts';
import type { HttpAnswer } from '../../shared/runtime/http.ts';
import { describeError } from '../../shared/runtime/log.ts';
import { addressWith, cookieOf, redirect, setCookie, type BrowserCookie } from './browser.ts';
import type { Integration, IntegrationRequest } from './integration.ts';
import { escapeHtml, htmlPage } from './page.ts';

const COOKIE: BrowserCookie = { name: 'ges_xero_login', path: '/v1/xero' };

/** To the settings page with one word of outcome; the login cookie has done its work. */
function backToSettings(integration: Integration, name: 'code' | 'error', value: string): HttpAnswer {
  return redirect(addressWith(integration.settingsPageUrl, name, value), setCookie(integration, COOKIE, '', 0));
}

/** A browser has nobody to read a problem document: whatever fails is logged and told by the settings page. */
async function orErrorPage(integration: Integration, { log }: IntegrationRequest, serve: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await serve();
  } catch (failure) {
    log.error('consent page failed', { failure: describeError(failure) });
    return backToSettings(integration, 'error', 'unexpected-error');
  }
}

/** Says whose books will be connected, before anybody goes to Xero: a link that came from somebody else gives itself away here. */
function startContent({ accountId, businessName, makesAccount, authorizeUrl }: StartedLogin, settingsPageUrl: string): string {
  const business = escapeHtml(businessName ?? accountId);
  const next = makesAccount
    ? '<p>Xero will ask you to let us add an account for payments to your chart of accounts. Choose the organisation that is connected already.</p>'
    : `<ul><li>Xero asks you to log in and to choose your organisation.</li>
<li>Then you come back here and choose your accounts. Nothing is sent before you press Save.</li></ul>`;
  return `<h1>${makesAccount ? 'Let us add an account in Xero' : 'Connect to Xero'}</h1>
<p class="business"><span>Gas Engineer Software business</span><strong>${business}</strong></p>
${next}
<p>Is this not your business, or did somebody send you this link? Then close this page.</p>
<a class="go" id="to-xero" href="${escapeHtml(authorizeUrl)}">Continue to Xero</a>
<a class="back" href="${escapeHtml(settingsPageUrl)}">Not now</a>
<details><summary>If Xero does not let you continue</summary>
<p>“Too many apps”: an organisation takes two apps that Xero has not certified. In Xero, open Settings, Connected apps, disconnect one, and connect again.</p>
<p>Your organisation is not in the list: ask whoever looks after Xero in your business to let you connect apps.</p></details>`;
}

/** `GET /v1/xero/start?ticket=`: names the business, sets the login cookie, and leads to Xero's consent page. */
export function startPage(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  return orErrorPage(integration, request, async () => {
    const login = await startLogin(integration.deps, request.event.queryStringParameters?.['ticket'] ?? '');
    if (login === undefined) return backToSettings(integration, 'error', 'ticket-expired');
    const cookie = setCookie(integration, COOKIE, login.cookie, LOGIN_LIFE_MS);
    return htmlPage(200, 'Connect to Xero', startContent(login, integration.settingsPageUrl), cookie);
  });
}

/** `GET /v1/xero/callback`: keeps Xero's code, and goes back to the settings page, which finishes with the JWT of its own account. */
export function callbackPage(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  return orErrorPage(integration, request, async () => {
    const { state, code, error } = request.event.queryStringParameters ?? {};
    const end = await keepConsent(integration.deps, { state, code, error, cookie: cookieOf(request, COOKIE) });
    return backToSettings(integration, end.kind, end.code);
  });
}
