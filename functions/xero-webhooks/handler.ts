import { webhookClientConfig } from '../../shared/runtime/aws-client-config.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createLog } from '../../shared/runtime/log.ts';
import { createCounters } from '../../shared/runtime/metrics.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { createSecretsManager } from '../../shared/runtime/secrets-manager.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createWebhookKeyReader } from '../../shared/secrets/client-secrets.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createInboxStore } from '../../shared/store/inbox-store.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createRecordStore } from '../../shared/store/records-store.ts';
import { createWebhookRoute } from './route.ts';

const config = readConfig('xero-webhooks');
const table = { client: createDocumentClient(webhookClientConfig), tableName: config.tableName, ids: systemIds, clock: systemClock };

/** POST /webhooks/xero. */
export const handler = createWebhookRoute({
  webhookKey: createWebhookKeyReader(createSecretsManager(webhookClientConfig), config.xeroAppSecretArn, systemClock),
  connections: createConnectionStore(table),
  inbox: createInboxStore(table),
  records: createRecordStore(table),
  lanes: createLaneStore(table),
  doorbell: createDoorbell(createSqs(webhookClientConfig), config.laneQueueUrl),
  clock: systemClock,
  log: createLog(),
  counters: createCounters(),
});
