import { readConfig } from '../../shared/runtime/config.ts';
import { createLog } from '../../shared/runtime/log.ts';
import { createCounters } from '../../shared/runtime/metrics.ts';
import { createDeadLetters, createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createInboxStore } from '../../shared/store/inbox-store.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createRecordStore } from '../../shared/store/records-store.ts';
import { createEventReceiver } from './receiver.ts';

const config = readConfig('ges-events');
const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds, clock: systemClock };
const sqs = createSqs();

/** Change events of the GES platform, from the bus's rule. */
export const handler = createEventReceiver({
  connections: createConnectionStore(table),
  inbox: createInboxStore(table),
  records: createRecordStore(table),
  lanes: createLaneStore(table),
  doorbell: createDoorbell(sqs, config.laneQueueUrl),
  deadLetters: createDeadLetters(sqs, config.eventsDlqUrl),
  clock: systemClock,
  log: createLog(),
  counters: createCounters(),
});
