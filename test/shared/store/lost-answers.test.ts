import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VersionConflict } from '../../../shared/sync/errors.ts';
import type { Link } from '../../../shared/domain/link.ts';
import type { ConnectionRecord } from '../../../shared/connection/ports.ts';
import type { RunningTable } from '../../support/dynamo-store.ts';
import { createDynamoStores, startDynamoTable } from '../../support/dynamo-store.ts';
import type { Stores } from '../../support/memory-store.ts';
import { countingIds } from './store.contract.ts';

/** The SDK repeats a request whose answer was lost: a conditional write must not be taken for refused because of itself. */

let table: RunningTable;
let stores: Stores;
let answersToLose = 0;
beforeAll(async () => {
  table = await startDynamoTable();
  stores = createDynamoStores(table, countingIds());
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

const ids = countingIds();
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
const link = (): Link => ({
  type: 'customer',
  gesId: `cus_${ids.next()}`,
  status: 'attention',
  statusAt: '2026-11-22T10:00:00.000Z',
  gesRevision: 1,
  xeroSeenAt: 0,
  version: 0,
});

describe('a write that happened, although its answer was lost', () => {
  it('is done, whether it was the first of its item or a later one (design §5: each write is conditional)', async () => {
    const scope = { accountId: `acct_${ids.next()}`, generation: 1 };
    const first = await whileAnswersAreLost(() => stores.links.putLink(scope, link()));
    const second = await whileAnswersAreLost(() => stores.links.putLink(scope, { ...first, gesRevision: 2 }));

    expect(second).toEqual({ ...first, gesRevision: 2, version: 2 });
    expect((await stores.links.getLinks(scope, 'customer', [first.gesId])).get(first.gesId)).toEqual(second);
  });

  it('is still refused when it did not happen because somebody else was faster', async () => {
    const scope = { accountId: `acct_${ids.next()}`, generation: 1 };
    const first = await stores.links.putLink(scope, link());
    await stores.links.putLink(scope, { ...first, gesRevision: 2 });

    await expect(stores.links.putLink(scope, { ...first, gesRevision: 2 })).rejects.toThrow(VersionConflict);
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

  it('design §6: of two that take a token lease at the same moment with the same words one gets it', async () => {
    const { tokenPointers } = stores;
    const read = await tokenPointers.putTokenPointer({ xeroUserId: `user_${ids.next()}`, fence: 1, accounts: [], version: 0 });
    const take = () => tokenPointers.putTokenPointer({ ...read, fence: 2, leaseUntil: 10 });

    const answers = await Promise.allSettled([take(), take()]);

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
