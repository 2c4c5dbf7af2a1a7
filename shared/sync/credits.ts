import { allocated, allocationFor, asCredit, isCredit, refundNotSent, released, signChanged, toRelease, usedOf } from '../domain/credit.ts';
import { invoiceFields } from '../domain/invoice.ts';
import type { Base, Link } from '../domain/link.ts';
import { EMPTY_LEDGER, type Ledger } from '../domain/ledger.ts';
import { toPounds } from '../domain/money.ts';
import type { GesInvoice } from '../domain/records.ts';
import type { DocumentKind, OrganisationFacts, XeroInvoice } from '../domain/xero-invoice.ts';
import { act, guardRecord, type Acted } from './act.ts';
import { attentionStep } from './agree.ts';
import { attentionOutcomes, commitStep, type MarkerChange, type Step, type Told, type Untold } from './commit.ts';
import { forEachLimit } from './concurrency.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { readByIds, UNREADABLE, type GesRead } from './ges-reads.ts';
import { noteProven } from './facts.ts';
import { createInvoices, provenBy, readInvoices, type InvoiceEntity, type LoadedInvoice } from './invoices.ts';
import { showCredited } from './ledger-writes.ts';
import type { Pass } from './pass.ts';
import { ownNews, retryAt } from './retry.ts';
import { sendWrite, SIDE_BY_SIDE, WRITES_AT_ONCE } from './writes.ts';

/**
 * Credits (C13): invoices of GES with a negative total are credit notes in Xero. Their fields travel as those of invoices do; then each is set
 * against the invoice that it names. Both steps stand in the table before the first is sent: a credit whose ledger does not say that it was set
 * against its invoice is picked again.
 */

/** The entity of credits: that of invoices, with other doors on both sides. `numberOf`: of the invoice that one credits. */
export function createCredits(facts: OrganisationFacts, numberOf: (invoice: GesInvoice) => string | undefined): InvoiceEntity {
  const invoices = createInvoices(facts);
  const toXero = (invoice: GesInvoice): GesInvoice => asCredit(invoice, numberOf(invoice));
  return {
    ...invoices,
    ges: {
      fields: (invoice) => invoiceFields(toXero(invoice)),
      async read(pass, gesIds) {
        const read: GesRead<GesInvoice> = await invoices.ges.read(pass, gesIds);
        return new Map([...read].map(([id, invoice]) => [id, invoice === UNREADABLE ? invoice : toXero(invoice)]));
      },
      async write(pass, gesId, revision, patch, base) {
        const written = await invoices.ges.write(pass, gesId, revision, patch, base);
        return written.outcome === 'gone' ? written : { ...written, snapshot: toXero(written.snapshot) };
      },
    },
    xero: {
      ...invoices.xero,
      // Credit notes have no due date.
      fieldsAfter: (element) => ({ ...invoices.xero.fieldsAfter(element), ...(element.kind === 'create' ? { dueDate: '' } : {}) }),
      isMadeBy: (xero, { element, gesFields }) => {
        const contactId = (element as { contactId?: string } | undefined)?.contactId;
        return element !== undefined && xero.number === gesFields['number'] && xero.contactId === contactId;
      },
      async read(pass, xeroIds) {
        return new Map((await pass.books.creditsByIds(xeroIds)).map((credit) => [credit.invoiceId, credit]));
      },
      changedSince: async (pass, since) => (await pass.feeds.credits(since)).items,
      create: (pass, elements, key) =>
        pass.books.createCredits(
          elements.filter((element) => element.kind === 'create'),
          key,
        ),
      update: (pass, elements, key) =>
        pass.books.updateCredits(
          elements.flatMap(({ xeroId, element }) => (element.kind === 'create' ? [] : [{ ...element, invoiceId: xeroId }])),
          key,
        ),
    },
  };
}

/** Is it a credit by what both sides agreed on, and otherwise by what GES shows? */
export function isLoadedCredit({ link, base, ges }: LoadedInvoice): boolean {
  return isCredit(link?.xeroId === undefined ? ges.fields['gross'] : base?.ges['gross']);
}

