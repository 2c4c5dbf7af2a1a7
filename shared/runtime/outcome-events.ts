import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { chunks } from '../sync/concurrency.ts';
import { RetryFailure } from '../sync/errors.ts';
import type { Clock, Outcome, Outcomes } from '../sync/ports.ts';
import { awsClientConfig } from './aws-client-config.ts';
import { createCounters, type Counters } from './metrics.ts';
import { OUTCOME_SOURCE } from './outcome-source.ts';

/** EventBridge takes at most 10 entries a call and may refuse some of them while taking the rest. */
const ENTRIES_A_CALL = 10;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

export function createEventBridge(): EventBridgeClient {
  return new EventBridgeClient(awsClientConfig);
}

/**
 * Sends outcome events: detail-type is the outcome's kind, detail the rest. Entries that the bus refuses are sent again alone, four times in
 * all; which ones it took is told. What was taken is counted under its kind, for the dashboard. Throws RetryFailure when the bus cannot be reached.
 */
export function createOutcomes(
  eventBridge: Pick<EventBridgeClient, 'send'>,
  busName: string,
  clock: Clock,
  counters: Counters = createCounters(),
): Outcomes {
  const entryOf = ({ kind, ...detail }: Outcome): PutEventsRequestEntry => ({
    EventBusName: busName,
    Source: OUTCOME_SOURCE,
    DetailType: kind,
    Detail: JSON.stringify(detail),
  });

  /** Places of the entries that the bus did not take. */
  const sendOnce = async (entries: readonly PutEventsRequestEntry[], places: readonly number[]): Promise<readonly number[]> => {
    const sent = places.flatMap((place) => entries[place] ?? []);
    try {
      const answer = await eventBridge.send(new PutEventsCommand({ Entries: sent }));
      return (answer.FailedEntryCount ?? 0) === 0 ? [] : places.filter((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined);
    } catch (cause) {
      throw new RetryFailure('The event bus could not be reached', 'lost-answer', { cause });
    }
  };

  return {
    async send(outcomes) {
      const entries = outcomes.map(entryOf);
      const refused = new Set<number>();
      for (const places of chunks([...entries.keys()], ENTRIES_A_CALL)) {
        let open = places;
        for (let attempt = 0; attempt < ATTEMPTS && open.length > 0; attempt += 1) {
          if (attempt > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
          open = await sendOnce(entries, open);
        }
        for (const place of open) refused.add(place);
      }
      const taken = outcomes.filter((_, place) => !refused.has(place));
      for (const [kind, ofKind] of Map.groupBy(taken, (outcome) => outcome.kind)) counters.count(kind, ofKind.length);
      return outcomes.map((_, place) => !refused.has(place));
    },
  };
}
