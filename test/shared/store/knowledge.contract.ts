import { describe, expect, it } from '@jest/globals';
import type { FactParts } from '../../../shared/sync/books-port.ts';
import type { DirectoryEntry, DirectoryState } from '../../../shared/sync/knowledge-port.ts';
import type { ContractContext } from './store.contract.ts';

const contact = (n: number, overrides: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  contactId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  name: `n${String(n)}_-abcdefghi`.slice(0, 12),
  number: n % 2 === 0 ? '' : `c${String(n)}_-abcdefghi`.slice(0, 12),
  archived: n % 3 === 0,
  updatedAt: 1_795_353_449_461 + n,
  ...overrides,
});
const directory = (overrides: Partial<DirectoryState> = {}): DirectoryState => ({
  normalisation: 1,
  cursor: 10,
  complete: true,
  entries: [contact(1), contact(2)],
  ...overrides,
});

export function knowledgeContract({ stores, scope: freshScope }: ContractContext): void {
  describe('organisation facts', () => {
    const taxRates: FactParts['taxRates'] = {
      taxRates: [{ taxType: 'OUTPUT2', status: 'ACTIVE', effectiveRate: 17.5, canApplyToRevenue: true }],
    };
    const none = { taxRates: [] };

    it('stand part by part, each with its age, and the later one replaces the earlier', async () => {
      const scope = freshScope();
      const { facts } = stores();
      expect(await facts.readFacts(scope)).toEqual({});

      await facts.putFact(scope, 'taxRates', { value: taxRates, readAt: 1 });
      await facts.putFact(scope, 'accounts', { value: { accounts: [] }, readAt: 2 });
      await facts.putFact(scope, 'taxRates', { value: none, readAt: 3 });

      expect(await facts.readFacts(scope)).toEqual({
        taxRates: { value: none, readAt: 3 },
        accounts: { value: { accounts: [] }, readAt: 2 },
      });
    });

    it('A5: another organisation has another generation and none of these facts', async () => {
      const scope = freshScope();
      const { facts } = stores();
      await facts.putFact(scope, 'taxRates', { value: taxRates, readAt: 1 });

      expect(await facts.readFacts({ ...scope, generation: 2 })).toEqual({});
    });
  });

  it('watermarks move on, never back, each feed by itself', async () => {
    const scope = freshScope();
    const { watermarks } = stores();
    expect(await watermarks.readWatermarks(scope)).toEqual({});

    await watermarks.moveWatermark(scope, 'invoices', 5);
    await watermarks.moveWatermark(scope, 'invoices', 4);
    await watermarks.moveWatermark(scope, 'payments', 3);
    expect(await watermarks.readWatermarks(scope)).toEqual({ invoices: 5, payments: 3 });
    await watermarks.moveWatermark(scope, 'invoices', 6);

    expect(await watermarks.readWatermarks(scope)).toEqual({ invoices: 6, payments: 3 });
  });

  describe('the directory of contacts', () => {
    it('comes back whole, what was appended later wins and says how far it reaches', async () => {
      const scope = freshScope();
      const { directory: store } = stores();
      expect(await store.readDirectory(scope)).toBeUndefined();

      await store.appendDirectory(scope, directory({ complete: false, cursor: 5, entries: [contact(1)] }));
      const moved = contact(1, { name: 'other', updatedAt: contact(1).updatedAt + 1 });
      await store.appendDirectory(scope, directory({ complete: false, cursor: 7, entries: [contact(2), moved] }));
      await store.appendDirectory(scope, directory({ cursor: 9, entries: [] }));

      expect(await store.readDirectory(scope)).toEqual(directory({ cursor: 9, entries: [moved, contact(2)] }));
      expect(await store.readDirectory({ ...scope, generation: 2 })).toBeUndefined();
    });

    it('keeps contacts under any id', async () => {
      const scope = freshScope();
      const { directory: store } = stores();
      const ids = ['contact-1', '00000000-0000-4000-8000-00000000000A', '00000000-0000-4000-8000-00000000000a'];
      const entries = ids.map((contactId, n) => contact(n, { contactId }));

      await store.putDirectory(scope, directory({ entries }));

      expect((await store.readDirectory(scope))?.entries).toEqual(entries);
    });

    it('is replaced whole, even by one that begins at the start with nothing', async () => {
      const scope = freshScope();
      const { directory: store } = stores();
      await store.putDirectory(scope, directory());
      await store.appendDirectory(scope, directory({ entries: [contact(3)] }));

      const anew = directory({ normalisation: 2, cursor: 0, complete: false, entries: [] });
      await store.putDirectory(scope, anew);
      expect(await store.readDirectory(scope)).toEqual(anew);
      await store.appendDirectory(scope, directory({ normalisation: 2, entries: [contact(4)] }));

      expect(await store.readDirectory(scope)).toEqual(directory({ normalisation: 2, entries: [contact(4)] }));
    });

    it('loses nothing when it is compacted after many appended reads', async () => {
      const scope = freshScope();
      const { directory: store } = stores();
      for (let n = 0; n < 50; n += 1)
        await store.appendDirectory(scope, directory({ cursor: n, entries: [contact(n), contact(n + 1, { updatedAt: 1 })] }));

      const read = await store.readDirectory(scope);

      expect(read).toMatchObject({ cursor: 49, complete: true });
      expect(new Map(read?.entries.map((entry) => [entry.contactId, entry]))).toEqual(
        new Map(Array.from({ length: 51 }, (_, n) => [contact(n).contactId, n === 50 ? contact(50, { updatedAt: 1 }) : contact(n)])),
      );
    });
  });
}
