import {
  gesLinesField,
  isDeductionLine,
  isRoundingLine,
  isWordsOnly,
  isXeroOnly,
  LINE_PARTS,
  readLines,
  type FieldLine,
  type LinePart,
} from './invoice-lines.ts';
import { purposeCodes, systemAccountCode } from './invoice.ts';
import {
  accountMissing,
  linesNotForGes,
  notVatRegistered,
  reverseChargeNotRegistered,
  taxRateMissing,
  taxRateUnclear,
  totalsDiffer,
  vatDiffers,
} from './invoice-problems.ts';
import { checkCis } from './invoice-totals.ts';
import type { LineMerge } from './line-merge.ts';
import { plainNumber, priceWithout, toPence, toPounds } from './money.ts';
import type { GesInvoice, GesVat, Problem } from './records.ts';
import { activeRateOf, isReverseCharge, namedRateOf, taxTypeOf } from './vat.ts';
import type { LineAmountTypes, OrganisationFacts, OutgoingLine, XeroInvoice, XeroLine } from './xero-invoice.ts';
import { xeroTotals, type Totals } from './xero-totals.ts';

/** From the lines that both sides are to have to Xero's, with the totals proved before anything is sent (C2, C5, C6, C7, C8). Pure. */

/** A gross difference up to this, or a penny a line if that is more, is settled by one rounding line (C7). */
const ROUNDING_LIMIT_PENCE = 5;

/** What building lines takes: the organisation, the account for sales, and for an update what the lines are in Xero now. */
export interface LinesContext {
  readonly facts: OrganisationFacts;
  readonly salesAccountId: string | null;
  /** The linked Xero invoice, and what each side is to be told of lines. */
  readonly linked?: { readonly xero: XeroInvoice; readonly merge: LineMerge };
}
export interface BuiltLines {
  readonly lineAmountTypes: LineAmountTypes;
  readonly lines: readonly OutgoingLine[];
  /** What the timeline should say, e.g. of a penny's difference in VAT. */
  readonly notes: readonly string[];
}
interface Failed {
  readonly problem: Problem;
}

/** A line on its way to Xero. Without `ges` it stays as Xero has it, without `before` it is new there. */
interface PlannedLine {
  readonly ges?: FieldLine;
  readonly before?: XeroLine;
  readonly send: ReadonlySet<LinePart>;
}
interface Plan {
  readonly inclusive: boolean;
  readonly lines: readonly PlannedLine[];
  /** Every price is sent anew: what a price includes has changed. */
  readonly pricesAnew: boolean;
}

/** The lines to be sent, or the problem why nothing may be posted. */
export function buildLines(invoice: GesInvoice, context: LinesContext): BuiltLines | Failed {
  const { facts, linked } = context;
  const plan = linked === undefined ? newLines(invoice) : changedLines(linked);
  const vats = plan.lines.flatMap(({ ges }) => (ges === undefined ? [] : (ges.vat as GesVat)));
  if (!facts.vatRegistered && toPence(invoice.totals.vat) !== 0) return { problem: notVatRegistered() };
  if (!facts.vatRegistered && vats.some(isReverseCharge)) return { problem: reverseChargeNotRegistered() };
  if (!plan.inclusive || !vats.some(isReverseCharge))
    return built(invoice, plan, context, plan.inclusive ? 'Inclusive' : 'Exclusive', ({ price }) => price);
  // C6: what VAT a price under the reverse charge includes, only GES's own totals tell: none, or that of the rate.
  const withoutVat = built(invoice, plan, context, 'Exclusive', (line, rate) =>
    rate === undefined ? line.price : priceWithout(line.price, rate),
  );
  if (!('problem' in withoutVat)) return withoutVat;
  const withVat = built(invoice, plan, context, 'Exclusive', (line, rate) =>
    priceWithout(line.price, rate ?? namedRateOf(line.vat as GesVat)),
  );
  return 'problem' in withVat ? withoutVat : withVat;
}

