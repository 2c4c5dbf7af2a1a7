import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import { AttentionFailure, ReconnectFailure, RetryFailure } from '../sync/errors.ts';
import { createCallSlots } from './call-slots.ts';
import { readXeroError, validationRefusal } from './xero-answer.ts';
import { classifyXeroFailure } from './xero-failure.ts';

type RequestOptions = Parameters<Parameters<AccountingApi['setDefaultAuthentication']>[0]['applyToRequest']>[0];
/** An axios adapter: carries requests in process instead of over the network (simulation). */
export type Transport = Extract<NonNullable<RequestOptions['adapter']>, (...args: never[]) => unknown>;

/** Calls left, as Xero said with an answer. Absent where it did not say. */
export interface RemainingCalls {
  readonly minute?: number;
  readonly day?: number;
  readonly appMinute?: number;
}

export interface XeroAccess {
  /** Without the path, e.g. `https://api.xero.com`. */
  readonly apiBaseUrl: string;
  readonly tenantId: string;
  readonly accessToken: () => Promise<string>;
  /** Told when Xero refused a token, so that the next `accessToken()` can bring another. */
  readonly onUnauthorised?: (refusedToken: string) => Promise<void>;
  readonly onLimits?: (remaining: RemainingCalls) => void;
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

/** Makes one call and returns the body. Throws RetryFailure, WaitFailure, AttentionFailure or ReconnectFailure. */
export type ApiCaller = <T>(call: ApiCall<T>) => Promise<T>;

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
  const headers = (response as { headers?: Readonly<Record<string, unknown>> }).headers ?? {};
  const read = (name: string): number | undefined => {
    const value = headers[name];
    return value === undefined || value === null || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const minute = read('x-minlimit-remaining');
  const day = read('x-daylimit-remaining');
  const appMinute = read('x-appminlimit-remaining');
  return {
    ...(minute === undefined ? {} : { minute }),
    ...(day === undefined ? {} : { day }),
    ...(appMinute === undefined ? {} : { appMinute }),
  };
}

/**
 * The one way to call Xero: fresh token for each call, own time-out, at most 4 in progress, failures classified. A 401 is
 * tried again with another token, twice at most: Xero did nothing, so that is safe for writes too.
 */
export function createApiCaller(access: XeroAccess): ApiCaller {
  const inSlot = createCallSlots(CALLS_IN_PROGRESS);

  const attempt = async <T>(call: ApiCall<T>, token: string): Promise<T> => {
    const { response, body } = await call.send(createApi(access, token, TIMEOUT_MS[call.kind]), access.tenantId);
    access.onLimits?.(remainingCalls(response));
    return body;
  };

  const anotherToken = async (operation: string, refusedToken: string): Promise<string> => {
    await access.onUnauthorised?.(refusedToken);
    const token = await access.accessToken();
    if (token === refusedToken) throw new ReconnectFailure(`Xero refused the access token for ${operation}`);
    return token;
  };

  const settle = <T>(call: ApiCall<T>, thrown: unknown): T => {
    const answer = readXeroError(thrown);
    if (call.notModified !== undefined && answer.status === 304) return call.notModified;
    if (call.isList === true && answer.status === 404) throw new RetryFailure(`Xero found no list for ${call.operation}`, 'server-error');
    const failure = classifyXeroFailure(thrown, call.operation);
    const messages = validationRefusal(answer);
    if (call.refused !== undefined && failure instanceof AttentionFailure && messages !== undefined) return call.refused(messages);
    throw failure;
  };

  return (call) =>
    inSlot(async () => {
      let token = await access.accessToken();
      for (let others = OTHER_TOKENS; ; others -= 1) {
        try {
          return await attempt(call, token);
        } catch (thrown) {
          if (others === 0 || readXeroError(thrown).status !== 401) return settle(call, thrown);
        }
        token = await anotherToken(call.operation, token);
      }
    });
}
