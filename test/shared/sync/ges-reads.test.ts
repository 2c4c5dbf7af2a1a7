import { describe, expect, it } from '@jest/globals';
import type { Pass } from '../../../shared/sync/pass.ts';
import { readByIds } from '../../../shared/sync/ges-reads.ts';

const pass = { log: { error: () => undefined } } as unknown as Pass;

describe('records of GES by their ids', () => {
  it('are read to the last page: one that is on a later page is not taken for deleted', async () => {
    const ids = ['cus_1', 'cus_2', 'cus_3'];
    const read = await readByIds(pass, 'customer', ids, async ({ cursor }) => {
      const at = Number(cursor ?? '0');
      return { items: ids.slice(at, at + 1).map((id) => ({ id })), nextCursor: at + 1 < ids.length ? String(at + 1) : null };
    });
    expect([...read.keys()]).toEqual(ids);
  });
});
