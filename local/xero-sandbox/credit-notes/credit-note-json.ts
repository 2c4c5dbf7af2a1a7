import { dateString, xeroDate } from '../api/dates.ts';
import type { Fields } from '../api/where.ts';
import type { DocumentContext } from '../documents/context.ts';
import { pounds } from '../documents/decimal.ts';
import { linesJson } from '../documents/line-json.ts';
import { documentContactJson, documentPaymentsJson } from '../invoices/invoice-json.ts';
import { findInvoice } from '../invoices/invoice-writes.ts';
import { remainingCreditOf, type CreditNote } from './records.ts';

/** A credit note as Xero shows it: all of it, in a page (with lines), or in an unpaged list (without). */
export function creditNoteJson(
  shown: Pick<DocumentContext, 'state' | 'organisation' | 'unitPlaces'>,
  note: CreditNote,
  detail: 'full' | 'page' | 'list',
): object {
  const isFull = detail === 'full';
  const { state } = shown;
  return {
    CreditNoteID: note.creditNoteId,
    CreditNoteNumber: note.number ?? '',
    Type: note.type,
    Reference: note.reference ?? '',
    Contact: documentContactJson(state, note.tenantId, note.contactId, isFull),
    DateString: dateString(note.date),
    Date: xeroDate(note.date),
    Status: note.status,
    LineAmountTypes: note.lineAmountTypes,
    LineItems: detail === 'list' ? [] : linesJson(shown, note.lines, isFull ? 'single' : 'list'),
    SubTotal: pounds(note.subTotal),
    TotalTax: pounds(note.totalTax),
    Total: pounds(note.total),
    ...(note.cisRate !== undefined && { CISDeduction: pounds(note.cisDeduction ?? 0), CISRate: note.cisRate }),
    UpdatedDateUTC: xeroDate(note.updated),
    UpdatedDateUTCString: `${dateString(note.updated)}Z`,
    CurrencyCode: note.currency,
    CurrencyRate: 1,
    RemainingCredit: pounds(remainingCreditOf(note)),
    Allocations: note.allocations.map(({ allocationId, invoiceId, amount, date }) => ({
      AllocationID: allocationId,
      Amount: pounds(amount),
      Date: xeroDate(date),
      Invoice: { InvoiceID: invoiceId, InvoiceNumber: findInvoice(state, note.tenantId, invoiceId)?.number ?? '' },
    })),
    Payments: documentPaymentsJson(state, note.tenantId, note.creditNoteId),
    ...(note.fullyPaidOn !== undefined && { FullyPaidOnDate: xeroDate(note.fullyPaidOn) }),
    BrandingThemeID: note.brandingThemeId,
    SentToContact: note.sentToContact,
    HasAttachments: false,
    HasErrors: false,
  };
}

export const CREDIT_NOTE_FIELDS: Fields<CreditNote> = {
  texts: {
    CreditNoteNumber: (note) => note.number,
    Reference: (note) => note.reference,
    Status: (note) => note.status,
    Type: (note) => note.type,
  },
  numbers: {
    Total: (note) => pounds(note.total),
    RemainingCredit: (note) => pounds(remainingCreditOf(note)),
  },
  dates: {
    Date: (note) => note.date,
    UpdatedDateUTC: (note) => note.updated,
  },
  guids: {
    CreditNoteID: (note) => note.creditNoteId,
    'Contact.ContactID': (note) => note.contactId,
  },
};
