import type { Invoice as GesInvoice, Payment as GesPayment } from '../../../local/ges-simulator/core/records.ts';
import type { Invoice as XeroInvoice } from '../../../local/xero-sandbox/invoices/records.ts';
import type { Payment as XeroPayment } from '../../../local/xero-sandbox/payments/records.ts';
import type { Contact } from '../../../local/xero-sandbox/contacts/records.ts';
import { isLiveInXero } from '../../../shared/domain/ledger-entry.ts';
import type { Base, Link, PaymentMarker } from '../../../shared/domain/link.ts';
import type { GesCustomer } from '../../../shared/domain/records.ts';
import type { Connection } from '../../../shared/domain/connection.ts';
import type { Run, RunStore } from '../../../shared/sync/ports.ts';
import type { Counts, TimelineEntry } from '../../../shared/sync/records-port.ts';
import { createStores } from '../../support/stores.ts';
import type { Account, SimulatedWorld } from '../world/world.ts';

/** Both systems' own books of one account, and what the product says of them: all that the oracle reads. */
export interface Books {
  readonly account: Account;
  readonly connection: Connection;
  readonly customers: readonly GesCustomer[];
  readonly invoices: readonly GesInvoice[];
  readonly payments: readonly GesPayment[];
  readonly contacts: readonly Contact[];
  readonly xeroInvoices: readonly XeroInvoice[];
  readonly xeroPayments: readonly XeroPayment[];
  readonly links: ReadonlyMap<string, Link>;
  readonly bases: ReadonlyMap<string, Base>;
  readonly markers: ReadonlyMap<string, PaymentMarker>;
  readonly counts: Counts;
  /** Invoices (GES ids) whose money waits or asks on purpose (D5, D7). */
  readonly openMoney: ReadonlySet<string>;
  readonly inboxIsEmpty: boolean;
  readonly intents: number;
  readonly unsent: number;
  readonly runs: readonly Run[];
  timeline(type: 'customer' | 'invoice' | 'payment', id: string): Promise<readonly TimelineEntry[]>;
}

/** Undefined: the account is not connected, so nothing is promised. */
export async function booksOf(world: SimulatedWorld, account: Account): Promise<Books | undefined> {
  const { accountId, tenantId } = account;
  const stores = createStores({ ...world.table, ids: { next: () => 'oracle' }, clock: { sleep: async () => undefined, random: () => 0 } });
  const connection = await stores.connections.readConnection(accountId);
  if (connection?.status !== 'active') return undefined;
  const scope = { accountId, generation: connection.generation };
  const customers = world.ges.customers(accountId);
  const invoices = world.ges.invoices(accountId);
  const payments = world.ges.payments(accountId);
  const ofCustomers = await stores.records.getRecords(
    scope,
    'customer',
    customers.map(({ id }) => id),
  );
  const ofInvoices = await stores.records.getRecords(
    scope,
    'invoice',
    invoices.map(({ id }) => id),
  );
  const all = [...ofCustomers.values(), ...ofInvoices.values()];
  const openMoney = [...ofInvoices.values()].filter(({ base }) =>
    (base?.ledger?.entries ?? []).some((entry) => entry.problem !== undefined || (!isLiveInXero(entry) && entry.state.kind !== 'ended')),
  );
  return {
    account,
    connection,
    customers,
    invoices,
    payments,
    contacts: world.xero.sandbox.state.contacts.by('tenant', tenantId),
    xeroInvoices: world.xero.invoices(tenantId),
    xeroPayments: world.xero.payments(tenantId),
    links: new Map(all.map(({ link }) => [`${link.type} ${link.gesId}`, link])),
    bases: new Map(all.flatMap(({ link, base }) => (base === undefined ? [] : [[`${link.type} ${link.gesId}`, base] as const]))),
    markers: await stores.records.getMarkers(
      scope,
      payments.map(({ id }) => id),
    ),
    counts: await stores.counts.readCounts(scope),
    openMoney: new Set(openMoney.map(({ link }) => link.gesId)),
    inboxIsEmpty: await stores.inbox.isEmpty(scope),
    intents: (await stores.intents.listIntents(scope)).length,
    unsent: (await stores.outbox.unsent(accountId, 1_000)).length,
    runs: await runsOf(world, stores.runs, accountId),
    timeline: (type, id) => stores.records.readTimeline(scope, type, id),
  };
}

/** All runs of an account, ended ones too; the product itself never lists those yet. */
async function runsOf({ table }: SimulatedWorld, runs: RunStore, accountId: string): Promise<readonly Run[]> {
  const ids = table
    .items(`ACCT#${accountId}`)
    .flatMap(({ sk, runId }) => (typeof sk === 'string' && sk.startsWith('RUN#') && typeof runId === 'string' ? [runId] : []));
  const read = await Promise.all(ids.map((runId) => runs.readRun(accountId, runId)));
  return read.filter((run) => run !== undefined);
}
