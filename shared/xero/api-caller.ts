import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import type { Meter, RemainingCalls } from '../sync/budget.ts';
import { AttentionFailure, ReconnectFailure, RetryFailure, WaitFailure } from '../sync/errors.ts';
import { createCallSlots } from './call-slots.ts';
import { readXeroError, validationRefusal } from './xero-answer.ts';
import { classifyXeroFailure } from './xero-failure.ts';

type RequestOptions = Parameters<Parameters<AccountingApi['setDefaultAuthentication']>[0]['applyToRequest']>[0];
/** An axios adapter: carries requests in process instead of over the network (simulation). */
export type Transport = Extract<NonNullable<RequestOptions['adapter']>, (...args: never[]) => unknown>;

export interface XeroAccess {
  /** Without the path, e.g. `https://api.xero.com`. */
  readonly apiBaseUrl: string;
  readonly tenantId: string;
  readonly accessToken: () => Promise<string>;
  /** Told when Xero refused a token, so that the next `accessToken()` can bring another. */
  readonly onUnauthorised?: (refusedToken: string) => Promise<void>;
  /** Asked before each call, and told what each answer says of Xero's limits. */
  readonly meter?: Meter;
  readonly transport?: Transport;
}

export interface ApiCall<T> {
  /** Named in failures, e.g. `PUT Contacts`. */
  readonly operation: string;
  readonly kind: 'read' | 'write';
  readonly send: (api: AccountingApi, tenantId: string) => Promise<{ readonly response: unknown; readonly body: T }>;
  /** A list: its 404 says that Xero did not take the address, never that a record is gone. */
  readonly isList?: true;
  /** What a 304 means; xero-node makes a rejection of it. */
  readonly notModified?: T;
  /** What Xero's refusal of a single element (400 with its own messages) means; without it the failure is thrown. */
  readonly refused?: (messages: readonly string[]) => T;
}

/** An answer, and Xero's own time of it, epoch ms; 0 where Xero did not say. */
export interface TimedAnswer<T> {
  readonly body: T;
  readonly answeredAt: number;
}
/** Makes one call and returns the body. Throws RetryFailure, WaitFailure, AttentionFailure or ReconnectFailure. */
export interface ApiCaller {
  <T>(call: ApiCall<T>): Promise<T>;
  timed<T>(call: ApiCall<T>): Promise<TimedAnswer<T>>;
}

/** xero-node has no time-out of its own. A write may take longer than a read. */
const TIMEOUT_MS = { read: 20_000, write: 30_000 } as const;
/** The first other token may be one that another process had stored and that is refused too; the second is fresh from Xero. */
const OTHER_TOKENS = 2;
/** One less than Xero allows, so that a look at the settings page gets through. */
const CALLS_IN_PROGRESS = 4;

function createApi(access: XeroAccess, token: string, timeoutMs: number): AccountingApi {
  const api = new AccountingApi(`${access.apiBaseUrl}/api.xro/2.0`);
  api.accessToken = token;
  api.setDefaultAuthentication({
    applyToRequest(options) {
      options.timeout = timeoutMs;
      options.maxRedirects = 0;
      if (access.transport === undefined) {
        // `timeout` alone starts anew with every byte that trickles in.
        options.signal = AbortSignal.timeout(timeoutMs);
      } else {
        options.adapter = access.transport;
      }
    },
  });
  return api;
}

function remainingCalls(response: unknown): RemainingCalls {
  const headers = headersOf(response);
  const read = (name: string): number | undefined => {
    const value = headers[name];
    return value === undefined || value === null || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const minute = read('x-minlimit-remaining');
  const day = read('x-daylimit-remaining');
  return { ...(minute === undefined ? {} : { minute }), ...(day === undefined ? {} : { day }) };
}

function headersOf(response: unknown): Readonly<Record<string, unknown>> {
  return (response as { headers?: Readonly<Record<string, unknown>> }).headers ?? {};
}

/** `DateTimeUTC` of the envelope, which xero-node's models drop, else the header. */
function answeredAt(response: unknown): number {
  const { data } = response as { data?: unknown };
  const envelope = typeof data === 'string' ? /"DateTimeUTC":"\\\/Date\((\d+)/.exec(data)?.[1] : ofEnvelope(data);
  const { date } = headersOf(response);
  const time = Number(envelope ?? Date.parse(typeof date === 'string' ? date : ''));
  return Number.isNaN(time) ? 0 : time;
}

function ofEnvelope(data: unknown): string | undefined {
  const text = (data as { DateTimeUTC?: unknown } | null | undefined)?.DateTimeUTC;
  return typeof text === 'string' ? /\/Date\((\d+)/.exec(text)?.[1] : undefined;
}

/**
 * The one way to call Xero: fresh token for each call, own time-out, at most 4 in progress, failures classified. A 401 is
 * tried again with another token, twice at most: Xero did nothing, so that is safe for writes too. A read that a limit refuses is sent again when
 * the meter says so.
 */
export function createApiCaller(access: XeroAccess): ApiCaller {
  const inSlot = createCallSlots(CALLS_IN_PROGRESS);
  const { meter } = access;

  const attempt = async <T>(call: ApiCall<T>, token: string): Promise<TimedAnswer<T>> => {
    const { response, body } = await call.send(createApi(access, token, TIMEOUT_MS[call.kind]), access.tenantId);
    meter?.answered(remainingCalls(response));
    return { body, answeredAt: answeredAt(response) };
  };

  const anotherToken = async (operation: string, refusedToken: string): Promise<string> => {
    await access.onUnauthorised?.(refusedToken);
    const token = await access.accessToken();
    if (token === refusedToken) throw new ReconnectFailure(`Xero refused the access token for ${operation}`);
    return token;
  };

  const settle = <T>(call: ApiCall<T>, thrown: unknown): TimedAnswer<T> => {
    const answer = readXeroError(thrown);
    const at = answeredAt({ headers: answer.headers });
    if (call.notModified !== undefined && answer.status === 304) return { body: call.notModified, answeredAt: at };
    if (call.isList === true && answer.status === 404) throw new RetryFailure(`Xero found no list for ${call.operation}`, 'server-error');
    const failure = classifyXeroFailure(thrown, call.operation);
    const messages = validationRefusal(answer);
    if (call.refused !== undefined && failure instanceof AttentionFailure && messages !== undefined)
      return { body: call.refused(messages), answeredAt: at };
    throw failure;
  };

  const once = async <T>(call: ApiCall<T>): Promise<TimedAnswer<T>> => {
    let token = await access.accessToken();
    for (let others = OTHER_TOKENS; ; others -= 1) {
      try {
        return await attempt(call, token);
      } catch (thrown) {
        if (others === 0 || readXeroError(thrown).status !== 401) return settle(call, thrown);
      }
      token = await anotherToken(call.operation, token);
    }
  };

  const timed = async <T>(call: ApiCall<T>): Promise<TimedAnswer<T>> => {
    await meter?.before(call.kind);
    for (;;) {
      try {
        return await inSlot(() => once(call));
      } catch (failure) {
        if (failure instanceof WaitFailure && meter !== undefined) await meter.refused(call.kind, failure);
        else {
          meter?.failed();
          throw failure;
        }
      }
    }
  };

  return Object.assign(async <T>(call: ApiCall<T>): Promise<T> => (await timed(call)).body, { timed });
}
