import type { StepResult, ChangeStep, DeleteStep, EnterStep, LedgerStep, PostStep, RemoveStep } from '../domain/ledger.ts';
import type { PaymentElement, XeroPayment } from '../domain/xero-invoice.ts';
import { toPounds } from '../domain/money.ts';
import { AttentionFailure, RetryFailure } from './errors.ts';
import type { MoneyJob } from './money-job.ts';
import type { SendCreates } from './creates.ts';
import type { Pass } from './pass.ts';
import { assertStillConnected, sendWrite } from './writes.ts';

/** Code of a failure that says that Xero does not know the record. */
const NOT_FOUND_IN_XERO = 'not-found-in-xero';

type NewPayment = Extract<PaymentElement, { readonly kind: 'create' }>;

/** Posts payments. One Xero call. */
export function sendPosts(pass: Pass): SendCreates<XeroPayment> {
  return (elements, key) => pass.books.createPayments(elements as readonly NewPayment[], key);
}

/** Deletes one payment in Xero. One call. A lost answer is nothing known: Xero deletes the same payment twice without harm. */
export async function deleteInXero(pass: Pass, step: DeleteStep): Promise<StepResult | undefined> {
  try {
    const answer = await sendWrite(pass, () => pass.books.deletePayment(step.xeroId, pass.deps.ids.next()));
    return answer.ok ? { step, outcome: 'deleted' } : { step, outcome: 'refused', messages: answer.messages };
  } catch (failure) {
    return refusedOrUnknown(step, failure);
  }
}

/**
 * Shows in GES what Xero has credited of an invoice (C12). GES calls: one, a second one where GES has moved on: what is credited depends on
 * nothing else of the invoice, and the job's link then stays behind, so that what moved on is looked at. A lost answer is nothing known.
 */
export async function showCredited(
  pass: Pass,
  job: Pick<MoneyJob, 'gesId' | 'step' | 'pennies'>,
  amount: number,
): Promise<StepResult | undefined> {
  await assertStillConnected(pass);
  const patch = { balance: { credited: toPounds(amount) } };
  const { link } = job.step;
  try {
    const first = await pass.ges.patchInvoice(job.gesId, link.gesRevision, patch);
    if (first.outcome === 'written')
      job.step = { ...job.step, link: { ...link, gesRevision: Math.max(link.gesRevision, first.snapshot.revision) } };
    const isMoved = first.outcome === 'conflict';
    const last = isMoved ? await pass.ges.patchInvoice(job.gesId, first.snapshot.revision, patch) : first;
    return last.outcome === 'written' ? { outcome: 'credited', amount, ...(job.pennies === 0 ? {} : { pennies: job.pennies }) } : undefined;
  } catch (failure) {
    if (failure instanceof AttentionFailure)
      return { outcome: 'not-credited', amount, messages: [failure.problem.detail ?? failure.problem.message] };
    if (failure instanceof RetryFailure) return undefined;
    throw failure;
  }
}

/** Carries one step out in GES, once the lease and the connection were asked. One GES call. */
export async function writeInGes(
  pass: Pass,
  invoiceId: string,
  step: EnterStep | RemoveStep | ChangeStep,
): Promise<StepResult | undefined> {
  await assertStillConnected(pass);
  try {
    switch (step.kind) {
      case 'enter':
        return { step, outcome: 'entered', payment: await pass.ges.createPayment({ invoiceId, ...step.payment }, step.key) };
      case 'remove': {
        const deleted = await pass.ges.deletePayment(step.gesId, step.revision);
        if (deleted.outcome === 'conflict') return { step, outcome: 'conflict', payment: deleted.snapshot };
        return { step, outcome: deleted.outcome === 'gone' ? 'gone' : 'removed' };
      }
      case 'change': {
        const written = await pass.ges.patchPayment(step.gesId, step.revision, step.patch);
        if (written.outcome === 'conflict') return { step, outcome: 'conflict', payment: written.snapshot };
        return written.outcome === 'gone' ? { step, outcome: 'gone' } : { step, outcome: 'changed', payment: written.snapshot };
      }
    }
  } catch (failure) {
    return refusedOrUnknown(step, failure);
  }
}

/** A refusal is a result; no answer is none, and the step is decided on again. Every other failure concerns all and is thrown. */
function refusedOrUnknown(step: LedgerStep, failure: unknown): StepResult | undefined {
  const isGone = failure instanceof AttentionFailure && failure.problem.code === NOT_FOUND_IN_XERO;
  if (isGone && step.kind === 'delete') return { step, outcome: 'gone' };
  if (failure instanceof AttentionFailure)
    return { step, outcome: 'refused', messages: [failure.problem.detail ?? failure.problem.message] };
  if (failure instanceof RetryFailure) return undefined;
  throw failure;
}

export function isPost(step: LedgerStep): step is PostStep {
  return step.kind === 'post';
}
export function isDelete(step: LedgerStep): step is DeleteStep {
  return step.kind === 'delete';
}
export function isOfGes(step: LedgerStep): step is EnterStep | RemoveStep | ChangeStep {
  return step.kind === 'enter' || step.kind === 'remove' || step.kind === 'change';
}
