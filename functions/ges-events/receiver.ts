import { readGesEvent } from '../../shared/ges/event-contract.ts';
import { withIds } from '../../shared/runtime/log.ts';
import { METRIC, type Counters } from '../../shared/runtime/metrics.ts';
import { receiveGesChange, type IngressDeps } from '../../shared/sync/receive.ts';
import type { Log } from '../../shared/sync/ports.ts';

export interface ReceiverDeps extends IngressDeps {
  /** Keeps an event that does not fit the contract for a person, with the reason. */
  readonly deadLetters: (reason: string, event: unknown) => Promise<void>;
  readonly log: Log;
  readonly counters: Counters;
}

/**
 * Receives change events of the platform: into the inbox, or dropped with a metric. An event that does not fit the contract
 * goes to the dead letters and is done with: trying it again would change nothing.
 */
export function createEventReceiver(deps: ReceiverDeps): (event: unknown) => Promise<void> {
  const { counters, log } = deps;
  return async (event) => {
    const read = readGesEvent(event);
    if (!read.ok) {
      await deps.deadLetters(read.reason, event);
      counters.count(METRIC.gesEventMalformed);
      log.error('event does not fit the contract', { reason: read.reason });
      return;
    }
    const { accountId, id: recordId, type, eventId: correlationId } = read.change;
    const reception = await receiveGesChange(deps, read.change, correlationId);
    const kept = reception === 'stored' || reception === 'older';
    counters.count(kept ? METRIC.gesEventStored : METRIC.gesEventDropped, 1, { reception });
    withIds(log, { accountId, type, recordId, correlationId }).info('event received', { reception });
  };
}
