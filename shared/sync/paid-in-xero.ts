import type { Base, Link } from '../domain/link.ts';
import { sameInvoice, xeroInvoiceFields } from '../domain/invoice.ts';
import type { OrganisationFacts, XeroInvoice, XeroPayment } from '../domain/xero-invoice.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import type { Pass } from './deps.ts';
import { currentFacts } from './facts.ts';
import { lookAgainInXero } from './look-again.ts';

const XERO_IDS = 100;
const STORE_WRITES_AT_ONCE = 4;

/** Invoices as they are in Xero now. Xero calls: one per 100. */
export async function readInvoices(pass: Pass, xeroIds: readonly string[]): Promise<ReadonlyMap<string, XeroInvoice>> {
  const read = new Map<string, XeroInvoice>();
  for (const ids of chunks(xeroIds, XERO_IDS))
    for (const invoice of await pass.books.invoicesByIds(ids)) read.set(invoice.invoiceId, invoice);
  return read;
}

/**
 * After payments were posted or deleted in Xero, the invoices' links learn what is paid by us, and what Xero's own change of the invoice
 * was, so that its webhook is seen as the echo it is (E3). `untouched`: InvoiceIDs that nobody had changed just before; of the others there
 * is news on its way, which Xero's time of our change must not hide. Xero calls: one per 100 invoices.
 */
export async function notePaid(pass: Pass, written: readonly XeroPayment[], untouched: ReadonlySet<string>): Promise<void> {
  const { links } = pass.deps;
  const byInvoice = new Map<string, number>();
  for (const { invoiceId, status, amount } of written)
    byInvoice.set(invoiceId, (byInvoice.get(invoiceId) ?? 0) + (status === 'DELETED' ? -amount : amount));
  const gesIds = [...(await links.findAliases(pass.scope, 'invoice', [...byInvoice.keys()])).values()];
  const [linkOf, baseOf] = await Promise.all([
    links.getLinks(pass.scope, 'invoice', gesIds),
    links.getBases(pass.scope, 'invoice', gesIds),
  ]);
  const now = await readInvoices(pass, [...byInvoice.keys()]);
  const facts = await currentFacts(pass);
  await forEachLimit([...linkOf.values()], STORE_WRITES_AT_ONCE, async (link) => {
    const invoice = now.get(link.xeroId ?? '');
    const paidInXero = (link.paidInXero ?? 0) + (byInvoice.get(link.xeroId ?? '') ?? 0);
    const isOurs =
      invoice?.amountPaid === paidInXero && untouched.has(invoice.invoiceId) && isAsAgreed(invoice, baseOf.get(link.gesId), facts);
    const xeroSeenAt = isOurs ? Math.max(link.xeroSeenAt, invoice.updatedAt) : link.xeroSeenAt;
    if (invoice !== undefined && !isOurs) await lookAt(pass, link, invoice);
    await links.putLink(pass.scope, { ...link, paidInXero, xeroSeenAt });
  });
}

/** A person may have edited the invoice between our look and our payment: Xero's time of the last change then speaks for both. */
function isAsAgreed(invoice: XeroInvoice, base: Base | undefined, facts: OrganisationFacts): boolean {
  return base !== undefined && sameInvoice(base.xero, xeroInvoiceFields(invoice, facts));
}

/** What Xero shows besides our payments is news, whether its webhook comes or not. */
async function lookAt(pass: Pass, { gesId, xeroId }: Link, { updatedAt }: XeroInvoice): Promise<void> {
  if (xeroId === undefined) return;
  await lookAgainInXero(pass, 'invoice', xeroId, updatedAt);
  pass.log.info('changed in Xero by somebody else as well', { type: 'invoice', gesId, xeroId });
}
