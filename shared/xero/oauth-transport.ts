import { RetryFailure, WaitFailure } from '../sync/errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How the identity service is reached; in a simulation both come from its own world. */
export interface IdentityTransport {
  /** The network when absent. */
  readonly fetch?: Fetch;
  /** A signal that aborts after so many ms; by the wall clock when absent. */
  readonly timeout?: (ms: number) => AbortSignal;
}

/** A refresh that was cut off at 3.5 s left clients with a dead token: never less than this. */
export const IDENTITY_TIMEOUT_MS = 10_000;
const DEFAULT_WAIT_MS = 60_000;

export interface IdentityAnswer {
  readonly status: number;
  /** Parsed JSON; undefined for an empty answer, and for an error page. */
  readonly body: unknown;
}

/**
 * Nothing that the caller wants to do with the token has been sent yet, so a failure here never leaves doubt about a record: `lost-answer`
 * allows the same request again.
 */
export function unexpectedAnswer(what: string, cause?: unknown): RetryFailure {
  return new RetryFailure(`Xero's identity service did not answer as expected (${what})`, 'lost-answer', { cause });
}

function waitFor(response: Response): WaitFailure {
  const seconds = Number(response.headers.get('retry-after'));
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : DEFAULT_WAIT_MS;
  return new WaitFailure('Xero asks to wait', 'minute', waitMs);
}

/** One call of the identity service or /connections. Throws RetryFailure (network, time-out, 5xx, no JSON) and WaitFailure (429). */
export async function askIdentity(transport: IdentityTransport, what: string, url: string, init: RequestInit): Promise<IdentityAnswer> {
  const { fetch: send = fetch, timeout = (ms) => AbortSignal.timeout(ms) } = transport;
  let response: Response;
  let text: string;
  try {
    response = await send(url, { ...init, redirect: 'manual', signal: timeout(IDENTITY_TIMEOUT_MS) });
    text = await response.text();
  } catch (cause) {
    throw unexpectedAnswer(`${what}: no answer`, cause);
  }
  if (response.status === 429) throw waitFor(response);
  if (response.status >= 500) throw unexpectedAnswer(`${what}: ${String(response.status)}`);
  if (text === '') return { status: response.status, body: undefined };
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch (cause) {
    if (response.ok) throw unexpectedAnswer(`${what}: no JSON`, cause);
    return { status: response.status, body: undefined };
  }
}
