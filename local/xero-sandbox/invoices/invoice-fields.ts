import { parseDocumentDate } from '../api/dates.ts';
import {
  Checks,
  arrayField,
  booleanField,
  guidField,
  numberField,
  objectField,
  textField,
  wordField,
  type Element,
} from '../api/fields.ts';
import { ElementInvalid, XeroProblem } from '../api/problems.ts';
import type { DocumentContext } from '../documents/context.ts';
import { CONTACT_NEEDED, contactOfDocument } from '../documents/document-contact.ts';
import { withLines } from '../documents/line-items.ts';
import { today } from '../documents/lock-dates.ts';
import { hasBrandingTheme } from '../settings/branding-themes.ts';
import { LINE_AMOUNT_TYPES } from '../documents/records.ts';
import { totalsOf } from '../documents/totals.ts';
import { cisOf } from './invoice-cis.ts';
import { hasMoneyOn, type Invoice, type InvoiceStatus, type InvoiceType } from './records.ts';

export const NEGATIVE_TOTAL = 'The Total for this document must be greater than or equal to zero.';
const MAX_TEXT = 255;
const MAX_URL = 2_083;
/** Only these can be marked as sent. */
const APPROVED: readonly InvoiceStatus[] = ['AUTHORISED', 'PAID'];
export const INVOICE_TYPES: readonly InvoiceType[] = ['ACCREC', 'ACCPAY'];

/** A document date; anything that is none is malformed data. */
export function dateField(element: Element, name: string): number | undefined {
  const text = textField(element, name);
  if (text === undefined || text === '') return undefined;
  const date = parseDocumentDate(text);
  if (date === undefined) throw XeroProblem.postData(`The value '${text}' is not a valid date for ${name}.`);
  return date;
}

/** An invoice with nothing in it yet. */
export function blankInvoice({ state, organisation, now, clientId }: DocumentContext, type: InvoiceType, contactId: string): Invoice {
  return {
    invoiceId: state.newGuid(),
    tenantId: organisation.tenantId,
    type,
    number: undefined,
    reference: undefined,
    contactId,
    date: today(organisation, now),
    dueDate: undefined,
    expectedPaymentDate: undefined,
    plannedPaymentDate: undefined,
    status: 'DRAFT',
    lineAmountTypes: 'Exclusive',
    lines: [],
    currency: organisation.baseCurrency,
    currencyRate: 1,
    brandingThemeId: undefined,
    url: undefined,
    sentToContact: false,
    subTotal: 0,
    totalTax: 0,
    total: 0,
    totalDiscount: 0,
    cisDeduction: 0,
    cisRate: undefined,
    amountPaid: 0,
    amountCredited: 0,
    fullyPaidOn: undefined,
    madeBy: clientId,
    created: now,
    updated: now,
  };
}

/** The contact that the element names, or undefined when it names none. */
export function sentContact(context: DocumentContext, element: Element): string | undefined {
  const contact = objectField(element, 'Contact');
  return contact === undefined ? undefined : contactOfDocument(context, contact).contactId;
}

/** Like `sentContact`, for a new document, which needs one. */
export function neededContact(context: DocumentContext, element: Element): string {
  const contactId = sentContact(context, element);
  if (contactId === undefined) throw new ElementInvalid([CONTACT_NEEDED]);
  return contactId;
}

function headerOf({ organisation }: DocumentContext, held: Invoice, element: Element, checks: Checks): Invoice {
  const text = (name: string, before: string | undefined, max = MAX_TEXT): string | undefined => {
    const sent = textField(element, name);
    checks.length(name, sent, max);
    return sent === undefined ? before : sent === '' ? undefined : sent;
  };
  const url = text('Url', held.url, MAX_URL);
  checks.ensure(
    url === undefined || (URL.canParse(url) && !/xero/i.test(url)),
    'Url must be an absolute address and must not contain "xero".',
  );
  const brandingThemeId = guidField(element, 'BrandingThemeID');
  checks.ensure(brandingThemeId === undefined || hasBrandingTheme(organisation, brandingThemeId), 'The branding theme could not be found.');
  const currency = textField(element, 'CurrencyCode') ?? held.currency;
  numberField(element, 'CurrencyRate');
  const sentNumber = textField(element, 'InvoiceNumber');
  checks.length('InvoiceNumber', sentNumber, MAX_TEXT);
  return {
    ...held,
    number: sentNumber === undefined || sentNumber === '' ? held.number : sentNumber,
    reference: text('Reference', held.reference),
    url,
    currency,
    brandingThemeId: brandingThemeId ?? held.brandingThemeId,
    date: dateField(element, 'Date') ?? held.date,
    dueDate: dateField(element, 'DueDate') ?? held.dueDate,
    expectedPaymentDate: dateField(element, 'ExpectedPaymentDate') ?? held.expectedPaymentDate,
    plannedPaymentDate: dateField(element, 'PlannedPaymentDate') ?? held.plannedPaymentDate,
    lineAmountTypes: wordField(element, 'LineAmountTypes', LINE_AMOUNT_TYPES) ?? held.lineAmountTypes,
    sentToContact: booleanField(element, 'SentToContact') ?? held.sentToContact,
  };
}

/** What an approved (or submitted) invoice must have, and a draft need not. */
function checkComplete(invoice: Invoice, element: Element, checks: Checks): void {
  const sent = arrayField(element, 'LineItems') ?? [];
  checks.ensure(invoice.dueDate !== undefined, 'The document DueDate field must be specified.');
  for (const [i, line] of invoice.lines.entries()) {
    checks.ensure((line.description ?? '') !== '', 'Description must be specified for each line item.');
    const isTextOnly = line.quantity === undefined && line.lineAmount === 0;
    const namesAccount = ['AccountCode', 'AccountID'].some((name) => (textField(sent[i] ?? {}, name) ?? '') !== '');
    checks.ensure(isTextOnly || namesAccount || line.accountId !== undefined, 'Account code or ID must be specified');
    checks.ensure(isTextOnly || namesAccount || line.taxType !== undefined, 'The TaxType field is mandatory');
  }
}

/**
 * The invoice after an element was applied to it, computed anew, with the given status and contact. Throws ElementInvalid with everything
 * that is wrong. The CIS deduction stays as it was once money lies on the invoice; numbers, lock dates and the rules of paid invoices are checked by the caller.
 */
export function withInvoiceElement(
  context: DocumentContext,
  held: Invoice,
  element: Element,
  { status, contactId, isNew }: { status: InvoiceStatus; contactId: string; isNew: boolean },
): Invoice {
  const checks = new Checks();
  const sent = headerOf(context, held, element, checks);
  const sentToContact = APPROVED.includes(status) ? sent.sentToContact : held.sentToContact;
  const header = { ...sent, status, contactId, sentToContact, updated: context.now };
  const { currency } = header;
  const isBase = currency === context.organisation.baseCurrency;
  checks.ensure(isBase, `Organisation is not subscribed to currency ${currency}`);
  const lines = withLines(context, isNew ? undefined : held.lines, element, header.lineAmountTypes, checks);
  checks.ensure(lines.length > 0, 'One or more line items must be specified');
  const invoice = { ...header, lines, ...totalsOf(lines, header.lineAmountTypes) };
  checks.ensure(invoice.total >= 0, NEGATIVE_TOTAL);
  if (status === 'SUBMITTED' || status === 'AUTHORISED') checkComplete(invoice, element, checks);
  checks.finish();
  return hasMoneyOn(held) ? invoice : { ...invoice, ...cisOf(context, invoice) };
}
