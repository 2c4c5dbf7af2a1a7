import type { GesPayment } from '../domain/records.ts';
import type { GesKnown, GesDeletion } from '../domain/ledger.ts';
import type { XeroPayment } from '../domain/xero-invoice.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import type { FeedRead } from './feed.ts';
import type { Pass } from './pass.ts';
import type { News } from './records-port.ts';
import { FRESH_MS, type Work } from './work.ts';
import { SIDE_BY_SIDE } from './writes.ts';

/** What is known of payments without reading them: news of GES, and news that we store of Xero's. */

/** A payment in Xero as news of its invoice, carried along: nobody has to read it again. */
export function newsOfXeroPayment(pass: Pass, invoiceGesId: string, payment: XeroPayment): News {
  return {
    type: 'invoice',
    recordId: invoiceGesId,
    side: 'xero',
    entity: { type: 'payment', id: payment.paymentId },
    rank: 'live',
    change: 'updated',
    order: payment.updatedAt,
    receivedAt: pass.deps.clock.now(),
    snapshot: payment,
    correlationId: pass.deps.ids.next(),
  };
}

/** News of GES's payments that can be acted on as it is; undefined where it came late or without its snapshot, so that GES must be asked. */
export function freshPaymentNews(work: Work<unknown>, now: number): GesKnown | undefined {
  const payments: GesPayment[] = [];
  const deleted: GesDeletion[] = [];
  for (const { id, revision, snapshot, snapshotAt } of work.gesPayments) {
    if (snapshot === null) deleted.push({ id, revision });
    else if (snapshot === undefined || now - snapshotAt > FRESH_MS) return undefined;
    else payments.push(snapshot);
  }
  return { kind: 'news', payments, deleted };
}

/**
 * What a feed of payments tells of other invoices than those in hand (by InvoiceID) is stored as news of them, so that the feed may go on behind
 * it. One table read per 100 invoices, one write per payment of a linked invoice.
 */
export async function shareFeed(pass: Pass, feed: FeedRead<XeroPayment>, inHand: ReadonlySet<string>): Promise<void> {
  const others = feed.items.filter((payment) => !inHand.has(payment.invoiceId));
  const gesIdOf = new Map<string, string>();
  for (const ids of chunks([...new Set(others.map((payment) => payment.invoiceId))], 100))
    for (const [xeroId, gesId] of await pass.deps.records.findAliases(pass.scope, 'invoice', ids)) gesIdOf.set(xeroId, gesId);
  const linked = others.flatMap((payment) => {
    const gesId = gesIdOf.get(payment.invoiceId);
    return gesId === undefined ? [] : [{ gesId, payment }];
  });
  const unknown = await withoutKnown(pass, linked);
  await forEachLimit(unknown, SIDE_BY_SIDE, async ({ gesId, payment }) => {
    await pass.deps.inbox.put(pass.scope, newsOfXeroPayment(pass, gesId, payment));
  });
}

/** Without payments that the ledger of their invoice shows as they are: our own, most of the time. */
async function withoutKnown(
  pass: Pass,
  linked: readonly { readonly gesId: string; readonly payment: XeroPayment }[],
): Promise<readonly { readonly gesId: string; readonly payment: XeroPayment }[]> {
  const stored = await pass.deps.records.getRecords(pass.scope, 'invoice', [...new Set(linked.map(({ gesId }) => gesId))]);
  return linked.filter(({ gesId, payment }) => {
    const entries = stored.get(gesId)?.base?.ledger?.entries ?? [];
    const entry = entries.find(({ xeroId, retired }) => xeroId === payment.paymentId || retired?.includes(payment.paymentId) === true);
    if (entry === undefined) return payment.status === 'AUTHORISED';
    const isGone = payment.status === 'DELETED';
    if (entry.xeroId !== payment.paymentId) return !isGone;
    if (entry.state.kind === 'ended') return !isGone;
    const isSame = entry.xero?.amount === payment.amount && entry.xero.date === payment.date;
    return entry.state.kind === 'waiting' ? !isGone : isGone || !isSame;
  });
}
