import { isUnfinished } from '../domain/ledger-entry.ts';
import type { Base } from '../domain/link.ts';
import { forEachLimit } from './concurrency.ts';
import { commitStep, dropSources, linkOr, withStatus } from './commit.ts';
import type { Entity, Loaded, Snapshot, XeroRecord } from './entity.ts';
import { UNREADABLE } from './ges-reads.ts';
import type { Pass } from './pass.ts';
import type { StoredRecord } from './records-port.ts';
import { waitWithRecord } from './retry.ts';
import { FRESH_MS, type GesNews, type Work } from './work.ts';

const STORE_WRITES_AT_ONCE = 16;
/** More edits than a record has between two pieces of news. */
const REVISIONS_AHEAD_AT_MOST = 20;

/**
 * Loads what is known of each record and reads both systems where needed; whatever is not to be decided on leaves here: old news and echoes
 * (E3, E5), what is out of scope (A3), what was deleted in GES. Xero calls: one per 40 linked records that are to be decided on, or one read of
 * the feed; none for echoes and old news. GES calls: one per 500 records whose news is older than 10 s, or came from Xero alone while the link
 * is not in step.
 */
export async function load<G extends Snapshot, X extends XeroRecord, E>(
  entity: Entity<G, X, E>,
  pass: Pass,
  works: readonly Work<G>[],
): Promise<readonly Loaded<G, X>[]> {
  const stored = await pass.deps.records.getRecords(
    pass.scope,
    entity.type,
    works.map((work) => work.gesId),
  );
  const candidates: Candidate<G>[] = [];
  await forEachLimit(works, STORE_WRITES_AT_ONCE, async (work) => {
    const record = stored.get(work.gesId);
    const left = withoutOldNews(work, record);
    if (left === undefined) {
      pass.tally.counters.unchanged++;
      await dropSources(pass, work.sources);
    } else candidates.push({ ...left, stored: record });
  });
  const refreshed = await refreshGes(entity, pass, candidates);
  const isDecided = (candidate: Candidate<G>): boolean =>
    entity.policy.deletionInGes === 'decided' && candidate.stored?.link.xeroId !== undefined;
  const buried = refreshed.deleted.filter((candidate) => !isDecided(candidate));
  await forEachLimit(buried, STORE_WRITES_AT_ONCE, (candidate) => bury(pass, candidate));
  const open = [...refreshed.alive, ...refreshed.deleted.filter(isDecided)];
  const xeroIds = open.flatMap(({ stored: record }) => record?.link.xeroId ?? []);
  const xeroOf = await entity.xero.read(pass, xeroIds);
  return open.map((candidate) => toLoaded(entity, candidate, xeroOf, refreshed.deleted.includes(candidate)));
}

interface Candidate<G> {
  readonly work: Work<G>;
  readonly stored: StoredRecord | undefined;
  /** Nothing asks about the record's own fields. */
  readonly isQuiet: boolean;
}

/** The work with only the news that is newer than the link (E5), or undefined when none of it asks for anything. */
function withoutOldNews<G>(work: Work<G>, stored: StoredRecord | undefined): Omit<Candidate<G>, 'stored'> | undefined {
  const link = stored?.link;
  if (link?.status === 'ignored') return undefined;
  const gesIsNew = work.ges !== undefined && (link === undefined || work.ges.revision > link.gesRevision);
  const isAlive = link?.deleted !== true;
  const asksAgain = isAlive && link !== undefined && (link.status === 'attention' || link.status === 'pending');
  const triesAgain = (asksAgain && work.fromRun) || (isAlive && link !== undefined && work.isOwn);
  const xeroIsNew = work.xeroAt !== undefined && link?.xeroId !== undefined && work.xeroAt > link.xeroSeenAt;
  const wasResurrected = gesIsNew && work.ges?.change !== 'deleted';
  if (!isAlive && !wasResurrected) return undefined;
  const isOfFields = gesIsNew || xeroIsNew || triesAgain;
  if (!isOfFields && !(work.type === 'invoice' && link?.xeroId !== undefined && moneyIsOpen(work, stored?.base))) return undefined;
  if (link === undefined && !mayGo(work)) return undefined;
  const { ges, xeroAt, ...rest } = work;
  return {
    work: {
      ...rest,
      ...(ges !== undefined && (gesIsNew || triesAgain) ? { ges } : {}),
      ...(xeroIsNew && xeroAt !== undefined ? { xeroAt } : {}),
    },
    isQuiet: !isOfFields,
  };
}

/** Is there anything about an invoice's money that its ledger may not know, or has begun and not finished? */
function moneyIsOpen(work: Work<unknown>, base: Base | undefined): boolean {
  const ledger = base?.ledger;
  if (work.gesPayments.length > 0 || work.xeroPayments.length > 0 || ledger?.isGesRead !== true) return true;
  return ledger.entries.some((entry) => isUnfinished(entry) && (work.fromRun || entry.problem === undefined));
}

/**
 * A3: what existed before connecting goes only when a user edits it or a bulk run takes it; new records always go, but for those that we
 * made of what Xero has already. A deletion of an unknown record leaves a tombstone, so that a "created" that comes late does not bring it back.
 */
function mayGo<G>(work: Work<G>): boolean {
  return (
    work.fromRun ||
    (work.ges?.change === 'created' && work.ges.origin !== 'xero-sync') ||
    work.ges?.change === 'deleted' ||
    (work.ges?.change === 'updated' && work.ges.origin === 'user')
  );
}

