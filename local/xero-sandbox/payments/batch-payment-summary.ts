import { xeroDate } from '../api/dates.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { pounds } from '../documents/decimal.ts';
import type { BatchPayment, Payment } from './records.ts';

/** The payments of a batch, in the order they were sent. */
export function paymentsOfBatch(state: SandboxState, batch: BatchPayment): Payment[] {
  return batch.paymentIds.flatMap((paymentId) => state.payments.get(keyOf(batch.tenantId, paymentId)) ?? []);
}

/** A batch payment as each of its payments carries it: without reference and payments. */
export function batchPaymentSummary(state: SandboxState, batch: BatchPayment): object {
  const payments = paymentsOfBatch(state, batch);
  return {
    Account: { AccountID: batch.accountId },
    BatchPaymentID: batch.batchPaymentId,
    Date: xeroDate(batch.date),
    Type: 'RECBATCH',
    Status: batch.status,
    TotalAmount: pounds(payments.reduce((sum, { amount }) => sum + amount, 0)),
    UpdatedDateUTC: xeroDate(batch.updated),
    IsReconciled: payments.some(({ isReconciled }) => isReconciled),
  };
}
