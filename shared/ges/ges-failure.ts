import { AttentionFailure, RetryFailure, SyncFailure, WaitFailure } from '../sync/errors.ts';

/** How long to wait when the platform does not say. */
const DEFAULT_WAIT_MS = 30_000;

const REFUSED_BY_GES = 'refused-by-ges';
const NOT_FOUND_IN_GES = 'not-found-in-ges';

/** An answer of the platform that is no success. */
export interface GesRefusal {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Parsed JSON (a problem document, usually), or undefined. */
  readonly body: unknown;
}

function waitMs(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : DEFAULT_WAIT_MS;
}

function detailOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { detail, title } = body as { readonly detail?: unknown; readonly title?: unknown };
  return [detail, title].find((text): text is string => typeof text === 'string' && text !== '');
}

/** What a refusal means for the sync. A 401 that stays is our own set-up, not the user's fault: tried again, seen in the log. */
export function classifyGesRefusal({ status, retryAfter, body }: GesRefusal, operation: string): SyncFailure {
  const message = `The GES platform answered ${String(status)} to ${operation}`;
  if (status === 429) return new WaitFailure(message, 'minute', waitMs(retryAfter));
  if (status === 503) return new WaitFailure(message, 'offline', waitMs(retryAfter));
  if (status >= 500 || status < 400 || status === 401 || status === 403 || status === 408) return new RetryFailure(message, 'server-error');
  const detail = detailOf(body);
  const common = detail === undefined ? {} : { detail };
  return status === 404
    ? new AttentionFailure({
        code: NOT_FOUND_IN_GES,
        message: 'GES does not know this account or record',
        fix: 'Contact support.',
        ...common,
      })
    : new AttentionFailure({
        code: REFUSED_BY_GES,
        message: 'GES refused this change',
        fix: 'Correct it in Xero, or contact support.',
        ...common,
      });
}

/** No answer: time-out, refused or cut connection. The cause is kept for the log. */
export function lostGesAnswer(thrown: unknown, operation: string): SyncFailure {
  if (thrown instanceof SyncFailure) return thrown;
  return new RetryFailure(`No answer from the GES platform to ${operation}`, 'lost-answer', { cause: thrown });
}
