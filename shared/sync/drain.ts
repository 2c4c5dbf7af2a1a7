import { followsType, isRunning, keepsNews, type Connection } from '../domain/connection.ts';
import { Budget } from './budget.ts';
import { commitUnexpected, dropSources } from './commit.ts';
import type { DirectoryMemory } from './directory.ts';
import { clearDoubts, type Doubts } from './doubts.ts';
import { ReconnectFailure, StopPass, SyncFailure, VersionConflict, WaitFailure } from './errors.ts';
import { createFeeds } from './feed.ts';
import type { Drain, Lease, PassEnd } from './lane.ts';
import { sendOutcomes } from './outbox.ts';
import type { DrainDeps, Pass, RunningConnection } from './pass.ts';
import { PICK_AT_MOST, pickNews, type Cursors, type Picked } from './pick.ts';
import type { Lane, Leaving, Log, Scope } from './ports.ts';
import { countPage, failRuns, nextPage, PAGE_AT_MOST, pageDone, stopRunAfter, type RunPage } from './runs.ts';
import { syncWorks, type Works } from './sync.ts';
import { changesCounts, emptyTally } from './tally.ts';
import type { Source } from './work.ts';

/** How long to wait for news that follows close behind, so that it goes in one write. */
const GATHER_MS = 200;
/** Later than anything that was ever put off, epoch ms. */
const FAR_FUTURE = Date.UTC(2200, 0);
/** Pauses inside one drain after a failure that may pass, then outside of it. */
const QUICK_RETRIES_MS = [500, 2_000];
const LONG_RETRY_MS = 20_000;
/** When outcome events that the bus did not take are sent again. */
const OUTCOMES_AGAIN_MS = 60_000;
/** A write of a batch: what can be picked is cut in these. */
const BATCH = 50;
/** Xero calls that a batch of 50 is expected to take, and those that a pass takes besides. */
const CALLS_A_BATCH = 3;
const CALLS_BESIDES = 2;

/**
 * The drain of one account: pick, load, decide, act, commit, pass after pass. News first, then the next page of a bulk run. Failures of either
 * system become a wait, a mark on the connection, or a quick second try; they are never thrown.
 */
export function createDrain(deps: DrainDeps, accountId: string, log: Log, entered: Lane): Drain {
  return new AccountDrain(deps, accountId, log, entered);
}

class AccountDrain implements Drain {
  private readonly deps: DrainDeps;
  private readonly accountId: string;
  private readonly log: Log;
  private readonly tally = emptyTally();
  private readonly memory: DirectoryMemory = {};
  private readonly entries: number;
  private cursors: Cursors;
  private budget: Budget | undefined;
  private readonly entered: Lane;
  private passes = 0;
  private failures = 0;
  private mustRecount: boolean;
  private scope: Scope | undefined;
  private gotOn = false;
  /** Outcome events are stored that the bus did not take. */
  private hasUntold = false;

  constructor(deps: DrainDeps, accountId: string, log: Log, entered: Lane) {
    this.deps = deps;
    this.accountId = accountId;
    this.log = log;
    this.entered = entered;
    this.cursors = entered.notes?.cursors ?? {};
    this.entries = Math.max(0, (entered.entries ?? 1) - 1);
    this.mustRecount = this.entries > 0;
  }

  async pass(lease: Lease): Promise<PassEnd> {
    if (this.passes++ === 0) await this.deps.clock.sleep(GATHER_MS);
    const connection = await this.deps.connections.readConnection(this.accountId);
    if (connection !== undefined) this.scope = { accountId: this.accountId, generation: connection.generation };
    if (this.passes === 1) await this.tell();
    const end = isRunning(connection) ? await this.guardedPass(connection, lease) : await this.rest(connection);
    if (this.tally.outcomes > 0) await this.tell();
    return this.hasUntold ? withWakeAt(end, this.deps.clock.now() + OUTCOMES_AGAIN_MS) : end;
  }

  private async tell(): Promise<void> {
    this.tally.outcomes = 0;
    this.hasUntold = !(await sendOutcomes(this.deps, this.accountId, this.log));
  }

  /** What the next drain is to know. Stores the counts. */
  async leave(): Promise<Leaving> {
    await this.storeCounts();
    const budget = this.budget?.notes() ?? this.entered.notes?.budget;
    const notes = { ...(budget === undefined ? {} : { budget }), cursors: this.cursors };
    return { notes, gotOn: this.gotOn, counted: !this.mustRecount };
  }

