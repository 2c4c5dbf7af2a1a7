import { discountCredit } from '../domain/discount.ts';
import { withoutProblem } from '../domain/ledger-entry.ts';
import { sentDiscount } from '../domain/ledger-moves.ts';
import type { LedgerEntry, LedgerNote } from '../domain/ledger.ts';
import { toPounds } from '../domain/money.ts';
import { discountNotSent, discountOnAccount } from '../domain/payment-problems.ts';
import type { Problem } from '../domain/records.ts';
import type { NewInvoice, OrganisationFacts, XeroInvoice } from '../domain/xero-invoice.ts';
import { refusalCode } from '../domain/xero-refusals.ts';
import { guardRecord } from './act.ts';
import type { ElementAnswer } from './books-port.ts';
import { chunks } from './concurrency.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import { commitMoney, type MoneyJob } from './money-job.ts';
import type { Pass } from './pass.ts';
import { ownNews, retryAt } from './retry.ts';
import { BATCH_SIZE, sendWrite } from './writes.ts';

/** A discount that is to become a credit note. */
interface Going {
  readonly job: MoneyJob;
  readonly entry: LedgerEntry;
  readonly element: NewInvoice;
}

/**
 * Discounts of GES become credit notes, set against their invoices (D8). The number of each is unique in Xero: after a lost answer it is sent
 * again, refused, and found by its number (F3). Xero calls: one per 50 credit notes, one per allocation, and one read of the feed of credit notes
 * where any was there already. One commit each.
 */
export async function creditDiscounts(pass: Pass, jobs: readonly MoneyJob[], facts: OrganisationFacts): Promise<void> {
  const going: Going[] = [];
  for (const job of jobs)
    for (const entry of job.ledger?.entries ?? []) {
      if (entry.problem?.code !== 'discount-waits') continue;
      const built = discountCredit(entry, job.xero, job.number, facts);
      if ('element' in built) going.push({ job, entry, element: built.element });
      else await guardRecord(pass, job.work, job.stored, () => refuse(pass, job, entry, built.problem));
    }
  for (const batch of chunks(going, BATCH_SIZE)) await send(pass, batch);
}

/** Halved where it is definitely refused as a whole, so that one holds up no other (F2). */
async function send(pass: Pass, batch: readonly Going[]): Promise<void> {
  const elements = batch.map(({ element }) => element);
  let answers: readonly ElementAnswer<XeroInvoice>[];
  try {
    answers = await sendWrite(pass, () => pass.books.createCredits(elements, pass.deps.ids.next()));
  } catch (failure) {
    if (failure instanceof RetryFailure) return again(pass, batch);
    const [only] = batch;
    if (!(failure instanceof AttentionFailure) || only === undefined) throw failure;
    if (batch.length === 1)
      return guardRecord(pass, only.job.work, only.job.stored, () => refuse(pass, only.job, only.entry, failure.problem));
    for (const half of chunks(batch, Math.ceil(batch.length / 2))) await send(pass, half);
    return;
  }
  for (const [place, one] of batch.entries()) {
    const answer = answers[place];
    await guardRecord(pass, one.job.work, one.job.stored, async () => {
      if (answer?.ok === true) return allocate(pass, one, answer.record);
      const messages = answer?.messages ?? [];
      const credit = await thereAlready(pass, one.element, messages);
      if (credit !== undefined) return allocate(pass, one, credit);
      return refuse(pass, one.job, one.entry, { ...discountNotSent(one.entry.ges?.amount ?? 0), detail: messages.join(' · ') });
    });
  }
}

/** Made by an earlier try whose answer was lost. One read of the feed a pass. */
async function thereAlready(pass: Pass, { number, contactId }: NewInvoice, messages: readonly string[]): Promise<XeroInvoice | undefined> {
  if (refusalCode(messages) !== 'number-taken') return undefined;
  const { items } = await pass.feeds.credits();
  return items.find((credit) => credit.number === number && credit.contactId === contactId);
}

async function allocate(pass: Pass, { job, entry, element }: Going, credit: XeroInvoice): Promise<void> {
  const { invoiceId } = job.xero;
  const amount = Math.min(-credit.amountDue, entry.ges?.amount ?? 0);
  const isSet = credit.credit?.allocations.some((allocation) => allocation.invoiceId === invoiceId) === true;
  const xero = { amount: entry.ges?.amount ?? 0, date: element.date };
  const linked: LedgerEntry = { ...withoutProblem(entry), xeroId: credit.invoiceId, xero };
  const text = `The discount of £${toPounds(xero.amount)} was entered in Xero as credit note ${credit.number}.`;
  const note = { code: 'discount-credited', text, ...(entry.gesId === undefined ? {} : { gesId: entry.gesId }) };
  try {
    const date = element.date > job.xero.date ? element.date : job.xero.date;
    const answer = isSet
      ? undefined
      : await sendWrite(pass, () => pass.books.allocateCredit(credit.invoiceId, { invoiceId, amount, date }, pass.deps.ids.next()));
    if (answer === undefined || answer.ok) return await store(pass, job, entry, linked, [note]);
    const problem = { ...discountOnAccount(xero.amount), detail: answer.messages.join(' · ') };
    return await store(pass, job, entry, { ...linked, problem }, [note]);
  } catch (failure) {
    if (failure instanceof RetryFailure) return again(pass, [{ job, entry, element }]);
    if (!(failure instanceof AttentionFailure)) throw failure;
    return store(pass, job, entry, { ...linked, problem: discountOnAccount(xero.amount) }, [note]);
  }
}

/** Whether it happened is seen by the next try. One write each. */
async function again(pass: Pass, batch: readonly Going[]): Promise<void> {
  for (const { job } of batch)
    await pass.deps.inbox.putLater(pass.scope, { dueAt: retryAt(pass, job.work), news: ownNews(pass, 'invoice', job.gesId) });
}

function refuse(pass: Pass, job: MoneyJob, entry: LedgerEntry, problem: Problem): Promise<void> {
  const times = (entry.refused?.times ?? 0) + 1;
  const refused = { at: pass.deps.clock.now(), sent: sentDiscount(entry), problem, times };
  return store(pass, job, entry, { ...entry, problem, refused }, []);
}

async function store(pass: Pass, job: MoneyJob, before: LedgerEntry, after: LedgerEntry, notes: readonly LedgerNote[]): Promise<void> {
  const { ledger } = job;
  if (ledger === undefined) return;
  const entries = ledger.entries.map((entry) => (entry.gesId === before.gesId ? after : entry));
  await commitMoney(pass, job, { ledger: { ...ledger, entries }, results: [], notes });
}
