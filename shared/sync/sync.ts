import { creditOfPennies } from '../domain/invoice-totals.ts';
import type { GesCustomer, GesInvoice } from '../domain/records.ts';
import { EMPTY_LEDGER } from '../domain/ledger.ts';
import type { DocumentKind, XeroInvoice } from '../domain/xero-invoice.ts';
import { isArchivedInXero } from '../domain/customer-policy.ts';
import type { Link } from '../domain/link.ts';
import { act, type Acted } from './act.ts';
import { CONTACT_AGAIN_MS, waitsForContact } from './agree.ts';
import { commitStep } from './commit.ts';
import { askAboutSign, hasTurned, isLoadedCredit, syncCredits } from './credits.ts';
import { customers } from './customers.ts';
import { creditDiscounts } from './discounts.ts';
import type { Doubts } from './doubts.ts';
import type { LoadedInvoice } from './invoices.ts';
import { createInvoices, provenBy } from './invoices.ts';
import { currentFacts, doubtFact, factsForCis, noteProven } from './facts.ts';
import { readByIds, readPaymentsOf, UNREADABLE, type PaymentsRead } from './ges-reads.ts';
import { syncLedgers } from './ledgers.ts';
import { load } from './load.ts';
import type { MoneyJob } from './money-job.ts';
import type { Pass } from './pass.ts';
import { LONGEST_PAUSE_MS, waitWithRecord } from './retry.ts';
import { runWork, type Work } from './work.ts';

/** What one pass brings into step. */
export interface Works {
  readonly customers: readonly Work<GesCustomer>[];
  readonly invoices: readonly Work<GesInvoice>[];
}

/** Brings the records of a pass into step, in the order in which they depend on each other: customers, invoices, their money (F2). */
export async function syncWorks(pass: Pass, works: Works, doubts: Doubts): Promise<void> {
  const before = pass.tally.commits;
  const isRestored = await syncCustomers(pass, [...works.customers, ...(await customersAlong(pass, works))], doubts.customer);
  if (pass.tally.commits > before) await wakeWaiting(pass, isRestored);
  await syncInvoices(pass, works.invoices, doubts);
}

/** Returns whether a contact that was archived in Xero takes invoices again (B5). */
async function syncCustomers(pass: Pass, works: readonly Work<GesCustomer>[], inDoubt: ReadonlyMap<string, number>): Promise<boolean> {
  if (works.length === 0) return false;
  let isRestored = false;
  const loaded = await load(customers, pass, await withoutDoubtful(pass, works, inDoubt));
  await act(customers, pass, loaded, async ({ record, step }) => {
    const link = await commitStep(pass, record.link, step);
    isRestored ||= isArchivedInXero(record.link) && !isArchivedInXero(link);
  });
  return isRestored;
}

async function syncInvoices(pass: Pass, works: readonly Work<GesInvoice>[], doubts: Doubts): Promise<void> {
  if (works.length === 0) return;
  const certain = await withoutDoubtful(pass, works, doubts.invoice);
  const hasCis = certain.some(({ ges }) => ges?.snapshot?.lines.some((line) => line.cis !== null) === true);
  const facts = await (hasCis ? factsForCis(pass) : currentFacts(pass));
  const entity = createInvoices(facts);
  const all = await load(entity, pass, certain);
  const loaded = all.filter((record) => !isLoadedCredit(record) && !hasTurned(record));
  for (const record of all.filter((one) => !isLoadedCredit(one) && hasTurned(one))) await askAboutSign(pass, record);
  const first = await firstPayments(pass, loaded);
  const jobs: MoneyJob[] = [];
  const proven: DocumentKind[] = [];
  await act(entity, pass, loaded, async (acted) => {
    const job = await storeFields(pass, acted, first);
    if (job !== undefined) jobs.push(job);
    if (acted.wrote.xero) proven.push(...provenBy(acted));
    if (acted.wrote.xero && acted.step.link.problem?.code === 'cis-rate-differs') await doubtFact(pass, 'cis');
  });
  await noteProven(pass, facts, proven);
  await syncLedgers(pass, jobs, facts, doubts.payment);
  await creditDiscounts(pass, jobs, facts);
  await syncCredits(pass, all.filter(isLoadedCredit), facts);
}

/** An invoice that goes takes all its payments along, whatever their dates (A3). One GES call per 100 invoices that were never sent. */
async function firstPayments(pass: Pass, loaded: readonly LoadedInvoice[]): Promise<PaymentsRead | undefined> {
  const going = loaded.filter(({ link, ges }) => link?.xeroId === undefined && ges.snapshot?.status === 'issued');
  if (going.length === 0) return undefined;
  return readPaymentsOf(
    pass,
    going.map(({ work }) => work.gesId),
  );
}

/**
 * Stores what became of an invoice's own fields where something was written; its news leaves with the last commit of its money. Returns the money
 * that is left to be looked into: none where the invoice is not in Xero, is only tried there (C7a), or is new there and GES has no payment of it.
 */
