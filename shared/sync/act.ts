import { conflictNote, type ActDecision, type Decision } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import type { Link } from '../domain/link.ts';
import type { Problem } from '../domain/records.ts';
import { agreedStep, attentionStep, heldStep, notFollowedStep, pendingStep } from './agree.ts';
import type { ElementAnswer } from './books-port.ts';
import { commitStep, commitUnexpected, linkOr, type Step } from './commit.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import { createBatch, senderOf } from './creates.ts';
import type { Decided, Entity, Loaded, Snapshot, XeroRecord } from './entity.ts';
import { AttentionFailure, RetryFailure, SyncFailure, StopPass } from './errors.ts';
import { commitTombstone } from './load.ts';
import type { Pass } from './pass.ts';
import type { GesWrite } from './platform-port.ts';
import { waitWithRecord } from './retry.ts';
import { assertStillConnected, BATCH_SIZE, sendWrite, SIDE_BY_SIDE, WRITES_AT_ONCE } from './writes.ts';

/** How often a record is decided on again in one pass before it is put off. */
const MAX_ROUNDS = 4;

/** What became of one record: the step that is to be committed, and what either side holds now. */
export interface Acted<G, X> {
  readonly record: Loaded<G, X>;
  readonly step: Step;
  readonly xero: X | undefined;
  readonly wrote: { readonly ges: boolean; readonly xero: boolean };
  /** Of the GES side as it is now, where it is known whole. */
  readonly snapshot: G | undefined;
}
/** Called once per record, as soon as its own answers are there. What it throws concerns its record alone, unless it is a SyncFailure or StopPass. */
export type Finish<G, X> = (acted: Acted<G, X>) => Promise<void>;

/**
 * Decides on records and carries it out: GES first (guarded by If-Match), then Xero in batches of 50, up to 4 side by side, deletions before
 * creations. Records for which something unforeseen turned up are decided on again, in rounds. Xero calls: one per 50 creates and one per 50
 * updates, each round. Throws the failures of either system and StopPass; what was finished before stays committed.
 */
export async function act<G extends Snapshot, X extends XeroRecord, E>(
  entity: Entity<G, X, E>,
  pass: Pass,
  loaded: readonly Loaded<G, X>[],
  finish: Finish<G, X>,
): Promise<void> {
  const quiet = loaded.filter((record) => record.isQuiet);
  await forEachLimit(quiet, SIDE_BY_SIDE, (record) =>
    guardRecord(pass, record.work, record.link, async () => {
      pass.tally.counters.unchanged++;
      await finish(untouched(record));
    }),
  );
  let records: readonly Loaded<G, X>[] = loaded.filter((record) => !record.isQuiet);
  for (let round = 0; records.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      await forEachLimit(records, SIDE_BY_SIDE, (record) => wait(pass, record, 'still changing'));
      return;
    }
    const thorough = round > 0;
    const decided = await entity.policy.decide(pass, records, thorough);
    records = await new Round(entity, pass, thorough, finish).carryOut(records, decided);
  }
}

/** Nothing of its own fields is in question. */
function untouched<G, X>(record: Loaded<G, X>): Acted<G, X> {
  const { work, link, xero } = record;
  const step = { link: linkOr(link, work.type, work.gesId), sources: work.sources };
  return { record, step, xero, wrote: { ges: false, xero: false }, snapshot: undefined };
}

/** A decision on its way through both systems. */
interface Act<G, X, E> {
  readonly record: Loaded<G, X>;
  readonly decision: ActDecision<E>;
  readonly xero: X | undefined;
  readonly ges: Loaded<G, X>['ges'];
  readonly wroteGes: boolean;
}

class Round<G extends Snapshot, X extends XeroRecord, E> {
  private readonly entity: Entity<G, X, E>;
  private readonly pass: Pass;
  private readonly thorough: boolean;
  private readonly finish: Finish<G, X>;
  private readonly again: Loaded<G, X>[] = [];

