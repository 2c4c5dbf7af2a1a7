import { z } from 'zod';
import type { SandboxAnswer } from '../core/messages.ts';
import { creditNoteJson } from '../credit-notes/credit-note-json.ts';
import { allocateCredit, removeAllocationsTo } from '../credit-notes/allocations.ts';
import { createCreditNote, findCreditNote, updateCreditNote } from '../credit-notes/credit-note-writes.ts';
import { remainingCreditOf, type CreditNote } from '../credit-notes/records.ts';
import type { DocumentContext } from '../documents/context.ts';
import { pounds } from '../documents/decimal.ts';
import { today } from '../documents/lock-dates.ts';
import { amountDueOf } from '../invoices/records.ts';
import { paymentJson } from '../payments/payment-json.ts';
import { payableAccount } from '../payments/payment-writes.ts';
import { refundCredit } from '../payments/refund-writes.ts';
import { bodyOf, refuse, type Lever, type Pull } from './context.ts';
import { AMOUNT, DATE, DOCUMENT, TARGET, contextOf, invoiceOf, pence, shown } from './document-pull.ts';

const CREDIT = z.strictObject({ ...TARGET, amount: AMOUNT.optional(), date: DATE.optional(), account: z.string().default('200') });
const REFUND = z.strictObject({ ...TARGET, amount: AMOUNT.optional(), date: DATE.optional(), account: z.string().default('090') });
const ALLOCATE = z.strictObject({ ...TARGET, invoiceId: z.string(), amount: AMOUNT.optional(), date: DATE.optional() });

function creditNoteOf({ state, organisation }: DocumentContext, creditNoteId: string): CreditNote {
  const note = findCreditNote(state, organisation.tenantId, creditNoteId);
  if (note === undefined) throw refuse(404, `There is no credit note ${creditNoteId} in this organisation.`);
  return note;
}

/** A credit note over an amount, tax included, allocated to the invoice in one go. */
function credit(pull: Pull): SandboxAnswer {
  const body = bodyOf(pull, CREDIT);
  const context = contextOf(pull, body);
  const invoice = invoiceOf(context, pull.params[0] ?? '');
  return shown(() => {
    const value = pence(body.amount, amountDueOf(invoice));
    const line = { Description: `Credit for ${invoice.number ?? ''}`, Quantity: 1, UnitAmount: pounds(value), AccountCode: body.account };
    const Type = invoice.type === 'ACCREC' ? 'ACCRECCREDIT' : 'ACCPAYCREDIT';
    const element = {
      Type,
      Status: 'AUTHORISED',
      Contact: { ContactID: invoice.contactId },
      LineAmountTypes: 'Inclusive',
      LineItems: [line],
    };
    const note = createCreditNote(context, element);
    const on = body.date ?? today(context.organisation, context.now);
    return creditNoteJson(
      context,
      allocateCredit(context, note, invoice, { amount: Math.min(value, remainingCreditOf(note)), date: on }),
      'full',
    );
  });
}

/** Acting as a person on credit notes; every change raises webhooks. */
export const CREDIT_NOTE_LEVERS: readonly Lever[] = [
  {
    method: 'POST',
    pattern: 'as-user/invoices/{}/credit',
    does: 'make a credit note and allocate it to the invoice: { amount? (tax included, default all that is due), date?, account? }',
    pull: credit,
  },
  {
    method: 'POST',
    pattern: 'as-user/credit-notes',
    does: 'make a credit note: the element as in the API; Type ACCRECCREDIT and Status AUTHORISED unless said otherwise',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      return shown(() =>
        creditNoteJson(context, createCreditNote(context, { Type: 'ACCRECCREDIT', Status: 'AUTHORISED', ...fields }), 'full'),
      );
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/credit-notes/{}',
    does: 'edit a credit note: the fields to change, as in the API',
    pull: (pull) => {
      const { tenantId, user, ...fields } = bodyOf(pull, DOCUMENT);
      const context = contextOf(pull, { tenantId, user });
      const note = creditNoteOf(context, pull.params[0] ?? '');
      return shown(() => creditNoteJson(context, updateCreditNote(context, note, fields), 'full'));
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
      const most = Math.min(remainingCreditOf(note), amountDueOf(invoice));
      const on = body.date ?? today(context.organisation, context.now);
      return shown(() =>
        creditNoteJson(context, allocateCredit(context, note, invoice, { amount: pence(body.amount, most), date: on }), 'full'),
      );
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
      return shown(() => creditNoteJson(context, removeAllocationsTo(context, note, invoice.invoiceId), 'full'));
    },
  },
  {
    method: 'POST',
    pattern: 'as-user/credit-notes/{}/refund',
    does: 'pay it back to the customer: { amount? (default all that is left), date?, account?: code (default 090) }',
    pull: (pull) => {
      const body = bodyOf(pull, REFUND);
      const context = contextOf(pull, body);
      const note = creditNoteOf(context, pull.params[0] ?? '');
      const on = body.date ?? today(context.organisation, context.now);
      return shown(() => {
        const account = payableAccount(context, { Account: { Code: body.account } });
        const amount = pence(body.amount, remainingCreditOf(note));
        return paymentJson(context.state, refundCredit(context, { note, account, amount, date: on, reference: undefined }));
      });
    },
  },
];
