import { followsType, isRunning, keepsNews, type Connection } from '../domain/connection.ts';
import type { DrainDeps, Pass, RunningConnection } from './deps.ts';
import { ReconnectFailure, RetryFailure, StopPass, VersionConflict, WaitFailure } from './errors.ts';
import type { Lease, PassEnd } from './lane.ts';
import type { LaterNews, Log, Scope, StoredNews } from './ports.ts';
import { failRuns, nextPage, pageDone, stopRunAfter, type RunPage } from './run-feed.ts';
import { gatherWorks, settleAll, syncWorks, type Doubts } from './sync-works.ts';
import { newsOf, removeSources, type Source } from './work.ts';

/** How long to wait for news that follows close behind, so that it goes in one write (design §5, step 1). */
const GATHER_MS = 200;
/** Most entries of one pass. */
const TAKE = 300;
/** Later than anything that was ever put off, epoch ms. */
const FAR_FUTURE = Date.UTC(2200, 0);
/** Pauses inside one drain after a failure that may pass, then outside of it. */
const QUICK_RETRIES_MS = [500, 2_000];
const LONG_RETRY_MS = 20_000;

/**
 * Makes the drain of one account, to be handed to `enterLane`: each call is one pass (design §5). News first, then the next page of a
 * bulk run. Failures of either system become a wait, a mark on the connection, or a quick second try; they are never thrown.
 */
export function createDrain(deps: DrainDeps, accountId: string, log: Log): (lease: Lease) => Promise<PassEnd> {
  let passes = 0;
  let failures = 0;
  return async (lease) => {
    if (passes++ === 0) await deps.clock.sleep(GATHER_MS);
    const connection = await deps.connections.readConnection(accountId);
    if (!isRunning(connection)) return rest(deps, accountId, connection, log);
    const scope: Scope = { accountId, generation: connection.generation };
    const pass: Pass = { deps, connection, scope, books: deps.booksOf(connection), lease, log };
    try {
      const end = await drainPass(pass);
      failures = 0;
      return end;
    } catch (error) {
      if (error instanceof StopPass) return { kind: 'more' };
      if (error instanceof WaitFailure) return waitIfConnected(deps, connection, error);
      if (error instanceof ReconnectFailure) return lostConnection(deps, connection, error, log);
      return retry(deps, accountId, log, error, failures++);
    }
  };
}

/** One pass over a running connection. Throws StopPass, VersionConflict and the failures of either system. */
async function drainPass(pass: Pass): Promise<PassEnd> {
  const { inbox, clock } = pass.deps;
  const doubts = await settleAll(pass);
  const [entries, later] = await Promise.all([inbox.take(pass.scope, TAKE), inbox.dueLater(pass.scope, clock.now(), TAKE)]);
  const sources = toSources(entries, later);
  if (sources.length > 0) {
    await syncNews(pass, sources, doubts);
    return { kind: 'more' };
  }
  if (!followsType(pass.connection.settings, 'customer'))
    await failRuns(pass.deps, pass.scope.accountId, 'Syncing customers was switched off.');
  const page = await nextPage(pass);
  if (page.kind === 'page') {
    await syncPage(pass, page, doubts);
    return { kind: 'more' };
  }
  const inDoubt = Object.values(doubts).flatMap((ofType) => [...ofType.values()]);
  const wakeAt = earliest([await inbox.nextLaterAt(pass.scope), page.notBefore, ...inDoubt]);
  return wakeAt === undefined ? { kind: 'idle' } : { kind: 'idle', wakeAt };
}

function toSources(entries: readonly StoredNews[], later: readonly LaterNews[]): readonly Source[] {
  return [...entries.map((news): Source => ({ kind: 'inbox', news })), ...later.map((item): Source => ({ kind: 'later', later: item }))];
}

async function syncNews(pass: Pass, sources: readonly Source[], doubts: Doubts): Promise<void> {
  const isFollowed = (source: Source): boolean => followsType(pass.connection.settings, newsOf(source).type);
  await removeSources(
    pass.deps.inbox,
    pass.scope,
    sources.filter((source) => !isFollowed(source)),
  );
  const works = await gatherWorks(pass, sources.filter(isFollowed));
  const tally = await syncWorks(pass, works, doubts);
  pass.log.info('news dealt with', { ...tally });
  await noteSynced(pass, tally.synced);
}

