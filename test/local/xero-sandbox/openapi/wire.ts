import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import type { Recorder } from './recorder.ts';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets xero-node call the recorder over HTTP on a free port, so that what it really sends is recorded. */
export async function withXeroNode(recorder: Recorder, work: (api: AccountingApi) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const answering = bodyOf(request).then((body) => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const reply = recorder.send(request.method ?? '', request.url ?? '', { body, headers });
      response.writeHead(reply.status, reply.headers).end(reply.text);
    });
    answering.catch((error: unknown) => response.writeHead(599).end(String(error)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const api = new AccountingApi(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api.xro/2.0`);
  api.accessToken = recorder.token;
  try {
    await work(api);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
