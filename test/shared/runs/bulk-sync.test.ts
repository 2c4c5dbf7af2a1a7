import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from '../../../shared/domain/connection.ts';
import { bulkSync, type Accepted, type BulkSyncDeps, type Report } from '../../../shared/runs/bulk-sync.ts';
import { parseBulkRequest } from '../../../shared/runs/request.ts';
import type { Run } from '../../../shared/sync/ports.ts';
import { createFakeClock, createFakeIds, NOON } from '../../support/fake-clock.ts';
import { createMemoryStores, type Stores } from '../../support/stores.ts';

const ACCOUNT = 'acct_demo';

let stores: Stores;
let sent: string[];
let deps: BulkSyncDeps;

const connection: Connection = {
  accountId: ACCOUNT,
  status: 'active',
  connectSeq: 1,
  generation: 1,
  tenantId: 'tenant-1',
  xeroUserId: 'user-1',
  settings: { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: false },
  version: 0,
};

beforeEach(() => {
  const ids = createFakeIds('run');
  const clock = createFakeClock();
  stores = createMemoryStores(ids, clock);
  sent = [];
  const doorbell = { send: async (accountId: string) => void sent.push(accountId) };
  deps = { lanes: stores.lanes, connections: stores.connections, runs: stores.runs, doorbell, clock, ids, digest: (text) => text };
});

async function connected(varied: Partial<Connection> = {}): Promise<void> {
  const version = (await stores.connections.readConnection(ACCOUNT))?.version ?? 0;
  await stores.connections.putConnection({ ...connection, ...varied, version });
}
async function ask(request: Record<string, unknown>): Promise<Accepted | Report> {
  return bulkSync(deps, parseBulkRequest({ accountId: ACCOUNT, requestedBy: 'support:j.smith', ...request }));
}
const sync = async (varied: Record<string, unknown> = {}) => (await ask({ action: 'sync', types: ['customer'], ...varied })) as Accepted;
const stored = async (runId: string): Promise<Run> => {
  const run = await stores.runs.readRun(ACCOUNT, runId);
  if (run === undefined) throw new Error(`no run ${runId}`);
  return run;
};

