import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LANES_TO_WAKE_INDEX, LINKS_BY_STATUS_INDEX } from '../../../shared/store/keys.ts';
import type { Item, Table } from '../../../shared/store/table.ts';
import { queryPages } from '../../../shared/store/table.ts';

/** What DynamoDB promises of queries, pages and sparse indexes, held against one implementation. */
export function indexContract(implementation: string, table: () => Table): void {
  const name = () => table().tableName;
  const put = (item: object) => table().client.send(new PutCommand({ TableName: name(), Item: { ...item } }));
  const due = async (shard: string) => {
    const answer = await table().client.send(
      new QueryCommand({
        TableName: name(),
        IndexName: LANES_TO_WAKE_INDEX,
        KeyConditionExpression: 'wakeShard = :shard AND wakeAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': 100 },
      }),
    );
    return answer.Items ?? [];
  };

  describe(`queries and indexes, ${implementation}`, () => {
    it('a sparse index of keys holds the keys of those that have its attributes, in order, and nothing else', async () => {
      const [pk, wakeShard] = [randomUUID(), randomUUID()];
      await put({ pk, sk: 'a', wakeShard, wakeAt: 50, other: 'x' });
      await put({ pk, sk: 'b', wakeShard, wakeAt: 9, other: 'x' });
      await put({ pk, sk: 'late', wakeShard, wakeAt: 101 });
      await put({ pk, sk: 'half', wakeShard });
      expect(await due(wakeShard)).toEqual([
        { pk, sk: 'b', wakeShard, wakeAt: 9 },
        { pk, sk: 'a', wakeShard, wakeAt: 50 },
      ]);
      const leave = { TableName: name(), Key: { pk, sk: 'b' }, UpdateExpression: 'REMOVE wakeAt' };
      await table().client.send(new UpdateCommand(leave));
      expect((await due(wakeShard)).map(({ sk }) => sk as string)).toEqual(['a']);
      await table().client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Delete: { TableName: name(), Key: { pk, sk: 'a' } } },
            { Update: { ...leave, UpdateExpression: 'SET wakeAt = :at', ExpressionAttributeValues: { ':at': 3 } } },
          ],
        }),
      );
      expect(await due(wakeShard)).toEqual([{ pk, sk: 'b', wakeShard, wakeAt: 3 }]);
    });

    it('an index that projects keys only gives nothing else, so that a write of anything else costs it nothing', async () => {
      const [pk, statusKey] = [randomUUID(), randomUUID()];
      const item = { pk, sk: 'a', statusKey, statusAt: '2026-11-22', problem: { code: 'c' } };
      await put(item);
      const query = {
        IndexName: LINKS_BY_STATUS_INDEX,
        KeyConditionExpression: 'statusKey = :k',
        ExpressionAttributeValues: { ':k': statusKey },
      };
      const { Items } = await table().client.send(new QueryCommand({ TableName: name(), ...query }));
      expect(Items).toEqual([{ pk, sk: 'a', statusKey, statusAt: '2026-11-22' }]);
      const counted = await table().client.send(new QueryCommand({ TableName: name(), ...query, Select: 'COUNT' }));
      expect({ count: counted.Count, items: counted.Items }).toEqual({ count: 1, items: undefined });
      await expect(table().client.send(new QueryCommand({ TableName: name(), ...query, ConsistentRead: true }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    it('an index key of the wrong type is refused', async () => {
      const wrong = { pk: randomUUID(), sk: 'a', wakeShard: '1', wakeAt: 'soon' };
      await expect(put(wrong)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('a page ends at 1 MB; all pages together give every item once, in the order of their bytes', async () => {
      const pk = randomUUID();
      const sks = Array.from({ length: 30 }, (_, n) => `k${String(n).padStart(2, '0')}`).concat('k\u00e9', 'k\uffee', 'k\u{1f600}');
      for (const sk of sks.toReversed()) await put({ pk, sk, text: 'x'.repeat(60_000) });
      const pages: (readonly Item[])[] = [];
      const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: true };
      for await (const { items } of queryPages(table(), query)) pages.push(items);
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flat().map(({ sk }) => sk)).toEqual(sks);
    });

    it.each([
      ['between', 'sk BETWEEN :a AND :b', { ':a': 'b', ':b': 'd' }, ['b', 'c', 'cc', 'd']],
      ['begins with', 'begins_with(sk, :a)', { ':a': 'c' }, ['c', 'cc']],
      ['less', 'sk < :a', { ':a': 'b' }, ['a']],
      ['greater', 'sk > :a', { ':a': 'cc' }, ['d']],
    ])('reads a range: %s', async (_what, condition, values, expected) => {
      const pk = randomUUID();
      for (const sk of ['a', 'b', 'c', 'd', 'cc']) await put({ pk, sk, even: sk.length % 2 === 0 });
      const range = ['cc', 'd', 'c', 'b', 'a'].filter((sk) => expected.includes(sk)).sort();
      const query = { KeyConditionExpression: `pk = :pk AND ${condition}`, ExpressionAttributeValues: { ':pk': pk, ...values } };
      const read = async (rest: object) => {
        const { Items = [], LastEvaluatedKey } = await table().client.send(new QueryCommand({ TableName: name(), ...query, ...rest }));
        return { sks: Items.map(({ sk }) => sk as string), last: LastEvaluatedKey };
      };
      expect((await read({})).sks).toEqual(range);
      expect((await read({ ScanIndexForward: false })).sks).toEqual(range.toReversed());
      const { sks, last } = await read({ Limit: 1 });
      expect({ sks, last }).toEqual({ sks: range.slice(0, 1), last: { pk, sk: range[0] } });
      expect((await read({ ExclusiveStartKey: last })).sks).toEqual(range.slice(1));
    });

    it('a filter counts what it lets through, and a limit what was read', async () => {
      const pk = randomUUID();
      for (const sk of ['1', '2', '3', '4']) await put({ pk, sk, n: Number(sk), deep: { list: [{ a: 1, b: 2 }] } });
      const answer = await table().client.send(
        new QueryCommand({
          TableName: name(),
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: 'n > :one AND size(deep.#list) = :one',
          ProjectionExpression: 'sk, deep.#list[0].a',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: { ':pk': pk, ':one': 1 },
          Limit: 3,
        }),
      );
      expect({ count: answer.Count, scanned: answer.ScannedCount, items: answer.Items }).toEqual({
        count: 2,
        scanned: 3,
        items: [
          { sk: '2', deep: { list: [{ a: 1 }] } },
          { sk: '3', deep: { list: [{ a: 1 }] } },
        ],
      });
    });
  });
}
