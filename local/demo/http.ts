/** Small HTTP client of the demo: JSON in, JSON out, and a sentence with the other side's words when it says no. */

export interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the request and returns the parsed answer. Throws an Error that quotes the answer unless the status is 2xx. */
export async function json<T>(url: string, { method = 'GET', body, headers = {} }: JsonRequest = {}): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 400)}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** Sends the request and returns where it redirects to, with the cookies it sets. Throws when it does not redirect. */
export async function redirect(url: string, init: RequestInit = {}): Promise<{ readonly location: string; readonly cookie: string }> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null)
    throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status} and no redirect: ${await response.text()}`);
  return { location: new URL(location, url).toString(), cookie: cookiesOf(response) };
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
}

/** Opens a page and returns where the link with that id leads, with the cookies that the page sets. Throws when there is no such link. */
export async function linkOn(url: string, id: string): Promise<{ readonly location: string; readonly cookie: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  const page = await response.text();
  const href = new RegExp(`id="${id}" href="([^"]*)"`).exec(page)?.[1];
  if (href === undefined) throw new Error(`GET ${url} answered ${response.status} and no page with the link ${id}.`);
  return { location: href.replace(/&#(\d+);/g, (_match, sign: string) => String.fromCharCode(Number(sign))), cookie: cookiesOf(response) };
}

/** Asks again every 100 ms until `ask` gives something. Throws an Error with `what` after `timeoutMs`. */
export async function eventually<T>(what: string, timeoutMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
