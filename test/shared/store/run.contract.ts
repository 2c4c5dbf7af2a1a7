import { expect, it } from '@jest/globals';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { Outcome, Run } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

const ONE_SEEN = { seen: 1, synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 };

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
    const first = await runs.putRun(run({ ids: ['cus_1'], from: '2025-01-01', notBefore: 5, counters: ONE_SEEN }));
    expect(first.version).toBe(1);
    expect(await runs.readRun(first.accountId, '01A')).toEqual(first);

    const moved = await runs.putRun({ ...first, cursor: { type: 'customer', page: 'p2' } });

    expect(await runs.readRun(first.accountId, '01A')).toEqual(moved);
    await expect(runs.putRun(first)).rejects.toThrow(VersionConflict);
    await expect(runs.putRun({ ...first, version: 0 })).rejects.toThrow(VersionConflict);
    expect(await runs.readRun(first.accountId, 'unknown')).toBeUndefined();
  });

  it('counts what was written whatever became of the run, and no put takes it back', async () => {
    const { runs } = stores();
    const stored = await runs.putRun(run());
    await runs.countRun(stored.accountId, '01A', { ...ONE_SEEN, synced: 1 });
    const cancelled = await runs.putRun({ ...stored, status: 'cancelled' });

    await runs.countRun(stored.accountId, '01A', { ...ONE_SEEN, seen: 2, attention: 1 });

    const counters = { ...ONE_SEEN, seen: 3, synced: 1, attention: 1 };
    expect(await runs.readRun(stored.accountId, '01A')).toEqual({ ...cancelled, counters });
  });

  it('F2b: what is told of a run is stored with it or not at all', async () => {
    const { runs, outbox } = stores();
    const stored = await runs.putRun(run());
    const { accountId, runId, counters } = stored;
    const tell: Outcome = { kind: 'RunFinished', accountId, version: 2, runId, status: 'finished', counters };

    await expect(runs.putRun({ ...stored, version: 7, status: 'finished' }, tell)).rejects.toThrow(VersionConflict);
    expect(await outbox.unsent(accountId, 10)).toEqual([]);
    await runs.putRun({ ...stored, status: 'finished' }, tell);

    expect((await outbox.unsent(accountId, 10)).map(({ outcome }) => outcome)).toEqual([tell]);
  });

  it('lists the active runs of the account with what they counted, oldest first', async () => {
    const { runs } = stores();
    const accountId = unique('acct');
    const younger = await runs.putRun(run({ accountId, runId: '01B', startedAt: '2026-11-22T11:00:00.000Z' }));
    const elder = await runs.putRun(run({ accountId, runId: '01C', startedAt: '2026-11-22T10:00:00.000Z' }));
    await runs.countRun(accountId, '01B', ONE_SEEN);
    const ended = await runs.putRun(run({ accountId, runId: '01A' }));
    await runs.putRun({ ...ended, status: 'finished', finishedAt: '2026-11-22T12:00:00.000Z' });
    await runs.putRun(run());

    expect(await runs.activeRuns(accountId)).toEqual([elder, { ...younger, counters: ONE_SEEN }]);
  });
}
