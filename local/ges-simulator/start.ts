import { createPrivateKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GesCore } from './core/core.ts';
import { json, Problem, problemAnswer, type GesAnswer, type GesRequest } from './core/http.ts';
import { Identity } from './core/identity.ts';
import { seedDemo } from './demo/seed.ts';
import { eventBridgePublisher, type AwsOptions, type Publish } from './shell/event-bus.ts';
import { callIntegrationApi, INTEGRATION_PATH } from './shell/integration-proxy.ts';
import { exchangeSignIn } from './shell/xero-sign-in.ts';
import { startOutbox, type Outbox } from './shell/outbox.ts';
import { readPageFiles } from './shell/page-files.ts';
import { openStorage } from './shell/storage.ts';

/** A snapshot must fit into one EventBridge entry of 256 kB. */
const MAX_BODY_BYTES = 150_000;
const PAGE_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export interface GesSimulatorOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Where state survives a restart or a kill; without it everything is in memory. */
  readonly dataDir?: string | undefined;
  /** `ges-xero-<stage>` */
  readonly eventBusName: string;
  /** Where EventBridge is; needed unless `publish` is given. */
  readonly aws?: AwsOptions | undefined;
  /** Takes the events instead of EventBridge. */
  readonly publish?: Publish | undefined;
  /** `iss` of the user JWTs; the simulator's own URL by default. */
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** For the page's Integration panel and for signing in with Xero; http://localhost:4590 by default. */
  readonly integrationApiBaseUrl?: string | undefined;
  /** Epoch milliseconds; the system clock by default. */
  readonly now?: (() => number) | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

export interface GesSimulator {
  readonly url: string;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `Port ${port} is in use. Stop what listens there, or set GES_SIMULATOR_PORT to another port.`;
      reject(error.code === 'EADDRINUSE' ? new Error(inUse) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function readRequest(incoming: IncomingMessage): Promise<GesRequest> {
  const url = new URL(`http://localhost${incoming.url ?? '/'}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new Problem(413, 'body-too-large', `The body must have at most ${MAX_BODY_BYTES} bytes.`);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, { status, headers, cookies = [], body }: GesAnswer): void {
  response.writeHead(status, { 'cache-control': 'no-store', ...headers, ...(cookies.length > 0 && { 'set-cookie': [...cookies] }) });
  response.end(body === null ? undefined : JSON.stringify(body));
}

/**
 * Starts the GES platform of this machine: platform API, identity provider, events, pages.
 * Every change and its events are stored before the change is answered.
 * @throws Error when the port is in use, with what to do about it, or when neither `aws` nor `publish` is given
 */
export async function startGesSimulator(options: GesSimulatorOptions): Promise<GesSimulator> {
  const { now = Date.now, log = console.log, integrationApiBaseUrl = 'http://localhost:4590' } = options;
  const bus = options.aws ? eventBridgePublisher(options.eventBusName, options.aws) : undefined;
  const publish = options.publish ?? bus;
  if (!publish) throw new Error('startGesSimulator needs `aws` (where EventBridge is) or `publish`.');
  const server = createServer();
  const url = `http://localhost:${await listen(server, options.port)}`;

  const storage = openStorage(options.dataDir);
  const { signingKeyPem, tokenSecret } = storage.secrets();
  const client = { id: options.clientId ?? 'ges-xero-sync', secret: options.clientSecret ?? 'ges-xero-sync-secret' };
  const identity = { issuer: options.issuer ?? url, signingKey: createPrivateKey(signingKeyPem), tokenSecret, client };
  const users = new Identity(identity);
  const buildCore = (): GesCore =>
    new GesCore({ rows: storage.rows(), identity, seed: seedDemo, integrationApiUrl: integrationApiBaseUrl });
  let core = buildCore();
  storage.store(core.start());

  const outbox: Outbox = startOutbox(storage, publish, log);
  const pageFiles = readPageFiles();

  const answer = async (request: GesRequest): Promise<GesAnswer> => {
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /_ges/outbox') return json(200, outbox.status());
    const [, accountId = '', integrationPath = ''] = INTEGRATION_PATH.exec(request.path) ?? [];
    if (accountId) {
      // As the identity provider itself: no token for an account that is not there.
      const account = core.account(accountId);
      if (account === undefined) throw new Problem(404, 'account-not-found', 'There is no such account.');
      const token = users.userToken(account, `user_${accountId}`, now());
      return callIntegrationApi(integrationApiBaseUrl, integrationPath, request, token);
    }
    const arrival = route === 'GET /auth/xero/return' ? await exchangeSignIn(integrationApiBaseUrl, request.query) : undefined;
    const { answer, effects } = arrival === undefined ? core.handle(request, now()) : core.arriveFromXero(request, arrival, now());
    try {
      storage.store(effects);
    } catch (error) {
      core = buildCore();
      throw error;
    }
    if (effects.events.length > 0) outbox.ring();
    return answer;
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const file = incoming.method === 'GET' ? pageFiles.get((incoming.url ?? '/').split('?')[0] ?? '/') : undefined;
    if (file) {
      response.writeHead(200, { 'content-type': file.contentType, 'cache-control': 'no-cache', 'content-security-policy': PAGE_POLICY });
      response.end(file.content);
      return;
    }
    try {
      send(response, await answer(await readRequest(incoming)));
    } catch (error) {
      if (error instanceof Problem) {
        send(response, problemAnswer(error));
        return;
      }
      log(`GES simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      send(response, problemAnswer(new Problem(500, 'internal', 'The simulator failed; its log says why.')));
    }
  };
  server.on('request', (incoming, response) => void serve(incoming, response));

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await outbox.close();
    bus?.close();
    storage.close();
  };
  return { url, close: () => (closing ??= close()) };
}
