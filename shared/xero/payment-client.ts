import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import type { Payments } from 'xero-node/dist/gen/model/accounting/payments.js';
import type { XeroPayment } from '../domain/xero-invoice.ts';
import type { ElementAnswer, XeroBooks } from '../sync/books-port.ts';
import type { ApiCall, ApiCaller } from './api-caller.ts';
import { answersInOrder, listOf, sameId, type ElementReading } from './element-answers.ts';
import { BY_CHANGE, PAGE_SIZE, readEveryPage, readFeedPage } from './paged-reads.ts';
import { toPayment, toXeroPayment, type NewPayment } from './payment-mapping.ts';

const GET = 'GET Payments';
/** Money received on sales invoices: no bills, no refunds. */
const RECEIVED = 'PaymentType=="ACCRECPAYMENT"';

interface PaymentQuery {
  readonly modifiedSince?: Date;
  readonly where: string;
  readonly order?: string;
  readonly page: number;
}

/** One page, deleted payments too: Xero keeps them readable. */
function getPayments({ modifiedSince, where, order, page }: PaymentQuery): ApiCall<Payments> {
  return {
    operation: GET,
    kind: 'read',
    isList: true,
    notModified: { payments: [] },
    send: (api, tenantId) => api.getPayments(tenantId, modifiedSince, where, order, page, PAGE_SIZE),
  };
}

const paymentsOf = (body: Payments): readonly XeroPayment[] => listOf(body.payments, GET).map(toPayment);

function readAll(call: ApiCaller, where: string): Promise<readonly XeroPayment[]> {
  return readEveryPage(
    'Payments',
    (payment) => payment.paymentId,
    async (page) => {
      const body = await call(getPayments({ where, page }));
      return { items: paymentsOf(body), pagination: body.pagination };
    },
  );
}

/** A day `YYYY-MM-DD` in the words of Xero's filters. */
function dayInFilter(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `DateTime(${year},${month},${date})`;
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

export type PaymentBooks = Pick<XeroBooks, 'paymentFeed' | 'paymentsDated' | 'paymentsOfInvoice' | 'createPayments' | 'deletePayment'>;

/** Payments through xero-node. See XeroBooks for what each method does, calls and throws. */
export function createPaymentBooks(call: ApiCaller): PaymentBooks {
  return {
    paymentFeed: (since, page) =>
      readFeedPage(call, getPayments({ modifiedSince: new Date(since), where: RECEIVED, order: BY_CHANGE, page }), paymentsOf),

    paymentsDated: (from, to) => readAll(call, `${RECEIVED} AND Date>=${dayInFilter(from)} AND Date<=${dayInFilter(to)}`),

    paymentsOfInvoice: (invoiceId) => readAll(call, `Invoice.InvoiceID==guid("${invoiceId}")`),

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