  constructor(entity: Entity<G, X, E>, pass: Pass, thorough: boolean, finish: Finish<G, X>) {
    this.entity = entity;
    this.pass = pass;
    this.thorough = thorough;
    this.finish = finish;
  }

  /** Returns the records that are to be decided on again. */
  async carryOut(records: readonly Loaded<G, X>[], decided: ReadonlyMap<string, Decided<X, E>>): Promise<readonly Loaded<G, X>[]> {
    const acts: Act<G, X, E>[] = [];
    const others: (() => Promise<void>)[] = [];
    for (const record of records) {
      const outcome = decided.get(record.work.gesId);
      if (outcome === undefined) throw new Error(`no decision on ${record.work.type} ${record.work.gesId}`);
      const { decision } = outcome;
      if (decision.kind === 'act') acts.push({ record, decision, xero: outcome.xero ?? record.xero, ges: record.ges, wroteGes: false });
      else others.push(() => this.withoutAct(record, decision));
    }
    await forEachLimit(others, SIDE_BY_SIDE, (task) => task());
    const noted = await this.noteConflicts(acts);
    const told: Act<G, X, E>[] = noted.filter((one) => !tellsGes(one));
    await forEachLimit(noted.filter(tellsGes), SIDE_BY_SIDE, (one) =>
      this.guarded(one.record, async () => {
        const after = await this.tellGes(one);
        if (after !== undefined) told.push(after);
      }),
    );
    await forEachLimit(told.filter(isQuietInXero), SIDE_BY_SIDE, (one) => this.guarded(one.record, () => this.agreed(one, undefined)));
    await this.tellXero(told.filter((one) => !isQuietInXero(one)));
    return this.again;
  }

  private async withoutAct(record: Loaded<G, X>, decision: Exclude<Decision<E>, { kind: 'act' }>): Promise<void> {
    const { tally } = this.pass;
    await this.guarded(record, async () => {
      if (decision.kind === 'attention') return this.attention(record, decision.problem);
      if (decision.kind === 'hold') {
        tally.counters.waiting++;
        return this.finished(record, heldStep(this.pass, record, decision.problem));
      }
      if (decision.kind === 'wait') {
        tally.counters.waiting++;
        return this.finished(record, pendingStep(this.pass, record, decision.problem));
      }
      tally.counters.skipped++;
      this.pass.log.info('not followed', { type: record.work.type, gesId: record.work.gesId, reason: decision.reason });
      return this.finished(record, notFollowedStep(this.pass, record, decision.reason));
    });
  }

  /** A value that loses is noted before it is overwritten, so that no crash loses it (E2). One commit per record with a conflict. */
  private async noteConflicts(acts: readonly Act<G, X, E>[]): Promise<readonly Act<G, X, E>[]> {
    const noted: Act<G, X, E>[] = acts.filter(({ decision }) => decision.conflicts.length === 0);
    const conflicting = acts.filter(({ decision }) => decision.conflicts.length > 0);
    if (conflicting.length > 0) await assertStillConnected(this.pass);
    await forEachLimit(conflicting, SIDE_BY_SIDE, (one) =>
      this.guarded(one.record, async () => {
        const { work, link: before } = one.record;
        const notes = one.decision.conflicts.map(conflictNote);
        const link = await commitStep(this.pass, before, { link: linkOr(before, work.type, work.gesId), notes });
        noted.push({ ...one, record: { ...one.record, link } });
      }),
    );
    return noted;
  }

  /** Returns the act with the GES side as it is now, or undefined when the record left this path. */
  private async tellGes(one: Act<G, X, E>): Promise<Act<G, X, E> | undefined> {
    const { record, decision } = one;
    await assertStillConnected(this.pass);
    let written: GesWrite<G>;
    try {
      written = await this.entity.ges.write(this.pass, record.work.gesId, one.ges.revision, decision.toGes, record.base);
    } catch (failure) {
      if (failure instanceof AttentionFailure) await this.attention(record, failure.problem);
      else if (failure instanceof RetryFailure) await wait(this.pass, record, failure.message);
      else throw failure;
      return undefined;
    }
    if (written.outcome === 'gone') {
      this.pass.tally.counters.skipped++;
      await commitTombstone(this.pass, record.work, record.link);
      return undefined;
    }
    const { snapshot } = written;
    const now = { fields: this.entity.ges.fields(snapshot), revision: snapshot.revision, snapshot };
    if (written.outcome === 'written') return { ...one, ges: now, wroteGes: true };
    this.again.push({ ...record, ges: now, isQuiet: false });
    return undefined;
  }

