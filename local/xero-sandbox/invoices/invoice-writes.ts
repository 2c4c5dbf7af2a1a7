import { echoed } from '../api/echo.ts';
import { objectField, textField, wordField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { findContact } from '../contacts/contact-writes.ts';
import { ZERO_GUID } from '../core/guids.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import type { DocumentContext } from '../documents/context.ts';
import { ARCHIVED_ON_DOCUMENT, noteRole } from '../documents/document-contact.ts';
import { ensureUnlocked } from '../documents/lock-dates.ts';
import { addHistory } from '../settings/history.ts';
import { announce } from '../webhooks/events.ts';
import { INVOICE_TYPES, blankInvoice, neededContact, sentContact, withInvoiceElement } from './invoice-fields.ts';
import { ensureNumberFree, nextInvoiceNumber, salesInvoiceNumbered } from './invoice-numbers.ts';
import { ensureFirstStatus, movedStatus, settled } from './invoice-status.ts';
import { editedWithMoney } from './paid-edits.ts';
import { INVOICE_STATUSES, amountDueOf, hasMoneyOn, type Invoice, type InvoiceStatus } from './records.ts';

export function findInvoice(state: SandboxState, tenantId: string, invoiceId: string): Invoice | undefined {
  return state.invoices.get(keyOf(tenantId, invoiceId.toLowerCase()));
}

/** Stores an invoice, writes its history and tells the subscribers. */
export function saveInvoice(context: DocumentContext, invoice: Invoice, change: 'CREATE' | 'UPDATE', details = ''): Invoice {
  const { state, organisation, now, userName } = context;
  const { tenantId } = organisation;
  state.invoices.put(invoice);
  const changes = change === 'CREATE' ? 'Created' : 'Edited';
  addHistory(state, now, `${tenantId}/Invoices/${invoice.invoiceId}`, changes, userName, details);
  announce(state, now, { tenantId, category: 'INVOICE', type: change, path: 'Invoices', resourceId: invoice.invoiceId });
  return invoice;
}

const lockState = ({ date, status }: Invoice): { date: number; isApproved: boolean } => ({
  date,
  isApproved: status === 'AUTHORISED' || status === 'PAID',
});

/** Small plans limit approved invoices. */
function ensurePlanAllows({ state, organisation }: DocumentContext, before: Invoice | undefined, after: Invoice): void {
  const limit = organisation.approvedInvoiceLimit;
  if (limit === undefined || after.status !== 'AUTHORISED' || before?.status === 'AUTHORISED') return;
  const approved = state.invoices
    .by('tenant', organisation.tenantId)
    .filter(({ type, status }) => type === 'ACCREC' && ['AUTHORISED', 'PAID'].includes(status));
  if (approved.length >= limit) throw new ElementInvalid(['You have reached the limit of invoices you can approve']);
}

/** Makes an invoice from an element (PUT, or POST that matches nothing). */
export function createInvoice(context: DocumentContext, element: Element): Invoice {
  const type = wordField(element, 'Type', INVOICE_TYPES);
  if (type === undefined) throw new ElementInvalid(['The Type field must be specified.']);
  const status = wordField(element, 'Status', INVOICE_STATUSES) ?? 'DRAFT';
  ensureFirstStatus(status);
  const contactId = neededContact(context, element);
  const sent = withInvoiceElement(context, blankInvoice(context, type, contactId), element, { status, contactId, isNew: true });
  ensureUnlocked(context, undefined, lockState(sent));
  ensurePlanAllows(context, undefined, sent);
  const numbered = sent.number === undefined && type === 'ACCREC' ? { ...sent, number: nextInvoiceNumber(context) } : sent;
  ensureNumberFree(context, numbered);
  noteRole(context, contactId, type === 'ACCREC' ? 'isCustomer' : 'isSupplier');
  return saveInvoice(context, settled(numbered, amountDueOf(numbered), numbered.date), 'CREATE');
}

/** A fetched invoice sent back with another status is malformed to Xero, which takes the status alone. */
function ensureNoEcho(held: Invoice, element: Element, status: InvoiceStatus | undefined): void {
  const isEcho = 'UpdatedDateUTC' in element && 'AmountDue' in element;
  if (isEcho && status !== undefined && status !== held.status)
    throw XeroProblem.postData('Object reference not set to an instance of an object.');
}

/** Applies an element to an invoice. */
export function updateInvoice(context: DocumentContext, held: Invoice, element: Element): Invoice {
  const sentStatus = wordField(element, 'Status', INVOICE_STATUSES);
  ensureNoEcho(held, element, sentStatus);
  const status = movedStatus(held, hasMoneyOn(held), sentStatus, 'invoice');
  ensureUnlocked(context, lockState(held), { date: held.date, isApproved: false });
  if (status === 'VOIDED' || status === 'DELETED') return closeInvoice(context, held, status);
  const contactId = sentContact(context, element) ?? held.contactId;
  const asked = withInvoiceElement(context, held, element, { status, contactId, isNew: false });
  ensureUnlocked(context, lockState(held), lockState(asked));
  const sent = hasMoneyOn(held) ? editedWithMoney(context, held, asked, element) : asked;
  ensurePlanAllows(context, held, sent);
  ensureNumberFree(context, sent);
  if (contactId !== held.contactId) noteRole(context, contactId, held.type === 'ACCREC' ? 'isCustomer' : 'isSupplier');
  const updated = isUnnoticed(held, sent) ? held.updated : sent.updated;
  return saveInvoice(context, settled({ ...sent, updated }, amountDueOf(sent), sent.date), 'UPDATE');
}

/** If-Modified-Since misses edits of DueDate and SentToContact on partly paid invoices. */
function isUnnoticed(held: Invoice, sent: Invoice): boolean {
  const rest = ({ dueDate: _dueDate, sentToContact: _sent, updated: _updated, ...others }: Invoice): string => JSON.stringify(others);
  return hasMoneyOn(held) && held.status === 'AUTHORISED' && rest(held) === rest(sent);
}

/** Voids or deletes; blocked while the contact is archived. */
function closeInvoice(context: DocumentContext, held: Invoice, status: 'VOIDED' | 'DELETED'): Invoice {
  const contact = findContact(context.state, held.tenantId, held.contactId);
  if (contact?.status !== 'ACTIVE' && status === 'VOIDED') throw new ElementInvalid([ARCHIVED_ON_DOCUMENT]);
  return saveInvoice(context, { ...held, status, updated: context.now }, 'UPDATE', status === 'VOIDED' ? 'Voided' : 'Deleted');
}

/** POST without an id in the path: by InvoiceID (unknown: 404), else an existing sales InvoiceNumber is EDITED, else created. Bills may share a number. */
export function createOrUpdateInvoice(context: DocumentContext, element: Element): Invoice {
  const { state, organisation } = context;
  const invoiceId = textField(element, 'InvoiceID');
  if (invoiceId !== undefined && invoiceId !== '' && invoiceId !== ZERO_GUID) {
    const held = findInvoice(state, organisation.tenantId, invoiceId);
    if (held === undefined) throw XeroProblem.notFound();
    return updateInvoice(context, held, element);
  }
  const held =
    wordField(element, 'Type', INVOICE_TYPES) === 'ACCPAY' ? undefined : salesInvoiceNumbered(context, textField(element, 'InvoiceNumber'));
  return held === undefined ? createInvoice(context, element) : updateInvoice(context, held, element);
}

/** Money came onto or went off an invoice: amounts, PAID or AUTHORISED, UpdatedDateUTC and an INVOICE UPDATE. */
export function moveMoney(
  context: DocumentContext,
  held: Invoice,
  change: { paid?: number; credited?: number; on: number },
  details: string,
): Invoice {
  const amountPaid = held.amountPaid + (change.paid ?? 0);
  const amountCredited = held.amountCredited + (change.credited ?? 0);
  const moved = { ...held, amountPaid, amountCredited, updated: context.now };
  return saveInvoice(context, settled(moved, amountDueOf(moved), change.on), 'UPDATE', details);
}

/** The echo of a refused element, with zero GUIDs unless it names an invoice. */
export function invoiceEcho(element: Element): object {
  const contact = objectField(element, 'Contact');
  const shown = contact === undefined ? {} : { Contact: { ...contact, Addresses: [], Phones: [] } };
  return { ...echoed(element), ...shown, InvoiceID: textField(element, 'InvoiceID') ?? ZERO_GUID, LineItems: element.LineItems ?? [] };
}
