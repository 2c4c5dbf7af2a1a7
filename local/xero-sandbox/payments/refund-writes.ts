import { Checks } from '../api/fields.ts';
import { findCreditNote, moveRefund } from '../credit-notes/credit-note-writes.ts';
import type { CreditNote } from '../credit-notes/records.ts';
import type { DocumentContext } from '../documents/context.ts';
import { lockMessages } from '../documents/lock-dates.ts';
import type { Account } from '../settings/records.ts';
import { RECONCILED } from './payment-messages.ts';
import type { Payment } from './records.ts';

/** Pays a credit note back: a payment of type ARCREDITPAYMENT (xero-facts §7). */
export function refundCredit(context: DocumentContext, note: CreditNote, account: Account, amount: number, date: number): Payment {
  const { state, organisation, now } = context;
  const checks = new Checks();
  checks.ensure(amount > 0, 'The payment amount must be greater than zero.');
  for (const message of lockMessages(organisation, date)) checks.ensure(false, message);
  checks.finish();
  moveRefund(context, note, amount, 'Refunded');
  return state.payments.put({
    paymentId: state.newGuid(),
    tenantId: organisation.tenantId,
    invoiceId: undefined,
    creditNoteId: note.creditNoteId,
    type: 'ARCREDITPAYMENT',
    accountId: account.accountId,
    date,
    amount,
    reference: undefined,
    isReconciled: false,
    batchPaymentId: undefined,
    status: 'AUTHORISED',
    created: now,
    updated: now,
  });
}

/** Takes a refund back: the credit is there again. */
export function deleteRefund(context: DocumentContext, refund: Payment): Payment {
  const checks = new Checks();
  checks.ensure(refund.status === 'AUTHORISED', 'The payment has already been deleted.');
  checks.ensure(!refund.isReconciled, RECONCILED);
  checks.finish();
  const note = findCreditNote(context.state, refund.tenantId, refund.creditNoteId ?? '');
  if (note !== undefined) moveRefund(context, note, -refund.amount, 'Refund deleted');
  return context.state.payments.put({ ...refund, status: 'DELETED', updated: context.now });
}