function newLines(invoice: GesInvoice): Plan {
  const { inclusive, lines } = readLines(gesLinesField(invoice));
  const sent = lines.filter((line) => !isDeductionLine(line));
  return { inclusive, lines: sent.map((ges) => ({ ges, send: new Set(LINE_PARTS) })), pricesAnew: true };
}

function changedLines({ xero, merge }: NonNullable<LinesContext['linked']>): Plan {
  const byId = new Map(xero.lines.map((line) => [line.lineItemId, line]));
  const lines = merge.lines.flatMap(({ ges, lineItemId = '', send }): PlannedLine[] => {
    const before = byId.get(lineItemId);
    const isNowhere = before === undefined && (ges === undefined || send.size === 0);
    return isNowhere ? [] : [{ ...(ges === undefined ? {} : { ges }), ...(before === undefined ? {} : { before }), send }];
  });
  const isReverse = lines.some(({ ges }) => ges !== undefined && isReverseCharge(ges.vat as GesVat));
  const goesInclusive = merge.inclusive && !isReverse;
  return { inclusive: merge.inclusive, lines, pricesAnew: goesInclusive !== (xero.lineAmountTypes === 'Inclusive') };
}

/** The price that is sent for a line. `rate`: the VAT of the line in percent; undefined under the reverse charge. */
type PriceOf = (line: FieldLine, rate: number | undefined) => string;

function built(
  invoice: GesInvoice,
  plan: Plan,
  context: LinesContext,
  lineAmountTypes: LineAmountTypes,
  priceOf: PriceOf,
): BuiltLines | Failed {
  const { facts } = context;
  const accounts = accountsFor(plan, context);
  if ('problem' in accounts) return accounts;
  const lines: OutgoingLine[] = [];
  for (const planned of plan.lines) {
    const line = outgoing(planned, plan, { facts, accounts, priceOf });
    if ('problem' in line) return line;
    lines.push(line);
  }
  const totals = xeroTotals(lines, lineAmountTypes, (taxType) => activeRateOf(taxType, facts) ?? 0);
  // What comes back from Xero in the same step changes GES's totals: those are compared once both sides have answered.
  if (context.linked?.merge.toGes !== undefined) return { lineAmountTypes, lines, notes: [] };
  const cis = checkCis(invoice.totals.cisDeduction, lines, totals, facts);
  if (cis !== undefined) return { problem: cis };
  return settleTotals(invoice, { lineAmountTypes, lines, totals }, plan, context);
}

function outgoing(
  { ges, before, send }: PlannedLine,
  { pricesAnew }: Plan,
  { facts, accounts, priceOf }: { readonly facts: OrganisationFacts; readonly accounts: Accounts; readonly priceOf: PriceOf },
): OutgoingLine | Failed {
  if (ges === undefined) return before === undefined ? { problem: linesNotForGes() } : lineAsRead(before);
  const tells = (part: LinePart): boolean => before === undefined || send.has(part);
  const taxType = before !== undefined && !tells('vat') ? { taxType: before.taxType } : taxTypeOf(ges.vat as GesVat, facts);
  if ('noneOf' in taxType) return { problem: taxRateMissing(taxType.noneOf) };
  if ('oneOf' in taxType) return { problem: taxRateUnclear(taxType.oneOf) };
  const rate = activeRateOf(taxType.taxType, facts);
  if (rate === undefined) return { problem: taxRateMissing([taxType.taxType]) };
  const kept = before === undefined ? undefined : lineAsRead(before);
  const isLabour = ges.cis === 'labour';
  // A labour mark decides the account; otherwise what a bookkeeper has chosen stays (C2).
  const keepsAccount = kept !== undefined && kept.accountCode !== '' && isLabour === (kept.accountCode === accounts.labour);
  const price = (): string => plainNumber(priceOf(ges, isReverseCharge(ges.vat as GesVat) ? undefined : rate));
  return {
    ...kept,
    gesId: ges.id,
    description: kept === undefined || tells('description') ? ges.description : kept.description,
    quantity: kept === undefined || tells('quantity') ? ges.quantity : kept.quantity,
    unitAmount: kept === undefined || tells('price') || pricesAnew ? price() : kept.unitAmount,
    ...(tells('discount') ? { discountRate: ges.discount } : {}),
    taxType: taxType.taxType,
    accountCode: keepsAccount ? kept.accountCode : isLabour ? accounts.labour : accounts.sales,
  };
}