/** A bulk run must not hold up the lane: when Xero says wait, or fails, the run waits and live news goes on (design §4). */
async function syncPage(pass: Pass, page: RunPage, doubts: Doubts): Promise<void> {
  try {
    const tally = await syncWorks(pass, page.works, doubts);
    await pageDone(pass, page, tally);
    await noteSynced(pass, tally.synced);
  } catch (error) {
    await stopRunAfter(pass, page.run, error);
  }
}

async function noteSynced(pass: Pass, synced: number): Promise<void> {
  const { connections, clock } = pass.deps;
  if (synced > 0) await connections.markSynced(pass.scope.accountId, pass.connection.connectSeq, new Date(clock.now()).toISOString());
}

/** The account does not sync now: news of a connection that the user ended is dropped (A2), of one that was lost is kept (F5). */
async function rest(deps: DrainDeps, accountId: string, connection: Connection | undefined, log: Log): Promise<PassEnd> {
  if (keepsNews(connection)) return { kind: 'idle' };
  if (connection !== undefined) {
    const scope: Scope = { accountId, generation: connection.generation };
    const dropped = await dropNews(deps, scope);
    if (dropped > 0) log.info('news dropped: the account is not connected', { accountId, entries: dropped });
  }
  await failRuns(deps, accountId, 'The account is not connected to Xero.');
  return { kind: 'idle' };
}

/** A wait binds the connection that was told to wait: a user who has ended it meanwhile gets through (design §4). */
async function waitIfConnected(deps: DrainDeps, { accountId, connectSeq }: RunningConnection, error: WaitFailure): Promise<PassEnd> {
  const now = await deps.connections.readConnection(accountId);
  return now?.connectSeq === connectSeq ? { kind: 'wait', until: deps.clock.now() + error.waitMs } : { kind: 'more' };
}

/** Empties the inbox, news put off included. Returns how many entries there were. */
async function dropNews({ inbox }: DrainDeps, scope: Scope): Promise<number> {
  let dropped = 0;
  for (;;) {
    const [entries, later] = await Promise.all([inbox.take(scope, TAKE), inbox.dueLater(scope, FAR_FUTURE, TAKE)]);
    if (entries.length + later.length === 0) return dropped;
    await removeSources(inbox, scope, toSources(entries, later));
    dropped += entries.length + later.length;
  }
}

async function lostConnection(deps: DrainDeps, connection: RunningConnection, error: ReconnectFailure, log: Log): Promise<PassEnd> {
  const { accountId, connectSeq } = connection;
  const reason = 'Xero no longer accepts our connection. Please connect to Xero again.';
  if (await deps.connections.markNeedsReconnect(accountId, connectSeq, reason)) {
    log.warn('connection lost', { accountId, error: error.message });
    await deps.outcomes.publish([{ kind: 'ConnectionChanged', accountId, status: 'needs-reconnect', reason }]);
  }
  return { kind: 'idle' };
}

/** A passing failure: twice a short pause inside the drain, then a long one outside; the news stays where it is. */
async function retry(deps: DrainDeps, accountId: string, log: Log, error: unknown, failures: number): Promise<PassEnd> {
  const name = error instanceof Error ? error.name : 'unknown';
  const expected = error instanceof RetryFailure || error instanceof VersionConflict;
  const details = { accountId, failures, error: name, detail: error instanceof Error ? error.message : String(error) };
  if (expected) log.warn('pass failed, will be tried again', details);
  else
    log.error('pass failed in an unforeseen way, will be tried again', {
      ...details,
      stack: error instanceof Error ? error.stack : undefined,
    });
  const jitter = 1 + deps.clock.random() / 2;
  const quick = QUICK_RETRIES_MS[failures];
  if (quick === undefined) return { kind: 'wait', until: deps.clock.now() + Math.round(LONG_RETRY_MS * jitter) };
  await deps.clock.sleep(Math.round(quick * jitter));
  return { kind: 'more' };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
