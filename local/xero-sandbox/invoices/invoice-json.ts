import { dateString, xeroDate } from '../api/dates.ts';
import type { Fields } from '../api/where.ts';
import { contactJson } from '../contacts/contact-json.ts';
import { findContact } from '../contacts/contact-writes.ts';
import { keyOf, type SandboxState } from '../core/state.ts';
import { pounds } from '../documents/decimal.ts';
import type { DocumentContext } from '../documents/context.ts';
import { linesJson } from '../documents/line-json.ts';
import { amountDueOf, hasMoneyOn, type Invoice, type OtherCredit } from './records.ts';

/** `full`: single GET and write answers; `page`: paged lists; `list`: unpaged ones; `summary`: summaryOnly=true. */
export type InvoiceDetail = 'full' | 'page' | 'list' | 'summary';

type Shown = Pick<DocumentContext, 'state' | 'organisation' | 'unitPlaces'>;

/** Payments inside a document carry only these fields; account, status and type need GET /Payments/{id}. */
export function documentPaymentsJson(state: SandboxState, tenantId: string, documentId: string): object[] {
  return state.payments
    .by('document', keyOf(tenantId, documentId))
    .filter(({ status }) => status === 'AUTHORISED')
    .map((payment) => ({
      PaymentID: payment.paymentId,
      Date: xeroDate(payment.date),
      Amount: pounds(payment.amount),
      ...(payment.reference !== undefined && { Reference: payment.reference }),
      CurrencyRate: 1,
      HasAccount: true,
      HasValidationErrors: false,
    }));
}

function creditNotesJson({ state }: Shown, invoice: Invoice): object[] {
  if (invoice.amountCredited === 0) return [];
  return state.creditNotes.by('tenant', invoice.tenantId).flatMap((note) =>
    note.allocations
      .filter(({ invoiceId }) => invoiceId === invoice.invoiceId)
      .map(({ amount, date }) => ({
        CreditNoteID: note.creditNoteId,
        CreditNoteNumber: note.number,
        AppliedAmount: pounds(amount),
        Date: xeroDate(date),
        DateString: dateString(date),
        LineItems: [],
        Total: pounds(note.total),
      })),
  );
}

function otherCreditsJson({ otherCredits = [] }: Invoice, wanted: OtherCredit['kind'], idName: string): object[] {
  return otherCredits
    .filter(({ kind }) => kind === wanted)
    .map(({ id, amount, date }) => ({
      [idName]: id,
      Date: xeroDate(date),
      AppliedAmount: pounds(amount),
      Total: pounds(amount),
      CurrencyRate: 1,
    }));
}

/** The contact as documents carry it: all of it on a single document, id and name in lists. */
export function documentContactJson(state: SandboxState, tenantId: string, contactId: string, isFull: boolean): object {
  const contact = findContact(state, tenantId, contactId);
  if (contact !== undefined && isFull) return contactJson(contact, 'full');
  return {
    ContactID: contactId,
    ContactNumber: contact?.texts.ContactNumber,
    Name: contact?.name,
    Addresses: [],
    Phones: [],
    ContactGroups: [],
    ContactPersons: [],
    HasValidationErrors: false,
  };
}

const dated = (name: string, date: number | undefined): object =>
  date === undefined ? {} : { [name]: xeroDate(date), [`${name}String`]: dateString(date) };

