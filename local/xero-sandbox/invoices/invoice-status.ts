import { ElementInvalid } from '../api/problems.ts';
import { type Invoice, type InvoiceStatus } from './records.ts';

/** What a caller may set; PAID comes and goes by itself, VOIDED and DELETED are the end. */
const MOVES: Readonly<Record<InvoiceStatus, readonly InvoiceStatus[]>> = {
  DRAFT: ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'DELETED'],
  SUBMITTED: ['SUBMITTED', 'DRAFT', 'AUTHORISED', 'DELETED'],
  AUTHORISED: ['AUTHORISED', 'VOIDED'],
  PAID: [],
  VOIDED: [],
  DELETED: [],
};
const FIRST: readonly InvoiceStatus[] = ['DRAFT', 'SUBMITTED', 'AUTHORISED'];

export const NOT_MODIFIABLE = 'Invoice not of valid status for modification';
export const LINE_ID_NEEDED = 'To update fields on a paid invoice line item, you must supply a LineItemID';
export const HAS_MONEY = 'This document cannot be edited as it has a payment or credit note allocated to it.';

/** Throws when a new invoice may not begin with that status. */
export function ensureFirstStatus(status: InvoiceStatus): void {
  if (!FIRST.includes(status)) throw new ElementInvalid([NOT_MODIFIABLE]);
}

/** The status of a document after an update that asks for `sent`; throws for an illegal move. */
export function movedStatus(
  held: { status: InvoiceStatus },
  hasMoney: boolean,
  sent: InvoiceStatus | undefined,
  noun: 'invoice' | 'credit note',
): InvoiceStatus {
  const isFinal = held.status === 'VOIDED' || held.status === 'DELETED';
  if (sent === undefined && !isFinal) return held.status;
  const leavesMoney = sent !== undefined && sent !== held.status && ['VOIDED', 'DRAFT', 'SUBMITTED', 'AUTHORISED'].includes(sent);
  if (sent !== undefined && !isFinal && hasMoney && leavesMoney) {
    throw new ElementInvalid([
      `The status ${sent} cannot be applied to the ${noun} because it has payments or credit notes allocated to it.`,
    ]);
  }
  if (sent === undefined || !MOVES[held.status].includes(sent)) throw new ElementInvalid([NOT_MODIFIABLE]);
  return sent;
}

/** PAID as soon as nothing is due on an approved invoice, AUTHORISED again when something is. `on` is the day of the last money. */
export function settled(invoice: Invoice, due: number, on: number): Invoice {
  if (invoice.status !== 'AUTHORISED' && invoice.status !== 'PAID') return invoice;
  if (due === 0) return { ...invoice, status: 'PAID', fullyPaidOn: invoice.fullyPaidOn ?? on };
  return { ...invoice, status: 'AUTHORISED', fullyPaidOn: undefined };
}
