import { z } from 'zod';
import { parseDocumentDate } from '../api/dates.ts';
import { ElementInvalid } from '../api/problems.ts';
import { jsonAnswer, type SandboxAnswer } from '../core/messages.ts';
import { creditNoteJson } from '../credit-notes/credit-note-json.ts';
import { allocateCredit, createCreditNote, findCreditNote, removeAllocation } from '../credit-notes/credit-note-writes.ts';
import type { CreditNote } from '../credit-notes/records.ts';
import type { DocumentContext } from '../documents/context.ts';
import { MONEY_PLACES, pounds, scaled } from '../documents/decimal.ts';
import { today } from '../documents/lock-dates.ts';
import { invoiceJson } from '../invoices/invoice-json.ts';
import { createInvoice, findInvoice, updateInvoice } from '../invoices/invoice-writes.ts';
import { amountDueOf, type Invoice } from '../invoices/records.ts';
import { batchPaymentJson } from '../payments/batch-payment-routes.ts';
import { createBatchPayment } from '../payments/batch-payment-writes.ts';
import { paymentJson } from '../payments/payment-json.ts';
import { deletePayment, findPayment, payableAccount, takePayment } from '../payments/payment-writes.ts';
import type { Payment } from '../payments/records.ts';
import { userOf } from './contacts-as-user.ts';
import { bodyOf, organisationOf, refuse, type Lever, type Pull } from './context.ts';

const TARGET = { tenantId: z.string().optional(), user: z.string().optional() };
const DOCUMENT = z.looseObject(TARGET);
const date = z
  .string()
  .refine((text) => parseDocumentDate(text) !== undefined, 'must be YYYY-MM-DD')
  .transform((text) => parseDocumentDate(text) ?? 0);
const amount = z.number().positive();
const PAY = z.strictObject({
  ...TARGET,
  amount: amount.optional(),
  date: date.optional(),
  account: z.string().optional(),
  reference: z.string().optional(),
  isReconciled: z.boolean().default(false),
});
const CREDIT = z.strictObject({ ...TARGET, amount: amount.optional(), date: date.optional(), account: z.string().default('200') });
const ALLOCATE = z.strictObject({ ...TARGET, invoiceId: z.string(), amount: amount.optional(), date: date.optional() });

type Target = { tenantId?: string | undefined; user?: string | undefined };

/** A person at work on documents; prices are entered with 4 places. */
function contextOf(pull: Pull, { tenantId, user }: Target): DocumentContext {
  const { state, now } = pull.exchange;
  const { givenName, familyName } = userOf(pull, user);
  return {
    state,
    organisation: organisationOf(pull, tenantId),
    now,
    userName: `${givenName} ${familyName}`,
    clientId: undefined,
    unitPlaces: 4,
  };
}

/** What a screen would say becomes a 400 with the messages; a half-done action is taken back. */
function shown(context: DocumentContext, work: () => object): SandboxAnswer {
  const savepoint = context.state.journal.savepoint();
  try {
    return jsonAnswer(200, work());
  } catch (error) {
    context.state.journal.rollback(savepoint);
    if (error instanceof ElementInvalid) throw refuse(400, error.messages.join(' '));
    throw error;
  }
}

function invoiceOf({ state, organisation }: DocumentContext, invoiceId: string): Invoice {
  const invoice = findInvoice(state, organisation.tenantId, invoiceId);
  if (invoice === undefined) throw refuse(404, `There is no invoice ${invoiceId} in this organisation.`);
  return invoice;
}

function paymentOf(context: DocumentContext, paymentId: string): Payment {
  const payment = findPayment(context, paymentId);
  if (payment === undefined) throw refuse(404, `There is no payment ${paymentId} in this organisation.`);
  return payment;
}

function creditNoteOf({ state, organisation }: DocumentContext, creditNoteId: string): CreditNote {
  const note = findCreditNote(state, organisation.tenantId, creditNoteId);
  if (note === undefined) throw refuse(404, `There is no credit note ${creditNoteId} in this organisation.`);
  return note;
}

const shownInvoice = (context: DocumentContext, invoice: Invoice): object =>
  invoiceJson(context, findInvoice(context.state, invoice.tenantId, invoice.invoiceId) ?? invoice, 'full');

const pence = (sent: number | undefined, otherwise: number): number => (sent === undefined ? otherwise : scaled(sent, MONEY_PLACES));

function pay(pull: Pull): SandboxAnswer {
  const body = bodyOf(pull, PAY);
  const context = contextOf(pull, body);
  const invoice = invoiceOf(context, pull.params[0] ?? '');
  return shown(context, () => {
    const account = payableAccount(context, { Account: { Code: body.account ?? '090' } });
    const payment = takePayment(context, {
      invoice,
      account,
      amount: pence(body.amount, amountDueOf(invoice)),
      date: body.date ?? today(context.organisation, context.now),
      reference: body.reference,
      isReconciled: body.isReconciled,
      batchPaymentId: undefined,
    });
    return paymentJson(context.state, payment);
  });
}

