import { readXeroPerson, type XeroArrival } from '../sign-in/xero-person.ts';

const TIMEOUT_MS = 20_000;

/** What the browser brought back from Xero: the Integration API tells who its single-use code stands for. Never throws. */
export async function exchangeSignIn(baseUrl: string, { code, error }: Readonly<Record<string, string>>): Promise<XeroArrival> {
  if (error !== undefined && error !== '') return { error };
  try {
    const response = await fetch(new URL('/v1/auth/xero/exchange', baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ code: code ?? '' }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const person = response.ok ? readXeroPerson(await response.json()) : undefined;
    return person === undefined ? { error: response.status === 410 ? 'code-expired' : 'sign-in-failed' } : { person };
  } catch {
    return { error: 'integration-api-down' };
  }
}
