import { randomUUID } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createTokens, type Tokens } from '../../shared/connection/tokens.ts';
import type { Config } from '../../shared/runtime/config.ts';
import { createCounters, METRIC } from '../../shared/runtime/metrics.ts';
import { systemClock } from '../../shared/runtime/system.ts';
import { createXeroAppReader } from '../../shared/secrets/client-secrets.ts';
import { createTokenSecrets } from '../../shared/secrets/token-secrets.ts';
import type { Table } from '../../shared/store/table.ts';
import { createTokenPointerStore } from '../../shared/store/token-pointer-store.ts';
import type { Log } from '../../shared/sync/ports.ts';
import { createIdentityClient } from '../../shared/xero/oauth.ts';

/** The part of a function's environment that reaching Xero takes; every function that calls Xero has it. */
export type XeroConfig = Pick<
  Config<'sync-lane'>,
  'xeroAppSecretArn' | 'xeroTokensSecretPrefix' | 'xeroApiBaseUrl' | 'xeroIdentityBaseUrl'
>;

/** A refresh that fails is counted: the alarm on it is the first to see that consents are dying. */
function countingFailures(refresh: Identity['refresh']): Identity['refresh'] {
  const counters = createCounters();
  return async (refreshToken) => {
    try {
      return await refresh(refreshToken);
    } catch (failure) {
      counters.count(METRIC.tokenRefreshFailed);
      throw failure;
    }
  };
}

/** What a function needs of Xero's identity service without a person. */
export type Identity = ReturnType<typeof createIdentityClient>;

/** The token sets of all Xero users, and the identity service that renews them. Shared by the functions that call Xero. */
export function wireTokens(
  config: XeroConfig,
  table: Table,
  secretsManager: SecretsManagerClient,
  log: Log,
): { tokens: Tokens; identity: Identity } {
  const identity = createIdentityClient({
    app: createXeroAppReader(secretsManager, config.xeroAppSecretArn, systemClock),
    identityBaseUrl: config.xeroIdentityBaseUrl,
    apiBaseUrl: config.xeroApiBaseUrl,
    clock: systemClock,
  });
  const tokens = createTokens({
    pointers: createTokenPointerStore(table),
    secrets: createTokenSecrets(secretsManager, config.xeroTokensSecretPrefix, systemClock),
    identity: { refresh: countingFailures(identity.refresh) },
    secrecy: { uuid: randomUUID },
    clock: systemClock,
    log,
  });
  return { tokens, identity };
}
