import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';
import { approvedInvoice, fullContact } from './scenarios-invoices.ts';

const idOf = (payments: unknown): string => (payments as [{ PaymentID: string }])[0].PaymentID;
const onInvoice = (InvoiceID: string, Amount: number, Code = '090'): Record<string, unknown> => ({
  Invoice: { InvoiceID },
  Account: { Code },
  Date: '2026-11-15',
  Amount,
  Reference: 'GES payment',
});

/** Payments: one, several, by number, deleted, listed, with history, and what is refused. */
export function paymentScenario(): Recorder {
  const recorder = Recorder.ready();
  const contactId = fullContact(recorder);
  const [a, b] = [approvedInvoice(recorder, contactId, 'A'), approvedInvoice(recorder, contactId, 'B')];
  const key = { 'idempotency-key': 'payment-1' };
  const one = recorder.accepted('PUT', 'Payments?summarizeErrors=true', { Payments: [onInvoice(a, 50)] }, key);
  const paymentId = idOf(one.json.Payments);
  recorder.accepted('PUT', 'Payments', { Payments: [onInvoice(a, 10, '970'), onInvoice(b, 20)] });
  recorder.accepted('POST', 'Payments', onInvoice(b, 5));
  recorder.accepted('PUT', 'Payments?summarizeErrors=false', { Payments: [onInvoice(b, 1), onInvoice(b, 5_000)] });
  recorder.accepted('GET', `Payments/${paymentId}`);
  recorder.accepted('PUT', `Payments/${paymentId}/History`, { HistoryRecords: [{ Details: 'Taken on site' }] });
  recorder.accepted('GET', `Payments/${paymentId}/History`);
  recorder.accepted('POST', `Payments/${paymentId}`, { Status: 'DELETED' }, { 'idempotency-key': 'payment-2' });
  const settling = recorder.accepted('PUT', 'Payments', { Payments: [onInvoice(a, 110)] });
  recorder.accepted('GET', `Payments/${idOf(settling.json.Payments)}`);
  lists(recorder, b);
  refusals(recorder, { invoiceId: b, paymentId });
  return recorder;
}

function lists(recorder: Recorder, invoiceId: string): void {
  const queries = [
    '',
    '?page=1&pageSize=2',
    '?order=Date%20DESC&page=1',
    `?where=${encodeURIComponent(`Invoice.InvoiceId==guid("${invoiceId}") AND Status=="AUTHORISED"`)}`,
  ];
  for (const query of queries) recorder.accepted('GET', `Payments${query}`);
  recorder.accepted('GET', 'Payments', undefined, { 'if-modified-since': '2026-11-22T10:00:00.000Z' });
}

function refusals(recorder: Recorder, { invoiceId, paymentId }: { invoiceId: string; paymentId: string }): void {
  recorder.refused(400, 'PUT', 'Payments', { Payments: [onInvoice(invoiceId, 5_000)] });
  recorder.refused(400, 'PUT', 'Payments', { Payments: [onInvoice(ZERO_GUID, 5)] });
  recorder.refused(400, 'PUT', 'Payments', { Payments: [onInvoice(invoiceId, 5, '200')] });
  recorder.refused(400, 'POST', 'Payments', onInvoice(invoiceId, -1));
  recorder.refused(400, 'POST', `Payments/${paymentId}`, { Status: 'DELETED' });
  recorder.refused(400, 'POST', `Payments/${paymentId}`, { Status: 'AUTHORISED' });
  recorder.refused(404, 'POST', `Payments/${ZERO_GUID}`, { Status: 'DELETED' });
  for (const path of ['', '/History']) recorder.refused(404, 'GET', `Payments/${ZERO_GUID}${path}`);
  recorder.refused(404, 'PUT', `Payments/${ZERO_GUID}/History`, { HistoryRecords: [{ Details: 'To nobody' }] });
  recorder.refused(400, 'PUT', `Payments/${paymentId}/History`, { HistoryRecords: [{ Details: '' }] });
  recorder.refused(400, 'GET', `Payments?where=${encodeURIComponent('Status==="X"')}`);
}
