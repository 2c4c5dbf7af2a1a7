import { heldFor, type HeldEnding } from '../domain/brake.ts';
import type { Note } from '../domain/decision.ts';
import type { Base, Link, PaymentMarker } from '../domain/link.ts';
import type { LooseMoney } from '../domain/loose-payments.ts';
import { unexpectedRecord } from '../domain/problems.ts';
import type { EntityType, Problem, RecordStatus } from '../domain/records.ts';
import type { HeldChange } from './brake-port.ts';
import { StopPass, TakenByAnother } from './errors.ts';
import type { Pass } from './pass.ts';
import type { Outcome } from './ports.ts';
import type { Commit, LaterNews, News, TimelineEntry } from './records-port.ts';
import { countStatus } from './tally.ts';
import { removals, type Source, type Work } from './work.ts';

/** An outcome before it is known which account and which version it tells of. */
export type Untold = OmitEach<Outcome, 'accountId' | 'version'>;
type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What is told of a record, or of one of its payments, in the timeline. */
export interface Told extends Note {
  readonly entity?: { readonly type: EntityType; readonly id: string };
}

/** One step of one record: what a commit stores of it. Built up by the steps of a pass, stored by `commitStep`. */
export interface Step {
  readonly link: Link;
  /** Absent: stays as it is. */
  readonly base?: Base;
  readonly markers?: readonly MarkerChange[];
  readonly notes?: readonly Told[];
  readonly outcomes?: readonly Untold[];
  /** News that is dealt with once this is stored. */
  readonly sources?: readonly Source[];
  readonly put?: readonly News[];
  readonly putLater?: readonly LaterNews[];
  /** Records whose create this stores: their intents leave with it. */
  readonly intents?: Commit['intents'];
  /** The invoice's loose payments, where they are others now (D4). */
  readonly loose?: LooseMoney;
  /** Deletions of payments that the brake holds from now on, or no more (F9). */
  readonly held?: readonly HeldChange[];
}
export interface MarkerChange {
  readonly before: PaymentMarker | undefined;
  readonly after: PaymentMarker;
}

/**
 * Stores one step of one record in one transaction. Returns the link as it is stored now. One round trip; none where nothing changed and no
 * news is to be removed. Throws StopPass when somebody else wrote the record (the lease is lost), TakenByAnother when its Xero id is another
 * record's. What the table refuses for good is stored as the smallest commit: the record needs a person (F2a).
 */
export async function commitStep(pass: Pass, before: Link | undefined, step: Step): Promise<Link> {
  const commit = toCommit(pass, before, step);
  if (!isWorthwhile(before, step, commit)) {
    await dropSources(pass, step.sources ?? []);
    return step.link;
  }
  const result = await pass.deps.records.commit(pass.scope, commit);
  switch (result.kind) {
    case 'committed':
      noteCommitted(pass, before, step);
      return result.link;
    case 'version-lost':
      throw new StopPass(`${step.link.type} ${step.link.gesId} was written by somebody else`);
    case 'taken':
      throw new TakenByAnother(step.link.type, commit.alias ?? '', result.by);
    case 'refused':
      pass.log.error('the table refused a record', { type: step.link.type, gesId: step.link.gesId, reason: result.reason });
      return commitSmallest(pass, before, step, result.reason);
  }
}

/** The part of a pass that news leaves through. */
interface InboxOwner {
  readonly deps: Pick<Pass['deps'], 'inbox'>;
  readonly scope: Pass['scope'];
}

/** The news is old or asks for nothing: it leaves, and nothing else is stored. One write each. */
export async function dropSources(pass: InboxOwner, sources: readonly Source[]): Promise<void> {
  const { removed, removedLater } = removals(sources);
  if (removed.length > 0) await pass.deps.inbox.remove(pass.scope, removed);
  if (removedLater.length > 0) await pass.deps.inbox.removeLater(pass.scope, removedLater);
}

