import type { GesCustomer } from '../domain/records.ts';
import type { DrainDeps, Pass } from './deps.ts';
import type { Tally } from './execute.ts';
import type { Run, RunCounters } from './ports.ts';
import type { Work } from './work.ts';

/** Records of one page of a run (design §5, step 3). */
const PAGE = 500;

/** A page of a run, and the run as it was when the page was read. */
export interface RunPage {
  readonly kind: 'page';
  readonly run: Run;
  readonly works: readonly Work<GesCustomer>[];
  readonly nextPage: string | null;
}

/**
 * The next page of the oldest run that may go on, read from GES (one GES call). No run: when the earliest waiting one may go on
 * (`notBefore`, epoch ms).
 */
export async function nextPage(pass: Pass): Promise<RunPage | { readonly kind: 'none'; readonly notBefore: number | undefined }> {
  const now = pass.deps.clock.now();
  const runs = await pass.deps.runs.activeRuns(pass.scope.accountId);
  const run = runs.find((candidate) => (candidate.notBefore ?? 0) <= now);
  if (run === undefined) {
    const waits = runs.map((candidate) => candidate.notBefore ?? now);
    return { kind: 'none', notBefore: waits.length === 0 ? undefined : Math.min(...waits) };
  }
  const page = await pass.deps.ges.listCustomers(pass.scope.accountId, {
    limit: PAGE,
    ...(run.ids === undefined || run.ids.length === 0 ? {} : { ids: run.ids }),
    ...(run.cursor.page === null ? {} : { cursor: run.cursor.page }),
  });
  return { kind: 'page', run, works: page.items.map((customer) => workOf(run, customer, now)), nextPage: page.nextCursor };
}

/** Counts the page and moves the cursor; the last page finishes the run. One table write, two for the last page's outcome event. */
export async function pageDone(pass: Pass, page: RunPage, tally: Tally): Promise<void> {
  const { run, nextPage: next } = page;
  const { notBefore: _over, ...rest } = run;
  const counters = add(run.counters, tally, page.works.length);
  const finished = next === null;
  await pass.deps.runs.putRun({
    ...rest,
    counters,
    cursor: { ...run.cursor, page: next },
    ...(finished ? { status: 'finished' as const, finishedAt: new Date(pass.deps.clock.now()).toISOString() } : {}),
  });
  pass.log.info('page of a run dealt with', { runId: run.runId, ...tally });
  if (finished) {
    const { accountId } = pass.scope;
    await pass.deps.outcomes.publish([{ kind: 'RunFinished', accountId, runId: run.runId, status: 'finished', counters }]);
  }
}

/** Xero said wait: the run goes on at `until` (epoch ms). */
export async function pauseRun(pass: Pass, run: Run, until: number): Promise<void> {
  await pass.deps.runs.putRun({ ...run, notBefore: until });
  pass.log.info('run waits', { runId: run.runId, until });
}

/** Ends every run of an account that cannot go on. */
export async function failRuns(deps: Pick<DrainDeps, 'runs' | 'clock'>, accountId: string, failure: string): Promise<void> {
  const finishedAt = new Date(deps.clock.now()).toISOString();
  for (const run of await deps.runs.activeRuns(accountId)) await deps.runs.putRun({ ...run, status: 'failed', failure, finishedAt });
}

function workOf(run: Run, customer: GesCustomer, now: number): Work<GesCustomer> {
  return {
    type: 'customer',
    gesId: customer.id,
    ges: { revision: customer.revision, change: 'updated', origin: 'bulk', snapshotAt: now, snapshot: customer },
    fromRun: true,
    attempts: 0,
    correlationId: run.runId,
    sources: [],
  };
}

function add(counters: RunCounters, tally: Tally, seen: number): RunCounters {
  return {
    seen: counters.seen + seen,
    synced: counters.synced + tally.synced,
    unchanged: counters.unchanged + tally.unchanged,
    attention: counters.attention + tally.attention,
    waiting: counters.waiting + tally.waiting,
    skipped: counters.skipped + tally.skipped,
  };
}
