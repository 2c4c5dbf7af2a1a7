import { toPence } from './money.ts';
import { paymentIdIn } from './payment.ts';
import type { GesPayment } from './records.ts';
import type { XeroPayment } from './xero-invoice.ts';

/** First meeting of payments in Xero with the payments of the same invoice in GES (D3, D4, D5, C11). Pure. */

/** A payment of the invoice in GES. `orphan`: linked to a Xero payment that was deleted there. */
export interface MeetingCandidate {
  readonly ges: GesPayment;
  readonly standing: 'unlinked' | 'orphan' | 'linked';
}
/** A Xero payment and the GES payment that it is. */
interface MetPayment {
  readonly payment: XeroPayment;
  readonly how: 'ours' | 'replacement' | 'twin';
  readonly ges: GesPayment;
}
/** What a Xero payment turned out to be. */
export type PaymentMeeting =
  | MetPayment
  | { readonly payment: XeroPayment; readonly how: 'new' }
  /** We had begun to link it with a payment that was deleted in GES since. */
  | { readonly payment: XeroPayment; readonly how: 'gone'; readonly gesId: string };

const DAY_MS = 86_400_000;
const SURE_TWIN_DAYS = 3;
const LIKELY_TWIN_DAYS = 30;

/**
 * Pairs payments that Xero has and we have not linked with GES payments, each at most once, the surest first: those that carry our id or
 * that we had begun to link (C11); replacements of deleted ones (D5); twins within 3 days; twins within 30 days where both together would
 * exceed what is owed (D4). The rest are new (D3), but for those whose link was begun with a payment that GES has no more. `begun`:
 * PaymentID → GES id of links begun. `due`: what is owed in GES with all its payments counted, pence.
 */
export function meetPayments(
  added: readonly XeroPayment[],
  candidates: readonly MeetingCandidate[],
  begun: ReadonlyMap<string, string>,
  due: number,
): readonly PaymentMeeting[] {
  const met = new Map<string, MetPayment>();
  const used = new Set<string>();
  /** A link that was begun is finished or dissolved, never given to another payment. */
  const isFree = ({ paymentId }: XeroPayment, gesId: string): boolean => (begun.get(paymentId) ?? gesId) === gesId;
  const pair = (how: MetPayment['how'], fits: (payment: XeroPayment, candidate: MeetingCandidate) => boolean): void => {
    for (const payment of added.filter(({ paymentId }) => !met.has(paymentId))) {
      const [nearest] = candidates
        .filter((candidate) => !used.has(candidate.ges.id) && isFree(payment, candidate.ges.id) && fits(payment, candidate))
        .sort((a, b) => daysApart(payment, a.ges) - daysApart(payment, b.ges));
      if (nearest === undefined) continue;
      used.add(nearest.ges.id);
      met.set(payment.paymentId, { payment, how, ges: nearest.ges });
    }
  };
  pair('ours', ({ paymentId, reference }, { ges, standing }) => {
    const isBegun = standing !== 'linked' && begun.get(paymentId) === ges.id;
    return isBegun || (standing === 'unlinked' && paymentIdIn(reference) === ges.id);
  });
  pair('replacement', (payment, { ges, standing }) => standing === 'orphan' && isSameAmount(payment, ges));
  const isTwin = (payment: XeroPayment, { ges, standing }: MeetingCandidate, days: number): boolean =>
    standing === 'unlinked' && isSameAmount(payment, ges) && daysApart(payment, ges) <= days;
  pair('twin', (payment, candidate) => isTwin(payment, candidate, SURE_TWIN_DAYS));
  let left = due;
  for (const payment of added.filter(({ paymentId }) => !met.has(paymentId))) {
    if (payment.amount > left) pair('twin', (other, candidate) => other === payment && isTwin(other, candidate, LIKELY_TWIN_DAYS));
    if (!met.has(payment.paymentId)) left -= payment.amount;
  }
  const isInGes = (gesId: string): boolean => candidates.some(({ ges }) => ges.id === gesId);
  return added.map((payment) => {
    const gesId = begun.get(payment.paymentId);
    return (
      met.get(payment.paymentId) ?? (gesId === undefined || isInGes(gesId) ? { payment, how: 'new' } : { payment, how: 'gone', gesId })
    );
  });
}

function isSameAmount(payment: XeroPayment, ges: GesPayment): boolean {
  return toPence(ges.amount) === payment.amount;
}

function daysApart(payment: XeroPayment, ges: GesPayment): number {
  return Math.abs(Date.parse(ges.date) - Date.parse(payment.date)) / DAY_MS;
}
