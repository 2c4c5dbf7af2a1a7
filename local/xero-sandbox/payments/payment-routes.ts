import { saveBatch } from '../api/batches.ts';
import { envelope, type AccountingCall, type Route } from '../api/call.ts';
import { echoed } from '../api/echo.ts';
import { elementsOf, textField, type Element } from '../api/fields.ts';
import { select } from '../api/lists.ts';
import { XeroProblem } from '../api/problems.ts';
import { ZERO_GUID } from '../core/guids.ts';
import type { SandboxAnswer } from '../core/messages.ts';
import { contextOf } from '../documents/call-context.ts';
import { addNotes, listHistory } from '../settings/history.ts';
import { paymentFields, paymentJson } from './payment-json.ts';
import { createPayment, findPayment, updatePayment } from './payment-writes.ts';
import type { Payment } from './records.ts';

function listPayments(call: AccountingCall): SandboxAnswer {
  const { rows, pagination } = select({
    rows: call.state.payments.by('tenant', call.organisation.tenantId),
    query: call.url.searchParams,
    headers: call.request.headers,
    fields: paymentFields(call.state),
    updatedOf: (payment) => payment.updated,
    idOf: (payment) => payment.paymentId,
  });
  return envelope(
    call,
    'Payments',
    rows.map((payment) => paymentJson(call.state, payment)),
    pagination,
  );
}

function paymentOf(call: AccountingCall): Payment {
  const payment = findPayment(contextOf(call), call.params[0] ?? '');
  if (payment === undefined) throw XeroProblem.notFound();
  return payment;
}

const echo = (element: Element): object => ({ ...echoed(element, false), PaymentID: textField(element, 'PaymentID') ?? ZERO_GUID });

/** PUT creates one or many. */
function putPayments(call: AccountingCall): SandboxAnswer {
  const context = contextOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'Payments'), {
    plural: 'Payments',
    errorFlag: 'HasValidationErrors',
    save: (element) => paymentJson(call.state, createPayment(context, element), true),
    echo,
  });
}

/** POST creates one, or deletes one that is named by PaymentID. */
function postPayment(call: AccountingCall): SandboxAnswer {
  const context = contextOf(call);
  const elements = elementsOf(call.request.body, 'Payments');
  if (elements.length > 1) throw XeroProblem.validation('POST accepts one payment; use PUT for several.');
  const save = (element: Element): Payment => {
    const paymentId = textField(element, 'PaymentID');
    if (paymentId === undefined) return createPayment(context, element);
    const payment = findPayment(context, paymentId);
    if (payment === undefined) throw XeroProblem.notFound();
    return updatePayment(context, payment, element);
  };
  return saveBatch(call, elements, {
    plural: 'Payments',
    errorFlag: 'HasValidationErrors',
    save: (element) => paymentJson(call.state, save(element), true),
    echo,
  });
}

function updateOne(call: AccountingCall): SandboxAnswer {
  const context = contextOf(call);
  const payment = paymentOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'Payments').slice(0, 1), {
    plural: 'Payments',
    errorFlag: 'HasValidationErrors',
    save: (element) => paymentJson(call.state, updatePayment(context, payment, element), true),
    echo: (element) => ({ ...echoed(element, false), PaymentID: payment.paymentId }),
  });
}

const subjectOf = (call: AccountingCall): string => `${call.organisation.tenantId}/Payments/${paymentOf(call).paymentId}`;
const AREA = 'payments';

export const PAYMENT_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'Payments', area: AREA, handle: listPayments },
  { method: 'PUT', pattern: 'Payments', area: AREA, handle: putPayments },
  { method: 'POST', pattern: 'Payments', area: AREA, handle: postPayment },
  {
    method: 'GET',
    pattern: 'Payments/{}',
    area: AREA,
    handle: (call) => envelope(call, 'Payments', [paymentJson(call.state, paymentOf(call), true)]),
  },
  { method: 'POST', pattern: 'Payments/{}', area: AREA, handle: updateOne },
  { method: 'GET', pattern: 'Payments/{}/History', area: AREA, handle: (call) => listHistory(call, subjectOf(call)) },
  { method: 'PUT', pattern: 'Payments/{}/History', area: AREA, handle: (call) => addNotes(call, subjectOf(call)) },
];
