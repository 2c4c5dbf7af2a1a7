import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionRecord } from '../../../shared/connection/ports.ts';
import type { RunningTable } from '../../support/dynamo-store.ts';
import { startDynamoTable } from '../../support/dynamo-store.ts';
import { createFakeIds } from '../../support/fake-clock.ts';
import { createStores, type Stores } from '../../support/stores.ts';
import { linkOf, syncedOf } from './records-of-tests.ts';

/** The SDK repeats a request whose answer was lost: a conditional write must not be taken for refused because of itself. */

let table: RunningTable;
let stores: Stores;
let answersToLose = 0;
beforeAll(async () => {
  table = await startDynamoTable();
  stores = createStores(table);
  table.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      if (answersToLose === 0) return answer;
      answersToLose -= 1;
      throw Object.assign(new Error('no answer within 2 s'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', priority: 'high', name: 'loseAnswers' },
  );
});
afterAll(() => table.close());

async function whileAnswersAreLost<T>(write: () => Promise<T>): Promise<T> {
  answersToLose = 1;
  const answer = await write();
  expect(answersToLose).toBe(0);
  return answer;
}

const ids = createFakeIds();
const connection = (): ConnectionRecord => ({
  accountId: `acct_${ids.next()}`,
  status: 'active',
  connectSeq: 1,
  generation: 1,
  tenantId: 'tenant-1',
  xeroUserId: 'user-1',
  settings: { paymentAccountId: null, salesAccountId: 'acc-1', syncCustomers: true, syncInvoices: false },
  version: 0,
});
describe('a write that happened, although its answer was lost', () => {
  it('of a record is done once, whether it was the first of its item or a later one', async () => {
    const scope = { accountId: `acct_${ids.next()}`, generation: 1 };
    const { records, outbox } = stores;
    const outcomes = [syncedOf(scope.accountId, 'cus_1001')];
    const first = await whileAnswersAreLost(() => records.commit(scope, { link: linkOf(), alias: 'xero-1', outcomes }));
    expect(first).toEqual({ kind: 'committed', link: linkOf({ version: 1 }) });

    const second = await whileAnswersAreLost(() => records.commit(scope, { link: linkOf({ version: 1, gesRevision: 2 }) }));

    const link = linkOf({ version: 2, gesRevision: 2 });
    expect(second).toEqual({ kind: 'committed', link });
    expect((await records.getLinks(scope, 'customer', ['cus_1001'])).get('cus_1001')).toEqual(link);
    expect(await outbox.unsent(scope.accountId, 10)).toHaveLength(1);
  });

  it('of a record is still refused when it did not happen because somebody else was faster', async () => {
    const scope = { accountId: `acct_${ids.next()}`, generation: 1 };
    await stores.records.commit(scope, { link: linkOf() });

    const late = await stores.records.commit(scope, { link: linkOf({ gesRevision: 2 }) });

    expect(late).toEqual({ kind: 'version-lost' });
  });

  it('of counts adds them once', async () => {
    const scope = { accountId: `acct_${ids.next()}`, generation: 1 };
    await whileAnswersAreLost(() => stores.counts.addCounts(scope, { synced: 3, pending: 0, attention: 0 }));

    expect(await stores.counts.readCounts(scope)).toEqual({ synced: 3, pending: 0, attention: 0 });
  });

  it('F5: a connection marked lost is known to be marked, so that the platform is told', async () => {
    const stored = await stores.connections.putConnection(connection());

    expect(await whileAnswersAreLost(() => stores.connections.markNeedsReconnect(stored.accountId, 1, 'Gone.'))).toBe(true);

    expect(await stores.connections.readConnection(stored.accountId)).toEqual({
      ...stored,
      status: 'needs-reconnect',
      reason: 'Gone.',
      version: 2,
    });
  });

  it('a ticket that was taken is handed over, once', async () => {
    const ticket = { kind: 'ticket', accountId: 'acct_1' } as const;
    await stores.singleUse.putSingleUse('hash-lost', ticket, 2);

    expect(await whileAnswersAreLost(() => stores.singleUse.takeSingleUse('hash-lost', 1))).toEqual(ticket);
    expect(await stores.singleUse.takeSingleUse('hash-lost', 1)).toBeUndefined();
  });

  it('of two that take a token lease at the same moment with the same words one gets it', async () => {
    const { tokenPointers } = stores;
    const read = await tokenPointers.putTokenPointer({ xeroUserId: `user_${ids.next()}`, fence: 1, accounts: [], version: 0 });
    const take = () => tokenPointers.putTokenPointer({ ...read, fence: 2, leaseUntil: 10 });

    const answers = await Promise.allSettled([take(), take()]);

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
