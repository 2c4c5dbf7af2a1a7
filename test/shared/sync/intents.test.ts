import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Contact } from '../../../shared/domain/contact.ts';
import { createBatch, type PlannedCreate } from '../../../shared/sync/creates.ts';
import { customers } from '../../../shared/sync/customers.ts';
import type { Pass } from '../../../shared/sync/deps.ts';
import { AttentionFailure, RetryFailure } from '../../../shared/sync/errors.ts';
import type { ElementAnswer, Intent } from '../../../shared/sync/ports.ts';
import { NOT_FOUND_AFTER_MS, settle } from '../../../shared/sync/settle.ts';
import { bareContact } from '../../support/fake-records.ts';
import { createMemoryStores, type Stores } from '../../support/memory-store.ts';

const scope = { accountId: 'acct_demo', generation: 1 };
const START = Date.parse('2026-11-22T10:00:00.000Z');

/** Notes of creates (F3): what a kill at any moment leaves behind, and what the next drain makes of it. */
describe('intents of a batch of creates', () => {
  let stores: Stores;
  let now: number;
  let sent: number;
  let inXero: Contact[];
  /** The n-th note to be stored (1 is the first) kills the process. */
  let killAtNote: number;
  let mayWrite: boolean;
  /** What Xero does with the next create. */
  let answer: (count: number) => readonly ElementAnswer<Contact>[];
  const happened: string[] = [];

  beforeEach(() => {
    let next = 0;
    const ids = { next: () => `id-${String(++next)}` };
    stores = createMemoryStores(ids);
    [now, sent, inXero, killAtNote, mayWrite] = [START, 0, [], Number.POSITIVE_INFINITY, true];
    happened.length = 0;
    answer = (count) => Array.from({ length: count }, (_, index) => ({ ok: true, record: contactOf(index) }));
  });

  const contactOf = (index: number): Contact =>
    bareContact({ contactId: `contact-${index}`, contactNumber: `cus_${index}`, name: `Customer ${index}` });

  function pass(): Pass {
    let notes = 0;
    const intents = {
      ...stores.intents,
      putIntent: async (...[at, intent]: Parameters<Stores['intents']['putIntent']>) => {
        if (++notes >= killAtNote) throw new Error('killed');
        await stores.intents.putIntent(at, intent);
      },
      removeIntent: async (...[at, intent]: Parameters<Stores['intents']['removeIntent']>) => {
        happened.push('note removed');
        await stores.intents.removeIntent(at, intent);
      },
    };
    const ids = { next: () => `key-${String(++sent)}` };
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const books = {
      createContacts: async (elements: readonly unknown[]) => {
        happened.push('sent');
        return answer(elements.length);
      },
      allContacts: async () => inXero,
    };
    const outcomes = { publish: async () => undefined };
    const deps = { ...stores, intents, ids, outcomes, clock: { now: () => now } };
    return { deps, scope, books, lease: { mayWrite: () => mayWrite }, log: quiet } as unknown as Pass;
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
  const open = (): Promise<readonly Intent[]> => stores.intents.listIntents(scope);
  const settleAll = async () => settle(customers, pass(), await open());

  it.each([2, 3, 5])(
    'of which a kill lets only some be noted (%i of 5 fail to be the last) were never sent, and hold nobody up',
    async (at) => {
      killAtNote = at;
      await expect(createBatch(customers, pass(), planned(5), store)).rejects.toThrow('killed');
      killAtNote = Number.POSITIVE_INFINITY;
      expect(happened).not.toContain('sent');
      expect((await open()).length).toBeGreaterThan(0);

      expect(await settleAll()).toEqual(new Map());
      expect(await open()).toEqual([]);
      expect(happened).not.toContain('sent');
    },
  );

  it('are not sent when the lease was lost while they were noted', async () => {
    const frozen = pass();
    const putIntent = frozen.deps.intents.putIntent.bind(frozen.deps.intents);
    const slow = async (...note: Parameters<typeof putIntent>): Promise<void> => {
      await putIntent(...note);
      mayWrite = false;
    };
    const late: Pass = { ...frozen, deps: { ...frozen.deps, intents: { ...frozen.deps.intents, putIntent: slow } } };
    await expect(createBatch(customers, late, planned(3), store)).rejects.toThrow('lease lost');
    expect(happened).not.toContain('sent');
  });

  it('that were all noted are repeated under the same key when the answer was lost', async () => {
    answer = () => {
      throw new RetryFailure('cut off', 'lost-answer');
    };
    await expect(createBatch(customers, pass(), planned(3), store)).rejects.toThrow('cut off');
    answer = (count) => Array.from({ length: count }, (_, index) => ({ ok: true, record: contactOf(index) }));
    expect(await settleAll()).toEqual(new Map());
    expect(happened.filter((event) => event === 'sent')).toHaveLength(2);
    expect((await stores.links.getLinks(scope, 'customer', ['cus_2'])).get('cus_2')).toMatchObject({
      xeroId: 'contact-2',
      status: 'synced',
    });
  });

  it('of which Xero shows only the first after a server error stay in doubt for two minutes, and are then free (design §5)', async () => {
    answer = () => {
      throw new RetryFailure('500', 'server-error');
    };
    await expect(createBatch(customers, pass(), planned(3), store)).rejects.toThrow('500');
    inXero = [contactOf(0)];
    const until = START + NOT_FOUND_AFTER_MS;
    for (let again = 0; again < 3; again++) {
      expect(await settleAll()).toEqual(
        new Map([
          ['cus_1', until],
          ['cus_2', until],
        ]),
      );
    }
    now = until;
    expect(await settleAll()).toEqual(new Map());
    expect(await open()).toEqual([]);
  });

  it('keep their notes until every answer is stored, also when the batch had to be halved', async () => {
    const whole = answer;
    answer = (count) => {
      if (count > 2) throw new AttentionFailure({ code: 'refused-by-xero', message: 'No.', fix: 'Look.' });
      return whole(count);
    };
    await createBatch(customers, pass(), planned(4), store);
    expect(happened.filter((event) => event.startsWith('stored'))).toEqual(['stored 0', 'stored 1', 'stored 2', 'stored 3']);
    const firstHalf = happened.slice(happened.indexOf('sent', 1) + 1);
    expect(firstHalf.slice(0, 3)).toEqual(['stored 0', 'stored 1', 'note removed']);
    expect(await open()).toEqual([]);
  });
});
