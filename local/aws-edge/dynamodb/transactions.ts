import dynaliteDb from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import type { AwsResponse } from '../aws-protocol.ts';
import { AwsError, jsonError, jsonObject } from '../aws-protocol.ts';
import type { Send } from './engine.ts';
import { call } from './engine.ts';
import type { TableDefinition } from './tables-from-template.ts';
import type { Action, Item } from './transaction-request.ts';
import { canonical, keyOf, readActions, readGets } from './transaction-request.ts';
import type { Before, TransactionJournal } from './transaction-journal.ts';
import { Turnstile } from './turnstile.ts';

const TOKEN_LIFE_MS = 10 * 60 * 1000;
const MAX_BYTES = 4 * 1024 * 1024;
const JSON_TYPE = 'application/x-amz-json-1.0';
const FAILED = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };

export interface TransactionsOptions {
  /** A DynamoDB without transactions. */
  readonly send: Send;
  readonly journal: TransactionJournal;
  readonly tables: readonly TableDefinition[];
  /** Epoch ms. */
  readonly now: () => number;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/**
 * Gives a DynamoDB without transactions `TransactWriteItems`, `TransactGetItems`, and the item of a failed condition. A transaction is
 * alone: everything else waits meanwhile. The items as they were are on disk before its first write; what was cut is put back at the next
 * start, so that a transaction is done whole or was never there.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #turnstile = new Turnstile();

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Puts back what a transaction that did not end had written. For the start, before anybody asks, and for a transaction that fails. */
  async rollBack(): Promise<void> {
    const { send, journal } = this.#options;
    for (const { table, key, item } of journal.open()) {
      const undo =
        item === undefined
          ? call(send, 'DeleteItem', { TableName: table, Key: key })
          : call(send, 'PutItem', { TableName: table, Item: item });
      const answer = await undo;
      if (answer.status !== 200) throw new Error(`A transaction that was cut cannot be undone: ${answer.body.toString()}`);
    }
    journal.end();
  }

  readonly send: Send = async (target, body) => {
    const { send } = this.#options;
    const operation = target.split('.').at(-1) ?? '';
    try {
      switch (operation) {
        case 'TransactWriteItems':
          return await this.#turnstile.alone(() => this.#write(jsonObject(body)));
        case 'TransactGetItems':
          return await this.#turnstile.alone(() => this.#get(jsonObject(body)));
        case 'PutItem':
        case 'UpdateItem':
        case 'DeleteItem':
          if (body.includes('"ReturnValuesOnConditionCheckFailure"')) {
            return await this.#turnstile.alone(() => this.#withOldItem(target, body));
          }
      }
    } catch (error) {
      return jsonError(error, JSON_TYPE);
    }
    return this.#turnstile.together(() => send(target, body));
  };

