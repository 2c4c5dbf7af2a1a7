import type { GesMoneyPlatform } from '../sync/money-ports.ts';
import { SNAPSHOT_SCHEMAS } from './event-contract.ts';
import { checkedAnswer, type PlatformCall, type PlatformCaller } from './platform-caller.ts';
import { listRecords, patchRecord } from './platform-records.ts';

/** Invoices and payments of the platform API (contracts §2). See GesMoneyPlatform for what each method does and throws. */
export function createGesMoneyPlatform(request: PlatformCaller): GesMoneyPlatform {
  return {
    listInvoices: (accountId, query) => listRecords(request, 'invoice', accountId, query),

    listPayments: (accountId, query) => listRecords(request, 'payment', accountId, query),

    patchInvoice: (accountId, id, revision, patch) => patchRecord(request, 'invoice', { accountId, id, revision }, patch),

    async createPayment(accountId, payment, idempotencyKey) {
      const call: PlatformCall = { method: 'POST', accountId, plural: 'payments', idempotencyKey, json: payment };
      return checkedAnswer(SNAPSHOT_SCHEMAS.payment, await request(call, [200, 201]), call);
    },

    async deletePayment(accountId, id, revision) {
      const call: PlatformCall = { method: 'DELETE', accountId, plural: 'payments', id, revision };
      const answer = await request(call, [204, 404, 412]);
      if (answer.status === 412) return { outcome: 'conflict', snapshot: checkedAnswer(SNAPSHOT_SCHEMAS.payment, answer, call) };
      return { outcome: answer.status === 204 ? 'deleted' : 'gone' };
    },
  };
}
