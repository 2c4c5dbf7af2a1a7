import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { accountPartition, scopePartition, wakeShard } from '../../../shared/store/keys.ts';
import type { Item, Table } from '../../../shared/store/table.ts';
import { readItem, readItems } from '../../../shared/store/table.ts';
import type { News, Scope } from '../../../shared/sync/ports.ts';
import type { RunningTable, WriteCount } from '../../support/dynamo-store.ts';
import { countWrites, createDynamoStores, startDynamoTable } from '../../support/dynamo-store.ts';
import type { Stores } from '../../support/memory-store.ts';
import { countingIds } from './store.contract.ts';

/** What only the real table can get wrong: keys, sparse indexes, TTL, pages, and what is sent. */

let table: RunningTable;
let stores: Stores;
let writes: WriteCount;
beforeAll(async () => {
  table = await startDynamoTable();
  stores = createDynamoStores(table, countingIds());
  writes = countWrites(table.client);
});
afterAll(() => table.close());

const ids = countingIds();
const freshScope = (): Scope => ({ accountId: `acct${ids.next()}`, generation: 3 });
const news = (overrides: Partial<News> = {}): News => ({
  type: 'invoice',
  side: 'ges',
  id: 'inv_5001',
  rank: 'live',
  change: 'created',
  order: 1,
  receivedAt: 1,
  correlationId: 'c',
  ...overrides,
});

