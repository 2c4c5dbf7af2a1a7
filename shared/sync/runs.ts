import { isSinceConnecting } from '../domain/connection.ts';
import { AttentionFailure, RetryFailure, VersionConflict, WaitFailure } from './errors.ts';
import { unreadableOf } from './ges-reads.ts';
import type { DrainDeps, Pass } from './pass.ts';
import type { Run, RunCounters } from './ports.ts';
import type { Works } from './sync.ts';
import { runWork } from './work.ts';

/** How long a run waits after a failure that may pass. */
const RETRY_MS = 5_000;
/** Records of one page of a run (G1: at most 500 invoices). */
export const PAGE_AT_MOST = 500;

/** A page of a run, and the run as it was when the page was read. */
export interface RunPage {
  readonly kind: 'page';
  readonly run: Run;
  readonly works: Works;
  /** How many records the page holds; those that do not fit the contract need somebody at GES, and hold up no other (F2). */
  readonly seen: number;
  readonly unreadable: number;
  /** Where the run goes on; null when this was its last page. */
  readonly next: Run['cursor'] | null;
}

/**
 * The next page of the oldest run that may go on, at most `size` records, read from GES: customers first, then invoices; an invoice's money
 * goes along with it (A3). One GES call. Runs of an earlier connection end here. No run: when the earliest waiting one may go on (`notBefore`, epoch ms).
 */
export async function nextPage(
  pass: Pass,
  size: number,
): Promise<RunPage | { readonly kind: 'none'; readonly notBefore: number | undefined }> {
  const now = pass.deps.clock.now();
  const active = await pass.deps.runs.activeRuns(pass.scope.accountId);
  const runs = active.filter((candidate) => isSinceConnecting(pass.connection, candidate.startedAt));
  pass.tally.outcomes += await endRuns(
    pass.deps,
    active.filter((candidate) => !runs.includes(candidate)),
    'failed',
    'The account was disconnected, or connected to another Xero organisation, since this run was started.',
  );
  const run = runs.find((candidate) => (candidate.notBefore ?? 0) <= now);
  if (run === undefined) {
    const waits = runs.map((candidate) => candidate.notBefore ?? now);
    return { kind: 'none', notBefore: waits.length === 0 ? undefined : Math.min(...waits) };
  }
  const reservedUntil = pass.budget.bulkMayGoOnAt();
  if (reservedUntil !== undefined) {
    await pauseRun(pass, run, reservedUntil);
    return nextPage(pass, size);
  }
  try {
    return await (run.cursor.type === 'customer' ? customerPage(pass, run, size) : invoicePage(pass, run, size));
  } catch (failure) {
    await stopRunAfter(pass, run, failure);
    return nextPage(pass, size);
  }
}

async function customerPage(pass: Pass, run: Run, size: number): Promise<RunPage> {
  const now = pass.deps.clock.now();
  const page = await pass.ges.listCustomers({ limit: size, ...idsAndCursor(run) });
  const customers = page.items.map((item) => runWork('customer', item, run.runId, now));
  const afterwards = run.types.includes('invoice') ? ({ type: 'invoice', page: null } as const) : null;
  const next = page.nextCursor === null ? afterwards : { ...run.cursor, page: page.nextCursor };
  const unreadable = unreadableOf(pass, 'customer', page).length;
  return { kind: 'page', run, works: { customers, invoices: [] }, seen: customers.length + unreadable, unreadable, next };
}

async function invoicePage(pass: Pass, run: Run, size: number): Promise<RunPage> {
  const now = pass.deps.clock.now();
  const dates = { ...(run.from === undefined ? {} : { issuedFrom: run.from }), ...(run.to === undefined ? {} : { issuedTo: run.to }) };
  const page = await pass.ges.listInvoices({ limit: size, ...dates, ...idsAndCursor(run) });
  const invoices = page.items.map((item) => runWork('invoice', item, run.runId, now));
  const unreadable = unreadableOf(pass, 'invoice', page).length;
  const next = page.nextCursor === null ? null : { ...run.cursor, page: page.nextCursor };
  return { kind: 'page', run, works: { customers: [], invoices }, seen: invoices.length + unreadable, unreadable, next };
}

