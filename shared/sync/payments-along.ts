import type { Fields } from '../domain/fields.ts';
import type { GesPayment } from '../domain/records.ts';
import type { Pass } from './deps.ts';
import { GES_PAGE, unreadableOf } from './ges-reads.ts';
import type { GesPage } from './ports.ts';

/**
 * An invoice that goes to Xero takes all its payments along, whatever their dates (A3): they are put into the inbox, where the next pass
 * finds them. They are looked for even where nothing seemed paid: the money may have come after the news that sent the invoice. GES calls:
 * one per 500 payments of the invoices issued that day.
 */
export async function takePaymentsAlong(pass: Pass, invoiceId: string, fields: Fields): Promise<void> {
  const day = fields['issueDate'] ?? '';
  const { inbox, clock, ids } = pass.deps;
  const { payments } = await paymentsIssued(pass, day, day, new Set([invoiceId]));
  for (const payment of payments) {
    await inbox.put(pass.scope, {
      type: 'payment',
      side: 'ges',
      id: payment.id,
      rank: 'bulk',
      change: 'updated',
      origin: 'bulk',
      order: payment.revision,
      receivedAt: clock.now(),
      snapshot: payment,
      correlationId: ids.next(),
    });
  }
}

/** Payments of the given invoices, which were issued between two days (`YYYY-MM-DD`, inclusive). Not complete: some are unreadable in GES. */
export async function paymentsIssued(
  pass: Pass,
  from: string,
  to: string,
  invoiceIds: ReadonlySet<string>,
): Promise<{ readonly payments: readonly GesPayment[]; readonly isComplete: boolean }> {
  let isComplete = true;
  const found: GesPayment[] = [];
  let cursor: string | null = null;
  do {
    const query = { issuedFrom: from, issuedTo: to, limit: GES_PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: GesPage<GesPayment> = await pass.deps.ges.listPayments(pass.scope.accountId, query);
    if (unreadableOf(pass, 'payment', page).length > 0) isComplete = false;
    found.push(...page.items.filter((payment) => invoiceIds.has(payment.invoiceId)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { payments: found, isComplete };
}
