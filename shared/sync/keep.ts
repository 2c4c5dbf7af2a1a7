import type { ActDecision, Note } from '../domain/decision.ts';
import type { Fields } from '../domain/fields.ts';
import type { Link } from '../domain/link.ts';
import type { EntityType, Problem } from '../domain/records.ts';
import type { Pass } from './deps.ts';
import type { Outcome } from './ports.ts';
import { removeSources, type Work } from './work.ts';

/**
 * Storing what became of a record: alias → base → timeline → link → news removed (design §5, step 8). A crash in between leaves the news,
 * and doing it again changes nothing. Writes per record: at most 5 (alias and base only when they change).
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
}

/** Stored link of a record, or a fresh one that was never stored. */
export function linkOr(link: Link | undefined, type: EntityType, gesId: string): Link {
  return link ?? { type, gesId, status: 'pending', statusAt: '', gesRevision: 0, xeroSeenAt: 0, version: 0 };
}

/** Both sides agree: alias, base and link say so. Throws VersionConflict. */
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
    const holder = await links.putAlias(pass.scope, type, agreed.xeroId, gesId, agreed.xero.seenAt);
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
    ...ending(before, agreed.tombstone === true, clock.now()),
    gesRevision: Math.max(before.gesRevision, agreed.ges.revision),
    xeroSeenAt: Math.max(before.xeroSeenAt, agreed.xero.seenAt),
    ...(agreed.warnings.length === 0 ? {} : { warnings: agreed.warnings }),
    ...(agreed.nameSuffix === undefined ? {} : { nameSuffix: agreed.nameSuffix }),
  };
  // Before the link: once its revision says that the news is dealt with, nobody would come back for the notes.
  await addNotes(pass, type, gesId, agreed.notes);
  return sameLink(before, after) ? before : links.putLink(pass.scope, after);
}

/** Status of a link that agrees, and the tombstone of one that has ended (design §5). */
function ending(before: Link, hasEnded: boolean, now: number): Pick<Link, 'status' | 'statusAt' | 'deleted'> {
  const status = hasEnded ? 'not-followed' : 'synced';
  const statusAt = before.status === status ? before.statusAt : new Date(now).toISOString();
  return hasEnded ? { status, statusAt, deleted: true } : { status, statusAt };
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
  const isNew = before.problem?.code !== problem.code || before.problem.detail !== problem.detail;
  const { deleted: _alive, ...rest } = before;
  await pass.deps.links.putLink(pass.scope, {
    ...rest,
    status: 'attention',
    statusAt: before.status === 'attention' ? before.statusAt : new Date(pass.deps.clock.now()).toISOString(),
    problem,
    gesRevision: Math.max(before.gesRevision, seen.gesRevision),
    xeroSeenAt: Math.max(before.xeroSeenAt, seen.xeroAt),
  });
  if (isNew)
    await addNotes(pass, work.type, work.gesId, [{ code: 'attention', text: problem.message, details: { problem: problem.code } }]);
  await removeSources(pass.deps.inbox, pass.scope, work.sources);
  if (!isNew) return [];
  const entity = { type: work.type, id: work.gesId };
  const { accountId } = pass.scope;
  return [{ kind: 'RecordNeedsAttention', accountId, entity, xeroId: before.xeroId ?? null, direction: 'to-xero', problem }];
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
  await pass.deps.links.putLink(pass.scope, {
    ...rest,
    deleted: true,
    status: 'not-followed',
    statusAt: new Date(pass.deps.clock.now()).toISOString(),
    gesRevision: Math.max(before.gesRevision, work.ges?.revision ?? 0),
  });
  const text = 'Deleted in Gas Engineer Software. What Xero has of it stays as it is.';
  if (before.xeroId !== undefined) await addNotes(pass, work.type, work.gesId, [{ code: 'deleted-in-ges', text }]);
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
