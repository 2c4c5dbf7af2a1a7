import { ZERO_GUID } from '../../../../local/xero-sandbox/core/guids.ts';
import { Recorder } from './recorder.ts';
import { approvedInvoice, fullContact } from './scenarios-invoices.ts';

/** Credit notes, which a Xero user makes and allocates and the API reads. */
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
  for (const query of ['', '?page=1&pageSize=10&unitdp=4', '?order=Date%20ASC', `?where=${encodeURIComponent('Status=="AUTHORISED"')}`])
    recorder.accepted('GET', `CreditNotes${query}`);
  recorder.accepted('GET', 'CreditNotes', undefined, { 'if-modified-since': '2026-11-22T10:00:00Z' });
  for (const path of ['', '/History']) recorder.refused(404, 'GET', `CreditNotes/${ZERO_GUID}${path}`);
  recorder.refused(400, 'GET', `CreditNotes?where=${encodeURIComponent('Nothing')}`);
  return recorder;
}
