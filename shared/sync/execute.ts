import { conflictNote, type ActDecision, type Decision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import type { Problem } from '../domain/records.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import { assertMayWrite, assertStillConnected, BATCH_SIZE, createBatch, WRITES_AT_ONCE } from './creates.ts';
import type { Pass } from './deps.ts';
import type { Decided, Driver, Ready } from './driver.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { lookAgainInXero } from './look-again.ts';
import { addNotes, keepAgreed, keepAttention, keepNotFollowed, keepPending, keepTombstone, outcomesOf } from './keep.ts';
import type { ElementAnswer, GesWrite, Intent, Outcome } from './ports.ts';
import { putOff } from './put-off.ts';
import { removeSources } from './work.ts';

/** GES writes under way at once. */
const GES_WRITES_AT_ONCE = 8;
/** How often a record is decided on again in one pass before it is put off. */
const MAX_ROUNDS = 4;

/** What became of the records of one pass, by number. */
export interface Tally {
  synced: number;
  unchanged: number;
  attention: number;
  waiting: number;
  skipped: number;
}

/**
 * Carries decisions out and stores the results: GES first (guarded by If-Match), then Xero in batches of 50, up to 4 side by side
 * (design §5, step 7). A value that loses is noted before it is overwritten, so that no crash loses it (E2). Records for which something
 * unforeseen turned up are decided on again, in rounds. Xero calls: one per 50 creates and one per 50 updates, each round.
 */
export class Execution<G, X, E> {
  private readonly driver: Driver<G, X, E>;
  private readonly pass: Pass;
  private readonly tally: Tally;
  private readonly outcomes: Outcome[];
  private again: Ready<G, X>[] = [];
  /** After a first round everything is looked at. */
  private thorough = false;
  private readonly acknowledged: X[] = [];
  private readonly notes: Intent[] = [];

  constructor(driver: Driver<G, X, E>, pass: Pass, tally: Tally, outcomes: Outcome[]) {
    this.driver = driver;
    this.pass = pass;
    this.tally = tally;
    this.outcomes = outcomes;
  }

  /** Decides on all records and carries it out. Throws the failures of either system, StopPass and VersionConflict. */
  async run(ready: readonly Ready<G, X>[]): Promise<void> {
    let records = ready;
    for (let round = 0; records.length > 0; round++) {
      if (round === MAX_ROUNDS) {
        for (const record of records) await this.putOff(record, 'still changing');
        return;
      }
      this.thorough = round > 0;
      const decided = await this.driver.decide(this.pass, records, this.thorough);
      this.again = [];
      await this.carryOut(records, decided);
      records = this.again;
    }
  }

  /** What Xero acknowledged in this pass. */
  get written(): readonly X[] {
    return this.acknowledged;
  }

  /** Notes of creates that are stored, to be removed once whoever is to be told of them has been (see `createBatch`). */
  get notesLeft(): readonly Intent[] {
    return this.notes;
  }

  private async carryOut(records: readonly Ready<G, X>[], decided: ReadonlyMap<string, Decided<X, E>>): Promise<void> {
    const acts: Act<G, X, E>[] = [];
    for (const record of records) {
      const outcome = decided.get(record.work.gesId);
      if (outcome === undefined) throw new Error(`no decision on ${record.work.type} ${record.work.gesId}`);
      const { decision } = outcome;
      if (decision.kind === 'attention') await this.attention(record, decision);
      else if (decision.kind === 'not-followed') await this.notFollowed(record, decision.reason);
      else if (decision.kind === 'wait') await this.wait(record, decision.problem);
      else acts.push({ record, decision, xero: outcome.xero ?? record.xero, ges: record.ges, wroteGes: false });
    }
    if (acts.some(isWriting)) await assertStillConnected(this.pass);
    for (const { record, decision } of acts) {
      if (decision.conflicts.length > 0)
        await addNotes(this.pass, record.work.type, record.work.gesId, decision.conflicts.map(conflictNote));
    }
    const acknowledged: Act<G, X, E>[] = [];
    await forEachLimit(acts, GES_WRITES_AT_ONCE, async (act) => {
      const after = await this.tellGes(act);
      if (after !== undefined) acknowledged.push(after);
    });
    await forEachLimit(acknowledged.filter(isQuietInXero), GES_WRITES_AT_ONCE, (act) => this.agreed(act, undefined));
    const toTell = acknowledged.filter((act) => !isQuietInXero(act));
    if (toTell.length > 0) await assertStillConnected(this.pass);
    await this.tellXero(toTell);
  }

  /** Returns the act with the GES side as it is now, or undefined when the record left this path. */
  private async tellGes(act: Act<G, X, E>): Promise<Act<G, X, E> | undefined> {
    const { record, decision } = act;
    if (Object.keys(decision.toGes).length === 0 && decision.deleteInGes !== true) return act;
    assertMayWrite(this.pass);
    try {
      const written = await this.writeGes(act);
      if (written.outcome === 'gone') {
        if (decision.deleteInGes === true) return { ...act, wroteGes: true };
        await keepTombstone(this.pass, record.work, record.link);
        this.tally.skipped++;
        return undefined;
      }
      const { snapshot } = written;
      const now = { fields: this.driver.gesFields(snapshot), revision: this.driver.revisionOf(snapshot), snapshot };
      if (written.outcome === 'written') return { ...act, ges: now, wroteGes: true };
      this.again.push({ ...record, ges: now });
      return undefined;
    } catch (error) {
      if (error instanceof AttentionFailure) await this.attention(record, { kind: 'attention', problem: error.problem });
      else if (error instanceof RetryFailure) await this.putOff(record, error.message);
      else throw error;
      return undefined;
    }
  }

  private writeGes({ record, decision, ges }: Act<G, X, E>): Promise<GesWrite<G>> {
    const { gesId } = record.work;
    if (decision.deleteInGes === true) return this.driver.deleteInGes(this.pass, gesId, ges.revision, record.base);
    return this.driver.writeGes(this.pass, gesId, ges.revision, decision.toGes, record.base);
  }

  private async tellXero(acts: readonly Act<G, X, E>[]): Promise<void> {
    // Deletions before creations (design §5, step 7): a payment entered anew has no room before the old one has gone.
    await forEachLimit(chunks(acts.filter(isUpdate), BATCH_SIZE), WRITES_AT_ONCE, (batch) => this.update(batch));
    await forEachLimit(chunks(acts.filter(isCreate), BATCH_SIZE), WRITES_AT_ONCE, (batch) => this.create(batch));
  }

  private async create(batch: readonly (Act<G, X, E> & Creating<E>)[]): Promise<void> {
    const planned = batch.map(({ record, decision, ges }) => ({
      id: record.work.gesId,
      element: decision.xero.element,
      gesFields: ges.fields,
      gesRevision: ges.revision,
      warnings: decision.warnings,
      ...(decision.nameSuffix === undefined ? {} : { nameSuffix: decision.nameSuffix }),
    }));
    const anotherWay: Act<G, X, E>[] = [];
    const left = await createBatch(this.driver, this.pass, planned, async (answers, start) => {
      anotherWay.push(...(await this.answered(batch.slice(start, start + answers.length), answers)));
    });
    this.notes.push(...left);
    await this.tellXero(anotherWay);
  }

  /** One Xero call; halved when refused as a whole, so that one bad element holds up nobody (F2). */
  private async update(batch: readonly (Act<G, X, E> & Updating<E>)[]): Promise<void> {
    assertMayWrite(this.pass);
    let anotherWay: readonly Act<G, X, E>[] = [];
    try {
      const elements = batch.map(({ decision }) => ({ xeroId: decision.xero.xeroId, element: decision.xero.element }));
      const answers = await this.driver.update(this.pass, elements, this.pass.deps.ids.next());
      anotherWay = await this.answered(batch, answers);
    } catch (error) {
      const [only] = batch;
      if (!(error instanceof AttentionFailure) || only === undefined) throw error;
      if (batch.length === 1) return this.attention(only.record, { kind: 'attention', problem: error.problem });
      for (const half of chunks(batch, Math.ceil(batch.length / 2))) await this.update(half);
    }
    await this.tellXero(anotherWay);
  }

  /** Stores what Xero answered. Returns those that it refused and that are to be sent another way. */
  private async answered(batch: readonly Act<G, X, E>[], answers: readonly ElementAnswer<X>[]): Promise<readonly Act<G, X, E>[]> {
    const anotherWay: Act<G, X, E>[] = [];
    const pairs = batch.map((act, index) => ({ act, answer: answers[index] }));
    await forEachLimit(pairs, GES_WRITES_AT_ONCE, async ({ act, answer }) => {
      if (answer === undefined) throw new RetryFailure('Xero answered fewer elements than were sent', 'server-error');
      if (answer.ok) return this.agreed(act, answer.record);
      anotherWay.push(...(await this.refused(act, answer.messages)));
    });
    return anotherWay;
  }

  private async refused(act: Act<G, X, E>, messages: readonly string[]): Promise<readonly Act<G, X, E>[]> {
    const next = this.driver.refused(act.record, act.decision, messages, this.thorough);
    if (next === 'decide-again') this.again.push({ ...act.record, ges: act.ges });
    else if (next.kind === 'attention') await this.attention(act.record, next);
    else return [{ ...act, decision: next }];
    return [];
  }

  /** Stores that both sides agree. `answer` is what Xero answered to our write, if we wrote. */
  private async agreed(act: Act<G, X, E>, answer: X | undefined): Promise<void> {
    const { record, decision, ges, xero: read } = act;
    const { driver, pass } = this;
    const latest = answer ?? read;
    if (latest === undefined) throw new Error(`nothing known of ${record.work.type} ${record.work.gesId} in Xero`);
    const expected = expectedFields(
      driver.xeroFields(latest),
      read === undefined ? undefined : driver.xeroFields(read),
      decision.changedInXero,
    );
    const isSurprise = answer !== undefined && expected.surprise;
    const updatedAt = driver.xeroUpdatedAt(latest);
    // All this before the link: once it says that the news is dealt with, nobody would come back for it. A run's page has with it what goes along.
    const isFirst = record.link?.xeroId === undefined && record.work.sources.length > 0;
    if (isFirst) await driver.afterCreate?.(pass, record.work.gesId, ges.fields);
    // A person changed other fields in Xero between our read and our write: that is news.
    if (isSurprise) await lookAgainInXero(pass, driver.type, driver.xeroId(latest), updatedAt, record.work.correlationId);
    const problem = driver.checkAgreed?.(ges.fields, latest);
    const link = await keepAgreed(pass, driver.type, record.work.gesId, record, {
      xeroId: driver.xeroId(latest),
      ges: { fields: ges.fields, revision: ges.revision },
      xero: { fields: expected.fields, seenAt: isSurprise ? updatedAt - 1 : Math.max(updatedAt, record.work.xeroAt ?? 0) },
      warnings: decision.warnings,
      nameSuffix: decision.nameSuffix,
      notes: decision.notes,
      tombstone: decision.tombstone === true,
      problem,
    });
    if (answer !== undefined) this.acknowledged.push(answer);
    await removeSources(pass.deps.inbox, pass.scope, record.work.sources);
    const wrote = { xero: answer !== undefined, ges: act.wroteGes };
    if (problem !== undefined) this.tally.attention++;
    else if (wrote.xero || wrote.ges) {
      this.tally.synced++;
      const { type, gesId, correlationId } = record.work;
      pass.log.info('record in step', {
        type,
        gesId,
        xeroId: link.xeroId,
        wroteXero: wrote.xero,
        wroteGes: wrote.ges,
        newsId: correlationId,
      });
    } else this.tally.unchanged++;
    this.outcomes.push(...outcomesOf(pass, link, record.link, wrote, decision.conflicts));
  }

  private async attention(record: Ready<G, X>, decision: Decision<E> & { kind: 'attention' }): Promise<void> {
    const xeroAt = record.xero === undefined ? 0 : this.driver.xeroUpdatedAt(record.xero);
    const seen = { gesRevision: record.ges.revision, xeroAt: Math.max(xeroAt, record.work.xeroAt ?? 0) };
    this.outcomes.push(...(await keepAttention(this.pass, record.work, record.link, seen, decision.problem)));
    this.tally.attention++;
  }

  private async wait(record: Ready<G, X>, problem: Problem): Promise<void> {
    await keepPending(this.pass, record.work, record.link, problem);
    await this.putOff(record, problem.code);
  }

  private async notFollowed(record: Ready<G, X>, reason: string): Promise<void> {
    this.pass.log.info('not followed', { type: record.work.type, gesId: record.work.gesId, reason });
    this.outcomes.push(...(await keepNotFollowed(this.pass, record.link, record.ges.revision, reason)));
    await removeSources(this.pass.deps.inbox, this.pass.scope, record.work.sources);
    this.tally.skipped++;
  }

  private async putOff(record: Ready<G, X>, reason: string): Promise<void> {
    await putOff(this.pass, record.work, reason);
    this.tally.waiting++;
  }
}

/** A decision on its way through both systems. */
interface Act<G, X, E> {
  readonly record: Ready<G, X>;
  readonly decision: ActDecision<E>;
  readonly xero: X | undefined;
  readonly ges: Ready<G, X>['ges'];
  readonly wroteGes: boolean;
}
interface Creating<E> {
  readonly decision: ActDecision<E> & { readonly xero: { readonly op: 'create'; readonly element: E } };
}
interface Updating<E> {
  readonly decision: ActDecision<E> & { readonly xero: { readonly op: 'update'; readonly xeroId: string; readonly element: E } };
}

/** Will one of the two systems be told something? */
function isWriting<G, X, E>(act: Act<G, X, E>): boolean {
  return !isQuietInXero(act) || Object.keys(act.decision.toGes).length > 0 || act.decision.deleteInGes === true;
}

function isQuietInXero<G, X, E>(act: Act<G, X, E>): boolean {
  return act.decision.xero.op === 'none';
}

function isCreate<G, X, E>(act: Act<G, X, E>): act is Act<G, X, E> & Creating<E> {
  return act.decision.xero.op === 'create';
}

function isUpdate<G, X, E>(act: Act<G, X, E>): act is Act<G, X, E> & Updating<E> {
  return act.decision.xero.op === 'update';
}

/** The fields that both sides agreed on: what we read, with what we changed as Xero answered it. */
function expectedFields(
  latest: Fields,
  read: Fields | undefined,
  changed: readonly string[],
): { readonly fields: Fields; readonly surprise: boolean } {
  if (read === undefined) return { fields: latest, surprise: false };
  const fields = Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name, changed.includes(name) ? (latest[name] ?? '') : value]),
  );
  return { fields, surprise: Object.entries(fields).some(([name, value]) => (latest[name] ?? '') !== value) };
}
