import type { Pass } from './deps.ts';
import type { News } from './ports.ts';
import { newsOf, removeSources, type Work } from './work.ts';

/** First pause of a record that could not be dealt with, doubled each time up to the last. */
const FIRST_PAUSE_MS = 5_000;
export const LONGEST_PAUSE_MS = 15 * 60_000;

/** How long to wait after `attempts` failures: exponential, with jitter of up to half (`random` in [0, 1)). */
function backOffMs(attempts: number, random: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts);
  return Math.round(pause * (1 - random / 2));
}

/**
 * Moves the news of one record to LATER, so that nothing stands at the head of the inbox for ever (design §5, step 9). News of a bulk
 * run is written down for the purpose. `dueAt` (epoch ms) overrides the back-off.
 */
export async function putOff(pass: Pass, work: Work<unknown>, reason: string, dueAt?: number): Promise<void> {
  const { inbox, clock } = pass.deps;
  const due = dueAt ?? clock.now() + backOffMs(work.attempts, clock.random());
  pass.log.info('record put off', { type: work.type, gesId: work.gesId, attempts: work.attempts, reason, due });
  const news = work.sources.length > 0 ? work.sources.map(newsOf) : [newsOfRun(work, clock.now())];
  for (const item of news) await inbox.putLater(pass.scope, { ...item, attempts: work.attempts + 1 }, due);
  await removeSources(inbox, pass.scope, work.sources);
}

function newsOfRun(work: Work<unknown>, receivedAt: number): News {
  return {
    type: work.type,
    side: 'ges',
    id: work.gesId,
    rank: 'bulk',
    change: 'updated',
    origin: 'bulk',
    order: work.ges?.revision ?? 0,
    receivedAt,
    correlationId: work.correlationId,
  };
}
