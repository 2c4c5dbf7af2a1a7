import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Contact } from '../../../shared/domain/contact.ts';
import type { ElementAnswer } from '../../../shared/sync/books-port.ts';
import { createBatch, senderOf, type PlannedCreate } from '../../../shared/sync/creates.ts';
import { customers } from '../../../shared/sync/customers.ts';
import { clearDoubts, NOT_FOUND_AFTER_MS } from '../../../shared/sync/doubts.ts';
import { AttentionFailure, RetryFailure } from '../../../shared/sync/errors.ts';
import type { Pass } from '../../../shared/sync/pass.ts';
import type { Intent } from '../../../shared/sync/records-port.ts';
import { emptyTally } from '../../../shared/sync/tally.ts';
import { bareContact } from '../../support/fake-records.ts';
import { createFakeClock, createFakeIds, createFakeLog, type FakeClock } from '../../support/fake-clock.ts';
import { createMemoryStores, type Stores } from '../../support/stores.ts';

const scope = { accountId: 'acct_demo', generation: 1 };
const settings = { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: true };

/** Notes of creates (F3): what a kill at any moment leaves behind, and what the next drain makes of it. */
describe('intents of a batch of creates', () => {
  let stores: Stores;
  let clock: FakeClock;
  let inXero: Contact[];
  let mayWrite: boolean;
  /** What happens when the intents are to be stored. */
  let whenNoted: () => void;
  /** What Xero does with the next create. */
  let answer: (count: number) => readonly ElementAnswer<Contact>[];
  const happened: string[] = [];
  const keys: string[] = [];

  beforeEach(async () => {
    clock = createFakeClock();
    stores = createMemoryStores(createFakeIds('token'), clock);
    [inXero, mayWrite, whenNoted] = [[], true, () => undefined];
    happened.length = 0;
    keys.length = 0;
    answer = (count) => Array.from({ length: count }, (_, index) => ({ ok: true, record: contactOf(index) }));
    const { accountId, generation } = scope;
    await stores.connections.putConnection({
      accountId,
      generation,
      status: 'active',
      connectSeq: 1,
      tenantId: 'T1',
      settings,
      version: 0,
    });
  });

  const contactOf = (index: number): Contact =>
    bareContact({ contactId: `contact-${index}`, contactNumber: `cus_${index}`, name: `Customer ${index}` });

  const ids = createFakeIds('key');

  async function pass(): Promise<Pass> {
    const intents: Stores['intents'] = {
      ...stores.intents,
      async putIntents(at, noted) {
        whenNoted();
        await stores.intents.putIntents(at, noted);
      },
      async removeIntents(at, noted) {
        happened.push(...noted.map(({ id }) => `note of ${id} removed`));
        await stores.intents.removeIntents(at, noted);
      },
    };
    const books = {
      createContacts: async (elements: readonly unknown[], key: string) => {
        happened.push('sent');
        keys.push(key);
        return answer(elements.length);
      },
    };
    const feeds = { contacts: async () => ({ items: inXero }) };
    const budget = { reserveWrite: async () => undefined, giveBack: () => undefined, canWaitFor: () => false };
    const connection = await stores.connections.readConnection(scope.accountId);
    const deps = { ...stores, intents, ids, clock };
    const lease = { mayWrite: () => mayWrite, timeLeftMs: () => 300_000 };
    return { deps, scope, connection, books, feeds, budget, lease, log: createFakeLog(), tally: emptyTally() } as unknown as Pass;
  }

  const planned = (count: number): PlannedCreate[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `cus_${index}`,
      element: { name: `Customer ${index}`, contactNumber: `cus_${index}` },
      gesFields: { name: `Customer ${index}` },
      gesRevision: 1,
    }));
  const store = async (answers: readonly ElementAnswer<Contact>[], start: number): Promise<void> =>
    void happened.push(...answers.map((_, index) => `stored ${start + index}`));
  const create = async (count: number): Promise<void> => {
    const its = await pass();
    await createBatch(its, 'customer', planned(count), senderOf(customers, its), store);
  };
  const open = (): Promise<readonly Intent[]> => stores.intents.listIntents(scope);
  const clearAll = async () => (await clearDoubts(await pass())).customer;

  it('that cannot be stored are sent by nobody, and hold nobody up: all of a batch are stored, or none', async () => {
    whenNoted = () => {
      throw new Error('killed');
    };
    await expect(create(5)).rejects.toThrow('killed');
    expect(happened).not.toContain('sent');
    expect(await open()).toEqual([]);
    expect(await clearAll()).toEqual(new Map());
  });

  it('are not sent when the lease was lost while they were noted', async () => {
    whenNoted = () => (mayWrite = false);
    await expect(create(3)).rejects.toThrow('the lease or the time ran out');
    expect(happened).not.toContain('sent');
  });

  it('are repeated under the same key when the answer was lost', async () => {
    answer = () => {
      throw new RetryFailure('cut off', 'lost-answer');
    };
    await expect(create(3)).rejects.toThrow('cut off');
    answer = (count) => Array.from({ length: count }, (_, index) => ({ ok: true, record: contactOf(index) }));
    expect(await clearAll()).toEqual(new Map());
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect((await stores.records.getLinks(scope, 'customer', ['cus_2'])).get('cus_2')).toMatchObject({
      xeroId: 'contact-2',
      status: 'synced',
    });
    expect((await stores.outbox.unsent(scope.accountId, 10)).map(({ outcome }) => outcome)).toMatchObject(
      ['contact-0', 'contact-1', 'contact-2'].map((xeroId) => ({ kind: 'RecordSynced', xeroId })),
    );
    expect(await open()).toEqual([]);
  });

  it('of which Xero shows only the first after a server error stay in doubt for two minutes, and are then free', async () => {
    answer = () => {
      throw new RetryFailure('500', 'server-error');
    };
    const until = clock.now() + NOT_FOUND_AFTER_MS;
    await expect(create(3)).rejects.toThrow('500');
    inXero = [contactOf(0)];
    for (let again = 0; again < 3; again++) {
      expect(await clearAll()).toEqual(
        new Map([
          ['cus_1', until],
          ['cus_2', until],
        ]),
      );
    }
    clock.advance(NOT_FOUND_AFTER_MS);
    expect(await clearAll()).toEqual(new Map());
    expect(await open()).toEqual([]);
    expect(keys).toHaveLength(1);
  });

  it('leave when the batch is refused as a whole; each half is noted anew, and its answers are stored with their places', async () => {
    const whole = answer;
    answer = (count) => {
      if (count > 2) throw new AttentionFailure({ code: 'refused-by-xero', message: 'No.', fix: 'Look.' });
      return whole(count);
    };
    await create(4);
    expect(happened).toEqual([
      'sent',
      ...[0, 1, 2, 3].map((index) => `note of cus_${index} removed`),
      'sent',
      'stored 0',
      'stored 1',
      'sent',
      'stored 2',
      'stored 3',
    ]);
    // They leave with the commit of their record, which is not this one's to do.
    expect((await open()).map(({ id, count }) => [id, count])).toEqual([0, 1, 2, 3].map((index) => [`cus_${index}`, 2]));
  });
});