  /** Deletions before creations: a number or name must be free before it is given again. */
  private async tellXero(acts: readonly Act<G, X, E>[]): Promise<void> {
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
    await createBatch(this.pass, this.entity.type, planned, senderOf(this.entity, this.pass), async (answers, start) => {
      anotherWay.push(...(await this.answered(batch.slice(start, start + answers.length), answers)));
    });
    await this.tellXero(anotherWay);
  }

  /** One Xero call; halved when definitely refused as a whole, so that one bad element holds up nobody (F2). */
  private async update(batch: readonly (Act<G, X, E> & Updating<E>)[]): Promise<void> {
    let anotherWay: readonly Act<G, X, E>[] = [];
    try {
      const elements = batch.map(({ decision }) => ({ xeroId: decision.xero.xeroId, element: decision.xero.element }));
      const answers = await sendWrite(this.pass, () => this.entity.xero.update(this.pass, elements, this.pass.deps.ids.next()));
      anotherWay = await this.answered(batch, answers);
    } catch (failure) {
      const [only] = batch;
      if (!(failure instanceof AttentionFailure) || only === undefined) throw failure;
      if (batch.length === 1) return this.guarded(only.record, () => this.attention(only.record, failure.problem));
      for (const half of chunks(batch, Math.ceil(batch.length / 2))) await this.update(half);
    }
    await this.tellXero(anotherWay);
  }

  /** Commits what Xero answered, each record for itself. Returns those that it refused and that are to be sent another way. */
  private async answered(batch: readonly Act<G, X, E>[], answers: readonly ElementAnswer<X>[]): Promise<readonly Act<G, X, E>[]> {
    const anotherWay: Act<G, X, E>[] = [];
    const pairs = batch.map((one, index) => ({ one, answer: answers[index] }));
    await forEachLimit(pairs, SIDE_BY_SIDE, ({ one, answer }) =>
      this.guarded(one.record, async () => {
        if (answer === undefined) throw new RetryFailure('Xero answered fewer elements than were sent', 'server-error');
        if (answer.ok) return this.agreed(one, answer.record);
        const next = this.entity.policy.refused(one.record, one.decision, answer.messages, this.thorough);
        if (isCreate(one)) await this.forgetIntent(one.record);
        if (next === 'decide-again') this.again.push({ ...one.record, ges: one.ges, isQuiet: false, refusal: answer.messages });
        else if (next === 'read-again') await wait(this.pass, one.record, 'not in Xero as it was read');
        else if (next.kind === 'attention') await this.attention(one.record, next.problem);
        else anotherWay.push({ ...one, decision: next });
      }),
    );
    return anotherWay;
  }

  /** Refused for certain: the record may be sent anew, and no look-up is owed. One table write. */
  private forgetIntent({ work }: Loaded<G, X>): Promise<void> {
    return this.pass.deps.intents.removeIntents(this.pass.scope, [{ type: work.type, id: work.gesId }]);
  }

