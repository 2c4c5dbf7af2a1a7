import type { Link } from '../domain/link.ts';
import { toPence, toPounds } from '../domain/money.ts';
import { isTwin, paymentFields, paymentIdIn, xeroPaymentFields } from '../domain/payment.ts';
import type { GesInvoice, GesPayment } from '../domain/records.ts';
import type { XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import type { Pass } from './deps.ts';
import type { Ready } from './driver.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { keepAgreed, keepAttention } from './keep.ts';
import { putOff } from './putOff.ts';

/** A payment deleted in Xero waits this long: bookkeepers delete and match anew to the bank line (D5). */
const DELETION_WAIT_MS = 15 * 60_000;
const GES_PAGE = 500;

type InvoiceReady = Ready<GesInvoice, XeroInvoice>;

/**
 * Payments entered or deleted in Xero: seen by a paid amount that linked payments do not explain (F7). Runs before the invoices are
 * decided on, so that a crash cannot lose them: the invoice's own news is still there. Xero calls: one per invoice whose paid amount differs.
 */
export async function followXeroPayments(pass: Pass, records: readonly InvoiceReady[]): Promise<readonly InvoiceReady[]> {
  const after: InvoiceReady[] = [];
  for (const record of records) {
    const { link, xero } = record;
    const differs = link?.xeroId !== undefined && xero !== undefined && xero.amountPaid !== (link.paidInXero ?? 0);
    const followed = differs ? await followGuarded(pass, record, link, xero) : link;
    if (followed !== 'left') after.push({ ...record, link: followed });
  }
  return after;
}

/** One invoice's trouble with GES never holds up another (F2): it needs a person, or is tried again later. */
async function followGuarded(pass: Pass, record: InvoiceReady, link: Link, xero: XeroInvoice): Promise<Link | 'left'> {
  try {
    return await followOne(pass, record, link, xero);
  } catch (error) {
    if (error instanceof AttentionFailure) {
      const seen = { gesRevision: record.ges.revision, xeroAt: record.work.xeroAt ?? 0 };
      await pass.deps.outcomes.publish(await keepAttention(pass, record.work, link, seen, error.problem));
    } else if (error instanceof RetryFailure) {
      await putOff(pass, record.work, error.message);
    } else throw error;
    return 'left';
  }
}

async function followOne(pass: Pass, record: InvoiceReady, link: Link, xero: XeroInvoice): Promise<Link> {
  const payments = await pass.books.paymentsOfInvoice(xero.invoiceId);
  const aliases = await pass.deps.links.findAliases(
    pass.scope,
    'payment',
    payments.map((payment) => payment.paymentId),
  );
  const live = payments.filter((payment) => payment.status === 'AUTHORISED');
  const added = live.filter((payment) => !aliases.has(payment.paymentId));
  const removed = payments.filter((payment) => payment.status === 'DELETED' && aliases.has(payment.paymentId));
  const orphans = await linksOf(
    pass,
    removed.flatMap((payment) => aliases.get(payment.paymentId) ?? []),
    new Set(removed.map((payment) => payment.paymentId)),
  );

  const takenOver = new Set<string>();
  if (added.length > 0) {
    const inGes = await gesPaymentsOf(pass, record);
    for (const payment of added) {
      const orphan = orphans.find(({ gesId }) => !takenOver.has(gesId) && hasAmount(inGes, gesId, payment.amount));
      if (orphan !== undefined) takenOver.add(orphan.gesId);
      await bringToGes(pass, record, payment, inGes, orphan);
    }
  }
  for (const orphan of orphans) if (!takenOver.has(orphan.gesId)) await waitWithDeletion(pass, orphan);
  const paidInXero = live.reduce((sum, payment) => sum + payment.amount, 0);
  return pass.deps.links.putLink(pass.scope, { ...link, paidInXero });
}

/** One payment entered in Xero becomes, or turns out to be, a GES payment: the one it replaces (D5), its twin (D4), or a new one (D3). */
async function bringToGes(
  pass: Pass,
  record: InvoiceReady,
  payment: XeroPayment,
  inGes: readonly UnlinkedOrNot[],
  orphan: Link | undefined,
): Promise<void> {
  const due = toPence(record.ges.snapshot?.balance.due ?? '0.00');
  const unlinked = inGes.filter(({ link }) => link?.xeroId === undefined && link?.deleted !== true);
  // What carries our id is ours, however its link was lost (C11).
  const own = unlinked.find(({ ges }) => ges.id === paymentIdIn(payment.reference));
  const twin = orphan === undefined ? (own ?? unlinked.find(({ ges }) => isTwin(ges, payment, due))) : undefined;
  const known = orphan === undefined ? twin?.ges : inGes.find(({ ges }) => ges.id === orphan.gesId)?.ges;
  const ges = known ?? (await createInGes(pass, record.work.gesId, payment));
  const link = orphan ?? twin?.link;
  const bases = await pass.deps.links.getBases(pass.scope, 'payment', [ges.id]);
  const text = orphan !== undefined ? 'replaces one deleted there' : twin !== undefined ? 'is the same payment' : 'was entered there';
  await keepAgreed(
    pass,
    'payment',
    ges.id,
    { link, base: bases.get(ges.id) },
    {
      xeroId: payment.paymentId,
      ges: { fields: paymentFields(ges), revision: ges.revision },
      xero: { fields: xeroPaymentFields(payment), seenAt: payment.updatedAt },
      warnings: [],
      nameSuffix: undefined,
      notes: [{ code: 'payment-from-xero', text: `A payment of £${toPounds(payment.amount)} in Xero ${text}.` }],
    },
  );
  const entity = { type: 'payment', id: ges.id } as const;
  const { accountId } = pass.scope;
  await pass.deps.outcomes.publish([{ kind: 'RecordSynced', accountId, entity, xeroId: payment.paymentId, direction: 'to-ges' }]);
}

/** D3: method other, with Xero's date and amount. The key makes a repeat after a crash answer the same payment. */
function createInGes(pass: Pass, invoiceId: string, payment: XeroPayment): Promise<GesPayment> {
  const { amount, date, reference, paymentId } = payment;
  const body = { invoiceId, amount: toPounds(amount), date, method: 'other', reference } as const;
  return pass.deps.ges.createPayment(pass.scope.accountId, body, `xero-payment-${paymentId}`);
}

/** The deletion is looked at again in a quarter of an hour, unless a new payment has taken the link over by then (D5). */
async function waitWithDeletion(pass: Pass, { gesId, xeroId }: Link): Promise<void> {
  const { inbox, clock, ids } = pass.deps;
  if (xeroId === undefined) return;
  const now = clock.now();
  const news = { type: 'payment', side: 'xero', id: xeroId, rank: 'live', change: 'updated', order: now, receivedAt: now } as const;
  await inbox.putLater(pass.scope, { ...news, correlationId: ids.next() }, now + DELETION_WAIT_MS);
  pass.log.info('payment deleted in Xero, waiting before it is deleted in GES', { gesId, xeroId });
}

interface UnlinkedOrNot {
  readonly ges: GesPayment;
  readonly link: Link | undefined;
}

/** The invoice's payments in GES, with their links. GES calls: one, or two when the invoice itself must be read. */
async function gesPaymentsOf(pass: Pass, record: InvoiceReady): Promise<readonly UnlinkedOrNot[]> {
  const { gesId } = record.work;
  const issued = record.ges.snapshot?.issueDate ?? record.base?.ges['issueDate'] ?? '';
  const page = await pass.deps.ges.listPayments(pass.scope.accountId, { issuedFrom: issued, issuedTo: issued, limit: GES_PAGE });
  const ofInvoice = page.items.filter((payment) => payment.invoiceId === gesId);
  const links = await pass.deps.links.getLinks(
    pass.scope,
    'payment',
    ofInvoice.map((payment) => payment.id),
  );
  return ofInvoice.map((ges) => ({ ges, link: links.get(ges.id) }));
}

/** Links that still point at one of these Xero payments and are no tombstones. */
async function linksOf(pass: Pass, gesIds: readonly string[], xeroIds: ReadonlySet<string>): Promise<readonly Link[]> {
  const links = await pass.deps.links.getLinks(pass.scope, 'payment', gesIds);
  return [...links.values()].filter((link) => link.deleted !== true && link.xeroId !== undefined && xeroIds.has(link.xeroId));
}

function hasAmount(inGes: readonly UnlinkedOrNot[], gesId: string, amount: number): boolean {
  return inGes.some(({ ges }) => ges.id === gesId && toPence(ges.amount) === amount);
}
