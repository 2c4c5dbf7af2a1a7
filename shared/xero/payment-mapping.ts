import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import type { PaymentElement, XeroPayment } from '../domain/xero-invoice.ts';
import { penceOf, poundsOf } from './amounts.ts';
import { documentDate } from './document-date.ts';
import { knownWord } from './known-word.ts';

/** Xero's payments ⇄ our words. */

export type NewPayment = PaymentElement & { readonly kind: 'create' };

/** A payment of an answer in our words. */
export function toPayment(payment: Payment): XeroPayment {
  return {
    paymentId: payment.paymentID ?? '',
    invoiceId: payment.invoice?.invoiceID ?? '',
    accountId: payment.account?.accountID ?? '',
    date: documentDate(payment.date) ?? '',
    amount: penceOf(payment.amount),
    reference: payment.reference ?? '',
    status: knownWord(payment.status, ['AUTHORISED', 'DELETED'], 'payment status'),
    isReconciled: payment.isReconciled ?? false,
    isBatch: Boolean(payment.batchPaymentID ?? payment.batchPayment?.batchPaymentID),
    updatedAt: payment.updatedDateUTC?.getTime() ?? 0,
  };
}

/** A new payment. The account by AccountID: some accounts have no code, and codes get renumbered. */
export function toXeroPayment(payment: NewPayment): Payment {
  return {
    invoice: { invoiceID: payment.invoiceId },
    account: { accountID: payment.accountId },
    date: payment.date,
    amount: poundsOf(payment.amount),
    ...(payment.reference === '' ? {} : { reference: payment.reference }),
  };
}
