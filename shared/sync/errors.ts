import type { Problem } from '../domain/records.ts';

/** The four kinds of failure; everything a client throws on purpose is one of these. */
export type FailureKind = 'retry' | 'wait' | 'attention' | 'reconnect';

/** Base class of every failure that the sync knows how to answer. */
export abstract class SyncFailure extends Error {
  abstract readonly kind: FailureKind;
}

/** Network, 5xx, HTML instead of JSON, lost answer: back off, and look first where a create may have happened. */
export class RetryFailure extends SyncFailure {
  override readonly name = 'RetryFailure';
  readonly kind = 'retry';
  /**
   * `lost-answer`: no answer came, the same request under the same Idempotency-Key may be repeated within six minutes.
   * `server-error`: the answer was an error that Xero also caches under the key, so look up, then use a new key.
   */
  readonly outcome: 'lost-answer' | 'server-error';
  constructor(message: string, outcome: 'lost-answer' | 'server-error', options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** 429, 503, maintenance: wait until told; nothing is counted against the record. */
export class WaitFailure extends SyncFailure {
  override readonly name = 'WaitFailure';
  readonly kind = 'wait';
  /** How long to wait, milliseconds. */
  readonly waitMs: number;
  readonly limit: 'minute' | 'day' | 'concurrent' | 'appminute' | 'offline';
  constructor(message: string, limit: WaitFailure['limit'], waitMs: number, options?: ErrorOptions) {
    super(message, options);
    this.limit = limit;
    this.waitMs = waitMs;
  }
}

/** The request as a whole was refused for a reason that only a person can mend. */
export class AttentionFailure extends SyncFailure {
  override readonly name = 'AttentionFailure';
  readonly kind = 'attention';
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}

/** Consent is gone: invalid_grant, or the organisation answers 403. The connection is marked; the inbox is kept (F5). */
export class ReconnectFailure extends SyncFailure {
  override readonly name = 'ReconnectFailure';
  readonly kind = 'reconnect';
}

/** A conditional write found another version than the one read: somebody else was faster. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** The lease or the time ran out in the middle of a pass: nothing more is written, what is left stays where it is. */
export class StopPass extends Error {
  override readonly name = 'StopPass';
}

/** A Xero record belongs to another GES record already: nothing was stored. */
export class TakenByAnother extends Error {
  override readonly name = 'TakenByAnother';
  constructor(type: string, xeroId: string, by: string) {
    super(`${type} ${xeroId} in Xero is linked to ${by} already`);
  }
}
