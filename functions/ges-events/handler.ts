import { readGesEvent } from '../../shared/ges/eventContract.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createLog, withIds } from '../../shared/runtime/log.ts';
import { createCounters, METRIC } from '../../shared/runtime/metrics.ts';
import { createDeadLetters, createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createConnectionStore } from '../../shared/store/connectionStore.ts';
import { createDocumentClient } from '../../shared/store/documentClient.ts';
import { createInboxStore } from '../../shared/store/inboxStore.ts';
import { createLaneStore } from '../../shared/store/laneStore.ts';
import { receiveGesChange } from '../../shared/sync/ingress.ts';

const config = readConfig('ges-events');
const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds };
const sqs = createSqs();
const deadLetters = createDeadLetters(sqs, config.eventsDlqUrl);
const deps = {
  connections: createConnectionStore(table),
  inbox: createInboxStore(table),
  lanes: createLaneStore(table),
  doorbell: createDoorbell(sqs, config.laneQueueUrl),
  clock: systemClock,
};
const log = createLog();
const counters = createCounters();

/** A change event of the platform: into the inbox, or dropped with a metric; what does not fit the contract to the dead letters. */
export async function handler(event: unknown): Promise<void> {
  const read = readGesEvent(event);
  if (!read.ok) {
    await deadLetters(read.reason, event);
    counters.count(METRIC.gesEventMalformed);
    log.error('event does not fit the contract', { reason: read.reason });
    return;
  }
  const { accountId, id: recordId, type, eventId: correlationId } = read.change;
  const reception = await receiveGesChange(deps, read.change, correlationId);
  const kept = reception === 'stored' || reception === 'older';
  counters.count(kept ? METRIC.gesEventStored : METRIC.gesEventDropped, 1, { reception });
  withIds(log, { accountId, type, recordId, correlationId }).info('event received', { reception });
}
