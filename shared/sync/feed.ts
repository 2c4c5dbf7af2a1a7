import type { Contact } from '../domain/contact.ts';
import type { XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import type { FeedReader, XeroBooks } from './books-port.ts';
import type { FeedName, WatermarkStore } from './knowledge-port.ts';
import type { Scope } from './ports.ts';

/** Xero's clock may be behind itself by so much from one server to the next, and a change may become visible late. */
const OVERLAP_MS = 2 * 60_000;

interface Changed {
  /** `UpdatedDateUTC`, epoch ms. */
  readonly updatedAt: number;
}

/** What a feed told: the newest state of each record that changed, and how far that reaches in Xero's time (epoch ms). */
export interface FeedRead<T> {
  readonly items: readonly T[];
  readonly reachesTo: number;
}

/** The feeds of one organisation in one pass: everything that changed since their watermarks, each read at most once unless asked anew. */
export interface Feeds {
  /** Changes since the watermark, or since an earlier moment. One Xero call, one more per 1,000 changes; none where this pass has read it. */
  contacts(since?: number): Promise<FeedRead<Contact>>;
  invoices(since?: number): Promise<FeedRead<XeroInvoice>>;
  credits(since?: number): Promise<FeedRead<XeroInvoice>>;
  payments(since?: number): Promise<FeedRead<XeroPayment>>;
  /** Forgets what was read, because we have written since. */
  forget(feed: FeedName): void;
  /** Everything that the feed told up to `reachesTo` is committed or stored as news: the next read may begin there. One table write. */
  followed(feed: FeedName, reachesTo: number): Promise<void>;
}

export interface FeedDeps {
  readonly books: XeroBooks;
  readonly watermarks: WatermarkStore;
  readonly scope: Scope;
  /** Where a feed begins that was never followed: when the organisation was connected, epoch ms. */
  readonly connectedAt: number;
}

export function createFeeds({ books, watermarks, scope, connectedAt }: FeedDeps): Feeds {
  const reads = new Map<FeedName, { readonly since: number; readonly read: FeedRead<unknown> }>();
  let marks: Promise<Awaited<ReturnType<WatermarkStore['readWatermarks']>>> | undefined;

  async function feed<T extends Changed>(
    name: FeedName,
    reader: FeedReader<T>,
    idOf: (item: T) => string,
    since?: number,
  ): Promise<FeedRead<T>> {
    marks ??= watermarks.readWatermarks(scope);
    const watermark = (await marks)[name] ?? connectedAt - OVERLAP_MS;
    const from = Math.min(watermark, since ?? watermark);
    const known = reads.get(name);
    if (known !== undefined && known.since <= from) return known.read as FeedRead<T>;
    const read = await readFeed(reader, idOf, from);
    reads.set(name, { since: from, read });
    return read;
  }

  return {
    contacts: (since) => feed('contacts', books.contactFeed, (contact) => contact.contactId, since),
    invoices: (since) => feed('invoices', books.invoiceFeed, (invoice) => invoice.invoiceId, since),
    credits: (since) => feed('credits', books.creditFeed, (credit) => credit.invoiceId, since),
    payments: (since) => feed('payments', books.paymentFeed, (payment) => payment.paymentId, since),
    forget: (name) => void reads.delete(name),
    async followed(name, reachesTo) {
      await watermarks.moveWatermark(scope, name, reachesTo);
    },
  };
}

/**
 * Reads a feed to its end. It goes on by key: the next call asks for changes since the last one seen, for a page number would skip records that
 * move while one reads. A second page is asked for only while one second fills a whole page. Newest state wins. `onPage` is called with
 * each page before the next one is asked for.
 */
export async function readFeed<T extends Changed>(
  reader: FeedReader<T>,
  idOf: (item: T) => string,
  since: number,
  onPage?: (items: readonly T[], lastChange: number) => Promise<void>,
): Promise<FeedRead<T>> {
  const found = new Map<string, T>();
  let from = since;
  let page = 1;
  let reachesTo: number | undefined;
  for (;;) {
    const { items, answeredAt, isFull } = await reader(from, page);
    reachesTo ??= answeredAt - OVERLAP_MS;
    for (const item of items) {
      const known = found.get(idOf(item));
      if (known === undefined || known.updatedAt <= item.updatedAt) found.set(idOf(item), item);
    }
    const last = Math.max(from, ...items.map((item) => item.updatedAt));
    await onPage?.(items, last);
    if (!isFull) return { items: [...found.values()], reachesTo };
    const isSameSecond = Math.floor(last / 1000) === Math.floor(from / 1000);
    if (isSameSecond) page++;
    else [from, page] = [last, 1];
  }
}
