import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { Base } from '../../../shared/domain/link.ts';
import type { DirectoryEntry } from '../../../shared/sync/knowledge-port.ts';
import type { Commit, Intent } from '../../../shared/sync/records-port.ts';
import { createFakeClock, createFakeIds } from '../../support/fake-clock.ts';
import { createMemoryTable, type Command } from '../../support/memory-table/memory-table.ts';
import { createStores } from '../../support/stores.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { newsOf } from './news.ts';
import { AT, BASE, linkOf, markerOf, syncedOf } from './records-of-tests.ts';

/** What a commit sends to DynamoDB, how often, and what it makes of each refusal. */

const SCOPE = { accountId: 'acct_1', generation: 1 };

/** Stores over a table in memory that answers the next commands with these errors, and what was sent and slept. */
function world({ random = 0 } = {}) {
  const refusals: (Error | undefined)[] = [];
  const sent: Command[] = [];
  const pauses: number[] = [];
  const clock = createFakeClock();
  const memory = createMemoryTable({
    definition: TABLE_DEFINITION,
    now: () => clock.now(),
    refuse: (command) => {
      sent.push(command);
      return refusals.shift();
    },
  });
  const sleep = async (ms: number) => void pauses.push(ms);
  const stores = createStores({
    client: memory.client,
    tableName: memory.tableName,
    ids: createFakeIds(),
    clock: { sleep, random: () => random },
  });
  const transactions = () => sent.filter((command) => command instanceof TransactWriteCommand).map(({ input }) => input);
  return { memory, stores, refusals, sent, pauses, transactions };
}

const $metadata = {};
const canceled = (...codes: readonly string[]) =>
  new TransactionCanceledException({ $metadata, message: 'canceled', CancellationReasons: codes.map((Code) => ({ Code })) });
const named = (name: string) => Object.assign(new Error(name), { name });
const fullCommit = (gesId: string): Commit => ({
  link: linkOf({ gesId }),
  base: BASE,
  alias: `xero-${gesId}`,
  markers: [markerOf({ gesId: `pay_${gesId}`, invoiceId: gesId })],
  timeline: [{ type: 'customer', gesId, at: AT, code: 'adopted', text: 'Linked.' }],
  outcomes: [syncedOf(SCOPE.accountId, gesId)],
  put: [newsOf({ side: 'own', recordId: gesId, entity: { type: 'customer', id: gesId } })],
  intents: [{ type: 'customer', id: gesId }],
});

describe('conflicts and throttling', () => {
  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    '%s: the commit is sent again, each time after twice the pause with jitter, each time under a new client token',
    async (code) => {
      const { stores, refusals, pauses, transactions } = world({ random: 0.5 });
      refusals.push(...Array.from({ length: 5 }, () => canceled('None', code)));

      expect(await stores.records.commit(SCOPE, { link: linkOf(), base: BASE })).toMatchObject({ kind: 'committed' });

      expect(pauses).toEqual([20, 40, 80, 160, 320]);
      const tokens = transactions().map(({ ClientRequestToken: token }) => token);
      expect(new Set(tokens).size).toBe(6);
      expect(tokens).not.toContain(undefined);
    },
  );

  it('the jitter is half the pause up or down', async () => {
    const pausesOf = async (random: number) => {
      const { stores, refusals, pauses } = world({ random });
      refusals.push(canceled('TransactionConflict'));
      await stores.records.commit(SCOPE, { link: linkOf() });
      return pauses;
    };

    expect([await pausesOf(0), await pausesOf(0.999)]).toEqual([[10], [30]]);
  });

  it('a sixth conflict reaches the caller, and nothing is stored', async () => {
    const { memory, stores, refusals } = world();
    refusals.push(...Array.from({ length: 6 }, () => canceled('TransactionConflict')));

    await expect(stores.records.commit(SCOPE, fullCommit('cus_1'))).rejects.toThrow(TransactionCanceledException);

    expect(memory.items()).toEqual([]);
  });

  it('what is still under way is asked again under its own token: under another it would find itself refused', async () => {
    const { stores, refusals, transactions } = world();
    refusals.push(named('TransactionInProgressException'));

    await stores.records.commit(SCOPE, { link: linkOf() });

    expect(new Set(transactions().map(({ ClientRequestToken: token }) => token)).size).toBe(1);
  });

  it('a plain write that meets a commit is sent again as well', async () => {
    const { stores, refusals, sent, pauses } = world();
    refusals.push(new TransactionConflictException({ $metadata, message: 'conflict' }));

    expect(await stores.inbox.put(SCOPE, newsOf())).toBe('stored');

    expect(sent.map((command) => command instanceof UpdateCommand)).toEqual([true, true]);
    expect(pauses).toEqual([10]);
  });
});

