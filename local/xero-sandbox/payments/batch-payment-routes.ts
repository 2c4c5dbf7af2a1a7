import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { dateString } from '../api/dates.ts';
import { echoed } from '../api/echo.ts';
import { elementsOf, textField, type Element } from '../api/fields.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import { ZERO_GUID } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { contextOf } from '../documents/call-context.ts';
import { pounds } from '../documents/decimal.ts';
import { batchPaymentSummary, paymentsOfBatch } from './batch-payment-summary.ts';
import { createBatchPayment, deleteBatchPayment, findBatchPayment } from './batch-payment-writes.ts';
import type { BatchPayment, Payment } from './records.ts';

/** The invoice of a payment inside a batch: its id and currency, and empty lists. */
function invoiceOfBatch({ tenantId, invoiceId }: Payment, state: SandboxState): object {
  return {
    InvoiceID: invoiceId,
    CurrencyCode: state.invoices.get(keyOf(tenantId, invoiceId ?? ''))?.currency,
    Payments: [],
    CreditNotes: [],
    Prepayments: [],
    Overpayments: [],
    HasErrors: false,
    IsDiscounted: false,
    LineItems: [],
  };
}

/** A batch payment as Xero shows it. */
export function batchPaymentJson(state: SandboxState, batch: BatchPayment): object {
  const { accountId } = batch;
  return {
    ...batchPaymentSummary(state, batch),
    Account: { AccountID: accountId, CurrencyCode: state.accounts.get(keyOf(batch.tenantId, accountId))?.currencyCode },
    Reference: batch.reference ?? '',
    DateString: dateString(batch.date),
    Payments: paymentsOfBatch(state, batch).map((payment) => ({
      Invoice: invoiceOfBatch(payment, state),
      PaymentID: payment.paymentId,
      ...(payment.reference !== undefined && { Reference: payment.reference }),
      Amount: pounds(payment.amount),
      BankAmount: pounds(payment.amount),
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
      texts: {
        Status: (batch: BatchPayment) => batch.status,
      },
      dates: {
        Date: (batch: BatchPayment) => batch.date,
        UpdatedDateUTC: (batch: BatchPayment) => batch.updated,
      },
      guids: {
        BatchPaymentID: (batch: BatchPayment) => batch.batchPaymentId,
      },
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
