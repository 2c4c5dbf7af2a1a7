import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import { startGesSimulator, type GesSimulator, type GesSimulatorOptions } from '../../../local/ges-simulator/start.ts';

const running: GesSimulator[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(options: Partial<GesSimulatorOptions> = {}): Promise<GesSimulator> {
  const defaults = {
    port: 0,
    eventBusName: 'ges-xero-test',
    publish: async (events: readonly unknown[]) => events.length,
    log: () => undefined,
  };
  const simulator = await startGesSimulator({ ...defaults, ...options });
  running.push(simulator);
  return simulator;
}

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ges-simulator-'));
  folders.push(folder);
  return folder;
}

async function createCustomer(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/_ges/accounts/acct_demo/customers`, { method: 'POST', body: JSON.stringify({ name }) });
  return ((await response.json()) as { id: string }).id;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not come about in 30 s.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('storage', () => {
  it('keeps records, waiting events and the signing key over a restart', async () => {
    const folder = dataDir();
    const down = async (): Promise<number> => Promise.reject(new Error('down'));
    const first = await start({ dataDir: folder, publish: down });
    const id = await createCustomer(first.url, 'Kept');
    const keys = await (await fetch(`${first.url}/.well-known/jwks.json`)).text();
    await first.close();

    const delivered: GesEvent[] = [];
    const second = await start({
      dataDir: folder,
      publish: async (events) => {
        delivered.push(...events);
        return events.length;
      },
    });
    expect((await fetch(`${second.url}/_ges/accounts/acct_demo/customers/${id}`)).status).toBe(200);
    expect(await (await fetch(`${second.url}/.well-known/jwks.json`)).text()).toBe(keys);
    await until(() => delivered.length === 1);
    expect(delivered[0]?.detail.entity.id).toBe(id);
  });
});

describe('kill -9', () => {
  it('loses no customer that was answered, and none of their events', async () => {
    const folder = dataDir();
    const main = join(import.meta.dirname, '../../../local/ges-simulator/main.ts');
    const child = spawn(process.execPath, [main, '--port', '0', '--data', folder], {
      env: { ...process.env, NODE_OPTIONS: '', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    const answered: string[] = [];
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const url = line.toString().replace('GES simulator:', '').trim();
      const writing = (async () => {
        for (;;) answered.push(await createCustomer(url, 'Answered'));
      })();
      await until(() => answered.length >= 20);
      child.kill('SIGKILL');
      await expect(writing).rejects.toThrow();
    } finally {
      child.kill('SIGKILL');
      await exited;
    }

    const delivered: string[] = [];
    const { url } = await start({
      dataDir: folder,
      publish: async (events) => {
        delivered.push(...events.map(({ detail }) => detail.entity.id));
        return events.length;
      },
    });
    await until(async () => ((await (await fetch(`${url}/_ges/outbox`)).json()) as { waiting: number }).waiting === 0);
    const { items } = (await (await fetch(`${url}/_ges/accounts/acct_demo/customers?limit=500`)).json()) as { items: { id: string }[] };
    const kept = items.map(({ id }) => id).slice(25);
    expect(kept.slice(0, answered.length)).toEqual(answered);
    expect(delivered).toEqual(kept);
  });
});

describe('outbox', () => {
  it('repeats what the bus did not accept, in order, and loses nothing', async () => {
    const accepted: string[] = [];
    let round = 0;
    const publish = async (events: readonly GesEvent[]): Promise<number> => {
      round += 1;
      if (round % 3 === 1) throw new Error('down');
      const taken = round % 3 === 2 ? 1 : events.length;
      accepted.push(...events.slice(0, taken).map((event) => event.detail.entity.id));
      return taken;
    };
    const { url } = await start({ publish });
    const ids: string[] = [];
    for (let number = 0; number < 12; number += 1) ids.push(await createCustomer(url, `Customer ${number}`));
    await until(async () => ((await (await fetch(`${url}/_ges/outbox`)).json()) as { waiting: number }).waiting === 0);
    expect(accepted).toEqual(ids);
  });
});

describe('the shell', () => {
  it('says clearly that the port is in use', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toThrow(`Port ${port} is in use`);
  });

  it('answers a body that is too large with 413, and a broken path with a problem document', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/_ges/accounts/acct_demo/customers`, { method: 'POST', body: 'x'.repeat(250_000) });
    expect(response.status).toBe(413);
    expect((await fetch(`${url}//`)).status).toBe(404);
  });

  it('passes the Integration panel on with the JWT of that business, and nothing outside /v1/xero', async () => {
    const seen: { route: string; account: unknown; body: string }[] = [];
    const api = createServer((request, response) => {
      void text(request).then((body) => {
        const claims = String(request.headers.authorization).split('.')[1] ?? '';
        const { ges_account_id: account } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
        seen.push({ route: `${request.method} ${request.url}`, account, body });
        response.writeHead(422, { 'content-type': 'application/problem+json' }).end('{"code":"invalid-setting"}');
      });
    });
    await once(api.listen(0, '127.0.0.1'), 'listening');
    try {
      const { url } = await start({ integrationApiBaseUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
      const panel = `${url}/_ges/accounts/acct_two/integration`;
      const response = await fetch(`${panel}/v1/xero/settings`, { method: 'PUT', body: '{"syncCustomers":true}' });
      expect([response.status, await response.json()]).toEqual([422, { code: 'invalid-setting' }]);
      expect((await fetch(`${panel}/v1/xero/../../webhooks/xero`)).status).toBe(404);
      expect(seen).toEqual([{ route: 'PUT /v1/xero/settings', account: 'acct_two', body: '{"syncCustomers":true}' }]);
    } finally {
      api.close();
    }
  });

  it('says when the Integration API is down, and knows no account that is not there', async () => {
    const { url } = await start({ integrationApiBaseUrl: 'http://127.0.0.1:1' });
    const response = await fetch(`${url}/_ges/accounts/acct_demo/integration/v1/xero/connection`);
    const stranger = await fetch(`${url}/_ges/accounts/acct_nobody/integration/v1/xero/connection`);
    expect([stranger.status, ((await stranger.json()) as { code: string }).code]).toEqual([404, 'account-not-found']);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'integration-api-down']);
  });

  it('serves the page', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/?connected=1`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });
});
