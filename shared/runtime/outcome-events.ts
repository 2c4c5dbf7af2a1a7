import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { chunks } from '../sync/concurrency.ts';
import { RetryFailure } from '../sync/errors.ts';
import type { Clock, Outcome, Outcomes } from '../sync/ports.ts';
import { awsClientConfig } from './aws-client-config.ts';
import { createCounters, type Counters } from './metrics.ts';

const SOURCE = 'ges.xero-sync';
/** EventBridge takes at most 10 entries a call and may refuse some of them while taking the rest. */
const ENTRIES_A_CALL = 10;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

export function createEventBridge(): EventBridgeClient {
  return new EventBridgeClient(awsClientConfig);
}

/**
 * Publishes outcome events (contracts §3): detail-type is the outcome's kind, detail the rest. Entries that the bus
 * refuses are sent again alone; throws RetryFailure when some are still refused after four attempts. What was published is
 * counted under its kind, for the dashboard.
 */
export function createOutcomes(
  eventBridge: Pick<EventBridgeClient, 'send'>,
  busName: string,
  clock: Clock,
  counters: Counters = createCounters(),
): Outcomes {
  const entryOf = ({ kind, ...detail }: Outcome): PutEventsRequestEntry => ({
    EventBusName: busName,
    Source: SOURCE,
    DetailType: kind,
    Detail: JSON.stringify(detail),
  });

  const publishChunk = async (entries: PutEventsRequestEntry[]): Promise<void> => {
    let open = entries;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      const answer = await eventBridge.send(new PutEventsCommand({ Entries: open }));
      if ((answer.FailedEntryCount ?? 0) === 0) return;
      open = open.filter((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined);
    }
    throw new RetryFailure(`The event bus refused ${String(open.length)} outcome events`, 'server-error');
  };

  return {
    async publish(outcomes) {
      for (const chunk of chunks(outcomes, ENTRIES_A_CALL)) await publishChunk(chunk.map(entryOf));
      for (const [kind, ofKind] of Map.groupBy(outcomes, (outcome) => outcome.kind)) counters.count(kind, ofKind.length);
    },
  };
}
