import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';
import { approvedInvoice, fullContact } from './scenarios-invoices.ts';

/** Several invoices paid in one sum: made, read, deleted as a whole, and what is refused. */
export function batchPaymentScenario(): Recorder {
  const recorder = Recorder.ready();
  const contactId = fullContact(recorder);
  const [a, b] = [approvedInvoice(recorder, contactId, 'A'), approvedInvoice(recorder, contactId, 'B')];
  const batch = (Amount: number): Record<string, unknown> => ({
    Account: { Code: '090' },
    Date: '2026-11-15',
    Reference: 'Card payout',
    Payments: [a, b].map((InvoiceID) => ({ Invoice: { InvoiceID }, Amount })),
  });
  const path = 'BatchPayments?summarizeErrors=true';
  const [first, second] = [30, 20].map((amount) => madeBy(recorder, path, batch(amount)));
  recorder.accepted('GET', `BatchPayments/${first?.id ?? ''}`);
  recorder.accepted('GET', 'BatchPayments');
  recorder.accepted('GET', `BatchPayments?where=${encodeURIComponent('Status=="AUTHORISED"')}&order=Date%20ASC`);
  recorder.accepted('GET', 'BatchPayments', undefined, { 'if-modified-since': '2026-11-22T10:00:00Z' });
  recorder.accepted('GET', `Payments/${second?.paymentId ?? ''}`);
  recorder.accepted('GET', 'Payments?page=1');
  recorder.refused(400, 'POST', `Payments/${second?.paymentId ?? ''}`, { Status: 'DELETED' });
  recorder.accepted('POST', 'BatchPayments', { BatchPaymentID: first?.id, Status: 'DELETED' });
  recorder.accepted('POST', `BatchPayments/${second?.id ?? ''}`, { Status: 'DELETED' });
  recorder.refused(400, 'PUT', 'BatchPayments', { BatchPayments: [batch(5_000)] });
  recorder.refused(400, 'PUT', 'BatchPayments', { BatchPayments: [{ Account: { Code: '090' }, Payments: [] }] });
  recorder.refused(400, 'POST', 'BatchPayments', { BatchPaymentID: first?.id, Status: 'DELETED' });
  recorder.refused(400, 'POST', `BatchPayments/${second?.id ?? ''}`, { Status: 'DELETED' });
  recorder.refused(404, 'GET', `BatchPayments/${ZERO_GUID}`);
  recorder.refused(404, 'POST', `BatchPayments/${ZERO_GUID}`, { Status: 'DELETED' });
  recorder.refused(400, 'GET', `BatchPayments?where=${encodeURIComponent('Size>1')}`);
  return recorder;
}

function madeBy(recorder: Recorder, path: string, batch: object): { id: string; paymentId: string } {
  const { json } = recorder.accepted('PUT', path, { BatchPayments: [batch] });
  const [made] = json.BatchPayments as unknown as [{ BatchPaymentID: string; Payments: [{ PaymentID: string }] }];
  return { id: made.BatchPaymentID, paymentId: made.Payments[0].PaymentID };
}
