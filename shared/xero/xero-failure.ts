import { AttentionFailure, ReconnectFailure, RetryFailure, SyncFailure, WaitFailure } from '../sync/errors.ts';
import { readXeroError, xeroMessages, type XeroErrorAnswer } from './xero-answer.ts';

/** Waits when Xero does not say how long (Retry-After is promised for minute and day only). */
const DEFAULT_WAIT_MS = { minute: 60_000, day: 3_600_000, concurrent: 1_500, appminute: 60_000, offline: 60_000 } as const;

type Limit = WaitFailure['limit'];

/** Problem code of a request that Xero refused as a whole. */
const REFUSED_BY_XERO = 'refused-by-xero';
/** Problem code of a record that Xero does not know (404). */
export const NOT_FOUND_IN_XERO = 'not-found-in-xero';

/** Other spellings than the documented ones were seen, e.g. `DayLimit`. */
function limitOf(headers: XeroErrorAnswer['headers']): Limit {
  const problem = (headers['x-rate-limit-problem'] ?? '').toLowerCase();
  if (problem.includes('app')) return 'appminute';
  if (problem.includes('day')) return 'day';
  if (problem.includes('concurrent')) return 'concurrent';
  return 'minute';
}

function waitFor(limit: Limit, headers: XeroErrorAnswer['headers'], message: string): WaitFailure {
  const seconds = Number(headers['retry-after']);
  const told = Number.isFinite(seconds) && seconds > 0;
  return new WaitFailure(message, limit, told ? seconds * 1_000 : DEFAULT_WAIT_MS[limit]);
}

function refused(answer: XeroErrorAnswer): AttentionFailure {
  const detail = xeroMessages(answer.body).join(' ');
  const common = detail === '' ? {} : { detail };
  if (answer.status === 404) {
    return new AttentionFailure({
      code: NOT_FOUND_IN_XERO,
      message: 'Xero does not know this record any more',
      fix: 'Check in Xero whether it was removed, then save the record again.',
      ...common,
    });
  }
  return new AttentionFailure({
    code: REFUSED_BY_XERO,
    message: 'Xero refused this change',
    fix: 'Correct what Xero says about it, then save the record again.',
    ...common,
  });
}

const IDEMPOTENCY_CONFLICT = /idempotency key.*different request/i;
const OFFLINE = /offline|maintenance|temporarily unavailable/i;

/**
 * The one place that decides what a failed call means. `operation` names the call in messages, e.g.
 * `PUT Contacts`; messages never contain Xero's text, which may hold personal data (it is `detail` of a problem only).
 */
export function classifyXeroFailure(thrown: unknown, operation: string): SyncFailure {
  if (thrown instanceof SyncFailure) return thrown;
  const answer = readXeroError(thrown);
  const { status, headers, body } = answer;
  const said = xeroMessages(body).join(' ');
  const message = `Xero answered ${String(status)} to ${operation}`;

  if (status === 0) return new RetryFailure(`No usable answer from Xero to ${operation}`, 'lost-answer');
  if (status === 429) return waitFor(limitOf(headers), headers, message);
  if (status === 503 && OFFLINE.test(said)) return waitFor('offline', headers, message);
  if (status === 401) return new ReconnectFailure(message);
  // A 403 without Xero's JSON comes from a firewall in front of it and says nothing about the consent.
  if (status === 403)
    return said !== '' && typeof body === 'object' ? new ReconnectFailure(message) : new RetryFailure(message, 'server-error');
  // The first request under this key may have happened: look it up.
  if (status === 400 && IDEMPOTENCY_CONFLICT.test(said)) return new RetryFailure(message, 'server-error');
  if (status >= 400 && status < 500 && status !== 408) return refused(answer);
  return new RetryFailure(message, 'server-error');
}