describe('what is refused for good', () => {
  it.each([
    ['a reason of the transaction', canceled('None', 'ValidationError')],
    ['the request itself, of 4 MB or two operations on one item', named('ValidationException')],
  ])('F2a: %s', async (_what, refusal) => {
    const { stores, refusals, pauses } = world();
    refusals.push(refusal);

    expect(await stores.records.commit(SCOPE, fullCommit('cus_1'))).toEqual({ kind: 'refused', reason: expect.any(String) });
    expect(pauses).toEqual([]);
  });

  it('an answer that says neither reaches the caller', async () => {
    const { stores, refusals } = world();
    refusals.push(named('AccessDeniedException'));

    await expect(stores.records.commit(SCOPE, { link: linkOf() })).rejects.toThrow('AccessDeniedException');
  });
});

it('without the removal of an entry that was replaced meanwhile the commit is sent once more, under a new token', async () => {
  const { stores, transactions } = world();
  const { inbox } = stores;
  await inbox.put(SCOPE, newsOf());
  const { entries: removed } = await inbox.take(SCOPE, { rank: 'live', type: 'customer' }, 10);
  await inbox.put(SCOPE, newsOf({ order: 6 }));

  await stores.records.commit(SCOPE, { link: linkOf(), base: BASE, removed });

  const both = transactions();
  expect(both.map(({ TransactItems: items }) => items?.length)).toEqual([3, 2]);
  expect(new Set(both.map(({ ClientRequestToken: token }) => token)).size).toBe(2);
});

