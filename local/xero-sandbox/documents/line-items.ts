import { arrayField, numberField, textField, type Checks, type Element } from '../api/fields.ts';
import { accountWithCode, accountWithId } from '../settings/accounts.ts';
import type { Account } from '../settings/records.ts';
import { taxRateOf } from '../settings/tax-rates.ts';
import { trackingOf } from '../settings/tracking-categories.ts';
import type { DocumentContext } from './context.ts';
import { MONEY_PLACES, PRICE_PLACES, divideHalfUp, pounds, scaled } from './decimal.ts';
import { checkAccount, checkTaxType } from './line-checks.ts';
import type { Line, LineAmountTypes } from './records.ts';
import { discountOf, lineAmountOf, taxOf } from './totals.ts';

const MAX_DESCRIPTION = 4_000;
const MAX_TRACKING = 2;
/** Pence; beyond this the sums of a document could no longer be counted to the penny. */
const MAX_LINE_AMOUNT = 1e11;

const blankLine = (id: string): Line => ({
  id,
  description: undefined,
  quantity: undefined,
  unitAmount: undefined,
  accountId: undefined,
  taxType: undefined,
  lineAmount: 0,
  taxAmount: 0,
  taxOverride: undefined,
  discountRate: undefined,
  discountAmount: undefined,
  tracking: [],
});

/** A price rounded to the places in force BEFORE it is multiplied, kept in ten-thousandths. */
function price(value: number, places: 2 | 4): number {
  return scaled(value, places) * 10 ** (PRICE_PLACES - places);
}

function accountOf({ state, organisation }: DocumentContext, element: Element, checks: Checks): Account | undefined {
  const id = textField(element, 'AccountID');
  const code = textField(element, 'AccountCode');
  if ((id ?? '') === '' && (code ?? '') === '') return undefined;
  const byId = id === undefined || id === '' ? undefined : accountWithId(state, organisation.tenantId, id);
  const account = byId ?? (code === undefined ? undefined : accountWithCode(state, organisation.tenantId, code));
  checkAccount(checks, account, code ?? id ?? '');
  return account;
}

function scaledField(element: Element, name: string, places: number): number | undefined {
  const value = numberField(element, name);
  return value === undefined ? undefined : scaled(value, places);
}

/** Xero drops what lies outside the basic plane, emoji for example, from the words of a line. */
function withoutEmoji(text: string | undefined): string | undefined {
  return text?.replace(/[\u{10000}-\u{10FFFF}]/gu, '');
}

/** A discount is a rate or an amount: the one that is sent takes the place of the other, and 0 takes it away. */
function discountAfter(held: Line, element: Element): Pick<Line, 'discountRate' | 'discountAmount'> {
  const rate = scaledField(element, 'DiscountRate', PRICE_PLACES);
  const amount = scaledField(element, 'DiscountAmount', MONEY_PLACES);
  if (rate === undefined && amount === undefined) return { discountRate: held.discountRate, discountAmount: held.discountAmount };
  return { discountRate: rate === 0 ? undefined : rate, discountAmount: amount === 0 ? undefined : amount };
}

/** A line sent back as it was read names the rate and the amount that follows from it: the rate counts. */
function withoutEchoedAmount(line: Line): Line {
  if (line.discountRate === undefined || line.discountAmount === undefined) return line;
  const byRate = { ...line, discountAmount: undefined };
  const follows = discountOf({ ...byRate, lineAmount: lineAmountOf(byRate) });
  return follows === line.discountAmount ? byRate : line;
}

/** The unit price, or the one that follows from a LineAmount that was sent alone. */
function unitAmountOf(context: DocumentContext, element: Element, held: Line, quantity: number): number | undefined {
  const sent = numberField(element, 'UnitAmount');
  if (sent !== undefined) return price(sent, context.unitPlaces);
  if (held.unitAmount !== undefined) return held.unitAmount;
  const lineAmount = scaledField(element, 'LineAmount', MONEY_PLACES);
  if (lineAmount === undefined || quantity === 0) return undefined;
  return Number(divideHalfUp(BigInt(lineAmount) * 1_000_000n, BigInt(quantity)));
}

