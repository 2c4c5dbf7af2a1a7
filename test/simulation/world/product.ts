import { createHash } from 'node:crypto';
import type { ConnectionDeps } from '../../../shared/connection/deps.ts';
import type { TokenSecrets, TokenSet } from '../../../shared/connection/ports.ts';
import { createTokens, type Tokens } from '../../../shared/connection/tokens.ts';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { createGesPlatform } from '../../../shared/ges/client.ts';
import type { Table } from '../../../shared/store/table.ts';
import { ringLane } from '../../../shared/sync/lane.ts';
import type { DrainDeps } from '../../../shared/sync/pass.ts';
import type { Log, Outcome } from '../../../shared/sync/ports.ts';
import { createXeroBooks } from '../../../shared/xero/client.ts';
import { createXeroIdentity } from '../../../shared/xero/oauth.ts';
import { createOpenOrganisation } from '../../../shared/xero/facts.ts';
import { createStores, type Stores } from '../../support/stores.ts';
import type { MemoryTable } from '../../support/memory-table/memory-table.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import { GES_CLIENT, type GesSystem } from './ges-system.ts';
import type { Caller } from './process.ts';
import { tableTrouble } from './table-trouble.ts';
import { timeLimit } from './time-limit.ts';
import { REDIRECT_URI, type XeroSystem } from './xero-system.ts';

/** The one place that puts the product's parts together, as its functions do: whatever they reach, they reach from one process. */

/** What stands around every process. */
export interface Surroundings {
  readonly table: MemoryTable;
  readonly ges: GesSystem;
  readonly xero: XeroSystem;
  readonly secrets: Map<string, Map<string, TokenSet>>;
  readonly draws: Draws;
  faults(): Faults;
  /** The queue of doorbells. */
  ring(accountId: string, delaySeconds: number): void;
  /** The bus took an outcome event. */
  told(outcome: Outcome): void;
  readonly log: Log;
}

/** What the product is to one process. */
export interface Product {
  readonly stores: Stores;
  readonly drain: DrainDeps;
  /** Nobody signs in with Xero in a simulated history. */
  readonly connection: Omit<ConnectionDeps, 'signIn'>;
  readonly tokens: Tokens;
}

export function productIn(process: Caller, around: Surroundings): Product {
  const { draws, log } = around;
  const { clock, uniqueIds: ids } = process;
  const stores = createStores(tableFrom(process, around));
  const faults = (): Faults => around.faults();
  const transport = around.xero.transportFrom(process, faults, draws);
  const identity = createXeroIdentity({
    app: async () => ({ clientId: LOCAL_APP.clientId, clientSecret: LOCAL_APP.clientSecret }),
    loginBaseUrl: 'http://xero',
    identityBaseUrl: 'http://xero',
    apiBaseUrl: 'http://xero',
    redirectUri: REDIRECT_URI,
    clock,
    fetch: around.xero.fetchFrom(process, faults, draws),
    timeout: timeLimit,
  });
  const tokens = createTokens({
    pointers: stores.tokenPointers,
    secrets: secretsFrom(process, around.secrets),
    identity,
    secrecy: { uuid: () => ids.next() },
    clock,
    log,
  });
  const doorbell = { send: (accountId: string, delaySeconds: number) => process.call('queue', () => around.ring(accountId, delaySeconds)) };
  const lane = { lanes: stores.lanes, doorbell, clock };
  const drain: DrainDeps = {
    ...stores,
    doorbell,
    gesOf: createGesPlatform({
      baseUrl: 'http://ges',
      tokenUrl: 'http://ges/oauth/token',
      credentials: async () => GES_CLIENT,
      clock,
      fetch: around.ges.fetchFrom(process, faults, draws),
      timeout: timeLimit,
    }),
    booksOf: ({ tenantId, xeroUserId }, meter) => {
      let refused: string | undefined;
      return createXeroBooks({
        apiBaseUrl: 'http://xero',
        tenantId,
        accessToken: () => tokens.accessTokenFor(xeroUserId, refused),
        onUnauthorised: async (token) => void (refused = token),
        transport,
        meter,
      });
    },
    outcomes: {
      send: (outcomes) =>
        process.call('bus', () =>
          outcomes.map((outcome) => {
            if (draws.happens(faults().busRefuses, 'bus refuses', outcome.kind)) return false;
            around.told(outcome);
            return true;
          }),
        ),
    },
    digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 12),
    clock,
    ids,
    log,
  };
  const connection: Product['connection'] = {
    connections: stores.connections,
    tenants: stores.connections,
    claims: stores.connections,
    singleUse: stores.singleUse,
    pointers: stores.tokenPointers,
    tokens,
    identity,
    openOrganisation: createOpenOrganisation({ apiBaseUrl: 'http://xero', transport }),
    counts: stores.counts,
    brakes: stores.brakes,
    waits: stores.lanes,
    backlog: stores.lanes,
    bell: { ring: (accountId) => ringLane(lane, accountId), forgetWait: (accountId) => stores.lanes.forgetWait(accountId) },
    secrecy: {
      token: () => ids.next(),
      uuid: () => ids.next(),
      hash: (text) => `hash of ${text}`,
      seal: (text, key) => JSON.stringify([key, text]),
      unseal(sealed, key) {
        const [sealedWith, text] = JSON.parse(sealed) as [string, string];
        return sealedWith === key ? text : undefined;
      },
    },
    clock,
    log,
  };
  return { stores, drain, connection, tokens };
}

/** The table as one process reaches it: each command takes its time, and may be the last thing it does. */
function tableFrom(process: Caller, around: Surroundings): Table {
  const { table, draws } = around;
  const send = (command: { readonly input: object }): Promise<unknown> =>
    process.call('table', () => {
      const trouble = tableTrouble(command, around.faults(), draws, process.name);
      if (trouble !== undefined) throw trouble;
      return table.client.send(command as never);
    });
  return { client: { send } as unknown as Table['client'], tableName: table.tableName, clock: process.clock, ids: process.uniqueIds };
}

/** Secrets Manager: each put is a version, the newest last; a repeated client token adds none. */
function secretsFrom(process: Caller, secrets: Surroundings['secrets']): TokenSecrets {
  return {
    putTokens: (xeroUserId, tokens, clientToken) =>
      process.call('secrets', () => {
        const versions = secrets.get(xeroUserId) ?? new Map<string, TokenSet>();
        secrets.set(xeroUserId, versions.set(clientToken, { ...tokens }));
        return clientToken;
      }),
    readTokens: (xeroUserId, version) =>
      process.call('secrets', () => {
        const versions = secrets.get(xeroUserId);
        return version === undefined ? [...(versions?.values() ?? [])].at(-1) : versions?.get(version);
      }),
    deleteTokens: (xeroUserId) => process.call('secrets', () => void secrets.delete(xeroUserId)),
  };
}
