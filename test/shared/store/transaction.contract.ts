import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../shared/store/table.ts';

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** What DynamoDB promises of transactions, held against one implementation. `table` is asked once the suite's own set-up has run. */
export function transactionContract(implementation: string, table: () => Table): void {
  const pkOf = () => `tx-${randomUUID()}`;
  const send = (actions: Actions, token?: string) =>
    table().client.send(
      new TransactWriteCommand({ TransactItems: actions, ...(token === undefined ? {} : { ClientRequestToken: token }) }),
    );
  const name = () => table().tableName;
  const put = (pk: string, sk: string, rest: object = {}, condition: object = {}): Actions[number] => ({
    Put: { TableName: name(), Item: { pk, sk, ...rest }, ...condition },
  });
  const read = async (pk: string, sk: string) =>
    (await table().client.send(new GetCommand({ TableName: name(), Key: { pk, sk }, ConsistentRead: true }))).Item;
  const store = (pk: string, sk: string, rest: object = {}) =>
    table().client.send(new PutCommand({ TableName: name(), Item: { pk, sk, ...rest } }));
  const refusal = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new Error('It was not refused');
    return error;
  };
  const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };

  describe(`transactions, ${implementation}`, () => {
    it('put, update, delete and check are done together', async () => {
      const pk = pkOf();
      await store(pk, 'update', { count: 1, former: 'x' });
      await store(pk, 'delete');
      await store(pk, 'check', { status: 'active' });
      await send([
        put(pk, 'put', { list: [1, 'two', null, { three: true }], set: new Set(['a']) }, ABSENT),
        {
          Update: {
            TableName: name(),
            Key: { pk, sk: 'update' },
            UpdateExpression: 'SET #count = #count + :one, fresh = if_not_exists(fresh, :one) REMOVE former ADD tally :one',
            ExpressionAttributeNames: { '#count': 'count' },
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
        { Delete: { TableName: name(), Key: { pk, sk: 'delete' }, ConditionExpression: 'attribute_exists(pk)' } },
        {
          ConditionCheck: {
            TableName: name(),
            Key: { pk, sk: 'check' },
            ConditionExpression: '#status = :active',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':active': 'active' },
          },
        },
      ]);
      expect(await read(pk, 'put')).toEqual({ pk, sk: 'put', list: [1, 'two', null, { three: true }], set: new Set(['a']) });
      expect(await read(pk, 'update')).toEqual({ pk, sk: 'update', count: 2, fresh: 1, tally: 1 });
      expect(await read(pk, 'delete')).toBeUndefined();
      expect(await read(pk, 'check')).toEqual({ pk, sk: 'check', status: 'active' });
    });

    it('one condition that fails keeps everything as it was, and each action has its reason', async () => {
      const pk = pkOf();
      await store(pk, 'there', { version: 7 });
      const error = await refusal(
        send([
          put(pk, 'new'),
          put(pk, 'there', { version: 8 }, { ...ABSENT, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
          put(pk, 'also-new'),
          { Delete: { TableName: name(), Key: { pk, sk: 'nothing' }, ConditionExpression: 'attribute_exists(pk)' } },
        ]),
      );
      expect(error).toBeInstanceOf(TransactionCanceledException);
      expect(error.message).toContain('[None, ConditionalCheckFailed, None, ConditionalCheckFailed]');
      expect((error as TransactionCanceledException).CancellationReasons).toMatchObject([
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { pk: { S: pk }, sk: { S: 'there' }, version: { N: '7' } },
        },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
      ]);
      expect([await read(pk, 'new'), await read(pk, 'also-new')]).toEqual([undefined, undefined]);
      expect(await read(pk, 'there')).toMatchObject({ version: 7 });
    });

    it('the reason has no item unless it was asked for, nor when there was none', async () => {
      const pk = pkOf();
      await store(pk, 'there');
      const check = (sk: string, condition: string, values: string) => ({
        ConditionCheck: {
          TableName: name(),
          Key: { pk, sk },
          ConditionExpression: condition,
          ReturnValuesOnConditionCheckFailure: values as 'ALL_OLD' | 'NONE',
        },
      });
      const error = await refusal(
        send([check('there', 'attribute_not_exists(pk)', 'NONE'), check('absent', 'attribute_exists(pk)', 'ALL_OLD')]),
      );
      expect((error as TransactionCanceledException).CancellationReasons?.map(({ Item }) => Item)).toEqual([undefined, undefined]);
    });

    it('an update that does not fit its item cancels all, with ValidationError', async () => {
      const pk = pkOf();
      await store(pk, 'text', { count: 'many' });
      const update = {
        Update: {
          TableName: name(),
          Key: { pk, sk: 'text' },
          UpdateExpression: 'ADD #count :one',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':one': 1 },
        },
      };
      const error = await refusal(send([put(pk, 'first'), update, put(pk, 'last')]));
      expect(error).toBeInstanceOf(TransactionCanceledException);
      expect((error as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code)).toEqual([
        'None',
        'ValidationError',
        'None',
      ]);
      expect([await read(pk, 'first'), await read(pk, 'last')]).toEqual([undefined, undefined]);
    });

    it('a client token is done once; with another request it is refused', async () => {
      const pk = pkOf();
      const token = randomUUID();
      await send([put(pk, 'a', { n: 1 }, ABSENT)], token);
      await send([put(pk, 'a', { n: 1 }, ABSENT)], token);
      const mismatch = await refusal(send([put(pk, 'a', { n: 2 }, ABSENT)], token));
      expect(mismatch.name).toBe('IdempotentParameterMismatchException');
      expect(await read(pk, 'a')).toMatchObject({ n: 1 });
      await expect(send([put(pk, 'a', { n: 1 }, ABSENT)], randomUUID())).rejects.toThrow(TransactionCanceledException);
    });

    it('two operations on one item are refused', async () => {
      const pk = pkOf();
      const twice: Actions = [put(pk, 'a'), { Delete: { TableName: name(), Key: { pk, sk: 'a' } } }];
      expect(await refusal(send(twice))).toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('multiple operations on one item') as unknown,
      });
    });

    it('takes 100 items and no more', async () => {
      const pk = pkOf();
      const many = Array.from({ length: 101 }, (_, n) => put(pk, String(n)));
      expect(await refusal(send(many))).toMatchObject({ name: 'ValidationException' });
      expect(await read(pk, '0')).toBeUndefined();
      await send(many.slice(0, 100));
      const Keys = Array.from({ length: 100 }, (_, n) => ({ pk, sk: String(n) }));
      const found = await table().client.send(new BatchGetCommand({ RequestItems: { [name()]: { Keys, ConsistentRead: true } } }));
      expect(found.Responses?.[name()]).toHaveLength(100);
      expect(await refusal(send([]))).toMatchObject({ name: 'ValidationException' });
    });

    it('an item of 400 kB is stored, a larger one is refused with all that comes along', async () => {
      const pk = pkOf();
      const sizeOf = (text: string) => 'pk'.length + pk.length + 'sk'.length + 'big'.length + 'text'.length + text.length;
      const fits = 'x'.repeat(400 * 1024 - sizeOf(''));
      await send([put(pk, 'big', { text: fits })]);
      await expect(send([put(pk, 'along'), put(pk, 'big', { text: `${fits}x` })])).rejects.toThrow();
      await expect(store(pk, 'big', { text: `${fits}x` })).rejects.toMatchObject({ name: 'ValidationException' });
      expect(await read(pk, 'along')).toBeUndefined();
      expect((await read(pk, 'big'))?.['text']).toHaveLength(fits.length);
    });

    it('takes 4 MB and no more', async () => {
      const pk = pkOf();
      const third = (n: number) => put(pk, String(n), { text: 'x'.repeat(380_000) });
      await send(Array.from({ length: 11 }, (_, n) => third(n)));
      expect(await read(pk, '10')).toBeDefined();
      expect(await refusal(send(Array.from({ length: 12 }, (_, n) => third(n + 20))))).toMatchObject({ name: 'ValidationException' });
      expect(await read(pk, '20')).toBeUndefined();
    });

    it('of many at once that want the same item exactly one wins', async () => {
      const pk = pkOf();
      const attempts = Array.from({ length: 20 }, (_, n) => send([put(pk, 'lock', { owner: n }, ABSENT), put(pk, `mine-${String(n)}`)]));
      const outcomes = await Promise.allSettled(attempts);
      const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
      expect(winners).toHaveLength(1);
      expect(await read(pk, 'lock')).toMatchObject({ owner: winners[0] });
      const mine = await Promise.all(attempts.map((_, n) => read(pk, `mine-${String(n)}`)));
      expect(mine.flatMap((item, n) => (item === undefined ? [] : [n]))).toEqual(winners);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(TransactionCanceledException);
      }
    });

    it('a reader sees both sides of a transaction or neither', async () => {
      const pk = pkOf();
      const Keys = ['a', 'b'].map((sk) => ({ pk, sk }));
      const write = async () => {
        for (let n = 0; n < 15; n += 1) await send([put(pk, 'a', { n }), put(pk, 'b', { n })]);
      };
      const look = async () => {
        for (let n = 0; n < 15; n += 1) {
          const { Responses = [] } = await table().client.send(
            new TransactGetCommand({ TransactItems: Keys.map((Key) => ({ Get: { TableName: name(), Key } })) }),
          );
          const [a, b] = Responses.map(({ Item }) => Item?.['n'] as unknown);
          expect(a).toBe(b);
        }
      };
      await Promise.all([write(), look()]);
    });

    it.each([
      ['a name that is not defined', { ConditionExpression: '#a = :a', ExpressionAttributeValues: { ':a': 1 } }],
      ['a value that is not defined', { ConditionExpression: 'a = :a' }],
      ['a value that is not used', { ...ABSENT, ExpressionAttributeValues: { ':a': 1 } }],
      ['a name that is not used', { ...ABSENT, ExpressionAttributeNames: { '#a': 'a' } }],
      ['a reserved word', { ConditionExpression: 'attribute_exists(status)' }],
      ['bad syntax', { ConditionExpression: 'attribute_exists(a' }],
    ])('%s is refused, alone and in a transaction', async (_what, condition) => {
      const pk = pkOf();
      const alone = table().client.send(new PutCommand({ TableName: name(), Item: { pk, sk: 'a' }, ...condition }));
      await expect(alone).rejects.toMatchObject({ name: 'ValidationException' });
      // AWS says ValidationException; dynoxide gives it as the reason of a TransactionCanceledException.
      await expect(send([put(pk, 'b'), put(pk, 'a', {}, condition)])).rejects.toThrow(/Validation|Invalid|unused/);
      expect(await read(pk, 'b')).toBeUndefined();
    });

    it('an empty key is refused', async () => {
      await expect(store('', 'a')).rejects.toMatchObject({ name: 'ValidationException' });
      await expect(send([put(pkOf(), '')])).rejects.toThrow();
    });

    it('a single write gives the item its condition failed on, when asked', async () => {
      const pk = pkOf();
      await store(pk, 'a', { version: 3 });
      const input = { TableName: name(), Key: { pk, sk: 'a' }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      const values = { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': 2 } };
      const old = { pk: { S: pk }, sk: { S: 'a' }, version: { N: '3' } };
      const failed = { name: 'ConditionalCheckFailedException', Item: old };
      await expect(table().client.send(new DeleteCommand({ ...input, ...values }))).rejects.toMatchObject(failed);
      const update = new UpdateCommand({ ...input, ...values, UpdateExpression: 'SET version = :v' });
      await expect(table().client.send(update)).rejects.toMatchObject(failed);
      await table().client.send(
        new UpdateCommand({ ...input, ...values, ConditionExpression: 'version <> :v', UpdateExpression: 'SET version = :v' }),
      );
      expect(await read(pk, 'a')).toMatchObject({ version: 2 });
    });
  });
}
