import { Checks, arrayField, booleanField, guidField, numberField, textField, wordField, type Element } from '../api/fields.ts';
import type { DocumentContext } from '../documents/context.ts';
import { withLines } from '../documents/line-items.ts';
import { today } from '../documents/lock-dates.ts';
import { LINE_AMOUNT_TYPES } from '../documents/records.ts';
import { totalsOf } from '../documents/totals.ts';
import { cisOf } from '../invoices/invoice-cis.ts';
import { NEGATIVE_TOTAL, dateField } from '../invoices/invoice-fields.ts';
import { hasBrandingTheme } from '../settings/branding-themes.ts';
import type { CreditNote } from './records.ts';

const MAX_TEXT = 255;

/** A credit note with nothing in it yet. */
export function blankCreditNote(
  { state, organisation, now }: DocumentContext,
  { type, contactId }: Pick<CreditNote, 'type' | 'contactId'>,
): CreditNote {
  return {
    creditNoteId: state.newGuid(),
    tenantId: organisation.tenantId,
    type,
    number: undefined,
    reference: undefined,
    contactId,
    date: today(organisation, now),
    status: 'DRAFT',
    lineAmountTypes: 'Exclusive',
    lines: [],
    currency: organisation.baseCurrency,
    brandingThemeId: undefined,
    sentToContact: false,
    subTotal: 0,
    totalTax: 0,
    total: 0,
    allocations: [],
    amountRefunded: 0,
    fullyPaidOn: undefined,
    updated: now,
  };
}

/** Lines of credit notes take no discounts. */
function checkNoDiscounts(element: Element, checks: Checks): void {
  const isDiscounted = (line: Element): boolean => ['DiscountRate', 'DiscountAmount'].some((name) => (numberField(line, name) ?? 0) !== 0);
  const lines = arrayField(element, 'LineItems') ?? [];
  checks.ensure(!lines.some(isDiscounted), 'Discounts are not supported on credit notes.');
}

/**
 * The credit note after an element was applied to it, computed anew; the CIS deduction is that of the organisation's present rate. Throws
 * ElementInvalid with everything that is wrong; numbers, lock dates and what was allocated are checked by the caller.
 */
export function withCreditNoteElement(
  context: DocumentContext,
  held: CreditNote,
  element: Element,
  { status, contactId, isNew }: Pick<CreditNote, 'status' | 'contactId'> & { isNew: boolean },
): CreditNote {
  const { organisation } = context;
  const checks = new Checks();
  const text = (name: string, before: string | undefined): string | undefined => {
    const sent = textField(element, name);
    checks.length(name, sent, MAX_TEXT);
    return sent === undefined ? before : sent === '' ? undefined : sent;
  };
  const currency = textField(element, 'CurrencyCode') ?? held.currency;
  checks.ensure(currency === organisation.baseCurrency, `Organisation is not subscribed to currency ${currency}`);
  const brandingThemeId = guidField(element, 'BrandingThemeID') ?? held.brandingThemeId;
  const isTheme = brandingThemeId === undefined || hasBrandingTheme(organisation, brandingThemeId);
  checks.ensure(isTheme, 'The branding theme could not be found.');
  checkNoDiscounts(element, checks);
  const lineAmountTypes = wordField(element, 'LineAmountTypes', LINE_AMOUNT_TYPES) ?? held.lineAmountTypes;
  const lines = withLines(context, isNew ? undefined : held.lines, element, lineAmountTypes, checks);
  checks.ensure(lines.length > 0, 'One or more line items must be specified');
  const { subTotal, totalTax, total } = totalsOf(lines, lineAmountTypes);
  checks.ensure(total >= 0, NEGATIVE_TOTAL);
  const number = text('CreditNoteNumber', held.number) ?? held.number;
  const reference = text('Reference', held.reference);
  const date = dateField(element, 'Date') ?? held.date;
  const sentToContact = booleanField(element, 'SentToContact') ?? held.sentToContact;
  checks.finish();
  const type = held.type === 'ACCRECCREDIT' ? 'ACCREC' : 'ACCPAY';
  return {
    ...held,
    ...{ number, reference, date, status, contactId, currency, brandingThemeId, sentToContact, lineAmountTypes, lines },
    ...{ subTotal, totalTax, total },
    ...cisOf(context, { type, contactId, lines, lineAmountTypes }),
    updated: context.now,
  };
}
