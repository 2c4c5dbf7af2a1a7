import type { Problem, Side } from './records.ts';

/**
 * The brake (F9): more than 20 and more than 5 % of an account's records voided, or payments deleted, on one side within an hour do not go over
 * to the other by themselves. A restored backup, a bulk void or another app must not empty the other side overnight. Pure.
 */

const MOST_ENDINGS = 20;
const MOST_SHARE = 0.05;
const WINDOW_MS = 3_600_000;
/** Endings of one minute are counted together. */
const STEP_MS = 60_000;
/** Once a person has said that they may go on, they may for an hour, and longer where there are many: Xero deletes one payment a call. */
const GO_ON_MS = 3_600_000;
const GO_ON_MS_EACH = 15_000;

/** What one side has ended lately. Times epoch ms. */
export interface SideBrake {
  readonly recent: readonly { readonly at: number; readonly count: number }[];
  /** Since when nothing of that side goes over. */
  readonly stoppedAt?: number;
}
export type BrakeState = Partial<Readonly<Record<Side, SideBrake>>>;

/** An ending that is held: a void, or deletions of payments, of one invoice. */
export interface HeldEnding {
  /** The side on which it was done, and from which it does not go over. */
  readonly side: Side;
  readonly what: 'void' | 'payments';
  /** GES id of the invoice. */
  readonly invoiceId: string;
  readonly number: string;
}

/**
 * May so many more of one side (`asked`) go over? `records`: how many the account has in all. `isHolding`: others of that side are held. Returns
 * what is to be remembered; what is stopped is not counted.
 */
export function brake(
  state: SideBrake | undefined,
  asked: number,
  { records, isHolding, now }: { readonly records: number; readonly isHolding: boolean; readonly now: number },
): { readonly isStopped: boolean; readonly state: SideBrake } {
  const recent = (state?.recent ?? []).filter(({ at }) => at > now - WINDOW_MS);
  const count = recent.reduce((sum, one) => sum + one.count, asked);
  const isMany = count > MOST_ENDINGS && count > records * MOST_SHARE;
  if (isMany || isHolding) return { isStopped: true, state: { recent, stoppedAt: state?.stoppedAt ?? now } };
  const last = recent.at(-1);
  const isSameStep = last !== undefined && now - last.at < STEP_MS;
  const added = isSameStep ? { at: last.at, count: last.count + asked } : { at: now, count: asked };
  return { isStopped: false, state: { recent: [...(isSameStep ? recent.slice(0, -1) : recent), added] } };
}

/** Until when endings of a side go on, epoch ms, once a person has said so. `held`: how many wait. */
export function goesOnUntil(held: number, now: number): number {
  return now + GO_ON_MS + held * GO_ON_MS_EACH;
}

/** Not attention but waiting: the account is asked once about all of them. `number`: of the invoice. */
export function manyEnded(side: Side, number: string): Problem {
  const isHere = side === 'ges';
  const where = isHere ? 'in Gas Engineer Software' : 'in Xero';
  return {
    code: isHere ? 'many-ended-here' : 'many-ended-in-xero',
    message: `Many invoices were voided or payments deleted ${where} within an hour, so nothing more of that was passed on.`,
    fix: 'Look at the list in the integration settings, then let them go on, or restore what should not have been ended.',
    candidates: [number],
  };
}

/** The side whose endings the problem is about, if it is one of the brake. */
export function heldSide(problem: Problem | undefined): Side | undefined {
  return problem?.code === 'many-ended-here' ? 'ges' : problem?.code === 'many-ended-in-xero' ? 'xero' : undefined;
}

/** What is held for a problem. */
export function heldFor(problem: Problem | undefined, what: HeldEnding['what'], invoiceId: string): HeldEnding | undefined {
  const side = heldSide(problem);
  return side === undefined ? undefined : { side, what, invoiceId, number: problem?.candidates?.[0] ?? '' };
}
