import { quietAct, type Decision } from './decision.ts';
import type { Fields } from './fields.ts';
import { lockProblem } from './invoice-policy.ts';
import { toPence, toPounds } from './money.ts';
import {
  cisGrossPayment,
  invoiceNotOpen,
  moreThanOwed,
  noPaymentAccount,
  notPositive,
  paymentChanged,
  paymentMissing,
  paymentReconciled,
} from './payment-problems.ts';
import type { GesPayment } from './records.ts';
import type { OrganisationFacts, PaymentElement, XeroInvoice, XeroPayment } from './xero-invoice.ts';

/** Payments (sync-policy D1–D5 in their plain form). Pure. */

/** Longest reference that Xero takes. */
const MAX_REFERENCE_LENGTH = 255;

/** A payment deleted in Xero waits this long: bookkeepers delete and match anew to the bank line (D5). */
export const DELETION_WAIT_MS = 15 * 60_000;

/** The GES side of a payment as fields. */
export function paymentFields(payment: GesPayment): Fields {
  return { invoiceId: payment.invoiceId, amount: payment.amount, date: payment.date };
}

/** The Xero side of a payment as fields. */
export function xeroPaymentFields(payment: XeroPayment): Fields {
  return { amount: toPounds(payment.amount), date: payment.date, status: payment.status };
}

/** D1: the reference carries our payment id, first, so that a payment of ours can be told from others. */
export function referenceOf(payment: GesPayment): string {
  return `${payment.id} ${payment.reference}`.trim().slice(0, MAX_REFERENCE_LENGTH);
}

/** The GES payment id in a reference that we wrote; some other word in one that we did not. */
export function paymentIdIn(reference: string): string {
  return reference.split(' ')[0] ?? '';
}

export interface PaymentContext {
  readonly facts: OrganisationFacts;
  readonly paymentAccountId: string | null;
  /** The Xero invoice that the GES invoice is linked to; undefined when it was never sent. */
  readonly invoice: XeroInvoice | undefined;
  /** What is due on it after the payments that go before this one, pence. */
  readonly due: number;
}

/** A payment that Xero does not have yet: posted to the chosen account, at most what is due (D1). */
export function decideNewPayment(payment: GesPayment, context: PaymentContext): Decision<PaymentElement> {
  const { invoice, due, facts, paymentAccountId } = context;
  if (invoice === undefined) return { kind: 'not-followed', reason: 'A3: a payment on an invoice that was never sent is not followed' };
  if (paymentAccountId === null) return { kind: 'attention', problem: noPaymentAccount() };
  if (invoice.status !== 'AUTHORISED' && invoice.status !== 'PAID') return { kind: 'attention', problem: invoiceNotOpen(invoice.status) };
  const locked = lockProblem([payment.date], facts);
  if (locked !== undefined) return { kind: 'attention', problem: locked };
  const amount = toPence(payment.amount);
  if (amount <= 0) return { kind: 'attention', problem: notPositive() };
  if (amount > due) {
    const isGross = invoice.cisDeduction > 0 && amount - due === invoice.cisDeduction;
    return { kind: 'attention', problem: isGross ? cisGrossPayment(due) : moreThanOwed(amount - due, due) };
  }
  return {
    ...quietAct(),
    xero: {
      op: 'create',
      element: {
        kind: 'create',
        invoiceId: invoice.invoiceId,
        accountId: paymentAccountId,
        date: payment.date,
        amount,
        reference: referenceOf(payment),
      },
    },
  };
}

/**
 * A linked payment: a deletion on one side deletes it on the other, never when reconciled or part of a batch; one in Xero only once another
 * payment had its time to take over, whatever news it was that made us look (D5). `now`: epoch ms.
 */
export function decideLinkedPayment(
  ges: { readonly fields: Fields; readonly deleted: boolean },
  xero: XeroPayment | undefined,
  base: { readonly ges: Fields },
  { facts, now }: { readonly facts: OrganisationFacts; readonly now: number },
): Decision<PaymentElement> {
  if (xero === undefined) return { kind: 'attention', problem: paymentMissing() };
  const act = { ...quietAct<PaymentElement>(), xeroId: xero.paymentId };
  const isDeletedInXero = xero.status === 'DELETED';
  if (ges.deleted) {
    if (isDeletedInXero) return { ...act, tombstone: true };
    if (xero.isReconciled || xero.isBatch) return { kind: 'attention', problem: paymentReconciled(xero.isBatch) };
    const locked = lockProblem([xero.date], facts);
    if (locked !== undefined) return { kind: 'attention', problem: locked };
    const element = { kind: 'delete' } as const;
    return { ...act, xero: { op: 'update', xeroId: xero.paymentId, element }, changedInXero: ['status'], tombstone: true };
  }
  if (isDeletedInXero) {
    if (now - xero.updatedAt < DELETION_WAIT_MS) return act;
    const note = { code: 'deleted-in-xero', text: 'The payment was deleted in Xero, so it was deleted here too.' };
    return { ...act, deleteInGes: true, tombstone: true, notes: [note] };
  }
  const changed = ['amount', 'date'].filter((field) => base.ges[field] !== undefined && base.ges[field] !== ges.fields[field]);
  if (changed.length > 0) return { kind: 'attention', problem: paymentChanged(changed) };
  return act;
}
