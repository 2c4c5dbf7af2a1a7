import type { SimulatedWorld } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** So many calls of one account in a row may bring nothing to the table: a minute's calls. */
const CALLS_WITHOUT_A_COMMIT = 60;
/** So many drains in a row that spent a call may commit nothing. */
const DRAINS_WITHOUT_A_COMMIT = 10;
/** From being asked whether it may to writing: what a process takes, and how long one may stand still. */
const UNDER_WAY_MS = 5_000;
const FROZEN_MS = 50_000;

/** F2a: whatever the volume and the limit, calls bring something to its end: no reads whose result is thrown away again and again. */
export function judgeProgress(world: SimulatedWorld, witness: Witness): readonly string[] {
  return world.accounts.flatMap(({ accountId, tenantId }) => {
    const calls = witness.calls.filter((call) => call.tenantId === tenantId);
    const commits = witness.stored.filter((stored) => stored.accountId === accountId);
    return [...longestRow(calls, commits, accountId), ...idleDrains(calls, commits, accountId)];
  });
}

interface At {
  readonly at: number;
  readonly process: string;
}

function longestRow(calls: readonly At[], commits: readonly At[], accountId: string): readonly string[] {
  let row = 0;
  let longest = 0;
  let place = 0;
  for (const { at } of calls) {
    const before = place;
    while ((commits[place]?.at ?? Infinity) <= at) place++;
    row = place > before ? 1 : row + 1;
    longest = Math.max(longest, row);
  }
  return longest > CALLS_WITHOUT_A_COMMIT ? [`F2a: ${accountId}: ${String(longest)} Xero calls in a row brought nothing to its end`] : [];
}

function idleDrains(calls: readonly At[], commits: readonly At[], accountId: string): readonly string[] {
  const committing = new Set(commits.map(({ process }) => process));
  const drains = [...new Set(calls.map(({ process }) => process))].filter((process) => process.startsWith('l'));
  let row = 0;
  let longest = 0;
  for (const drain of drains) {
    row = committing.has(drain) ? 0 : row + 1;
    longest = Math.max(longest, row);
  }
  return longest >= DRAINS_WITHOUT_A_COMMIT ? [`F2a: ${accountId}: ${String(longest)} drains in a row spent calls and stored nothing`] : [];
}

/** F4: no write whose check began after a disconnect was stored; what was under way may still arrive. */
export function judgeDisconnects(
  witness: Witness,
  connectedAgainAt: (accountId: string, after: number) => number,
  mayFreeze: boolean,
): readonly string[] {
  const grace = UNDER_WAY_MS + (mayFreeze ? FROZEN_MS : 0);
  return witness.disconnected.flatMap(({ at, accountId }) => {
    const until = connectedAgainAt(accountId, at);
    const late = witness.gesWrites.filter((write) => write.accountId === accountId && write.at > at + grace && write.at < until);
    const [first] = late;
    return first === undefined ? [] : [`F4: ${accountId}: ${String(late.length)} writes after the disconnect, first ${first.what}`];
  });
}
