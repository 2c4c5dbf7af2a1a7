import type { HttpAnswer } from '../../shared/runtime/http.ts';
import type { Integration, IntegrationRequest } from './integration.ts';

/** A first-party cookie that binds what comes back from Xero to the browser that went there. */
export interface BrowserCookie {
  readonly name: string;
  /** Only sent below this path. */
  readonly path: string;
}

/** `Set-Cookie` of it. Lax: Xero's redirect back is a top-level navigation from another site. Secure wherever the browser comes by https. */
export function setCookie({ publicBaseUrl }: Integration, { name, path }: BrowserCookie, value: string, lifeMs: number): string {
  const secure = publicBaseUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${String(Math.floor(lifeMs / 1_000))}; HttpOnly; SameSite=Lax${secure}`;
}

/** The cookie's value, if the browser brought it. */
export function cookieOf({ event }: IntegrationRequest, { name }: BrowserCookie): string | undefined {
  const prefix = `${name}=`;
  return event.cookies?.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

/** Sends the browser on; nothing of the address that it comes from goes along. */
export function redirect(location: string, cookie?: string): HttpAnswer {
  return {
    statusCode: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
  };
}

/** The address with one more word in its query. */
export function addressWith(address: string, name: string, value: string): string {
  const page = new URL(address);
  page.searchParams.set(name, value);
  return page.toString();
}