describe('sync (contracts §5)', () => {
  it('notes a run for the lane, rings it and answers at once', async () => {
    await connected();
    const answer = await sync({ ids: ['cus_1'] });
    expect(answer).toEqual({ runId: expect.any(String), accepted: null, counting: true, alreadyRunning: false });
    expect(await stored(answer.runId)).toMatchObject({
      status: 'active',
      types: ['customer'],
      ids: ['cus_1'],
      requestedBy: 'support:j.smith',
    });
    expect(sent).toEqual([ACCOUNT]);
    expect(await stores.lanes.dueLanes(Number.MAX_SAFE_INTEGER, 1)).toEqual([ACCOUNT]);
  });

  it('the same request twice is the same run, whatever the order of its ids; the lane is rung again', async () => {
    await connected();
    const first = await sync({ ids: ['cus_1', 'cus_2'] });
    const second = await sync({ ids: ['cus_2', 'cus_1'], requestedBy: 'support:a.jones' });
    expect(second).toMatchObject({ runId: first.runId, alreadyRunning: true });
    expect(sent).toHaveLength(2);
  });

  it('A3: the same request after reconnecting is a new run, since the old one does not go on', async () => {
    await connected();
    const first = await sync();
    await connected({ connectedAt: new Date(NOON + 60_000).toISOString() });
    const again = await sync();
    expect(again.alreadyRunning).toBe(false);
    expect(again.runId).not.toBe(first.runId);
  });

  it('another request, or the same one after the first has ended, is another run', async () => {
    await connected();
    const first = await sync();
    const other = await sync({ ids: ['cus_1'] });
    await stores.runs.putRun({ ...(await stored(first.runId)), status: 'finished' });
    const again = await sync();
    expect(new Set([first.runId, other.runId, again.runId]).size).toBe(3);
  });

  it.each<[string, Partial<Connection> | undefined, RegExp]>([
    ['never connected', undefined, /accountId: no account acct_demo was ever connected/],
    ['disconnected', { status: 'not-connected' }, /accountId: .* is not-connected, not active/],
    ['still choosing', { status: 'choose-organisation' }, /accountId: .* choose-organisation/],
    ['in need of reconnecting', { status: 'needs-reconnect' }, /accountId: .* needs-reconnect/],
    [
      'without customers switched on (A2)',
      { settings: { ...connection.settings, syncCustomers: false } },
      /types: syncing customers is switched off/,
    ],
  ])('an account that is %s: a clear refusal, no run, no bell', async (_what, varied, message) => {
    if (varied !== undefined) await connected(varied);
    await expect(sync()).rejects.toThrow(message);
    expect(await stores.runs.activeRuns(ACCOUNT)).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('A1: invoices are refused while they are switched off', async () => {
    await connected();
    await expect(sync({ types: ['customer', 'invoice'] })).rejects.toThrow('types: syncing invoices is switched off');
  });
});

describe('report and cancel (contracts §5, G4)', () => {
  it('reports counters, and until when a run waits', async () => {
    await connected();
    const { runId } = await sync();
    const counters = { seen: 5, synced: 3, unchanged: 1, attention: 1, waiting: 0, skipped: 0 };
    await stores.runs.putRun({ ...(await stored(runId)), notBefore: NOON + 60_000 });
    await stores.runs.countRun(ACCOUNT, runId, counters);
    expect(await ask({ action: 'report', runId })).toEqual({
      runId,
      accountId: ACCOUNT,
      action: 'sync',
      types: ['customer'],
      status: 'active',
      counters,
      startedAt: '2026-11-22T12:00:00.000Z',
      requestedBy: 'support:j.smith',
      finishedAt: null,
      failure: null,
      waitsUntil: '2026-11-22T12:01:00.000Z',
    });
  });

  it('G4: cancels a run; cancelled twice is as good; a finished run stays finished', async () => {
    await connected();
    const { runId } = await sync();
    expect(await ask({ action: 'cancel', runId })).toMatchObject({ status: 'cancelled', finishedAt: '2026-11-22T12:00:00.000Z' });
    expect(await ask({ action: 'cancel', runId })).toMatchObject({ status: 'cancelled' });
    expect(await stores.runs.activeRuns(ACCOUNT)).toEqual([]);
    const other = await sync();
    await stores.runs.putRun({ ...(await stored(other.runId)), status: 'finished' });
    expect(await ask({ action: 'cancel', runId: other.runId })).toMatchObject({ status: 'finished' });
  });

  it('G4: cancels although the lane moves the cursor at the same moment', async () => {
    await connected();
    const { runId } = await sync();
    const putRun = (run: Run) => stores.runs.putRun(run);
    let moves = 2;
    const meanwhileMoved: BulkSyncDeps['runs'] = {
      ...stores.runs,
      async putRun(run) {
        if (moves-- > 0) await putRun({ ...(await stored(runId)), cursor: { type: 'customer', page: `page-${String(moves)}` } });
        return putRun(run);
      },
    };
    deps = { ...deps, runs: meanwhileMoved };
    expect(await ask({ action: 'cancel', runId })).toMatchObject({ status: 'cancelled' });
    expect(await stored(runId)).toMatchObject({ status: 'cancelled', cursor: { page: 'page-0' } });
  });

  it.each(['report', 'cancel'])('%s of a run nobody knows, or of another account: a clear refusal', async (action) => {
    await connected();
    const { runId } = await sync();
    await expect(ask({ action, runId: 'run-unknown' })).rejects.toThrow('runId: account acct_demo has no run run-unknown');
    await expect(ask({ action, runId, accountId: 'acct_other' })).rejects.toThrow('runId: account acct_other has no run');
  });
});
