import { sweepTokens } from '../../shared/connection/token-sweep.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createLog } from '../../shared/runtime/log.ts';
import { createCounters, METRIC } from '../../shared/runtime/metrics.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { createSecretsManager } from '../../shared/runtime/secrets-manager.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { WAKE_SHARDS } from '../../shared/store/keys.ts';
import { createTenantClaims } from '../../shared/store/tenant-claims.ts';
import { createTokenPointerStore } from '../../shared/store/token-pointer-store.ts';
import { oldestDue } from '../../shared/store/wake-index.ts';
import { ringLane, wakeDueLanes } from '../../shared/sync/lane.ts';
import { wireTokens } from '../wiring/tokens.ts';

const config = readConfig('sweep');
const log = createLog();
const counters = createCounters();
const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds, clock: systemClock };
const connections = createConnectionStore(table);
const lane = { lanes: createLaneStore(table), doorbell: createDoorbell(createSqs(), config.laneQueueUrl), clock: systemClock };
const deps = {
  ...wireTokens(config, table, createSecretsManager(), log),
  connections,
  tenants: connections,
  claims: createTenantClaims(table),
  pointers: createTokenPointerStore(table),
  bell: {
    ring: (accountId: string) => ringLane(lane, accountId),
    forgetWait: (accountId: string) => lane.lanes.forgetWait(accountId),
  },
  clock: systemClock,
  log,
};

/** Every minute: wakes the lanes that are due, finishes token refreshes and disconnects (F6). */
export async function handler(): Promise<void> {
  // Told before anything is woken, and by the sweep: when no lane runs, no lane can tell.
  const now = systemClock.now();
  const oldest = await oldestDue(table, WAKE_SHARDS, now);
  counters.seconds(METRIC.oldestWakeAge, oldest === undefined ? 0 : (now - oldest) / 1_000);
  const woken = await wakeDueLanes(lane);
  const tokensSeen = await sweepTokens(deps);
  log.info('swept', { woken, tokensSeen });
}
