import { AttentionFailure, ReconnectFailure, RetryFailure, WaitFailure } from '../../shared/sync/errors.ts';

/**
 * What goes wrong with one call to a system outside. `before` and `after` say whether the system had saved the request when the failure
 * came.
 */
export type Fault =
  | 'lost-answer-before'
  | 'lost-answer-after'
  | 'server-error-before'
  | 'server-error-after'
  | 'offline-before'
  | 'offline-after'
  | 'too-many-requests'
  | 'consent-gone'
  | 'refused-as-a-whole';

/** How long the faked 429 says to wait. */
const WAIT_MS = 30_000;

export const savesFirst = (fault: Fault): boolean => fault.endsWith('-after');

/** The failure that a client makes of the fault. */
export function failureOf(fault: Fault): Error {
  switch (fault) {
    case 'lost-answer-before':
    case 'lost-answer-after':
      return new RetryFailure('no answer came', 'lost-answer');
    case 'server-error-before':
    case 'server-error-after':
      return new RetryFailure('answered 500', 'server-error');
    case 'offline-before':
    case 'offline-after':
      return new WaitFailure('answered 503', 'offline', WAIT_MS);
    case 'too-many-requests':
      return new WaitFailure('answered 429', 'minute', WAIT_MS);
    case 'consent-gone':
      return new ReconnectFailure('answered 403');
    case 'refused-as-a-whole':
      return new AttentionFailure({ code: 'refused-by-xero', message: 'Refused.', fix: 'Correct it.', detail: 'something in the batch' });
  }
}
