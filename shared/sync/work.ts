import type { EntityType } from '../domain/records.ts';
import type { Inbox, LaterNews, News, Scope, StoredNews } from './ports.ts';

/** GES news older than this is read again before it is acted on (design §5, step 4). */
export const FRESH_MS = 10_000;

/**
 * What is to be looked at in one pass: one piece of work per record, whatever number of news, from whichever side, asked for it.
 * `G` is the GES snapshot of the type.
 */
export interface Work<G> {
  readonly type: EntityType;
  readonly gesId: string;
  /** News of the GES side: the newest revision we were told, and the snapshot if it came along (null: deleted). */
  readonly ges?: GesNews<G>;
  /** Time of the newest Xero event we were told, epoch ms. */
  readonly xeroAt?: number;
  /** A bulk run looks at the record even where nothing says that it changed. */
  readonly fromRun: boolean;
  /** Times it was put off already. */
  readonly attempts: number;
  readonly correlationId: string;
  /** The news to be removed once the result is stored. */
  readonly sources: readonly Source[];
}
export interface GesNews<G> {
  readonly revision: number;
  readonly change: News['change'];
  readonly origin: NonNullable<News['origin']>;
  /** Epoch ms at which the snapshot was current. */
  readonly snapshotAt: number;
  readonly snapshot: G | null | undefined;
}

/** Where a piece of news is stored and how it leaves. A run's page has none. */
export type Source = { readonly kind: 'inbox'; readonly news: StoredNews } | { readonly kind: 'later'; readonly later: LaterNews };

/** Removes the news behind a piece of work, now that its result is stored. */
export async function removeSources(inbox: Inbox, scope: Scope, sources: readonly Source[]): Promise<void> {
  for (const source of sources) {
    if (source.kind === 'inbox') await inbox.remove(scope, source.news);
    else await inbox.removeLater(scope, source.later);
  }
}

/** The news of one source. */
export function newsOf(source: Source): News {
  return source.kind === 'inbox' ? source.news : source.later.news;
}

/**
 * Gathers the sources of one record into one piece of work: the newest news of each side counts. `parse` checks a stored snapshot.
 */
export function gather<G>(gesId: string, sources: readonly Source[], parse: (snapshot: unknown) => G): Work<G> {
  const all = sources.map(newsOf);
  const ofGes = all.filter((news) => news.side === 'ges').sort((a, b) => b.order - a.order)[0];
  const xeroTimes = all.filter((news) => news.side === 'xero').map((news) => news.order);
  const [first] = all;
  if (first === undefined) throw new RangeError(`no news of ${gesId}`);
  return {
    type: first.type,
    gesId,
    ...(ofGes === undefined ? {} : { ges: { ...gesNews(ofGes, parse), ...strongest(all, ofGes) } }),
    ...(xeroTimes.length === 0 ? {} : { xeroAt: Math.max(...xeroTimes) }),
    fromRun: all.some((news) => news.rank === 'bulk'),
    attempts: Math.max(...all.map((news) => news.attempts ?? 0)),
    correlationId: first.correlationId,
    sources,
  };
}

/** Does this news ask for a record to go that was never sent (A3)? What we made in GES of what Xero has does not. */
export function asksToGo(news: Pick<News, 'side' | 'change' | 'origin'>): boolean {
  return news.side === 'ges' && (news.origin === 'user' || (news.change === 'created' && news.origin !== 'xero-sync'));
}

/** Did we make it in GES, of what Xero has, as far as its news tells? */
export function isMadeByUs({ ges }: Work<unknown>): boolean {
  return ges?.change === 'created' && ges.origin === 'xero-sync';
}

/** A user's edit, or the creation, asks for a record to go (A3), also when a bulk change of it came later. */
function strongest(all: readonly News[], newest: News): Pick<GesNews<unknown>, 'change' | 'origin'> {
  const ofGes = all.filter((news) => news.side === 'ges');
  const isCreated = newest.change !== 'deleted' && ofGes.some((news) => news.change === 'created');
  const isOfUser = ofGes.some((news) => news.asked === true || (news.origin ?? 'user') === 'user');
  return { change: isCreated ? 'created' : newest.change, origin: isOfUser ? 'user' : (newest.origin ?? 'user') };
}

function gesNews<G>(news: News, parse: (snapshot: unknown) => G): GesNews<G> {
  const { snapshot } = news;
  return {
    revision: news.order,
    change: news.change,
    origin: news.origin ?? 'user',
    snapshotAt: news.receivedAt,
    snapshot: snapshot === undefined || snapshot === null ? snapshot : parse(snapshot),
  };
}
