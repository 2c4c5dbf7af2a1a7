import { forEachLimit } from './concurrency.ts';
import { removeIntents } from './creates.ts';
import type { Pass } from './deps.ts';
import type { Driver } from './driver.ts';
import { Execution, type Tally } from './execute.ts';
import { keepTombstone } from './keep.ts';
import type { Outcome } from './ports.ts';
import { prepare } from './prepare.ts';
import { putOff } from './put-off.ts';
import type { InDoubt } from './settle.ts';
import { removeSources, type Work } from './work.ts';

const STORE_WRITES_AT_ONCE = 16;

/**
 * Brings the records of one type into step: load, read, decide, write both sides, store (design §5, steps 4–8). Returns what became of
 * them. Whatever had been stored before a failure stays stored; the rest keeps its news.
 */
export async function syncRecords<G, X, E>(
  driver: Driver<G, X, E>,
  pass: Pass,
  works: readonly Work<G>[],
  inDoubt: InDoubt,
): Promise<Tally> {
  const tally: Tally = { synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 };
  if (works.length === 0) return tally;
  const outcomes: Outcome[] = [];
  try {
    const certain: Work<G>[] = [];
    for (const work of works) {
      const doubtUntil = inDoubt.get(work.gesId);
      if (doubtUntil === undefined) certain.push(work);
      else {
        await putOff(pass, work, 'an earlier create is in doubt', doubtUntil);
        tally.waiting++;
      }
    }
    const prepared = await prepare(driver, pass, certain);
    await forEachLimit(prepared.quiet, STORE_WRITES_AT_ONCE, (work) => removeSources(pass.deps.inbox, pass.scope, work.sources));
    tally.unchanged += prepared.quiet.length;
    for (const work of prepared.unreadable) await putOff(pass, work, 'unreadable in GES');
    tally.waiting += prepared.unreadable.length;
    await forEachLimit(prepared.deleted, STORE_WRITES_AT_ONCE, ({ work, link }) => keepTombstone(pass, work, link));
    tally.skipped += prepared.deleted.length;
    const ready = (await driver.beforeDecide?.(pass, prepared.ready)) ?? prepared.ready;
    const execution = new Execution(driver, pass, tally, outcomes);
    try {
      await execution.run(ready);
    } finally {
      if (execution.written.length > 0) await driver.afterwards?.(pass, execution.written);
      await removeIntents(pass, execution.notesLeft);
    }
  } finally {
    if (outcomes.length > 0) await pass.deps.outcomes.publish(outcomes);
  }
  return tally;
}
