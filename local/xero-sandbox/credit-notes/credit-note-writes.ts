import { textField, wordField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { ZERO_GUID } from '../core/guids.ts';
import { caseless, keyOf, type SandboxState } from '../core/state.ts';
import type { DocumentContext } from '../documents/context.ts';
import { noteRole } from '../documents/document-contact.ts';
import { ensureUnlocked } from '../documents/lock-dates.ts';
import { neededContact, sentContact } from '../invoices/invoice-fields.ts';
import { HAS_MONEY, NOT_MODIFIABLE, ensureFirstStatus, movedStatus } from '../invoices/invoice-status.ts';
import { INVOICE_STATUSES } from '../invoices/records.ts';
import { addHistory } from '../settings/history.ts';
import { announce } from '../webhooks/events.ts';
import { blankCreditNote, withCreditNoteElement } from './credit-note-fields.ts';
import { CREDIT_NOTE_TYPES, isUsed, remainingCreditOf, type CreditNote } from './records.ts';

export function findCreditNote(state: SandboxState, tenantId: string, creditNoteId: string): CreditNote | undefined {
  return state.creditNotes.get(keyOf(tenantId, creditNoteId.toLowerCase()));
}

/** The customers' credit note with that number, if any; deleted ones are left out. */
export function creditNoteNumbered(state: SandboxState, tenantId: string, number: string): CreditNote | undefined {
  const found = state.creditNotes.by('number', keyOf(tenantId, caseless(number)));
  return found.find(({ type, status }) => type === 'ACCRECCREDIT' && status !== 'DELETED');
}

/** PAID once nothing is left of an approved credit note, AUTHORISED again when something is. */
function settled(note: CreditNote, now: number): CreditNote {
  if (note.status !== 'AUTHORISED' && note.status !== 'PAID') return note;
  return remainingCreditOf(note) === 0
    ? { ...note, status: 'PAID', fullyPaidOn: note.fullyPaidOn ?? Math.floor(now / 86_400_000) * 86_400_000 }
    : { ...note, status: 'AUTHORISED', fullyPaidOn: undefined };
}

/** Stores a credit note, writes its history and tells the subscribers; the event carries type and status. */
export function saveCreditNote(context: DocumentContext, note: CreditNote, change: 'CREATE' | 'UPDATE', details = ''): CreditNote {
  const { state, now, userName } = context;
  const saved = state.creditNotes.put(settled(note, now));
  const { tenantId, creditNoteId } = saved;
  addHistory(state, now, `${tenantId}/CreditNotes/${creditNoteId}`, change === 'CREATE' ? 'Created' : 'Edited', userName, details);
  const data = { Type: saved.type, Status: saved.status };
  announce(state, now, { tenantId, category: 'CREDITNOTE', type: change, path: 'CreditNotes', resourceId: creditNoteId, data });
  return saved;
}

/** The next free number of the organisation's own sequence, for example CN-0001. */
function nextNumber({ state, organisation }: DocumentContext): string {
  const current = state.organisations.get(organisation.tenantId) ?? organisation;
  let next = current.nextCreditNoteNumber;
  const written = (): string => `CN-${String(next).padStart(4, '0')}`;
  while (creditNoteNumbered(state, organisation.tenantId, written()) !== undefined) next += 1;
  const number = written();
  state.organisations.put({ ...current, nextCreditNoteNumber: next + 1 });
  return number;
}

/** Numbers of customers' credit notes are unique over what is not deleted; they are another sequence than the invoices'. */
function ensureNumberFree({ state }: DocumentContext, note: CreditNote): void {
  if (note.type !== 'ACCRECCREDIT' || note.number === undefined) return;
  const other = creditNoteNumbered(state, note.tenantId, note.number);
  if (other !== undefined && other.creditNoteId !== note.creditNoteId) throw new ElementInvalid(['Credit Note # must be unique.']);
}

const lockState = ({ date, status }: CreditNote): { date: number; isApproved: boolean } => ({
  date,
  isApproved: status === 'AUTHORISED' || status === 'PAID',
});
const roleOf = ({ type }: CreditNote): 'isCustomer' | 'isSupplier' => (type === 'ACCRECCREDIT' ? 'isCustomer' : 'isSupplier');

/** Makes a credit note from an element (PUT, or POST that matches nothing). Allocations are a call of their own: those sent here are ignored. */
export function createCreditNote(context: DocumentContext, element: Element): CreditNote {
  const type = wordField(element, 'Type', CREDIT_NOTE_TYPES);
  if (type === undefined) throw new ElementInvalid(['The Type field must be specified.']);
  const status = wordField(element, 'Status', INVOICE_STATUSES) ?? 'DRAFT';
  ensureFirstStatus(status);
  const contactId = neededContact(context, element);
  const sent = withCreditNoteElement(context, blankCreditNote(context, { type, contactId }), element, { status, contactId, isNew: true });
  ensureUnlocked(context, undefined, lockState(sent));
  const numbered = sent.number === undefined && type === 'ACCRECCREDIT' ? { ...sent, number: nextNumber(context) } : sent;
  ensureNumberFree(context, numbered);
  noteRole(context, contactId, roleOf(numbered));
  return saveCreditNote(context, numbered, 'CREATE');
}

/** What may not change once some of the credit was used: all that its amounts follow from, and whom it is for. */
function frozen({ contactId, date, lineAmountTypes, lines }: CreditNote): string {
  return JSON.stringify([
    contactId,
    date,
    lineAmountTypes,
    lines.map(({ id, lineAmount, taxAmount, taxType }) => [id, lineAmount, taxAmount, taxType]),
  ]);
}

/** Applies an element to a credit note. One that is used up can no longer be edited, and allocations cannot be sent again. */
export function updateCreditNote(context: DocumentContext, held: CreditNote, element: Element): CreditNote {
  const status = movedStatus(held, isUsed(held), wordField(element, 'Status', INVOICE_STATUSES), 'credit note');
  if (held.status === 'PAID') throw new ElementInvalid([NOT_MODIFIABLE]);
  if (Array.isArray(element.Allocations) && element.Allocations.length > 0)
    throw new ElementInvalid(['Allocations of a credit note cannot be changed with it.']);
  ensureUnlocked(context, lockState(held), { date: held.date, isApproved: false });
  if (status === 'VOIDED' || status === 'DELETED') {
    const details = status === 'VOIDED' ? 'Voided' : 'Deleted';
    return saveCreditNote(context, { ...held, status, updated: context.now }, 'UPDATE', details);
  }
  const contactId = sentContact(context, element) ?? held.contactId;
  const sent = withCreditNoteElement(context, held, element, { status, contactId, isNew: false });
  ensureUnlocked(context, lockState(held), lockState(sent));
  if (isUsed(held) && frozen(held) !== frozen(sent)) throw new ElementInvalid([NOT_MODIFIABLE, HAS_MONEY]);
  ensureNumberFree(context, sent);
  if (contactId !== held.contactId) noteRole(context, contactId, roleOf(sent));
  return saveCreditNote(context, sent, 'UPDATE');
}

/** POST without an id in the path: by CreditNoteID (unknown: 404), else an existing number is EDITED, else created. */
export function createOrUpdateCreditNote(context: DocumentContext, element: Element): CreditNote {
  const { state, organisation } = context;
  const creditNoteId = textField(element, 'CreditNoteID') ?? '';
  if (creditNoteId !== '' && creditNoteId !== ZERO_GUID) {
    const held = findCreditNote(state, organisation.tenantId, creditNoteId);
    if (held === undefined) throw XeroProblem.notFound();
    return updateCreditNote(context, held, element);
  }
  const number = wordField(element, 'Type', CREDIT_NOTE_TYPES) === 'ACCPAYCREDIT' ? '' : (textField(element, 'CreditNoteNumber') ?? '');
  const held = number === '' ? undefined : creditNoteNumbered(state, organisation.tenantId, number);
  return held === undefined ? createCreditNote(context, element) : updateCreditNote(context, held, element);
}

/** Money paid back to the customer from a credit note, no more than is left of it; negative when the refund is deleted. */
export function moveRefund(context: DocumentContext, note: CreditNote, amount: number, details: string): CreditNote {
  return saveCreditNote(context, { ...note, amountRefunded: note.amountRefunded + amount, updated: context.now }, 'UPDATE', details);
}
