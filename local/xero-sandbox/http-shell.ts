import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliverWebhook, DeliveryOutcome, SandboxAnswer, SandboxRequest } from './core/messages.ts';
import type { XeroSandbox } from './core/sandbox.ts';
import { readPageFiles, type PageFile } from './page-files.ts';
import type { RowStore } from './storage/row-store.ts';

/** Bodies beyond this are read to the end, for a client that is cut off while it writes never sees its 413, but not kept. */
const MAX_READ_BYTES = 12 * 1024 * 1024;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Gives a sandbox HTTP, real time, timers, storage and outgoing webhooks. */
export class HttpShell {
  readonly #sandbox: XeroSandbox;
  readonly #store: RowStore | undefined;
  readonly #server: Server;
  readonly #page = readPageFiles();
  readonly #posting = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(sandbox: XeroSandbox, store: RowStore | undefined) {
    this.#sandbox = sandbox;
    this.#store = store;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  /** Listens; rejects with a clear message when the port is in use. Returns the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const inUse = `Port ${String(port)} is in use. Stop what listens there, or set XERO_SANDBOX_PORT to another port.`;
        reject(error.code === 'EADDRINUSE' ? new Error(inUse, { cause: error }) : error);
      });
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stores what changed and carries out what is due; to be called after anything was done to the sandbox. */
  pump(): void {
    this.#carryOut(this.#sandbox.due(Date.now()));
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#ending.abort();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    await Promise.all(this.#posting);
    this.#save();
    this.#store?.close();
  }

  #save(): void {
    const changes = this.#sandbox.takeChanges();
    this.#store?.write(changes);
  }

  #carryOut(effects: readonly DeliverWebhook[]): void {
    this.#save();
    for (const effect of effects) {
      const posting = this.#deliver(effect).finally(() => this.#posting.delete(posting));
      this.#posting.add(posting);
    }
    this.#wakeWhenDue();
  }

  #wakeWhenDue(): void {
    clearTimeout(this.#timer);
    const at = this.#sandbox.nextDueAt();
    if (at === undefined || this.#ending.signal.aborted) return;
    this.#timer = setTimeout(
      () => {
        this.pump();
      },
      Math.min(MAX_TIMER_MS, Math.max(1, at - Date.now())),
    );
  }

  async #deliver(effect: DeliverWebhook): Promise<void> {
    const outcome = await post(effect, this.#ending.signal);
    if (this.#ending.signal.aborted) return;
    this.#sandbox.delivered(effect.deliveryId, outcome, Date.now());
    this.pump();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = isRead(request) ? this.#page.get(pathOf(request)) : undefined;
    if (file !== undefined) {
      sendPageFile(request, response, file);
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      response.writeHead(413, { 'content-type': 'text/html', connection: 'close' }).end('Request Entity Too Large');
      return;
    }
    const { answer, effects } = this.#sandbox.handle(requestOf(request, body), Date.now());
    this.#carryOut(effects);
    if (answer.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
    if (answer.lost) response.destroy();
    else send(response, answer);
  }
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';
const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

/** The page is no part of Xero: it is neither counted as a call nor hit by faults. */
function sendPageFile(request: IncomingMessage, response: ServerResponse, { headers, content }: PageFile): void {
  request.resume();
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : content);
}

function send(response: ServerResponse, answer: SandboxAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) });
  response.end(answer.body);
}

function requestOf(request: IncomingMessage, body: string): SandboxRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body };
}

/** The body as text, or undefined when it is beyond all limits. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_READ_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (size > MAX_READ_BYTES) return undefined;
  return Buffer.concat(chunks).toString('utf8');
}

async function post({ url, headers, body, timeoutMs }: DeliverWebhook, ending: AbortSignal): Promise<DeliveryOutcome> {
  try {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const content = await response.arrayBuffer();
    return { status: response.status, bodyLength: content.byteLength, setsCookie: response.headers.has('set-cookie') };
  } catch {
    return { status: 0, bodyLength: 0, setsCookie: false };
  }
}
