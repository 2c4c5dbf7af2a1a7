import { systemAccountCode } from './invoice.ts';
import type { LedgerEntry } from './ledger.ts';
import { toPounds } from './money.ts';
import { discountNotSent } from './payment-problems.ts';
import type { Problem } from './records.ts';
import { activeRateOf } from './vat.ts';
import type { NewInvoice, OrganisationFacts, OutgoingLine, XeroInvoice, XeroLine } from './xero-invoice.ts';
import { xeroTotals } from './xero-totals.ts';

/** Discounts of GES's payment dialog (D8): no money, but a credit of the invoice at the invoice's own rates (C13). Pure. */

/** The number of its credit note: unique in Xero, so that one whose answer was lost is found by it and never made twice (F3). */
export function discountNumber(invoiceNumber: string, paymentId: string): string {
  return `${invoiceNumber}-${paymentId}`;
}

/**
 * The discounts that a credit in Xero stands for, the earliest first, and what is credited besides, pence: GES counts a discount as paid, so it
 * must not be shown as credited, too.
 */
export function coveredDiscounts(
  entries: readonly LedgerEntry[],
  credited: number,
): { readonly covered: ReadonlySet<LedgerEntry>; readonly besides: number } {
  const discounts = entries.filter(
    (entry) => entry.isDiscount === true && (entry.state.kind === 'credit' || entry.state.kind === 'unposted'),
  );
  const covered = new Set<LedgerEntry>();
  let besides = credited;
  for (const entry of discounts.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))) {
    const amount = entry.ges?.amount ?? 0;
    if (amount <= 0 || amount > besides) continue;
    covered.add(entry);
    besides -= amount;
  }
  return { covered, besides };
}

function sortKey({ ges, gesId = '' }: LedgerEntry): string {
  return `${ges?.date ?? ''} ${gesId}`;
}

/** The credit note of a discount, or why it is not sent: Xero would come to another VAT, or CIS would be taken back with it. */
export function discountCredit(
  entry: LedgerEntry,
  invoice: XeroInvoice,
  invoiceNumber: string,
  facts: OrganisationFacts,
): { readonly element: NewInvoice } | { readonly problem: Problem } {
  const { ges = { amount: 0, date: '' }, gesId = '', vat } = entry;
  const problem = discountNotSent(ges.amount);
  if (invoice.cisDeduction !== 0 || ges.amount <= 0 || ges.amount > invoice.amountDue) return { problem };
  const lines = shares(ges.amount, invoice, facts).map(({ line, amount }): OutgoingLine => ({
    description: `Discount on ${invoiceNumber}`,
    quantity: '1',
    unitAmount: toPounds(-amount),
    taxType: line.taxType,
    accountCode: line.accountCode,
  }));
  const rateOf = (taxType: string): number => activeRateOf(taxType, facts) ?? 0;
  const lineAmountTypes = invoice.lineAmountTypes === 'NoTax' ? 'NoTax' : 'Inclusive';
  const totals = xeroTotals(lines, lineAmountTypes, rateOf);
  if (lines.length === 0 || (vat !== undefined && Math.abs(-totals.vat - vat) > lines.length)) return { problem };
  const number = discountNumber(invoiceNumber, gesId);
  const reference = `Discount on ${invoiceNumber}`;
  const common = { contactId: invoice.contactId, number, date: ges.date, dueDate: '', reference, url: '' };
  return { element: { kind: 'create', ...common, lineAmountTypes, lines } };
}

/** The amount divided over the invoice's rates and accounts by what each came to, to the penny. */
function shares(
  amount: number,
  { lines, lineAmountTypes }: XeroInvoice,
  facts: OrganisationFacts,
): readonly { readonly line: XeroLine; readonly amount: number }[] {
  const rounding = systemAccountCode(facts, 'ROUNDING');
  const priced = lines.filter(({ quantity, accountCode }) => quantity !== '' && accountCode !== '' && accountCode !== rounding);
  const rateOf = (taxType: string): number => activeRateOf(taxType, facts) ?? 0;
  const groups = [...Map.groupBy(priced, ({ taxType, accountCode }) => `${taxType} ${accountCode}`).values()].flatMap((group) => {
    const [line] = group;
    const { gross } = xeroTotals(group, lineAmountTypes, rateOf);
    return line === undefined || gross <= 0 ? [] : [{ line, gross }];
  });
  const total = groups.reduce((sum, { gross }) => sum + gross, 0);
  let left = amount;
  let of = total;
  const divided = groups.map(({ line, gross }) => {
    const share = Math.round((left * gross) / of);
    left -= share;
    of -= gross;
    return { line, amount: share };
  });
  return divided.filter((one) => one.amount > 0);
}