/** One credit on its way through a pass. */
interface CreditJob {
  readonly record: LoadedInvoice;
  readonly gesId: string;
  stored: Link | undefined;
  step: Step;
  readonly base: Base;
  readonly ledger: Ledger;
  xero: XeroInvoice;
  /** What Xero's figures make of CIS is part of what is used. */
  readonly pennies: 0;
  /** InvoiceID of the invoice that it credits, if that is in Xero. */
  readonly invoiceId: string | undefined;
}

/**
 * Brings credits into step. Xero calls: one per 50 created and one per 50 changed, one per allocation taken back or made, and one per 40 invoices
 * that are credited. GES calls: one per 500 credited invoices that were never sent, and one per credit of which another amount is used.
 */
export async function syncCredits(pass: Pass, credits: readonly LoadedInvoice[], facts: OrganisationFacts): Promise<void> {
  if (credits.length === 0) return;
  const targets = await targetsOf(pass, credits);
  const numberOf = ({ creditsInvoiceId }: GesInvoice): string | undefined => targets.get(creditsInvoiceId ?? '')?.number;
  const entity = createCredits(facts, numberOf);
  const proven: DocumentKind[] = [];
  const jobs: CreditJob[] = [];
  const ready: LoadedInvoice[] = [];
  await forEachLimit(credits, WRITES_AT_ONCE, (record) =>
    guardRecord(pass, record.work, record.link, async () => {
      const current = withSnapshot(record, entity, numberOf);
      if (hasTurned(current)) return askAboutSign(pass, current);
      ready.push(await takeBack(pass, current, targets.get(creditsOf(current))?.xeroId, facts));
    }),
  );
  await act(entity, pass, ready, async (acted) => {
    const job = await storeFields(pass, acted, (record) => targets.get(creditsOf(record))?.xeroId);
    if (job !== undefined) jobs.push(job);
    if (acted.wrote.xero) proven.push(...provenBy(acted));
  });
  await noteProven(pass, facts, proven);
  const open = jobs.filter(({ ledger, invoiceId }) => ledger.allocation === undefined && invoiceId !== undefined);
  const invoices = await readInvoices(
    pass,
    open.flatMap(({ invoiceId }) => invoiceId ?? []),
  );
  // One invoice may have several credits: what is due there is known after each.
  for (const job of open) await guardRecord(pass, job.record.work, job.stored, () => allocate(pass, job, invoices, targets));
  const done = jobs.filter((job) => !open.includes(job));
  await forEachLimit(done, SIDE_BY_SIDE, (job) =>
    guardRecord(pass, job.record.work, job.stored, () => finish(pass, job, [], { allocation: 'done' })),
  );
}

interface Target {
  readonly number: string;
  readonly xeroId: string | undefined;
}

/** The invoices that are credited, by GES id. */
async function targetsOf(pass: Pass, credits: readonly LoadedInvoice[]): Promise<ReadonlyMap<string, Target>> {
  const ids = [...new Set(credits.map(creditsOf).filter((id) => id !== ''))];
  const stored = await pass.deps.records.getRecords(pass.scope, 'invoice', ids);
  const isKnown = (id: string): boolean => stored.get(id)?.base?.ges['number'] !== undefined;
  const unknown = await readByIds(
    pass,
    'invoice',
    ids.filter((id) => !isKnown(id)),
    (query) => pass.ges.listInvoices(query),
  );
  return new Map(
    ids.flatMap((id) => {
      const { link, base } = stored.get(id) ?? {};
      const shown = unknown.get(id);
      const number = base?.ges['number'] ?? (shown === undefined || shown === UNREADABLE ? undefined : shown.number);
      return number === undefined ? [] : [[id, { number, xeroId: link?.xeroId }] as const];
    }),
  );
}

function creditsOf({ ges, base }: LoadedInvoice): string {
  return ges.snapshot?.creditsInvoiceId ?? ges.fields['credits'] ?? base?.ges['credits'] ?? '';
}

function withSnapshot(record: LoadedInvoice, entity: InvoiceEntity, numberOf: (invoice: GesInvoice) => string | undefined): LoadedInvoice {
  const { snapshot } = record.ges;
  if (snapshot === undefined) return record;
  const ges = { ...record.ges, fields: entity.ges.fields(snapshot), snapshot: asCredit(snapshot, numberOf(snapshot)) };
  return { ...record, ges };
}

