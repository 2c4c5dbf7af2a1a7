import type { Allocation as XeroAllocation } from 'xero-node/dist/gen/model/accounting/allocation.js';
import { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import { CurrencyCode } from 'xero-node/dist/gen/model/accounting/currencyCode.js';
import { LineAmountTypes } from 'xero-node/dist/gen/model/accounting/lineAmountTypes.js';
import type { Allocation, NewInvoice, OutgoingLine, XeroInvoice } from '../domain/xero-invoice.ts';
import { penceOf } from './amounts.ts';
import { documentDate } from './document-date.ts';
import { readLine, STATUSES, writeLine, type InvoiceUpdate } from './invoice-mapping.ts';
import { knownWord } from './known-word.ts';

/** Xero's credit notes ⇄ invoices with all signs turned (C13). */

/** A credit note of an answer. Its sums come from the answer; prices are turned line by line. */
export function toCredit(note: CreditNote): XeroInvoice {
  const total = penceOf(note.total);
  const cisDeduction = penceOf(note.cISDeduction);
  const remaining = penceOf(note.remainingCredit);
  const allocations = (note.allocations ?? []).map(toAllocation);
  const allocated = allocations.reduce((sum, { amount }) => sum + amount, 0);
  const status = knownWord(note.status, STATUSES, 'credit note status');
  const isOver = status === 'VOIDED' || status === 'DELETED';
  return {
    invoiceId: note.creditNoteID ?? '',
    type: String(note.type) === 'ACCRECCREDIT' ? 'ACCREC' : 'ACCPAY',
    number: note.creditNoteNumber ?? '',
    contactId: note.contact?.contactID ?? '',
    status,
    date: documentDate(note.date) ?? '',
    dueDate: '',
    reference: note.reference ?? '',
    url: '',
    currency: String(note.currencyCode ?? ''),
    lineAmountTypes: knownWord(note.lineAmountTypes ?? 'Exclusive', ['Exclusive', 'Inclusive', 'NoTax'], 'LineAmountTypes'),
    lines: (note.lineItems ?? []).map((line) => readLine(turned(line))),
    subTotal: minus(penceOf(note.subTotal)),
    totalTax: minus(penceOf(note.totalTax)),
    total: minus(total),
    cisDeduction: minus(cisDeduction),
    amountDue: minus(remaining),
    amountPaid: isOver ? 0 : minus(total - cisDeduction - remaining - allocated),
    amountCredited: minus(allocated),
    updatedAt: note.updatedDateUTC?.getTime() ?? 0,
    credit: { allocations },
  };
}

export function toAllocation({ allocationID, amount, invoice }: XeroAllocation): Allocation {
  return { allocationId: allocationID ?? '', invoiceId: invoice.invoiceID ?? '', amount: penceOf(amount) };
}

/** A new credit note; credit notes have neither a due date nor a link back. */
export function toNewCreditNote(credit: NewInvoice): CreditNote {
  return {
    type: CreditNote.TypeEnum.ACCRECCREDIT,
    status: credit.isDraft === true ? CreditNote.StatusEnum.DRAFT : CreditNote.StatusEnum.AUTHORISED,
    contact: { contactID: credit.contactId },
    creditNoteNumber: credit.number,
    date: credit.date,
    ...(credit.reference === '' ? {} : { reference: credit.reference }),
    currencyCode: CurrencyCode.GBP,
    lineAmountTypes: LineAmountTypes[credit.lineAmountTypes],
    lineItems: credit.lines.map(outgoing),
  };
}

/** What a known credit note is to be told: named fields only, or its next status and nothing else. */
export function toCreditNoteUpdate(update: InvoiceUpdate): CreditNote {
  const creditNoteID = update.invoiceId;
  if (update.kind === 'approve') return { creditNoteID, status: CreditNote.StatusEnum.AUTHORISED };
  if (update.kind === 'end') return { creditNoteID, status: CreditNote.StatusEnum[update.status] };
  return {
    creditNoteID,
    ...(update.number === undefined ? {} : { creditNoteNumber: update.number }),
    ...(update.date === undefined ? {} : { date: update.date }),
    ...(update.reference === undefined ? {} : { reference: update.reference }),
    ...(update.lineAmountTypes === undefined ? {} : { lineAmountTypes: LineAmountTypes[update.lineAmountTypes] }),
    ...(update.lines === undefined ? {} : { lineItems: update.lines.map(outgoing) }),
  };
}

function outgoing({ discountRate: _none, ...line }: OutgoingLine) {
  return turned(writeLine(line));
}

/** The sign stands on the price: Xero refuses negative quantities. */
function turned<T extends { unitAmount?: number; lineAmount?: number }>(line: T): T {
  return {
    ...line,
    ...(line.unitAmount === undefined ? {} : { unitAmount: minus(line.unitAmount) }),
    ...(line.lineAmount === undefined ? {} : { lineAmount: minus(line.lineAmount) }),
  };
}

/** Never -0. */
function minus(value: number): number {
  return value === 0 ? 0 : -value;
}
