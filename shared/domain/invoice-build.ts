import type { Fields } from './fields.ts';
import { isRoundingLine, lineIds } from './invoice-lines.ts';
import { systemAccountCode } from './invoice.ts';
import {
  accountMissing,
  cisDiffers,
  cisOff,
  inclusiveReverseCharge,
  notVatRegistered,
  taxRateMissing,
  taxRateUnclear,
  totalsDiffer,
  vatDiffers,
} from './invoice-problems.ts';
import { divideHalfUp, plainNumber, toPence, toPounds } from './money.ts';
import type { GesInvoice, Problem } from './records.ts';
import { activeRateOf, isReverseCharge, taxTypeOf } from './vat.ts';
import type { LineAmountTypes, OrganisationFacts, OutgoingLine, XeroInvoice } from './xero-invoice.ts';
import { xeroTotals, type Totals } from './xero-totals.ts';

/** From GES's lines to Xero's, with the totals proved before anything is sent (C5, C6, C7, C8). Pure. */

/** A gross difference up to this, or a penny a line if that is more, is settled by one rounding line (C7). */
const ROUNDING_LIMIT_PENCE = 5;

/** What building lines takes: the organisation, the account for sales, and for an update what the lines are in Xero now. */
export interface LinesContext {
  readonly facts: OrganisationFacts;
  readonly salesAccountId: string | null;
  /** The linked Xero invoice, and the lines of both bases, which say which line is which. */
  readonly linked?: { readonly xero: XeroInvoice; readonly base: { readonly ges: string; readonly xero: string } };
}
export interface BuiltLines {
  readonly lineAmountTypes: LineAmountTypes;
  readonly lines: readonly OutgoingLine[];
  /** What the timeline should say, e.g. of a penny's difference in VAT. */
  readonly notes: readonly string[];
}

/** The lines to be sent, or the problem why nothing may be posted. */
export function buildLines(invoice: GesInvoice, context: LinesContext): BuiltLines | { readonly problem: Problem } {
  const { facts } = context;
  if (!facts.vatRegistered && toPence(invoice.totals.vat) !== 0) return { problem: notVatRegistered() };
  if (invoice.pricesIncludeVat && invoice.lines.some((line) => isReverseCharge(line.vat))) return { problem: inclusiveReverseCharge() };
  const accounts = accountsFor(invoice, context);
  if ('problem' in accounts) return accounts;

  const taxTypes = taxTypesFor(invoice, facts);
  if ('problem' in taxTypes) return taxTypes;
  const lines = invoice.lines.map((line, index): OutgoingLine => {
    const before = lineInXero(line.id, context);
    const accountCode = line.cis === 'labour' ? accounts.labour : accounts.sales;
    // A labour mark decides the account; otherwise what a bookkeeper has chosen stays (C2).
    const keepsAccount =
      before !== undefined && before.accountCode !== '' && (line.cis === 'labour') === (before.accountCode === accounts.labour);
    return {
      ...(before === undefined ? {} : { lineItemId: before.lineItemId, tracking: before.tracking }),
      ...(before === undefined || before.itemCode === '' ? {} : { itemCode: before.itemCode }),
      description: line.description,
      quantity: plainNumber(line.quantity),
      unitAmount: plainNumber(line.unitPrice),
      discountRate: plainNumber(line.discountPercent),
      taxType: taxTypes.ofLines[index] ?? '',
      accountCode: keepsAccount ? before.accountCode : accountCode,
    };
  });

  const lineAmountTypes = invoice.pricesIncludeVat ? 'Inclusive' : 'Exclusive';
  const totals = xeroTotals(lines, lineAmountTypes, (taxType) => activeRateOf(taxType, facts) ?? 0);
  const cis = checkCis(invoice, totals, facts);
  if (cis !== undefined) return { problem: cis };
  return settleTotals(invoice, { lineAmountTypes, lines, totals }, context);
}

/** Net, VAT and gross against GES's: equal, or within what C7 allows; a gross difference becomes a rounding line. */
function settleTotals(
  invoice: GesInvoice,
  { lineAmountTypes, lines, totals }: { lineAmountTypes: LineAmountTypes; lines: readonly OutgoingLine[]; totals: Totals },
  context: LinesContext,
): BuiltLines | { readonly problem: Problem } {
  const { facts } = context;
  const vat = toPence(invoice.totals.vat);
  const gross = toPence(invoice.totals.gross);
  const taxedLines = lines.filter((line) => (activeRateOf(line.taxType, facts) ?? 0) > 0).length;
  if (Math.abs(vat - totals.vat) > taxedLines) return { problem: vatDiffers(vat, totals.vat) };
  const notes = vat === totals.vat ? [] : [`VAT is £${toPounds(totals.vat)} in Xero and £${toPounds(vat)} in Gas Engineer Software.`];
  const difference = gross - totals.gross;
  if (difference === 0) return { lineAmountTypes, lines, notes };
  if (Math.abs(difference) > Math.max(ROUNDING_LIMIT_PENCE, lines.length)) return { problem: totalsDiffer(gross, totals.gross) };
  const accountCode = systemAccountCode(facts, 'ROUNDING');
  if (accountCode === undefined) return { problem: accountMissing('rounding account (system account ROUNDING)') };
  const before = context.linked?.xero.lines.find((line) => isRoundingLine(line, accountCode));
  const rounding: OutgoingLine = {
    ...(before === undefined ? {} : { lineItemId: before.lineItemId }),
    description: 'Rounding',
    quantity: '1',
    unitAmount: toPounds(difference),
    discountRate: '0',
    taxType: 'NONE',
    accountCode,
  };
  return {
    lineAmountTypes,
    lines: [...lines, rounding],
    notes: [...notes, `A rounding line of £${toPounds(difference)} was added in Xero.`],
  };
}

