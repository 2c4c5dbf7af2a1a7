import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const end = Date.now() + 3000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not come about in 3 s.');
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
      publish: async (events) => delivered.push(...events),
    });
    expect((await fetch(`${second.url}/_ges/accounts/acct_demo/customers/${id}`)).status).toBe(200);
    expect(await (await fetch(`${second.url}/.well-known/jwks.json`)).text()).toBe(keys);
    await until(() => delivered.length === 1);
    expect(delivered[0]?.detail.entity.id).toBe(id);
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
    const response = await fetch(`${url}/_ges/accounts/acct_demo/customers`, { method: 'POST', body: 'x'.repeat(200_000) });
    expect(response.status).toBe(413);
    expect((await fetch(`${url}//`)).status).toBe(404);
  });

  it('passes the Integration panel on with the user JWT, and says when the Integration API is down', async () => {
    const { url } = await start({ integrationApiBaseUrl: 'http://127.0.0.1:1' });
    const response = await fetch(`${url}/_ges/accounts/acct_demo/integration/v1/xero/connection`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'integration-api-down']);
  });

  it('serves the page', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/?connected=1`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });
});
