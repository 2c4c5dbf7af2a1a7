import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { startSandbox } from '../../../local/xero-sandbox/server.ts';

export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
/** A running sandbox to which an organisation has consented, and what it delivers to the webhook address. */
export interface ConnectedSandbox {
  readonly url: string;
  readonly tenantId: string;
  readonly accessToken: string;
  readonly deliveries: Delivery[];
  /** Pulls a lever of the switchboard; POST when there is a body. Throws when it does not move. */
  pull(path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

async function consent(url: string): Promise<string> {
  const redirect = LOCAL_APP.redirectUris[0] ?? '';
  const authorize = new URLSearchParams({
    response_type: 'code',
    client_id: LOCAL_APP.clientId,
    redirect_uri: redirect,
    scope: 'offline_access openid profile email accounting.contacts accounting.invoices accounting.payments accounting.settings',
    state: 's',
    decision: 'allow',
  });
  const answer = await fetch(`${url}/identity/connect/authorize`, { method: 'POST', body: authorize, redirect: 'manual' });
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const basic = btoa(`${LOCAL_APP.clientId}:${LOCAL_APP.clientSecret}`);
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirect });
  const tokens = await fetch(`${url}/connect/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body: form });
  return ((await tokens.json()) as { access_token: string }).access_token;
}

/** Starts a sandbox on a free port, grants the local app its first organisation, and listens for webhooks. */
export async function startConnectedSandbox(seed: string): Promise<ConnectedSandbox> {
  const deliveries: Delivery[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`;
  const sandbox = await startSandbox({ port: 0, seed, webhookUrl, settings: { webhookDelayMs: 1 } });
  const accessToken = await consent(sandbox.url);
  const connections = await fetch(`${sandbox.url}/connections`, { headers: { authorization: `Bearer ${accessToken}` } });
  const tenantId = ((await connections.json()) as { tenantId: string }[])[0]?.tenantId ?? '';
  return {
    url: sandbox.url,
    tenantId,
    accessToken,
    deliveries,
    async pull(path, body) {
      const init =
        body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
      if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`);
      return answer.json();
    },
    async close() {
      await sandbox.close();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    },
  };
}
