import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import type { Payments } from 'xero-node/dist/gen/model/accounting/payments.js';
import type { XeroPayment } from '../domain/xero-invoice.ts';
import { AttentionFailure } from '../sync/errors.ts';
import type { XeroMoneyBooks } from '../sync/money-ports.ts';
import type { ElementAnswer } from '../sync/ports.ts';
import type { ApiCaller } from './api-caller.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { PAGE_SIZE, readEveryPage } from './paged-reads.ts';
import { toPayment, toXeroPayment, type NewPayment } from './payment-mapping.ts';
import { NOT_FOUND_IN_XERO } from './xero-failure.ts';

const GET = 'GET Payments';
/** Money received on sales invoices: no bills, no refunds. */
const RECEIVED = 'PaymentType=="ACCRECPAYMENT"';

/** Every payment that fits, deleted ones too: Xero keeps them readable. */
function readAll(call: ApiCaller, where: string, modifiedSince?: Date): Promise<readonly XeroPayment[]> {
  return readEveryPage(
    'Payments',
    (payment) => payment.paymentId,
    async (page) => {
      const body = await call<Payments>({
        operation: GET,
        kind: 'read',
        isList: true,
        notModified: { payments: [] },
        send: (api, tenantId) => api.getPayments(tenantId, modifiedSince, where, undefined, page, PAGE_SIZE),
      });
      return { items: listOf(body.payments, GET).map(toPayment), pagination: body.pagination };
    },
  );
}

/** One payment; an id that Xero does not know is none. */
async function readPayment(call: ApiCaller, paymentId: string): Promise<readonly XeroPayment[]> {
  try {
    const body = await call<Payments>({ operation: GET, kind: 'read', send: (api, tenantId) => api.getPayment(tenantId, paymentId) });
    return listOf(body.payments, GET).map(toPayment);
  } catch (failure) {
    if (failure instanceof AttentionFailure && failure.problem.code === NOT_FOUND_IN_XERO) return [];
    throw failure;
  }
}

const common = { noun: 'payment', idOf: (element: Payment) => element.paymentID, toRecord: toPayment };
const created: ElementReading<Payment, NewPayment, XeroPayment> = {
  ...common,
  operation: 'PUT Payments',
  isAbout: (sent, payment) => sameId(payment.invoiceId, sent.invoiceId) && payment.amount === sent.amount,
};
const deleted: ElementReading<Payment, string, XeroPayment> = {
  ...common,
  operation: 'POST Payments',
  isAbout: (paymentId, payment) => sameId(payment.paymentId, paymentId),
};

export type PaymentBooks = Pick<
  XeroMoneyBooks,
  'paymentsOfInvoice' | 'paymentsByIds' | 'paymentsModifiedSince' | 'createPayments' | 'deletePayment'
>;

/** Payments through xero-node. See XeroMoneyBooks for what each method does, calls and throws. */
export function createPaymentBooks(call: ApiCaller): PaymentBooks {
  return {
    paymentsOfInvoice: (invoiceId) => readAll(call, `Invoice.InvoiceID==guid("${invoiceId}")`),

    async paymentsByIds(ids) {
      const found = await Promise.all(ids.map((id) => readPayment(call, id)));
      return found.flat();
    },

    paymentsModifiedSince: (since) => readAll(call, RECEIVED, new Date(since)),

    async createPayments(elements, idempotencyKey) {
      const payments = elements.map(toXeroPayment);
      const body = await call<Payments>({
        operation: created.operation,
        kind: 'write',
        send: (api, tenantId) => api.createPayments(tenantId, { payments }, false, idempotencyKey),
      });
      return answersInOrder(body.payments, elements, created);
    },

    async deletePayment(paymentId, idempotencyKey): Promise<ElementAnswer<XeroPayment>> {
      const answer = await call<Payments | { readonly refused: readonly string[] }>({
        operation: deleted.operation,
        kind: 'write',
        refused: (messages) => ({ refused: messages }),
        send: (api, tenantId) => api.deletePayment(tenantId, paymentId, { status: 'DELETED' }, idempotencyKey),
      });
      if ('refused' in answer) return { ok: false, messages: answer.refused };
      const [only] = answersInOrder(answer.payments, [paymentId], deleted);
      return only as ElementAnswer<XeroPayment>;
    },
  };
}