  private async guardedPass(connection: RunningConnection, lease: Lease): Promise<PassEnd> {
    try {
      const pass = this.newPass(connection, lease);
      const end = await this.onePass(pass);
      this.failures = 0;
      this.gotOn = true;
      return end;
    } catch (failure) {
      if (failure instanceof StopPass) return { kind: 'more' };
      if (failure instanceof WaitFailure) return this.waitIfConnected(connection, failure);
      if (failure instanceof ReconnectFailure) return this.lostConnection(connection, failure);
      return this.retry(failure);
    }
  }

  private newPass(connection: RunningConnection, lease: Lease): Pass {
    const { deps, accountId, log, tally, memory } = this;
    const scope: Scope = { accountId, generation: connection.generation };
    this.budget ??= new Budget({ clock: deps.clock, timeLeftMs: () => lease.timeLeftMs() }, this.entered.notes?.budget);
    const { budget } = this;
    const books = deps.booksOf(connection, budget);
    const connectedAt = connection.connectedAt === undefined ? deps.clock.now() : Date.parse(connection.connectedAt);
    const feeds = createFeeds({ books, watermarks: deps.watermarks, scope, connectedAt });
    Object.assign(tally.counters, emptyTally().counters);
    return { deps, connection, scope, books, ges: deps.gesOf(accountId), feeds, budget, lease, log, tally, memory };
  }

  private async onePass(pass: Pass): Promise<PassEnd> {
    const doubts = await clearDoubts(pass);
    const picked = await pickNews(pass, this.sizeOf(PICK_AT_MOST), this.cursors);
    if (!picked.isEmpty) {
      await this.syncNews(pass, picked, doubts);
      return { kind: 'more' };
    }
    this.cursors = picked.cursors;
    if (!followsType(pass.connection.settings, 'customer'))
      this.tally.outcomes += await failRuns(this.deps, this.accountId, 'Syncing customers was switched off.');
    const page = await nextPage(pass, this.sizeOf(PAGE_AT_MOST));
    if (page.kind === 'page') {
      await this.syncPage(pass, page, doubts);
      return { kind: 'more' };
    }
    const inDoubt = Object.values(doubts).flatMap((ofType) => [...ofType.values()]);
    const wakeAt = earliest([await this.deps.inbox.nextLaterAt(pass.scope), page.notBefore, ...inDoubt]);
    return wakeAt === undefined ? { kind: 'idle' } : { kind: 'idle', wakeAt };
  }

  private async syncNews(pass: Pass, picked: Picked, doubts: Doubts): Promise<void> {
    await this.alone(pass, picked.works, () => syncWorks(pass, picked.works, doubts));
    this.cursors = picked.cursors;
    pass.log.info('news dealt with', { ...pass.tally.counters });
    await this.noteSynced(pass);
  }

  /** A bulk run must not hold up the lane: when Xero says wait, or fails, the run waits and live news goes on. */
  private async syncPage(pass: Pass, page: RunPage, doubts: Doubts): Promise<void> {
    try {
      await this.alone(pass, page.works, () => syncWorks(pass, page.works, doubts));
    } catch (failure) {
      await countPage(pass, page.run);
      await stopRunAfter(pass, page.run, failure);
      return;
    }
    await pageDone(pass, page);
    await this.noteSynced(pass);
  }

  /** A record that is alone and still makes the whole pass fail in an unforeseen way is the reason (F2a). */
  private async alone(pass: Pass, works: Works, sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (failure) {
      const all = [...works.customers, ...works.invoices];
      const [only] = all;
      if (isForeseen(failure) || only === undefined || all.length > 1) throw failure;
      const link = (await this.deps.records.getLinks(pass.scope, only.type, [only.gesId])).get(only.gesId);
      await commitUnexpected(pass, only, link, failure instanceof Error ? failure.message : String(failure));
    }
  }

  /** How much is picked: what the calls left in this minute can finish, in whole batches, never nothing; half as much for each failure or lost process. */
  private sizeOf(most: number): number {
    const calls = this.budget?.callsLeft();
    const affordable = calls === undefined ? most : Math.max(BATCH, Math.floor((calls - CALLS_BESIDES) / CALLS_A_BATCH) * BATCH);
    const setbacks = Math.min(30, this.entries + this.failures);
    return Math.max(1, Math.floor(Math.min(most, affordable) / 2 ** setbacks));
  }

  private async noteSynced({ tally, connection }: Pass): Promise<void> {
    if (tally.counters.synced === 0) return;
    const at = new Date(this.deps.clock.now()).toISOString();
    await this.deps.connections.markSynced(this.accountId, connection.connectSeq, at);
  }