function idsAndCursor(run: Run): { readonly ids?: readonly string[]; readonly cursor?: string } {
  return {
    ...(run.ids === undefined || run.ids.length === 0 ? {} : { ids: run.ids }),
    ...(run.cursor.page === null ? {} : { cursor: run.cursor.page }),
  };
}

/** Moves the cursor behind a page that is done with; the last page finishes the run. Two writes. */
export async function pageDone(pass: Pass, { run, next, seen, unreadable }: RunPage): Promise<void> {
  const { runs } = pass.deps;
  await countPage(pass, run, { seen, attention: unreadable });
  const { notBefore: _over, ...rest } = run;
  if (next !== null) await unlessEnded(() => runs.putRun({ ...rest, cursor: next }));
  else pass.tally.outcomes += await endRuns(pass.deps, [rest], 'finished');
  pass.log.info('page of a run dealt with', { runId: run.runId, ...pass.tally.counters });
}

/** What was written of a page counts, whatever ends it: a failure, a cancel, a disconnect. One write. */
export async function countPage({ deps, tally, scope }: Pass, run: Run, besides: Partial<RunCounters> = {}): Promise<void> {
  const { counters } = tally;
  const delta = { ...counters, seen: besides.seen ?? 0, attention: counters.attention + (besides.attention ?? 0) };
  if (Object.values(delta).some((count) => count !== 0)) await deps.runs.countRun(scope.accountId, run.runId, delta);
}

/** After a failure that may pass the run waits, and the lane does not; a refusal, which asking again will not change, ends it. Throws every other failure. */
export async function stopRunAfter(pass: Pass, run: Run, failure: unknown): Promise<void> {
  const { clock } = pass.deps;
  if (failure instanceof WaitFailure) await pauseRun(pass, run, clock.now() + failure.waitMs);
  else if (failure instanceof RetryFailure) await pauseRun(pass, run, clock.now() + Math.round(RETRY_MS * (1 + clock.random() / 2)));
  else if (failure instanceof AttentionFailure) pass.tally.outcomes += await endRuns(pass.deps, [run], 'failed', refusalOf(failure));
  else throw failure;
}

function refusalOf({ problem: { message, detail } }: AttentionFailure): string {
  return detail === undefined ? message : `${message} (${detail})`;
}

/** The run goes on at `until` (epoch ms). */
async function pauseRun(pass: Pass, run: Run, until: number): Promise<void> {
  await unlessEnded(() => pass.deps.runs.putRun({ ...run, notBefore: until }));
  pass.log.info('run waits', { runId: run.runId, until });
}

/** Ends every run of an account that cannot go on. Returns how many outcome events were stored. */
export async function failRuns(deps: RunDeps, accountId: string, failure: string): Promise<number> {
  return endRuns(deps, await deps.runs.activeRuns(accountId), 'failed', failure);
}

type RunDeps = Pick<DrainDeps, 'runs' | 'clock'>;

/** Ends runs, with what the platform is to be told of it. Returns how many outcome events were stored. */
async function endRuns(deps: RunDeps, runs: readonly Run[], status: 'finished' | 'failed', failure?: string): Promise<number> {
  const finishedAt = new Date(deps.clock.now()).toISOString();
  for (const run of runs) {
    const { accountId, runId } = run;
    const counters = (await deps.runs.readRun(accountId, runId))?.counters ?? run.counters;
    const ended: Run = { ...run, status, finishedAt, ...(failure === undefined ? {} : { failure }) };
    await unlessEnded(() => deps.runs.putRun(ended, { kind: 'RunFinished', accountId, version: run.version + 1, runId, status, counters }));
  }
  return runs.length;
}

/** A run that was cancelled meanwhile stays as it is. */
async function unlessEnded(put: () => Promise<Run>): Promise<void> {
  try {
    await put();
  } catch (failure) {
    if (!(failure instanceof VersionConflict)) throw failure;
  }
}
