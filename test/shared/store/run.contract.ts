import { expect, it } from '@jest/globals';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { Run } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

export function runContract({ stores, unique }: ContractContext): void {
  const run = (overrides: Partial<Run> = {}): Run => ({
    runId: '01A',
    accountId: unique('acct'),
    action: 'sync',
    types: ['customer'],
    requestedBy: 'support:j.smith',
    requestHash: 'hash',
    status: 'active',
    cursor: { type: 'customer', page: null },
    counters: { seen: 0, synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 },
    startedAt: '2026-11-22T10:00:00.000Z',
    version: 0,
    ...overrides,
  });

  it('stores a run whole and moves it on by version', async () => {
    const { runs } = stores();
    const first = await runs.putRun(run({ ids: ['cus_1'], from: '2025-01-01', notBefore: 5 }));
    expect(first.version).toBe(1);
    expect(await runs.readRun(first.accountId, '01A')).toEqual(first);

    const moved = await runs.putRun({ ...first, cursor: { type: 'customer', page: 'p2' }, counters: { ...first.counters, seen: 500 } });

    expect(await runs.readRun(first.accountId, '01A')).toEqual(moved);
    await expect(runs.putRun(first)).rejects.toThrow(VersionConflict);
    await expect(runs.putRun({ ...first, version: 0 })).rejects.toThrow(VersionConflict);
    expect(await runs.readRun(first.accountId, 'unknown')).toBeUndefined();
  });

  it('lists the active runs of the account, oldest first', async () => {
    const { runs } = stores();
    const accountId = unique('acct');
    const younger = await runs.putRun(run({ accountId, runId: '01B', startedAt: '2026-11-22T11:00:00.000Z' }));
    const elder = await runs.putRun(run({ accountId, runId: '01C', startedAt: '2026-11-22T10:00:00.000Z' }));
    const ended = await runs.putRun(run({ accountId, runId: '01A' }));
    await runs.putRun({ ...ended, status: 'finished', finishedAt: '2026-11-22T12:00:00.000Z' });
    await runs.putRun(run());

    expect(await runs.activeRuns(accountId)).toEqual([elder, younger]);
  });
}
