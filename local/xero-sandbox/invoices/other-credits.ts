import { Checks } from '../api/fields.ts';
import { ElementInvalid } from '../api/problems.ts';
import type { DocumentContext } from '../documents/context.ts';
import { announce } from '../webhooks/events.ts';
import { findInvoice, moveMoney } from './invoice-writes.ts';
import { amountDueOf, type Invoice, type OtherCredit } from './records.ts';

const EVENTS = {
  overpayment: { category: 'OVERPAYMENT', path: 'Overpayments', type: 'RECEIVE-OVERPAYMENT' },
  prepayment: { category: 'PREPAYMENT', path: 'Prepayments', type: 'RECEIVE-PREPAYMENT' },
} as const;

/** Sets an overpayment or prepayment of the customer against an invoice: AmountCredited grows, Payments stay as they are. */
export function allocateOtherCredit(context: DocumentContext, invoice: Invoice, credit: Omit<OtherCredit, 'id'>): Invoice {
  const { state, now } = context;
  const checks = new Checks();
  checks.ensure(credit.amount > 0 && credit.amount <= amountDueOf(invoice), 'The amount exceeds the amount outstanding on this document');
  checks.ensure(
    invoice.status === 'AUTHORISED' && invoice.type === 'ACCREC',
    'Credit can only be allocated to an Authorised sales invoice.',
  );
  checks.finish();
  const id = state.newGuid();
  const otherCredits = [...(invoice.otherCredits ?? []), { ...credit, id }];
  const moved = moveMoney(
    context,
    { ...invoice, otherCredits },
    { credited: credit.amount, on: credit.date },
    `Credit from ${credit.kind}`,
  );
  const { category, path, type } = EVENTS[credit.kind];
  const data = { Type: type, Status: 'PAID' };
  announce(state, now, { tenantId: invoice.tenantId, category, type: 'CREATE', path, resourceId: id, data });
  return moved;
}

/** Takes all overpayments and prepayments off an invoice. */
export function removeOtherCredits(context: DocumentContext, invoice: Invoice): Invoice {
  const { otherCredits = [], ...rest } = findInvoice(context.state, invoice.tenantId, invoice.invoiceId) ?? invoice;
  if (otherCredits.length === 0) throw new ElementInvalid(['No overpayment or prepayment is allocated to this invoice.']);
  const credited = -otherCredits.reduce((sum, { amount }) => sum + amount, 0);
  return moveMoney(context, rest, { credited, on: invoice.date }, 'Credit removed');
}
