import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Refusal } from './errors.ts';
import { tableNotFound, tokenMismatch, transactionCanceled, validation } from './errors.ts';
import type { Storage } from './storage.ts';
import type { StoredItem } from './values.ts';
import type { Write } from './writes.ts';
import { checkOf, deleteOf, putOf, refuseTwice, updateOf } from './writes.ts';

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFE_MS = 10 * 60 * 1000;

interface Action {
  readonly write: Write;
  readonly changes: boolean;
  readonly allOld: boolean;
}

type ActionInput = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Next = ReturnType<Write['next']>;

/** TransactWriteItems of one table: all of a transaction or nothing, and a client token done once within ten minutes. */
export class Transactions {
  readonly #storage: Storage;
  readonly #tableName: string;
  readonly #now: () => number;
  /** In the order of their age. The inputs are kept as they came: whoever sends a command never changes it afterwards. */
  readonly #tokens = new Map<string, { readonly at: number; readonly inputs: readonly ActionInput[] }>();

  constructor(storage: Storage, tableName: string, now: () => number) {
    this.#storage = storage;
    this.#tableName = tableName;
    this.#now = now;
  }

  /**
   * Gives the number of items written: none when the token was done before. Throws TransactionCanceledException with the reasons,
   * IdempotentParameterMismatchException for a token that came with another request, ValidationException for what is never possible.
   */
  write(input: TransactWriteCommandInput): number {
    const inputs = input.TransactItems ?? [];
    if (inputs.length === 0 || inputs.length > MAX_ACTIONS) {
      throw validation(
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100 and greater than or equal to 1",
      );
    }
    const actions = inputs.map((action) => this.#read(action));
    refuseTwice(
      actions.map(({ write }) => write),
      'Transaction request cannot include multiple operations on one item',
    );
    const token = input.ClientRequestToken;
    if (token !== undefined && this.#isDone(token, inputs)) return 0;
    const nexts = this.#judge(actions);
    this.#commit(actions, nexts);
    if (token !== undefined) this.#tokens.set(token, { at: this.#now(), inputs });
    return actions.filter(({ changes }) => changes).length;
  }

  #read(input: ActionInput): Action {
    const operations = [input.Put, input.Update, input.Delete, input.ConditionCheck].filter((operation) => operation !== undefined);
    const [operation] = operations;
    if (operation === undefined || operations.length > 1) {
      throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    if (operation.TableName !== this.#tableName) throw tableNotFound();
    const allOld = operation.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    if (input.Put !== undefined) return { write: putOf(this.#storage, input.Put), changes: true, allOld };
    if (input.Update !== undefined) return { write: updateOf(this.#storage, input.Update), changes: true, allOld };
    if (input.Delete !== undefined) return { write: deleteOf(this.#storage, input.Delete), changes: true, allOld };
    return { write: checkOf(this.#storage, input.ConditionCheck ?? {}), changes: false, allOld };
  }

  #isDone(token: string, inputs: readonly ActionInput[]): boolean {
    for (const [old, { at }] of this.#tokens) {
      if (this.#now() - at < TOKEN_LIFE_MS) break;
      this.#tokens.delete(old);
    }
    const done = this.#tokens.get(token);
    if (done === undefined) return false;
    if (fingerprint(done.inputs) !== fingerprint(inputs)) throw tokenMismatch();
    return true;
  }

  #judge(actions: readonly Action[]): readonly Next[] {
    const refusals: (Refusal | undefined)[] = [];
    const nexts: Next[] = [];
    let bytes = 0;
    for (const { write, changes, allOld } of actions) {
      const before = this.#storage.get(write.hash, write.range);
      const judged = judge(write, before?.item, allOld);
      refusals.push(judged.refusal);
      nexts.push(judged.next);
      bytes += changes ? (judged.next?.size ?? before?.size ?? 0) : (before?.size ?? 0);
    }
    if (refusals.some((refusal) => refusal !== undefined)) throw transactionCanceled(refusals);
    if (bytes > MAX_BYTES) throw validation('Collection size of items in transaction cannot exceed 4194304 bytes');
    return nexts;
  }

  #commit(actions: readonly Action[], nexts: readonly Next[]): void {
    for (const [at, { write, changes }] of actions.entries()) {
      if (!changes) continue;
      const next = nexts[at];
      if (next === undefined) this.#storage.delete(write.hash, write.range);
      else this.#storage.put(write.hash, write.range, next);
    }
  }
}

function judge(write: Write, before: StoredItem | undefined, allOld: boolean): { refusal?: Refusal; next?: Next } {
  if (!write.holds(before)) {
    const message = 'The conditional request failed';
    return { refusal: { code: 'ConditionalCheckFailed', message, item: allOld ? before : undefined } };
  }
  try {
    return { next: write.next(before) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    return { refusal: { code: 'ValidationError', message: error.message } };
  }
}

/** Two requests are the same when everything in them is; the order of a map's names does not count. */
function fingerprint(inputs: readonly ActionInput[]): string {
  return JSON.stringify(inputs, (_name, value: unknown) => {
    if (value instanceof Set) return { set: [...value].map(String).sort() };
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
