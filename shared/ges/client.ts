import type { GesAccountOf } from '../sync/platform-port.ts';
import { SNAPSHOT_SCHEMAS } from './event-contract.ts';
import { checkedAnswer, createPlatformCaller, type GesPlatformOptions, type PlatformCall } from './platform-caller.ts';
import { listRecords, patchRecord } from './platform-records.ts';

/** The platform API, account by account; all calls share one token. See GesAccount for what each method does; throws RetryFailure, WaitFailure, AttentionFailure. */
export function createGesPlatform(options: GesPlatformOptions): GesAccountOf {
  const request = createPlatformCaller(options);
  return (accountId) => ({
    listCustomers: (query) => listRecords(request, 'customer', accountId, query),
    listInvoices: (query) => listRecords(request, 'invoice', accountId, query),
    listPayments: (query) => listRecords(request, 'payment', accountId, query),
    patchCustomer: (id, revision, patch) => patchRecord(request, 'customer', { accountId, id, revision }, patch),
    patchInvoice: (id, revision, patch) => patchRecord(request, 'invoice', { accountId, id, revision }, patch),
    patchPayment: (id, revision, patch) => patchRecord(request, 'payment', { accountId, id, revision }, patch),

    async createPayment(payment, idempotencyKey) {
      const call: PlatformCall = { method: 'POST', accountId, plural: 'payments', idempotencyKey, json: payment };
      return checkedAnswer(SNAPSHOT_SCHEMAS.payment, await request(call, [200, 201]), call);
    },

    async deletePayment(id, revision) {
      const call: PlatformCall = { method: 'DELETE', accountId, plural: 'payments', id, revision };
      const answer = await request(call, [204, 404, 412]);
      if (answer.status === 412) return { outcome: 'conflict', snapshot: checkedAnswer(SNAPSHOT_SCHEMAS.payment, answer, call) };
      return { outcome: answer.status === 204 ? 'deleted' : 'gone' };
    },
  });
}
