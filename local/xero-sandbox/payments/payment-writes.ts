import { Checks, booleanField, numberField, objectField, textField, wordField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { keyOf } from '../core/state.ts';
import { creditNoteNumbered, findCreditNote } from '../credit-notes/credit-note-writes.ts';
import type { CreditNote } from '../credit-notes/records.ts';
import type { DocumentContext } from '../documents/context.ts';
import { MONEY_PLACES, scaled } from '../documents/decimal.ts';
import { lockMessages, lockedEditMessages, today } from '../documents/lock-dates.ts';
import { dateField } from '../invoices/invoice-fields.ts';
import { salesInvoiceNumbered } from '../invoices/invoice-numbers.ts';
import { findInvoice, moveMoney } from '../invoices/invoice-writes.ts';
import { amountDueOf, type Invoice } from '../invoices/records.ts';
import { accountWithCode, accountWithId } from '../settings/accounts.ts';
import type { Account } from '../settings/records.ts';
import { IN_BATCH, NOT_AUTHORISED, RECONCILED, TOO_MUCH } from './payment-messages.ts';
import { savePayment } from './payment-events.ts';
import type { Payment } from './records.ts';
import { deleteRefund, refundCredit } from './refund-writes.ts';

export function findPayment({ state, organisation }: DocumentContext, paymentId: string): Payment | undefined {
  return state.payments.get(keyOf(organisation.tenantId, paymentId.toLowerCase()));
}

const DOCUMENTS = ['Invoice', 'CreditNote', 'Prepayment', 'Overpayment'] as const;

/** A payment names exactly one document; invoices and credit notes are taken here. */
function ensureOneDocument(element: Element): void {
  const named = DOCUMENTS.filter((name) => objectField(element, name) !== undefined);
  if (named.length !== 1) throw new ElementInvalid([`Exactly one of ${DOCUMENTS.join(', ')} must be specified.`]);
  if (named[0] === 'Prepayment' || named[0] === 'Overpayment')
    throw new ElementInvalid([`Payments of a ${named[0]} are not supported by this sandbox.`]);
}

function creditNoteOf({ state, organisation: { tenantId } }: DocumentContext, sent: Element): CreditNote {
  const id = textField(sent, 'CreditNoteID') ?? '';
  const number = textField(sent, 'CreditNoteNumber') ?? '';
  const found = id === '' ? creditNoteNumbered(state, tenantId, number) : findCreditNote(state, tenantId, id);
  if (found === undefined) throw new ElementInvalid(['Credit note could not be found']);
  return found;
}

function invoiceOf(context: DocumentContext, invoice: Element): Invoice {
  const id = textField(invoice, 'InvoiceID') ?? '';
  const number = textField(invoice, 'InvoiceNumber') ?? '';
  const found = id === '' ? salesInvoiceNumbered(context, number) : findInvoice(context.state, context.organisation.tenantId, id);
  if (found === undefined) throw new ElementInvalid(['Invoice could not be found']);
  return found;
}

/** The account of a payment: Type BANK or EnablePaymentsToAccount. */
export function payableAccount({ state, organisation }: DocumentContext, element: Element): Account {
  const account = objectField(element, 'Account') ?? {};
  const id = textField(account, 'AccountID') ?? '';
  const code = textField(account, 'Code') ?? '';
  const { tenantId } = organisation;
  const found = id !== '' ? accountWithId(state, tenantId, id) : code !== '' ? accountWithCode(state, tenantId, code) : undefined;
  if (found === undefined || found.status !== 'ACTIVE') throw new ElementInvalid(['Account could not be found']);
  if (found.type !== 'BANK' && !found.enablePaymentsToAccount) {
    throw new ElementInvalid([
      `The account ${found.name} cannot be used for payments. It must be a bank account or have payments enabled.`,
    ]);
  }
  return found;
}

export interface Taken {
  invoice: Invoice;
  account: Account;
  amount: number;
  date: number;
  reference: string | undefined;
  isReconciled: boolean;
  batchPaymentId: string | undefined;
}

/** Puts a payment on an invoice; throws when it is locked, not approved or too much. */
export function takePayment(context: DocumentContext, taken: Taken): Payment {
  const { state, organisation, now } = context;
  const { invoice, account, amount, date } = taken;
  const checks = new Checks();
  checks.ensure(amount > 0, 'The payment amount must be greater than zero.');
  checks.ensure(amount <= amountDueOf(invoice), TOO_MUCH);
  checks.ensure(invoice.status === 'AUTHORISED', NOT_AUTHORISED);
  for (const message of lockMessages(context, date)) checks.ensure(false, message);
  checks.finish();
  const payment = savePayment(
    context,
    {
      paymentId: state.newGuid(),
      tenantId: organisation.tenantId,
      invoiceId: invoice.invoiceId,
      creditNoteId: undefined,
      type: invoice.type === 'ACCREC' ? 'ACCRECPAYMENT' : 'ACCPAYPAYMENT',
      accountId: account.accountId,
      date,
      amount,
      reference: taken.reference,
      isReconciled: taken.isReconciled,
      batchPaymentId: taken.batchPaymentId,
      status: 'AUTHORISED',
      created: now,
      updated: now,
    },
    'Created',
  );
  moveMoney(context, invoice, { paid: amount, on: date }, 'Payment received');
  return payment;
}

/** Makes a payment from an element of a request: money for an invoice, or a credit note paid back. */
export function createPayment(context: DocumentContext, element: Element): Payment {
  ensureOneDocument(element);
  const credit = objectField(element, 'CreditNote');
  const document =
    credit === undefined ? { invoice: invoiceOf(context, objectField(element, 'Invoice') ?? {}) } : { note: creditNoteOf(context, credit) };
  const amount = numberField(element, 'Amount');
  if (amount === undefined) throw new ElementInvalid(['The payment amount must be greater than zero.']);
  const checks = new Checks();
  const reference = textField(element, 'Reference');
  checks.length('Reference', reference, 255);
  checks.finish();
  const taken = {
    account: payableAccount(context, element),
    amount: scaled(amount, MONEY_PLACES),
    date: dateField(element, 'Date') ?? today(context.organisation, context.now),
    reference: reference === '' ? undefined : reference,
    isReconciled: booleanField(element, 'IsReconciled') ?? false,
    batchPaymentId: undefined,
  };
  return document.note === undefined
    ? takePayment(context, { ...taken, invoice: document.invoice })
    : refundCredit(context, { ...taken, note: document.note });
}

/** Reverses a payment: the invoice falls back to AUTHORISED, the payment stays readable as DELETED. */
export function deletePayment(context: DocumentContext, payment: Payment, wholeBatch = false): Payment {
  const { state, organisation, now } = context;
  const checks = new Checks();
  checks.ensure(payment.status === 'AUTHORISED', 'The payment has already been deleted.');
  checks.ensure(payment.batchPaymentId === undefined || wholeBatch, IN_BATCH);
  checks.ensure(!payment.isReconciled, RECONCILED);
  for (const message of lockedEditMessages(context, payment.date)) checks.ensure(false, message);
  checks.finish();
  const deleted = savePayment(context, { ...payment, status: 'DELETED', updated: now }, 'Deleted');
  const invoice = findInvoice(state, organisation.tenantId, payment.invoiceId ?? '');
  if (invoice !== undefined) moveMoney(context, invoice, { paid: -payment.amount, on: payment.date }, 'Payment deleted');
  return deleted;
}

/** POST /Payments/{PaymentID}: nothing but `{"Status":"DELETED"}` is possible; the id may be repeated. */
export function updatePayment(context: DocumentContext, payment: Payment, element: Element): Payment {
  const others = Object.keys(element).filter((name) => !['Status', 'PaymentID'].includes(name));
  if (others.length > 0) throw XeroProblem.validation('Only Status accepted for updates');
  const status = wordField(element, 'Status', ['AUTHORISED', 'DELETED'] as const);
  if (status !== 'DELETED') throw XeroProblem.validation('Payments cannot be updated. Only the status DELETED is accepted.');
  return payment.creditNoteId === undefined ? deletePayment(context, payment) : deleteRefund(context, payment);
}