/** Issued first as an invoice and then as a credit, or the reverse. */
export function hasTurned({ link, base, ges }: LoadedInvoice): boolean {
  return link?.xeroId !== undefined && isCredit(base?.ges['gross']) !== isCredit(ges.fields['gross']);
}

/** One commit. */
export async function askAboutSign(pass: Pass, record: LoadedInvoice): Promise<void> {
  pass.tally.counters.attention++;
  const problem = signChanged(isCredit(record.base?.ges['gross']));
  await commitStep(pass, record.link, attentionStep(pass, record, record.work.xeroAt ?? 0, problem));
}

/** Our own allocation is taken back where an edit or a void needs that; that it is to be made again is stored first. One Xero call each. */
async function takeBack(
  pass: Pass,
  record: LoadedInvoice,
  invoiceId: string | undefined,
  facts: OrganisationFacts,
): Promise<LoadedInvoice> {
  const { ges, base, link, xero, isDeletedInGes, isQuiet } = record;
  if (isQuiet || xero === undefined || base === undefined || link === undefined) return record;
  const gone = toRelease({ fields: ges.fields, isDeleted: isDeletedInGes }, base.ges, xero, invoiceId, facts);
  if (gone.length === 0) return record;
  const { allocation: _again, ...ledger } = base.ledger ?? EMPTY_LEDGER;
  const kept = { ...base, ledger };
  const stored = await commitStep(pass, link, { link, base: kept, put: [ownNews(pass, 'invoice', link.gesId)] });
  try {
    for (const { allocationId } of gone) await sendWrite(pass, () => pass.books.removeAllocation(xero.invoiceId, allocationId));
  } catch (failure) {
    if (!(failure instanceof AttentionFailure)) throw failure;
    return { ...record, link: stored, base: kept };
  }
  return { ...record, link: stored, base: kept, xero: released(xero, gone) };
}

/** Stores the fields, and that the credit is to be set against its invoice, where that is so. */
async function storeFields(
  pass: Pass,
  { record, step, xero = record.xero }: Acted<GesInvoice, XeroInvoice>,
  invoiceIdOf: (record: LoadedInvoice) => string | undefined,
): Promise<CreditJob | undefined> {
  const { work, link, base: before } = record;
  const isTried = xero?.status === 'DRAFT';
  if (step.link.xeroId === undefined || xero === undefined || step.link.deleted === true || isTried) {
    await commitStep(pass, link, step);
    return undefined;
  }
  const base = step.base ?? before ?? { ges: {}, xero: {} };
  const ledger = before?.ledger ?? EMPTY_LEDGER;
  const stored = await commitStep(pass, link, {
    ...step,
    base: { ...base, ledger },
    sources: [],
    ...(ledger.allocation === undefined ? { put: [ownNews(pass, 'invoice', work.gesId)] } : {}),
  });
  const invoiceId = invoiceIdOf(record);
  return { record, gesId: work.gesId, stored, step: { link: stored }, base, ledger, xero, pennies: 0, invoiceId };
}