/** A credit note over an amount, tax included, allocated to the invoice in one go. */
function credit(pull: Pull): SandboxAnswer {
  const body = bodyOf(pull, CREDIT);
  const context = contextOf(pull, body);
  const invoice = invoiceOf(context, pull.params[0] ?? '');
  return shown(context, () => {
    const value = pence(body.amount, amountDueOf(invoice));
    const line = { Description: `Credit for ${invoice.number ?? ''}`, Quantity: 1, UnitAmount: pounds(value), AccountCode: body.account };
    const element = { Contact: { ContactID: invoice.contactId }, LineAmountTypes: 'Inclusive', LineItems: [line] };
    const note = createCreditNote(context, element);
    const on = body.date ?? today(context.organisation, context.now);
    return creditNoteJson(context, allocateCredit(context, note, invoice, value, on), true);
  });
}

/** A lever on one invoice that needs no more than its id. */
function onInvoice(action: string, does: string, change: (context: DocumentContext, invoice: Invoice, fields: object) => Invoice): Lever {
  return {
    method: 'POST',
    pattern: `as-user/invoices/{}${action}`,
    does,
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      const invoice = invoiceOf(context, pull.params[0] ?? '');
      return shown(context, () => shownInvoice(context, change(context, invoice, fields)));
    },
  };
}

/** A lever on one payment. */
function onPayment(action: string, does: string, change: (context: DocumentContext, payment: Payment) => Payment): Lever {
  return {
    method: 'POST',
    pattern: `as-user/payments/{}/${action}`,
    does,
    pull: (pull) => {
      const context = contextOf(pull, bodyOf(pull, z.strictObject(TARGET)));
      const payment = paymentOf(context, pull.params[0] ?? '');
      return shown(context, () => paymentJson(context.state, change(context, payment)));
    },
  };
}

/** Acting as a person on invoices, payments and credit notes; every change raises webhooks. */
export const DOCUMENT_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/invoices',
    does: 'make an invoice: the element as in the API; Type ACCREC and Status AUTHORISED unless said otherwise',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(context, () => shownInvoice(context, createInvoice(context, { Type: 'ACCREC', Status: 'AUTHORISED', ...fields })));
    },
  },
  onInvoice('', 'edit an invoice: the fields to change, as in the API', (context, invoice, fields) =>
    updateInvoice(context, invoice, fields as Record<string, unknown>),
  ),
  onInvoice('/void', 'void an approved invoice, or delete a draft', (context, invoice) =>
    updateInvoice(context, invoice, { Status: invoice.status === 'DRAFT' || invoice.status === 'SUBMITTED' ? 'DELETED' : 'VOIDED' }),
  ),
  {
    method: 'POST',
    pattern: 'as-user/invoices/{}/pay',
    does: 'enter a payment: { amount? (default all that is due), date?, account?: code (default 090), reference?, isReconciled? }',
    pull: pay,
  },
  {
    method: 'POST',
    pattern: 'as-user/invoices/{}/credit',
    does: 'make a credit note and allocate it to the invoice: { amount? (tax included, default all that is due), date?, account? }',
    pull: credit,
  },
  {
    method: 'POST',
    pattern: 'as-user/batch-payments',
    does: 'take several payments in one sum: { Account: { Code }, Date?, Payments: [{ Invoice: { InvoiceID }, Amount }] }',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(context, () => batchPaymentJson(context.state, createBatchPayment(context, { Account: { Code: '090' }, ...fields })));
    },
  },
  onPayment('delete', 'delete a payment', deletePayment),
  onPayment('reconcile', 'match a payment with a bank line; it cannot be deleted then', ({ state, now }, payment) =>
    state.payments.put({ ...payment, isReconciled: true, updated: now }),
  ),
  onPayment('unreconcile', 'undo the match with a bank line', ({ state, now }, payment) =>
    state.payments.put({ ...payment, isReconciled: false, updated: now }),
  ),
  {
    method: 'POST',
    pattern: 'as-user/credit-notes',
    does: 'make a credit note: Contact and LineItems as in the API',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(context, () => creditNoteJson(context, createCreditNote(context, fields), true));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/credit-notes/{}/allocate',
    does: 'allocate it to an invoice: { invoiceId, amount? (default as much as possible), date? }',
    pull: (pull) => {
      const body = bodyOf(pull, ALLOCATE);
      const context = contextOf(pull, body);
      const note = creditNoteOf(context, pull.params[0] ?? '');
      const invoice = invoiceOf(context, body.invoiceId);
      const most = Math.min(note.total, amountDueOf(invoice));
      const on = body.date ?? today(context.organisation, context.now);
      return shown(context, () => creditNoteJson(context, allocateCredit(context, note, invoice, pence(body.amount, most), on), true));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/credit-notes/{}/remove-allocation',
    does: 'take the allocation to an invoice back: { invoiceId }',
    pull: (pull) => {
      const body = bodyOf(pull, z.strictObject({ ...TARGET, invoiceId: z.string() }));
      const context = contextOf(pull, body);
      const note = creditNoteOf(context, pull.params[0] ?? '');
      const invoice = invoiceOf(context, body.invoiceId);
      return shown(context, () => creditNoteJson(context, removeAllocation(context, note, invoice), true));
    },
  },
];
