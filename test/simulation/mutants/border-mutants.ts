import type { DrainDeps } from '../../../shared/sync/pass.ts';
import type { XeroBooks } from '../../../shared/sync/books-port.ts';
import type { GesAccount } from '../../../shared/sync/platform-port.ts';
import type { Commit } from '../../../shared/sync/records-port.ts';
import type { Transport } from '../../../shared/xero/api-caller.ts';
import type { Product, Surroundings } from '../world/product.ts';
import type { Mutant } from './mutant.ts';

/** Mutants of the ports, and of the way to Xero: a step of the sync that is left out. */

type Config = Parameters<Transport>[0];

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

function transport(change: (config: Config) => Config): NonNullable<Mutant['surround']> {
  return (around: Surroundings) => {
    const { xero } = around;
    const changed = Object.create(xero, {
      transportFrom: {
        value: (...from: Parameters<typeof xero.transportFrom>): Transport => {
          const real = xero.transportFrom(...from);
          return (config) => real(change(config));
        },
      },
    }) as typeof xero;
    return { ...around, xero: changed };
  };
}

export const BORDER_MUTANTS: readonly Mutant[] = [
  {
    name: 'echo check off',
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
    name: 'base advanced after half a write',
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
    mutate: books((real) => ({
      deletePayment: async (paymentId, key) => {
        const [first] = (await real.paymentFeed(0, 1)).items.filter((payment) => payment.paymentId === paymentId);
        return first === undefined ? real.deletePayment(paymentId, key) : { ok: true, record: { ...first, status: 'DELETED' } };
      },
    })),
  },
  {
    name: 'If-Match ignored',
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
    name: 'lost values are not noted',
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
    mutate: drain(({ counts }) => ({
      counts: { ...counts, addCounts: async () => undefined, recount: async (scope) => counts.readCounts(scope) },
    })),
  },
  {
    name: 'another account’s organisation',
    mutate: drain(({ connections }) => ({
      connections: {
        ...connections,
        accountOfTenant: async (tenantId) => ((await connections.accountOfTenant(tenantId)) === undefined ? undefined : 'acct_0'),
      },
    })),
  },
  {
    name: 'POST instead of PUT',
    surround: transport((config) => (config.method?.toUpperCase() === 'PUT' ? ({ ...config, method: 'post' } as Config) : config)),
  },
  {
    name: 'a new idempotency key for each attempt',
    surround: (around, process) =>
      transport((config) => {
        const headers = config.headers.concat({ 'Idempotency-Key': process.uniqueIds.next() });
        return { ...config, headers } as Config;
      })(around, process),
  },
];
