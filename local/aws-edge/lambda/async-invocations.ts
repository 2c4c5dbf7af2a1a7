import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../edge-database.ts';
import type { FunctionDefinition } from './functions-from-template.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { RuntimeStopped } from './lambda-runtime.ts';
import type { FunctionFailure } from './runtime-messages.ts';

/** Lambda waits one minute before the first retry of an asynchronous invocation and two before the second. */
export const LAMBDA_RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];

export interface AsyncInvocationsOptions {
  readonly database: DatabaseSync;
  readonly runtime: LambdaRuntime;
  readonly retryDelaysMs: readonly number[];
  /** Sends a message to a queue of the template (on-failure destination). */
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>;
  /** Told what no function can be told: a delivery given up without a destination. */
  readonly report: (message: string) => void;
}

interface Row {
  readonly id: string;
  readonly function_name: string;
  readonly payload: string;
  readonly attempts: number;
  readonly due_at: number;
  readonly accepted_at: number;
}

/**
 * Lambda's queue of asynchronous invocations: stored before it is acknowledged, delivered at least once, retried twice,
 * then sent to the function's on-failure destination. What a killed process left is delivered by the next one.
 */
export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #statements;
  #stopped = false;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
    const { database } = options;
    this.#statements = {
      insert: database.prepare('INSERT INTO invocations (id, function_name, payload, due_at, accepted_at) VALUES (?, ?, ?, ?, ?)'),
      all: database.prepare('SELECT * FROM invocations ORDER BY accepted_at, rowid'),
      remove: database.prepare('DELETE FROM invocations WHERE id = ?'),
      postpone: database.prepare('UPDATE invocations SET attempts = ?, due_at = ? WHERE id = ?'),
    };
  }

  /** Delivers what an earlier process accepted and did not finish. The time between the two does not count as age. */
  resume(): void {
    const now = Date.now();
    for (const row of this.#statements.all.all() as unknown as Row[]) {
      if (this.#options.runtime.find(row.function_name) !== undefined) this.#schedule({ ...row, accepted_at: now });
      else this.#giveUp(row, `there is no function ${row.function_name} any more`);
    }
  }

  /** Stores an invocation, then delivers it in the background. Throws when it cannot be stored. */
  accept(functionName: string, payload: string, requestId: string = randomUUID()): void {
    this.acceptAll([{ functionName, payload, requestId }]);
  }

  /** Like {@link accept} for several: all of them are stored, or none. */
  acceptAll(invocations: readonly { functionName: string; payload: string; requestId: string }[]): void {
    const now = Date.now();
    const rows = invocations.map(({ functionName, payload, requestId }) => ({
      id: requestId,
      function_name: functionName,
      payload,
      attempts: 0,
      due_at: now,
      accepted_at: now,
    }));
    inTransaction(this.#options.database, () => {
      for (const row of rows) this.#statements.insert.run(row.id, row.function_name, row.payload, now, now);
    });
    for (const row of rows) this.#schedule(row);
  }

  /** Starts no further delivery; what is under way may still end and be noted. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #schedule(row: Row): void {
    if (this.#stopped) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#deliver(row).catch((error: unknown) => {
          if (!(error instanceof RuntimeStopped)) this.#options.report(`Delivery to ${row.function_name} failed: ${String(error)}`);
        });
      },
      Math.max(0, row.due_at - Date.now()),
    );
    this.#timers.add(timer);
  }

  async #deliver(row: Row): Promise<void> {
    const { runtime, retryDelaysMs } = this.#options;
    const outcome = await runtime.invoke(row.function_name, row.payload, row.id);
    if (outcome.ok) {
      this.#statements.remove.run(row.id);
      return;
    }
    const definition = runtime.find(row.function_name);
    if (definition === undefined) return;
    const attempts = row.attempts + 1;
    const { retries, maxAgeMs } = definition.asynchronous;
    const next = { ...row, attempts, due_at: Date.now() + (retryDelaysMs[attempts - 1] ?? retryDelaysMs.at(-1) ?? 0) };
    if (attempts <= retries && next.due_at - row.accepted_at <= maxAgeMs) {
      this.#statements.postpone.run(attempts, next.due_at, row.id);
      this.#schedule(next);
    } else {
      await this.#fail(definition, next, attempts > retries ? 'RetriesExhausted' : 'EventAgeExceeded', outcome.error);
    }
  }

  async #fail(definition: FunctionDefinition, row: Row, condition: string, error: FunctionFailure): Promise<void> {
    const { onFailureQueueArn } = definition.asynchronous;
    if (onFailureQueueArn === undefined) {
      this.#giveUp(row, `${error.errorType}: ${error.errorMessage}`);
      return;
    }
    const record = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: { requestId: row.id, functionArn: `${definition.arn}:$LATEST`, condition, approximateInvokeCount: row.attempts },
      requestPayload: JSON.parse(row.payload) as unknown,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: error.errorType, errorMessage: error.errorMessage, stackTrace: error.trace },
    };
    // Sent first, forgotten second: a kill in between repeats the message instead of losing it.
    await this.#options.sendToQueue(onFailureQueueArn, JSON.stringify(record));
    this.#statements.remove.run(row.id);
  }

  #giveUp(row: Row, why: string): void {
    this.#statements.remove.run(row.id);
    this.#options.report(`An asynchronous invocation of ${row.function_name} (${row.id}) is given up: ${why}`);
  }
}
