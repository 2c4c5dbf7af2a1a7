import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../../../shared/sync/ports.ts';
import type { Inbox, InboxRange, News } from '../../../shared/sync/records-port.ts';
import { newsOf } from './news.ts';
import type { ContractContext } from './store.contract.ts';

const LIVE_CUSTOMERS: InboxRange = { rank: 'live', type: 'customer' };
const LIVE_INVOICES: InboxRange = { rank: 'live', type: 'invoice' };
const RANGES: readonly InboxRange[] = [
  LIVE_CUSTOMERS,
  LIVE_INVOICES,
  { rank: 'bulk', type: 'customer' },
  { rank: 'bulk', type: 'invoice' },
];

const customer = (id: string, overrides: Partial<News> = {}): News =>
  newsOf({ recordId: id, entity: { type: 'customer', id }, ...overrides });
const ofInvoice = (recordId: string, entity: News['entity'], overrides: Partial<News> = {}): News =>
  newsOf({ type: 'invoice', recordId, entity, ...overrides });

export function inboxContract({ stores, scope: freshScope }: ContractContext): void {
  const putAll = async (scope: Scope, all: readonly News[]) => {
    for (const news of all) await stores().inbox.put(scope, news);
  };
  const taken = async (inbox: Inbox, scope: Scope) => (await inbox.take(scope, LIVE_CUSTOMERS, 100)).entries;

  it('gives news back exactly as put, with a token', async () => {
    const scope = freshScope();
    const { inbox } = stores();

    expect(await inbox.put(scope, newsOf({ attempts: 2 }))).toBe('stored');

    expect(await taken(inbox, scope)).toEqual([{ ...newsOf({ attempts: 2 }), asked: true, token: expect.any(String) }]);
  });

  it('tells a deleted record (snapshot null) from news without data (no snapshot)', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const { snapshot: _snapshot, origin: _origin, ...bare } = newsOf({ side: 'xero' });
    await putAll(scope, [newsOf({ change: 'deleted', snapshot: null }), bare]);

    const [deleted, dataless] = await taken(inbox, scope);

    expect(deleted?.snapshot).toBeNull();
    expect(dataless).not.toHaveProperty('snapshot');
  });

  it('leaves a snapshot behind that is too large for an item: the record is read from GES then', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const sized = (bytes: number) => ({ text: 'é'.repeat(bytes / 2) });
    await putAll(scope, [
      customer('cus_1', { change: 'updated', snapshot: sized(370_000) }),
      customer('cus_2', { change: 'updated', snapshot: sized(400_000), order: 7 }),
    ]);

    const [fits, left] = await taken(inbox, scope);

    expect(fits?.snapshot).toEqual(sized(370_000));
    expect(left).toMatchObject({ recordId: 'cus_2', change: 'updated', order: 7 });
    expect(left).not.toHaveProperty('snapshot');
  });

  it('A3: news that asks for a record to go is remembered when newer news that does not ask replaces it', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await putAll(scope, [
      customer('cus_1', { change: 'created', origin: 'bulk', order: 1 }),
      customer('cus_1', { origin: 'bulk', order: 2 }),
      customer('cus_2', { origin: 'bulk', order: 2 }),
    ]);

    const [asked, unasked] = await taken(inbox, scope);

    expect(asked).toMatchObject({ recordId: 'cus_1', order: 2, change: 'updated', origin: 'bulk', asked: true });
    expect(unasked).not.toHaveProperty('asked');
  });

  it('what newer news does not have, it does not inherit', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const { snapshot: _snapshot, origin: _origin, ...bare } = newsOf({ order: 6 });
    await putAll(scope, [newsOf({ attempts: 3 }), bare]);

    const [entry] = await taken(inbox, scope);

    for (const name of ['snapshot', 'attempts', 'origin']) expect(entry).not.toHaveProperty(name);
  });

  it.each([
    { order: 6, answer: 'stored', kept: 6 },
    { order: 5, answer: 'older', kept: 5 },
    { order: 4, answer: 'older', kept: 5 },
  ] as const)('E5: news of order $order over news of order 5: $answer', async ({ order, answer, kept }) => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, newsOf());

    expect(await inbox.put(scope, newsOf({ order }))).toBe(answer);

    expect((await taken(inbox, scope)).map((entry) => entry.order)).toEqual([kept]);
  });

  it('of many puts at once for one entity the newest stays', async () => {
    const scope = freshScope();
    const { inbox } = stores();

    await Promise.all([3, 9, 1, 7, 10, 2].map((order) => inbox.put(scope, newsOf({ order }))));

    expect((await taken(inbox, scope)).map(({ order }) => order)).toEqual([10]);
  });

  it('keeps live and bulk news of one entity apart, each in its range, and finds the bulk twins of live entries', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await putAll(scope, [
      customer('cus_1', { order: 5 }),
      customer('cus_1', { rank: 'bulk', order: 9 }),
      customer('cus_2'),
      customer('cus_3', { rank: 'bulk' }),
    ]);

    const live = await taken(inbox, scope);
    const twins = await inbox.bulkTwins(scope, live);

    expect(live.map(({ recordId, order }) => [recordId, order])).toEqual([
      ['cus_1', 5],
      ['cus_2', 5],
    ]);
    expect(twins).toEqual([{ ...customer('cus_1', { rank: 'bulk', order: 9 }), asked: true, token: expect.any(String) }]);
    await inbox.remove(scope, [...live, ...twins]);
    expect((await inbox.take(scope, { rank: 'bulk', type: 'customer' }, 10)).entries.map(({ recordId }) => recordId)).toEqual(['cus_3']);
  });

  it('gives each range its own news, and scopes theirs', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await putAll(
      scope,
      RANGES.map((range) => newsOf({ ...range, recordId: `${range.rank}-${range.type}`, entity: { type: range.type, id: 'x' } })),
    );
    await inbox.put({ ...scope, generation: 2 }, customer('cus_other'));

    for (const range of RANGES) {
      const { entries, next } = await inbox.take(scope, range, 10);
      expect(entries.map(({ recordId }) => recordId)).toEqual([`${range.rank}-${range.type}`]);
      expect(next).toBeUndefined();
    }
  });

  it('keeps an entry per side and entity: the payments of an invoice stand under it', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await putAll(scope, [
      ofInvoice('inv_1', { type: 'invoice', id: 'inv_1' }),
      ofInvoice('inv_1', { type: 'payment', id: 'pay_1' }),
      ofInvoice('inv_1', { type: 'payment', id: 'pay_2' }),
      ofInvoice('inv_1', { type: 'invoice', id: 'xero-1' }, { side: 'xero' }),
      ofInvoice('inv_1', { type: 'invoice', id: 'inv_1' }, { side: 'own' }),
    ]);

    const { entries } = await inbox.take(scope, LIVE_INVOICES, 10);

    expect(entries.map(({ side, entity }) => `${side} ${entity.id}`).sort()).toEqual([
      'ges inv_1',
      'ges pay_1',
      'ges pay_2',
      'own inv_1',
      'xero xero-1',
    ]);
  });

  it('takes ids of any letters, and none that looks like a boundary is mistaken for one', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const ids = ['a', 'a#ges#customer', 'a%23', '~xero-1', 'ä', '€', '\u{1f600}'];
    await putAll(
      scope,
      ids.map((id) => customer(id)),
    );

    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const { entries, next } = await inbox.take(scope, LIVE_CUSTOMERS, 2, after);
      seen.push(...entries.map(({ recordId }) => recordId));
      if (next === undefined) break;
      after = next;
    }

    expect([...seen].sort()).toEqual([...ids].sort());
  });

  describe('take, up to a limit', () => {
    const threePayments = ['pay_1', 'pay_2', 'pay_3'].map((id) => ofInvoice('inv_2', { type: 'payment', id }));
    const invoice = (id: string) => ofInvoice(id, { type: 'invoice', id });

    it('gives whole records in order, goes on behind the last one given, and says when the range ended', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      await putAll(scope, [invoice('inv_3'), ...threePayments, invoice('inv_1')]);

      const first = await inbox.take(scope, LIVE_INVOICES, 3);
      const second = await inbox.take(scope, LIVE_INVOICES, 4, first.next);

      expect(first.entries.map(({ recordId }) => recordId)).toEqual(['inv_1']);
      expect(first.next).toBe('inv_1');
      expect(second.entries.map(({ recordId }) => recordId)).toEqual(['inv_2', 'inv_2', 'inv_2', 'inv_3']);
      expect(second.next).toBeUndefined();
    });

    it('gives a record that is larger than the limit whole when it is the only one', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      await putAll(scope, [...threePayments, invoice('inv_3')]);

      const first = await inbox.take(scope, LIVE_INVOICES, 1);

      expect(first.entries).toHaveLength(3);
      expect(first.next).toBe('inv_2');
      expect((await inbox.take(scope, LIVE_INVOICES, 1, first.next)).entries.map(({ recordId }) => recordId)).toEqual(['inv_3']);
    });

    it('a record of exactly the limit is not taken for cut', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      await putAll(scope, [...threePayments, invoice('inv_3')]);

      const { entries, next } = await inbox.take(scope, LIVE_INVOICES, 3);

      expect(entries).toHaveLength(3);
      expect(next).toBe('inv_2');
    });
  });

  it('removes what was taken, taking is not removing, and news that arrived meanwhile stays', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await putAll(scope, [customer('cus_1'), customer('cus_2')]);
    const entries = await taken(inbox, scope);
    expect(await taken(inbox, scope)).toEqual(entries);
    await inbox.put(scope, customer('cus_2', { order: 6 }));

    await inbox.remove(scope, entries);
    await inbox.remove(scope, entries);

    expect((await taken(inbox, scope)).map(({ recordId, order }) => [recordId, order])).toEqual([['cus_2', 6]]);
  });

  it('says whether anything is there, news put off not counted', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    expect(await inbox.isEmpty(scope)).toBe(true);
    await inbox.putLater(scope, { dueAt: 1, news: newsOf() });
    expect(await inbox.isEmpty(scope)).toBe(true);

    await inbox.put(scope, customer('cus_1', { rank: 'bulk' }));

    expect(await inbox.isEmpty(scope)).toBe(false);
  });
}
