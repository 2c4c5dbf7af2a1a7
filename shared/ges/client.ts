import type { GesMoneyPlatform } from '../sync/money-ports.ts';
import type { GesPlatform } from '../sync/ports.ts';
import { createGesMoneyPlatform } from './money-client.ts';
import { createPlatformCaller, type GesPlatformOptions } from './platform-caller.ts';
import { listRecords, patchRecord } from './platform-records.ts';

/**
 * The platform API of contracts §2; all its calls share one token. See GesPlatform and GesMoneyPlatform for what each method does; throws
 * RetryFailure, WaitFailure, AttentionFailure.
 */
export function createGesPlatform(options: GesPlatformOptions): GesPlatform & GesMoneyPlatform {
  const request = createPlatformCaller(options);
  return {
    listCustomers: (accountId, query) => listRecords(request, 'customer', accountId, query),
    patchCustomer: (accountId, id, revision, patch) => patchRecord(request, 'customer', { accountId, id, revision }, patch),
    ...createGesMoneyPlatform(request),
  };
}
