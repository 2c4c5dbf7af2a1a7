import { Checks, textField, wordField, type Element } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import { caseless, keyOf, type SandboxState } from '../core/state.ts';
import type { DocumentContext } from '../documents/context.ts';
import { noteRole } from '../documents/document-contact.ts';
import { withLines } from '../documents/line-items.ts';
import { lockMessages, today } from '../documents/lock-dates.ts';
import { LINE_AMOUNT_TYPES } from '../documents/records.ts';
import { totalsOf } from '../documents/totals.ts';
import { cisOf } from '../invoices/invoice-cis.ts';
import { dateField, neededContact } from '../invoices/invoice-fields.ts';
import { moveMoney } from '../invoices/invoice-writes.ts';
import { amountDueOf, type Invoice } from '../invoices/records.ts';
import { addHistory } from '../settings/history.ts';
import { announce } from '../webhooks/events.ts';
import { remainingCreditOf, type CreditNote } from './records.ts';

export function findCreditNote(state: SandboxState, tenantId: string, creditNoteId: string): CreditNote | undefined {
  return state.creditNotes.get(keyOf(tenantId, creditNoteId.toLowerCase()));
}

/** The credit note with that number, if any. */
export function creditNoteNumbered(state: SandboxState, tenantId: string, number: string): CreditNote | undefined {
  return state.creditNotes.by('tenant', tenantId).find((note) => caseless(note.number) === caseless(number));
}

/** Stores a credit note, writes its history and tells the subscribers; the event carries type and status. */
function save(context: DocumentContext, note: CreditNote, change: 'CREATE' | 'UPDATE', details = ''): CreditNote {
  const { state, now, userName } = context;
  const saved = remainingCreditOf(note) === 0 && note.status === 'AUTHORISED' ? { ...note, status: 'PAID' as const } : note;
  state.creditNotes.put(saved);
  const { tenantId, creditNoteId } = saved;
  addHistory(state, now, `${tenantId}/CreditNotes/${creditNoteId}`, change === 'CREATE' ? 'Created' : 'Edited', userName, details);
  const data = { Type: 'ACCRECCREDIT', Status: saved.status };
  announce(state, now, { tenantId, category: 'CREDITNOTE', type: change, path: 'CreditNotes', resourceId: creditNoteId, data });
  return saved;
}

function nextNumber({ state, organisation }: DocumentContext): string {
  const current = state.organisations.get(organisation.tenantId) ?? organisation;
  state.organisations.put({ ...current, nextCreditNoteNumber: current.nextCreditNoteNumber + 1 });
  return `CN-${String(current.nextCreditNoteNumber).padStart(4, '0')}`;
}

/** Makes an approved sales credit note from an element with Contact and LineItems. */
export function createCreditNote(context: DocumentContext, element: Element): CreditNote {
  const { state, organisation, now } = context;
  const checks = new Checks();
  const contactId = neededContact(context, element);
  const lineAmountTypes = wordField(element, 'LineAmountTypes', LINE_AMOUNT_TYPES) ?? 'Exclusive';
  const date = dateField(element, 'Date') ?? today(organisation, now);
  const lines = withLines(context, undefined, element, lineAmountTypes, checks);
  checks.ensure(lines.length > 0, 'One or more line items must be specified');
  const { subTotal, totalTax, total } = totalsOf(lines, lineAmountTypes);
  checks.ensure(total > 0, 'The document total must be greater than zero.');
  for (const message of lockMessages(context, date)) checks.ensure(false, message);
  checks.finish();
  noteRole(context, contactId, 'isCustomer');
  const reference = textField(element, 'Reference');
  return save(
    context,
    {
      creditNoteId: state.newGuid(),
      tenantId: organisation.tenantId,
      number: textField(element, 'CreditNoteNumber') ?? nextNumber(context),
      reference: reference === '' ? undefined : reference,
      contactId,
      date,
      status: 'AUTHORISED',
      lineAmountTypes,
      lines,
      currency: organisation.baseCurrency,
      subTotal,
      totalTax,
      total,
      ...cisOf(context, { type: 'ACCREC', contactId, lines, lineAmountTypes }),
      allocations: [],
      amountRefunded: 0,
      updated: now,
    },
    'CREATE',
  );
}

/** Money paid back to the customer from a credit note, no more than is left of it; negative when the refund is deleted. */
export function moveRefund(context: DocumentContext, note: CreditNote, amount: number, details: string): CreditNote {
  const refunded = { ...note, amountRefunded: note.amountRefunded + amount, updated: context.now };
  return save(context, { ...refunded, status: note.status === 'PAID' ? 'AUTHORISED' : note.status }, 'UPDATE', details);
}

/** Sets credit against an invoice: AmountCredited grows, not AmountPaid, and Payments stay as they are. */
export function allocateCredit(context: DocumentContext, note: CreditNote, invoice: Invoice, amount: number, date: number): CreditNote {
  const checks = new Checks();
  checks.ensure(amount > 0 && amount <= remainingCreditOf(note), 'The amount exceeds the remaining credit of the credit note.');
  checks.ensure(amount <= amountDueOf(invoice), 'The amount exceeds the amount outstanding on this document');
  checks.ensure(
    invoice.status === 'AUTHORISED' && invoice.type === 'ACCREC',
    'Credit can only be allocated to an Authorised sales invoice.',
  );
  checks.ensure(note.status === 'AUTHORISED', 'The credit note must be Authorised.');
  checks.ensure(note.contactId === invoice.contactId, 'The credit note and the invoice must have the same contact.');
  checks.finish();
  moveMoney(context, invoice, { credited: amount, on: date }, `Credit note ${note.number} allocated`);
  const allocation = { allocationId: context.state.newGuid(), invoiceId: invoice.invoiceId, amount, date };
  return save(context, { ...note, allocations: [...note.allocations, allocation], updated: context.now }, 'UPDATE', 'Allocated');
}

/** Takes an allocation back. */
export function removeAllocation(context: DocumentContext, note: CreditNote, invoice: Invoice): CreditNote {
  const gone = note.allocations.filter(({ invoiceId }) => invoiceId === invoice.invoiceId);
  if (gone.length === 0) throw new ElementInvalid(['The credit note is not allocated to that invoice.']);
  const credited = -gone.reduce((sum, { amount }) => sum + amount, 0);
  moveMoney(context, invoice, { credited, on: invoice.date }, `Allocation of ${note.number} removed`);
  const allocations = note.allocations.filter(({ invoiceId }) => invoiceId !== invoice.invoiceId);
  return save(context, { ...note, status: 'AUTHORISED', allocations, updated: context.now }, 'UPDATE', 'Allocation removed');
}
