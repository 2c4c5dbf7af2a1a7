import { CurrencyCode } from 'xero-node/dist/gen/model/accounting/currencyCode.js';
import { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import { LineAmountTypes } from 'xero-node/dist/gen/model/accounting/lineAmountTypes.js';
import type { LineItem } from 'xero-node/dist/gen/model/accounting/lineItem.js';
import type { LineItemTracking } from 'xero-node/dist/gen/model/accounting/lineItemTracking.js';
import type {
  InvoiceApproval,
  InvoiceChange,
  InvoiceEnd,
  NewInvoice,
  OutgoingLine,
  XeroInvoice,
  XeroInvoiceStatus,
  XeroLine,
} from '../domain/xero-invoice.ts';
import { divideHalfUp } from '../domain/money.ts';
import { decimalOf, penceOf, poundsOf } from './amounts.ts';
import { documentDate } from './document-date.ts';
import { knownWord } from './known-word.ts';

/** Xero's invoices ⇄ our words. */

/** A change or end of a known invoice. */
export type InvoiceUpdate = (InvoiceChange | InvoiceEnd | InvoiceApproval) & { readonly invoiceId: string };

export const STATUSES: readonly XeroInvoiceStatus[] = ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED'];

/** Plain data without absent parts, so that it can be stored and sent back as it came. */
function readTracking(tracking: LineItemTracking): unknown {
  return Object.fromEntries(Object.entries(tracking).filter(([, value]) => value !== undefined && value !== null));
}

/**
 * The discount that was typed as an amount, in pence (C2b). Beside a rate Xero shows the amount that follows from it, in some answers only; in
 * lists an amount that was typed is not shown at all, and only the line's total tells of it. A penny may be rounding.
 */
function typedDiscount({ discountRate, discountAmount, quantity, unitAmount, lineAmount }: LineItem): number {
  if (discountRate) return 0;
  if (discountAmount) return penceOf(discountAmount);
  if (quantity === undefined || unitAmount === undefined || lineAmount === undefined) return 0;
  const full = divideHalfUp(tenThousandths(quantity) * tenThousandths(unitAmount), 1_000_000n);
  const taken = Number(full) - penceOf(lineAmount);
  return Math.abs(taken) > 1 ? taken : 0;
}

const tenThousandths = (value: number): bigint => BigInt(Math.round(value * 10_000));

/** A line of an answer in our words. */
export function readLine(line: LineItem): XeroLine {
  return {
    lineItemId: line.lineItemID ?? '',
    description: line.description ?? '',
    quantity: decimalOf(line.quantity),
    unitAmount: decimalOf(line.unitAmount, 2),
    discountRate: decimalOf(line.discountRate),
    discountAmount: typedDiscount(line),
    taxType: line.taxType ?? '',
    accountCode: line.accountCode ?? '',
    itemCode: line.itemCode ?? '',
    tracking: (line.tracking ?? []).map(readTracking),
  };
}

/** An invoice of an answer in our words. Lines are there in paged and single reads and in answers to writes. */
export function toInvoice(invoice: Invoice): XeroInvoice {
  return {
    invoiceId: invoice.invoiceID ?? '',
    // Other types than ACCREC are spellings of bills and prepaid invoices, none of which is synced (C11).
    type: String(invoice.type) === 'ACCREC' ? 'ACCREC' : 'ACCPAY',
    number: invoice.invoiceNumber ?? '',
    contactId: invoice.contact?.contactID ?? '',
    status: knownWord(invoice.status, STATUSES, 'invoice status'),
    date: documentDate(invoice.date) ?? '',
    dueDate: documentDate(invoice.dueDate) ?? '',
    reference: invoice.reference ?? '',
    url: invoice.url ?? '',
    currency: String(invoice.currencyCode ?? ''),
    lineAmountTypes: knownWord(invoice.lineAmountTypes ?? 'Exclusive', ['Exclusive', 'Inclusive', 'NoTax'], 'LineAmountTypes'),
    lines: (invoice.lineItems ?? []).map(readLine),
    subTotal: penceOf(invoice.subTotal),
    totalTax: penceOf(invoice.totalTax),
    total: penceOf(invoice.total),
    cisDeduction: penceOf(invoice.cISDeduction),
    amountDue: penceOf(invoice.amountDue),
    amountPaid: penceOf(invoice.amountPaid),
    amountCredited: penceOf(invoice.amountCredited),
    updatedAt: invoice.updatedDateUTC?.getTime() ?? 0,
  };
}

/**
 * A new line says nothing of a discount that it has not; of a line that Xero has already, 0 takes the discount away, and nothing leaves it as it
 * is (C2b). No amount of 0: Xero refuses one on a negative line.
 */
function writeDiscount({ lineItemId, discountRate, discountAmount = 0 }: OutgoingLine): Pick<LineItem, 'discountRate' | 'discountAmount'> {
  if (discountAmount !== 0) return { discountAmount: poundsOf(discountAmount) };
  const isNothing = discountRate === undefined || (Number(discountRate) === 0 && lineItemId === undefined);
  return isNothing ? {} : { discountRate: Number(discountRate) };
}

/** A line as Xero takes it. */
export function writeLine(line: OutgoingLine): LineItem {
  const tracking = line.tracking ?? [];
  return {
    ...(line.lineItemId === undefined ? {} : { lineItemID: line.lineItemId }),
    description: line.description,
    ...(line.quantity === '' ? {} : { quantity: Number(line.quantity) }),
    ...(line.unitAmount === '' ? {} : { unitAmount: Number(line.unitAmount) }),
    ...writeDiscount(line),
    ...(line.taxType === '' ? {} : { taxType: line.taxType }),
    ...(line.accountCode === '' ? {} : { accountCode: line.accountCode }),
    ...(line.itemCode ? { itemCode: line.itemCode } : {}),
    ...(tracking.length === 0 ? {} : { tracking: tracking as LineItemTracking[] }),
  };
}

/** A new sales invoice, approved (A4) or first as a draft (C7a); the contact by ContactID alone, because any detail would change the contact. */
export function toNewXeroInvoice(invoice: NewInvoice): Invoice {
  return {
    type: Invoice.TypeEnum.ACCREC,
    status: invoice.isDraft === true ? Invoice.StatusEnum.DRAFT : Invoice.StatusEnum.AUTHORISED,
    contact: { contactID: invoice.contactId },
    invoiceNumber: invoice.number,
    date: invoice.date,
    dueDate: invoice.dueDate,
    ...(invoice.reference === '' ? {} : { reference: invoice.reference }),
    ...(invoice.url === '' ? {} : { url: invoice.url }),
    currencyCode: CurrencyCode.GBP,
    lineAmountTypes: LineAmountTypes[invoice.lineAmountTypes],
    lineItems: invoice.lines.map(writeLine),
  };
}

/** What a known invoice is to be told: named fields only, or its next status and nothing else. */
export function toXeroInvoiceUpdate(update: InvoiceUpdate): Invoice {
  const invoiceID = update.invoiceId;
  if (update.kind === 'approve') return { invoiceID, status: Invoice.StatusEnum.AUTHORISED };
  if (update.kind === 'end') return { invoiceID, status: Invoice.StatusEnum[update.status] };
  return {
    invoiceID,
    ...(update.number === undefined ? {} : { invoiceNumber: update.number }),
    ...(update.date === undefined ? {} : { date: update.date }),
    ...(update.dueDate === undefined ? {} : { dueDate: update.dueDate }),
    ...(update.reference === undefined ? {} : { reference: update.reference }),
    ...(update.lineAmountTypes === undefined ? {} : { lineAmountTypes: LineAmountTypes[update.lineAmountTypes] }),
    ...(update.lines === undefined ? {} : { lineItems: update.lines.map(writeLine) }),
  };
}
