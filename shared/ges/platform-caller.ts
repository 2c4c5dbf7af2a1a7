import type * as z from 'zod';
import { RetryFailure } from '../sync/errors.ts';
import type { Clock } from '../sync/ports.ts';
import { classifyGesRefusal, lostGesAnswer, type GesRefusal } from './ges-failure.ts';
import { createPlatformToken } from './platform-token.ts';

const TIMEOUT_MS = 15_000;

export interface GesPlatformOptions {
  /** Base of the platform API, e.g. `http://localhost:4570`. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** Asked for when a token is needed, not at start. */
  readonly credentials: () => Promise<{ readonly clientId: string; readonly clientSecret: string }>;
  readonly clock: Pick<Clock, 'now'>;
  /** Carries requests in process instead of over the network (simulation). */
  readonly fetch?: typeof globalThis.fetch;
  /** A signal that aborts after so many ms; by the wall clock when absent. */
  readonly timeout?: (ms: number) => AbortSignal;
}

/** A call to `/v1/accounts/{accountId}/{plural}[/{id}]`. */
export interface PlatformCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly accountId: string;
  readonly plural: 'customers' | 'invoices' | 'payments';
  readonly id?: string;
  readonly query?: URLSearchParams;
  /** Sent as `If-Match`. */
  readonly revision?: number;
  readonly idempotencyKey?: string;
  readonly json?: unknown;
}
export interface PlatformAnswer {
  readonly status: number;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}
/** Makes one call; a status other than those expected throws RetryFailure, WaitFailure or AttentionFailure. */
export type PlatformCaller = (call: PlatformCall, expected: readonly number[]) => Promise<PlatformAnswer>;

/** An answer that breaks the contract is a fault of the platform: nothing may be concluded from it, least of all "gone". */
export function checkedAnswer<T>(schema: z.ZodType<T>, answer: PlatformAnswer, call: PlatformCall): T {
  const result = schema.safeParse(answer.body);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.map(String).join('.')).join(', ');
  const message = `The GES platform's answer to ${operationOf(call)} does not fit the contract: ${fields || 'body'}`;
  throw new RetryFailure(message, 'server-error');
}

/** Names a call in messages without its ids. */
function operationOf({ method, plural }: PlatformCall): string {
  return `${method} ${plural}`;
}

function urlOf(baseUrl: string, { accountId, plural, id, query }: PlatformCall): string {
  const record = id === undefined ? '' : `/${encodeURIComponent(id)}`;
  const search = query === undefined || query.size === 0 ? '' : `?${query.toString()}`;
  return `${baseUrl}/v1/accounts/${encodeURIComponent(accountId)}/${plural}${record}${search}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The one way to call the platform: time-out, token kept and renewed, failures classified. */
export function createPlatformCaller(options: GesPlatformOptions): PlatformCaller {
  const { fetch: send = globalThis.fetch, timeout = (ms) => AbortSignal.timeout(ms) } = options;

  const exchange = async (url: string, init: RequestInit, operation: string): Promise<GesRefusal> => {
    try {
      const response = await send(url, { ...init, redirect: 'manual', signal: timeout(TIMEOUT_MS) });
      const text = await response.text();
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: parsed(text) };
    } catch (thrown) {
      throw lostGesAnswer(thrown, operation);
    }
  };

  const requestToken = async (): Promise<unknown> => {
    const { clientId, clientSecret } = await options.credentials();
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, accept: 'application/json' };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await exchange(options.tokenUrl, { method: 'POST', headers, body }, 'POST token');
    if (answer.status === 200) return answer.body;
    // Refused credentials are ours to mend, never a record's fault.
    if (answer.status >= 400 && answer.status < 429) throw new RetryFailure('The GES platform refused our credentials', 'server-error');
    throw classifyGesRefusal(answer, 'POST token');
  };
  const token = createPlatformToken(requestToken, options.clock);

  const attempt = (call: PlatformCall, bearer: string): Promise<GesRefusal> => {
    const headers = {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json',
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.revision === undefined ? {} : { 'if-match': `"${String(call.revision)}"` }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    };
    const body = call.json === undefined ? {} : { body: JSON.stringify(call.json) };
    return exchange(urlOf(options.baseUrl, call), { method: call.method, headers, ...body }, operationOf(call));
  };

  return async (call, expected) => {
    const bearer = await token.get();
    let answer = await attempt(call, bearer);
    // A refused token is forgotten and the call made once more: the platform did nothing.
    if (answer.status === 401) {
      token.forget(bearer);
      answer = await attempt(call, await token.get());
    }
    if (!expected.includes(answer.status)) throw classifyGesRefusal(answer, operationOf(call));
    return answer;
  };
}
