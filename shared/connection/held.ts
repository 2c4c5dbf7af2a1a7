import { goesOnUntil, type HeldEnding } from '../domain/brake.ts';
import type { Side } from '../domain/records.ts';
import { announce, changeConnection } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal } from './errors.ts';

/** Voids and deletions of payments that the brake holds (F9): the list, and the one click that lets them go on. */

type HeldDeps = Pick<ConnectionDeps, 'connections' | 'brakes' | 'bell' | 'clock' | 'log'>;

/** What is held, by the side on which it was done. */
export interface HeldView {
  readonly held: readonly { readonly side: Side; readonly count: number; readonly endings: readonly Omit<HeldEnding, 'side'>[] }[];
}

/** So many are named; `count` tells of all. */
const NAMED_AT_MOST = 500;

/** Two table reads. */
export async function readHeld(deps: Pick<HeldDeps, 'connections' | 'brakes'>, accountId: string): Promise<HeldView> {
  const connection = await deps.connections.readConnection(accountId);
  const held = connection === undefined ? [] : await deps.brakes.listHeld({ accountId, generation: connection.generation });
  return {
    held: [...Map.groupBy(held, ({ side }) => side)].map(([side, ofSide]) => ({
      side,
      count: ofSide.length,
      endings: ofSide.slice(0, NAMED_AT_MOST).map(({ side: _side, ...ending }) => ending),
    })),
  };
}

/**
 * A person lets go on what is held of one side, and what comes of that side until all of it can be done. Harmless when repeated. Throws
 * ConnectionRefusal (`not-connected`).
 */
export async function letGoOn(deps: HeldDeps, accountId: string, side: Side): Promise<HeldView> {
  const { held } = await readHeld(deps, accountId);
  const count = held.find((one) => one.side === side)?.count ?? 0;
  const until = new Date(goesOnUntil(count, deps.clock.now())).toISOString();
  const change = await changeConnection(deps, accountId, (before) => {
    if (before.status !== 'active') throw new ConnectionRefusal('not-connected', 'Connect to Xero first.');
    return count === 0 ? before : { ...before, goesOn: { ...before.goesOn, [side]: until } };
  });
  await announce(deps, change);
  return { held };
}
