import { ConnectionRefusal, type RefusalCode } from '../../shared/connection/errors.ts';
import { HttpProblem } from '../../shared/runtime/problem.ts';
import { AttentionFailure, RetryFailure, VersionConflict, WaitFailure } from '../../shared/sync/errors.ts';

/** Status and title of each refusal; its message is the detail. */
export const REFUSALS: Readonly<Record<RefusalCode, { readonly status: number; readonly title: string }>> = {
  'wrong-account': { status: 403, title: 'Begun by another account' },
  'code-expired': { status: 410, title: 'Coming back from Xero took too long' },
  'no-organisation': { status: 422, title: 'No organisation was chosen in Xero' },
  'not-gbp': { status: 422, title: 'The organisation does not keep its books in pounds' },
  'missing-scope': { status: 422, title: 'Xero did not allow enough' },
  'consent-needed': { status: 409, title: 'Xero must allow it first' },
  'xero-error': { status: 502, title: 'Xero refused' },
  'not-connected': { status: 409, title: 'Not connected to Xero' },
  'organisation-not-granted': { status: 422, title: 'This organisation cannot be chosen' },
  'different-organisation': { status: 409, title: 'This is a different Xero organisation' },
  'organisation-in-use': { status: 409, title: 'The organisation is in use' },
  'invalid-setting': { status: 422, title: 'A setting does not fit' },
  'payment-account-not-created': { status: 422, title: 'The payment account could not be created' },
  'needs-reconnect': { status: 409, title: 'The connection to Xero is lost' },
  'changed-meanwhile': { status: 409, title: 'Changed meanwhile' },
};

/** What the caller is told of a failure: a problem document for those that were foreseen; any other error stays as it is. */
export function asProblem(failure: unknown): unknown {
  if (failure instanceof ConnectionRefusal) {
    const { code, message, field } = failure;
    return new HttpProblem({ ...REFUSALS[code], code, detail: message }, field === undefined ? {} : { field }, { cause: failure });
  }
  if (failure instanceof VersionConflict) {
    const detail = 'Somebody else is changing this connection. Please try again.';
    return new HttpProblem({ ...REFUSALS['changed-meanwhile'], code: 'changed-meanwhile', detail }, {}, { cause: failure });
  }
  if (failure instanceof WaitFailure) {
    const seconds = Math.ceil(failure.waitMs / 1_000);
    const detail = `Xero asks us to wait. Please try again in ${String(seconds)} seconds.`;
    const problem = { status: 503, code: 'xero-asks-to-wait', title: 'Xero is busy', detail };
    return new HttpProblem(problem, { retryAfterSeconds: seconds }, { cause: failure });
  }
  if (failure instanceof RetryFailure) {
    const detail = 'Xero does not answer at the moment. Please try again in a minute.';
    return new HttpProblem({ status: 503, code: 'xero-unavailable', title: 'Xero is unavailable', detail }, {}, { cause: failure });
  }
  if (failure instanceof AttentionFailure) {
    const { message, fix } = failure.problem;
    return new HttpProblem({ status: 502, code: 'refused-by-xero', title: message, detail: fix }, {}, { cause: failure });
  }
  return failure;
}
