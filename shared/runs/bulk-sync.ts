import { followsType, isRunning, isSinceConnecting } from '../domain/connection.ts';
import type { EntityType } from '../domain/records.ts';
import { VersionConflict } from '../sync/errors.ts';
import { ringLane, type LaneDeps } from '../sync/lane.ts';
import type { ConnectionReader, Run, RunStore } from '../sync/ports.ts';
import { BadRequest, type BulkRequest, type SyncRequest } from './request.ts';

const CANCEL_TRIES = 6;

export interface BulkSyncDeps extends Pick<LaneDeps, 'lanes' | 'doorbell' | 'clock' | 'ids'> {
  readonly connections: ConnectionReader;
  readonly runs: RunStore;
  /** Stable digest of a text, to recognise the same request. */
  readonly digest: (text: string) => string;
}

/** Answer to `sync`: the run; how many records it will look at is not known before they are read. */
export interface Accepted {
  readonly runId: string;
  readonly accepted: null;
  readonly counting: true;
  /** True when the very same request is being worked on already: asking twice is harmless. */
  readonly alreadyRunning: boolean;
}
/** Answer to `report` and `cancel`. */
export type Report = Pick<Run, 'runId' | 'accountId' | 'action' | 'types' | 'status' | 'counters' | 'startedAt' | 'requestedBy'> & {
  readonly finishedAt: string | null;
  readonly failure: string | null;
  /** When a waiting run goes on, ISO-8601 UTC. */
  readonly waitsUntil: string | null;
};

/**
 * Starts, reports on, or cancels a bulk sync. The work itself is done by the lane, which this rings.
 * Throws BadRequest when the request cannot be served, saying which field is why.
 */
export async function bulkSync(deps: BulkSyncDeps, request: BulkRequest): Promise<Accepted | Report> {
  switch (request.action) {
    case 'sync':
      return startRun(deps, request);
    case 'report':
      return report(await knownRun(deps, request.accountId, request.runId));
    case 'cancel':
      return cancelRun(deps, request.accountId, request.runId);
  }
}

async function startRun(deps: BulkSyncDeps, request: SyncRequest): Promise<Accepted> {
  const { accountId, types, ids, from, to, requestedBy } = request;
  const connection = await deps.connections.readConnection(accountId);
  if (connection === undefined)
    throw new BadRequest(`Bad bulk-sync request. accountId: no account ${accountId} was ever connected to Xero.`);
  if (!isRunning(connection))
    throw new BadRequest(`Bad bulk-sync request. accountId: the connection of ${accountId} is ${connection.status}, not active.`);
  const off = types.find((type) => !followsType(connection.settings, type));
  if (off !== undefined) throw new BadRequest(`Bad bulk-sync request. types: syncing ${off}s is switched off for this account.`);

  const requestHash = deps.digest(JSON.stringify([connection.generation, types, [...ids].sort(), from ?? null, to ?? null]));
  const active = await deps.runs.activeRuns(accountId);
  const running = active.find((run) => run.requestHash === requestHash && isSinceConnecting(connection, run.startedAt));
  const runId = running?.runId ?? deps.ids.next();
  if (running === undefined) {
    await deps.runs.putRun({
      runId,
      accountId,
      action: 'sync',
      types,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(ids.length === 0 ? {} : { ids }),
      requestedBy,
      requestHash,
      status: 'active',
      cursor: firstCursor(types, from !== undefined || to !== undefined),
      counters: { seen: 0, synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 },
      startedAt: new Date(deps.clock.now()).toISOString(),
      version: 0,
    });
  }
  await ringLane(deps, accountId);
  return { runId, accepted: null, counting: true, alreadyRunning: running !== undefined };
}

/** Where a run of these types starts. Invoices bring their customers along, so with dates only they are read (G1). */
function firstCursor(types: readonly EntityType[], hasDates: boolean): Run['cursor'] {
  const invoicesOnly = types.includes('invoice') && (hasDates || !types.includes('customer'));
  return { type: invoicesOnly ? 'invoice' : 'customer', page: null };
}

/** The lane moves the cursor of the same run, so the write is tried again on what it stored. Throws VersionConflict after some tries. */
async function cancelRun(deps: BulkSyncDeps, accountId: string, runId: string): Promise<Report> {
  for (let tries = 1; ; tries++) {
    const run = await knownRun(deps, accountId, runId);
    if (run.status !== 'active') return report(run);
    const finishedAt = new Date(deps.clock.now()).toISOString();
    try {
      const tell = {
        kind: 'RunFinished',
        accountId,
        version: run.version + 1,
        runId,
        status: 'cancelled',
        counters: run.counters,
      } as const;
      const cancelled = await deps.runs.putRun({ ...run, status: 'cancelled', finishedAt }, tell);
      await ringLane(deps, accountId);
      return report(cancelled);
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === CANCEL_TRIES) throw error;
    }
  }
}

async function knownRun(deps: BulkSyncDeps, accountId: string, runId: string): Promise<Run> {
  const run = await deps.runs.readRun(accountId, runId);
  if (run === undefined) throw new BadRequest(`Bad bulk-sync request. runId: account ${accountId} has no run ${runId}.`);
  return run;
}

function report(run: Run): Report {
  const { runId, accountId, action, types, status, counters, startedAt, requestedBy } = run;
  return {
    runId,
    accountId,
    action,
    types,
    status,
    counters,
    startedAt,
    requestedBy,
    finishedAt: run.finishedAt ?? null,
    failure: run.failure ?? null,
    waitsUntil: run.notBefore === undefined ? null : new Date(run.notBefore).toISOString(),
  };
}
