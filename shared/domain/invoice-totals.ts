import type { Fields } from './fields.ts';
import { isWordsOnly, isXeroOnly, readLines, xeroLinesField } from './invoice-lines.ts';
import { cisDiffers, cisOff, linesNotForGes, totalsDiffer } from './invoice-problems.ts';
import { purposeCodes } from './invoice.ts';
import { divideHalfUp, plainNumber, toPence } from './money.ts';
import type { Problem } from './records.ts';
import type { OrganisationFacts, OutgoingLine, XeroInvoice } from './xero-invoice.ts';
import type { Totals } from './xero-totals.ts';

/** What both sides come to: predicted before anything is sent, and compared again with what Xero answered (C7, C8). Pure. */

/** C8: Xero will deduct its own rate from the net of the labour lines; that must be what GES deducts, give or take a penny a labour line. */
export function checkCis(
  gesDeduction: string,
  lines: readonly OutgoingLine[],
  totals: Totals,
  facts: OrganisationFacts,
): Problem | undefined {
  const deduction = toPence(gesDeduction);
  const code = purposeCodes(facts).labour;
  const labour = lines.map((line, index) => ({ line, net: totals.lineNets[index] ?? 0 })).filter(({ line }) => isLabour(line, code));
  if (labour.length === 0) return deduction === 0 ? undefined : cisDiffers(deduction, 0, facts.cisRate, undefined);
  if (!facts.cisEnabled) return cisOff();
  const net = labour.reduce((sum, line) => sum + line.net, 0);
  const expected = cisDeduction(net, facts.cisRate);
  if (Math.abs(expected - deduction) <= labour.length) return undefined;
  const gesRate = net === 0 ? undefined : plainNumber(((deduction / net) * 100).toFixed(1));
  return cisDiffers(deduction, expected, facts.cisRate, gesRate);
}

/** Where CIS is off there is no account for labour, and a labour line goes without one. */
function isLabour({ accountCode, quantity }: OutgoingLine, code: string | undefined): boolean {
  return quantity !== '' && accountCode === (code ?? '');
}

/** What Xero deducts: the organisation's rate of the net labour, rounded to the penny (C8). Pence. */
export function cisDeduction(netLabour: number, rate: number): number {
  return Number(divideHalfUp(BigInt(netLabour) * BigInt(Math.round(rate * 100)), 10_000n));
}

/**
 * Gross and CIS deduction of both sides, once they agree on the fields (C7, C8): the problem when they differ. Ended invoices do not count.
 * `ges`: as `invoiceFields` makes them.
 */
export function compareTotals(ges: Fields, xero: XeroInvoice, facts: Pick<OrganisationFacts, 'accounts'>): Problem | undefined {
  if (ges['status'] !== 'issued' || (xero.status !== 'AUTHORISED' && xero.status !== 'PAID')) return undefined;
  if (ges['gross'] === undefined || ges['cisDeduction'] === undefined) return undefined;
  const gross = toPence(ges['gross']);
  if (xero.total !== gross) return hasWhatGesCannotHold(xero, facts) ? linesNotForGes() : totalsDiffer(gross, xero.total);
  const deduction = toPence(ges['cisDeduction']);
  const isClose = Math.abs(xero.cisDeduction - deduction) <= labourLinesOf(ges);
  return isClose ? undefined : cisDiffers(deduction, xero.cisDeduction, undefined, undefined);
}

/**
 * C7, C8: by how much less is owed in Xero than in GES, pence, where both are right: Xero's figures may give a penny a labour line more or less
 * of CIS. What Xero answered is what is owed, so GES shows the difference as credited. 0 where they agree, or where a person is asked.
 */
export function creditOfPennies(ges: Fields, xero: Pick<XeroInvoice, 'total' | 'cisDeduction' | 'status'>): number {
  const isLive = ges['status'] === 'issued' && (xero.status === 'AUTHORISED' || xero.status === 'PAID');
  if (!isLive || toPence(ges['gross'] ?? '0') !== xero.total) return 0;
  const pennies = xero.cisDeduction - toPence(ges['cisDeduction'] ?? '0');
  return Math.abs(pennies) <= labourLinesOf(ges) ? pennies : 0;
}

function labourLinesOf(ges: Fields): number {
  return readLines(ges['lines'] ?? '').lines.filter(({ cis }) => cis === 'labour').length;
}

function hasWhatGesCannotHold(xero: XeroInvoice, facts: Pick<OrganisationFacts, 'accounts'>): boolean {
  const lines = readLines(xeroLinesField({ ...xero, lines: xero.lines.filter((line) => !isWordsOnly(line)) }, purposeCodes(facts))).lines;
  return lines.some(({ vat, discount, quantity }) => isXeroOnly(vat) || isXeroOnly(discount) || toPence(quantity) === 0);
}