/** An invoice as Xero shows it. */
export function invoiceJson(shown: Shown, invoice: Invoice, detail: InvoiceDetail): object {
  const isFull = detail === 'full';
  const hasLines = isFull || detail === 'page';
  return {
    Type: invoice.type,
    InvoiceID: invoice.invoiceId,
    InvoiceNumber: invoice.number ?? '',
    Reference: invoice.reference ?? '',
    ...(detail !== 'summary' && {
      Payments: isFull ? documentPaymentsJson(shown.state, invoice.tenantId, invoice.invoiceId) : [],
      CreditNotes: isFull ? creditNotesJson(shown, invoice) : [],
      Prepayments: isFull ? otherCreditsJson(invoice, 'prepayment', 'PrepaymentID') : [],
      Overpayments: isFull ? otherCreditsJson(invoice, 'overpayment', 'OverpaymentID') : [],
    }),
    AmountDue: pounds(amountDueOf(invoice)),
    AmountPaid: pounds(invoice.amountPaid),
    AmountCredited: pounds(invoice.amountCredited),
    ...(invoice.cisRate !== undefined && { CISDeduction: pounds(invoice.cisDeduction), CISRate: invoice.cisRate }),
    SentToContact: invoice.sentToContact,
    CurrencyRate: invoice.currencyRate,
    HasErrors: false,
    IsDiscounted: invoice.lines.some((line) => line.discountRate !== undefined || line.discountAmount !== undefined),
    ...(detail !== 'summary' && { HasAttachments: false }),
    ...(invoice.totalDiscount !== 0 && { TotalDiscount: pounds(invoice.totalDiscount) }),
    Contact: documentContactJson(shown.state, invoice.tenantId, invoice.contactId, isFull),
    ...dated('Date', invoice.date),
    ...dated('DueDate', invoice.dueDate),
    ...(invoice.expectedPaymentDate !== undefined && { ExpectedPaymentDate: xeroDate(invoice.expectedPaymentDate) }),
    ...(invoice.plannedPaymentDate !== undefined && { PlannedPaymentDate: xeroDate(invoice.plannedPaymentDate) }),
    BrandingThemeID: invoice.brandingThemeId,
    Url: invoice.url,
    Status: invoice.status,
    LineAmountTypes: invoice.lineAmountTypes,
    ...(detail !== 'summary' && { LineItems: hasLines ? linesJson(shown, invoice.lines, isFull ? 'single' : 'list') : [] }),
    SubTotal: pounds(invoice.subTotal),
    TotalTax: pounds(invoice.totalTax),
    Total: pounds(invoice.total),
    UpdatedDateUTC: xeroDate(invoice.updated),
    UpdatedDateUTCString: `${dateString(invoice.updated)}Z`,
    CurrencyCode: invoice.currency,
    ...(invoice.fullyPaidOn !== undefined && { FullyPaidOnDate: xeroDate(invoice.fullyPaidOn) }),
  };
}

/** What `where` and `order` may name. */
export function invoiceFields(state: SandboxState): Fields<Invoice> {
  const contactOf = (invoice: Invoice) => findContact(state, invoice.tenantId, invoice.contactId);
  return {
    texts: {
      InvoiceNumber: (invoice) => invoice.number,
      Reference: (invoice) => invoice.reference,
      Type: (invoice) => invoice.type,
      Status: (invoice) => invoice.status,
      CurrencyCode: (invoice) => invoice.currency,
      Url: (invoice) => invoice.url,
      'Contact.Name': (invoice) => contactOf(invoice)?.name,
      'Contact.ContactNumber': (invoice) => contactOf(invoice)?.texts.ContactNumber,
    },
    numbers: {
      SubTotal: (invoice) => pounds(invoice.subTotal),
      TotalTax: (invoice) => pounds(invoice.totalTax),
      Total: (invoice) => pounds(invoice.total),
      AmountDue: (invoice) => pounds(amountDueOf(invoice)),
      AmountPaid: (invoice) => pounds(invoice.amountPaid),
      AmountCredited: (invoice) => pounds(invoice.amountCredited),
    },
    dates: {
      Date: (invoice) => invoice.date,
      DueDate: (invoice) => invoice.dueDate,
      FullyPaidOnDate: (invoice) => invoice.fullyPaidOn,
      UpdatedDateUTC: (invoice) => invoice.updated,
    },
    flags: {
      SentToContact: (invoice) => invoice.sentToContact,
      HasPayments: (invoice) => hasMoneyOn(invoice),
    },
    guids: {
      InvoiceID: (invoice) => invoice.invoiceId,
      'Contact.ContactID': (invoice) => invoice.contactId,
    },
  };
}