  async #write(input: Record<string, unknown>): Promise<AwsResponse> {
    const { journal, now } = this.#options;
    const actions = readActions(input, this.#options.tables);
    const token = typeof input['ClientRequestToken'] === 'string' ? input['ClientRequestToken'] : undefined;
    const request = canonical(input['TransactItems']);
    const done = token === undefined ? undefined : journal.done(token, now() - TOKEN_LIFE_MS);
    if (done !== undefined && done !== request) {
      const message = 'The request uses the same client token as a previous, but non-identical request.';
      throw new AwsError('IdempotentParameterMismatchException', message);
    }
    if (done !== undefined) return ok({});
    const before = await this.#read(actions);
    const reasons = actions.map((action, at) => judge(action, before[at]?.item as Item | undefined));
    if (reasons.some(({ Code }) => Code !== 'None')) return canceled(reasons);
    refuseTooMuch(actions, before);
    journal.begin(before.filter((_, at) => actions[at]?.operation !== 'ConditionCheck'));
    const refused = await this.#apply(actions).catch(async (error: unknown) => {
      await this.rollBack();
      throw error;
    });
    if (refused !== undefined) {
      await this.rollBack();
      return canceled(actions.map((_, at) => (at === refused.at ? refused.reason : { Code: 'None' })));
    }
    journal.end(token === undefined ? undefined : { token, request, at: now() });
    return ok({});
  }

  async #read(actions: readonly Action[]): Promise<readonly Before[]> {
    const before: Before[] = [];
    for (const { input, key } of actions) {
      const { TableName: table } = input;
      const answer = await call(this.#options.send, 'GetItem', { TableName: table, Key: key, ConsistentRead: true });
      if (answer.status !== 200) throw errorOf(answer);
      before.push({ table, key, item: bodyOf(answer)['Item'] as object | undefined });
    }
    return before;
  }

  /** Writes until one is refused; gives that one. */
  async #apply(actions: readonly Action[]): Promise<{ at: number; reason: Reason } | undefined> {
    for (const [at, { operation, input }] of actions.entries()) {
      if (operation === 'ConditionCheck') continue;
      const { ReturnValuesOnConditionCheckFailure: _, ...plain } = input;
      const answer = await call(this.#options.send, `${operation}Item`, plain);
      if (answer.status !== 200) return { at, reason: { Code: 'ValidationError', Message: errorOf(answer).message } };
    }
    return undefined;
  }

  async #get(input: Record<string, unknown>): Promise<AwsResponse> {
    const Responses: object[] = [];
    for (const get of readGets(input)) {
      const answer = await call(this.#options.send, 'GetItem', { ...get, ConsistentRead: true });
      if (answer.status !== 200) return answer;
      Responses.push(bodyOf(answer));
    }
    return ok({ Responses });
  }

  /** A single write that wants the item its condition failed on: nobody changes it between the two. */
  async #withOldItem(target: string, body: Buffer): Promise<AwsResponse> {
    const { send, tables } = this.#options;
    const answer = await send(target, body);
    const input = jsonObject(body) as unknown as Action['input'];
    const failed = answer.status === 400 && errorOf(answer).code === 'ConditionalCheckFailedException';
    if (!failed || input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return answer;
    const read = await call(send, 'GetItem', { TableName: input.TableName, Key: keyOf(input, tables), ConsistentRead: true });
    const { headers, status } = answer;
    return { status, headers: withoutLength(headers), body: JSON.stringify({ ...bodyOf(answer), ...bodyOf(read) }) };
  }
}

function judge({ input }: Action, item: Item | undefined): Reason {
  const { ConditionExpression, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } = input;
  const parsed = { ConditionExpression, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues };
  const wrong = validations.validateExpressions(parsed);
  if (wrong !== undefined) throw new AwsError('ValidationException', wrong);
  const condition = (parsed as { _condition?: { readonly expression: object } })._condition;
  if (condition === undefined || dynaliteDb.matchesExprFilter(item ?? {}, condition.expression)) return { Code: 'None' };
  return input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item !== undefined ? { ...FAILED, Item: item } : FAILED;
}

function refuseTooMuch(actions: readonly Action[], before: readonly Before[]): void {
  const bytes = actions.reduce((sum, { input }, at) => sum + dynaliteDb.itemSize(input.Item ?? before[at]?.item ?? {}), 0);
  if (bytes <= MAX_BYTES) return;
  throw new AwsError('ValidationException', `Aggregate size of items in transaction cannot exceed ${String(MAX_BYTES)} bytes`);
}

function canceled(reasons: readonly Reason[]): AwsResponse {
  const type = 'TransactionCanceledException';
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, Message: message, CancellationReasons: reasons };
  return { status: 400, headers: { 'content-type': JSON_TYPE, 'x-amzn-errortype': type }, body: JSON.stringify(body) };
}

function ok(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
}

function bodyOf(answer: AwsResponse): Record<string, unknown> {
  return jsonObject(Buffer.from(answer.body));
}

function errorOf(answer: AwsResponse): AwsError {
  const { __type: type, message, Message } = bodyOf(answer);
  return new AwsError(String(type).split('#').at(-1) ?? '', String(message ?? Message), answer.status);
}

/** dynalite says length and checksum of its own body. */
function withoutLength(headers: AwsResponse['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length' && name !== 'x-amz-crc32'));
}
