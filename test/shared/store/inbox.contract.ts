import { describe, expect, it } from '@jest/globals';
import type { News } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

function news(overrides: Partial<News> = {}): News {
  return {
    type: 'customer',
    side: 'ges',
    id: 'cus_1001',
    rank: 'live',
    change: 'updated',
    order: 5,
    receivedAt: 1_000,
    snapshot: { id: 'cus_1001', email: '', sites: [{ id: 'site_1' }], note: null, amount: 0.1 },
    origin: 'user',
    correlationId: 'corr-1',
    ...overrides,
  };
}

export function inboxContract({ stores, scope: freshScope }: ContractContext): void {
  it('gives news back exactly as put, with a token', async () => {
    const scope = freshScope();
    const { inbox } = stores();

    expect(await inbox.put(scope, news({ attempts: 2 }))).toBe('stored');

    const [taken, ...others] = await inbox.take(scope, 10);
    expect(others).toEqual([]);
    expect(taken).toEqual({ ...news({ attempts: 2 }), asked: true, token: expect.any(String) });
  });

  it('tells a deleted record (snapshot null) from news without data (no snapshot)', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const { snapshot: _snapshot, origin: _origin, ...bare } = news({ side: 'xero', id: 'xero-1' });
    await inbox.put(scope, news({ change: 'deleted', snapshot: null }));
    await inbox.put(scope, bare);

    const [deleted, dataless] = await inbox.take(scope, 10);

    expect(deleted?.snapshot).toBeNull();
    expect(dataless).not.toHaveProperty('snapshot');
  });

  it('A3: news that asks for a record to go is remembered when newer news that does not ask replaces it', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, news({ change: 'created', origin: 'bulk', order: 1 }));
    await inbox.put(scope, news({ origin: 'bulk', order: 2 }));
    await inbox.put(scope, news({ id: 'cus_1002', origin: 'bulk', order: 2 }));

    const [asked, unasked] = await inbox.take(scope, 10);

    expect(asked).toMatchObject({ id: 'cus_1001', order: 2, change: 'updated', origin: 'bulk', asked: true });
    expect(unasked).not.toHaveProperty('asked');
  });

  it('what newer news does not have, it does not inherit', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const { snapshot: _snapshot, origin: _origin, ...bare } = news({ order: 6 });
    await inbox.put(scope, news({ attempts: 3 }));
    await inbox.put(scope, bare);

    const [taken] = await inbox.take(scope, 1);

    expect(Object.keys(taken ?? {})).not.toEqual(expect.arrayContaining(['snapshot']));
    expect(taken).not.toHaveProperty('attempts');
    expect(taken).not.toHaveProperty('origin');
  });

  it('is nobody else’s object: changing what was put changes nothing stored', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const snapshot = { name: 'before' };
    await inbox.put(scope, news({ snapshot }));
    snapshot.name = 'after';

    expect((await inbox.take(scope, 1))[0]?.snapshot).toEqual({ name: 'before' });
  });

  describe('put over an entry of order 5', () => {
    it.each([
      { present: 'live', put: 'live', order: 6, answer: 'stored' },
      { present: 'live', put: 'live', order: 5, answer: 'older' },
      { present: 'live', put: 'live', order: 4, answer: 'older' },
      { present: 'live', put: 'bulk', order: 6, answer: 'older' },
      { present: 'live', put: 'bulk', order: 5, answer: 'older' },
      { present: 'bulk', put: 'bulk', order: 6, answer: 'stored' },
      { present: 'bulk', put: 'bulk', order: 5, answer: 'older' },
      { present: 'bulk', put: 'live', order: 6, answer: 'stored' },
      { present: 'bulk', put: 'live', order: 5, answer: 'stored' },
      { present: 'bulk', put: 'live', order: 4, answer: 'older' },
    ] as const)('$put news of order $order over $present news: $answer (E5, live before bulk)', async ({ present, put, order, answer }) => {
      const scope = freshScope();
      const { inbox } = stores();
      await inbox.put(scope, news({ rank: present }));

      expect(await inbox.put(scope, news({ rank: put, order }))).toBe(answer);

      const entries = await inbox.take(scope, 10);
      expect(entries.map(({ rank, order: kept }) => [rank, kept])).toEqual([answer === 'stored' ? [put, order] : [present, 5]]);
    });
  });

  it('keeps one entry per record and side, and those of different scopes apart', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, news());
    await inbox.put(scope, news({ side: 'xero' }));
    await inbox.put(scope, news({ type: 'invoice' }));
    await inbox.put({ ...scope, generation: 2 }, news());

    expect(await inbox.take(scope, 10)).toHaveLength(3);
    expect(await inbox.take({ ...scope, generation: 2 }, 10)).toHaveLength(1);
  });

  it('takes ids of any letters', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, news({ id: 'a#b%23c' }));

    expect((await inbox.take(scope, 10)).map(({ id }) => id)).toEqual(['a#b%23c']);
  });

  it('takes live before bulk, then customers, invoices, payments, then the oldest, up to the limit', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const entries = [
      news({ id: 'bulk-customer', rank: 'bulk', receivedAt: 1 }),
      news({ id: 'payment', type: 'payment', receivedAt: 2 }),
      news({ id: 'invoice', type: 'invoice', receivedAt: 3 }),
      news({ id: 'a-late-customer', receivedAt: 5 }),
      news({ id: 'z-early-customer', receivedAt: 4 }),
      news({ id: 'bulk-payment', type: 'payment', rank: 'bulk', receivedAt: 0 }),
    ];
    for (const entry of entries) await inbox.put(scope, entry);

    const inOrder = ['z-early-customer', 'a-late-customer', 'invoice', 'payment', 'bulk-customer', 'bulk-payment'];
    expect((await inbox.take(scope, 10)).map(({ id }) => id)).toEqual(inOrder);
    expect((await inbox.take(scope, 3)).map(({ id }) => id)).toEqual(inOrder.slice(0, 3));
  });

  it('removes the entry that was taken, and taking is not removing', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, news());
    const [taken] = await inbox.take(scope, 1);
    if (taken === undefined) throw new Error('nothing taken');
    expect(await inbox.take(scope, 1)).toHaveLength(1);

    await inbox.remove(scope, taken);
    await inbox.remove(scope, taken);

    expect(await inbox.take(scope, 1)).toEqual([]);
  });

  it('does not remove news that arrived after the taking', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.put(scope, news({ order: 5 }));
    const [taken] = await inbox.take(scope, 1);
    if (taken === undefined) throw new Error('nothing taken');
    await inbox.put(scope, news({ order: 6 }));

    await inbox.remove(scope, taken);

    expect((await inbox.take(scope, 1))[0]?.order).toBe(6);
  });

  it('of many puts at once for one record the newest stays', async () => {
    const scope = freshScope();
    const { inbox } = stores();

    await Promise.all([3, 9, 1, 7, 10, 2].map((order) => inbox.put(scope, news({ order }))));

    expect((await inbox.take(scope, 10)).map(({ order }) => order)).toEqual([10]);
  });

  describe('put off until later', () => {
    it('gives what is due, oldest first, up to the limit, and names the next time', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      expect(await inbox.nextLaterAt(scope)).toBeUndefined();
      await inbox.putLater(scope, news({ id: 'third', attempts: 1 }), 1_700_000_003_000);
      await inbox.putLater(scope, news({ id: 'first' }), 999);
      await inbox.putLater(scope, news({ id: 'second' }), 1_700_000_002_000);

      const due = await inbox.dueLater(scope, 1_700_000_002_000, 10);

      expect(due.map(({ dueAt, news: { id } }) => [dueAt, id])).toEqual([
        [999, 'first'],
        [1_700_000_002_000, 'second'],
      ]);
      expect(await inbox.dueLater(scope, 1_700_000_003_000, 1)).toEqual([{ dueAt: 999, news: news({ id: 'first' }) }]);
      expect(await inbox.dueLater(scope, 1_700_000_003_000, 3)).toHaveLength(3);
      expect(await inbox.nextLaterAt(scope)).toBe(999);
      expect(await inbox.take(scope, 10)).toEqual([]);
    });

    it('removes what was read', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      await inbox.putLater(scope, news(), 100);
      const [later] = await inbox.dueLater(scope, 100, 1);
      if (later === undefined) throw new Error('nothing due');

      await inbox.removeLater(scope, later);

      expect(await inbox.dueLater(scope, 100, 1)).toEqual([]);
      expect(await inbox.nextLaterAt(scope)).toBeUndefined();
    });

    it('older news never replaces newer put off to the same moment (E5)', async () => {
      const scope = freshScope();
      const { inbox } = stores();
      await inbox.putLater(scope, news({ order: 6 }), 100);
      await inbox.putLater(scope, news({ order: 5 }), 100);

      await inbox.removeLater(scope, { dueAt: 100, news: news({ order: 5 }) });

      expect((await inbox.dueLater(scope, 100, 10)).map(({ news: { order } }) => order)).toEqual([6]);
    });
  });
}
