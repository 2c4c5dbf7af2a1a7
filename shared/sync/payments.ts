import type { ActDecision } from '../domain/decision.ts';
import type { Link } from '../domain/link.ts';
import { decideLinkedPayment, decideNewPayment, paymentFields, paymentIdIn, xeroPaymentFields } from '../domain/payment.ts';
import { refusedByXero } from '../domain/problems.ts';
import type { GesPayment } from '../domain/records.ts';
import type { OrganisationFacts, PaymentElement, XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import type { Pass } from './deps.ts';
import type { Changed, Decided, Driver, Ready } from './driver.ts';
import { currentFacts, fresherFacts } from './facts.ts';
import { guarded } from './guarded.ts';
import type { ElementAnswer } from './ports.ts';

const GES_PAGE = 500;
const XERO_IDS = 100;
const DELETIONS_AT_ONCE = 4;

type PaymentReady = Ready<GesPayment, XeroPayment>;
type PaymentDecided = Decided<XeroPayment, PaymentElement>;

/** Payments: what the drain must know about them. The policy itself is in `domain/payment.ts`. */
export const payments: Driver<GesPayment, XeroPayment, PaymentElement> = {
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

  async readGes(pass, gesIds) {
    const found = new Map<string, GesPayment>();
    for (const ids of chunks(gesIds, GES_PAGE)) {
      const page = await pass.deps.ges.listPayments(pass.scope.accountId, { ids, limit: GES_PAGE });
      for (const payment of page.items) found.set(payment.id, payment);
    }
    return found;
  },
  async readXero(pass, xeroIds) {
    const read = await pass.books.paymentsByIds(xeroIds);
    return new Map(read.map((payment) => [payment.paymentId, payment]));
  },
  readXeroSince: (pass, since) => pass.books.paymentsModifiedSince(since),

  async decide(pass, records) {
    const facts = await currentFacts(pass);
    const invoices = await invoicesOfNew(pass, records);
    const decided = decideAll(pass, records, invoices, facts);
    const needsPerson = [...decided.values()].some(({ decision }) => decision.kind === 'attention');
    const fresher = needsPerson ? await fresherFacts(pass, facts) : undefined;
    return fresher === undefined ? decided : decideAll(pass, records, invoices, fresher);
  },
  refused: (_record: PaymentReady, _decision: ActDecision<PaymentElement>, messages) => ({
    kind: 'attention',
    problem: refusedByXero(messages),
  }),
  afterwards: notePaid,

  async writeGes(_pass, gesId) {
    throw new Error(`nothing of payment ${gesId} is ever changed in GES`);
  },
  async deleteInGes(pass, gesId, revision) {
    const deleted = await pass.deps.ges.deletePayment(pass.scope.accountId, gesId, revision);
    return deleted.outcome === 'conflict' ? deleted : { outcome: 'gone' };
  },
  create: (pass, elements, key) =>
    pass.books.createPayments(
      elements.filter((element) => element.kind === 'create'),
      key,
    ),
  update: deleteInXero,
};

/** Xero deletes payments one at a time: one call each, up to 4 side by side. */
async function deleteInXero(pass: Pass, elements: readonly { readonly xeroId: string }[], key: string) {
  const answers: ElementAnswer<XeroPayment>[] = [];
  await forEachLimit([...elements.entries()], DELETIONS_AT_ONCE, async ([index, { xeroId }]) => {
    answers[index] = await pass.books.deletePayment(xeroId, `${key}-${index}`);
  });
  return answers;
}

/** What the GES invoices of new payments are in Xero. Xero calls: one per 100 invoices. */
async function invoicesOfNew(pass: Pass, records: readonly PaymentReady[]): Promise<ReadonlyMap<string, XeroInvoice>> {
  const unlinked = records.filter((record) => record.link?.xeroId === undefined);
  const gesIds = [...new Set(unlinked.flatMap(({ ges }) => (ges.snapshot === undefined ? [] : [ges.snapshot.invoiceId])))];
  const links = await pass.deps.links.getLinks(pass.scope, 'invoice', gesIds);
  const xeroIds = [...links.values()].flatMap((link) => (link.xeroId === undefined ? [] : [link.xeroId]));
  const read = new Map<string, XeroInvoice>();
  for (const ids of chunks(xeroIds, XERO_IDS))
    for (const invoice of await pass.books.invoicesByIds(ids)) read.set(invoice.invoiceId, invoice);
  return new Map([...links].flatMap(([gesId, link]) => pair(gesId, read.get(link.xeroId ?? ''))));
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
  const due = new Map([...invoices].map(([gesId, invoice]) => [gesId, invoice.amountDue]));
  const decided = new Map<string, PaymentDecided>();
  for (const { work, link, base, ges, xero, isDeletedInGes } of records) {
    if (link?.xeroId !== undefined) {
      const side = { fields: ges.fields, deleted: isDeletedInGes };
      decided.set(work.gesId, { decision: decideLinkedPayment(side, xero, { ges: base?.ges ?? {} }, facts) });
    } else if (ges.snapshot === undefined) {
      decided.set(work.gesId, { decision: { kind: 'not-followed', reason: 'A3: never sent' } });
    } else {
      const { snapshot } = ges;
      const { invoiceId } = snapshot;
      const left = due.get(invoiceId) ?? 0;
      const context = { facts, paymentAccountId, invoice: invoices.get(invoiceId), due: left };
      const decision = guarded(pass.log, work, () => decideNewPayment(snapshot, context));
      if (decision.kind === 'act' && decision.xero.op === 'create' && decision.xero.element.kind === 'create') {
        due.set(invoiceId, left - decision.xero.element.amount);
      }
      decided.set(work.gesId, { decision });
    }
  }
  return decided;
}

/**
 * After payments were posted or deleted in Xero, the invoices' links learn what is paid by us, and what Xero's own change of the invoice
 * was, so that its webhook is seen as the echo it is (E3). Xero calls: one per 100 invoices.
 */
async function notePaid(pass: Pass, changes: readonly Changed<GesPayment, XeroPayment>[]): Promise<void> {
  const byInvoice = new Map<string, number>();
  for (const { xero } of changes) {
    const difference = xero.status === 'DELETED' ? -xero.amount : xero.amount;
    byInvoice.set(xero.invoiceId, (byInvoice.get(xero.invoiceId) ?? 0) + difference);
  }
  const aliases = await pass.deps.links.findAliases(pass.scope, 'invoice', [...byInvoice.keys()]);
  const links = await pass.deps.links.getLinks(pass.scope, 'invoice', [...aliases.values()]);
  const now = new Map<string, XeroInvoice>();
  for (const ids of chunks([...byInvoice.keys()], XERO_IDS)) {
    for (const invoice of await pass.books.invoicesByIds(ids)) now.set(invoice.invoiceId, invoice);
  }
  await forEachLimit([...links.values()], DELETIONS_AT_ONCE, async (link) => {
    const invoice = now.get(link.xeroId ?? '');
    const paidInXero = (link.paidInXero ?? 0) + (byInvoice.get(link.xeroId ?? '') ?? 0);
    await keepPaid(pass, link, paidInXero, invoice);
  });
}

/** Only where Xero shows just what we did is its change of the invoice ours; else its news must still be looked at. */
async function keepPaid(pass: Pass, link: Link, paidInXero: number, invoice: XeroInvoice | undefined): Promise<void> {
  const isOurs = invoice?.amountPaid === paidInXero;
  await pass.deps.links.putLink(pass.scope, {
    ...link,
    paidInXero,
    xeroSeenAt: isOurs ? Math.max(link.xeroSeenAt, invoice.updatedAt) : link.xeroSeenAt,
  });
}