/** A line as Xero has it, to be sent back so that nothing of it changes. */
export function lineAsRead(line: XeroLine): OutgoingLine {
  const { lineItemId, description, quantity, unitAmount, discountRate, discountAmount, taxType, accountCode, itemCode, tracking } = line;
  const common = { lineItemId, tracking, ...(itemCode === '' ? {} : { itemCode }), description };
  if (isWordsOnly(line)) return { ...common, quantity: '', unitAmount: '', taxType: '', accountCode: '' };
  const rate = plainNumber(discountRate);
  return {
    ...common,
    quantity: plainNumber(quantity),
    unitAmount: plainNumber(unitAmount),
    ...(discountAmount === 0 ? {} : { discountAmount }),
    ...(discountAmount !== 0 || rate === '0' ? {} : { discountRate: rate }),
    taxType,
    accountCode,
  };
}

/** C10: every line of a paid document by its id and as it is, but for the words that may still change. */
export function reworded(xero: XeroInvoice, { lines }: LineMerge): readonly OutgoingLine[] {
  const wordsOf = new Map(lines.flatMap(({ ges, lineItemId, send }) => (send.has('description') ? [[lineItemId, ges?.description]] : [])));
  return xero.lines.map((line) => ({ ...lineAsRead(line), description: wordsOf.get(line.lineItemId) ?? line.description }));
}

/** Net, VAT and gross against GES's: equal, or within what C7 allows; a gross difference becomes a rounding line. */
function settleTotals(
  invoice: GesInvoice,
  { lineAmountTypes, lines, totals }: { lineAmountTypes: LineAmountTypes; lines: readonly OutgoingLine[]; totals: Totals },
  plan: Plan,
  context: LinesContext,
): BuiltLines | Failed {
  const { facts } = context;
  const vat = toPence(invoice.totals.vat);
  const gross = toPence(invoice.totals.gross);
  const difference = gross - totals.gross;
  if (difference !== 0 && plan.lines.some(isOfXeroOnly)) return { problem: linesNotForGes() };
  const taxedLines = lines.filter((line) => (activeRateOf(line.taxType, facts) ?? 0) > 0).length;
  if (Math.abs(vat - totals.vat) > taxedLines) return { problem: vatDiffers(vat, totals.vat) };
  const notes = vat === totals.vat ? [] : [`VAT is £${toPounds(totals.vat)} in Xero and £${toPounds(vat)} in Gas Engineer Software.`];
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

/** Has the line something in Xero that GES cannot hold? Then no difference of the totals may be rounded away. */
function isOfXeroOnly({ ges, before }: PlannedLine): boolean {
  if (before === undefined || isWordsOnly(before)) return false;
  return ges === undefined || before.discountAmount !== 0 || isXeroOnly(ges.vat);
}

interface Accounts {
  readonly sales: string;
  readonly labour: string;
}

function accountsFor({ lines }: Plan, { facts, salesAccountId }: LinesContext): Accounts | Failed {
  const sales = facts.accounts.find(({ accountId, status }) => accountId === salesAccountId && status === 'ACTIVE')?.code ?? '';
  const labour = purposeCodes(facts).labour ?? '';
  if (sales === '') return { problem: accountMissing('sales account as chosen in the integration settings') };
  const needsLabour = lines.some(({ ges }) => ges?.cis === 'labour');
  if (needsLabour && facts.cisEnabled && labour === '')
    return { problem: accountMissing('CIS labour account (system account CISLABOURINCOME)') };
  return { sales, labour };
}
