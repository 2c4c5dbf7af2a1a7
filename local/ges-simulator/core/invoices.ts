import { z } from 'zod';
import { Problem } from './http.ts';
import { invoiceTotals, normalNumber, normalPrice, settle, toPence, toPounds, type Totals } from './money.ts';
import type { Invoice, InvoiceLine } from './records.ts';
import { saveChanged, saveNew, saveRemoved, type WriteContext } from './saving.ts';
import type { Transaction } from './state.ts';
import { check, date, decimal, invalid, text } from './validation.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_TO_PAY = 14;
const VAT = ['standard', 'reduced', 'zero', 'exempt', 'outside', 'reverse-charge-standard', 'reverse-charge-reduced'] as const;

const line = z.strictObject({
  id: text(50).optional(),
  description: text(4000),
  quantity: decimal(4, 'any').default('1'),
  unitPrice: decimal(4, 'any'),
  discountPercent: decimal(4, 'not-negative')
    .refine((percent) => Number(percent) <= 100, 'must be at most 100')
    .default('0'),
  vat: z.enum(VAT, `must be one of ${VAT.join(', ')}`).default('standard'),
  cis: z.enum(['labour', 'materials'], 'must be labour, materials or null').nullable().default(null),
});
const lines = z.array(line, 'must be a list').max(200, 'must have at most 200 lines');

const content = {
  number: text(50).refine((number) => number.trim() !== '', 'must not be empty'),
  customerId: text(100),
  status: z.enum(['draft', 'issued', 'void'], 'must be draft, issued or void'),
  issueDate: date,
  dueDate: date,
  reference: text(255),
  currency: z.literal('GBP', 'must be GBP'),
  pricesIncludeVat: z.boolean('must be true or false'),
  creditsInvoiceId: text(100),
  lines,
};
const userFields = z.strictObject(content).partial();
/** Only the sync changes `balance.credited`; below zero where more is owed, and of credits. */
const apiFields = z.strictObject({ ...content, balance: z.strictObject({ credited: decimal(2, 'any') }) }).partial();
type InvoiceFields = z.infer<typeof apiFields>;

const read = (context: WriteContext, body: unknown): InvoiceFields =>
  context.origin === 'xero-sync' ? check(apiFields, body) : check(userFields, body);

/** The new list of lines. A line keeps its id; one without gets the first free `l<n>`. */
function withLines(current: readonly InvoiceLine[], named: InvoiceFields['lines']): InvoiceLine[] {
  if (named === undefined) return [...current];
  const ids = named.map(({ id }) => id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) throw invalid([{ field: 'lines', message: 'must not name the same line twice' }]);
  const taken = new Set([...current.map(({ id }) => id), ...ids]);
  let number = 0;
  const freeId = (): string => {
    do number += 1;
    while (taken.has(`l${number}`));
    return `l${number}`;
  };
  return named.map(({ id, description, quantity, unitPrice, discountPercent, vat, cis }) => ({
    id: id ?? freeId(),
    description,
    quantity: normalNumber(quantity),
    unitPrice: normalPrice(unitPrice),
    discountPercent: normalNumber(discountPercent),
    vat,
    cis,
  }));
}

/** Lays the named fields over the invoice and computes what GES computes: totals, balance, payment status. */
function withFields({ transaction, accountId }: WriteContext, current: Invoice, fields: InvoiceFields): Invoice {
  if (fields.customerId !== undefined && !transaction.get(accountId, 'customer', fields.customerId)) {
    throw invalid([{ field: 'customerId', message: 'is not a customer of this account' }]);
  }
  const { creditsInvoiceId } = fields;
  if (creditsInvoiceId !== undefined && !transaction.get(accountId, 'invoice', creditsInvoiceId)) {
    throw invalid([{ field: 'creditsInvoiceId', message: 'is not an invoice of this account' }]);
  }
  const next = {
    ...current,
    ...(creditsInvoiceId === undefined ? {} : { creditsInvoiceId }),
    number: fields.number?.trim() ?? current.number,
    customerId: fields.customerId ?? current.customerId,
    status: fields.status ?? current.status,
    issueDate: fields.issueDate ?? current.issueDate,
    dueDate: fields.dueDate ?? current.dueDate,
    reference: fields.reference ?? current.reference,
    pricesIncludeVat: fields.pricesIncludeVat ?? current.pricesIncludeVat,
    lines: withLines(current.lines, fields.lines),
  };
  const totals = invoiceTotals(next.lines, next.pricesIncludeVat, transaction.account(accountId)?.cisRatePercent ?? 0);
  if (next.status === 'issued' && next.lines.length === 0) {
    throw invalid([{ field: 'lines', message: 'must have at least one line before the invoice is issued' }]);
  }
  const credited = fields.balance?.credited ?? current.balance.credited;
  return { ...next, totals, ...settle(totals, toPence(current.balance.paid), toPence(credited), next.status) };
}

