import { z } from 'zod';
import type { GesCustomer } from '../domain/records.ts';
import { RetryFailure } from '../sync/errors.ts';
import type { Clock, GesPlatform, GesQuery, GesWrite } from '../sync/ports.ts';
import { SNAPSHOT_SCHEMAS } from './eventContract.ts';
import { classifyGesRefusal, lostGesAnswer, type GesRefusal } from './gesFailure.ts';
import { createPlatformToken } from './platformToken.ts';

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
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
interface Call {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly revision?: number;
  readonly json?: unknown;
}

const customerPage = z.object({ items: z.array(SNAPSHOT_SCHEMAS.customer), nextCursor: z.string().nullable() });

/** An answer that breaks the contract is a fault of the platform: nothing may be concluded from it, least of all "gone". */
function checked<T>(schema: z.ZodType<T>, body: unknown, operation: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.map(String).join('.')).join(', ');
  throw new RetryFailure(`The GES platform's answer to ${operation} does not fit the contract: ${fields || 'body'}`, 'server-error');
}

function queryOf(query: GesQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query.ids !== undefined) parameters.set('ids', query.ids.join(','));
  if (query.updatedFrom !== undefined) parameters.set('updatedFrom', query.updatedFrom);
  if (query.cursor !== undefined) parameters.set('cursor', query.cursor);
  if (query.limit !== undefined) parameters.set('limit', String(query.limit));
  return parameters;
}

/** The platform API of contracts §2. See GesPlatform for what each method does; throws RetryFailure, WaitFailure, AttentionFailure. */
export function createGesPlatform(options: GesPlatformOptions): GesPlatform {
  const send = options.fetch ?? globalThis.fetch;

  const exchange = async (url: string, init: RequestInit, operation: string): Promise<Answer & GesRefusal> => {
    try {
      const response = await send(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
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

  const attempt = async (call: Call, bearer: string): Promise<Answer & GesRefusal> => {
    const query = call.query === undefined || call.query.size === 0 ? '' : `?${call.query.toString()}`;
    const headers = {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json',
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.revision === undefined ? {} : { 'if-match': `"${String(call.revision)}"` }),
    };
    const body = call.json === undefined ? {} : { body: JSON.stringify(call.json) };
    return exchange(`${options.baseUrl}${call.path}${query}`, { method: call.method, headers, ...body }, operationOf(call));
  };

  /** A refused token is forgotten and the call made once more: the platform did nothing. */
  const request = async (call: Call, expected: readonly number[]): Promise<Answer> => {
    const bearer = await token.get();
    let answer = await attempt(call, bearer);
    if (answer.status === 401) {
      token.forget(bearer);
      answer = await attempt(call, await token.get());
    }
    if (!expected.includes(answer.status)) throw classifyGesRefusal(answer, operationOf(call));
    return answer;
  };

  return {
    async listCustomers(accountId, query) {
      const call: Call = { method: 'GET', path: `/v1/accounts/${encodeURIComponent(accountId)}/customers`, query: queryOf(query) };
      const { body } = await request(call, [200]);
      return checked(customerPage, body, operationOf(call));
    },

    async patchCustomer(accountId, id, revision, patch): Promise<GesWrite<GesCustomer>> {
      const path = `/v1/accounts/${encodeURIComponent(accountId)}/customers/${encodeURIComponent(id)}`;
      const call: Call = { method: 'PATCH', path, revision, json: patch };
      const { status, body } = await request(call, [200, 404, 412]);
      if (status === 404) return { outcome: 'gone' };
      const snapshot = checked(SNAPSHOT_SCHEMAS.customer, body, operationOf(call));
      return { outcome: status === 200 ? 'written' : 'conflict', snapshot };
    },
  };
}

/** Names a call in messages without its ids. */
function operationOf({ method }: Call): string {
  return `${method} customers`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
