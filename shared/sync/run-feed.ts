import { isSinceConnecting } from '../domain/connection.ts';
import type { DrainDeps, Pass } from './deps.ts';
import { AttentionFailure, RetryFailure, WaitFailure } from './errors.ts';
import type { Tally } from './execute.ts';
import { unreadableOf } from './ges-reads.ts';
import { paymentsIssued } from './payments-along.ts';
import type { Run, RunCounters } from './ports.ts';
import { runWork, type Works } from './sync-works.ts';

/** Records of one page of a run (design §5, step 3). Invoices come with their customers and payments, so fewer of them (G1: at most 500). */
const CUSTOMERS_A_PAGE = 500;
const INVOICES_A_PAGE = 200;
/** How long a run waits after a failure that may pass. */
const RETRY_MS = 5_000;

/** A page of a run, and the run as it was when the page was read. */
export interface RunPage {
  readonly kind: 'page';
  readonly run: Run;
  readonly works: Works;
  /** How many records of the page do not fit the contract: they need somebody at GES, and hold up no other (F2). */
  readonly unreadable: number;
  /** Where the run goes on; null when this was its last page. */
  readonly next: Run['cursor'] | null;
}

/**
 * The next page of the oldest run that may go on, read from GES: customers first, then invoices with all their payments (A3). GES calls:
 * one, for invoices one more per 500 payments. Runs of an earlier connection end here. No run: when the earliest waiting one may go on
 * (`notBefore`, epoch ms).
 */
export async function nextPage(pass: Pass): Promise<RunPage | { readonly kind: 'none'; readonly notBefore: number | undefined }> {
  const now = pass.deps.clock.now();
  const active = await pass.deps.runs.activeRuns(pass.scope.accountId);
  const runs = active.filter((candidate) => isSinceConnecting(pass.connection, candidate.startedAt));
  await endRuns(
    pass.deps,
    active.filter((candidate) => !runs.includes(candidate)),
    'The account was disconnected, or connected to another Xero organisation, since this run was started.',
  );
  const run = runs.find((candidate) => (candidate.notBefore ?? 0) <= now);
  if (run === undefined) {
    const waits = runs.map((candidate) => candidate.notBefore ?? now);
    return { kind: 'none', notBefore: waits.length === 0 ? undefined : Math.min(...waits) };
  }
  try {
    return await (run.cursor.type === 'customer' ? customerPage(pass, run, now) : invoicePage(pass, run, now));
  } catch (error) {
    await stopRunAfter(pass, run, error);
    return nextPage(pass);
  }
}

async function customerPage(pass: Pass, run: Run, now: number): Promise<RunPage> {
  const page = await pass.deps.ges.listCustomers(pass.scope.accountId, { limit: CUSTOMERS_A_PAGE, ...idsAndCursor(run) });
  const customer = page.items.map((item) => runWork('customer', item, run.runId, now));
  const afterwards = run.types.includes('invoice') ? ({ type: 'invoice', page: null } as const) : null;
  const next = page.nextCursor === null ? afterwards : { ...run.cursor, page: page.nextCursor };
  const unreadable = unreadableOf(pass, 'customer', page).length;
  return { kind: 'page', run, works: { customer, invoice: [], payment: [] }, unreadable, next };
}

async function invoicePage(pass: Pass, run: Run, now: number): Promise<RunPage> {
  const dates = { ...(run.from === undefined ? {} : { issuedFrom: run.from }), ...(run.to === undefined ? {} : { issuedTo: run.to }) };
  const page = await pass.deps.ges.listInvoices(pass.scope.accountId, { limit: INVOICES_A_PAGE, ...dates, ...idsAndCursor(run) });
  const issued = page.items.map((item) => item.issueDate).sort();
  const ids = new Set(page.items.filter((item) => item.balance.paid !== '0.00').map((item) => item.id));
  const paid = ids.size === 0 ? [] : (await paymentsIssued(pass, issued[0] ?? '', issued.at(-1) ?? '', ids)).payments;
  const works: Works = {
    customer: [],
    invoice: page.items.map((item) => runWork('invoice', item, run.runId, now)),
    payment: paid.map((item) => runWork('payment', item, run.runId, now)),
  };
  const unreadable = unreadableOf(pass, 'invoice', page).length;
  return { kind: 'page', run, works, unreadable, next: page.nextCursor === null ? null : { ...run.cursor, page: page.nextCursor } };
}

function idsAndCursor(run: Run): { readonly ids?: readonly string[]; readonly cursor?: string } {
  return {
    ...(run.ids === undefined || run.ids.length === 0 ? {} : { ids: run.ids }),
    ...(run.cursor.page === null ? {} : { cursor: run.cursor.page }),
  };
}

/** Counts the page and moves the cursor; the last page finishes the run. One table write, two for the last page's outcome event. */
export async function pageDone(pass: Pass, page: RunPage, tally: Tally): Promise<void> {
  const { run, next, works, unreadable } = page;
  const { notBefore: _over, ...rest } = run;
  const seen = works.customer.length + works.invoice.length + works.payment.length + unreadable;
  const counters = add(run.counters, { ...tally, attention: tally.attention + unreadable }, seen);
  const finished = next === null;
  await pass.deps.runs.putRun({
    ...rest,
    counters,
    cursor: next ?? run.cursor,
    ...(finished ? { status: 'finished' as const, finishedAt: new Date(pass.deps.clock.now()).toISOString() } : {}),
  });
  pass.log.info('page of a run dealt with', { runId: run.runId, ...tally });
  if (finished) {
    const { accountId } = pass.scope;
    await pass.deps.outcomes.publish([{ kind: 'RunFinished', accountId, runId: run.runId, status: 'finished', counters }]);
  }
}

/**
 * After a failure that may pass the run waits, and the lane does not (design §4); a refusal, which asking again will not change, ends it.
 * Throws every other failure.
 */
export async function stopRunAfter(pass: Pass, run: Run, failure: unknown): Promise<void> {
  const { clock } = pass.deps;
  if (failure instanceof WaitFailure) await pauseRun(pass, run, clock.now() + failure.waitMs);
  else if (failure instanceof RetryFailure) await pauseRun(pass, run, clock.now() + Math.round(RETRY_MS * (1 + clock.random() / 2)));
  else if (failure instanceof AttentionFailure) await endRuns(pass.deps, [run], refusalOf(failure));
  else throw failure;
}

function refusalOf({ problem: { message, detail } }: AttentionFailure): string {
  return detail === undefined ? message : `${message} (${detail})`;
}

/** The run goes on at `until` (epoch ms). */
async function pauseRun(pass: Pass, run: Run, until: number): Promise<void> {
  await pass.deps.runs.putRun({ ...run, notBefore: until });
  pass.log.info('run waits', { runId: run.runId, until });
}

/** Ends every run of an account that cannot go on. */
export async function failRuns(deps: RunDeps, accountId: string, failure: string): Promise<void> {
  await endRuns(deps, await deps.runs.activeRuns(accountId), failure);
}

type RunDeps = Pick<DrainDeps, 'runs' | 'clock' | 'outcomes'>;

async function endRuns(deps: RunDeps, runs: readonly Run[], failure: string): Promise<void> {
  const finishedAt = new Date(deps.clock.now()).toISOString();
  for (const run of runs) {
    const { accountId, runId, counters } = await deps.runs.putRun({ ...run, status: 'failed', failure, finishedAt });
    await deps.outcomes.publish([{ kind: 'RunFinished', accountId, runId, status: 'failed', counters }]);
  }
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
