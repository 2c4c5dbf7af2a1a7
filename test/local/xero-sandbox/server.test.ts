import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startSandbox, type RunningSandbox } from '../../../local/xero-sandbox/server.ts';
import { connectOverHttp } from './connect-over-http.ts';

const MAIN = join(import.meta.dirname, '../../../local/xero-sandbox/main.ts');
const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'xero-sandbox-'));
  directories.push(directory);
  return directory;
};
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

const createContact = async (url: string, headers: Record<string, string>, Name: string): Promise<number> =>
  (await fetch(`${url}/api.xro/2.0/Contacts`, { method: 'PUT', headers, body: JSON.stringify({ Name }) })).status;

const namesIn = async (url: string, headers: Record<string, string>): Promise<string[]> => {
  const answer = await fetch(`${url}/api.xro/2.0/Contacts`, { headers });
  return ((await answer.json()) as { Contacts: { Name: string }[] }).Contacts.map(({ Name }) => Name);
};

describe('the HTTP shell', () => {
  it('serves consent, token and contacts, and posts a signed webhook', async () => {
    const received = Promise.withResolvers<string>();
    const listener = createServer((request, response) => {
      received.resolve(String(request.headers['x-xero-signature']));
      request.resume();
      response.writeHead(200).end();
    });
    await once(listener.listen(0), 'listening');
    const webhookUrl = `http://localhost:${String((listener.address() as AddressInfo).port)}/webhooks/xero`;
    const sandbox = await startSandbox({ port: 0, webhookUrl, settings: { webhookDelayMs: 5 } });
    try {
      const headers = await connectOverHttp(sandbox.url);
      expect(await createContact(sandbox.url, headers, 'Over HTTP')).toBe(200);
      expect(await received.promise).toHaveLength(44);
      expect(await namesIn(sandbox.url, headers)).toContain('Over HTTP');
    } finally {
      await sandbox.close();
      listener.close();
      listener.closeAllConnections();
    }
  });

  it('a lost answer cuts the connection', async () => {
    const sandbox = await startSandbox({ port: 0 });
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify({ kind: 'lost-before' }) });
    await expect(fetch(`${sandbox.url}/connections`)).rejects.toThrow();
    await sandbox.close();
  });

  it('a port in use gives a clear error', async () => {
    const sandbox = await startSandbox({ port: 0 });
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(/Port \d+ is in use/);
    await sandbox.close();
  });

  it('a data directory keeps contacts, tokens and connections over a restart', async () => {
    const dataDir = newDirectory();
    const first = await startSandbox({ port: 0, dataDir });
    const headers = await connectOverHttp(first.url);
    await createContact(first.url, headers, 'Still Here');
    await first.close();
    const second: RunningSandbox = await startSandbox({ port: 0, dataDir });
    expect(await namesIn(second.url, headers)).toContain('Still Here');
    await second.close();
  });

  it('a data directory that another sandbox has open is refused by name', async () => {
    const dataDir = newDirectory();
    const first = await startSandbox({ port: 0, dataDir });
    const second = await startSandbox({ port: 0, dataDir }).catch(String);
    await first.close();
    expect(second).toBe(`Error: The data directory ${dataDir} is in use by another sandbox.`);
    await (await startSandbox({ port: 0, dataDir })).close();
  });

  it('a data directory that cannot be used is refused by name', async () => {
    const [damaged, file] = [newDirectory(), join(newDirectory(), 'file')];
    writeFileSync(join(damaged, 'xero-sandbox.sqlite'), 'no database at all, but long enough to be looked at');
    writeFileSync(file, '');
    for (const dataDir of [damaged, file])
      expect(await startSandbox({ port: 0, dataDir }).catch(String)).toMatch(`Error: The data directory ${dataDir} cannot be used: `);
  });

  it('kill -9 loses nothing that was answered', async () => {
    const dataDir = newDirectory();
    const child = spawn(process.execPath, [MAIN, '--port', '0', '--data', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /http:\/\/localhost:\d+/.exec(line.toString())?.[0] ?? '';
    const headers = await connectOverHttp(url);
    for (let i = 0; i < 20; i += 1) await createContact(url, headers, `Survivor ${String(i)}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = await startSandbox({ port: 0, dataDir });
    const survivors = (await namesIn(after.url, headers)).filter((name) => name.startsWith('Survivor'));
    expect(survivors).toHaveLength(20);
    await after.close();
  });
});
