import type { Pass } from './pass.ts';
import type { LaterNews, News } from './records-port.ts';
import { newsOf, type Work } from './work.ts';

/** First pause of a record that could not be dealt with, doubled each time up to the last. */
const FIRST_PAUSE_MS = 5_000;
export const LONGEST_PAUSE_MS = 15 * 60_000;

/** How long to wait after `attempts` failures: exponential, with jitter of up to half (`random` in [0, 1)). */
function backOffMs(attempts: number, random: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts);
  return Math.round(pause * (1 - random / 2));
}

/** When the record is to be picked again after this failure, epoch ms. */
export function retryAt(pass: Pass, work: Work<unknown>): number {
  const { clock } = pass.deps;
  return clock.now() + backOffMs(work.attempts, clock.random());
}

/** The news of a piece of work as it stands in LATER until `dueAt` (epoch ms). A run's work has none of its own: it is written down for the purpose. */
export function putOff(pass: Pass, work: Work<unknown>, dueAt: number): readonly LaterNews[] {
  const news = work.sources.length > 0 ? work.sources.map(newsOf) : [newsOfRun(work, pass.deps.clock.now())];
  return news.map((item) => ({ dueAt, news: { ...item, attempts: work.attempts + 1 } }));
}

/**
 * Moves the news of one record to LATER, so that nothing stands at the head of the inbox for ever. `dueAt` (epoch ms) overrides the
 * back-off. Two writes a piece of news.
 */
export async function waitWithRecord(pass: Pass, work: Work<unknown>, reason: string, dueAt = retryAt(pass, work)): Promise<void> {
  const { inbox } = pass.deps;
  pass.log.info('record put off', { type: work.type, gesId: work.gesId, attempts: work.attempts, reason, dueAt });
  for (const later of putOff(pass, work, dueAt)) await inbox.putLater(pass.scope, later);
  const moved = work.sources.filter((source) => source.kind === 'inbox' || source.later.dueAt !== dueAt);
  await inbox.remove(
    pass.scope,
    moved.flatMap((source) => (source.kind === 'inbox' ? [source.news] : [])),
  );
  await inbox.removeLater(
    pass.scope,
    moved.flatMap((source) => (source.kind === 'later' ? [source.later] : [])),
  );
}

/** News of our own: the record is to be picked again. */
export function ownNews(pass: Pass, type: News['type'], gesId: string): News {
  const now = pass.deps.clock.now();
  return {
    type,
    recordId: gesId,
    side: 'own',
    entity: { type, id: gesId },
    rank: 'live',
    change: 'updated',
    order: now,
    receivedAt: now,
    correlationId: pass.deps.ids.next(),
  };
}

function newsOfRun(work: Work<unknown>, receivedAt: number): News {
  const { type, gesId } = work;
  return {
    type,
    recordId: gesId,
    side: 'ges',
    entity: { type, id: gesId },
    rank: 'bulk',
    change: 'updated',
    origin: 'bulk',
    order: work.ges?.revision ?? 0,
    receivedAt,
    correlationId: work.correlationId,
  };
}
