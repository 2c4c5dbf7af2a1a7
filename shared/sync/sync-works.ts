import type { EntityType, GesCustomer, GesInvoice, GesPayment } from '../domain/records.ts';
import { customers } from './customers.ts';
import type { Pass } from './deps.ts';
import type { Tally } from './execute.ts';
import { invoicesOf } from './invoices.ts';
import { createPayments } from './payments.ts';
import type { Intent } from './ports.ts';
import { readByIds, UNREADABLE } from './ges-reads.ts';
import { LONGEST_PAUSE_MS } from './put-off.ts';
import { settle, type InDoubt } from './settle.ts';
import { syncRecords } from './sync-records.ts';
import { gather, newsOf, removeSources, type Source, type Work } from './work.ts';

/** What one pass looks at, by type. */
export interface Works {
  readonly customer: readonly Work<GesCustomer>[];
  readonly invoice: readonly Work<GesInvoice>[];
  readonly payment: readonly Work<GesPayment>[];
}
/** Records whose create is in doubt, by type. */
export type Doubts = Readonly<Record<EntityType, InDoubt>>;

/** Settles the open creates of every type (F3). Xero calls: none when there are none. */
export async function settleAll(pass: Pass): Promise<Doubts> {
  const intents = await pass.deps.intents.listIntents(pass.scope);
  const of = (type: EntityType): readonly Intent[] => intents.filter((intent) => intent.type === type);
  const customer = await settle(customers, pass, of('customer'));
  const invoice = of('invoice').length === 0 ? new Map() : await settle(await invoicesOf(pass), pass, of('invoice'));
  const payment = await settle(createPayments(), pass, of('payment'));
  return { customer, invoice, payment };
}

/** In the order in which they depend on each other: customers → invoices → payments (F2). */
export async function syncWorks(pass: Pass, works: Works, doubts: Doubts): Promise<Tally> {
  const along = await customersAlong(pass, works);
  const tallies = [await syncRecords(customers, pass, [...works.customer, ...along], doubts.customer)];
  if (tallies.some((tally) => tally.synced > 0)) await wakeWaiting(pass);
  if (works.invoice.length > 0) tallies.push(await syncRecords(await invoicesOf(pass), pass, works.invoice, doubts.invoice));
  tallies.push(await syncRecords(createPayments(), pass, works.payment, doubts.payment));
  return tallies.reduce(addTallies);
}

/** Sorts news into one piece of work per record. Xero news finds its record through the alias, or is not followed (B7, C11). */
export async function gatherWorks(pass: Pass, sources: readonly Source[]): Promise<Works> {
  const of = (type: EntityType): readonly Source[] => sources.filter((source) => newsOf(source).type === type);
  return {
    customer: await gatherType(pass, 'customer', of('customer'), customers.parseSnapshot),
    invoice: await gatherType(pass, 'invoice', of('invoice'), (snapshot) => snapshot as GesInvoice),
    payment: await gatherType(pass, 'payment', of('payment'), (snapshot) => snapshot as GesPayment),
  };
}

async function gatherType<G>(
  pass: Pass,
  type: EntityType,
  sources: readonly Source[],
  parse: (snapshot: unknown) => G,
): Promise<readonly Work<G>[]> {
  const xeroIds = sources.map(newsOf).flatMap((news) => (news.side === 'xero' ? [news.id] : []));
  const aliases = await pass.deps.links.findAliases(pass.scope, type, xeroIds);
  const ofRecord = new Map<string, Source[]>();
  for (const source of sources) {
    const news = newsOf(source);
    const gesId = news.side === 'ges' ? news.id : aliases.get(news.id);
    if (gesId === undefined) {
      pass.log.info('not followed: nothing in GES is linked to it', { type, xeroId: news.id });
      await removeSources(pass.deps.inbox, pass.scope, [source]);
    } else ofRecord.set(gesId, [...(ofRecord.get(gesId) ?? []), source]);
  }
  return [...ofRecord].map(([gesId, itsSources]) => gather(gesId, itsSources, parse));
}

/** An invoice that goes takes its customer along, if that was never sent (A3). GES calls: one per 500 such customers, and one per 500 invoices whose news came without a snapshot. */
async function customersAlong(pass: Pass, works: Works): Promise<readonly Work<GesCustomer>[]> {
  const coming = new Set(works.customer.map((work) => work.gesId));
  const asked = works.invoice.filter(({ ges, fromRun }) => fromRun || ges?.change === 'created' || ges?.origin === 'user');
  const unseen = asked.filter(({ ges }) => ges !== undefined && ges.snapshot === undefined).map(({ gesId }) => gesId);
  const seen = await readByIds(pass, 'invoice', unseen, (query) => pass.deps.ges.listInvoices(pass.scope.accountId, query));
  const wanted = new Map(
    asked.flatMap(({ gesId, ges, correlationId }) => {
      const invoice = ges?.snapshot ?? seen.get(gesId);
      const isGoing = invoice !== undefined && invoice !== UNREADABLE && invoice.status === 'issued';
      return isGoing ? [[invoice.customerId, correlationId] as const] : [];
    }),
  );
  const missing = [...wanted.keys()].filter((customerId) => !coming.has(customerId));
  const links = await pass.deps.links.getLinks(pass.scope, 'customer', missing);
  const found = await customers.readGes(
    pass,
    missing.filter((customerId) => !links.has(customerId)),
  );
  const now = pass.deps.clock.now();
  return [...found.values()].flatMap((customer) =>
    customer === UNREADABLE ? [] : [runWork('customer', customer, wanted.get(customer.id) ?? '', now)],
  );
}

/** Customers have gone: invoices that wait for one are looked at in the next pass instead of when their pause ends (F2). */
async function wakeWaiting(pass: Pass): Promise<void> {
  const { inbox, clock, links } = pass.deps;
  const now = clock.now();
  const paused = await inbox.dueLater(pass.scope, now + LONGEST_PAUSE_MS, PAUSED_AT_MOST);
  const invoices = paused.filter(({ news, dueAt }) => news.type === 'invoice' && news.side === 'ges' && dueAt > now);
  const linkOf = await links.getLinks(
    pass.scope,
    'invoice',
    invoices.map(({ news }) => news.id),
  );
  for (const later of invoices.filter(({ news }) => linkOf.get(news.id)?.status === 'pending')) {
    await inbox.putLater(pass.scope, later.news, now);
    await inbox.removeLater(pass.scope, later);
  }
}

const PAUSED_AT_MOST = 300;

/** A piece of work that no news asked for: a bulk run's, or of a record that goes along with another. */
export function runWork<G extends { readonly id: string; readonly revision: number }>(
  type: EntityType,
  snapshot: G,
  correlationId: string,
  now: number,
): Work<G> {
  return {
    type,
    gesId: snapshot.id,
    ges: { revision: snapshot.revision, change: 'updated', origin: 'bulk', snapshotAt: now, snapshot },
    fromRun: true,
    attempts: 0,
    correlationId,
    sources: [],
  };
}

function addTallies(a: Tally, b: Tally): Tally {
  return {
    synced: a.synced + b.synced,
    unchanged: a.unchanged + b.unchanged,
    attention: a.attention + b.attention,
    waiting: a.waiting + b.waiting,
    skipped: a.skipped + b.skipped,
  };
}
