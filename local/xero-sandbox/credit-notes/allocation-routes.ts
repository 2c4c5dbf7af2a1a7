import { saveBatch } from '../api/batches.ts';
import type { AccountingCall, Route } from '../api/call.ts';
import { xeroDate } from '../api/dates.ts';
import { echoed } from '../api/echo.ts';
import { elementsOf, numberField, objectField, textField, type Element } from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { contextOf } from '../documents/call-context.ts';
import { MONEY_PLACES, pounds, scaled } from '../documents/decimal.ts';
import { today } from '../documents/lock-dates.ts';
import { dateField } from '../invoices/invoice-fields.ts';
import { findInvoice } from '../invoices/invoice-writes.ts';
import { allocateCredit, removeAllocation } from './allocations.ts';
import { findCreditNote } from './credit-note-writes.ts';
import { creditNoteOf } from './named-credit-note.ts';
import type { Allocation, CreditNote } from './records.ts';

/** The invoice of an allocation: its id, and empty lists. */
function invoiceOfAllocation(invoiceId: string): object {
  return {
    InvoiceID: invoiceId,
    Payments: [],
    CreditNotes: [],
    Prepayments: [],
    Overpayments: [],
    HasErrors: false,
    IsDiscounted: false,
    LineItems: [],
    ValidationErrors: [],
  };
}

function allocationJson({ creditNoteId }: CreditNote, { allocationId, invoiceId, amount, date }: Allocation): object {
  return {
    AllocationID: allocationId,
    Amount: pounds(amount),
    Date: xeroDate(date),
    CreditNote: { CreditNoteID: creditNoteId, LineItems: [] },
    Invoice: invoiceOfAllocation(invoiceId),
    ValidationErrors: [],
  };
}

/** Sets one amount of credit against one invoice: { Invoice: { InvoiceID }, Amount, Date? }. */
function allocate(call: AccountingCall, creditNoteId: string, element: Element): object {
  const context = contextOf(call);
  const { tenantId } = call.organisation;
  const note = findCreditNote(call.state, tenantId, creditNoteId);
  if (note === undefined) throw XeroProblem.notFound();
  const invoice = findInvoice(call.state, tenantId, textField(objectField(element, 'Invoice') ?? {}, 'InvoiceID') ?? '');
  if (invoice === undefined) throw new ElementInvalid(['Invoice could not be found']);
  const amount = scaled(numberField(element, 'Amount') ?? 0, MONEY_PLACES);
  const date = dateField(element, 'Date') ?? today(call.organisation, call.now);
  const after = allocateCredit(context, note, invoice, { amount, date });
  return allocationJson(after, after.allocations.at(-1) as Allocation);
}

/** PUT …/Allocations: one or many. */
function putAllocations(call: AccountingCall): SandboxAnswer {
  const { creditNoteId } = creditNoteOf(call);
  return saveBatch(call, elementsOf(call.request.body, 'Allocations'), {
    plural: 'Allocations',
    errorFlag: undefined,
    save: (element) => allocate(call, creditNoteId, element),
    echo: (element) => echoed(element, false),
  });
}

/** DELETE …/Allocations/{AllocationID}: the allocation alone, without an envelope. */
function deleteAllocation(call: AccountingCall): SandboxAnswer {
  const note = creditNoteOf(call);
  const allocation = note.allocations.find(({ allocationId }) => allocationId === (call.params[1] ?? '').toLowerCase());
  if (allocation === undefined) throw XeroProblem.notFound();
  removeAllocation(contextOf(call), note, allocation);
  const { allocationId, invoiceId } = allocation;
  return jsonAnswer(200, { AllocationID: allocationId, Date: xeroDate(call.now), Invoice: { InvoiceID: invoiceId }, IsDeleted: true });
}

export const ALLOCATION_ROUTES: readonly Route[] = [
  { method: 'PUT', pattern: 'CreditNotes/{}/Allocations', area: 'invoices', handle: putAllocations },
  { method: 'DELETE', pattern: 'CreditNotes/{}/Allocations/{}', area: 'invoices', handle: deleteAllocation },
];
