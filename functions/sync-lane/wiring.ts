import { createHash } from 'node:crypto';
import { createGesPlatform } from '../../shared/ges/client.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createCounters, METRIC, type Durations } from '../../shared/runtime/metrics.ts';
import { createEventBridge, createOutcomes } from '../../shared/runtime/outcome-events.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { createSecretsManager } from '../../shared/runtime/secrets-manager.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createGesApiClientReader } from '../../shared/secrets/client-secrets.ts';
import { createBrakeStore } from '../../shared/store/brake-store.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createCountStore } from '../../shared/store/count-store.ts';
import { createDirectoryStore } from '../../shared/store/directory-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createFactsStore } from '../../shared/store/facts-store.ts';
import { createInboxStore } from '../../shared/store/inbox-store.ts';
import { createIntentStore } from '../../shared/store/intent-store.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createOutbox } from '../../shared/store/outbox-store.ts';
import { createRecordStore } from '../../shared/store/records-store.ts';
import { createRunStore } from '../../shared/store/run-store.ts';
import { createWatermarkStore } from '../../shared/store/watermark-store.ts';
import type { DrainDeps } from '../../shared/sync/pass.ts';
import type { Log } from '../../shared/sync/ports.ts';
import type { Inbox } from '../../shared/sync/records-port.ts';
import { createXeroBooks } from '../../shared/xero/client.ts';
import { wireTokens } from '../wiring/tokens.ts';

/** Characters of a digest that are kept: only equality is asked of it, among the contacts of one organisation. */
const DIGEST_LENGTH = 12;

/** Reports how long the oldest news had waited each time an inbox is taken from. */
function reportingAge(inbox: Inbox, counters: Durations): Inbox {
  return {
    ...inbox,
    async take(scope, range, limit, after) {
      const taken = await inbox.take(scope, range, limit, after);
      const oldest = Math.min(...taken.entries.map((news) => news.receivedAt));
      if (taken.entries.length > 0) counters.seconds(METRIC.oldestInboxEntryAge, (systemClock.now() - oldest) / 1000);
      return taken;
    },
  };
}

/** The real dependencies of the drain, built once per instance from the environment. */
export function wireDrain(log: Log): DrainDeps {
  const config = readConfig('sync-lane');
  const counters = createCounters();
  const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds, clock: systemClock };
  const secretsManager = createSecretsManager();
  const { tokens } = wireTokens(config, table, secretsManager, log);
  const booksOf: DrainDeps['booksOf'] = ({ tenantId, xeroUserId }, meter) => {
    let refused: string | undefined;
    return createXeroBooks({
      apiBaseUrl: config.xeroApiBaseUrl,
      tenantId,
      accessToken: () => tokens.accessTokenFor(xeroUserId, refused),
      onUnauthorised: async (token) => void (refused = token),
      meter,
    });
  };
  return {
    lanes: createLaneStore(table),
    doorbell: createDoorbell(createSqs(), config.laneQueueUrl),
    inbox: reportingAge(createInboxStore(table), counters),
    records: createRecordStore(table),
    intents: createIntentStore(table),
    counts: createCountStore(table),
    outbox: createOutbox(table),
    facts: createFactsStore(table),
    watermarks: createWatermarkStore(table),
    brakes: createBrakeStore(table),
    directory: createDirectoryStore(table),
    connections: createConnectionStore(table),
    runs: createRunStore(table),
    gesOf: createGesPlatform({
      baseUrl: config.gesApiBaseUrl,
      tokenUrl: config.gesTokenUrl,
      credentials: createGesApiClientReader(secretsManager, config.gesApiSecretArn, systemClock),
      clock: systemClock,
    }),
    booksOf,
    outcomes: createOutcomes(createEventBridge(), config.eventBusName, systemClock, counters),
    digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH),
    clock: systemClock,
    ids: systemIds,
    log,
  };
}
