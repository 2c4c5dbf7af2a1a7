import type { Commit } from '../../shared/sync/records-port.ts';
import type { DrainDeps } from '../../shared/sync/pass.ts';
import { BORDER_MUTANTS } from './mutants/border-mutants.ts';
import { TABLE_MUTANTS } from './mutants/table-mutants.ts';
import type { Mutant } from './mutants/mutant.ts';

/** A mutant of what a drain is handed. */
function ofDrain(name: string, change: (drain: DrainDeps) => Partial<DrainDeps>): Mutant {
  return { name, mutate: (product) => ({ ...product, drain: { ...product.drain, ...change(product.drain) } }) };
}

/** A mutant of what a commit stores. */
function ofCommit(name: string, change: (commit: Commit) => Commit): Mutant {
  return ofDrain(name, ({ records }) => ({ records: { ...records, commit: (scope, commit) => records.commit(scope, change(commit)) } }));
}

/** A mutant of what the product sees of Xero's books. */
function ofBooks(name: string, change: (books: ReturnType<DrainDeps['booksOf']>) => Partial<ReturnType<DrainDeps['booksOf']>>): Mutant {
  return ofDrain(name, ({ booksOf }) => ({
    booksOf: (connection, meter) => {
      const books = booksOf(connection, meter);
      return { ...books, ...change(books) };
    },
  }));
}

/** A mutant of what the product sees of GES. */
function ofGes(name: string, change: (ges: ReturnType<DrainDeps['gesOf']>) => Partial<ReturnType<DrainDeps['gesOf']>>): Mutant {
  return ofDrain(name, ({ gesOf }) => ({
    gesOf: (accountId) => {
      const ges = gesOf(accountId);
      return { ...ges, ...change(ges) };
    },
  }));
}

export const MUTANTS: readonly Mutant[] = [
  ...TABLE_MUTANTS,
  ...BORDER_MUTANTS,
  ofDrain('intents are never looked up', ({ intents }) => ({ intents: { ...intents, listIntents: async () => [] } })),
  ofDrain('intents are not noted', ({ intents }) => ({ intents: { ...intents, putIntents: async () => undefined } })),
  ofCommit('the intent stays when its record is stored', ({ intents: _stays, ...commit }) => commit),
  ofCommit('news is not removed with the commit', (commit) => ({ ...commit, removed: [] })),
  ofDrain('news that was replaced meanwhile is removed all the same', ({ inbox, records }) => ({
    records: {
      ...records,
      async commit(scope, commit) {
        const result = await records.commit(scope, commit);
        for (const news of commit.removed ?? []) {
          const range = { rank: news.rank, type: news.type };
          const { entries } = await inbox.take(scope, range, 500);
          await inbox.remove(
            scope,
            entries.filter((entry) => entry.recordId === news.recordId && entry.side === news.side && entry.entity.id === news.entity.id),
          );
        }
        return result;
      },
    },
  })),
  ofCommit('outcome events are not stored', ({ outcomes: _untold, ...commit }) => commit),
  ofDrain('the bus is believed to take everything', ({ outcomes }) => ({
    outcomes: { send: async (sent) => (await outcomes.send(sent)).map(() => true) },
  })),
  ofCommit('no alias is stored', ({ alias: _none, ...commit }) => commit),
  ofCommit('the base is never stored', ({ base: _none, ...commit }) => commit),
  ofCommit('no payment markers', (commit) => ({ ...commit, markers: [] })),
  ofCommit('what is put off is forgotten', ({ putLater: _never, ...commit }) => commit),
  ofCommit('what is asked for again is forgotten', ({ put: _never, ...commit }) => commit),
  ofDrain('a doorbell without a wake-up', ({ lanes }) => ({ lanes: { ...lanes, ring: async () => undefined } })),
  ofDrain('every lane is free', ({ lanes }) => ({
    lanes: {
      ...lanes,
      acquire: async (accountId, owner, now, until) => (await lanes.acquire(accountId, owner, now + 3_600_000, until)) ?? undefined,
    },
  })),
  ofDrain('a lane is left although news came', ({ lanes }) => ({
    lanes: {
      ...lanes,
      async release(accountId, owner, _seen, wakeAt, leaving) {
        const lane = await lanes.readLane(accountId);
        return lanes.release(accountId, owner, lane?.dirty ?? 0, wakeAt, leaving);
      },
    },
  })),
  ofGes('a key of its own for each try of a payment in GES', (ges) => {
    let tries = 0;
    return { createPayment: (payment, key) => ges.createPayment(payment, `${key}-${String(tries++)}-${String(Math.imul(tries, 7))}`) };
  }),
  ofGes('payments deleted in GES are read as if they were still there', (ges) => ({
    listPayments: async (query) => ({ ...(await ges.listPayments(query)), items: [] }),
  })),
  ofGes('an edit in Xero is told to GES and not stored there', (ges) => ({
    async patchCustomer(id) {
      const page = await ges.listCustomers({ ids: [id] });
      const [snapshot] = page.items;
      return snapshot === undefined ? { outcome: 'gone' } : { outcome: 'written', snapshot };
    },
  })),
  ofBooks('the feed of payments shows nothing', () => ({ paymentFeed: async () => ({ items: [], answeredAt: 0, isFull: false }) })),
  ofBooks('the feed of invoices shows nothing, and says that it was read to now', () => ({
    invoiceFeed: async () => ({ items: [], answeredAt: Date.UTC(2027, 0), isFull: false }),
  })),
  ofBooks('the feed of payments is believed to reach to the end of time', (books) => ({
    paymentFeed: async (since, page) => ({ ...(await books.paymentFeed(since, page)), answeredAt: Date.UTC(2027, 0) }),
  })),
  ofBooks('contacts are never found', () => ({
    searchContacts: async () => [],
    contactFeed: async () => ({ items: [], answeredAt: 0, isFull: false }),
  })),
  ofBooks('a refused element is taken for a saved one', (books) => ({
    async updateInvoices(elements, key) {
      const answers = await books.updateInvoices(elements, key);
      const now = await books.invoicesByIds(elements.map(({ invoiceId }) => invoiceId));
      return answers.map((answer, place) => {
        const record = now.find(({ invoiceId }) => invoiceId === elements[place]?.invoiceId);
        return answer.ok || record === undefined ? answer : { ok: true, record };
      });
    },
  })),
  ofBooks('a payment in Xero is deleted twice over instead of once', (books) => ({
    async deletePayment(paymentId, key) {
      const answer = await books.deletePayment(paymentId, key);
      return answer.ok ? { ok: true, record: { ...answer.record, status: 'AUTHORISED' } } : answer;
    },
  })),
  ofDrain('the budget never says no', ({ booksOf }) => ({
    booksOf: (connection, meter) =>
      booksOf(connection, {
        ...meter,
        before: async () => undefined,
        answered: () => undefined,
        failed: () => undefined,
        refused: async (_kind, failure) => Promise.reject(failure),
      }),
  })),
  ofDrain('the connection is read once and believed for ever', ({ connections }) => {
    const known = new Map<string, ReturnType<typeof connections.readConnection>>();
    return {
      connections: {
        ...connections,
        readConnection: (accountId) => {
          const read = known.get(accountId) ?? connections.readConnection(accountId);
          known.set(accountId, read);
          return read;
        },
      },
    };
  }),
];
