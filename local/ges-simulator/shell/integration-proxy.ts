import { json, Problem, problemAnswer, type GesAnswer, type GesRequest } from '../core/http.ts';

/** The page's panel asks for `/_ges/accounts/{a}/integration/v1/xero/…`; group 1 is the account, group 2 the path. */
export const INTEGRATION_PATH = /^\/_ges\/accounts\/([^/]+)\/integration(\/v1\/xero\/[\w/-]+)$/;
const TIMEOUT_MS = 30_000;

/**
 * Passes a call of the page's Integration panel on to the Integration API with the user's JWT. The page
 * cannot ask it directly: it is another origin.
 */
export async function callIntegrationApi(baseUrl: string, path: string, request: GesRequest, token: string): Promise<GesAnswer> {
  const hasBody = request.method !== 'GET' && request.body !== '';
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL(path, baseUrl), {
      method: request.method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(hasBody ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(hasBody ? { body: request.body } : {}),
    });
    text = await response.text();
  } catch {
    return problemAnswer(new Problem(502, 'integration-api-down', `The Integration API at ${baseUrl} does not answer. Is it running?`));
  }
  if (text === '') return { status: response.status, headers: {}, body: null };
  try {
    return json(response.status, JSON.parse(text));
  } catch {
    return problemAnswer(new Problem(502, 'integration-api-answer', `The Integration API answered ${response.status} and no JSON.`));
  }
}