  private async storeCounts(): Promise<void> {
    if (this.scope === undefined) return;
    if (this.mustRecount) await this.deps.counts.recount(this.scope);
    else if (changesCounts(this.tally)) await this.deps.counts.addCounts(this.scope, { ...this.tally.counts });
    this.mustRecount = false;
    Object.assign(this.tally.counts, emptyTally().counts);
  }

  /** The account does not sync now: news of a connection that the user ended is dropped (A2), of one that was lost is kept (F5). */
  private async rest(connection: Connection | undefined): Promise<PassEnd> {
    this.gotOn = true;
    if (keepsNews(connection)) return { kind: 'idle' };
    if (this.scope !== undefined) {
      const dropped = await dropNews(this.deps, this.scope);
      if (dropped > 0) this.log.info('news dropped: the account is not connected', { accountId: this.accountId, entries: dropped });
    }
    this.tally.outcomes += await failRuns(this.deps, this.accountId, 'The account is not connected to Xero.');
    return { kind: 'idle' };
  }

  /** A wait binds the connection that was told to wait: a user who has ended it meanwhile gets through. */
  private async waitIfConnected({ accountId, connectSeq }: RunningConnection, failure: WaitFailure): Promise<PassEnd> {
    this.gotOn = true;
    const now = await this.deps.connections.readConnection(accountId);
    return now?.connectSeq === connectSeq ? { kind: 'wait', until: this.deps.clock.now() + failure.waitMs } : { kind: 'more' };
  }

  private async lostConnection({ accountId, connectSeq }: RunningConnection, failure: ReconnectFailure): Promise<PassEnd> {
    const reason = 'Xero no longer accepts our connection. Please connect to Xero again.';
    this.gotOn = true;
    if (await this.deps.connections.markNeedsReconnect(accountId, connectSeq, reason)) {
      this.log.warn('connection lost', { accountId, error: failure.message });
      this.tally.outcomes++;
    }
    return { kind: 'idle' };
  }

  /** A passing failure: twice a short pause inside the drain, then a long one outside; the news stays where it is. */
  private async retry(failure: unknown): Promise<PassEnd> {
    const { clock } = this.deps;
    const failures = this.failures++;
    this.gotOn ||= isForeseen(failure) || this.tally.commits > 0;
    // A commit whose answer was lost may have stored what is to be told (F2b).
    this.tally.outcomes++;
    const name = failure instanceof Error ? failure.name : 'unknown';
    const details = {
      accountId: this.accountId,
      failures,
      error: name,
      detail: failure instanceof Error ? failure.message : String(failure),
    };
    if (isForeseen(failure)) this.log.warn('pass failed, will be tried again', details);
    else {
      const stack = failure instanceof Error ? failure.stack : undefined;
      this.log.error('pass failed in an unforeseen way, will be tried again', { ...details, stack });
    }
    const jitter = 1 + clock.random() / 2;
    const quick = QUICK_RETRIES_MS[failures];
    if (quick === undefined) return { kind: 'wait', until: clock.now() + Math.round(LONG_RETRY_MS * jitter) };
    await clock.sleep(Math.round(quick * jitter));
    return { kind: 'more' };
  }
}

/** Failures that are nobody's fault: they say nothing about the record that was in hand. */
function isForeseen(failure: unknown): boolean {
  const isOfTable = typeof failure === 'object' && failure !== null && '$metadata' in failure;
  return failure instanceof SyncFailure || failure instanceof StopPass || failure instanceof VersionConflict || isOfTable;
}

/** Empties the inbox, news put off included. Returns how many entries there were. */
async function dropNews({ inbox }: DrainDeps, scope: Scope): Promise<number> {
  let dropped = 0;
  for (;;) {
    const sources: Source[] = (await inbox.dueLater(scope, FAR_FUTURE, PICK_AT_MOST)).map((later) => ({ kind: 'later', later }));
    for (const rank of ['live', 'bulk'] as const)
      for (const type of ['customer', 'invoice'] as const) {
        const { entries } = await inbox.take(scope, { rank, type }, PICK_AT_MOST);
        sources.push(...entries.map((news): Source => ({ kind: 'inbox', news })));
      }
    if (sources.length === 0) return dropped;
    await dropSources({ deps: { inbox }, scope }, sources);
    dropped += sources.length;
  }
}

function withWakeAt(end: PassEnd, at: number): PassEnd {
  return end.kind === 'idle' ? { kind: 'idle', wakeAt: Math.min(end.wakeAt ?? at, at) } : end;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