/** A record that broke in an unforeseen way: a person is asked about it alone, its news and intents leave, both sides stay as they are (F2a). */
export async function commitUnexpected(pass: Pass, work: Work<unknown>, before: Link | undefined, detail: string): Promise<void> {
  pass.log.error('a record failed in an unforeseen way', { type: work.type, gesId: work.gesId, detail });
  await commitSmallest(pass, before, { link: linkOr(before, work.type, work.gesId), sources: work.sources }, detail);
}

async function commitSmallest(pass: Pass, before: Link | undefined, step: Step, reason: string): Promise<Link> {
  const { type, gesId } = step.link;
  const base = linkOr(before, type, gesId);
  const problem = unexpectedRecord(reason.slice(0, LONGEST_REASON));
  const link = {
    ...base,
    ...(step.link.xeroId === undefined ? {} : { xeroId: step.link.xeroId }),
    ...inAttention(pass, base, problem),
    gesRevision: Math.max(base.gesRevision, step.link.gesRevision),
    xeroSeenAt: Math.max(base.xeroSeenAt, step.link.xeroSeenAt),
  };
  const smallest: Step = {
    link,
    sources: step.sources ?? [],
    outcomes: attentionOutcomes(base, problem),
    ...(step.intents === undefined ? {} : { intents: step.intents }),
  };
  const result = await pass.deps.records.commit(pass.scope, toCommit(pass, before, smallest));
  if (result.kind === 'version-lost') throw new StopPass(`${type} ${gesId} was written by somebody else`);
  if (result.kind === 'committed') noteCommitted(pass, before, smallest);
  else pass.log.error('the table refused even the smallest commit', { type, gesId, reason });
  return result.kind === 'committed' ? result.link : link;
}

/** Stored link of a record, or a fresh one that was never stored. */
export function linkOr(link: Link | undefined, type: Link['type'], gesId: string): Link {
  return link ?? { type, gesId, status: 'pending', statusAt: '', gesRevision: 0, xeroSeenAt: 0, version: 0 };
}

/** The part of a link that says that a person is needed. */
export function inAttention(pass: Pass, before: Link, problem: Problem): Pick<Link, 'status' | 'statusAt' | 'problem'> {
  return { ...withStatus(pass, before, 'attention'), problem };
}

/** Status of a link; `statusAt` moves only with it. */
export function withStatus(pass: Pass, before: Link, status: RecordStatus): Pick<Link, 'status' | 'statusAt'> {
  const isSame = before.status === status && before.statusAt !== '';
  return { status, statusAt: isSame ? before.statusAt : new Date(pass.deps.clock.now()).toISOString() };
}

/** What the platform is told of a problem that was not told before. The sentence counts, too: the user reads the one that was told last. */
export function attentionOutcomes(before: Link | PaymentMarker, problem: Problem, entity = entityOf(before)): readonly Untold[] {
  if (!isNewProblem(before.problem, problem)) return [];
  return [{ kind: 'RecordNeedsAttention', entity, xeroId: before.xeroId ?? null, direction: 'to-xero', problem }];
}

/** What the timeline says of a problem that was not there before. */
export function attentionNotes(before: Link | PaymentMarker, problem: Problem | undefined, entity = entityOf(before)): readonly Told[] {
  if (problem === undefined || !isNewProblem(before.problem, problem)) return [];
  return [{ code: 'attention', text: problem.message, details: { problem: problem.code }, entity }];
}

function entityOf(stored: Link | PaymentMarker): { readonly type: EntityType; readonly id: string } {
  return { type: 'invoiceId' in stored ? 'payment' : stored.type, id: stored.gesId };
}

function isNewProblem(old: Problem | undefined, { code, message, detail }: Problem): boolean {
  return old?.code !== code || old.message !== message || old.detail !== detail;
}

