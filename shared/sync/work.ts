import type { GesPayment, RecordType } from '../domain/records.ts';
import type { XeroPayment } from '../domain/xero-invoice.ts';
import type { LaterNews, News, StoredNews } from './records-port.ts';

/** GES news older than this is read again before it is acted on. */
export const FRESH_MS = 10_000;

/**
 * What is to be done in one pass: one piece of work per record, whatever number of news, from whichever side, asked for it.
 * `G` is the GES snapshot of the type.
 */
export interface Work<G> {
  readonly type: RecordType;
  readonly gesId: string;
  /** News of the GES side: the newest revision we were told, and the snapshot if it came along (null: deleted). */
  readonly ges?: GesNews<G>;
  /** Time of the newest Xero event we were told, epoch ms. */
  readonly xeroAt?: number;
  /** Invoices: news of payments in GES, the newest of each. */
  readonly gesPayments: readonly GesPaymentNews[];
  /** Invoices: payments in Xero that a feed told of. */
  readonly xeroPayments: readonly XeroPayment[];
  /** We asked ourselves to pick it again: an open question may have an answer by now. */
  readonly isOwn: boolean;
  /** A bulk run picks the record even where nothing says that it changed. */
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
export interface GesPaymentNews extends GesNews<GesPayment> {
  readonly id: string;
}

/** Where a piece of news is stored and how it leaves. A run's page has none. */
export type Source = { readonly kind: 'inbox'; readonly news: StoredNews } | { readonly kind: 'later'; readonly later: LaterNews };

/** The news of one source. */
export function newsOf(source: Source): News {
  return source.kind === 'inbox' ? source.news : source.later.news;
}

/** Sources as a commit removes them. */
export function removals(sources: readonly Source[]): {
  readonly removed: readonly StoredNews[];
  readonly removedLater: readonly LaterNews[];
} {
  return {
    removed: sources.flatMap((source) => (source.kind === 'inbox' ? [source.news] : [])),
    removedLater: sources.flatMap((source) => (source.kind === 'later' ? [source.later] : [])),
  };
}

/** Does this news ask for a record to go that was never sent (A3)? What we made in GES of what Xero has does not. */
export function asksToGo(news: Pick<News, 'side' | 'change' | 'origin'>): boolean {
  return news.side === 'ges' && (news.origin === 'user' || (news.change === 'created' && news.origin !== 'xero-sync'));
}

/** Gathers the sources of one record into one piece of work: the newest news of each side and of each payment counts. Snapshots were checked at the border. */
export function gather<G>(type: RecordType, gesId: string, sources: readonly Source[]): Work<G> {
  const all = sources.map(newsOf);
  const [first] = all;
  if (first === undefined) throw new RangeError(`no news of ${gesId}`);
  const ofRecord = all.filter((news) => news.entity.type === type);
  const ges = ofRecord.filter((news) => news.side === 'ges');
  const newest = newestOf(ges);
  const xeroTimes = ofRecord.filter((news) => news.side === 'xero').map((news) => news.order);
  const payments = all.filter((news) => news.entity.type === 'payment');
  const inGes = Map.groupBy(
    payments.filter((news) => news.side === 'ges'),
    (news) => news.entity.id,
  );
  return {
    type,
    gesId,
    ...(newest === undefined ? {} : { ges: { ...gesNews<G>(newest), ...strongest(ges, newest) } }),
    ...(xeroTimes.length === 0 ? {} : { xeroAt: Math.max(...xeroTimes) }),
    gesPayments: [...inGes].flatMap(([id, ofPayment]) => {
      const last = newestOf(ofPayment);
      return last === undefined ? [] : [{ id, ...gesNews<GesPayment>(last), ...strongest(ofPayment, last) }];
    }),
    xeroPayments: payments.flatMap((news) => (news.side === 'xero' && news.snapshot !== undefined ? [news.snapshot as XeroPayment] : [])),
    isOwn: all.some((news) => news.side === 'own'),
    fromRun: all.some((news) => news.rank === 'bulk' && news.side === 'ges'),
    attempts: Math.max(...all.map((news) => news.attempts ?? 0)),
    correlationId: first.correlationId,
    sources,
  };
}

/** A piece of work that no news asked for: a bulk run's, or of a record that goes along with another. */
export function runWork<G extends { readonly id: string; readonly revision: number }>(
  type: RecordType,
  snapshot: G,
  correlationId: string,
  now: number,
): Work<G> {
  return {
    type,
    gesId: snapshot.id,
    ges: { revision: snapshot.revision, change: 'updated', origin: 'bulk', snapshotAt: now, snapshot },
    gesPayments: [],
    xeroPayments: [],
    isOwn: false,
    fromRun: true,
    attempts: 0,
    correlationId,
    sources: [],
  };
}

function newestOf(news: readonly News[]): News | undefined {
  return [...news].sort((a, b) => b.order - a.order)[0];
}

/** A user's edit, or the creation, asks for a record to go (A3), also when a bulk change of it came later. */
function strongest(ofGes: readonly News[], newest: News): Pick<GesNews<unknown>, 'change' | 'origin'> {
  const isCreated = newest.change !== 'deleted' && ofGes.some((news) => news.change === 'created');
  const isOfUser = ofGes.some((news) => news.asked === true || (news.origin ?? 'user') === 'user');
  return { change: isCreated ? 'created' : newest.change, origin: isOfUser ? 'user' : (newest.origin ?? 'user') };
}

function gesNews<G>(news: News): GesNews<G> {
  return {
    revision: news.order,
    change: news.change,
    origin: news.origin ?? 'user',
    snapshotAt: news.receivedAt,
    snapshot: news.snapshot as G | null | undefined,
  };
}
