import { brake, heldSide, manyEnded, type BrakeState, type SideBrake } from '../domain/brake.ts';
import type { Decision } from '../domain/decision.ts';
import type { Ledger, LedgerPlan } from '../domain/ledger.ts';
import type { Side } from '../domain/records.ts';
import type { InvoiceElement } from '../domain/xero-invoice.ts';
import type { Pass } from './pass.ts';
import { ownNews } from './retry.ts';

/** The brake in a pass (F9): endings are counted before they are carried out, and held where they are too many. */

const SIDES: readonly Side[] = ['ges', 'xero'];

/**
 * Asks the brake before so many endings of each side are carried out; returns the sides whose endings are held. None: no read. Otherwise two
 * table reads and one write, one read more while others are held.
 */
export async function stoppedSides(pass: Pass, asked: Readonly<Record<Side, number>>): Promise<ReadonlySet<Side>> {
  const { brakes, counts, clock } = pass.deps;
  const now = clock.now();
  const concerned = SIDES.filter((side) => asked[side] > 0 && !goesOn(pass, side));
  if (concerned.length === 0) return new Set();
  const [state, total] = [await brakes.readBrake(pass.scope), await counts.readCounts(pass.scope)];
  const isStoppedNow = concerned.some((side) => state[side]?.stoppedAt !== undefined);
  const held = isStoppedNow ? await brakes.listHeld(pass.scope) : [];
  const records = total.synced + total.pending + total.attention;
  const decided = concerned.map((side) => ({
    side,
    ...brake(state[side], asked[side], { records, isHolding: held.some((one) => one.side === side), now }),
  }));
  const next: BrakeState = { ...state, ...Object.fromEntries(decided.map((one): [Side, SideBrake] => [one.side, one.state])) };
  await brakes.writeBrake(pass.scope, next);
  const stopped = new Set(decided.flatMap(({ side, isStopped }) => (isStopped ? side : [])));
  if (stopped.size > 0) pass.log.warn('many records ended at once: held', { accountId: pass.scope.accountId, sides: [...stopped] });
  return stopped;
}

/** Has a person said that the endings of this side may go on? */
function goesOn({ connection, deps }: Pass, side: Side): boolean {
  const until = connection.goesOn?.[side];
  return until !== undefined && Date.parse(until) > deps.clock.now();
}

/**
 * Once a person has said that they may go on, what is held is picked again. One table read while that is so, and two writes per invoice; no read
 * at any other time.
 */
export async function releaseHeld(pass: Pass): Promise<void> {
  const { brakes, inbox } = pass.deps;
  const sides = SIDES.filter((side) => goesOn(pass, side));
  if (sides.length === 0) return;
  const held = (await brakes.listHeld(pass.scope)).filter(({ side }) => sides.includes(side));
  if (held.length === 0) return;
  for (const invoiceId of new Set(held.map((one) => one.invoiceId))) await inbox.put(pass.scope, ownNews(pass, 'invoice', invoiceId));
  await brakes.removeHeld(pass.scope, held);
  const state = await brakes.readBrake(pass.scope);
  await brakes.writeBrake(pass.scope, Object.fromEntries(Object.entries(state).filter(([side]) => !sides.some((one) => one === side))));
}

/** Voids that one side was to be told of, as held decisions where they are too many at once. */
export async function holdVoids<D extends { readonly decision: Decision<InvoiceElement> }>(
  pass: Pass,
  decided: ReadonlyMap<string, D>,
  numberOf: (gesId: string) => string,
): Promise<ReadonlyMap<string, D | { readonly decision: Decision<InvoiceElement> }>> {
  const sides = new Map([...decided].flatMap(([gesId, { decision }]) => sideOfVoid(decision).map((side) => [gesId, side] as const)));
  const count = (side: Side): number => [...sides.values()].filter((one) => one === side).length;
  const stopped = await stoppedSides(pass, { ges: count('ges'), xero: count('xero') });
  if (stopped.size === 0) return decided;
  return new Map(
    [...decided].map(([gesId, one]) => {
      const side = sides.get(gesId);
      const isHeld = side !== undefined && stopped.has(side);
      return [gesId, isHeld ? { decision: { kind: 'hold', problem: manyEnded(side, numberOf(gesId)) } } : one];
    }),
  );
}

function sideOfVoid(decision: Decision<InvoiceElement>): readonly Side[] {
  if (decision.kind !== 'act') return [];
  if (decision.xero.op === 'update' && decision.xero.element.kind === 'end') return ['ges'];
  return decision.toGes['status'] === 'void' ? ['xero'] : [];
}

/** Deletions of payments that plans are to pass on (D5), by the side that has deleted them. */
export function deletionsIn(plans: readonly LedgerPlan[]): Readonly<Record<Side, number>> {
  const isEnding = ({ entries }: Ledger, xeroId: string): boolean =>
    entries.some((entry) => entry.xeroId === xeroId && entry.state.kind === 'deleting');
  const ofGes = plans.flatMap(({ steps, ledger }) => steps.filter((step) => step.kind === 'delete' && isEnding(ledger, step.xeroId)));
  const ofXero = plans.flatMap(({ steps }) => steps.filter((step) => step.kind === 'remove'));
  return { ges: ofGes.length, xero: ofXero.length };
}

/** The entries' problems that say that a deletion is held: one per side. */
export function heldInLedger(ledger: Ledger | undefined) {
  const problems = (ledger?.entries ?? []).map(({ problem }) => problem);
  return SIDES.flatMap((side) => problems.find((problem) => heldSide(problem) === side) ?? []);
}