describe('the budget of the table', () => {
  const intentOf = (id: string, index: number): Intent => ({
    ...{ type: 'customer', id, key: 'key-1', index, count: 50, element: { Name: id }, gesFields: {}, gesRevision: 1 },
    ...{ attemptAt: 1, state: 'sent' },
  });
  const customers = Array.from({ length: 50 }, (_, n) => `cus_${String(n)}`);

  it('a batch of 50 creates: one round trip for its intents, one for each commit', async () => {
    const { memory, stores, sent } = world();
    await stores.intents.putIntents(SCOPE, customers.map(intentOf));
    expect([sent.length, memory.itemsWritten]).toEqual([1, 50]);

    await Promise.all(customers.map((gesId) => stores.records.commit(SCOPE, fullCommit(gesId))));

    expect(sent.length).toBe(51);
    expect(memory.itemsWritten - 50).toBe(50 * 8);
    expect(await stores.intents.listIntents(SCOPE)).toEqual([]);
  });

  it('a customer synced again: link, base, outcome and the entry that is removed, in one round trip', async () => {
    const { memory, stores, sent } = world();
    await stores.records.commit(SCOPE, fullCommit('cus_1001'));
    await stores.inbox.put(SCOPE, newsOf());
    const { entries } = await stores.inbox.take(SCOPE, { rank: 'live', type: 'customer' }, 10);
    const removed = entries.filter(({ side }) => side === 'ges');
    const [calls, written] = [sent.length, memory.itemsWritten];

    const link = linkOf({ version: 1, gesRevision: 5 });
    await stores.records.commit(SCOPE, { link, base: BASE, outcomes: [syncedOf(SCOPE.accountId, 'cus_1001', 2)], removed });

    expect([sent.length - calls, memory.itemsWritten - written]).toEqual([1, 4]);
  });

  it('commits of different records share no item', async () => {
    const { stores, transactions } = world();
    for (const gesId of customers) await stores.records.commit(SCOPE, fullCommit(gesId));

    const keys = transactions().flatMap(({ TransactItems: items = [] }) =>
      items.map(({ Put: put, Delete: removal }) => {
        const { pk, sk } = put?.Item ?? removal?.Key ?? {};
        return `${String(pk)} ${String(sk)}`;
      }),
    );
    expect(keys).toHaveLength(50 * 8);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('a link is small: ingress reads it for each piece of news', async () => {
    const { memory, stores } = world();
    const problem = { code: 'which-contact', message: 'x'.repeat(120), fix: 'x'.repeat(150), candidates: ['a'.repeat(36), 'b'.repeat(36)] };
    await stores.records.commit(SCOPE, { link: linkOf({ status: 'attention', problem, warnings: ['field-not-sent:email'] }), base: BASE });

    const link = memory.items().find(({ statusKey }) => statusKey !== undefined);
    expect(JSON.stringify(link).length).toBeLessThan(1_000);
  });

  it('a base of an invoice with 230 kB of text and 300 payments fits', async () => {
    const { stores } = world();
    const entries = Array.from({ length: 300 }, (_, n) => ({
      ...{ born: 'ges', state: { kind: 'linked' }, gesId: `pay_${String(n)}`, gesRevision: 3, xeroId: 'x'.repeat(36), method: 'card' },
      ...{ ges: { amount: 12_345, date: '2026-11-01' }, xero: { amount: 12_345, date: '2026-11-01' } },
    }));
    const base = { ...BASE, xero: { lines: 'x'.repeat(230_000) }, ledger: { entries } } as unknown as Base;

    expect(await stores.records.commit(SCOPE, { link: linkOf({ type: 'invoice' }), base })).toMatchObject({ kind: 'committed' });
  });
});

describe('the directory of 60,000 contacts', () => {
  const entryOf = (n: number): DirectoryEntry => ({
    contactId: `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    name: `n${String(n)}_-abcdefghi`.slice(0, 12),
    number: `c${String(n)}_-abcdefghi`.slice(0, 12),
    archived: false,
    updatedAt: 1_795_353_449_461 + n,
  });
  const entries = Array.from({ length: 60_000 }, (_, n) => entryOf(n));
  const state = { normalisation: 1, cursor: 1, complete: true, entries };

  it('is at most 13 items, each far below 400 kB, and comes back whole', async () => {
    const { memory, stores } = world();
    await stores.directory.putDirectory(SCOPE, state);

    const sizes = memory.items().map((item) => JSON.stringify(item).length);
    expect(sizes.length - 1).toBeLessThanOrEqual(13);
    expect(Math.max(...sizes)).toBeLessThan(310_000);
    // As text: comparing 60,000 objects takes longer than everything else here.
    expect(JSON.stringify((await stores.directory.readDirectory(SCOPE))?.entries) === JSON.stringify(entries)).toBe(true);
  });

  it('appending does not read it', async () => {
    const { stores, sent } = world();
    await stores.directory.putDirectory(SCOPE, state);
    const calls = sent.length;

    await stores.directory.appendDirectory(SCOPE, { ...state, entries: [entryOf(60_001)] });

    expect(sent.length - calls).toBe(3);
  });

  it('B3: a process that dies at any write of a compaction takes no contact out of the directory', async () => {
    const some = { ...state, entries: entries.slice(0, 12_000) };
    const added = { ...state, entries: [entryOf(60_001)] };
    for (let survived = 0; ; survived += 1) {
      const { memory, stores, refusals, sent } = world();
      await stores.directory.putDirectory(SCOPE, some);
      await stores.directory.appendDirectory(SCOPE, added);
      const before = sent.length;
      refusals.push(...Array.from({ length: survived }, () => undefined), named('killed'));

      const ended = await stores.directory.putDirectory(SCOPE, { ...some, entries: [...some.entries, ...added.entries] }).then(
        () => true,
        () => false,
      );
      refusals.length = 0;

      expect((await stores.directory.readDirectory(SCOPE))?.entries).toHaveLength(12_001);
      await stores.directory.putDirectory(SCOPE, added);
      expect((await stores.directory.readDirectory(SCOPE))?.entries).toHaveLength(1);
      expect(memory.items()).toHaveLength(2);
      if (ended) return void expect(survived).toBeGreaterThan(5);
      expect(sent.length).toBeGreaterThan(before);
    }
  });
});