async function storeFields(
  pass: Pass,
  { record, step, xero, wrote, snapshot }: Acted<GesInvoice, XeroInvoice>,
  first: PaymentsRead | undefined,
): Promise<MoneyJob | undefined> {
  const { work, link, base } = record;
  const invoice = xero ?? record.xero;
  const isTried = invoice?.status === 'DRAFT' && step.link.status === 'pending';
  if (step.link.xeroId === undefined || invoice === undefined || step.link.deleted === true || isTried) {
    await commitStep(pass, link, step);
    return undefined;
  }
  const payments = first?.isWhole === true ? first.ofInvoice.get(work.gesId) : undefined;
  const pennies = creditOfPennies((step.base ?? base)?.ges ?? {}, invoice);
  const isUnpaid = pennies === 0 && payments?.length === 0 && invoice.amountPaid === 0 && invoice.amountCredited === 0;
  if (isUnpaid && work.gesPayments.length === 0 && base?.ledger === undefined && step.base !== undefined) {
    await commitStep(pass, link, { ...step, base: { ...step.base, ledger: { ...EMPTY_LEDGER, isGesRead: true } } });
    return undefined;
  }
  const hasWritten = wrote.ges || wrote.xero;
  const wasChanged = record.xero !== undefined && record.xero.updatedAt > (link?.xeroSeenAt ?? 0);
  // Until the money was looked into, a change in Xero before our own write stays unseen.
  const unseen = wasChanged ? { xeroSeenAt: link?.xeroSeenAt ?? 0 } : {};
  const stored = hasWritten ? await commitStep(pass, link, { ...step, link: { ...step.link, ...unseen }, sources: [] }) : link;
  return {
    work,
    gesId: work.gesId,
    number: snapshot?.number ?? record.ges.fields['number'] ?? '',
    xero: invoice,
    isDeletedInGes: record.isDeletedInGes,
    stored,
    step: hasWritten && stored !== undefined ? { link: { ...stored, xeroSeenAt: step.link.xeroSeenAt }, sources: work.sources } : step,
    wasChanged,
    pennies,
    base: step.base ?? base ?? { ges: {}, xero: {} },
    ledger: base?.ledger,
    ges: payments === undefined ? undefined : { kind: 'all', payments },
    xeroKnown: { payments: work.xeroPayments, isComplete: false },
    elsewhere: [],
  };
}

/** Records whose create is in doubt wait until that is known (F3). */
async function withoutDoubtful<G>(
  pass: Pass,
  works: readonly Work<G>[],
  inDoubt: ReadonlyMap<string, number>,
): Promise<readonly Work<G>[]> {
  const certain: Work<G>[] = [];
  for (const work of works) {
    const until = inDoubt.get(work.gesId);
    if (until === undefined) certain.push(work);
    else {
      pass.tally.counters.waiting++;
      await waitWithRecord(pass, work, 'an earlier create is in doubt', until);
    }
  }
  return certain;
}

/** An invoice that goes takes its customer along, if that was never sent (A3). GES calls: one per 500 such customers, and one per 500 invoices whose news came without a snapshot. */
async function customersAlong(pass: Pass, works: Works): Promise<readonly Work<GesCustomer>[]> {
  const coming = new Set(works.customers.map((work) => work.gesId));
  const asked = works.invoices.filter(({ ges, fromRun }) => fromRun || ges?.change === 'created' || ges?.origin === 'user');
  const unseen = asked.filter(({ ges }) => ges !== undefined && ges.snapshot === undefined).map(({ gesId }) => gesId);
  const seen = await readByIds(pass, 'invoice', unseen, (query) => pass.ges.listInvoices(query));
  const wanted = new Map(
    asked.flatMap(({ gesId, ges, correlationId }) => {
      const invoice = ges?.snapshot ?? seen.get(gesId);
      const isGoing = invoice !== undefined && invoice !== UNREADABLE && invoice.status === 'issued';
      return isGoing ? [[invoice.customerId, correlationId] as const] : [];
    }),
  );
  const missing = [...wanted.keys()].filter((customerId) => !coming.has(customerId));
  const links = await pass.deps.records.getLinks(pass.scope, 'customer', missing);
  const found = await customers.ges.read(
    pass,
    missing.filter((customerId) => !links.has(customerId)),
  );
  const now = pass.deps.clock.now();
  return [...found.values()].flatMap((customer) =>
    customer === UNREADABLE ? [] : [runWork('customer', customer, wanted.get(customer.id) ?? '', now)],
  );
}

/**
 * Customers have gone: invoices that wait for one are picked in the next pass instead of when their pause ends (F2); where a contact was restored,
 * those that waited for that, too (B5).
 */
async function wakeWaiting(pass: Pass, isRestored: boolean): Promise<void> {
  const { inbox, clock, records } = pass.deps;
  const now = clock.now();
  const horizon = isRestored ? CONTACT_AGAIN_MS : LONGEST_PAUSE_MS;
  const paused = await inbox.dueLater(pass.scope, now + horizon, PAUSED_AT_MOST);
  const invoices = paused.filter(({ news, dueAt }) => news.type === 'invoice' && (news.side === 'ges' || isRestored) && dueAt > now);
  if (invoices.length === 0) return;
  const linkOf = await records.getLinks(
    pass.scope,
    'invoice',
    invoices.map(({ news }) => news.recordId),
  );
  const isWoken = (link: Link | undefined): boolean =>
    link?.status === 'pending' || (isRestored && waitsForContact('invoice', link?.problem));
  for (const later of invoices.filter(({ news }) => isWoken(linkOf.get(news.recordId)))) {
    await inbox.putLater(pass.scope, { dueAt: now, news: later.news });
    await inbox.removeLater(pass.scope, [later]);
  }
}

const PAUSED_AT_MOST = 300;
