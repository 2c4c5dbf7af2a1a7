import type { ActDecision, Note } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import type { Link } from '../domain/link.ts';
import type { EntityType, Problem } from '../domain/records.ts';
import type { Pass } from './deps.ts';
import type { Outcome } from './ports.ts';
import { removeSources, type Work } from './work.ts';

/**
 * Storing what became of a record: alias → base → timeline → link → news removed (design §5, step 8). A crash in between leaves the news,
 * and doing it again changes nothing but the notes, which go before the link: once its revision says that the news is dealt with, nobody
 * would come back for them. Writes per record: at most 5 (alias and base only when they change).
 */

/** Where a record stands once both sides have acknowledged. */
export interface Agreed {
  readonly xeroId: string;
  readonly ges: { readonly fields: Fields; readonly revision: number };
  readonly xero: { readonly fields: Fields; readonly seenAt: number };
  readonly warnings: readonly string[];
  readonly nameSuffix: string | undefined;
  readonly notes: readonly Note[];
  /** The record has ended on both sides. */
  readonly tombstone?: boolean;
  /** They agree on the fields, and still a person must see something (C7, C8). */
  readonly problem?: Problem | undefined;
}

/** Stored link of a record, or a fresh one that was never stored. */
export function linkOr(link: Link | undefined, type: EntityType, gesId: string): Link {
  return link ?? { type, gesId, status: 'pending', statusAt: '', gesRevision: 0, xeroSeenAt: 0, version: 0 };
}

/** Both sides agree: alias, base and link say so, in one write with the problem that is left, if any. Throws VersionConflict. */
export async function keepAgreed(
  pass: Pass,
  type: EntityType,
  gesId: string,
  stored: { readonly link: Link | undefined; readonly base: { ges: Fields; xero: Fields; version: number } | undefined },
  agreed: Agreed,
): Promise<Link> {
  const { links, clock } = pass.deps;
  const before = linkOr(stored.link, type, gesId);
  if (before.xeroId !== agreed.xeroId) {
    const holder = await links.putAlias(pass.scope, type, agreed.xeroId, gesId);
    if (holder !== gesId) throw new Error(`${type} ${agreed.xeroId} is linked to ${holder} already, not to ${gesId}`);
  }
  const base = stored.base;
  if (base === undefined || !sameFields(base.ges, agreed.ges.fields) || !sameFields(base.xero, agreed.xero.fields)) {
    const next = { ges: agreed.ges.fields, xero: agreed.xero.fields, version: base?.version ?? 0 };
    await links.putBase(pass.scope, type, gesId, next);
  }
  const { problem: _solved, deleted: _alive, warnings: _old, nameSuffix: _previous, ...rest } = before;
  const after: Link = {
    ...rest,
    xeroId: agreed.xeroId,
    ...standing(before, agreed, clock.now()),
    gesRevision: Math.max(before.gesRevision, agreed.ges.revision),
    xeroSeenAt: Math.max(before.xeroSeenAt, agreed.xero.seenAt),
    ...(agreed.warnings.length === 0 ? {} : { warnings: agreed.warnings }),
    ...(agreed.nameSuffix === undefined ? {} : { nameSuffix: agreed.nameSuffix }),
  };
  await addNotes(pass, type, gesId, [...agreed.notes, ...attentionNotes(before, agreed.problem)]);
  return sameLink(before, after) ? before : links.putLink(pass.scope, after);
}

/** Status of a link that agrees, with the problem that is left, and the tombstone of one that has ended (design §5). */
function standing(before: Link, { tombstone, problem }: Agreed, now: number): Pick<Link, 'status' | 'statusAt' | 'deleted' | 'problem'> {
  const status = problem !== undefined ? 'attention' : tombstone === true ? 'not-followed' : 'synced';
  const statusAt = before.status === status ? before.statusAt : new Date(now).toISOString();
  return { status, statusAt, ...(tombstone === true ? { deleted: true } : {}), ...(problem === undefined ? {} : { problem }) };
}

/** Another record must go first: the link says so (F2); the news itself is put off by the caller. Revisions do not advance. */
export async function keepPending(pass: Pass, work: Work<unknown>, link: Link | undefined, problem: Problem): Promise<void> {
  const before = linkOr(link, work.type, work.gesId);
  if (before.status === 'pending' && before.problem?.code === problem.code && before.version > 0) return;
  const statusAt = new Date(pass.deps.clock.now()).toISOString();
  await pass.deps.links.putLink(pass.scope, { ...before, status: 'pending', statusAt, problem });
}

/** Only a person can go on: the link says why; bases stay, so that everything since the last agreement still travels later (F1). */
export async function keepAttention(
  pass: Pass,
  work: Work<unknown>,
  link: Link | undefined,
  seen: Seen,
  problem: Problem,
): Promise<Outcome[]> {
  const before = linkOr(link, work.type, work.gesId);
  const { deleted: _alive, ...rest } = before;
  await addNotes(pass, work.type, work.gesId, attentionNotes(before, problem));
  await pass.deps.links.putLink(pass.scope, {
    ...rest,
    status: 'attention',
    statusAt: before.status === 'attention' ? before.statusAt : new Date(pass.deps.clock.now()).toISOString(),
    problem,
    gesRevision: Math.max(before.gesRevision, seen.gesRevision),
    xeroSeenAt: Math.max(before.xeroSeenAt, seen.xeroAt),
  });
  await removeSources(pass.deps.inbox, pass.scope, work.sources);
  return isNewProblem(before, problem) ? [needsAttention(pass, before, problem)] : [];
}