async function itemsOf(accountId: string): Promise<readonly Item[]> {
  const { Items: items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  return items.filter((item) => String(item['pk']).startsWith(`ACCT#${accountId}`));
}

describe('design §6: keys', () => {
  it('one item per thing, under the account or under its generation', async () => {
    const scope = freshScope();
    const { accountId } = scope;
    const link = {
      type: 'customer',
      gesId: 'cus_1',
      status: 'synced',
      statusAt: '2026-11-22T10:00:00.000Z',
      gesRevision: 1,
      xeroSeenAt: 0,
      version: 0,
    } as const;
    await stores.inbox.put(scope, news());
    await stores.inbox.putLater(scope, news(), 1_700_000_000_000);
    await stores.links.putLink(scope, link);
    await stores.links.putBase(scope, 'customer', 'cus_1', { ges: {}, xero: {}, version: 0 });
    await stores.links.putAlias(scope, 'customer', 'xero-1', 'cus_1');
    await stores.links.addTimeline(scope, {
      type: 'customer',
      gesId: 'cus_1',
      at: '2026-11-22T10:00:00.000Z',
      code: 'adopted',
      text: 'Linked.',
    });
    await stores.lanes.ring(accountId, 7);

    const O = `ACCT#${accountId}#ORG#3`;
    const keys = (await itemsOf(accountId)).map(({ pk, sk }) => `${String(pk)} ${String(sk)}`.replace(/(TIMELINE .*#)\d+$/, '$1<id>'));
    expect(new Set(keys)).toEqual(
      new Set([
        `${O} INBOX#invoice#ges#inv_5001`,
        `${O} LATER#1700000000000#invoice#ges#inv_5001`,
        `${O} LINK#customer#cus_1`,
        `${O} BASE#customer#cus_1`,
        `${O} XERO#customer#xero-1`,
        `${O}#TIMELINE customer#cus_1#<id>`,
        `ACCT#${accountId} LANE`,
      ]),
    );
  });

  it('an account whose id looks like a scope has a partition of its own', () => {
    expect(accountPartition('acct#ORG#1')).not.toBe(scopePartition({ accountId: 'acct', generation: 1 }));
    expect(accountPartition('acct#ORG#1')).not.toBe(accountPartition('acct%23ORG%231'));
  });
});

describe('sparse indexes', () => {
  it('a lane has a wakeShard of 00 to 31 only while it has a wakeAt', async () => {
    const { accountId } = freshScope();
    await stores.lanes.ring(accountId, 7);
    expect(await itemsOf(accountId)).toMatchObject([{ wakeAt: 7, wakeShard: wakeShard(accountId) }]);
    expect(wakeShard(accountId)).toMatch(/^([012]\d|3[01])$/);

    await stores.lanes.acquire(accountId, 'owner', 1, 2);
    await stores.lanes.release(accountId, 'owner', 1, undefined);

    const [idle] = await itemsOf(accountId);
    expect(idle).not.toHaveProperty('wakeAt');
    expect(idle).not.toHaveProperty('wakeShard');
  });

  it('the shard of an account never changes, and accounts spread over all 32', () => {
    expect(wakeShard('acct_demo')).toBe('02');
    const shards = new Set(Array.from({ length: 1_000 }, (_, n) => wakeShard(`acct_${String(n)}`)));
    expect(shards.size).toBe(32);
  });
});

describe('TTL attribute expiresAt, epoch seconds', () => {
  it('F5: news is kept for more than 30 days, news that was put off for more than 30 days after its time', async () => {
    const scope = freshScope();
    const received = Date.parse('2026-11-22T10:00:00.000Z');
    const due = Date.parse('2026-12-22T10:00:00.000Z');
    await stores.inbox.put(scope, news({ receivedAt: received }));
    await stores.inbox.putLater(scope, news({ receivedAt: received }), due);
    const ends = (await itemsOf(scope.accountId)).map((item) => [
      String(item['sk']).split('#')[0],
      new Date(Number(item['expiresAt']) * 1000).toISOString(),
    ]);
    expect(Object.fromEntries(ends)).toEqual({ INBOX: '2026-12-27T10:00:00.000Z', LATER: '2027-01-26T10:00:00.000Z' });
  });

  it('timeline entries are kept 13 months', async () => {
    const scope = freshScope();
    await stores.links.addTimeline(scope, { type: 'customer', gesId: 'cus_1', at: '2026-01-01T00:00:00.500Z', code: 'c', text: 't' });

    const [entry] = await itemsOf(scope.accountId);

    expect(new Date(Number(entry?.['expiresAt']) * 1000).toISOString()).toBe('2027-02-01T00:00:00.000Z');
  });

  it('single-use values are never cleared away before they expire', async () => {
    await stores.singleUse.putSingleUse('hash-ttl', { kind: 'ticket', accountId: 'a' }, 1_700_000_000_001);

    expect(await readItem(table, { pk: 'STATE#hash-ttl', sk: 'STATE' })).toMatchObject({ expiresAt: 1_700_000_001 });
  });
});

describe('more than one answer holds', () => {
  it('takes from an inbox of several pages of 1 MB', async () => {
    const scope = freshScope();
    const big = 'x'.repeat(60_000);
    for (let n = 0; n < 40; n += 1) await stores.inbox.put(scope, news({ id: `inv_${String(n)}`, snapshot: big, receivedAt: 100 - n }));

    const taken = await stores.inbox.take(scope, 50);

    expect(taken).toHaveLength(40);
    expect(taken[0]?.id).toBe('inv_39');
  });

  it('asks again for the keys that a batch left unread, and only for those', async () => {
    const asked: string[][] = [];
    const send = async (command: { readonly input: { readonly RequestItems: Record<string, { readonly Keys: readonly Item[] }> } }) => {
      const keys = command.input.RequestItems['t']?.Keys ?? [];
      asked.push(keys.map(({ sk }) => String(sk)));
      const [first, ...rest] = keys;
      return { Responses: { t: [first] }, UnprocessedKeys: rest.length === 0 ? {} : { t: { Keys: rest } } };
    };
    const busy: Table = { client: { send } as unknown as DynamoDBDocumentClient, tableName: 't' };

    const found = await readItems(busy, [
      { pk: 'p', sk: '1' },
      { pk: 'p', sk: '2' },
      { pk: 'p', sk: '1' },
      { pk: 'p', sk: '3' },
    ]);

    expect(asked).toEqual([['1', '2', '3'], ['2', '3'], ['3']]);
    expect(found.map(({ sk }) => sk)).toEqual(['1', '2', '3']);
  });

  it('a large organisation: reads a few batches at a time, since those that stand in line for a connection time out', async () => {
    let underWay = 0;
    let mostAtOnce = 0;
    const send = async (command: { readonly input: { readonly RequestItems: Record<string, { readonly Keys: readonly Item[] }> } }) => {
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return { Responses: { t: command.input.RequestItems['t']?.Keys ?? [] } };
    };
    const slow: Table = { client: { send } as unknown as DynamoDBDocumentClient, tableName: 't' };
    const keys = Array.from({ length: 10_000 }, (_, n) => ({ pk: 'p', sk: String(n) }));

    expect(await readItems(slow, keys)).toHaveLength(10_000);
    expect(mostAtOnce).toBeLessThanOrEqual(16);
  });
});

it('an error that is not a refused condition reaches the caller', async () => {
  const nowhere = createDynamoStores({ client: table.client, tableName: 'no-such-table' }, countingIds());

  await expect(nowhere.inbox.put(freshScope(), news())).rejects.toThrow('resource not found');
  await expect(nowhere.links.putAlias(freshScope(), 'customer', 'x', 'c')).rejects.toThrow('resource not found');
});

it('countWrites counts each item written, alone or in a batch, refused or not, and no reads', async () => {
  const scope = freshScope();
  writes.reset();

  await stores.inbox.put(scope, news());
  await stores.inbox.put(scope, news());
  expect(writes.total).toBe(2);
  const [taken] = await stores.inbox.take(scope, 1);
  await stores.links.getLinks(scope, 'customer', ['cus_1']);
  expect(writes.total).toBe(2);
  await stores.lanes.ring(scope.accountId, 1);
  if (taken !== undefined) await stores.inbox.remove(scope, taken);
  expect(writes.total).toBe(4);
  const put = (sk: string) => ({ PutRequest: { Item: { pk: `ACCT#${scope.accountId}`, sk } } });
  await table.client.send(new BatchWriteCommand({ RequestItems: { [table.tableName]: [put('a'), put('b'), put('c')] } }));
  expect(writes.total).toBe(7);
});
