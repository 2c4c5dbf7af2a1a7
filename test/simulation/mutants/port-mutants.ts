import type { DrainDeps } from '../../../shared/sync/pass.ts';
import type { XeroBooks } from '../../../shared/sync/books-port.ts';
import type { GesAccount } from '../../../shared/sync/platform-port.ts';
import type { Commit } from '../../../shared/sync/records-port.ts';
import type { Product } from '../world/product.ts';
import type { Mutant } from './mutant.ts';

/** Mutants of the ports: a step of the sync that is left out. */

const A_MONTH_MS = 30 * 24 * 3_600_000;

function drain(change: (deps: DrainDeps) => Partial<DrainDeps>): NonNullable<Mutant['mutate']> {
  return (product: Product) => ({ ...product, drain: { ...product.drain, ...change(product.drain) } });
}

function commits(change: (commit: Commit) => Commit): NonNullable<Mutant['mutate']> {
  return drain(({ records }) => ({ records: { ...records, commit: (scope, commit) => records.commit(scope, change(commit)) } }));
}

function books(change: (books: XeroBooks) => Partial<XeroBooks>): NonNullable<Mutant['mutate']> {
  return drain(({ booksOf }) => ({
    booksOf: (connection, meter) => {
      const real = booksOf(connection, meter);
      return { ...real, ...change(real) };
    },
  }));
}

function ges(change: (account: GesAccount) => Partial<GesAccount>): NonNullable<Mutant['mutate']> {
  return drain(({ gesOf }) => ({
    gesOf: (accountId) => {
      const real = gesOf(accountId);
      return { ...real, ...change(real) };
    },
  }));
}

