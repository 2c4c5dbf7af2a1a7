import { Checks } from '../api/fields.ts';
import { findCreditNote, moveRefund } from '../credit-notes/credit-note-writes.ts';
import { remainingCreditOf, type CreditNote } from '../credit-notes/records.ts';
import type { DocumentContext } from '../documents/context.ts';
import { lockMessages, lockedEditMessages } from '../documents/lock-dates.ts';
import type { Account } from '../settings/records.ts';
import { NOT_AUTHORISED, RECONCILED, TOO_MUCH } from './payment-messages.ts';
import { savePayment } from './payment-events.ts';
import type { Payment } from './records.ts';

/** A refund to make: amount in pence, date as UTC midnight. */
export interface Refund {
  note: CreditNote;
  account: Account;
  amount: number;
  date: number;
  reference: string | undefined;
}

/** Pays a credit note back: a payment of type ARCREDITPAYMENT (of a supplier's: APCREDITPAYMENT). Throws when it is locked, used up or too much. */
export function refundCredit(context: DocumentContext, { note, account, amount, date, reference }: Refund): Payment {
  const { state, organisation, now } = context;
  const checks = new Checks();
  checks.ensure(amount > 0, 'The payment amount must be greater than zero.');
  checks.ensure(amount <= remainingCreditOf(note), TOO_MUCH);
  checks.ensure(note.status === 'AUTHORISED', NOT_AUTHORISED);
  for (const message of lockMessages(context, date)) checks.ensure(false, message);
  checks.finish();
  moveRefund(context, note, amount, 'Refunded');
  const refund = savePayment(
    context,
    {
      paymentId: state.newGuid(),
      tenantId: organisation.tenantId,
      invoiceId: undefined,
      creditNoteId: note.creditNoteId,
      type: note.type === 'ACCRECCREDIT' ? 'ARCREDITPAYMENT' : 'APCREDITPAYMENT',
      accountId: account.accountId,
      date,
      amount,
      reference,
      isReconciled: false,
      batchPaymentId: undefined,
      status: 'AUTHORISED',
      created: now,
      updated: now,
    },
    'Created',
  );
  return refund;
}

/** Takes a refund back: the credit is there again. */
export function deleteRefund(context: DocumentContext, refund: Payment): Payment {
  const { state, now } = context;
  const checks = new Checks();
  checks.ensure(refund.status === 'AUTHORISED', 'The payment has already been deleted.');
  checks.ensure(!refund.isReconciled, RECONCILED);
  for (const message of lockedEditMessages(context, refund.date)) checks.ensure(false, message);
  checks.finish();
  const note = findCreditNote(state, refund.tenantId, refund.creditNoteId ?? '');
  if (note !== undefined) moveRefund(context, note, -refund.amount, 'Refund deleted');
  return savePayment(context, { ...refund, status: 'DELETED', updated: now }, 'Deleted');
}
