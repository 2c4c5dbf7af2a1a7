import { describe, expect, it } from '@jest/globals';
import type { Base, Link } from '../../../shared/domain/link.ts';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { ContractContext } from './store.contract.ts';

function link(overrides: Partial<Link> = {}): Link {
  return {
    type: 'customer',
    gesId: 'cus_1001',
    xeroId: 'xero-1',
    status: 'synced',
    statusAt: '2026-11-22T10:15:00.000Z',
    gesRevision: 1,
    xeroSeenAt: 0,
    version: 0,
    ...overrides,
  };
}

const BASE: Base = { ges: { name: 'Hartley', email: '' }, xero: { name: 'Hartley (LS1 4AB)', email: '' }, version: 0 };

export function linkContract({ stores, scope: freshScope }: ContractContext): void {
  it('stores a link with version 1 and gives it back whole', async () => {
    const scope = freshScope();
    const { links } = stores();
    const problem = { code: 'which-one', message: 'Which one is it?', fix: 'Choose one.', candidates: ['xero-1', 'xero-2'] };
    const full = link({ status: 'attention', problem, warnings: ['field-not-sent:email'], nameSuffix: ' (LS1 4AB)', deleted: true });

    expect(await links.putLink(scope, full)).toEqual({ ...full, version: 1 });

    expect(await links.getLinks(scope, 'customer', ['cus_1001'])).toEqual(new Map([['cus_1001', { ...full, version: 1 }]]));
  });

  it('drops what the next version no longer has', async () => {
    const scope = freshScope();
    const { links } = stores();
    const { xeroId: _xeroId, ...unmet } = link({ warnings: ['field-not-sent:email'], nameSuffix: ' (2)' });
    const first = await links.putLink(scope, unmet);
    const { warnings: _warnings, nameSuffix: _nameSuffix, ...plain } = first;

    await links.putLink(scope, plain);

    expect((await links.getLinks(scope, 'customer', ['cus_1001'])).get('cus_1001')).toEqual({ ...plain, version: 2 });
  });

  describe.each([
    { stored: 0, written: 1 },
    { stored: 1, written: 0 },
    { stored: 2, written: 1 },
    { stored: 1, written: 2 },
  ])('over version $stored, a write that read version $written', ({ stored, written }) => {
    it('is refused with VersionConflict for links and bases', async () => {
      const scope = freshScope();
      const { links } = stores();
      for (let version = 0; version < stored; version += 1) {
        await links.putLink(scope, link({ version, gesRevision: 1 }));
        await links.putBase(scope, 'customer', 'cus_1001', { ...BASE, version });
      }

      await expect(links.putLink(scope, link({ version: written, gesRevision: 9 }))).rejects.toThrow(VersionConflict);
      await expect(links.putBase(scope, 'customer', 'cus_1001', { ...BASE, version: written })).rejects.toThrow(VersionConflict);

      const kept = (await links.getLinks(scope, 'customer', ['cus_1001'])).get('cus_1001');
      expect(kept?.gesRevision).toBe(stored === 0 ? undefined : 1);
    });
  });

  it('of two writers that read the same version exactly one wins', async () => {
    const scope = freshScope();
    const { links } = stores();
    const read = await links.putLink(scope, link());

    const answers = await Promise.allSettled([2, 3, 4].map((gesRevision) => links.putLink(scope, { ...read, gesRevision })));

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await links.getLinks(scope, 'customer', ['cus_1001'])).get('cus_1001')?.version).toBe(2);
  });

  it('stores bases with empty fields and gives them back by GES id', async () => {
    const scope = freshScope();
    const { links } = stores();

    expect(await links.putBase(scope, 'customer', 'cus_1001', BASE)).toEqual({ ...BASE, version: 1 });

    const bases = await links.getBases(scope, 'customer', ['cus_1001', 'cus_1002']);
    expect(bases).toEqual(new Map([['cus_1001', { ...BASE, version: 1 }]]));
  });

  it('reads more than 100 records at once, doubled ids included, and none when asked for none', async () => {
    const scope = freshScope();
    const { links } = stores();
    const gesIds = Array.from({ length: 230 }, (_, n) => `cus_${String(n)}`);
    await Promise.all(gesIds.map((gesId) => links.putLink(scope, link({ gesId }))));

    const found = await links.getLinks(scope, 'customer', [...gesIds, 'cus_0', 'cus_unknown']);

    expect([...found.keys()].sort()).toEqual([...gesIds].sort());
    expect(await links.getLinks(scope, 'customer', [])).toEqual(new Map());
    expect(await links.getLinks(scope, 'invoice', gesIds)).toEqual(new Map());
  });

  describe('aliases', () => {
    it('points a Xero id at a GES id', async () => {
      const scope = freshScope();
      const { links } = stores();

      expect(await links.putAlias(scope, 'customer', 'xero-1', 'cus_1001')).toBe('cus_1001');

      expect(await links.findAliases(scope, 'customer', ['xero-1', 'xero-2'])).toEqual(new Map([['xero-1', 'cus_1001']]));
      expect(await links.findAliases(scope, 'invoice', ['xero-1'])).toEqual(new Map());
    });

    it('never moves one that is there, and says where it points', async () => {
      const scope = freshScope();
      const { links } = stores();
      await links.putAlias(scope, 'customer', 'xero-1', 'cus_1001');

      expect(await links.putAlias(scope, 'customer', 'xero-1', 'cus_2002')).toBe('cus_1001');
      expect(await links.putAlias(scope, 'customer', 'xero-1', 'cus_1001')).toBe('cus_1001');

      expect(await links.findAliases(scope, 'customer', ['xero-1'])).toEqual(new Map([['xero-1', 'cus_1001']]));
    });

    it('of two at once both learn the same winner', async () => {
      const scope = freshScope();
      const { links } = stores();

      const winners = await Promise.all(['cus_1', 'cus_2', 'cus_3'].map((gesId) => links.putAlias(scope, 'customer', 'xero-1', gesId)));

      expect(new Set(winners).size).toBe(1);
    });
  });

  it('keeps the timeline of each record in order', async () => {
    const scope = freshScope();
    const { links } = stores();
    const entry = { type: 'customer', gesId: 'cus_1', at: '2026-11-22T10:15:00.000Z', code: 'adopted', text: 'Linked.' } as const;
    await links.addTimeline(scope, entry);
    await links.addTimeline(scope, { ...entry, code: 'conflict', details: { field: 'phone', lost: '' } });
    await links.addTimeline(scope, { ...entry, gesId: 'cus_11' });
    await links.addTimeline(scope, { ...entry, gesId: 'cus_1#1' });

    expect(await links.readTimeline(scope, 'customer', 'cus_1')).toEqual([
      entry,
      { ...entry, code: 'conflict', details: { field: 'phone', lost: '' } },
    ]);
  });

  it('counts links by status as they change; a record deleted in peace is not counted', async () => {
    const scope = freshScope();
    const { links } = stores();
    expect(await links.countByStatus(scope)).toEqual({ synced: 0, pending: 0, attention: 0 });
    await links.putLink(scope, link({ gesId: 'a' }));
    await links.putLink(scope, link({ gesId: 'b', type: 'invoice' }));
    await links.putLink(scope, link({ gesId: 'c', status: 'pending' }));
    await links.putLink(scope, link({ gesId: 'd', status: 'ignored' }));
    await links.putLink(scope, link({ gesId: 'e', status: 'attention', deleted: true }));
    await links.putLink(scope, link({ gesId: 'f', deleted: true }));
    await links.putLink({ ...scope, generation: 2 }, link({ gesId: 'a' }));
    expect(await links.countByStatus(scope)).toEqual({ synced: 2, pending: 1, attention: 1 });

    await links.putLink(scope, link({ gesId: 'a', status: 'attention', version: 1 }));
    await links.putLink(scope, link({ gesId: 'b', type: 'invoice', deleted: true, version: 1 }));

    expect(await links.countByStatus(scope)).toEqual({ synced: 0, pending: 1, attention: 2 });
  });
}
