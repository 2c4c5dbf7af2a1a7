import type { Fields, Patch } from './fields.ts';
import { gesLinesField, linesForGes, sameLines, xeroLinesField, type PurposeCodes } from './invoice-lines.ts';
import { toPounds } from './money.ts';
import type { FieldRule, FieldRules } from './reconcile.ts';
import type { GesInvoice } from './records.ts';
import type { OrganisationFacts, XeroInvoice } from './xero-invoice.ts';

/** Invoices: which fields travel and how they compare (C1, C2). Pure. */

/** Longest reference that Xero takes. */
const MAX_REFERENCE_LENGTH = 255;

/**
 * The GES side of an invoice as fields. `status`, `customerId` and the sums of money are no merged fields: the policy looks at them where
 * the base stands in for GES.
 */
export function invoiceFields(invoice: GesInvoice): Fields {
  return {
    number: invoice.number.trim(),
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    reference: invoice.reference.trim(),
    lines: gesLinesField(invoice),
    status: invoice.status,
    paid: invoice.balance.paid,
    gross: invoice.totals.gross,
    cisDeduction: invoice.totals.cisDeduction,
    customerId: invoice.customerId,
    ...(invoice.creditsInvoiceId === undefined ? {} : { credits: invoice.creditsInvoiceId }),
  };
}

/**
 * The Xero side of an invoice as the same fields. `status`, `paid` and `contactId` do not merge: they tell that a person was there, between
 * our read and our write or since.
 */
export function xeroInvoiceFields(invoice: XeroInvoice, facts: Pick<OrganisationFacts, 'accounts'>): Fields {
  return {
    number: invoice.number,
    issueDate: invoice.date,
    dueDate: invoice.dueDate,
    reference: invoice.reference,
    lines: xeroLinesField(invoice, purposeCodes(facts)),
    contactId: invoice.contactId,
    status: invoice.status,
    paid: toPounds(invoice.amountPaid),
  };
}

/**
 * The rules of the fields that merge as a whole (C1, C2, E1): what both sides changed: GES wins while Xero allows it. A number that a
 * bookkeeper changed in Xero never returns: GES's numbering is its own. Lines merge by `mergeLines`.
 */
export const INVOICE_RULES: FieldRules = {
  number: { ...textRule(), oneWay: 'to-xero' },
  issueDate: textRule(),
  dueDate: textRule(),
  reference: { ...textRule(), toXero: (value) => value.slice(0, MAX_REFERENCE_LENGTH) },
};

/** Do two projections of Xero say the same of everything that is followed? Status and money are not part of it. */
export function sameInvoice(a: Fields, b: Fields): boolean {
  const isSame = Object.entries(INVOICE_RULES).every(([field, rule]) => rule.same(a[field] ?? '', b[field] ?? ''));
  return isSame && a['contactId'] === b['contactId'] && sameLines(a['lines'] ?? '', b['lines'] ?? '');
}

/** What can still be told to an invoice with money on it (C10). */
export const FIELDS_OPEN_WHEN_PAID: ReadonlySet<string> = new Set(['reference', 'dueDate', 'number']);

/** A patch of fields in the words of the GES platform API. */
export function toInvoicePatch(
  patch: Patch,
): Partial<Pick<GesInvoice, 'issueDate' | 'dueDate' | 'reference' | 'pricesIncludeVat' | 'lines'>> & { status?: 'void' } {
  const { lines, status, ...texts } = patch;
  return { ...texts, ...(lines === undefined ? {} : linesForGes(lines)), ...(status === 'void' ? { status } : {}) };
}

/** Xero holds numbers to be the same whatever their case. */
export function isSameNumber(a: string, b: string): boolean {
  const [left, right] = [a, b].map((number) => number.normalize('NFC').trim().toLowerCase());
  return left === right;
}

/** The code of the account that Xero keeps for a purpose, found by purpose and never by code. */
export function systemAccountCode(facts: Pick<OrganisationFacts, 'accounts'>, purpose: string): string | undefined {
  const account = facts.accounts.find(({ systemAccount, status, code }) => systemAccount === purpose && status === 'ACTIVE' && code !== '');
  return account?.code;
}

/** The accounts that say something of a line. */
export function purposeCodes(facts: Pick<OrganisationFacts, 'accounts'>): PurposeCodes {
  return { rounding: systemAccountCode(facts, 'ROUNDING'), labour: systemAccountCode(facts, 'CISLABOURINCOME') };
}

function textRule(): FieldRule {
  return {
    winner: 'ges',
    same: (a, b) => a.replace(/\s+/g, ' ').trim() === b.replace(/\s+/g, ' ').trim(),
    toXero: (value) => value,
    toGes: (value) => value,
  };
}
