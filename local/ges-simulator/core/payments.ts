import { z } from 'zod';
import { Problem } from './http.ts';
import { withPaid } from './invoices.ts';
import { toPence, toPounds } from './money.ts';
import type { Invoice, Payment } from './records.ts';
import { saveChanged, saveDerived, saveNew, saveRemoved, type WriteContext } from './saving.ts';
import { check, date, decimal, invalid, text } from './validation.ts';

const METHODS = ['card', 'cash', 'bank-transfer', 'cheque', 'other'] as const;
const changeable = {
  amount: decimal(2, 'positive'),
  date,
  method: z.enum(METHODS, `must be one of ${METHODS.join(', ')}`),
  reference: text(255),
};
const KINDS = ['payment', 'discount'] as const;
const newPayment = z
  .strictObject({
    ...changeable,
    invoiceId: text(100),
    kind: z.enum(KINDS, `must be one of ${KINDS.join(', ')}`),
    vat: decimal(2, 'not-negative'),
  })
  .partial();
const paymentFields = z.strictObject(changeable).partial();

function invoiceOf({ transaction, accountId }: WriteContext, invoiceId: string): Invoice {
  const invoice = transaction.get(accountId, 'invoice', invoiceId);
  if (!invoice) throw invalid([{ field: 'invoiceId', message: 'is not an invoice of this account' }]);
  return invoice;
}

/** Stores the invoice's balance after its payments changed by `difference` pence. */
function settleInvoice(context: WriteContext, invoiceId: string, difference: bigint): void {
  saveDerived(context, 'invoice', withPaid(invoiceOf(context, invoiceId), difference));
}

/**
 * Records money received, after CIS, on an issued invoice. More than is due may be recorded: it happens, and the
 * invoice's `due` is then below zero. Only the sync may record one on a draft: an issued invoice may be back in the
 * editor when the money arrives in Xero. Without a date it is today's, without a method `other`. A discount counts as paid, too.
 * @throws Problem 409, 422
 */
export function createPayment(context: WriteContext, body: unknown): Payment {
  const fields = check(newPayment, body);
  if (fields.invoiceId === undefined) throw invalid([{ field: 'invoiceId', message: 'is required' }]);
  if (fields.amount === undefined) throw invalid([{ field: 'amount', message: 'is required' }]);
  const invoice = invoiceOf(context, fields.invoiceId);
  if (invoice.status === 'void' || (invoice.status === 'draft' && context.origin === 'user')) {
    throw new Problem(409, 'invoice-not-issued', `Invoice ${invoice.number} is ${invoice.status}: payments go on issued invoices.`);
  }
  const instant = new Date(context.now).toISOString();
  const amount = toPence(fields.amount);
  const payment: Payment = {
    id: `pay_${context.transaction.takeNumber('payment')}`,
    revision: 1,
    invoiceId: invoice.id,
    amount: toPounds(amount),
    date: fields.date ?? instant.slice(0, 10),
    method: fields.method ?? 'other',
    reference: fields.reference ?? '',
    ...(fields.kind === 'discount' ? { kind: fields.kind, vat: toPounds(toPence(fields.vat ?? '0')) } : {}),
    updatedAt: instant,
  };
  settleInvoice(context, invoice.id, amount);
  return saveNew(context, 'payment', payment);
}

/** Changes amount, date, method or reference; a payment never moves to another invoice. @throws Problem 422 */
export function changePayment(context: WriteContext, current: Payment, body: unknown): Payment {
  const fields = check(paymentFields, body);
  const amount = toPence(fields.amount ?? current.amount);
  const payment: Payment = {
    ...current,
    amount: toPounds(amount),
    date: fields.date ?? current.date,
    method: fields.method ?? current.method,
    reference: fields.reference ?? current.reference,
  };
  settleInvoice(context, current.invoiceId, amount - toPence(current.amount));
  return saveChanged(context, 'payment', current, payment);
}

/** Removes a payment; its invoice is owed again. */
export function removePayment(context: WriteContext, current: Payment): void {
  settleInvoice(context, current.invoiceId, -toPence(current.amount));
  saveRemoved(context, 'payment', current);
}
