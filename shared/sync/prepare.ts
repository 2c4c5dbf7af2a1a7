import type { Base, Link } from '../domain/link.ts';
import type { Pass } from './deps.ts';
import type { Driver, Ready } from './driver.ts';
import { UNREADABLE } from './ges-reads.ts';
import { FRESH_MS, isMadeByUs, type GesNews, type Work } from './work.ts';

/** What preparing makes of the work of one type: what must be decided on, and what is done with already. */
export interface Prepared<G, X> {
  readonly ready: readonly Ready<G, X>[];
  /** Old news, echoes, and what is out of scope: only the news is to be removed. */
  readonly quiet: readonly Work<G>[];
  /** GES shows them in a form that does not fit the contract: to be looked at again later. */
  readonly unreadable: readonly Work<G>[];
  /** Deleted in GES, and nothing to be decided about it. */
  readonly deleted: readonly { readonly work: Work<G>; readonly link: Link | undefined }[];
}

/**
 * Loads what is known of each record and reads both systems where needed. Xero calls: one per 100 linked records that are looked at; none
 * for echoes and old news (E3, E5). GES calls: one per 500 records whose news is older than 10 s or came from Xero alone while the link
 * is not in step.
 */
export async function prepare<G, X, E>(driver: Driver<G, X, E>, pass: Pass, works: readonly Work<G>[]): Promise<Prepared<G, X>> {
  const { links } = pass.deps;
  const gesIds = works.map((work) => work.gesId);
  const [linkOf, baseOf] = await Promise.all([
    links.getLinks(pass.scope, driver.type, gesIds),
    links.getBases(pass.scope, driver.type, gesIds),
  ]);
  const quiet: Work<G>[] = [];
  const open: Candidate<G>[] = [];
  for (const work of works) {
    const link = linkOf.get(work.gesId);
    const left = withoutOldNews(work, link);
    if (left === undefined) quiet.push(work);
    else open.push({ work: left, link, base: baseOf.get(work.gesId) });
  }
  const refreshed = await refreshGes(driver, pass, open);
  const needsDecision = ({ link }: Candidate<G>): boolean => driver.whenDeletedInGes === 'decide' && link?.xeroId !== undefined;
  const toDecide = [...refreshed.alive, ...refreshed.deleted.filter(needsDecision)];
  const xeroIds = toDecide.flatMap(({ link }) => (link?.xeroId === undefined ? [] : [link.xeroId]));
  const xeroOf = await driver.readXero(pass, xeroIds);
  const ready = toDecide.map((candidate) => toReady(driver, candidate, xeroOf, refreshed.deleted.includes(candidate)));
  return { ready, quiet, unreadable: refreshed.unreadable, deleted: refreshed.deleted.filter((candidate) => !needsDecision(candidate)) };
}

interface Candidate<G> {
  readonly work: Work<G>;
  readonly link: Link | undefined;
  readonly base: Base | undefined;
}

/** The work with only the news that is newer than the link (E5), or undefined when none of it asks for anything. */
function withoutOldNews<G>(work: Work<G>, link: Link | undefined): Work<G> | undefined {
  const hasEnded = link?.deleted === true && (work.ges === undefined || work.ges.change === 'deleted');
  if (link?.status === 'ignored' || hasEnded) return undefined;
  const gesIsNew = work.ges !== undefined && (link === undefined || work.ges.revision > link.gesRevision);
  const retriesAttention = work.fromRun && link?.status === 'attention' && link.deleted === undefined;
  const xeroIsNew = work.xeroAt !== undefined && link?.xeroId !== undefined && work.xeroAt > link.xeroSeenAt;
  if (!gesIsNew && !xeroIsNew && !retriesAttention) return undefined;
  if (link === undefined && !mayGo(work) && !(work.type === 'payment' && isMadeByUs(work))) return undefined;
  const { ges, xeroAt, ...rest } = work;
  return {
    ...rest,
    ...(ges !== undefined && (gesIsNew || retriesAttention) ? { ges } : {}),
    ...(xeroIsNew && xeroAt !== undefined ? { xeroAt } : {}),
  };
}

/**
 * A3: what existed before connecting goes only when a user edits it or a bulk run takes it; new records always go, but for those that we
 * made of what Xero has already. A deletion of an
 * unknown record leaves a tombstone, so that a "created" that comes late does not bring it back.
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
async function refreshGes<G, X, E>(driver: Driver<G, X, E>, pass: Pass, open: readonly Candidate<G>[]) {
  const now = pass.deps.clock.now();
  const stale = open.filter((candidate) => needsGes(candidate, now));
  const fresh = await driver.readGes(
    pass,
    stale.map(({ work }) => work.gesId),
  );
  const asked = new Set(stale.map(({ work }) => work.gesId));
  const alive: Candidate<G>[] = [];
  const deleted: Candidate<G>[] = [];
  const unreadable: Work<G>[] = [];
  for (const candidate of open) {
    const { work } = candidate;
    const snapshot = asked.has(work.gesId) ? (fresh.get(work.gesId) ?? null) : work.ges?.snapshot;
    if (snapshot === UNREADABLE) unreadable.push(work);
    else if (snapshot === null) deleted.push(candidate);
    else if (snapshot === undefined || !asked.has(work.gesId) || isOlder(driver, snapshot, work.ges)) alive.push(candidate);
    else alive.push({ ...candidate, work: { ...work, ges: readAgain(work.ges, driver.revisionOf(snapshot), snapshot, now) } });
  }
  return { alive, deleted, unreadable };
}

/** Older news never wins (design §5): what GES shows may be behind what it has told us. */
function isOlder<G, X, E>(driver: Driver<G, X, E>, shown: G, news: GesNews<G> | undefined): boolean {
  return news?.snapshot !== undefined && driver.revisionOf(shown) < news.revision;
}

/** GES is asked when the news is too old to act on, or speaks of a record that is known to be deleted: it may only have come late (E5). */
function needsGes<G>({ work, link, base }: Candidate<G>, now: number): boolean {
  if (work.ges === undefined) return base === undefined || link?.status !== 'synced';
  if (work.ges.snapshot === null) return false;
  if (link?.deleted === true) return true;
  return work.ges.snapshot === undefined || now - work.ges.snapshotAt > FRESH_MS;
}

function readAgain<G>(news: GesNews<G> | undefined, revision: number, snapshot: G, now: number): GesNews<G> {
  return { revision, change: news?.change ?? 'updated', origin: news?.origin ?? 'user', snapshotAt: now, snapshot };
}

/** Xero news alone: the base stands in for the GES side; `If-Match` on the write guards that it still holds. */
function toReady<G, X, E>(
  driver: Driver<G, X, E>,
  { work, link, base }: Candidate<G>,
  xeroOf: ReadonlyMap<string, X>,
  isDeletedInGes: boolean,
): Ready<G, X> {
  const snapshot = isDeletedInGes ? undefined : (work.ges?.snapshot ?? undefined);
  const ges =
    snapshot === undefined
      ? { fields: base?.ges ?? {}, revision: Math.max(link?.gesRevision ?? 0, isDeletedInGes ? (work.ges?.revision ?? 0) : 0), snapshot }
      : { fields: driver.gesFields(snapshot), revision: driver.revisionOf(snapshot), snapshot };
  return { work, link, base, ges, isDeletedInGes, xero: link?.xeroId === undefined ? undefined : xeroOf.get(link.xeroId) };
}
