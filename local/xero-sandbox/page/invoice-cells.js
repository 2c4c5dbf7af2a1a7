import { link } from './dom.js';
import { day, money, statusBadge } from './format.js';

export const INVOICE_HEADINGS = ['Number', 'Reference', 'To', 'Date', 'Due date', '>Paid', '>Due', '>Total', 'Status'];

/** The name of an invoice; a draft may have none. */
export const invoiceName = (invoice) =>
  invoice.InvoiceNumber === '' ? (invoice.Type === 'ACCPAY' ? 'Bill' : 'Invoice without a number') : invoice.InvoiceNumber;

/** One row of a list of invoices. */
export const invoiceCells = (invoice) => [
  link(invoiceName(invoice), `#invoices/${invoice.InvoiceID}`, { className: 'row-link nowrap' }),
  invoice.Reference,
  invoice.Contact.Name ?? '',
  day(invoice.Date),
  day(invoice.DueDate),
  money(invoice.AmountPaid + invoice.AmountCredited),
  money(invoice.AmountDue),
  money(invoice.Total),
  statusBadge(invoice.Status),
];