/** Reads GES again where the news is too old to act on, and sorts out what was deleted meanwhile. */
async function refreshGes<G extends Snapshot, X extends XeroRecord, E>(
  entity: Entity<G, X, E>,
  pass: Pass,
  open: readonly Candidate<G>[],
): Promise<{ readonly alive: readonly Candidate<G>[]; readonly deleted: readonly Candidate<G>[] }> {
  const now = pass.deps.clock.now();
  const stale = open.filter((candidate) => needsGes(candidate, now));
  const fresh = await entity.ges.read(
    pass,
    stale.map(({ work }) => work.gesId),
  );
  const asked = new Set(stale.map(({ work }) => work.gesId));
  const alive: Candidate<G>[] = [];
  const deleted: Candidate<G>[] = [];
  for (const candidate of open) {
    const { work } = candidate;
    const snapshot = asked.has(work.gesId) ? (fresh.get(work.gesId) ?? null) : work.ges?.snapshot;
    if (snapshot === UNREADABLE) {
      pass.tally.counters.waiting++;
      await waitWithRecord(pass, work, 'unreadable in GES');
    } else if (snapshot === null) deleted.push(candidate);
    else if (snapshot === undefined || !asked.has(work.gesId) || isOlder(snapshot, candidate)) alive.push(candidate);
    else alive.push({ ...candidate, work: { ...work, ges: readAgain(work.ges, snapshot, now) } });
  }
  return { alive, deleted };
}

/** Older news never wins: what GES shows may be a little behind what it has told us. Far behind, the news is wrong and GES is right. */
function isOlder(shown: Snapshot, candidate: Candidate<unknown>): boolean {
  const { ges } = candidate.work;
  return ges?.snapshot !== undefined && shown.revision < ges.revision && !isFarAhead(candidate);
}

/** A revision that GES does not confirm would make all that comes after look old. */
function isFarAhead({ work, stored }: Candidate<unknown>): boolean {
  return work.ges !== undefined && work.ges.revision - (stored?.link.gesRevision ?? 0) > REVISIONS_AHEAD_AT_MOST;
}

/** GES is asked when the news is too old to act on, or speaks of a record that is known to be deleted: it may only have come late (E5). */
function needsGes<G>(candidate: Candidate<G>, now: number): boolean {
  const { work, stored, isQuiet } = candidate;
  if (isQuiet) return false;
  const link = stored?.link;
  if (work.ges === undefined) return stored?.base === undefined || link?.status !== 'synced';
  if (work.ges.snapshot === null) return false;
  if (link?.deleted === true || isFarAhead(candidate)) return true;
  return work.ges.snapshot === undefined || now - work.ges.snapshotAt > FRESH_MS;
}

function readAgain<G extends Snapshot>(news: GesNews<G> | undefined, snapshot: G, now: number): GesNews<G> {
  const { revision } = snapshot;
  return { revision, change: news?.change ?? 'updated', origin: news?.origin ?? 'user', snapshotAt: now, snapshot };
}

/** Deleted in GES, and nothing to be decided about it: what Xero has stays, the link becomes a tombstone (B5). One commit. */
async function bury<G>(pass: Pass, { work, stored }: Candidate<G>): Promise<void> {
  pass.tally.counters.skipped++;
  await commitTombstone(pass, work, stored?.link);
}

/** Deleted in GES: late news cannot bring the record back. One commit. */
export async function commitTombstone(
  pass: Pass,
  work: Work<unknown>,
  link: Pick<StoredRecord, 'link'>['link'] | undefined,
): Promise<void> {
  const before = linkOr(link, work.type, work.gesId);
  const { problem: _solved, ...rest } = before;
  const text = 'Deleted in Gas Engineer Software. What Xero has of it stays as it is.';
  await commitStep(pass, link, {
    link: {
      ...rest,
      deleted: true,
      ...withStatus(pass, before, 'not-followed'),
      gesRevision: Math.max(before.gesRevision, work.ges?.revision ?? 0),
    },
    notes: before.xeroId === undefined ? [] : [{ code: 'deleted-in-ges', text }],
    outcomes:
      before.status === 'attention'
        ? [{ kind: 'RecordResolved', entity: { type: work.type, id: work.gesId }, xeroId: before.xeroId ?? null, direction: 'to-xero' }]
        : [],
    sources: work.sources,
  });
}

/** Xero news alone: the base stands in for the GES side; `If-Match` on the write guards that it still holds. */
function toLoaded<G extends Snapshot, X extends XeroRecord, E>(
  entity: Entity<G, X, E>,
  { work, stored, isQuiet }: Candidate<G>,
  xeroOf: ReadonlyMap<string, X>,
  isDeletedInGes: boolean,
): Loaded<G, X> {
  const { link, base } = stored ?? { link: undefined, base: undefined };
  const snapshot = isDeletedInGes ? undefined : (work.ges?.snapshot ?? undefined);
  const revision = Math.max(link?.gesRevision ?? 0, isDeletedInGes ? (work.ges?.revision ?? 0) : 0);
  const ges =
    snapshot === undefined
      ? { fields: base?.ges ?? {}, revision, snapshot }
      : { fields: entity.ges.fields(snapshot), revision: snapshot.revision, snapshot };
  return { work, link, base, ges, isDeletedInGes, isQuiet, xero: link?.xeroId === undefined ? undefined : xeroOf.get(link.xeroId) };
}
