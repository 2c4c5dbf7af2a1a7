import { finishConsent } from '../../shared/connection/callback.ts';
import { LOGIN_LIFE_MS, startLogin } from '../../shared/connection/login.ts';
import type { HttpAnswer } from '../../shared/runtime/http.ts';
import { describeError } from '../../shared/runtime/log.ts';
import type { Integration, IntegrationRequest } from './integration.ts';

const COOKIE = 'ges_xero_login';

function redirect(location: string, cookie: string): HttpAnswer {
  return {
    statusCode: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    cookies: [cookie],
  };
}

/** Lax: Xero's redirect back is a top-level navigation from another site. Secure wherever the browser comes by https. */
function loginCookie({ publicBaseUrl }: Integration, value: string, lifeMs: number): string {
  const secure = publicBaseUrl.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE}=${value}; Path=/v1/xero; Max-Age=${String(Math.floor(lifeMs / 1_000))}; HttpOnly; SameSite=Lax${secure}`;
}

function cookieOf({ event }: IntegrationRequest): string | undefined {
  const prefix = `${COOKIE}=`;
  return event.cookies?.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

/** To the settings page with one word of outcome; the login cookie has done its work. */
function backToSettings(integration: Integration, name: 'connected' | 'choose' | 'error', value: string): HttpAnswer {
  const page = new URL(integration.settingsPageUrl);
  page.searchParams.set(name, value);
  return redirect(page.toString(), loginCookie(integration, '', 0));
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

/** `GET /v1/xero/start?ticket=`: sets the login cookie and goes to Xero's consent page. */
export function startPage(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  return orErrorPage(integration, request, async () => {
    const login = await startLogin(integration.deps, request.event.queryStringParameters?.['ticket'] ?? '');
    if (login === undefined) return backToSettings(integration, 'error', 'ticket-expired');
    return redirect(login.authorizeUrl, loginCookie(integration, login.cookie, LOGIN_LIFE_MS));
  });
}

/** `GET /v1/xero/callback`: finishes the consent and goes back to the settings page. */
export function callbackPage(integration: Integration, request: IntegrationRequest): Promise<HttpAnswer> {
  return orErrorPage(integration, request, async () => {
    const { state, code, error } = request.event.queryStringParameters ?? {};
    const end = await finishConsent(integration.deps, { state, code, error, cookie: cookieOf(request) });
    return end.kind === 'error' ? backToSettings(integration, 'error', end.code) : backToSettings(integration, end.kind, '1');
  });
}
