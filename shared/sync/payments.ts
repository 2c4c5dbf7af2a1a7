import type { ActDecision } from '../domain/decision.ts';
import { decideLinkedPayment, decideNewPayment, paymentFields, paymentIdIn, xeroPaymentFields } from '../domain/payment.ts';
import { refusedDocument } from '../domain/invoice-problems.ts';
import type { GesInvoice, GesPayment } from '../domain/records.ts';
import type { OrganisationFacts, PaymentElement, XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import { forEachLimit } from './concurrency.ts';
import type { Pass } from './deps.ts';
import type { Decided, Driver, Ready } from './driver.ts';
import { currentFacts, fresherFacts } from './facts.ts';
import { readByIds } from './ges-reads.ts';
import { guarded } from './guarded.ts';
import { keepTombstone } from './keep.ts';
import { lookAgainInXero } from './look-again.ts';
import type { ElementAnswer } from './ports.ts';
import { notePaid, readInvoices } from './paid-in-xero.ts';
import { putOff } from './put-off.ts';
import { isMadeByUs } from './work.ts';
import { followXeroPayments } from './xero-payments.ts';

const DELETIONS_AT_ONCE = 4;

type PaymentReady = Ready<GesPayment, XeroPayment>;
type PaymentDecided = Decided<XeroPayment, PaymentElement>;

/**
 * Payments: what the drain must know about them, for one pass. The policy itself is in `domain/payment.ts`. What the invoices of new
 * payments are in Xero is read once, before the decisions.
 */
export function createPayments(): Driver<GesPayment, XeroPayment, PaymentElement> {
  let invoices: ReadonlyMap<string, XeroInvoice> = new Map();
  let untouched: ReadonlySet<string> = new Set();
  return {
    type: 'payment',
    whenDeletedInGes: 'decide',
    parseSnapshot: (snapshot) => snapshot as GesPayment,
    revisionOf: (ges) => ges.revision,
    gesFields: paymentFields,
    xeroFields: xeroPaymentFields,
    xeroId: (xero) => xero.paymentId,
    xeroUpdatedAt: (xero) => xero.updatedAt,
    sentFields: (element) => (element.kind === 'create' ? { date: element.date, status: 'AUTHORISED' } : {}),
    isMadeBy: (xero, intent) => xero.status === 'AUTHORISED' && paymentIdIn(xero.reference) === intent.id,

    readGes: (pass, gesIds) => readByIds(pass, 'payment', gesIds, (query) => pass.deps.ges.listPayments(pass.scope.accountId, query)),
    async readXero(pass, xeroIds) {
      const read = await pass.books.paymentsByIds(xeroIds);
      return new Map(read.map((payment) => [payment.paymentId, payment]));
    },
    readXeroSince: (pass, since) => pass.books.paymentsModifiedSince(since),

    async beforeDecide(pass, records) {
      const met = await meetXeroPayments(pass, records);
      ({ invoices, untouched } = met);
      return met.records;
    },
    async decide(pass, records) {
      const facts = await currentFacts(pass);
      const decided = decideAll(pass, records, invoices, facts);
      const needsPerson = [...decided.values()].some(({ decision }) => decision.kind === 'attention');
      const fresher = needsPerson ? await fresherFacts(pass, facts) : undefined;
      return fresher === undefined ? decided : decideAll(pass, records, invoices, fresher);
    },
    refused: (_record: PaymentReady, _decision: ActDecision<PaymentElement>, messages) => ({
      kind: 'attention',
      problem: refusedDocument(messages),
    }),
    afterwards: (pass, written) => notePaid(pass, written, untouched),

    async writeGes(_pass, gesId) {
      throw new Error(`nothing of payment ${gesId} is ever changed in GES`);
    },
    async deleteInGes(pass, gesId, revision, base) {
      const deleted = await pass.deps.ges.deletePayment(pass.scope.accountId, gesId, revision);
      if (deleted.outcome === 'conflict') return deleted;
      await wakeInvoice(pass, base?.ges['invoiceId'] ?? '');
      return { outcome: 'gone' };
    },
    create: (pass, elements, key) =>
      pass.books.createPayments(
        elements.filter((element) => element.kind === 'create'),
        key,
      ),
    update: deleteInXero,
  };
}

/** Xero deletes payments one at a time: one call each, up to 4 side by side. */
async function deleteInXero(pass: Pass, elements: readonly { readonly xeroId: string }[], key: string) {
  const answers: ElementAnswer<XeroPayment>[] = [];
  await forEachLimit([...elements.entries()], DELETIONS_AT_ONCE, async ([index, { xeroId }]) => {
    answers[index] = await pass.books.deletePayment(xeroId, `${key}-${index}`);
  });
  return answers;
}

/**
 * Looks at the Xero invoices of payments that Xero may be told of, and first at what was entered there meanwhile: it may be the very same
 * payment (D4), and a webhook that comes late must not double it. `untouched`: the invoices that nobody has changed since we last saw
 * them. Xero calls: one per 100 invoices, one more per invoice whose paid amount differs, or that somebody has
 * changed with money on it: a payment may have been replaced.
 */
async function meetXeroPayments(pass: Pass, records: readonly PaymentReady[]) {
  const { links } = pass.deps;
  const gesIds = [...new Set(records.filter(isForXero).flatMap(({ ges }) => ges.fields['invoiceId'] ?? []))];
  const linkOf = await links.getLinks(pass.scope, 'invoice', gesIds);
  const xeroIds = [...linkOf.values()].flatMap((link) => (link.xeroId === undefined ? [] : [link.xeroId]));
  const read = await readInvoices(pass, xeroIds);
  const invoices = new Map([...linkOf].flatMap(([gesId, link]) => pair(gesId, read.get(link.xeroId ?? ''))));

  const known = [...invoices].map(([gesId, xero]) => ({ gesId, xero, link: linkOf.get(gesId) }));
  const untouched = new Set(known.flatMap(({ xero, link }) => (xero.updatedAt <= (link?.xeroSeenAt ?? 0) ? [xero.invoiceId] : [])));
  const isOdd = (record: PaymentReady): boolean => isOrphan(record) || isStray(record);
  const orphans = new Map(records.filter(isOdd).map(({ work, ges }) => [work.gesId, ges.fields['invoiceId'] ?? '']));
  const suspects = new Set(orphans.values());
  const surprising = known.filter(({ gesId, xero, link }) => {
    const paid = link?.paidInXero ?? 0;
    return xero.amountPaid !== paid || (paid !== 0 && !untouched.has(xero.invoiceId)) || suspects.has(gesId);
  });
  if (surprising.length === 0) return { records, invoices, untouched };
  const bases = await links.getBases(
    pass.scope,
    'invoice',
    surprising.map(({ gesId }) => gesId),
  );
  const looked = await followXeroPayments(
    pass,
    surprising.map(({ gesId, xero, link }): Ready<GesInvoice, XeroInvoice> => ({
      work: { type: 'invoice', gesId, fromRun: true, attempts: 0, correlationId: pass.deps.ids.next(), sources: [] },
      link,
      xero,
      base: bases.get(gesId),
      ges: { fields: bases.get(gesId)?.ges ?? {}, revision: link?.gesRevision ?? 0, snapshot: undefined },
      isDeletedInGes: false,
    })),
    orphans,
  );
  const understood = new Set(looked.map(({ work }) => work.gesId));
  const isClear = (record: PaymentReady): boolean => {
    const isOpen = isOrphan(record) || (record.link?.xeroId === undefined && record.ges.snapshot !== undefined);
    const invoiceId = record.ges.fields['invoiceId'] ?? '';
    return !isOpen || understood.has(invoiceId) || !surprising.some(({ gesId }) => gesId === invoiceId);
  };
  for (const { work } of records.filter((record) => !isClear(record)))
    await putOff(pass, work, 'what Xero has of its invoice is not clear');
  const met = await withNewLinks(pass, records.filter(isClear));
  const explained = new Set(looked.flatMap(({ work, link, xero }) => (xero?.amountPaid === (link?.paidInXero ?? 0) ? [work.gesId] : [])));
  return { records: await withoutStrays(pass, met, explained), invoices, untouched };
}

/** Made by us of what Xero had, and never linked: the answer was lost, or the process died (D3). */
function isStray({ work, link, ges }: PaymentReady): boolean {
  return isMadeByUs(work) && link?.xeroId === undefined && ges.snapshot !== undefined;
}

/**
 * Strays that no payment in Xero turned out to be: it was deleted there since, so they are deleted in GES (D5). `explained`: GES ids of
 * the invoices of which every payment in Xero is linked. GES calls: one each.
 */
async function withoutStrays(
  pass: Pass,
  records: readonly PaymentReady[],
  explained: ReadonlySet<string>,
): Promise<readonly PaymentReady[]> {
  const strays = new Set(records.filter((record) => isStray(record) && explained.has(record.ges.fields['invoiceId'] ?? '')));
  for (const { work, link, ges } of strays) {
    const { outcome } = await pass.deps.ges.deletePayment(pass.scope.accountId, work.gesId, ges.revision);
    if (outcome === 'conflict') await putOff(pass, work, 'changed in GES meanwhile');
    else await keepTombstone(pass, work, link);
    pass.log.info('made in GES of a payment that was deleted in Xero meanwhile', { gesId: work.gesId, outcome });
  }
  return records.filter((record) => !strays.has(record));
}

/** May Xero be told something, of a payment that it does not have or that was deleted in GES, or may Xero have another one in its place? */
function isForXero(record: PaymentReady): boolean {
  return record.link?.xeroId === undefined || record.isDeletedInGes || isOrphan(record);
}

/** Deleted in Xero alone: another payment there may be taking its place (D5). */
function isOrphan({ xero, isDeletedInGes }: PaymentReady): boolean {
  return xero?.status === 'DELETED' && !isDeletedInGes;
}

/** Records as they are after some of them were found in Xero. Xero calls: one for each that was. */
async function withNewLinks(pass: Pass, records: readonly PaymentReady[]): Promise<readonly PaymentReady[]> {
  const { links } = pass.deps;
  const gesIds = records.filter((record) => record.link?.xeroId === undefined || isOrphan(record)).map(({ work }) => work.gesId);
  const [linkOf, baseOf] = await Promise.all([
    links.getLinks(pass.scope, 'payment', gesIds),
    links.getBases(pass.scope, 'payment', gesIds),
  ]);
  const read = new Set(records.map(({ link }) => link?.xeroId));
  const unread = [...linkOf.values()].flatMap(({ xeroId }) => (xeroId === undefined || read.has(xeroId) ? [] : [xeroId]));
  const xeroOf = new Map((await pass.books.paymentsByIds(unread)).map((payment) => [payment.paymentId, payment]));
  return records.map((record) => {
    const link = linkOf.get(record.work.gesId);
    if (link === undefined) return record;
    const xero = link.xeroId === record.link?.xeroId ? record.xero : xeroOf.get(link.xeroId ?? '');
    return { ...record, link, base: baseOf.get(record.work.gesId), xero };
  });
}

/** An invoice that could not be made void because of its payments is looked at again (F1). */
async function wakeInvoice(pass: Pass, gesId: string): Promise<void> {
  const { clock, links } = pass.deps;
  const link = (await links.getLinks(pass.scope, 'invoice', [gesId])).get(gesId);
  if (link?.status === 'attention' && link.xeroId !== undefined) await lookAgainInXero(pass, 'invoice', link.xeroId, clock.now());
}

function pair(gesId: string, invoice: XeroInvoice | undefined): [string, XeroInvoice][] {
  return invoice === undefined ? [] : [[gesId, invoice]];
}

function decideAll(
  pass: Pass,
  records: readonly PaymentReady[],
  invoices: ReadonlyMap<string, XeroInvoice>,
  facts: OrganisationFacts,
): ReadonlyMap<string, PaymentDecided> {
  const { paymentAccountId } = pass.connection.settings;
  const now = pass.deps.clock.now();
  const due = new Map([...invoices].map(([gesId, invoice]) => [gesId, invoice.amountDue]));
  const decided = new Map<string, PaymentDecided>();
  for (const { work, link, base, ges, xero, isDeletedInGes } of records) {
    if (link?.xeroId === undefined) continue;
    const side = { fields: ges.fields, deleted: isDeletedInGes };
    const decision = guarded(pass.log, work, () => decideLinkedPayment(side, xero, { ges: base?.ges ?? {} }, { facts, now }));
    decided.set(work.gesId, { decision });
    // Deletions go before creations, so what they free may be paid anew in the same pass.
    const invoiceId = base?.ges['invoiceId'] ?? '';
    const isDeletion = decision.kind === 'act' && decision.xero.op === 'update';
    if (isDeletion && xero !== undefined) due.set(invoiceId, (due.get(invoiceId) ?? 0) + xero.amount);
  }
  for (const { work, link, ges } of records) {
    if (link?.xeroId !== undefined) continue;
    const { snapshot } = ges;
    if (snapshot === undefined) {
      decided.set(work.gesId, { decision: { kind: 'not-followed', reason: 'A3: never sent' } });
      continue;
    }
    if (isMadeByUs(work)) {
      decided.set(work.gesId, { decision: { kind: 'not-followed', reason: 'D3: it was made of a payment in Xero' } });
      continue;
    }
    const { invoiceId } = snapshot;
    const left = due.get(invoiceId) ?? 0;
    const context = { facts, paymentAccountId, invoice: invoices.get(invoiceId), due: left };
    const decision = guarded(pass.log, work, () => decideNewPayment(snapshot, context));
    if (decision.kind === 'act' && decision.xero.op === 'create' && decision.xero.element.kind === 'create') {
      due.set(invoiceId, left - decision.xero.element.amount);
    }
    decided.set(work.gesId, { decision });
  }
  return decided;
}
