import { createHash } from 'node:crypto';
import { createLog, withIds } from '../../shared/runtime/log.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { bulkSync, type Accepted, type BulkSyncDeps, type Report } from '../../shared/runs/bulk-sync.ts';
import { parseBulkRequest } from '../../shared/runs/request.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createRunStore } from '../../shared/store/run-store.ts';

const config = readConfig('bulk-sync');
const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds, clock: systemClock };
const log = createLog();
const deps: BulkSyncDeps = {
  lanes: createLaneStore(table),
  doorbell: createDoorbell(createSqs(), config.laneQueueUrl),
  connections: createConnectionStore(table),
  runs: createRunStore(table),
  clock: systemClock,
  ids: systemIds,
  digest: (text) => createHash('sha256').update(text).digest('hex'),
};

/** Support invokes this: answers at once, the lane does the work. Bad input fails with a message that names the field. */
export async function handler(event: unknown): Promise<Accepted | Report> {
  const request = parseBulkRequest(event);
  const answer = await bulkSync(deps, request);
  withIds(log, { accountId: request.accountId, runId: answer.runId }).info('bulk-sync asked', { action: request.action });
  return answer;
}
