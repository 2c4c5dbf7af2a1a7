import { toPence } from '../../shared/domain/money.ts';
import type { GesInvoice, GesPayment } from '../../shared/domain/records.ts';
import type { Amounts, Comparison, Followed, Known } from './comparison.ts';

/** An invoice and a payment as Xero itself shows them. Money is in pounds, as JSON numbers. */
export interface RawInvoice {
  readonly InvoiceID: string;
  readonly InvoiceNumber: string;
  readonly Status: string;
  readonly DateString: string;
  readonly DueDateString: string;
  readonly Reference?: string;
  readonly SubTotal: number;
  readonly TotalTax: number;
  readonly Total: number;
  readonly AmountDue: number;
  readonly CISDeduction?: number;
}
export interface RawPayment {
  readonly PaymentID: string;
  readonly Status: string;
  readonly Amount: number;
  readonly Date: string;
}

/** One invoice on both sides: status, dates, reference, and net, VAT, total, CIS and amount due to the penny (C1, C2, C4, C7, C8). */
export function compareInvoice(
  { record: ges, link }: Known<GesInvoice>,
  xero: RawInvoice | undefined,
  hasWaitingPayment: boolean,
): Comparison {
  const common = {
    type: 'invoice',
    gesId: ges.id,
    xeroId: link?.xeroId ?? null,
    inGes: `${ges.number} ${ges.status} £${ges.totals.gross}`,
    inXero: xero === undefined ? null : `${xero.InvoiceNumber} ${xero.Status} £${xero.Total.toFixed(2)}`,
  } as const;
  const waits = waiting(common, link);
  if (waits !== undefined) return waits;
  if (xero === undefined) {
    if (ges.status === 'draft') return { ...common, state: 'not-followed', because: 'A4: a draft is not sent' };
    if (ges.status === 'void') return { ...common, state: 'not-followed', because: 'C4: a void invoice that was never sent is not sent' };
    return { ...common, state: 'differs', because: 'there is no invoice in Xero' };
  }
  if (ges.status === 'draft') {
    return { ...common, state: 'not-followed', because: 'A4: back to draft tells Xero nothing; the next issue updates it' };
  }
  if (ges.status === 'void') {
    const ended = xero.Status === 'VOIDED' || xero.Status === 'DELETED';
    return ended
      ? { ...common, state: 'agrees', because: null }
      : { ...common, state: 'differs', because: `status: void in GES, ${xero.Status} in Xero` };
  }
  const pairs: readonly (readonly [string, string | number, string | number])[] = [
    ['status', ges.paymentStatus === 'paid' ? 'PAID' : 'AUTHORISED', xero.Status],
    ['number', ges.number, xero.InvoiceNumber],
    ['date', ges.issueDate, xero.DateString.slice(0, 10)],
    ['due date', ges.dueDate, xero.DueDateString.slice(0, 10)],
    ['reference', ges.reference, xero.Reference ?? ''],
    ['net', toPence(ges.totals.net), pence(xero.SubTotal)],
    ['VAT', toPence(ges.totals.vat), pence(xero.TotalTax)],
    ['total', toPence(ges.totals.gross), pence(xero.Total)],
    ['CIS deduction', toPence(ges.totals.cisDeduction), pence(xero.CISDeduction ?? 0)],
    ['amount due', toPence(ges.balance.due), pence(xero.AmountDue)],
  ];
  const money: { ges: Amounts; xero: Amounts } = {
    ges: { total: toPence(ges.totals.gross), vat: toPence(ges.totals.vat), due: toPence(ges.balance.due) },
    xero: { total: pence(xero.Total), vat: pence(xero.TotalTax), due: pence(xero.AmountDue) },
  };
  const judged = verdict(pairs);
  if (judged.state === 'differs' && hasWaitingPayment) {
    return { ...common, state: 'attention', because: `F2: one of its payments needs a person (${judged.because ?? ''})`, money };
  }
  return { ...common, ...judged, money };
}

/** One payment on both sides: amount and date (D1, D3). */
export function comparePayment(
  { record: ges, link }: Known<GesPayment>,
  xero: RawPayment | undefined,
  invoiceLink: Followed | undefined,
): Comparison {
  const common = {
    type: 'payment',
    gesId: ges.id,
    xeroId: link?.xeroId ?? null,
    inGes: `£${ges.amount} on ${ges.date}`,
    inXero: xero === undefined ? null : `£${xero.Amount.toFixed(2)} on ${dayOf(xero.Date)} ${xero.Status}`,
  } as const;
  const waits = waiting(common, link);
  if (waits !== undefined) return waits;
  if (xero === undefined) {
    const neverSent = invoiceLink?.xeroId === undefined;
    if (neverSent) return { ...common, state: 'not-followed', because: 'A3: a payment on an invoice that was never sent is not followed' };
    return { ...common, state: 'differs', because: 'there is no payment in Xero' };
  }
  return {
    ...common,
    ...verdict([
      ['status', 'AUTHORISED', xero.Status],
      ['amount', toPence(ges.amount), pence(xero.Amount)],
      ['date', ges.date, dayOf(xero.Date)],
    ]),
  };
}

function waiting<C>(common: C, link: Followed | undefined): (C & Pick<Comparison, 'state' | 'because'>) | undefined {
  if (link?.status !== 'attention' && link?.status !== 'pending') return undefined;
  const rule = link.status === 'attention' ? 'F1' : 'F2';
  return { ...common, state: 'attention', because: `${rule} ${link.problem?.code ?? ''}: ${link.problem?.message ?? ''}` };
}

function verdict(pairs: readonly (readonly [string, string | number, string | number])[]): Pick<Comparison, 'state' | 'because'> {
  const different = pairs.find(([, ges, xero]) => ges !== xero);
  if (different === undefined) return { state: 'agrees', because: null };
  const [what, ges, xero] = different;
  return { state: 'differs', because: `${what}: ${ges} in GES, ${xero} in Xero` };
}

function pence(pounds: number): number {
  return Math.round(pounds * 100);
}

/** The day in `/Date(1552262400000+0000)/`: documents' dates are UTC midnights. */
function dayOf(xeroDate: string): string {
  const ms = /\d+/.exec(xeroDate)?.[0];
  return ms === undefined ? xeroDate : new Date(Number(ms)).toISOString().slice(0, 10);
}
