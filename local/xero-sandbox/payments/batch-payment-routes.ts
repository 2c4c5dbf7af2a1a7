import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { dateString, xeroDate } from '../api/dates.ts';
import { echoed } from '../api/echo.ts';
import { elementsOf, textField, type Element } from '../api/fields.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import { ZERO_GUID } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { contextOf } from '../documents/call-context.ts';
import { pounds } from '../documents/decimal.ts';
import { createBatchPayment, deleteBatchPayment, findBatchPayment } from './batch-payment-writes.ts';
import type { BatchPayment, Payment } from './records.ts';

/** A batch payment as Xero shows it. */
export function batchPaymentJson(state: SandboxState, batch: BatchPayment): object {
  const payments = batch.paymentIds.flatMap((paymentId): Payment[] => {
    const payment = state.payments.get(keyOf(batch.tenantId, paymentId));
    return payment === undefined ? [] : [payment];
  });
  return {
    BatchPaymentID: batch.batchPaymentId,
    Account: { AccountID: batch.accountId },
    Reference: batch.reference ?? '',
    DateString: dateString(batch.date),
    Date: xeroDate(batch.date),
    Type: 'RECBATCH',
    Status: batch.status,
    TotalAmount: pounds(payments.reduce((sum, { amount }) => sum + amount, 0)),
    UpdatedDateUTC: xeroDate(batch.updated),
    IsReconciled: payments.some(({ isReconciled }) => isReconciled),
    Payments: payments.map(({ paymentId, invoiceId, amount }) => ({
      PaymentID: paymentId,
      Invoice: { InvoiceID: invoiceId },
      Amount: pounds(amount),
      BankAmount: pounds(amount),
    })),
  };
}

function batchOf(call: AccountingCall, batchPaymentId: string): BatchPayment {
  const batch = findBatchPayment(contextOf(call), batchPaymentId);
  if (batch === undefined) throw XeroProblem.notFound();
  return batch;
}

function save(call: AccountingCall, work: (element: Element) => BatchPayment): SandboxAnswer {
  return saveBatch(call, elementsOf(call.request.body, 'BatchPayments'), {
    plural: 'BatchPayments',
    errorFlag: undefined,
    save: (element) => batchPaymentJson(call.state, work(element)),
    echo: (element) => ({ ...echoed(element), BatchPaymentID: textField(element, 'BatchPaymentID') ?? ZERO_GUID }),
  });
}

function list(call: AccountingCall): SandboxAnswer {
  const { rows } = select({
    rows: call.state.batchPayments.by('tenant', call.organisation.tenantId),
    query: call.url.searchParams,
    headers: call.request.headers,
    fields: {
      BatchPaymentID: (batch: BatchPayment) => batch.batchPaymentId,
      Status: (batch: BatchPayment) => batch.status,
      Date: (batch: BatchPayment) => batch.date,
      UpdatedDateUTC: (batch: BatchPayment) => batch.updated,
    },
    updatedOf: (batch) => batch.updated,
    idOf: (batch) => batch.batchPaymentId,
  });
  return envelope(
    call,
    'BatchPayments',
    rows.map((batch) => batchPaymentJson(call.state, batch)),
  );
}

const deleteIn = (call: AccountingCall, batch: (element: Element) => BatchPayment): SandboxAnswer =>
  save(call, (element) => deleteBatchPayment(contextOf(call), batch(element), element));

/** BatchPayments: payments taken in one sum (RECBATCH). */
export const BATCH_PAYMENT_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'BatchPayments', area: 'payments', handle: list },
  {
    method: 'PUT',
    pattern: 'BatchPayments',
    area: 'payments',
    handle: (call) => save(call, (element) => createBatchPayment(contextOf(call), element)),
  },
  {
    method: 'POST',
    pattern: 'BatchPayments',
    area: 'payments',
    handle: (call) => deleteIn(call, (element) => batchOf(call, textField(element, 'BatchPaymentID') ?? '')),
  },
  {
    method: 'GET',
    pattern: 'BatchPayments/{}',
    area: 'payments',
    handle: (call) => envelope(call, 'BatchPayments', [batchPaymentJson(call.state, batchOf(call, call.params[0] ?? ''))]),
  },
  {
    method: 'POST',
    pattern: 'BatchPayments/{}',
    area: 'payments',
    handle: (call) => deleteIn(call, () => batchOf(call, call.params[0] ?? '')),
  },
];
