import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { createDoorbell, createSqs } from '../../shared/runtime/queues.ts';
import { createSecretsManager } from '../../shared/runtime/secrets-manager.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createXeroAppReader } from '../../shared/secrets/client-secrets.ts';
import { createBrakeStore } from '../../shared/store/brake-store.ts';
import { createConnectionStore } from '../../shared/store/connection-store.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import { createLaneStore } from '../../shared/store/lane-store.ts';
import { createCountStore } from '../../shared/store/count-store.ts';
import { createSingleUseStore } from '../../shared/store/single-use-store.ts';
import { createTenantClaims } from '../../shared/store/tenant-claims.ts';
import { createTokenPointerStore } from '../../shared/store/token-pointer-store.ts';
import { ringLane } from '../../shared/sync/lane.ts';
import type { Log } from '../../shared/sync/ports.ts';
import { createOpenOrganisation } from '../../shared/xero/facts.ts';
import { createXeroSignIn } from '../../shared/xero/oauth-sign-in.ts';
import { createXeroIdentity } from '../../shared/xero/oauth.ts';
import { wireTokens } from '../wiring/tokens.ts';
import type { Integration } from './integration.ts';
import { secrecy } from './secrecy.ts';

/** The real dependencies of the Integration API, built once per instance from the environment. */
export function wireIntegration(log: Log): Integration {
  const config = readConfig('integration-api');
  const table = { client: createDocumentClient(), tableName: config.tableName, ids: systemIds, clock: systemClock };
  const secretsManager = createSecretsManager();
  const connections = createConnectionStore(table);
  const lanes = createLaneStore(table);
  const lane = { lanes, doorbell: createDoorbell(createSqs(), config.laneQueueUrl), clock: systemClock };
  const xero = {
    app: createXeroAppReader(secretsManager, config.xeroAppSecretArn, systemClock),
    loginBaseUrl: config.xeroLoginBaseUrl,
    identityBaseUrl: config.xeroIdentityBaseUrl,
    apiBaseUrl: config.xeroApiBaseUrl,
    clock: systemClock,
  };
  const deps: ConnectionDeps = {
    connections,
    tenants: connections,
    claims: createTenantClaims(table),
    singleUse: createSingleUseStore(table),
    pointers: createTokenPointerStore(table),
    tokens: wireTokens(config, table, secretsManager, log).tokens,
    identity: createXeroIdentity({ ...xero, redirectUri: `${config.publicBaseUrl}/v1/xero/callback` }),
    signIn: createXeroSignIn({ ...xero, redirectUri: `${config.publicBaseUrl}/v1/auth/xero/callback` }),
    openOrganisation: createOpenOrganisation({ apiBaseUrl: config.xeroApiBaseUrl }),
    counts: createCountStore(table),
    brakes: createBrakeStore(table),
    waits: lanes,
    backlog: lanes,
    bell: { ring: (accountId) => ringLane(lane, accountId), forgetWait: (accountId) => lanes.forgetWait(accountId) },
    secrecy,
    clock: systemClock,
    log,
  };
  const signInOrigins = config.signInOrigins.split(' ');
  return { deps, publicBaseUrl: config.publicBaseUrl, settingsPageUrl: config.settingsPageUrl, signInOrigins };
}