/** Keeps numbers unique within the account; those of void invoices stay taken. @throws Problem 409 */
function claimNumber({ transaction, accountId }: WriteContext, before: string | undefined, invoice: Invoice): void {
  const owner = transaction.invoiceWithNumber(accountId, invoice.number);
  if (owner !== undefined && owner !== invoice.id) {
    throw new Problem(409, 'number-taken', `Invoice number ${invoice.number} is taken by ${owner}.`, [
      { field: 'number', message: 'is taken' },
    ]);
  }
  if (before !== undefined && before !== invoice.number) transaction.freeInvoiceNumber(accountId, before);
  transaction.putInvoiceNumber(accountId, invoice.number, invoice.id);
  const own = /^GES-(\d{1,9})$/i.exec(invoice.number)?.[1];
  const last = transaction.lastInvoiceNumber(accountId);
  if (own !== undefined && Number(own) > last) transaction.putLastInvoiceNumber(accountId, Number(own));
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/**
 * Makes an invoice; a draft unless told otherwise. What is not named is what GES fills in: the next number `GES-<n>`,
 * today, and 14 days to pay.
 * @throws Problem 409, 422
 */
export function createInvoice(context: WriteContext, body: unknown): Invoice {
  const { transaction, accountId, now } = context;
  const fields = read(context, body);
  if (fields.customerId === undefined) throw invalid([{ field: 'customerId', message: 'is required' }]);
  const id = `inv_${transaction.takeNumber('invoice')}`;
  const issueDate = fields.issueDate ?? dateOf(now);
  const blank: Invoice = {
    id,
    revision: 1,
    number: fields.number ?? `GES-${transaction.lastInvoiceNumber(accountId) + 1}`,
    customerId: fields.customerId,
    status: 'draft',
    issueDate,
    dueDate: dateOf(Date.parse(issueDate) + DAYS_TO_PAY * DAY_MS),
    reference: '',
    currency: 'GBP',
    pricesIncludeVat: false,
    lines: [],
    totals: { net: '0.00', vat: '0.00', gross: '0.00', cisDeduction: '0.00' },
    balance: { paid: '0.00', credited: '0.00', due: '0.00' },
    paymentStatus: 'unpaid',
    webUrl: `https://app.gasengineer.example/invoices/${id}`,
    updatedAt: new Date(now).toISOString(),
  };
  const invoice = withFields(context, blank, fields);
  claimNumber(context, undefined, invoice);
  return saveNew(context, 'invoice', invoice);
}

/**
 * Changes the named fields; `lines` is replaced as a whole. An issued invoice may go back to draft and be issued again;
 * void is for ever, and not possible with payments on the invoice.
 * @throws Problem 409, 422
 */
export function changeInvoice(context: WriteContext, current: Invoice, body: unknown): Invoice {
  const invoice = withFields(context, current, read(context, body));
  if (current.status === 'void' && (context.origin === 'user' || JSON.stringify(invoice) !== JSON.stringify(current))) {
    throw new Problem(409, 'invoice-void', 'A void invoice cannot be changed.');
  }
  if (invoice.status === 'void' && toPence(current.balance.paid) !== 0n) {
    throw new Problem(
      409,
      'invoice-has-payments',
      `£${current.balance.paid} is paid on this invoice: delete the payments before it is made void.`,
    );
  }
  claimNumber(context, current.number, invoice);
  return saveChanged(context, 'invoice', current, invoice);
}

/** Deletes an invoice without payments, which only a user does. @throws Problem 405 for the API, 409 */
export function removeInvoice(context: WriteContext, current: Invoice): void {
  if (context.origin !== 'user') throw new Problem(405, 'method-not-allowed', 'Invoices cannot be deleted through the platform API.');
  if (toPence(current.balance.paid) !== 0n) throw new Problem(409, 'invoice-has-payments', 'Delete its payments first.');
  context.transaction.freeInvoiceNumber(context.accountId, current.number);
  saveRemoved(context, 'invoice', current);
}

/** The invoice after a change of its payments by `difference` pence. */
export function withPaid(invoice: Invoice, difference: bigint): Invoice {
  const paid = toPence(invoice.balance.paid) + difference;
  return { ...invoice, ...settle(invoice.totals, paid, toPence(invoice.balance.credited), invoice.status) };
}

const preview = z.strictObject({ accountId: text(100), pricesIncludeVat: z.boolean(), lines });

/** The totals that an invoice with these lines would have, for the page; with the amount to pay. @throws Problem 422 */
export function previewTotals(transaction: Transaction, body: unknown): Totals & { readonly toPay: string } {
  const { accountId, pricesIncludeVat, lines: named } = check(preview, body);
  const totals = invoiceTotals(withLines([], named), pricesIncludeVat, transaction.account(accountId)?.cisRatePercent ?? 0);
  return { ...totals, toPay: toPounds(toPence(totals.gross) - toPence(totals.cisDeduction)) };
}
