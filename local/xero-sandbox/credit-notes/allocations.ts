import { Checks } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import type { DocumentContext } from '../documents/context.ts';
import { findInvoice, moveMoney } from '../invoices/invoice-writes.ts';
import { amountDueOf, type Invoice } from '../invoices/records.ts';
import { findCreditNote, saveCreditNote } from './credit-note-writes.ts';
import { remainingCreditOf, type Allocation, type CreditNote } from './records.ts';

const PAID_OFF = 'The invoice you are trying to allocate to has already been paid off';
const TOO_MUCH = 'Credit Note cannot be allocated as amount is greater than amount outstanding';
const sideOf = (type: CreditNote['type'] | Invoice['type']): string => (type.startsWith('ACCREC') ? 'sales' : 'purchases');

/** Sets credit against an invoice: AmountCredited grows, not AmountPaid, and Payments stay as they are. Throws when it does not fit. */
export function allocateCredit(
  context: DocumentContext,
  note: CreditNote,
  invoice: Invoice,
  { amount, date }: Pick<Allocation, 'amount' | 'date'>,
): CreditNote {
  const checks = new Checks();
  const due = amountDueOf(invoice);
  const isPaidOff = invoice.status === 'PAID' || (invoice.status === 'AUTHORISED' && due === 0);
  checks.ensure(!isPaidOff, PAID_OFF);
  checks.ensure(amount > 0, 'The amount to be allocated must be greater than zero.');
  checks.ensure(isPaidOff || (amount <= due && amount <= remainingCreditOf(note)), TOO_MUCH);
  const isOpen = isPaidOff || (invoice.status === 'AUTHORISED' && sideOf(invoice.type) === sideOf(note.type));
  checks.ensure(isOpen, 'Credit can only be allocated to an Authorised document of the same kind.');
  checks.ensure(note.status === 'AUTHORISED', 'The credit note must be Authorised.');
  checks.ensure(note.contactId === invoice.contactId, 'The credit note and the invoice must have the same contact.');
  checks.finish();
  moveMoney(context, invoice, { credited: amount, on: date }, `Credit note ${note.number ?? ''} allocated`);
  const allocation = { allocationId: context.state.newGuid(), invoiceId: invoice.invoiceId, amount, date };
  return saveCreditNote(context, { ...note, allocations: [...note.allocations, allocation], updated: context.now }, 'UPDATE', 'Allocated');
}

/** Takes one allocation back: what it had credited is due again. */
export function removeAllocation(context: DocumentContext, note: CreditNote, gone: Allocation): CreditNote {
  const invoice = findInvoice(context.state, note.tenantId, gone.invoiceId);
  if (invoice !== undefined)
    moveMoney(context, invoice, { credited: -gone.amount, on: invoice.date }, `Allocation of ${note.number ?? ''} removed`);
  const allocations = note.allocations.filter(({ allocationId }) => allocationId !== gone.allocationId);
  return saveCreditNote(context, { ...note, allocations, updated: context.now }, 'UPDATE', 'Allocation removed');
}

/** Takes back all that a credit note has set against one invoice. */
export function removeAllocationsTo(context: DocumentContext, note: CreditNote, invoiceId: string): CreditNote {
  const gone = note.allocations.filter((allocation) => allocation.invoiceId === invoiceId);
  if (gone.length === 0) throw new ElementInvalid(['The credit note is not allocated to that invoice.']);
  for (const allocation of gone) {
    removeAllocation(context, findCreditNote(context.state, note.tenantId, note.creditNoteId) ?? note, allocation);
  }
  return findCreditNote(context.state, note.tenantId, note.creditNoteId) ?? note;
}