/**
 * A record that Xero does not have, and that waited or needed a person, is none of our business any more (A4, C4): nobody is asked about
 * it from now on (F1). Others have no link, or go on with what they had. Returns what the platform is to be told.
 */
export async function keepNotFollowed(pass: Pass, link: Link | undefined, gesRevision: number, reason: string): Promise<Outcome[]> {
  const isOpen = link?.xeroId === undefined && (link?.status === 'attention' || link?.status === 'pending');
  if (link === undefined || !isOpen) return [];
  const { problem: _gone, ...rest } = link;
  const { type, gesId } = link;
  await addNotes(pass, type, gesId, [{ code: 'not-followed', text: reason }]);
  const statusAt = new Date(pass.deps.clock.now()).toISOString();
  await pass.deps.links.putLink(pass.scope, {
    ...rest,
    status: 'not-followed',
    statusAt,
    gesRevision: Math.max(link.gesRevision, gesRevision),
  });
  if (link.status !== 'attention') return [];
  const entity = { type, id: gesId };
  return [{ kind: 'RecordResolved', accountId: pass.scope.accountId, entity, xeroId: null, direction: 'to-xero' }];
}

/** The sentence counts, too: it names the amounts, and the user reads the one that was told last. */
function isNewProblem(before: Link | undefined, { code, message, detail }: Problem): boolean {
  const old = before?.problem;
  return old?.code !== code || old.message !== message || old.detail !== detail;
}

/** What the timeline says of a problem that was not there before. */
function attentionNotes(before: Link, problem: Problem | undefined): readonly Note[] {
  if (problem === undefined || !isNewProblem(before, problem)) return [];
  return [{ code: 'attention', text: problem.message, details: { problem: problem.code } }];
}

function needsAttention(pass: Pass, { type, gesId, xeroId }: Link, problem: Problem): Outcome {
  const { accountId } = pass.scope;
  return { kind: 'RecordNeedsAttention', accountId, entity: { type, id: gesId }, xeroId: xeroId ?? null, direction: 'to-xero', problem };
}

/** What had been seen of both sides when a person had to be asked. */
export interface Seen {
  readonly gesRevision: number;
  readonly xeroAt: number;
}

/** Deleted in GES: the contact stays in Xero, the link becomes a tombstone so that late news cannot bring the record back (design §5). */
export async function keepTombstone(pass: Pass, work: Work<unknown>, link: Link | undefined): Promise<void> {
  const before = linkOr(link, work.type, work.gesId);
  const { problem: _solved, ...rest } = before;
  const text = 'Deleted in Gas Engineer Software. What Xero has of it stays as it is.';
  if (before.xeroId !== undefined) await addNotes(pass, work.type, work.gesId, [{ code: 'deleted-in-ges', text }]);
  await pass.deps.links.putLink(pass.scope, {
    ...rest,
    deleted: true,
    status: 'not-followed',
    statusAt: new Date(pass.deps.clock.now()).toISOString(),
    gesRevision: Math.max(before.gesRevision, work.ges?.revision ?? 0),
  });
  await removeSources(pass.deps.inbox, pass.scope, work.sources);
}

/** What the platform is told of a record that was written to (contracts §3). */
export function outcomesOf(
  pass: Pass,
  link: Link,
  before: Link | undefined,
  wrote: { readonly xero: boolean; readonly ges: boolean },
  conflicts: ActDecision<unknown>['conflicts'],
): Outcome[] {
  if (link.problem !== undefined) return isNewProblem(before, link.problem) ? [needsAttention(pass, link, link.problem)] : [];
  const { accountId } = pass.scope;
  const entity = { type: link.type, id: link.gesId };
  const xeroId = link.xeroId ?? '';
  const lost = conflicts.length === 0 ? {} : { conflicts };
  const outcomes: Outcome[] = [];
  if (wrote.xero) outcomes.push({ kind: 'RecordSynced', accountId, entity, xeroId, direction: 'to-xero', ...lost });
  if (wrote.ges) outcomes.push({ kind: 'RecordSynced', accountId, entity, xeroId, direction: 'to-ges', ...lost });
  if (before?.status === 'attention') outcomes.push({ kind: 'RecordResolved', accountId, entity, xeroId, direction: 'to-xero' });
  return outcomes;
}

/** Writes notes into a record's timeline. One table write each. */
export async function addNotes(pass: Pass, type: EntityType, gesId: string, notes: readonly Note[]): Promise<void> {
  const at = new Date(pass.deps.clock.now()).toISOString();
  for (const note of notes) await pass.deps.links.addTimeline(pass.scope, { type, gesId, at, ...note });
}

function sameFields(a: Fields, b: Fields): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? '') === (b[name] ?? ''));
}

function sameLink(a: Link, b: Link): boolean {
  return a.version > 0 && JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(link: Link): [string, unknown][] {
  return Object.entries(link).sort(([a], [b]) => (a < b ? -1 : 1));
}
