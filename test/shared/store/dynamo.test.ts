import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { accountPartition, scopePartition, wakeShard } from '../../../shared/store/keys.ts';
import type { Item, Table } from '../../../shared/store/table.ts';
import { readItem, readItems } from '../../../shared/store/table.ts';
import type { Scope } from '../../../shared/sync/ports.ts';
import type { News } from '../../../shared/sync/records-port.ts';
import type { RunningTable, WriteCount } from '../../support/dynamo-store.ts';
import { countWrites, startDynamoTable } from '../../support/dynamo-store.ts';
import { createFakeClock, createFakeIds } from '../../support/fake-clock.ts';
import { createStores, type Stores } from '../../support/stores.ts';
import { newsOf } from './news.ts';
import { AT, BASE, linkOf, markerOf, syncedOf } from './records-of-tests.ts';

/** What only the real table can get wrong: keys, sparse indexes, TTL, pages, and what is sent. */

let table: RunningTable;
let stores: Stores;
let writes: WriteCount;
beforeAll(async () => {
  table = await startDynamoTable();
  stores = createStores(table);
  writes = countWrites(table.client);
});
afterAll(() => table.close());

const ids = createFakeIds('');
const freshScope = (): Scope => ({ accountId: `acct${ids.next().slice(1)}`, generation: 3 });
const news = (overrides: Partial<News> = {}): News => ({ ...newsOf(overrides), recordId: overrides.recordId ?? 'cus_5001' });

