import { ALL_SCOPES, REDIRECT_URI } from './bench.ts';

/** Consents over HTTP as the local app and gives the headers of an API call. */
export async function connectOverHttp(url: string): Promise<Record<string, string>> {
  const demand = { response_type: 'code', client_id: 'ges-xero-local', redirect_uri: REDIRECT_URI, scope: ALL_SCOPES, decision: 'allow' };
  const consent = await fetch(`${url}/identity/connect/authorize`, {
    method: 'POST',
    body: new URLSearchParams(demand),
    redirect: 'manual',
  });
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(`${url}/connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('ges-xero-local:ges-xero-local-secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
  const [connection] = (await (await fetch(`${url}/connections`, { headers })).json()) as { tenantId: string }[];
  return { ...headers, 'xero-tenant-id': connection?.tenantId ?? '' };
}
