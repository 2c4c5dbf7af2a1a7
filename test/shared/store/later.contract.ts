import { expect, it } from '@jest/globals';
import type { LaterNews } from '../../../shared/sync/records-port.ts';
import { newsOf } from './news.ts';
import type { ContractContext } from './store.contract.ts';

const later = (dueAt: number, recordId = 'cus_1001', order = 5): LaterNews => ({
  dueAt,
  news: newsOf({ recordId, order, entity: { type: 'customer', id: recordId } }),
});

export function laterContract({ stores, scope: freshScope }: ContractContext): void {
  it('gives what is due exactly as put, oldest first, up to the limit, and names the next time', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    const [first, second, third] = [later(999, 'first'), later(1_700_000_002_000, 'second'), later(1_700_000_003_000, 'third')];
    expect(await inbox.nextLaterAt(scope)).toBeUndefined();
    for (const one of [third, first, second]) await inbox.putLater(scope, one);

    expect(await inbox.dueLater(scope, 998, 10)).toEqual([]);
    expect(await inbox.dueLater(scope, 1_700_000_002_000, 10)).toEqual([first, second]);
    expect(await inbox.dueLater(scope, 1_700_000_003_000, 1)).toEqual([first]);
    expect(await inbox.nextLaterAt(scope)).toBe(999);
    expect((await inbox.take(scope, { rank: 'live', type: 'customer' }, 10)).entries).toEqual([]);
  });

  it('removes what was read', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    for (const one of [later(100, 'cus_1'), later(100, 'cus_2'), later(200, 'cus_1')]) await inbox.putLater(scope, one);

    await inbox.removeLater(scope, await inbox.dueLater(scope, 100, 10));

    expect(await inbox.dueLater(scope, 200, 10)).toEqual([later(200, 'cus_1')]);
    expect(await inbox.nextLaterAt(scope)).toBe(200);
  });

  it('E5: older news never replaces newer put off to the same moment, and does not remove it', async () => {
    const scope = freshScope();
    const { inbox } = stores();
    await inbox.putLater(scope, later(100, 'cus_1', 6));
    await inbox.putLater(scope, later(100, 'cus_1', 5));

    await inbox.removeLater(scope, [later(100, 'cus_1', 5)]);

    expect(await inbox.dueLater(scope, 100, 10)).toEqual([later(100, 'cus_1', 6)]);
  });
}