async function itemsOf(accountId: string): Promise<readonly Item[]> {
  const { Items: items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  return items.filter((item) => String(item['pk']).startsWith(`ACCT#${accountId}`));
}

describe('keys', () => {
  it('one item per thing, under the account or under its generation', async () => {
    const scope = freshScope();
    const { accountId } = scope;
    const { inbox, intents, records, lanes, counts, watermarks, facts, directory } = stores;
    await inbox.put(scope, news());
    await inbox.put(scope, news({ type: 'invoice', recordId: 'inv_1', rank: 'bulk', entity: { type: 'payment', id: 'pay_1' } }));
    await inbox.putLater(scope, { dueAt: 1_700_000_000_000, news: news() });
    await intents.putIntents(scope, [
      { type: 'customer', id: 'cus_9', key: 'k', index: 0, count: 1, gesFields: {}, gesRevision: 1, attemptAt: 1, state: 'sent' },
    ]);
    await records.commit(scope, {
      link: linkOf({ gesId: 'cus_1' }),
      base: BASE,
      alias: 'xero-1',
      markers: [markerOf()],
      timeline: [{ type: 'customer', gesId: 'cus_1', at: AT, code: 'adopted', text: 'Linked.' }],
      outcomes: [syncedOf(accountId, 'cus_1')],
    });
    await lanes.ring(accountId, 7);
    await counts.addCounts(scope, { synced: 1, pending: 0, attention: 0 });
    await watermarks.moveWatermark(scope, 'contacts', 1);
    await facts.putFact(scope, 'taxRates', { value: { taxRates: [] }, readAt: 1 });
    const state = { normalisation: 1, cursor: 1, complete: true, entries: [] };
    await directory.putDirectory(scope, state);
    await directory.appendDirectory(scope, state);

    const keys = (await itemsOf(accountId)).map(({ pk, sk }) => `${String(pk)} ${String(sk)}`.replace(/(TIMELINE .*#).*$/, '$1<id>'));

    const O = `ACCT#${accountId}#ORG#3`;
    expect(new Set(keys)).toEqual(
      new Set([
        `${O} INBOX#0#0#cus_5001#ges#customer#cus_1001`,
        `${O} INBOX#1#1#inv_1#ges#payment#pay_1`,
        `${O} LATER#1700000000000#live#customer#cus_5001#ges#customer#cus_1001`,
        `${O}#INTENT customer#cus_9`,
        `${O}#09 LINK#customer#cus_1`,
        `${O}#09 BASE#customer#cus_1`,
        `${O}#11 XERO#customer#xero-1`,
        `${O}#14 LINK#payment#pay_1`,
        `${O}#TIMELINE customer#cus_1#<id>`,
        `${O} COUNTS`,
        `${O} SEEN`,
        `${O} FACTS#taxRates`,
        `${O} CONTACTS`,
        `${O} CONTACTS#000000#000000`,
        `${O} CONTACTS#000000#NEW#000000`,
        `ACCT#${accountId} OUT#customer#cus_1#000000001#0`,
        `ACCT#${accountId} LANE`,
      ]),
    );
  });

  it('links, bases and aliases spread over 16 partitions', async () => {
    const scope = freshScope();
    for (let n = 0; n < 120; n += 1) await stores.records.commit(scope, { link: linkOf({ gesId: `cus_${String(n)}` }) });

    expect(new Set((await itemsOf(scope.accountId)).map(({ pk }) => pk)).size).toBe(16);
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
    await stores.lanes.release(accountId, 'owner', 1, undefined, { notes: {}, gotOn: true, counted: true });

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
    await stores.inbox.putLater(scope, { dueAt: due, news: news({ receivedAt: received }) });
    const ends = (await itemsOf(scope.accountId)).map((item) => [
      String(item['sk']).split('#')[0],
      new Date(Number(item['expiresAt']) * 1000).toISOString(),
    ]);
    expect(Object.fromEntries(ends)).toEqual({ INBOX: '2026-12-27T10:00:00.000Z', LATER: '2027-01-26T10:00:00.000Z' });
  });

  it('timeline entries are kept 13 months', async () => {
    const scope = freshScope();
    const at = '2026-01-01T00:00:00.500Z';
    await stores.records.commit(scope, { link: linkOf(), timeline: [{ type: 'customer', gesId: 'cus_1', at, code: 'c', text: 't' }] });

    const entry = (await itemsOf(scope.accountId)).find(({ pk }) => String(pk).endsWith('TIMELINE'));

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
    for (let n = 0; n < 40; n += 1) await stores.inbox.put(scope, news({ recordId: `cus_${String(n).padStart(2, '0')}`, snapshot: big }));

    const { entries, next } = await stores.inbox.take(scope, { rank: 'live', type: 'customer' }, 50);

    expect(entries).toHaveLength(40);
    expect(entries.at(-1)?.recordId).toBe('cus_39');
    expect(next).toBeUndefined();
  });

  it('asks again for the keys that a batch left unread, and only for those', async () => {
    const asked: string[][] = [];
    const send = async (command: { readonly input: { readonly RequestItems: Record<string, { readonly Keys: readonly Item[] }> } }) => {
      const keys = command.input.RequestItems['t']?.Keys ?? [];
      asked.push(keys.map(({ sk }) => String(sk)));
      const [first, ...rest] = keys;
      return { Responses: { t: [first] }, UnprocessedKeys: rest.length === 0 ? {} : { t: { Keys: rest } } };
    };
    const busy: Table = { client: { send } as unknown as DynamoDBDocumentClient, tableName: 't', clock: createFakeClock(), ids };

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
    const slow: Table = { client: { send } as unknown as DynamoDBDocumentClient, tableName: 't', clock: createFakeClock(), ids };
    const keys = Array.from({ length: 10_000 }, (_, n) => ({ pk: 'p', sk: String(n) }));

    expect(await readItems(slow, keys)).toHaveLength(10_000);
    expect(mostAtOnce).toBeLessThanOrEqual(16);
  });
});

it('an error that is not a refused condition reaches the caller', async () => {
  const nowhere = createStores({ ...table, tableName: 'no-such-table' });

  await expect(nowhere.inbox.put(freshScope(), news())).rejects.toThrow('resource not found');
  await expect(nowhere.records.commit(freshScope(), { link: linkOf() })).rejects.toThrow('resource not found');
});

it('countWrites counts each item written, alone, in a batch or in a transaction, refused or not, and no reads', async () => {
  const scope = freshScope();
  writes.reset();

  await stores.inbox.put(scope, news());
  await stores.inbox.put(scope, news());
  expect(writes.total).toBe(2);
  const { entries } = await stores.inbox.take(scope, { rank: 'live', type: 'customer' }, 1);
  await stores.records.getLinks(scope, 'customer', ['cus_1']);
  expect(writes.total).toBe(2);
  await stores.lanes.ring(scope.accountId, 1);
  await stores.inbox.remove(scope, entries);
  expect(writes.total).toBe(4);
  const put = (sk: string) => ({ PutRequest: { Item: { pk: `ACCT#${scope.accountId}`, sk } } });
  await table.client.send(new BatchWriteCommand({ RequestItems: { [table.tableName]: [put('a'), put('b'), put('c')] } }));
  expect(writes.total).toBe(7);
  await stores.records.commit(scope, { link: linkOf(), base: BASE });
  expect(writes.total).toBe(9);
});
