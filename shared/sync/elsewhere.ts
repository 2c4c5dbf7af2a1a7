import type { LedgerPlan } from '../domain/ledger.ts';
import { likeThese, looseInPlan, loosePayments, type LooseMoney } from '../domain/loose-payments.ts';
import type { MoneyJob } from './money-job.ts';
import type { Pass } from './pass.ts';

/**
 * Looks at the other invoices of the same customers for payments that may be the same money as one that only one side has here (D4): those of
 * this pass as they are decided on now, all others as they were stored. Returns the jobs that have such a counterpart; their `elsewhere` is set.
 * No Xero call; one table read where anything in the pass is loose or was asked about, none otherwise.
 */
export async function lookElsewhere(
  pass: Pass,
  planned: readonly { readonly job: MoneyJob; readonly plan: LedgerPlan }[],
): Promise<ReadonlySet<MoneyJob>> {
  const inHand = planned.map(({ job, plan }) => {
    const loose = looseInPlan(plan.ledger, job.ledger);
    const asked = loosePayments(job.ledger).filter((payment) => payment.isAsked === true);
    return { job, loose, asked, money: looseMoneyOf(job, loose) };
  });
  const concerned = inHand.filter(({ loose, asked }) => loose.length > 0 || asked.length > 0);
  if (concerned.length === 0) return new Set();
  const known = new Set(inHand.map(({ job }) => job.gesId));
  const stored = (await pass.deps.records.looseMoney(pass.scope)).filter(({ invoiceId }) => !known.has(invoiceId));
  const others = [...inHand.map(({ money }) => askedWithThis(money)), ...stored];
  const met = new Set<MoneyJob>();
  for (const { job, loose, asked, money } of concerned) {
    job.elsewhere = likeThese([...loose, ...asked], money, others);
    if (job.elsewhere.length > 0) met.add(job);
  }
  return met;
}

/** What is decided on in the same pass is asked about in it, too: nobody has to wake it. */
function askedWithThis(money: LooseMoney): LooseMoney {
  return { ...money, payments: money.payments.map((payment) => ({ ...payment, isAsked: true })) };
}

function looseMoneyOf({ gesId, number, xero }: MoneyJob, payments: LooseMoney['payments']): LooseMoney {
  return { invoiceId: gesId, number, contactId: xero.contactId, payments };
}
