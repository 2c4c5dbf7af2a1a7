import { z } from 'zod';
import type { SandboxAnswer } from '../core/messages.ts';
import type { DocumentContext } from '../documents/context.ts';
import { today } from '../documents/lock-dates.ts';
import { invoiceJson } from '../invoices/invoice-json.ts';
import { createInvoice, findInvoice, updateInvoice } from '../invoices/invoice-writes.ts';
import { amountDueOf, type Invoice } from '../invoices/records.ts';
import { allocateOtherCredit, removeOtherCredits } from '../invoices/other-credits.ts';
import { batchPaymentJson } from '../payments/batch-payment-routes.ts';
import { createBatchPayment } from '../payments/batch-payment-writes.ts';
import { paymentJson } from '../payments/payment-json.ts';
import { deletePayment, findPayment, payableAccount, takePayment } from '../payments/payment-writes.ts';
import type { Payment } from '../payments/records.ts';
import { deleteRefund } from '../payments/refund-writes.ts';
import { bodyOf, refuse, type Lever, type Pull } from './context.ts';
import { AMOUNT, DATE, DOCUMENT, TARGET, contextOf, invoiceOf, pence, shown } from './document-pull.ts';

const PAY = z.strictObject({
  ...TARGET,
  amount: AMOUNT.optional(),
  date: DATE.optional(),
  account: z.string().optional(),
  reference: z.string().optional(),
  isReconciled: z.boolean().default(false),
});

const OTHER_CREDIT = z.strictObject({
  ...TARGET,
  kind: z.enum(['overpayment', 'prepayment']),
  amount: AMOUNT.optional(),
  date: DATE.optional(),
});

function paymentOf(context: DocumentContext, paymentId: string): Payment {
  const payment = findPayment(context, paymentId);
  if (payment === undefined) throw refuse(404, `There is no payment ${paymentId} in this organisation.`);
  return payment;
}

const shownInvoice = (context: DocumentContext, invoice: Invoice): object =>
  invoiceJson(context, findInvoice(context.state, invoice.tenantId, invoice.invoiceId) ?? invoice, 'full');

function pay(pull: Pull): SandboxAnswer {
  const body = bodyOf(pull, PAY);
  const context = contextOf(pull, body);
  const invoice = invoiceOf(context, pull.params[0] ?? '');
  return shown(() => {
    const account = payableAccount(context, { Account: { Code: body.account ?? '090' } });
    const payment = takePayment(context, {
      invoice,
      account,
      amount: pence(body.amount, amountDueOf(invoice)),
      date: body.date ?? today(context.organisation, context.now),
      reference: body.reference,
      isReconciled: body.isReconciled,
      batchPaymentId: undefined,
    });
    return paymentJson(context.state, payment);
  });
}

/** A lever on one invoice that needs no more than its id. */
function onInvoice(action: string, does: string, change: (context: DocumentContext, invoice: Invoice, fields: object) => Invoice): Lever {
  return {
    method: 'POST',
    pattern: `as-user/invoices/{}${action}`,
    does,
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      const invoice = invoiceOf(context, pull.params[0] ?? '');
      return shown(() => shownInvoice(context, change(context, invoice, fields)));
    },
  };
}

/** A lever on one payment. */
function onPayment(action: string, does: string, change: (context: DocumentContext, payment: Payment) => Payment): Lever {
  return {
    method: 'POST',
    pattern: `as-user/payments/{}/${action}`,
    does,
    pull: (pull) => {
      const context = contextOf(pull, bodyOf(pull, z.strictObject(TARGET)));
      const payment = paymentOf(context, pull.params[0] ?? '');
      return shown(() => paymentJson(context.state, change(context, payment)));
    },
  };
}

/** A payment with or without its bank line; whether that moves its time is a setting. */
function matched({ state, now }: DocumentContext, payment: Payment, isReconciled: boolean): Payment {
  return state.payments.put({ ...payment, isReconciled, updated: state.settings.reconcilingBumpsTime ? now : payment.updated });
}

/** Acting as a person on invoices and payments; every change raises webhooks. */
export const INVOICE_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/invoices',
    does: 'make an invoice: the element as in the API; Type ACCREC and Status AUTHORISED unless said otherwise',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(() => shownInvoice(context, createInvoice(context, { Type: 'ACCREC', Status: 'AUTHORISED', ...fields })));
    },
  },
  onInvoice('', 'edit an invoice: the fields to change, as in the API', (context, invoice, fields) =>
    updateInvoice(context, invoice, fields as Record<string, unknown>),
  ),
  onInvoice('/void', 'void an approved invoice, or delete a draft', (context, invoice) =>
    updateInvoice(context, invoice, { Status: invoice.status === 'DRAFT' || invoice.status === 'SUBMITTED' ? 'DELETED' : 'VOIDED' }),
  ),
  {
    method: 'POST',
    pattern: 'as-user/invoices/{}/pay',
    does: 'enter a payment: { amount? (default all that is due), date?, account?: code (default 090), reference?, isReconciled? }',
    pull: pay,
  },
  {
    method: 'POST',
    pattern: 'as-user/invoices/{}/other-credit',
    does: 'set an overpayment or prepayment against it: { kind: overpayment | prepayment, amount?, date? }',
    pull: (pull) => {
      const body = bodyOf(pull, OTHER_CREDIT);
      const context = contextOf(pull, body);
      const invoice = invoiceOf(context, pull.params[0] ?? '');
      const date = body.date ?? today(context.organisation, context.now);
      const credit = { kind: body.kind, amount: pence(body.amount, amountDueOf(invoice)), date };
      return shown(() => shownInvoice(context, allocateOtherCredit(context, invoice, credit)));
    },
  },
  onInvoice('/remove-other-credits', 'take its overpayments and prepayments off again', removeOtherCredits),
  {
    method: 'POST',
    pattern: 'as-user/batch-payments',
    does: 'take several payments in one sum: { Account: { Code }, Date?, Payments: [{ Invoice: { InvoiceID }, Amount }] }',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(() => batchPaymentJson(context.state, createBatchPayment(context, { Account: { Code: '090' }, ...fields })));
    },
  },
  onPayment('delete', 'delete a payment or a refund', (context, payment) =>
    payment.creditNoteId === undefined ? deletePayment(context, payment) : deleteRefund(context, payment),
  ),
  onPayment('reconcile', 'match a payment with a bank line; it cannot be deleted then', (context, payment) => {
    if (payment.status !== 'AUTHORISED') throw refuse(400, 'The payment was deleted; no bank line matches it.');
    return matched(context, payment, true);
  }),
  onPayment('unreconcile', 'undo the match with a bank line', (context, payment) => matched(context, payment, false)),
];
