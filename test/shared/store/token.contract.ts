import { describe, expect, it } from '@jest/globals';
import type { TokenPointer } from '../../../shared/connection/ports.ts';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { ContractContext } from './store.contract.ts';

const NOW = 1_700_000_000_000;

export function tokenContract({ stores, unique }: ContractContext): void {
  const pointer = (overrides: Partial<TokenPointer> = {}): TokenPointer => ({
    xeroUserId: unique('user'),
    fence: 1,
    accounts: ['acct_1'],
    version: 0,
    ...overrides,
  });

  it('stores a pointer whole, conditional on the version read', async () => {
    const { tokenPointers } = stores();
    const full = pointer({ secretVersion: 'v1', leaseUntil: 5, refreshStartedAt: 4, refreshedAt: 3, dead: true, wakeAt: NOW });
    const first = await tokenPointers.putTokenPointer(full);

    expect(first).toEqual({ ...full, version: 1 });
    expect(await tokenPointers.readTokenPointer(full.xeroUserId)).toEqual(first);
    await expect(tokenPointers.putTokenPointer(full)).rejects.toThrow(VersionConflict);
    expect(await tokenPointers.readTokenPointer(unique('user'))).toBeUndefined();
  });

  it('of two that take the lease at the same version exactly one gets it (fenced lease)', async () => {
    const { tokenPointers } = stores();
    const read = await tokenPointers.putTokenPointer(pointer());

    const answers = await Promise.allSettled(
      [10, 20, 30].map((leaseUntil) => tokenPointers.putTokenPointer({ ...read, fence: read.fence + 1, leaseUntil })),
    );

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(lost).toEqual([expect.any(VersionConflict), expect.any(VersionConflict)]);
  });

  it('removes a pointer only at the version read', async () => {
    const { tokenPointers } = stores();
    const first = await tokenPointers.putTokenPointer(pointer());
    const second = await tokenPointers.putTokenPointer({ ...first, accounts: [] });

    await expect(tokenPointers.removeTokenPointer(first)).rejects.toThrow(VersionConflict);
    await tokenPointers.removeTokenPointer(second);

    expect(await tokenPointers.readTokenPointer(first.xeroUserId)).toBeUndefined();
    await expect(tokenPointers.removeTokenPointer(second)).rejects.toThrow(VersionConflict);
  });

  it('finds pointers whose wake-up has passed, the most overdue first, up to the limit, apart from lanes', async () => {
    const { tokenPointers, lanes } = stores();
    const [late, later, notYet, never] = [pointer({ wakeAt: 10 }), pointer({ wakeAt: 20 }), pointer({ wakeAt: 31 }), pointer()];
    const served = await tokenPointers.putTokenPointer(pointer({ wakeAt: 5 }));
    for (const stored of [later, late, notYet, never]) await tokenPointers.putTokenPointer(stored);
    const { wakeAt: _wakeAt, ...quiet } = served;
    await tokenPointers.putTokenPointer(quiet);
    const accountId = unique('acct');
    await lanes.ring(accountId, 15);

    expect(await tokenPointers.dueTokenPointers(30, 10)).toEqual([late.xeroUserId, later.xeroUserId]);
    expect(await tokenPointers.dueTokenPointers(30, 1)).toEqual([late.xeroUserId]);
    expect(await lanes.dueLanes(30, 10)).toEqual([accountId]);
  });

  describe('single-use values', () => {
    const login = { kind: 'login', accountId: 'acct_1', cookieHash: 'c' } as const;

    it('are given once, and to one of many', async () => {
      const { singleUse } = stores();
      const hash = unique('hash');
      await singleUse.putSingleUse(hash, login, NOW + 1);

      const answers = await Promise.all([1, 2, 3].map(() => singleUse.takeSingleUse(hash, NOW)));

      expect(answers.filter((value) => value !== undefined)).toEqual([login]);
      expect(await singleUse.takeSingleUse(hash, NOW)).toBeUndefined();
    });

    it('are worth nothing from the moment they expire, or when unknown', async () => {
      const { singleUse } = stores();
      const hash = unique('hash');
      await singleUse.putSingleUse(hash, { kind: 'ticket', accountId: 'acct_1' }, NOW);

      expect(await singleUse.takeSingleUse(hash, NOW)).toBeUndefined();
      expect(await singleUse.takeSingleUse(unique('hash'), NOW)).toBeUndefined();
    });
  });
}
