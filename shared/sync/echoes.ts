import { coveredDiscounts } from '../domain/discount.ts';
import { sameInvoice, xeroInvoiceFields } from '../domain/invoice.ts';
import { isLiveInXero } from '../domain/ledger-entry.ts';
import type { Link } from '../domain/link.ts';
import type { OrganisationFacts, XeroInvoice } from '../domain/xero-invoice.ts';
import { chunks, forEachLimit } from './concurrency.ts';
import { commitStep } from './commit.ts';
import type { MoneyJob } from './money-job.ts';
import type { Pass } from './pass.ts';
import type { News } from './records-port.ts';
import { SIDE_BY_SIDE } from './writes.ts';

/**
 * After payments were written in Xero, their invoices have changed there: the invoices' feed tells the links Xero's new times, so that the
 * webhooks of our own writes end at ingress (E3). What the feed shows changed by somebody else is stored as news, whether its webhook comes or
 * not. Xero calls: one, one more per 1,000 changes. One commit per invoice whose payments were written.
 */
export async function followEchoes(pass: Pass, written: readonly MoneyJob[], facts: OrganisationFacts): Promise<void> {
  pass.feeds.forget('invoices');
  const feed = await pass.feeds.invoices();
  const jobOf = new Map(written.map((job) => [job.xero.invoiceId, job]));
  const others: XeroInvoice[] = [];
  await forEachLimit(feed.items, SIDE_BY_SIDE, async (invoice) => {
    const job = jobOf.get(invoice.invoiceId);
    const { stored } = job ?? {};
    if (job === undefined || stored === undefined || !isOurs(job, invoice, facts)) others.push(invoice);
    else if (invoice.updatedAt > stored.xeroSeenAt)
      job.stored = await commitStep(pass, stored, { link: { ...stored, xeroSeenAt: invoice.updatedAt } });
  });
  await storeAsNews(pass, others);
  await pass.feeds.followed('invoices', feed.reachesTo);
}

/** Does the invoice differ from what both sides agreed on by nothing but our own payments and credits? */
function isOurs({ base, ledger, pennies }: MoneyJob, invoice: XeroInvoice, facts: OrganisationFacts): boolean {
  const paid = (ledger?.entries ?? []).filter(isLiveInXero).reduce((sum, entry) => sum + (entry.xero?.amount ?? 0), 0);
  const isSameMoney =
    invoice.amountPaid === paid &&
    coveredDiscounts(ledger?.entries ?? [], invoice.amountCredited + pennies).besides === (ledger?.credited ?? 0);
  return isSameMoney && sameInvoice(base.xero, xeroInvoiceFields(invoice, facts));
}

async function storeAsNews(pass: Pass, invoices: readonly XeroInvoice[]): Promise<void> {
  for (const some of chunks(invoices, 100)) {
    const gesIds = await pass.deps.records.findAliases(
      pass.scope,
      'invoice',
      some.map((invoice) => invoice.invoiceId),
    );
    const links = await pass.deps.records.getLinks(pass.scope, 'invoice', [...new Set(gesIds.values())]);
    const changed = some.flatMap((invoice) => {
      const link = links.get(gesIds.get(invoice.invoiceId) ?? '');
      return link !== undefined && invoice.updatedAt > link.xeroSeenAt ? [{ invoice, link }] : [];
    });
    await forEachLimit(changed, SIDE_BY_SIDE, async ({ invoice, link }) => {
      await pass.deps.inbox.put(pass.scope, newsOf(pass, link, invoice));
    });
  }
}

function newsOf(pass: Pass, { gesId }: Link, { invoiceId, updatedAt }: XeroInvoice): News {
  return {
    type: 'invoice',
    recordId: gesId,
    side: 'xero',
    entity: { type: 'invoice', id: invoiceId },
    rank: 'live',
    change: 'updated',
    order: updatedAt,
    receivedAt: pass.deps.clock.now(),
    correlationId: pass.deps.ids.next(),
  };
}
