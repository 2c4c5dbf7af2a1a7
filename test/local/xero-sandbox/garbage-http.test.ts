import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, type RunningSandbox } from '../../../local/xero-sandbox/server.ts';
import { connectOverHttp } from './connect-over-http.ts';

let sandbox: RunningSandbox;
let headers: Record<string, string>;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  const tier = JSON.stringify({ clientId: 'ges-xero-local', tier: 'plus' });
  await fetch(`${sandbox.url}/_sandbox/apps`, { method: 'POST', body: tier });
  headers = await connectOverHttp(sandbox.url);
});
afterAll(() => sandbox.close());

/** One request as it is written, without a client that repairs it. */
async function call(method: string, path: string, body = '', more: Record<string, string> = {}): Promise<[status: number, text: string]> {
  const sent = request({ host: '127.0.0.1', port: sandbox.port, method, path, headers: { ...headers, ...more } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode: number; headers: Record<string, string> }];
  expect(answer.headers).not.toHaveProperty('x-sandbox-defect');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return [answer.statusCode, Buffer.concat(chunks).toString()];
}

/** The first line that raw bytes get, '' when the connection is closed or nothing comes. */
async function firstLine(bytes: string): Promise<string> {
  const socket = connect(sandbox.port, '127.0.0.1');
  socket.end(bytes);
  const chunks: Buffer[] = [];
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString().split('\r\n')[0] ?? '';
}

const CONTACTS = '/api.xro/2.0/Contacts';

describe('garbage over HTTP (issue: "Garbage")', () => {
  it.each<[string, string, string, string, number]>([
    ['broken JSON', 'PUT', CONTACTS, '{"Name":', 400],
    ['an empty body', 'PUT', CONTACTS, '', 400],
    ['a body that is no UTF-8 JSON', 'PUT', CONTACTS, '\u0000\u00ff', 400],
    ['nesting of 200,000 levels', 'PUT', CONTACTS, `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 400],
    ['a name of 5 MB', 'PUT', CONTACTS, JSON.stringify({ Name: 'x'.repeat(5_000_000) }), 400],
    ['11 MB', 'PUT', CONTACTS, 'x'.repeat(11_000_000), 413],
    ['20 MB', 'PUT', CONTACTS, 'x'.repeat(20_000_000), 413],
    ['__proto__ as a key', 'PUT', CONTACTS, '{"__proto__":{"Name":"x"},"constructor":1}', 400],
    ['percent signs that encode nothing', 'GET', `${CONTACTS}/%zz%00%ff`, '', 404],
    ['a query that encodes nothing', 'GET', `${CONTACTS}?where=%zz&page=%`, '', 400],
    ['dots in the path', 'GET', '/api.xro/2.0/../../etc/passwd', '', 404],
    ['an address instead of a path', 'GET', 'http://elsewhere.example/connections', '', 200],
    ['an unknown method', 'PROPFIND', CONTACTS, '', 501],
    ['HEAD', 'HEAD', CONTACTS, '', 501],
  ])('%s', async (_what, method, path, body, status) => {
    expect((await call(method, path, body))[0]).toBe(status);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a key with an accent', { 'idempotency-key': 'k\u00e9' }, 200],
    ['an If-Modified-Since that is no date', { 'if-modified-since': '2026-99-99T99:99:99' }, 400],
    ['a tenant of control signs', { 'xero-tenant-id': '\t\u00ff' }, 403],
    ['a bearer of nothing', { authorization: 'Bearer ' }, 401],
    ['a content type of nothing', { 'content-type': ';;;=' }, 200],
  ])('header: %s', async (_what, more, status) => {
    expect((await call('GET', CONTACTS, '', more))[0]).toBe(status);
  });

  it.each([
    'garbage\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
  ])('bytes that are no request (%#) end the connection, not the sandbox', async (bytes) => {
    expect(await firstLine(bytes)).toMatch(/^(|HTTP\/1\.1 4\d\d .*)$/);
    expect((await call('GET', '/api.xro/2.0/Organisation'))[0]).toBe(200);
  });

  it('a client that goes away in the middle of its body leaves the sandbox alive', async () => {
    await firstLine(`PUT ${CONTACTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"Name"`);
    expect((await call('GET', '/api.xro/2.0/Organisation'))[0]).toBe(200);
  });
});
