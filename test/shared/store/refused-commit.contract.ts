import { describe, expect, it } from '@jest/globals';
import type { Commit } from '../../../shared/sync/records-port.ts';
import { newsOf } from './news.ts';
import { AT, BASE, linkOf, markerOf, syncedOf } from './records-of-tests.ts';
import type { ContractContext } from './store.contract.ts';

const LIVE_CUSTOMERS = { rank: 'live', type: 'customer' } as const;
/** DynamoDB takes items of 400 kB. */
const TOO_LONG = 'x'.repeat(410_000);

export function refusedCommitContract({ stores, scope: freshScope }: ContractContext): void {
  it('news that was replaced meanwhile stays, and everything else is stored', async () => {
    const scope = freshScope();
    const { inbox, records } = stores();
    const other = newsOf({ side: 'xero', entity: { type: 'customer', id: 'xero-1' } });
    await inbox.put(scope, newsOf());
    await inbox.put(scope, other);
    await inbox.putLater(scope, { dueAt: 5, news: newsOf({ order: 6 }) });
    const { entries: removed } = await inbox.take(scope, LIVE_CUSTOMERS, 10);
    await inbox.put(scope, newsOf({ order: 6 }));

    const removedLater = [{ dueAt: 5, news: newsOf() }];
    const result = await records.commit(scope, { link: linkOf(), base: BASE, alias: 'xero-1', removed, removedLater });

    expect(result).toEqual({ kind: 'committed', link: linkOf({ version: 1 }) });
    const { entries } = await inbox.take(scope, LIVE_CUSTOMERS, 10);
    expect(entries.map(({ side, order }) => [side, order])).toEqual([['ges', 6]]);
    expect(await inbox.dueLater(scope, 5, 10)).toHaveLength(1);
    expect((await records.getRecords(scope, 'customer', ['cus_1001'])).get('cus_1001')?.base).toEqual(BASE);
  });

  /** What a commit that was not taken would have left. */
  const everything = (accountId: string): Partial<Commit> => ({
    base: { ...BASE, ges: { name: 'not taken' } },
    markers: [markerOf()],
    timeline: [{ type: 'customer', gesId: 'cus_1001', at: AT, code: 'c', text: 't' }],
    outcomes: [syncedOf(accountId, 'cus_1001')],
    put: [newsOf({ side: 'own' })],
  });
  const expectNothingStored = async (scope: ReturnType<typeof freshScope>) => {
    const { inbox, records, outbox } = stores();
    const record = (await records.getRecords(scope, 'customer', ['cus_1001'])).get('cus_1001');
    expect(record?.base?.ges['name']).not.toBe('not taken');
    expect(await records.getMarkers(scope, ['pay_1'])).toEqual(new Map());
    expect(await records.readTimeline(scope, 'customer', 'cus_1001')).toEqual([]);
    expect(await outbox.unsent(scope.accountId, 10)).toEqual([]);
    expect(await inbox.isEmpty(scope)).toBe(true);
  };

  describe.each([
    { stored: 0, written: 1 },
    { stored: 1, written: 0 },
    { stored: 2, written: 1 },
    { stored: 1, written: 2 },
  ])('over version $stored, a commit that read version $written', ({ stored, written }) => {
    it('is refused whole: somebody else has the lane', async () => {
      const scope = freshScope();
      const { records } = stores();
      for (let version = 0; version < stored; version += 1) await records.commit(scope, { link: linkOf({ version }) });

      const link = linkOf({ version: written, gesRevision: 9 });
      expect(await records.commit(scope, { ...everything(scope.accountId), link })).toEqual({ kind: 'version-lost' });

      expect((await records.getLinks(scope, 'customer', ['cus_1001'])).get('cus_1001')?.version).toBe(stored === 0 ? undefined : stored);
      await expectNothingStored(scope);
    });
  });

  it('of several commits that read the same version exactly one is taken', async () => {
    const scope = freshScope();
    const { records } = stores();

    const answers = await Promise.all([2, 3, 4].map((gesRevision) => records.commit(scope, { link: linkOf({ gesRevision }) })));

    expect(answers.map(({ kind }) => kind).sort()).toEqual(['committed', 'version-lost', 'version-lost']);
  });

  it('an alias that is another record’s refuses the commit whole and says whose it is', async () => {
    const scope = freshScope();
    const { records } = stores();
    await records.commit(scope, { link: linkOf({ gesId: 'cus_2002' }), alias: 'xero-1' });

    const result = await records.commit(scope, { ...everything(scope.accountId), link: linkOf(), alias: 'xero-1' });

    expect(result).toEqual({ kind: 'taken', by: 'cus_2002' });
    expect(await records.findAliases(scope, 'customer', ['xero-1'])).toEqual(new Map([['xero-1', 'cus_2002']]));
    expect(await records.getLinks(scope, 'customer', ['cus_1001'])).toEqual(new Map());
    await expectNothingStored(scope);
  });

  it('of two records that are given the same Xero id at once one gets it and the other learns by whom', async () => {
    const scope = freshScope();
    const { records } = stores();

    const answers = await Promise.all(
      ['cus_1', 'cus_2'].map((gesId) => records.commit(scope, { link: linkOf({ gesId }), alias: 'xero-1' })),
    );

    const winner = (await records.findAliases(scope, 'customer', ['xero-1'])).get('xero-1');
    expect(answers).toContainEqual({ kind: 'taken', by: winner });
    expect(answers.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
  });

  it('F2a: a base over 400 kB is refused for good, and nothing of its commit is stored', async () => {
    const scope = freshScope();
    const base = { ges: { name: 'not taken', line: TOO_LONG }, xero: {} };

    const result = await stores().records.commit(scope, { ...everything(scope.accountId), link: linkOf(), base });

    expect(result).toEqual({ kind: 'refused', reason: expect.stringMatching(/size/i) });
    await expectNothingStored(scope);
  });

  it('F2a: more than 100 operations that are not derived from anything are refused for good', async () => {
    const scope = freshScope();
    const { records, outbox } = stores();
    const outcomes = Array.from({ length: 101 }, (_, n) => syncedOf(scope.accountId, `cus_${String(n)}`));

    expect(await records.commit(scope, { link: linkOf(), outcomes })).toMatchObject({ kind: 'refused' });
    expect(await outbox.unsent(scope.accountId, 10)).toEqual([]);
  });
}
