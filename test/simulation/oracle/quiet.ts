import type { SimulatedWorld } from '../world/world.ts';
import type { Witness } from './witness.ts';

const A_LITTLE_MS = 5 * 60_000;

/** E3: in a world at rest a doorbell finds nothing to do: no call of Xero, and no write of GES. */
export async function judgeQuiet(world: SimulatedWorld, witness: Witness): Promise<readonly string[]> {
  const before = { calls: world.xero.calls.length, writes: witness.gesWrites.length };
  for (const { accountId } of world.accounts) await world.ringNow(accountId);
  await world.pass(A_LITTLE_MS);
  const calls = world.xero.calls.slice(before.calls).map(({ method, path }) => `${method} ${path}`);
  const writes = witness.gesWrites.slice(before.writes).map(({ what }) => what);
  const all = [...calls, ...writes];
  return all.length === 0 ? [] : [`E3: rung at rest, the sync still asks for ${all.slice(0, 3).join(', ')} (${String(all.length)} in all)`];
}