function toCommit(pass: Pass, before: Link | undefined, step: Step): Commit {
  const { link, base, markers = [], notes = [], outcomes = [], sources = [], put, putLater, intents, loose } = step;
  const { accountId } = pass.scope;
  const version = link.version + 1;
  const at = new Date(pass.deps.clock.now()).toISOString();
  const { removed, removedLater } = removals(sources);
  const isReplaced = (news: News): boolean => put?.some((own) => news.side === 'own' && own.recordId === news.recordId) === true;
  const held = [...heldChanges('void', link.gesId, [before?.problem], [link.problem]), ...(step.held ?? [])];
  const isNewlyLinked = link.xeroId !== undefined && link.xeroId !== before?.xeroId && link.sharedWith === undefined;
  return {
    link,
    ...(base === undefined ? {} : { base }),
    ...(isNewlyLinked ? { alias: link.xeroId } : {}),
    markers: markers.map(({ after }) => after),
    timeline: notes.map(({ entity, ...note }): TimelineEntry => {
      const { type, id } = entity ?? { type: link.type, id: link.gesId };
      return { type, gesId: id, at, ...note };
    }),
    outcomes: outcomes.map((outcome): Outcome => ({ ...outcome, accountId, version })),
    removed: removed.filter((news) => !isReplaced(news)),
    removedLater,
    // One piece of own news a record says all, and two of one key cannot stand in one transaction.
    ...(put === undefined ? {} : { put: put.slice(-1) }),
    ...(putLater === undefined ? {} : { putLater: distinctTimes(putLater) }),
    ...(intents === undefined ? {} : { intents }),
    ...(loose === undefined ? {} : { loose }),
    ...(held.length === 0 ? {} : { held }),
  };
}

/** What the brake holds of an invoice by its problems before and after: only what is other now. */
export function heldChanges(
  what: HeldEnding['what'],
  invoiceId: string,
  before: readonly (Problem | undefined)[],
  after: readonly (Problem | undefined)[],
): readonly HeldChange[] {
  const of = (problems: readonly (Problem | undefined)[]) => problems.flatMap((problem) => heldFor(problem, what, invoiceId) ?? []);
  const [was, is] = [of(before), of(after)];
  return [
    ...is
      .filter(({ side }) => !was.some((one) => one.side === side))
      .map((held): HeldChange => ({ side: held.side, what, invoiceId, held })),
    ...was.filter(({ side }) => !is.some((one) => one.side === side)).map(({ side }): HeldChange => ({ side, what, invoiceId })),
  ];
}

function distinctTimes(putLater: readonly LaterNews[]): readonly LaterNews[] {
  return [...new Map(putLater.map((later) => [`${String(later.dueAt)} ${later.news.side} ${later.news.entity.id}`, later])).values()];
}

function isWorthwhile(before: Link | undefined, step: Step, commit: Commit): boolean {
  const hasMore =
    step.base !== undefined ||
    [commit.markers, commit.timeline, commit.outcomes, commit.put, commit.putLater, commit.intents].some((list) => (list?.length ?? 0) > 0);
  return hasMore || (before === undefined ? step.link.statusAt !== '' : !sameLink(before, step.link));
}

function noteCommitted({ tally }: Pass, before: Link | undefined, step: Step): void {
  tally.commits++;
  tally.outcomes += step.outcomes?.length ?? 0;
  countStatus(tally, listedStatus(before), listedStatus(step.link));
  for (const { before: old, after } of step.markers ?? []) countStatus(tally, listedStatus(old), listedStatus(after));
}

/** A record deleted in peace is neither listed nor counted; one that still asks for somebody is. */
function listedStatus(stored: Link | PaymentMarker | undefined): RecordStatus | undefined {
  if (stored === undefined || ('version' in stored && stored.version === 0 && stored.statusAt === '')) return undefined;
  const isListed = stored.deleted !== true || stored.status === 'attention' || stored.status === 'pending';
  return isListed ? stored.status : undefined;
}

function sameLink(a: Link, b: Link): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(link: Link): [string, unknown][] {
  return Object.entries(link).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What support is told of why; the rest is in the log. */
const LONGEST_REASON = 300;
