import { amountDueOf } from '../../../local/xero-sandbox/invoices/records.ts';
import { toPence } from '../../../shared/domain/money.ts';
import type { Books } from './books.ts';

/** No invoice twice, and for each that is in step the money agrees to the penny; what is left out needs a person or waits by policy. */
export function judgeMoney(books: Books): readonly string[] {
  const wrong: string[] = [];
  const theirs = new Map(books.xeroInvoices.map((invoice) => [invoice.invoiceId, invoice]));
  for (const invoice of books.invoices) {
    const link = books.links.get(`invoice ${invoice.id}`);
    const live = books.xeroInvoices.filter(
      ({ number, status }) => number === invoice.number && status !== 'DELETED' && status !== 'VOIDED',
    );
    if (live.length > 1) wrong.push(`C3: ${invoice.number} is in Xero ${String(live.length)} times`);
    if (link === undefined) {
      if (invoice.status === 'issued' && isSinceConnecting(books, invoice.updatedAt))
        wrong.push(`C1: ${invoice.number} was never sent, and nobody was told`);
      continue;
    }
    if (link.status === 'attention' || link.status === 'pending') continue;
    if (link.status === 'not-followed' && link.xeroId === undefined) continue;
    const there = theirs.get(link.xeroId ?? '');
    if (there === undefined) {
      wrong.push(`${invoice.number} is linked to an invoice that Xero does not have`);
      continue;
    }
    if (invoice.status === 'void') {
      if (there.status !== 'VOIDED' && there.status !== 'DELETED')
        wrong.push(`C4: ${invoice.number} is void here and ${there.status} in Xero`);
      continue;
    }
    if (invoice.status === 'draft') continue;
    if (there.status === 'VOIDED' || there.status === 'DELETED') {
      wrong.push(`C4: ${invoice.number} is ${there.status} in Xero and ${invoice.status} here`);
      continue;
    }
    compare(wrong, `${invoice.number} total`, toPence(invoice.totals.gross), there.total);
    if (books.openMoney.has(invoice.id)) continue;
    compare(wrong, `${invoice.number} paid`, toPence(invoice.balance.paid), there.amountPaid);
    compare(wrong, `${invoice.number} due`, toPence(invoice.balance.due), amountDueOf(there));
    const amounts = (list: readonly number[]): string => [...list].sort((a, b) => a - b).join(', ');
    const here = amounts(books.payments.filter(({ invoiceId }) => invoiceId === invoice.id).map(({ amount }) => toPence(amount)));
    const inXero = amounts(books.xeroPayments.filter(({ invoiceId }) => invoiceId === there.invoiceId).map(({ amount }) => amount));
    if (here !== inXero) wrong.push(`D3: payments of ${invoice.number}: ${here} here, ${inXero} in Xero`);
  }
  if (!books.inboxIsEmpty) wrong.push('news is left in the inbox');
  if (books.intents > 0) wrong.push(`F3: ${String(books.intents)} intents are left`);
  return wrong;
}

/** What was last saved before the account was connected stays where it is (A3). */
function isSinceConnecting({ connection }: Books, at: string): boolean {
  return connection.connectedAt === undefined || Date.parse(at) > Date.parse(connection.connectedAt) + 300_000;
}

function compare(wrong: string[], what: string, here: number, there: number): void {
  if (here !== there) wrong.push(`${what}: ${String(here)} here, ${String(there)} in Xero`);
}
