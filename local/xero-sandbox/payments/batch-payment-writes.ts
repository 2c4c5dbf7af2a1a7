import { Checks, arrayField, numberField, objectField, textField, wordField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { keyOf } from '../core/state.ts';
import type { DocumentContext } from '../documents/context.ts';
import { MONEY_PLACES, scaled } from '../documents/decimal.ts';
import { today } from '../documents/lock-dates.ts';
import { dateField } from '../invoices/invoice-fields.ts';
import { findInvoice } from '../invoices/invoice-writes.ts';
import { deletePayment, findPayment, payableAccount, takePayment } from './payment-writes.ts';
import type { BatchPayment } from './records.ts';

export function findBatchPayment({ state, organisation }: DocumentContext, batchPaymentId: string): BatchPayment | undefined {
  return state.batchPayments.get(keyOf(organisation.tenantId, batchPaymentId.toLowerCase()));
}

/** Takes several payments in one sum: Account, Date, Payments [{ Invoice { InvoiceID }, Amount }]. */
export function createBatchPayment(context: DocumentContext, element: Element): BatchPayment {
  const { state, organisation, now } = context;
  const account = payableAccount(context, element);
  const date = dateField(element, 'Date') ?? today(organisation, now);
  const reference = textField(element, 'Reference');
  const batchPaymentId = state.newGuid();
  const sent = arrayField(element, 'Payments') ?? [];
  if (sent.length === 0) throw new ElementInvalid(['One or more payments must be specified']);
  const paymentIds = sent.map((item) => {
    const invoiceId = textField(objectField(item, 'Invoice') ?? {}, 'InvoiceID') ?? '';
    const invoice = findInvoice(state, organisation.tenantId, invoiceId);
    if (invoice === undefined) throw new ElementInvalid(['Invoice could not be found']);
    const amount = scaled(numberField(item, 'Amount') ?? 0, MONEY_PLACES);
    return takePayment(context, { invoice, account, amount, date, reference, isReconciled: false, batchPaymentId }).paymentId;
  });
  return state.batchPayments.put({
    batchPaymentId,
    tenantId: organisation.tenantId,
    accountId: account.accountId,
    date,
    reference,
    paymentIds,
    status: 'AUTHORISED',
    updated: now,
  });
}

/** Deletes a batch with all its payments; one of them alone cannot be deleted. */
export function deleteBatchPayment(context: DocumentContext, batch: BatchPayment, element: Element): BatchPayment {
  const status = wordField(element, 'Status', ['AUTHORISED', 'DELETED'] as const);
  if (status !== 'DELETED') throw XeroProblem.validation('Batch payments cannot be updated. Only the status DELETED is accepted.');
  const checks = new Checks();
  checks.ensure(batch.status === 'AUTHORISED', 'The batch payment has already been deleted.');
  checks.finish();
  for (const paymentId of batch.paymentIds) {
    const payment = findPayment(context, paymentId);
    if (payment?.status === 'AUTHORISED') deletePayment(context, payment, true);
  }
  return context.state.batchPayments.put({ ...batch, status: 'DELETED', updated: context.now });
}
