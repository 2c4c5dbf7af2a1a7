import type { Ledger, PaymentElsewhere, Sum } from './ledger.ts';
import { isNewInXero, isOpenInGes } from './ledger-entry.ts';
import type { Side } from './records.ts';

/**
 * Loose payments: those that only one side has. One on each side, of the same customer and amount but on different invoices, may be the same
 * money (D4: a landlord pays one of four equal bills). Pure.
 */

const DAY_MS = 86_400_000;
const WHICH_INVOICE_DAYS = 7;

export interface LoosePayment extends Sum {
  readonly side: Side;
  /** Id on that side. */
  readonly id: string;
  /** A person is asked about it already. */
  readonly isAsked?: true;
}

/** The loose payments of one invoice, as they are kept where those of other invoices are looked for. */
export interface LooseMoney {
  /** GES id of the invoice. */
  readonly invoiceId: string;
  readonly number: string;
  /** ContactID of the customer in Xero. */
  readonly contactId: string;
  readonly payments: readonly LoosePayment[];
}

/** A loose payment of another invoice of the same customer. */
export interface LooseElsewhere extends PaymentElsewhere, Pick<LoosePayment, 'isAsked'> {
  /** GES id of that invoice. */
  readonly invoiceId: string;
}

/** The payments of a ledger that only one side has. Those of which a person has said that they are payments of their own are none. */
export function loosePayments(ledger: Ledger | undefined): readonly LoosePayment[] {
  return (ledger?.entries ?? []).flatMap((entry) => {
    const side = isOpenInGes(entry) ? 'ges' : isNewInXero(entry) ? 'xero' : undefined;
    if (side === undefined || entry.distinct === true) return [];
    const [sum, id] = side === 'ges' ? [entry.ges, entry.gesId] : [entry.xero, entry.xeroId];
    if (sum === undefined || id === undefined || sum.amount <= 0) return [];
    const { amount, date } = sum;
    return [{ side, id, amount, date, ...(entry.problem?.code === 'which-invoice' ? { isAsked: true as const } : {}) }];
  });
}

/** As `loosePayments`, of a plan that is not carried out yet: what it is about to enter in GES for the first time is loose still. */
export function looseInPlan(planned: Ledger, stored: Ledger | undefined): readonly LoosePayment[] {
  const begun = new Set(
    (stored?.entries ?? []).flatMap(({ state, xeroId }) => (state.kind === 'unentered' && state.key !== undefined ? xeroId : [])),
  );
  const entries = planned.entries.map((entry) => {
    const { state, told, xeroId } = entry;
    // What is put back was told of, and is nobody else's.
    if (state.kind !== 'unentered' || state.key === undefined || told !== undefined || begun.has(xeroId)) return entry;
    const { key: _key, ...unbegun } = state;
    return { ...entry, state: unbegun };
  });
  return loosePayments({ ...planned, entries });
}

/** What other invoices of the same customer have, as far as it may be the money of one of these payments. */
export function likeThese(payments: readonly LoosePayment[], mine: LooseMoney, others: readonly LooseMoney[]): readonly LooseElsewhere[] {
  return others
    .filter(({ contactId, invoiceId }) => contactId === mine.contactId && invoiceId !== mine.invoiceId)
    .flatMap(({ invoiceId, number: invoiceNumber, payments: theirs }) =>
      theirs
        .filter((other) => payments.some((payment) => mayBeTheSame(payment, other)))
        .map(({ id: _id, ...other }) => ({ ...other, invoiceId, invoiceNumber })),
    );
}

/** One from each side, the same amount, within 7 days. */
export function mayBeTheSame(a: Sum & { readonly side: Side }, b: Sum & { readonly side: Side }): boolean {
  const days = Math.abs(Date.parse(a.date) - Date.parse(b.date)) / DAY_MS;
  return a.side !== b.side && a.amount === b.amount && days <= WHICH_INVOICE_DAYS;
}

/**
 * The invoices that must be decided on again because of what became of this one's loose payments: where a counterpart is to be asked about too,
 * and where one was asked about that has lost its counterpart. `solved`: the payment of this one because of which that happens.
 */
export function wakesElsewhere(
  before: readonly LoosePayment[],
  after: readonly LoosePayment[],
  elsewhere: readonly LooseElsewhere[],
): readonly { readonly invoiceId: string; readonly solved?: LoosePayment }[] {
  const isAskedIn = (list: readonly LoosePayment[], { side, id }: LoosePayment): boolean =>
    list.some((one) => one.side === side && one.id === id && one.isAsked === true);
  const solved = before.filter((payment) => payment.isAsked === true && !isAskedIn(after, payment));
  const asked = after.filter((payment) => payment.isAsked === true && !isAskedIn(before, payment));
  return elsewhere.flatMap((other) => {
    const { invoiceId } = other;
    const cause = solved.find((payment) => mayBeTheSame(payment, other));
    if (other.isAsked === true) return cause === undefined ? [] : [{ invoiceId, solved: cause }];
    return asked.some((payment) => mayBeTheSame(payment, other)) ? [{ invoiceId }] : [];
  });
}