/** Sets the credit against the invoice that it names, as far as that is due; the rest stays on account. One Xero call. */
async function allocate(
  pass: Pass,
  job: CreditJob,
  invoices: ReadonlyMap<string, XeroInvoice>,
  targets: ReadonlyMap<string, Target>,
): Promise<void> {
  const { xero, invoiceId = '' } = job;
  const invoice = invoices.get(invoiceId);
  const isSet = xero.credit?.allocations.some((allocation) => allocation.invoiceId === invoiceId) === true;
  const amount = isSet ? 0 : allocationFor(xero, invoice);
  if (amount === 0 || invoice === undefined) return finish(pass, job, [], { allocation: 'done' });
  const date = invoice.date > xero.date ? invoice.date : xero.date;
  try {
    const answer = await sendWrite(pass, () =>
      pass.books.allocateCredit(xero.invoiceId, { invoiceId, amount, date }, pass.deps.ids.next()),
    );
    if (answer.ok) {
      job.xero = allocated(xero, answer.record);
      const { number = '' } = targets.get(creditsOf(job.record)) ?? {};
      const text = `£${toPounds(amount)} of this credit was set against invoice ${number} in Xero.`;
      return await finish(pass, job, [{ code: 'allocated', text }], { allocation: 'done' });
    }
    const text = `This credit stays on account: ${answer.messages.join(' · ')}`;
    return await finish(pass, job, [{ code: 'not-allocated', text }], { allocation: 'done' });
  } catch (failure) {
    if (failure instanceof AttentionFailure) {
      const text = `This credit stays on account: ${failure.problem.detail ?? failure.problem.message}`;
      return finish(pass, job, [{ code: 'not-allocated', text }], { allocation: 'done' });
    }
    // Whether it was done is seen when the credit is read again.
    if (failure instanceof RetryFailure) return finish(pass, job, [], {}, retryAt(pass, job.record.work));
    throw failure;
  }
}

/** What is used of it is shown in GES, and the invoice that it credits is looked at (C12). One commit, one GES call where it is another amount. */
async function finish(
  pass: Pass,
  job: CreditJob,
  notes: readonly Told[],
  ledger: Pick<Ledger, 'allocation'>,
  againAt?: number,
): Promise<void> {
  const { record, gesId, base, xero } = job;
  const { work } = record;
  const credited = usedOf(xero) === 0 ? 0 : -usedOf(xero);
  const isAlive = !record.isDeletedInGes && base.ges['status'] !== 'void';
  const isNew = isAlive && credited !== job.ledger.credited && againAt === undefined;
  const shown = isNew ? await showCredited(pass, job, credited) : undefined;
  const retry = isNew && shown === undefined ? retryAt(pass, work) : againAt;
  const now = pass.deps.clock.now();
  const target = creditsOf(record);
  const next: Ledger = {
    ...job.ledger,
    ...ledger,
    isGesRead: true,
    credited: shown?.outcome === 'credited' ? credited : job.ledger.credited,
  };
  const refunds = await refundsOf(pass, work);
  const isAllocated = notes.some(({ code }) => code === 'allocated');
  await commitStep(pass, job.stored, {
    link: job.step.link,
    ...(JSON.stringify(next) === JSON.stringify(job.ledger) ? {} : { base: { ...base, ledger: next } }),
    notes,
    markers: refunds.map(({ marker }) => marker),
    outcomes: refunds.flatMap(({ outcomes }) => outcomes),
    sources: work.sources,
    putLater: [
      ...(isAllocated && target !== '' ? [{ dueAt: now, news: ownNews(pass, 'invoice', target) }] : []),
      ...(retry === undefined ? [] : [{ dueAt: retry, news: ownNews(pass, 'invoice', gesId) }]),
    ],
  });
}

interface Refund {
  readonly marker: MarkerChange;
  readonly outcomes: readonly Untold[];
}

/** Payments that GES has on a credit: a person is asked about each, none is sent. One table read where there are any. */
async function refundsOf(pass: Pass, { gesId: invoiceId, gesPayments }: LoadedInvoice['work']): Promise<readonly Refund[]> {
  if (gesPayments.length === 0) return [];
  const known = await pass.deps.records.getMarkers(
    pass.scope,
    gesPayments.map(({ id }) => id),
  );
  const statusAt = new Date(pass.deps.clock.now()).toISOString();
  return gesPayments.flatMap(({ id, revision, snapshot }): readonly Refund[] => {
    const before = known.get(id);
    if (snapshot === undefined || (before?.gesRevision ?? 0) >= revision) return [];
    const marker = { gesId: id, invoiceId, statusAt, gesRevision: revision };
    if (snapshot === null) return [{ marker: { before, after: { ...marker, status: 'synced', deleted: true } as const }, outcomes: [] }];
    const problem = refundNotSent(snapshot.amount);
    const outcomes = attentionOutcomes(before ?? { ...marker, status: 'pending' }, problem, { type: 'payment', id });
    return [{ marker: { before, after: { ...marker, status: 'attention', problem } as const }, outcomes }];
  });
}
