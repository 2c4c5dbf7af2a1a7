import type { Run } from '../../../shared/sync/ports.ts';
import type { SimulatedWorld } from '../world/world.ts';
import type { Books } from './books.ts';

/** G4, F2b: each run came to an end, the platform was told of it, and its counters add up. */
export function judgeRuns(world: SimulatedWorld, books: Books): readonly string[] {
  const wrong: string[] = [];
  const { account, runs } = books;
  for (const run of runs) {
    const { runId, status } = run;
    const told = world.outcomes.find((outcome) => outcome.kind === 'RunFinished' && outcome.runId === runId);
    if (status === 'active') wrong.push(`G4: run ${runId} never ended`);
    else if (told === undefined) wrong.push(`F2b: run ${runId} is ${status}, and the platform was never told`);
    else if (told.kind === 'RunFinished' && told.status !== status)
      wrong.push(`F2b: run ${runId} is ${status}, and the platform was told ${told.status}`);
    wrong.push(...judgeCounters(run, books));
  }
  const again = world.outcomes.filter((outcome) => outcome.kind === 'RunFinished' && outcome.accountId === account.accountId);
  for (const { runId } of again as readonly { readonly runId: string }[])
    if (!runs.some((run) => run.runId === runId)) wrong.push(`the platform was told of a run ${runId} that nobody knows`);
  return wrong;
}

/**
 * Payments go along with their invoices: a run counts what became of them (one that is posted in part and asked about counts as both), and has
 * not seen them for themselves.
 */
function judgeCounters({ runId, status, counters: { seen, ...kinds } }: Run, { payments }: Books): readonly string[] {
  const sum = Object.values(kinds).reduce((all, count) => all + count, 0);
  const addsUp = sum >= seen && sum <= seen + 2 * payments.length;
  return status === 'finished' && !addsUp
    ? [
        `G1: run ${runId} has seen ${String(seen)} records besides ${String(payments.length)} payments, and says what became of ${String(sum)}`,
      ]
    : [];
}
