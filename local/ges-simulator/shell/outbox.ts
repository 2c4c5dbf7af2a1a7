import type { Publish } from './event-bus.ts';
import type { Storage, WaitingEvent } from './storage.ts';

/** PutEvents takes at most 10 entries and 256 kB a call; a little is left for the envelope. */
const MAX_EVENTS = 10;
const MAX_BYTES = 240_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

export interface Outbox {
  /** Says that events were stored. */
  ring(): void;
  status(): { waiting: number; delivered: number; lastError: string | null };
  /** Stops after the delivery under way; what was not accepted waits for the next start. */
  close(): Promise<void>;
}

function batchOf(waiting: readonly WaitingEvent[]): WaitingEvent[] {
  let bytes = 0;
  return waiting.filter(({ event }, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return index === 0 || bytes <= MAX_BYTES;
  });
}

/**
 * Delivers stored events in order, at least once: an event leaves the storage only after the bus has accepted it.
 * While the bus is down it is tried again after 50 ms, doubling up to 1 s.
 */
export function startOutbox(storage: Storage, publish: Publish, log: (line: string) => void): Outbox {
  let delivered = 0;
  let lastError: string | null = null;
  let closed = false;
  let running: Promise<void> | undefined;
  let wakeUp: () => void = () => undefined;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const deliverBatch = async (): Promise<boolean> => {
    const batch = batchOf(storage.waitingEvents(MAX_EVENTS));
    if (batch.length === 0) return false;
    const accepted = await publish(batch.map(({ event }) => event));
    const last = batch[accepted - 1];
    if (!last) throw new Error(`The publisher says it accepted ${accepted} of ${batch.length} events.`);
    storage.removeEventsUpTo(last.position);
    delivered += accepted;
    return true;
  };

  const deliverAll = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!closed) {
      try {
        if (!(await deliverBatch())) return;
        if (lastError !== null) log('The event bus answers again.');
        lastError = null;
        wait = FIRST_WAIT_MS;
      } catch (error) {
        const message = error instanceof Error ? error.message || error.name : String(error);
        if (lastError === null) log(`Events wait for the event bus: ${message}`);
        lastError = message;
        await pause(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  };

  const ring = (): void => {
    if (running || closed) return;
    running = deliverAll().finally(() => {
      running = undefined;
      if (!closed && storage.countWaitingEvents() > 0) ring();
    });
  };

  ring();
  return {
    ring,
    status: () => ({ waiting: storage.countWaitingEvents(), delivered, lastError }),
    close: async () => {
      closed = true;
      wakeUp();
      await running;
    },
  };
}
