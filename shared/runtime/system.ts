import { monotonicFactory } from 'ulid';
import type { Clock, Ids } from '../sync/ports.ts';

/** A failing periodic task (renewing a lease, say) must be seen, but must not take the process with it. */
function warnOf(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}

/** The wall clock: the only place of the product, with `systemIds`, that knows what time it is. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  every(ms, task) {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      task()
        .catch(warnOf)
        .finally(() => (running = false));
    }, ms).unref();
    return () => clearInterval(timer);
  },
  random: () => Math.random(),
};

const nextUlid = monotonicFactory();

/** ULIDs: unique, and sorted by time also within one millisecond of one process. */
export const systemIds: Ids = { next: () => nextUlid() };