  /** Both sides agree. `answer` is what Xero answered to our write, if we wrote. */
  private async agreed(one: Act<G, X, E>, answer: X | undefined): Promise<void> {
    const { record, decision, ges, xero: read } = one;
    const { entity, pass } = this;
    const latest = answer ?? read;
    if (latest === undefined) throw new Error(`nothing known of ${record.work.type} ${record.work.gesId} in Xero`);
    const seen = expectedFields(
      entity.xero.fields(latest),
      read === undefined ? undefined : entity.xero.fields(read),
      decision.changedInXero,
    );
    const wrote = { ges: one.wroteGes, xero: answer !== undefined };
    const element = decision.xero.op === 'none' ? undefined : decision.xero.element;
    const step = agreedStep(pass, record, {
      xeroId: entity.xero.id(latest),
      ges: { fields: ges.fields, revision: ges.revision },
      xero: {
        fields: entity.xero.asBase(seen.fields, { ges: ges.fields, before: record.base?.xero, element }),
        updatedAt: latest.updatedAt,
        isSurprise: wrote.xero && seen.isSurprise,
      },
      decision,
      problem: decision.problem ?? entity.policy.checkAgreed(ges.fields, latest),
      wrote,
      isCreated: isCreate(one),
    });
    await this.finish({ record, step, xero: latest, wrote, snapshot: ges.snapshot });
  }

  private async attention(record: Loaded<G, X>, problem: Problem): Promise<void> {
    this.pass.tally.counters.attention++;
    const xeroAt = Math.max(record.xero?.updatedAt ?? 0, record.work.xeroAt ?? 0);
    await this.finished(record, attentionStep(this.pass, record, xeroAt, problem));
  }

  private finished(record: Loaded<G, X>, step: Step): Promise<void> {
    return this.finish({ record, step, xero: record.xero, wrote: { ges: false, xero: false }, snapshot: record.ges.snapshot });
  }

  /** Whatever breaks for one record concerns that record alone (F2a); failures of either system and of the lease concern all. */
  private async guarded(record: Loaded<G, X>, task: () => Promise<void>): Promise<void> {
    await guardRecord(this.pass, record.work, record.link, task);
  }
}

/** Runs what is to be done for one record. What it throws unforeseen makes that record need a person, and nobody else. */
export async function guardRecord(
  pass: Pass,
  work: Loaded<unknown, unknown>['work'],
  link: Link | undefined,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await task();
  } catch (failure) {
    if (failure instanceof SyncFailure || failure instanceof StopPass) throw failure;
    if (isOfTable(failure)) throw failure;
    pass.tally.counters.attention++;
    await commitUnexpected(pass, work, link, failure instanceof Error ? failure.message : String(failure));
  }
}

/** The table itself failed (no answer, throttled again and again): nothing of the record's own. AWS errors say so by `$metadata`. */
function isOfTable(failure: unknown): boolean {
  return typeof failure === 'object' && failure !== null && '$metadata' in failure;
}

async function wait<G, X>(pass: Pass, { work }: Loaded<G, X>, reason: string): Promise<void> {
  pass.tally.counters.waiting++;
  await waitWithRecord(pass, work, reason);
}

interface Creating<E> {
  readonly decision: ActDecision<E> & { readonly xero: { readonly op: 'create'; readonly element: E } };
}
interface Updating<E> {
  readonly decision: ActDecision<E> & { readonly xero: { readonly op: 'update'; readonly xeroId: string; readonly element: E } };
}

function tellsGes<G, X, E>({ decision }: Act<G, X, E>): boolean {
  return Object.keys(decision.toGes).length > 0;
}

function isQuietInXero<G, X, E>({ decision }: Act<G, X, E>): boolean {
  return decision.xero.op === 'none';
}

function isCreate<G, X, E>(one: Act<G, X, E>): one is Act<G, X, E> & Creating<E> {
  return one.decision.xero.op === 'create';
}

function isUpdate<G, X, E>(one: Act<G, X, E>): one is Act<G, X, E> & Updating<E> {
  return one.decision.xero.op === 'update';
}

/** The fields that both sides agreed on: what we read, with what we changed as Xero answered it. Any other difference was made by a person meanwhile. */
function expectedFields(
  latest: Fields,
  read: Fields | undefined,
  changed: readonly string[],
): { readonly fields: Fields; readonly isSurprise: boolean } {
  if (read === undefined) return { fields: latest, isSurprise: false };
  const fields = Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name, changed.includes(name) ? (latest[name] ?? '') : value]),
  );
  return { fields, isSurprise: Object.entries(fields).some(([name, value]) => (latest[name] ?? '') !== value) };
}