/** A line after an element was applied to it; amounts are not computed yet. */
function lineAfter(context: DocumentContext, held: Line, element: Element, checks: Checks): Line {
  const description = withoutEmoji(textField(element, 'Description')) ?? held.description;
  checks.length('Description', description, MAX_DESCRIPTION);
  const hasAmount = ['Quantity', 'UnitAmount', 'LineAmount'].some((name) => numberField(element, name) !== undefined);
  const quantity = scaledField(element, 'Quantity', PRICE_PLACES) ?? held.quantity ?? (hasAmount ? 10 ** PRICE_PLACES : undefined);
  const account = accountOf(context, element, checks);
  const heldAccount =
    held.accountId === undefined ? undefined : accountWithId(context.state, context.organisation.tenantId, held.accountId);
  const sentTaxType = textField(element, 'TaxType');
  const taxType = sentTaxType === undefined || sentTaxType === '' ? (held.taxType ?? account?.taxType) : sentTaxType.toUpperCase();
  if (taxType !== undefined) checkTaxType(checks, context, taxType, account ?? heldAccount);
  const itemCode = textField(element, 'ItemCode') ?? '';
  checks.ensure(itemCode === '', `Item code '${itemCode}' is not valid.`);
  const tracking = arrayField(element, 'Tracking')?.filter((entry) => Object.keys(entry).length > 0);
  checks.ensure((tracking?.length ?? 0) <= MAX_TRACKING, 'A line item may have at most 2 tracking categories.');
  return {
    ...held,
    description,
    quantity,
    unitAmount: quantity === undefined ? undefined : unitAmountOf(context, element, held, quantity),
    accountId: account?.accountId ?? held.accountId,
    taxType,
    taxOverride: scaledField(element, 'TaxAmount', MONEY_PLACES) ?? (hasAmount ? undefined : held.taxOverride),
    ...discountAfter(held, element),
    tracking: tracking?.map((entry) => trackingOf(context.state, context.organisation.tenantId, entry, checks)) ?? held.tracking,
  };
}

/** Computes line and tax amount; NoTax documents have neither tax nor tax type. */
export function computed(context: DocumentContext, line: Line, types: LineAmountTypes): Line {
  const lineAmount = lineAmountOf(line);
  const rate = line.taxType === undefined ? undefined : taxRateOf(context.state, context.organisation.tenantId, line.taxType);
  const percent = Math.round((rate?.rate ?? 0) * 10_000);
  const taxAmount =
    types === 'NoTax' ? 0 : (line.taxOverride ?? taxOf(lineAmount, percent, types, context.state.settings.inclusiveRounding));
  return { ...line, taxType: types === 'NoTax' ? 'NONE' : line.taxType, lineAmount, taxAmount };
}

/**
 * The lines after LineItems of a request: a known LineItemID updates that line, a line without id is added, a held line that is not named is
 * deleted. Without LineItems the held lines are computed anew, for LineAmountTypes may have changed.
 */
export function withLines(
  context: DocumentContext,
  held: readonly Line[] | undefined,
  element: Element,
  types: LineAmountTypes,
  checks: Checks,
): Line[] {
  const sent = arrayField(element, 'LineItems');
  if (sent === undefined) return (held ?? []).map((line) => computed(context, line, types));
  const named = sent.map((item) => textField(item, 'LineItemID')?.toLowerCase() ?? '').filter((id) => id !== '');
  checks.ensure(new Set(named).size === named.length, 'Each LineItemID may be sent once only.');
  return sent.map((item) => {
    const id = textField(item, 'LineItemID')?.toLowerCase();
    const known = id === undefined || id === '' ? undefined : held?.find((line) => line.id === id);
    checks.ensure(held === undefined || id === undefined || id === '' || known !== undefined, `The LineItemID ${id ?? ''} is not valid.`);
    const described = withoutEchoedAmount(lineAfter(context, known ?? blankLine(context.state.newGuid()), item, checks));
    const line = computed(context, described, types);
    checkAmounts(item, line, checks);
    return line;
  });
}

function checkAmounts(element: Element, line: Line, checks: Checks): void {
  const sent = scaledField(element, 'LineAmount', MONEY_PLACES);
  checks.ensure(
    sent === undefined || sent === line.lineAmount,
    `The line total ${pounds(sent ?? 0).toFixed(2)} does not match the expected line total ${pounds(line.lineAmount).toFixed(2)}`,
  );
  checks.ensure(Math.abs(line.lineAmount) <= MAX_LINE_AMOUNT, 'The line amount is too large.');
  checks.ensure(
    line.taxOverride === undefined || Math.abs(line.taxOverride) <= Math.abs(line.lineAmount),
    'The tax amount cannot be greater than the line amount.',
  );
  checks.ensure((line.discountRate ?? 0) <= 1_000_000 && (line.discountRate ?? 0) >= 0, 'The DiscountRate must be between 0 and 100.');
  checks.ensure((line.discountAmount ?? 0) >= 0, 'The DiscountAmount must not be negative.');
  checks.ensure(line.discountRate === undefined || line.discountAmount === undefined, 'Use DiscountRate or DiscountAmount, not both.');
  const isNegative = line.lineAmount < 0 && numberField(element, 'DiscountAmount') !== undefined;
  checks.ensure(!isNegative, 'The DiscountAmount cannot be used on a line with a negative amount.');
}
