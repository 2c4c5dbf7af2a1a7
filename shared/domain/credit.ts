import type { Fields } from './fields.ts';
import { lockProblem } from './invoice-policy.ts';
import { divideHalfUp, plainNumber, scaled, toPence } from './money.ts';
import type { GesInvoice, GesInvoiceLine, Problem } from './records.ts';
import type { Allocation, OrganisationFacts, XeroInvoice } from './xero-invoice.ts';

/**
 * Credits (C13): an invoice of GES with a negative total is a credit note in Xero. Here it is an invoice with all signs turned, so that
 * everything said of invoices holds; what is its own is how it is written, and that it is set against the invoice that it credits. Pure.
 */

/** Is it a credit, by its gross in pounds? */
export function isCredit(gross: string | undefined): boolean {
  return gross !== undefined && toPence(gross) < 0;
}

/**
 * The credit as it goes to Xero: lines of credit notes take no discount, so percentages are worked into the price; the sign stands on the price.
 * `number`: of the invoice that it credits, where that is known.
 */
export function asCredit(invoice: GesInvoice, number: string | undefined): GesInvoice {
  const reference = number === undefined ? invoice.reference : `Credit of ${number}`;
  return { ...invoice, reference, lines: invoice.lines.map(withoutDiscount) };
}

function withoutDiscount(line: GesInvoiceLine): GesInvoiceLine {
  const isTurned = line.quantity.startsWith('-');
  const isWhole = scaled(line.discountPercent, 4) === 0n;
  if (!isTurned && isWhole) return line;
  const left = 1_000_000n - scaled(line.discountPercent, 4);
  const price = divideHalfUp(scaled(line.unitPrice, 4) * left, 1_000_000n) * (isTurned ? -1n : 1n);
  return { ...line, quantity: plainNumber(line.quantity).replace('-', ''), unitPrice: inPounds(price), discountPercent: '0' };
}

/** A price of ten-thousandths as GES writes it: at least two places. */
function inPounds(price: bigint): string {
  const digits = (price < 0n ? -price : price).toString().padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0{1,2}$/, '');
  return `${price < 0n ? '-' : ''}${digits.slice(0, -4)}.${fraction}`;
}

/** What is used of a credit note, by allocations and refunds, pence; 0 of one that is void. */
export function usedOf(credit: XeroInvoice): number {
  if (credit.status === 'VOIDED' || credit.status === 'DELETED') return 0;
  return credit.amountDue - (credit.total - credit.cisDeduction);
}

/**
 * The allocations that we have made, where an edit or a void in GES needs them taken back first. None where something else was done with the
 * credit, or its date is locked: then a person is asked.
 */
export function toRelease(
  ges: { readonly fields: Fields; readonly isDeleted: boolean },
  base: Fields,
  credit: XeroInvoice,
  invoiceId: string | undefined,
  facts: Pick<OrganisationFacts, 'lockedUntil'>,
): readonly Allocation[] {
  const own = (credit.credit?.allocations ?? []).filter((allocation) => allocation.invoiceId === invoiceId);
  const ofOthers = usedOf(credit) - own.reduce((sum, { amount }) => sum + amount, 0);
  const isEnded = ges.isDeleted || ges.fields['status'] === 'void';
  const isOther = ['lines', 'issueDate'].some((field) => (ges.fields[field] ?? '') !== (base[field] ?? ''));
  const mayChange = ofOthers === 0 && lockProblem([credit.date], facts) === undefined;
  return mayChange && (isEnded || (isOther && ges.fields['status'] === 'issued')) ? own : [];
}

/** The credit note once these allocations are taken back. */
export function released(credit: XeroInvoice, gone: readonly Allocation[]): XeroInvoice {
  const amount = gone.reduce((sum, allocation) => sum + allocation.amount, 0);
  const allocations = (credit.credit?.allocations ?? []).filter((allocation) => !gone.includes(allocation));
  return moved(credit, -amount, allocations);
}

/** The credit note once so much of it is set against an invoice. */
export function allocated(credit: XeroInvoice, allocation: Allocation): XeroInvoice {
  return moved(credit, allocation.amount, [...(credit.credit?.allocations ?? []), allocation]);
}

function moved(credit: XeroInvoice, used: number, allocations: readonly Allocation[]): XeroInvoice {
  const amountDue = credit.amountDue + used;
  const status = amountDue === 0 ? 'PAID' : 'AUTHORISED';
  return { ...credit, status, amountDue, amountCredited: credit.amountCredited - used, credit: { allocations } };
}

/** How much of a credit is set against the invoice that it names, pence: what is due there, at most; 0 where nothing can be. */
export function allocationFor(credit: XeroInvoice, invoice: XeroInvoice | undefined): number {
  if (invoice?.status !== 'AUTHORISED' || credit.status !== 'AUTHORISED' || invoice.contactId !== credit.contactId) return 0;
  return Math.max(0, Math.min(-credit.amountDue, invoice.amountDue));
}

/** Money entered in GES on a credit: it is not sent (C13). */
export function refundNotSent(amount: string): Problem {
  return {
    code: 'refund-not-sent',
    message: `£${amount} was entered here on a credit. What is paid back to a customer is not sent to Xero.`,
    fix: 'Enter the refund on the credit note in Xero, and delete the payment here.',
  };
}

/** Issued first as the one and then as the other (C13). */
export function signChanged(wasCredit: boolean): Problem {
  return {
    code: 'sign-changed',
    message: wasCredit
      ? 'This was a credit and now has a positive total, but Xero has it as a credit note.'
      : 'This was an invoice and now has a negative total, but Xero has it as an invoice.',
    fix: 'Give it back its old content, and issue a credit or an invoice of its own.',
  };
}