export const PORT_MUTANTS: readonly Mutant[] = [
  {
    name: 'intents never looked up',
    breaks: 'F3: when in doubt whether a create happened, look first',
    mutate: drain(({ intents }) => ({ intents: { ...intents, listIntents: async () => [] } })),
  },
  {
    name: 'intents not noted',
    breaks: 'F3: what was sent must be known before it is sent',
    mutate: drain(({ intents }) => ({ intents: { ...intents, putIntents: async () => undefined } })),
  },
  {
    name: 'echo check off',
    breaks: 'E3: our own write coming back costs nothing',
    mutate: drain(({ records }) => ({
      records: {
        ...records,
        getLinks: async (scope, type, ids) => {
          const links = await records.getLinks(scope, type, ids);
          return new Map([...links].map(([id, link]) => [id, { ...link, xeroSeenAt: 0, gesRevision: 0 }]));
        },
      },
    })),
  },
  {
    name: 'no tombstone',
    breaks: 'E5: late news of a payment that was deleted must not bring it back',
    mutate: commits((commit) => {
      const { deleted: _deleted, ...link } = commit.link;
      const { ledger } = commit.base ?? {};
      if (commit.base === undefined || ledger === undefined) return { ...commit, link };
      const entries = ledger.entries.filter(({ state }) => state.kind !== 'ended');
      return { ...commit, link, base: { ...commit.base, ledger: { ...ledger, entries } } };
    }),
  },
  {
    name: 'no ring when news was refused as old',
    breaks: 'an earlier try may have died between putting the news and ringing',
    mutate: drain(({ inbox, lanes, doorbell }) => {
      let isOld = false;
      return {
        inbox: {
          ...inbox,
          put: async (scope, news) => {
            const reception = await inbox.put(scope, news);
            isOld = reception === 'older';
            return reception;
          },
        },
        lanes: { ...lanes, ring: async (accountId, at) => (isOld ? undefined : lanes.ring(accountId, at)) },
        doorbell: { send: async (accountId, delay) => (isOld ? undefined : doorbell.send(accountId, delay)) },
      };
    }),
  },
  {
    name: 'doorbell without a wake-up',
    breaks: 'a lost doorbell is made good by the sweep',
    mutate: drain(({ lanes }) => ({ lanes: { ...lanes, ring: (accountId, at) => lanes.ring(accountId, at + A_MONTH_MS) } })),
  },
  {
    name: 'base advanced after half a write',
    breaks: 'what was not written is not agreed on',
    mutate: books((real) => ({
      updateContacts: async (elements, key) => {
        const half = elements.slice(0, Math.floor(elements.length / 2));
        const written = half.length === 0 ? [] : await real.updateContacts(half, key);
        const rest = elements.slice(half.length).map(({ contactId }) => contactId);
        const asTheyAre = new Map((await real.contactsByIds(rest)).map((contact) => [contact.contactId, contact]));
        return [...written, ...rest.map((id) => ({ ok: true, record: asTheyAre.get(id) }) as (typeof written)[number])];
      },
    })),
  },
  {
    name: 'deletions in Xero not asked for',
    breaks: 'D5: deleted in GES, deleted in Xero',
    mutate: books((real) => ({
      deletePayment: async (paymentId, key) => {
        const [first] = (await real.paymentFeed(0, 1)).items.filter((payment) => payment.paymentId === paymentId);
        return first === undefined ? real.deletePayment(paymentId, key) : { ok: true, record: { ...first, status: 'DELETED' } };
      },
    })),
  },
  {
    name: 'If-Match ignored',
    breaks: 'E1: an edit made in GES meanwhile is compared before it is overwritten',
    mutate: ges((real) => ({
      patchCustomer: async (id, revision, patch) => {
        const first = await real.patchCustomer(id, revision, patch);
        return first.outcome === 'conflict' ? real.patchCustomer(id, first.snapshot.revision, patch) : first;
      },
      patchInvoice: async (id, revision, patch) => {
        const first = await real.patchInvoice(id, revision, patch);
        return first.outcome === 'conflict' ? real.patchInvoice(id, first.snapshot.revision, patch) : first;
      },
    })),
  },
  {
    name: 'creates in GES under a new key each time',
    breaks: 'D3: a payment of Xero stands in GES once, also after a lost answer',
    mutate: (product, process) =>
      drain(({ gesOf }) => ({
        gesOf: (accountId) => {
          const real = gesOf(accountId);
          return { ...real, createPayment: (payment, key) => real.createPayment(payment, `${key} ${process.uniqueIds.next()}`) };
        },
      }))(product, process),
  },
  {
    name: 'what the bus refused counts as told',
    breaks: 'F2b: the platform is told of each outcome at least once',
    mutate: drain(({ outcomes }) => ({
      outcomes: {
        send: async (all) => {
          const taken = await outcomes.send(all);
          return taken.map(() => true);
        },
      },
    })),
  },
  {
    name: 'outcomes are not stored with the change',
    breaks: 'F2b: the platform is told also after a crash',
    mutate: commits(({ outcomes: _outcomes, ...commit }) => commit),
  },
  {
    name: 'lost values are not noted',
    breaks: 'E2: the losing value of two edits is kept in the timeline',
    mutate: commits(({ timeline: _timeline, ...commit }) => ({
      ...commit,
      outcomes: (commit.outcomes ?? []).map((outcome) => {
        if (outcome.kind !== 'RecordSynced') return outcome;
        const { conflicts: _conflicts, ...rest } = outcome;
        return rest;
      }),
    })),
  },
  {
    name: 'counts not stored',
    breaks: 'the connection says how many records need somebody',
    mutate: drain(({ counts }) => ({
      counts: { ...counts, addCounts: async () => undefined, recount: async (scope) => counts.readCounts(scope) },
    })),
  },
  {
    name: 'another account’s organisation',
    breaks: 'no data of one account reaches another',
    mutate: drain(({ connections }) => ({
      connections: {
        ...connections,
        accountOfTenant: async (tenantId) => ((await connections.accountOfTenant(tenantId)) === undefined ? undefined : 'acct_0'),
      },
    })),
  },
  {
    name: 'deaf to a disconnect',
    breaks: 'F4: nothing is written once the user has disconnected',
    mutate: drain(({ connections }) => {
      let known: ReturnType<typeof connections.readConnection> | undefined;
      return { connections: { ...connections, readConnection: (accountId) => (known ??= connections.readConnection(accountId)) } };
    }),
  },
];
