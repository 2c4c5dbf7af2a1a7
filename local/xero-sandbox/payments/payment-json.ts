import { dateString, xeroDate } from '../api/dates.ts';
import type { Fields } from '../api/where.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { pounds } from '../documents/decimal.ts';
import { documentContactJson, invoiceJson } from '../invoices/invoice-json.ts';
import { findInvoice } from '../invoices/invoice-writes.ts';
import { accountWithId } from '../settings/accounts.ts';
import { batchPaymentSummary } from './batch-payment-summary.ts';
import type { Payment } from './records.ts';

/** The invoice of a payment: all of it on a single payment, a summary in lists, as the examples of Xero's description have it. */
function documentJson(state: SandboxState, payment: Payment, isFull: boolean): object {
  const { tenantId } = payment;
  const invoice = payment.invoiceId === undefined ? undefined : findInvoice(state, tenantId, payment.invoiceId);
  const organisation = state.organisations.get(tenantId);
  if (isFull && invoice !== undefined && organisation !== undefined) {
    return {
      ...invoiceJson({ state, organisation, unitPlaces: 2 }, invoice, 'full'),
      Contact: documentContactJson(state, tenantId, invoice.contactId, false),
    };
  }
  const note = payment.creditNoteId === undefined ? undefined : state.creditNotes.get(keyOf(tenantId, payment.creditNoteId));
  const contactId = invoice?.contactId ?? note?.contactId ?? '';
  return {
    Type: note === undefined ? invoice?.type : note.type,
    InvoiceID: invoice?.invoiceId ?? note?.creditNoteId,
    InvoiceNumber: invoice?.number ?? note?.number ?? '',
    Payments: [],
    CreditNotes: [],
    Prepayments: [],
    Overpayments: [],
    HasErrors: false,
    IsDiscounted: false,
    Contact: documentContactJson(state, tenantId, contactId, false),
    LineItems: [],
    CurrencyCode: invoice?.currency ?? note?.currency,
  };
}

/** A payment as Xero shows it; lists carry only a summary of the invoice and no name of the account. */
export function paymentJson(state: SandboxState, payment: Payment, isFull = false): object {
  const account = accountWithId(state, payment.tenantId, payment.accountId);
  const { batchPaymentId } = payment;
  const batch = batchPaymentId === undefined ? undefined : state.batchPayments.get(keyOf(payment.tenantId, batchPaymentId));
  return {
    PaymentID: payment.paymentId,
    ...(batch !== undefined && { BatchPaymentID: batchPaymentId, BatchPayment: batchPaymentSummary(state, batch) }),
    Date: xeroDate(payment.date),
    BankAmount: pounds(payment.amount),
    Amount: pounds(payment.amount),
    Reference: payment.reference ?? '',
    CurrencyRate: 1,
    PaymentType: payment.type,
    Status: payment.status,
    UpdatedDateUTC: xeroDate(payment.updated),
    UpdatedDateUTCString: `${dateString(payment.updated)}Z`,
    HasAccount: true,
    IsReconciled: payment.isReconciled,
    Account: {
      AccountID: payment.accountId,
      ...(account?.code !== undefined && { Code: account.code }),
      ...(isFull && { Name: account?.name }),
    },
    Invoice: documentJson(state, payment, isFull),
    HasValidationErrors: false,
  };
}

/** What `where` and `order` may name. */
export function paymentFields(state: SandboxState): Fields<Payment> {
  const invoiceOf = (payment: Payment) => findInvoice(state, payment.tenantId, payment.invoiceId ?? '');
  return {
    texts: {
      PaymentType: (payment) => payment.type,
      Status: (payment) => payment.status,
      Reference: (payment) => payment.reference,
      'Invoice.InvoiceNumber': (payment) => invoiceOf(payment)?.number,
    },
    numbers: {
      Amount: (payment) => pounds(payment.amount),
    },
    dates: {
      Date: (payment) => payment.date,
      UpdatedDateUTC: (payment) => payment.updated,
    },
    flags: {
      IsReconciled: (payment) => payment.isReconciled,
    },
    guids: {
      PaymentId: (payment) => payment.paymentId,
      'Account.AccountID': (payment) => payment.accountId,
      'Invoice.InvoiceId': (payment) => payment.invoiceId,
      'Invoice.Contact.ContactId': (payment) => invoiceOf(payment)?.contactId,
    },
  };
}
