import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';
import { approvedInvoice, fullContact } from './scenarios-invoices.ts';

/** The life of a credit note by API: made, changed, allocated, taken back, voided, with notes in its history. */
function byApi(recorder: Recorder, contactId: string, invoiceId: string): void {
  const line = { Description: 'Goodwill', Quantity: 1, UnitAmount: 30, AccountCode: '200' };
  const element = {
    Type: 'ACCRECCREDIT',
    Contact: { ContactID: contactId },
    Date: '2026-11-20',
    LineAmountTypes: 'Exclusive',
    Reference: 'cr_1',
    LineItems: [line],
  };
  const key = { 'idempotency-key': 'credit-1' };
  const path = 'CreditNotes?summarizeErrors=false&unitdp=4';
  const [{ CreditNoteID }] = recorder.accepted('PUT', path, { CreditNotes: [element, { ...element, LineItems: [] }] }, key).json
    .CreditNotes;
  recorder.refused(400, 'PUT', 'CreditNotes?summarizeErrors=true', { CreditNotes: [{ ...element, Type: undefined }] });
  recorder.accepted('POST', `CreditNotes/${CreditNoteID}`, { CreditNotes: [{ Reference: 'cr_1, changed', Status: 'AUTHORISED' }] });
  recorder.accepted('POST', 'CreditNotes?summarizeErrors=false', { CreditNotes: [{ CreditNoteID, LineItems: [line, line] }] });
  recorder.refused(400, 'POST', 'CreditNotes', { CreditNotes: [{ CreditNoteID, LineItems: [{ ...line, DiscountRate: 10 }] }] });
  recorder.refused(400, 'POST', `CreditNotes/${CreditNoteID}`, { CreditNotes: [{ Status: 'DRAFT' }] });
  const allocations = `CreditNotes/${CreditNoteID}/Allocations`;
  const allocate = { Allocations: [{ Amount: 5, Date: '2026-11-21', Invoice: { InvoiceID: invoiceId } }] };
  const made = recorder.accepted('PUT', allocations, allocate, { 'idempotency-key': 'allocation-1' }).json;
  const [allocation] = made.Allocations as { AllocationID: string }[];
  recorder.refused(400, 'PUT', `${allocations}?summarizeErrors=true`, {
    Allocations: [{ Amount: 9_000, Date: '2026-11-21', Invoice: { InvoiceID: invoiceId } }],
  });
  recorder.accepted('GET', `Invoices/${invoiceId}`);
  recorder.accepted('DELETE', `${allocations}/${allocation?.AllocationID ?? ''}`);
  recorder.refused(404, 'DELETE', `${allocations}/${ZERO_GUID}`);
  recorder.accepted('PUT', `CreditNotes/${CreditNoteID}/History`, { HistoryRecords: [{ Details: 'Asked for by phone' }] });
  recorder.refused(400, 'PUT', `CreditNotes/${CreditNoteID}/History`, { HistoryRecords: [{ Details: '' }] });
  recorder.accepted('POST', `CreditNotes/${CreditNoteID}`, { CreditNotes: [{ Status: 'VOIDED' }] });
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}/History`);
  const ofSupplier = recorder.accepted('PUT', 'CreditNotes', {
    CreditNotes: [{ ...element, Type: 'ACCPAYCREDIT', LineItems: [{ ...line, AccountCode: '429' }] }],
  });
  recorder.accepted('POST', `CreditNotes/${ofSupplier.json.CreditNotes[0].CreditNoteID}`, { CreditNotes: [{ Status: 'DELETED' }] });
}

/** Credit notes, which a Xero user makes and allocates and the API reads, and which the API makes and allocates. */
export function creditNoteScenario(): Recorder {
  const recorder = Recorder.ready();
  const contactId = fullContact(recorder);
  const invoiceId = approvedInvoice(recorder, contactId, 'To be credited');
  const line = { Description: 'Refund of call-out', Quantity: 1, UnitAmount: 60, AccountCode: '200' };
  const { CreditNoteID } = recorder.asUser('credit-notes', { Contact: { ContactID: contactId }, LineItems: [line] }) as {
    CreditNoteID: string;
  };
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}`);
  recorder.asUser(`credit-notes/${CreditNoteID}/allocate`, { invoiceId, amount: 25 });
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}?unitdp=4`);
  recorder.accepted('GET', `Invoices/${invoiceId}`);
  recorder.asUser(`credit-notes/${CreditNoteID}/remove-allocation`, { invoiceId });
  const refund = recorder.asUser(`credit-notes/${CreditNoteID}/refund`, { amount: 10 });
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}`);
  recorder.accepted('GET', `Payments/${String(refund.PaymentID)}`);
  recorder.accepted('GET', 'Payments?page=1');
  recorder.accepted('POST', `Payments/${String(refund.PaymentID)}`, { Status: 'DELETED' });
  const paidBack = { CreditNote: { CreditNoteID }, Account: { Code: '090' }, Date: '2026-11-21', Amount: 5, Reference: 'BACS 7' };
  recorder.accepted('PUT', 'Payments', { Payments: [paidBack] });
  recorder.refused(400, 'PUT', 'Payments', { Payments: [{ ...paidBack, Amount: 5_000 }] });
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}`);
  const labour = { ...line, AccountCode: '210', TaxType: 'DRCHARGE20' };
  const withCis = recorder.asUser('credit-notes', { Contact: { ContactID: contactId }, LineItems: [labour] });
  recorder.accepted('GET', `CreditNotes/${String(withCis.CreditNoteID)}`);
  recorder.accepted('GET', `CreditNotes/${CreditNoteID}/History`);
  byApi(recorder, contactId, invoiceId);
  for (const query of ['', '?page=1&pageSize=10&unitdp=4', '?order=Date%20ASC', `?where=${encodeURIComponent('Status=="AUTHORISED"')}`])
    recorder.accepted('GET', `CreditNotes${query}`);
  recorder.accepted('GET', 'CreditNotes', undefined, { 'if-modified-since': '2026-11-22T10:00:00Z' });
  for (const path of ['', '/History']) recorder.refused(404, 'GET', `CreditNotes/${ZERO_GUID}${path}`);
  recorder.refused(400, 'GET', `CreditNotes?where=${encodeURIComponent('Nothing')}`);
  return recorder;
}
