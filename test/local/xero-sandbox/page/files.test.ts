import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, type RunningSandbox } from '../../../../local/xero-sandbox/server.ts';

const FOLDER = join(import.meta.dirname, '../../../../local/xero-sandbox/page');
const names = readdirSync(FOLDER);
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
});
afterAll(() => sandbox.close());

describe('the files of the page', () => {
  it('are served at / with a policy that lets only own files run and only this server be called', async () => {
    const answer = await fetch(sandbox.url);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
    expect(await answer.text()).toContain('<title>Xero sandbox – not Xero</title>');
  });

  it.each(names.filter((name) => name.endsWith('.js')))(
    '%s is served as a script, sets no HTML and calls only the switchboard',
    async (name) => {
      const answer = await fetch(`${sandbox.url}/page/${name}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
      const source = await answer.text();
      expect(source).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\.style\b|setAttribute\('style/);
      if (name !== 'api.js') expect(source).not.toMatch(/\bfetch\(/);
    },
  );

  it('index.html has no inline script, style or handler', () => {
    const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=/);
  });

  it('no element has the name of a tab as its id: the browser would jump there', () => {
    const ids = [...readFileSync(join(FOLDER, 'index.html'), 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const tabs = ['contacts', 'invoices', 'payments', 'credit-notes', 'organisation', 'switchboard'];
    expect(ids.filter((id) => id !== undefined && tabs.includes(id))).toEqual([]);
    expect(ids.length).toBeGreaterThan(3);
  });

  it('are no calls to Xero: not counted, and not hit by faults', async () => {
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify({ kind: '503', share: 1 }) });
    expect((await fetch(`${sandbox.url}/?x=1`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(sandbox.url)).status).toBe(200);
    expect(await (await fetch(`${sandbox.url}/_sandbox/calls`)).json()).toMatchObject({ total: 0 });
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
  });

  it('nothing else is served: no path leaves the folder, nothing is written', async () => {
    for (const path of ['/page/../server.ts', '/page/%2e%2e/server.ts', '/page/', '/page/nothing.js']) {
      expect((await fetch(`${sandbox.url}${path}`)).status).toBe(404);
    }
    expect((await fetch(sandbox.url, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});
