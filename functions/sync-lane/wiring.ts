import { createGesPlatform } from '../../shared/ges/client.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createCounters, METRIC, type Durations } from '../../shared/runtime/metrics.ts';
import { createEventBridge, createOutcomes } from '../../shared/runtime/outcome-events.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { createSecretsManager } from '../../shared/runtime/secrets-manager.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createGesApiClientReader } from '../../shared/secrets/client-secrets.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createFactsStore } from '../../shared/store/facts-store.ts';
import { createInboxStore } from '../../shared/store/inbox-store.ts';
import { createIntentStore } from '../../shared/store/intent-store.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createLinkStore } from '../../shared/store/link-store.ts';
import { createRunStore } from '../../shared/store/run-store.ts';
import type { DrainDeps, RunningConnection } from '../../shared/sync/deps.ts';
import type { Inbox, Log } from '../../shared/sync/ports.ts';
import { createXeroBooks } from '../../shared/xero/client.ts';
import { wireTokens } from '../wiring/tokens.ts';

/** Reports how long the oldest news had waited each time an inbox is taken from. */
function reportingAge(inbox: Inbox, counters: Durations): Inbox {
  return {
    ...inbox,
    async take(scope, limit) {
      const taken = await inbox.take(scope, limit);
      const oldest = Math.min(...taken.map((news) => news.receivedAt));
      if (taken.length > 0) counters.seconds(METRIC.oldestInboxEntryAge, (systemClock.now() - oldest) / 1000);
      return taken;
    },
  };
}

/** The real dependencies of the drain, built once per instance from the environment. */
export function wireDrain(log: Log): DrainDeps {
  const config = readConfig('sync-lane');
  const counters = createCounters();
  const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds };
  const secretsManager = createSecretsManager();
  const { tokens } = wireTokens(config, table, secretsManager, log);
  const booksOf = ({ tenantId, xeroUserId }: RunningConnection): ReturnType<DrainDeps['booksOf']> => {
    let refused: string | undefined;
    return createXeroBooks({
      apiBaseUrl: config.xeroApiBaseUrl,
      tenantId,
      accessToken: () => tokens.accessTokenFor(xeroUserId, refused),
      onUnauthorised: async (token) => void (refused = token),
      clock: systemClock,
    });
  };
  return {
    lanes: createLaneStore(table),
    doorbell: createDoorbell(createSqs(), config.laneQueueUrl),
    inbox: reportingAge(createInboxStore(table), counters),
    intents: createIntentStore(table),
    links: createLinkStore(table),
    connections: createConnectionStore(table),
    runs: createRunStore(table),
    facts: createFactsStore(table),
    ges: createGesPlatform({
      baseUrl: config.gesApiBaseUrl,
      tokenUrl: config.gesTokenUrl,
      credentials: createGesApiClientReader(secretsManager, config.gesApiSecretArn, systemClock),
      clock: systemClock,
    }),
    booksOf,
    outcomes: createOutcomes(createEventBridge(), config.eventBusName, systemClock, counters),
    clock: systemClock,
    ids: systemIds,
    log,
  };
}
