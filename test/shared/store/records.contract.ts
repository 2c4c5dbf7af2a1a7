import { describe, expect, it } from '@jest/globals';
import type { Base, Link } from '../../../shared/domain/link.ts';
import type { Scope } from '../../../shared/sync/ports.ts';
import type { Commit, Intent } from '../../../shared/sync/records-port.ts';
import { newsOf } from './news.ts';
import { AT, BASE, linkOf, markerOf, syncedOf } from './records-of-tests.ts';
import type { ContractContext } from './store.contract.ts';

const INTENT: Intent = {
  type: 'customer',
  id: 'cus_1001',
  key: 'key-1',
  index: 0,
  count: 1,
  gesFields: {},
  gesRevision: 1,
  attemptAt: 1,
  state: 'sent',
};

export function recordsContract({ stores, scope: freshScope }: ContractContext): void {
  const commit = async (scope: Scope, one: Commit): Promise<Link> => {
    const result = await stores().records.commit(scope, one);
    if (result.kind !== 'committed') throw new Error(JSON.stringify(result));
    return result.link;
  };
  const linkNow = async (scope: Scope, gesId = 'cus_1001') => (await stores().records.getLinks(scope, 'customer', [gesId])).get(gesId);

  it('one commit stores all of one step: link, base, alias, markers, timeline, outcomes, news, intents', async () => {
    const scope = freshScope();
    const { records, inbox, intents, outbox } = stores();
    const own = newsOf({ side: 'own', order: 7 });
    const later = { dueAt: 100, news: newsOf({ side: 'own', order: 8 }) };
    await inbox.put(scope, newsOf());
    await inbox.putLater(scope, { dueAt: 5, news: newsOf() });
    await intents.putIntents(scope, [INTENT, { ...INTENT, id: 'cus_2' }]);
    const { entries: removed } = await inbox.take(scope, { rank: 'live', type: 'customer' }, 10);
    const note = { type: 'customer', gesId: 'cus_1001', at: AT, code: 'adopted', text: 'Linked.' } as const;
    const outcome = syncedOf(scope.accountId, 'cus_1001');

    const stored = await commit(scope, {
      link: linkOf(),
      base: BASE,
      alias: 'xero-1',
      markers: [markerOf()],
      timeline: [note],
      outcomes: [outcome],
      removed,
      removedLater: [{ dueAt: 5, news: newsOf() }],
      put: [own],
      putLater: [later],
      intents: [INTENT],
    });

    expect(stored).toEqual(linkOf({ version: 1 }));
    expect(await records.getRecords(scope, 'customer', ['cus_1001'])).toEqual(new Map([['cus_1001', { link: stored, base: BASE }]]));
    expect(await records.findAliases(scope, 'customer', ['xero-1', 'xero-2'])).toEqual(new Map([['xero-1', 'cus_1001']]));
    expect(await records.findAliases(scope, 'invoice', ['xero-1'])).toEqual(new Map());
    expect(await records.getMarkers(scope, ['pay_1', 'pay_2'])).toEqual(new Map([['pay_1', markerOf()]]));
    expect(await records.readTimeline(scope, 'customer', 'cus_1001')).toEqual([note]);
    expect((await outbox.unsent(scope.accountId, 10)).map((one) => one.outcome)).toEqual([outcome]);
    const { entries } = await inbox.take(scope, { rank: 'live', type: 'customer' }, 10);
    expect(entries.map(({ side, order }) => [side, order])).toEqual([['own', 7]]);
    expect(await inbox.dueLater(scope, 100, 10)).toEqual([later]);
    expect((await intents.listIntents(scope)).map(({ id }) => id)).toEqual(['cus_2']);
  });

  it('gives a link back whole, and drops what the next version no longer has', async () => {
    const scope = freshScope();
    const problem = { code: 'which-one', message: 'Which one is it?', fix: 'Choose one.', candidates: ['xero-1', 'xero-2'] };
    const full = linkOf({ status: 'attention', problem, warnings: ['field-not-sent:email'], nameSuffix: ' (2)', deleted: true });
    const first = await commit(scope, { link: full });
    expect(await linkNow(scope)).toEqual({ ...full, version: 1 });
    const { warnings: _warnings, nameSuffix: _suffix, problem: _problem, xeroId: _xeroId, deleted: _deleted, ...plain } = first;

    await commit(scope, { link: plain });

    expect(await linkNow(scope)).toEqual({ ...plain, version: 2 });
  });

  it('leaves the base alone when none comes along, and gives a ledger back as it was', async () => {
    const scope = freshScope();
    const ledger = {
      entries: [{ born: 'ges', state: { kind: 'waiting', until: 5 }, gesId: 'pay_1', ges: { amount: 1_250, date: '2026-11-01' } }],
    };
    const base = { ...BASE, ledger } as unknown as Base;
    const first = await commit(scope, { link: linkOf(), base });

    const second = await commit(scope, { link: { ...first, gesRevision: 2 } });

    expect((await stores().records.getRecords(scope, 'customer', ['cus_1001'])).get('cus_1001')).toEqual({ link: second, base });
  });

  it('reads more than 100 records at once, doubled ids included, and none when asked for none', async () => {
    const scope = freshScope();
    const { records } = stores();
    const gesIds = Array.from({ length: 130 }, (_, n) => `cus_${String(n)}`);
    await Promise.all(gesIds.map((gesId) => commit(scope, { link: linkOf({ gesId }), base: BASE })));

    const found = await records.getRecords(scope, 'customer', [...gesIds, 'cus_0', 'cus_unknown']);

    expect([...found.keys()].sort()).toEqual([...gesIds].sort());
    expect([...found.values()].every(({ base }) => base !== undefined)).toBe(true);
    expect(await records.getLinks(scope, 'customer', [])).toEqual(new Map());
    expect(await records.getLinks(scope, 'invoice', gesIds)).toEqual(new Map());
    expect(await records.getLinks({ ...scope, generation: 2 }, 'customer', gesIds)).toEqual(new Map());
  });

  it('an alias may be given again to the record that has it', async () => {
    const scope = freshScope();
    const first = await commit(scope, { link: linkOf(), alias: 'xero-1' });

    expect(await commit(scope, { link: first, alias: 'xero-1' })).toMatchObject({ version: 2 });
  });

  it('news that is dealt with may be asked for again in the same commit', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const own = newsOf({ side: 'own' });
    const later = { dueAt: 5, news: own };
    await inbox.put(scope, own);
    await inbox.putLater(scope, later);
    const { entries: removed } = await inbox.take(scope, { rank: 'live', type: 'customer' }, 10);
    const again = { ...own, order: 9, attempts: 1 };

    await commit(scope, { link: linkOf(), removed, removedLater: [later], put: [again], putLater: [{ dueAt: 5, news: again }] });

    const { entries } = await inbox.take(scope, { rank: 'live', type: 'customer' }, 10);
    expect(entries.map(({ order, attempts }) => [order, attempts])).toEqual([[9, 1]]);
    expect(await inbox.dueLater(scope, 5, 10)).toEqual([{ dueAt: 5, news: again }]);
  });

  it('keeps the timeline of each record in order', async () => {
    const scope = freshScope();
    const entry = { type: 'customer', gesId: 'cus_1', at: AT, code: 'adopted', text: 'Linked.' } as const;
    const conflict = { ...entry, code: 'conflict', details: { field: 'phone', lost: '' } };
    const first = await commit(scope, { link: linkOf({ gesId: 'cus_1' }), timeline: [entry, conflict] });
    await commit(scope, { link: first, timeline: [entry] });
    await commit(scope, { link: linkOf({ gesId: 'cus_11' }), timeline: [{ ...entry, gesId: 'cus_11' }] });
    await commit(scope, { link: linkOf({ gesId: 'cus_1#1' }), timeline: [{ ...entry, gesId: 'cus_1#1' }] });

    expect(await stores().records.readTimeline(scope, 'customer', 'cus_1')).toEqual([entry, conflict, entry]);
  });

  it('an invoice of 300 payments is one commit: markers and timeline beyond 100 operations are stored all the same', async () => {
    const scope = freshScope();
    const { records, outbox } = stores();
    const payments = Array.from({ length: 300 }, (_, n) => `pay_${String(n)}`);
    const note = { type: 'payment', at: AT, code: 'posted', text: 'Posted.' } as const;

    await commit(scope, {
      link: linkOf({ type: 'invoice', gesId: 'inv_1' }),
      base: BASE,
      markers: payments.map((gesId) => markerOf({ gesId })),
      timeline: payments.slice(0, 20).map((gesId) => ({ ...note, gesId })),
      outcomes: payments.slice(0, 15).map((id) => syncedOf(scope.accountId, id)),
    });

    expect((await records.getMarkers(scope, payments)).size).toBe(300);
    expect(await records.readTimeline(scope, 'payment', 'pay_19')).toHaveLength(1);
    expect(await outbox.unsent(scope.accountId, 100)).toHaveLength(15);
  });

  describe('counts', () => {
    it('are added to, and told anew by the index: payments count, a record deleted in peace does not', async () => {
      const scope = freshScope();
      const { counts } = stores();
      expect(await counts.readCounts(scope)).toEqual({ synced: 0, pending: 0, attention: 0 });
      await counts.addCounts(scope, { synced: 5, pending: 1, attention: 0 });
      await counts.addCounts(scope, { synced: -2, pending: 0, attention: 1 });
      expect(await counts.readCounts(scope)).toEqual({ synced: 3, pending: 1, attention: 1 });

      const a = await commit(scope, { link: linkOf({ gesId: 'a' }) });
      const b = await commit(scope, {
        link: linkOf({ gesId: 'b', type: 'invoice' }),
        markers: [markerOf(), markerOf({ gesId: 'pay_2', status: 'attention' })],
      });
      await commit(scope, { link: linkOf({ gesId: 'c', status: 'pending' }) });
      await commit(scope, { link: linkOf({ gesId: 'd', status: 'ignored' }) });
      await commit(scope, { link: linkOf({ gesId: 'e', status: 'attention', deleted: true }) });
      await commit(scope, { link: linkOf({ gesId: 'f', deleted: true }) });
      await commit({ ...scope, generation: 2 }, { link: linkOf({ gesId: 'a' }) });
      expect(await counts.recount(scope)).toEqual({ synced: 3, pending: 1, attention: 2 });

      await commit(scope, { link: { ...a, status: 'attention' } });
      await commit(scope, { link: { ...b, deleted: true }, markers: [markerOf({ deleted: true })] });

      expect(await counts.recount(scope)).toEqual({ synced: 0, pending: 1, attention: 3 });
      expect(await counts.readCounts(scope)).toEqual({ synced: 0, pending: 1, attention: 3 });
    });
  });
}