/** C8: Xero will deduct its own rate from the net of the labour lines; that must be what GES deducts. */
function checkCis(invoice: GesInvoice, totals: Totals, facts: OrganisationFacts): Problem | undefined {
  const deduction = toPence(invoice.totals.cisDeduction);
  const labour = invoice.lines.reduce((sum, line, index) => (line.cis === 'labour' ? sum + (totals.lineNets[index] ?? 0) : sum), 0);
  if (!invoice.lines.some((line) => line.cis === 'labour'))
    return deduction === 0 ? undefined : cisDiffers(deduction, 0, facts.cisRate, undefined);
  if (!facts.cisEnabled) return cisOff();
  const expected = cisDeduction(labour, facts.cisRate);
  if (expected === deduction) return undefined;
  const gesRate = labour === 0 ? undefined : plainNumber(((deduction / labour) * 100).toFixed(1));
  return cisDiffers(deduction, expected, facts.cisRate, gesRate);
}

/**
 * Gross and CIS deduction of both sides, once they agree on the fields (C7, C8): the problem when they differ. Ended invoices do not count.
 * `ges`: as `invoiceFields` makes them.
 */
export function compareTotals(ges: Fields, xero: XeroInvoice, facts: Pick<OrganisationFacts, 'cisRate'>): Problem | undefined {
  if (ges['status'] !== 'issued' || (xero.status !== 'AUTHORISED' && xero.status !== 'PAID')) return undefined;
  if (ges['gross'] === undefined || ges['cisDeduction'] === undefined) return undefined;
  const gross = toPence(ges['gross']);
  if (xero.total !== gross) return totalsDiffer(gross, xero.total);
  const deduction = toPence(ges['cisDeduction']);
  return xero.cisDeduction === deduction ? undefined : cisDiffers(deduction, xero.cisDeduction, facts.cisRate, undefined);
}

/** What Xero deducts: the organisation's rate of the net labour, rounded to the penny (C8). Pence. */
export function cisDeduction(netLabour: number, rate: number): number {
  return Number(divideHalfUp(BigInt(netLabour) * BigInt(Math.round(rate * 100)), 10_000n));
}

/** The tax type of each line in turn, or why one of them has none (C5). */
function taxTypesFor(invoice: GesInvoice, facts: OrganisationFacts): { ofLines: readonly string[] } | { readonly problem: Problem } {
  const ofLines: string[] = [];
  for (const line of invoice.lines) {
    const choice = taxTypeOf(line.vat, facts);
    if ('noneOf' in choice) return { problem: taxRateMissing(choice.noneOf) };
    if ('oneOf' in choice) return { problem: taxRateUnclear(choice.oneOf) };
    ofLines.push(choice.taxType);
  }
  return { ofLines };
}

function accountsFor(
  invoice: GesInvoice,
  { facts, salesAccountId }: LinesContext,
): { sales: string; labour: string } | { readonly problem: Problem } {
  const sales = facts.accounts.find(({ accountId, status }) => accountId === salesAccountId && status === 'ACTIVE')?.code ?? '';
  const labour = systemAccountCode(facts, 'CISLABOURINCOME') ?? '';
  if (sales === '') return { problem: accountMissing('sales account as chosen in the integration settings') };
  const needsLabour = invoice.lines.some((line) => line.cis === 'labour');
  if (needsLabour && facts.cisEnabled && labour === '')
    return { problem: accountMissing('CIS labour account (system account CISLABOURINCOME)') };
  return { sales, labour };
}

/** The Xero line that a GES line became: the one in the same place when both sides last agreed, if it is still there. */
function lineInXero(gesLineId: string, { linked }: LinesContext): XeroInvoice['lines'][number] | undefined {
  if (linked === undefined) return undefined;
  const place = lineIds(linked.base.ges).indexOf(gesLineId);
  const lineItemId = place === -1 ? undefined : lineIds(linked.base.xero)[place];
  return linked.xero.lines.find((line) => line.lineItemId === lineItemId);
}
