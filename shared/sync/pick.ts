import { followsType } from '../domain/connection.ts';
import type { GesCustomer, GesInvoice, RecordType } from '../domain/records.ts';
import { dropSources } from './commit.ts';
import type { Pass } from './pass.ts';
import type { LaneNotes } from './ports.ts';
import type { InboxRange, LaterNews, StoredNews } from './records-port.ts';
import type { Works } from './sync.ts';
import { gather, newsOf, type Source } from './work.ts';

/** Most pieces of news of one pass. */
export const PICK_AT_MOST = 1_000;

/** Live before bulk, customers before invoices. */
const RANGES: readonly InboxRange[] = [
  { rank: 'live', type: 'customer' },
  { rank: 'live', type: 'invoice' },
  { rank: 'bulk', type: 'customer' },
  { rank: 'bulk', type: 'invoice' },
];

/** Stands before the Xero id in the record id of news whose record no link knew. */
export const UNKNOWN_RECORD = '~';

export type Cursors = NonNullable<LaneNotes['cursors']>;
/** The news of one pass by record, and where each range of the inbox goes on. */
export interface Picked {
  readonly works: Works;
  readonly cursors: Cursors;
  readonly isEmpty: boolean;
}

/**
 * Picks up to `limit` pieces of news: those put off whose time has come, then the inbox range by range, no further than needed. What is switched
 * off, and news of Xero about records that are not followed (B7, C11), leaves here.
 */
export async function pickNews(pass: Pass, limit: number, cursors: Cursors): Promise<Picked> {
  const { inbox, clock } = pass.deps;
  const sources: Source[] = (await inbox.dueLater(pass.scope, clock.now(), limit)).map((later: LaterNews) => ({ kind: 'later', later }));
  const next: Record<string, string> = {};
  for (const range of RANGES) {
    const key = `${range.rank}#${range.type}`;
    const room = limit - sources.length;
    if (room <= 0) {
      if (cursors[key] !== undefined) next[key] = cursors[key];
      continue;
    }
    const taken = await takeRound(pass, range, room, cursors[key]);
    if (taken.next !== undefined) next[key] = taken.next;
    sources.push(...taken.entries.map((news): Source => ({ kind: 'inbox', news })));
  }
  const twins = await twinsOf(pass, sources);
  const all = [...sources, ...twins];
  return { works: await toWorks(pass, all), cursors: next, isEmpty: all.length === 0 };
}

/** A range goes round: behind where the last pass stopped, then from its start. */
async function takeRound(
  pass: Pass,
  range: InboxRange,
  room: number,
  after: string | undefined,
): Promise<{ readonly entries: readonly StoredNews[]; readonly next?: string }> {
  const { inbox } = pass.deps;
  const behind = await inbox.take(pass.scope, range, room, after);
  if (after === undefined || behind.next !== undefined || behind.entries.length >= room) return behind;
  const before = await inbox.take(pass.scope, range, room - behind.entries.length);
  const seen = new Set(behind.entries.map((news) => news.token));
  const entries = [...behind.entries, ...before.entries.filter((news) => !seen.has(news.token))];
  return { entries, ...(before.next === undefined ? {} : { next: before.next }) };
}

async function twinsOf(pass: Pass, sources: readonly Source[]): Promise<readonly Source[]> {
  const taken = sources.flatMap((source) => (source.kind === 'inbox' ? [source.news] : []));
  const live = taken.filter((news) => news.rank === 'live' && news.side !== 'own');
  if (live.length === 0) return [];
  const tokens = new Set(taken.map((news) => news.token));
  const twins = await pass.deps.inbox.bulkTwins(pass.scope, live);
  return twins.filter((news) => !tokens.has(news.token)).map((news): Source => ({ kind: 'inbox', news }));
}

async function toWorks(pass: Pass, sources: readonly Source[]): Promise<Works> {
  const isFollowed = (source: Source): boolean => followsType(pass.connection.settings, newsOf(source).type);
  await dropSources(
    pass,
    sources.filter((source) => !isFollowed(source)),
  );
  const followed = sources.filter(isFollowed);
  const [customers, invoices] = await Promise.all([byRecord(pass, 'customer', followed), byRecord(pass, 'invoice', followed)]);
  return {
    customers: [...customers].map(([gesId, its]) => gather<GesCustomer>('customer', gesId, its)),
    invoices: [...invoices].map(([gesId, its]) => gather<GesInvoice>('invoice', gesId, its)),
  };
}

/** News of Xero that came before its record was linked finds it through the alias now, or is not followed. */
async function byRecord(pass: Pass, type: RecordType, sources: readonly Source[]): Promise<ReadonlyMap<string, readonly Source[]>> {
  const ofType = sources.filter((source) => newsOf(source).type === type);
  const unknown = ofType.map(newsOf).flatMap(({ recordId }) => (recordId.startsWith(UNKNOWN_RECORD) ? [recordId.slice(1)] : []));
  const aliases = unknown.length === 0 ? new Map<string, string>() : await pass.deps.records.findAliases(pass.scope, type, unknown);
  const ofRecord = new Map<string, Source[]>();
  const stray: Source[] = [];
  for (const source of ofType) {
    const { recordId } = newsOf(source);
    const gesId = recordId.startsWith(UNKNOWN_RECORD) ? aliases.get(recordId.slice(1)) : recordId;
    if (gesId === undefined) stray.push(source);
    else ofRecord.set(gesId, [...(ofRecord.get(gesId) ?? []), source]);
  }
  if (stray.length > 0) pass.log.info('not followed: nothing in GES is linked to it', { type, records: stray.length });
  await dropSources(pass, stray);
  return ofRecord;
}
