import type { Link } from '../domain/link.ts';
import { voidWithMoney } from '../domain/invoice-problems.ts';
import { toPence, toPounds } from '../domain/money.ts';
import { meetPayments, type MeetingCandidate, type PaymentMeeting } from '../domain/payment-meeting.ts';
import { DELETION_WAIT_MS, paymentFields, xeroPaymentFields } from '../domain/payment.ts';
import { paymentChanged } from '../domain/payment-problems.ts';
import { unexpectedRecord } from '../domain/problems.ts';
import type { GesInvoice, GesPayment } from '../domain/records.ts';
import type { XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import type { Pass } from './deps.ts';
import type { Ready } from './driver.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { unreadableOf } from './ges-reads.ts';
import { keepAgreed, keepAttention, linkOr, outcomesOf } from './keep.ts';
import { lookAgainInXero } from './look-again.ts';
import { paymentsIssued } from './payments-along.ts';
import { putOff } from './put-off.ts';

type InvoiceReady = Ready<GesInvoice, XeroInvoice>;

/**
 * Payments entered or deleted in Xero: seen by a paid amount that linked payments do not explain (F7), or by a change in Xero, told or just
 * found, of an invoice with money on it, for a payment may have been replaced by one of the same amount (D5). Runs before the invoices are
 * decided on, so that a crash cannot lose them: the invoice's own news is still there. Leaves out the invoices that need a person or another
 * try. `orphans`: payments deleted in Xero that are decided on in this pass, GES id → GES id of the invoice, which is looked at in any case.
 * Xero calls: one per such invoice.
 */
export async function followXeroPayments(
  pass: Pass,
  records: readonly InvoiceReady[],
  orphans: ReadonlyMap<string, string> = new Map(),
): Promise<readonly InvoiceReady[]> {
  const after: InvoiceReady[] = [];
  const suspects = new Set(orphans.values());
  for (const record of records) {
    const { link, xero, work } = record;
    const paid = link?.paidInXero ?? 0;
    // Nothing is entered on an invoice that has ended in GES: its void waits for a person while money lies on it (C4).
    const hasEnded = record.isDeletedInGes || record.ges.fields['status'] === 'void';
    const isChanged = xero !== undefined && (work.xeroAt !== undefined || xero.updatedAt > (link?.xeroSeenAt ?? 0));
    const isDue = xero?.amountPaid !== paid || (isChanged && paid !== 0) || suspects.has(work.gesId);
    const isOpen = isDue && !hasEnded && xero !== undefined && link?.xeroId !== undefined;
    const followed = isOpen ? await followGuarded(pass, record, { link, xero, orphans }) : link;
    if (followed !== 'left') after.push({ ...record, link: followed });
  }
  return after;
}

/** An invoice that is linked, what Xero has of it now, and `orphans` as above. */
interface Followed {
  readonly link: Link;
  readonly xero: XeroInvoice;
  readonly orphans: ReadonlyMap<string, string>;
}

/** One invoice's trouble with GES never holds up another (F2): it needs a person, or is tried again later. */
async function followGuarded(pass: Pass, record: InvoiceReady, followed: Followed): Promise<Link | 'left'> {
  try {
    return await followOne(pass, record.work.gesId, followed);
  } catch (error) {
    if (error instanceof AttentionFailure) {
      const seen = { gesRevision: record.ges.revision, xeroAt: record.work.xeroAt ?? 0 };
      await pass.deps.outcomes.publish(await keepAttention(pass, record.work, followed.link, seen, error.problem));
    } else if (error instanceof RetryFailure) {
      await putOff(pass, record.work, error.message);
    } else throw error;
    return 'left';
  }
}

async function followOne(pass: Pass, gesId: string, { link, xero, orphans: inHand }: Followed): Promise<Link> {
  const { links } = pass.deps;
  const payments = await pass.books.paymentsOfInvoice(xero.invoiceId);
  const holders = await links.findAliases(
    pass.scope,
    'payment',
    payments.map((payment) => payment.paymentId),
  );
  const linkOf = await links.getLinks(pass.scope, 'payment', [...new Set(holders.values())]);
  /** The link that points at the payment; after a crash there may be only an alias (design §5, step 8). */
  const pointing = ({ paymentId }: XeroPayment): Link | undefined => {
    const found = linkOf.get(holders.get(paymentId) ?? '');
    return found?.xeroId === paymentId ? found : undefined;
  };
  const live = payments.filter((payment) => payment.status === 'AUTHORISED');
  const added = live.filter((payment) => pointing(payment) === undefined);
  const deleted = payments.filter((payment) => payment.status === 'DELETED');
  const orphans = deleted.flatMap((payment) => {
    const link = pointing(payment);
    return link === undefined || link.deleted === true ? [] : [{ ...link, deletedAt: payment.updatedAt }];
  });

  const met = added.length === 0 ? [] : await meetInGes(pass, gesId, added, holders, orphans);
  // Those that GES has come first: what is made for a new one may turn out to be one of them, made before (see `createInGes`).
  const inOrder = [...met.filter(({ how }) => how !== 'new'), ...met.filter(({ how }) => how === 'new')];
  for (const meeting of inOrder) await bringToGes(pass, gesId, meeting, holders.get(meeting.payment.paymentId));
  const takenOver = new Set(met.map((meeting) => ('ges' in meeting ? meeting.ges.id : undefined)));
  for (const orphan of orphans) if (!takenOver.has(orphan.gesId)) await waitWithDeletion(pass, orphan, inHand.has(orphan.gesId));
  const paidInXero = live.reduce((sum, payment) => sum + payment.amount, 0);
  return paidInXero === link.paidInXero ? link : links.putLink(pass.scope, { ...link, paidInXero });
}

/** What new Xero payments are in GES. GES calls: two, more where over 500 payments lie on invoices of the same day. */
async function meetInGes(
  pass: Pass,
  invoiceId: string,
  added: readonly XeroPayment[],
  holders: ReadonlyMap<string, string>,
  orphans: readonly Link[],
): Promise<readonly PaymentMeeting[]> {
  const page = await pass.deps.ges.listInvoices(pass.scope.accountId, { ids: [invoiceId], limit: 1 });
  const [invoice] = page.items;
  // Without the invoice its payments cannot be known, and a payment made blindly might be there already (F3).
  const isUnreadable = unreadableOf(pass, 'invoice', page).length > 0;
  if (isUnreadable) throw new RetryFailure('GES has the invoice of a payment in Xero in a form that cannot be read', 'server-error');
  if (invoice === undefined) throw new AttentionFailure(voidWithMoney());
  const { issueDate: day } = invoice;
  const { payments, isComplete } = await paymentsIssued(pass, day, day, new Set([invoiceId]));
  if (!isComplete) throw new RetryFailure('GES has a payment of that day that cannot be read', 'server-error');
  const links = await pass.deps.links.getLinks(
    pass.scope,
    'payment',
    payments.map((payment) => payment.id),
  );
  const candidates = payments.map((ges): MeetingCandidate => {
    const link = links.get(ges.id);
    const isOrphan = orphans.some(({ gesId }) => gesId === ges.id);
    return { ges, standing: isOrphan ? 'orphan' : link?.xeroId === undefined && link?.deleted !== true ? 'unlinked' : 'linked' };
  });
  return meetPayments(added, candidates, holders, toPence(invoice.balance.due));
}

const MEETING_TEXTS: Readonly<Record<Exclude<PaymentMeeting['how'], 'gone'>, string>> = {
  ours: 'is the one that we entered there',
  replacement: 'replaces one deleted there',
  twin: 'is the same payment',
  new: 'was entered there',
};

/** Links a Xero payment with the GES payment that it is; one that GES does not know is made there (D3). */
async function bringToGes(pass: Pass, invoiceId: string, meeting: PaymentMeeting, begunWith: string | undefined): Promise<void> {
  const { payment, how } = meeting;
  // Begun to be linked with a GES payment that is another's by now: thrown by the store, it would hold up the whole account (F2).
  if (how === 'new' && begunWith !== undefined)
    throw new AttentionFailure(unexpectedRecord(`Payment ${payment.paymentId} in Xero was begun to be linked with ${begunWith}.`));
  if (how === 'gone') return finishBegun(pass, meeting.gesId, payment);
  const ges = how === 'new' ? await createInGes(pass, invoiceId, payment) : meeting.ges;
  const { links } = pass.deps;
  const [linkOf, baseOf] = await Promise.all([
    links.getLinks(pass.scope, 'payment', [ges.id]),
    links.getBases(pass.scope, 'payment', [ges.id]),
  ]);
  const before = linkOf.get(ges.id);
  // One that was begun to be linked may have been changed in GES since: agreed is what Xero has, and GES differs from it (D6).
  const amount = toPounds(payment.amount);
  const problem = toPence(ges.amount) === payment.amount ? undefined : paymentChanged(['amount']);
  const stored = { link: before, base: baseOf.get(ges.id) };
  const link = await keepAgreed(pass, 'payment', ges.id, stored, {
    xeroId: payment.paymentId,
    ges: { fields: { ...paymentFields(ges), amount }, revision: ges.revision },
    xero: { fields: xeroPaymentFields(payment), seenAt: payment.updatedAt },
    warnings: [],
    nameSuffix: undefined,
    notes: [{ code: 'payment-from-xero', text: `A payment of £${amount} in Xero ${MEETING_TEXTS[how]}.` }],
    problem,
  });
  await pass.deps.outcomes.publish(outcomesOf(pass, link, before, { xero: false, ges: true }, []));
}

/**
 * D3: method other, with Xero's date and amount. The key makes a repeat after a crash answer the same payment. Where that one has become
 * another Xero payment's meanwhile, its twin (D4), one more is made: each Xero payment has one of its own in GES.
 */
async function createInGes(pass: Pass, invoiceId: string, payment: XeroPayment): Promise<GesPayment> {
  const { amount, date, reference, paymentId } = payment;
  const body = { invoiceId, amount: toPounds(amount), date, method: 'other', reference } as const;
  for (let key = `xero-payment-${paymentId}`; ;) {
    const made = await pass.deps.ges.createPayment(pass.scope.accountId, body, key);
    const link = (await pass.deps.links.getLinks(pass.scope, 'payment', [made.id])).get(made.id);
    if (link?.xeroId === undefined || link.xeroId === paymentId) return made;
    key = `xero-payment-${paymentId}-besides-${made.id}`;
  }
}

/**
 * A crash came after the alias and before the link, and GES's payment was deleted before we came back: the link is finished, and the
 * payment looked at, so that the deletion is decided on as that of any linked payment (D5).
 */
async function finishBegun(pass: Pass, gesId: string, payment: XeroPayment): Promise<void> {
  const { links, clock } = pass.deps;
  const stored = (await links.getLinks(pass.scope, 'payment', [gesId])).get(gesId);
  const { deleted: _begun, problem: _old, ...rest } = linkOr(stored, 'payment', gesId);
  await lookAgainInXero(pass, 'payment', payment.paymentId, Math.max(payment.updatedAt, rest.xeroSeenAt) + 1);
  const statusAt = new Date(clock.now()).toISOString();
  await links.putLink(pass.scope, { ...rest, xeroId: payment.paymentId, status: 'pending', statusAt });
}

/**
 * The deletion is looked at again in a quarter of an hour, unless a new payment has taken the link over by then (D5). Once that is over, it is
 * decided on: now, if the payment is in hand, or was when its link saw the deletion.
 */
async function waitWithDeletion(
  pass: Pass,
  { gesId, xeroId, xeroSeenAt, deletedAt }: Link & { readonly deletedAt: number },
  isInHand: boolean,
): Promise<void> {
  const { inbox, clock, ids } = pass.deps;
  const now = clock.now();
  const isDone = now - deletedAt >= DELETION_WAIT_MS && (isInHand || xeroSeenAt >= deletedAt);
  if (xeroId === undefined || isDone) return;
  // Newer than the deletion by whichever clock, so that news dealt with meanwhile does not make it old.
  const order = Math.max(now, deletedAt, xeroSeenAt) + 1;
  const news = { type: 'payment', side: 'xero', id: xeroId, rank: 'live', change: 'updated', order, receivedAt: now } as const;
  await inbox.putLater(pass.scope, { ...news, correlationId: ids.next() }, now + DELETION_WAIT_MS);
  pass.log.info('payment deleted in Xero, waiting before it is deleted in GES', { gesId, xeroId });
}
