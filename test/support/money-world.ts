import type { GesEvent } from '../../local/ges-simulator/core/records.ts';
import { amountDueOf } from '../../local/xero-sandbox/invoices/records.ts';
import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import { isLiveInXero } from '../../shared/domain/ledger-entry.ts';
import type { Link, PaymentMarker } from '../../shared/domain/link.ts';
import { toPence } from '../../shared/domain/money.ts';
import type { EntityType } from '../../shared/domain/records.ts';
import { readGesEvent } from '../../shared/ges/event-contract.ts';
import { ringLane } from '../../shared/sync/lane.ts';
import type { DrainDeps } from '../../shared/sync/pass.ts';
import type { Outcome, Run, Scope } from '../../shared/sync/ports.ts';
import { receiveGesChange, receiveWebhook } from '../../shared/sync/receive.ts';
import type { TimelineEntry } from '../../shared/sync/records-port.ts';
import { readWebhook } from '../../shared/xero/webhook-events.ts';
import { Draws } from '../simulation/world/draws.ts';
import { NO_FAULTS } from '../simulation/world/faults.ts';
import type { Caller } from '../simulation/world/process.ts';
import { productIn, type Surroundings } from '../simulation/world/product.ts';
import { XERO_USERS } from '../simulation/world/xero-system.ts';
import { createPortCalls, isOfMishap, type PortCalls } from './drain-port-calls.ts';
import { createFakeClock, createFakeIds, createFakeLog, type FakeClock } from './fake-clock.ts';
import { createLaneQueue } from './lane-queue.ts';
import { createObstacles, type Obstacles } from './port-obstacles.ts';
import { createMemoryTable } from './memory-table/memory-table.ts';
import type { Stores } from './stores.ts';
import { TABLE_DEFINITION } from './table-definition.ts';
import { createMoneyGes, type MoneyGes } from './money-ges.ts';
import { createMoneyXero, VAT_TENANT, type MoneyXero } from './money-xero.ts';

/** How far time moves at once while a test waits. */
const STEP_MS = 5_000;

export interface MoneyWorldOptions {
  /** `acct_demo` has the demo business; any other account is empty. */
  readonly accountId?: string;
  readonly tenantId?: string;
  readonly settings?: Partial<ConnectionSettings>;
  /** Number in the id of the first customer of an empty account. */
  readonly firstCustomer?: number;
}

/** The real ingress, drain, clients and cores of both systems in one process, on a virtual clock. News is delivered when a test says so. */
export interface MoneyWorld {
  readonly clock: FakeClock;
  readonly xero: MoneyXero;
  readonly ges: MoneyGes;
  readonly stores: Stores;
  readonly ports: PortCalls;
  /** What stands between the sync and either system. */
  readonly obstacles: { readonly xero: Obstacles; readonly ges: Obstacles };
  readonly outcomes: readonly Outcome[];
  readonly log: ReturnType<typeof createFakeLog>;
  /** Delivers what both systems have to tell and answers doorbells until nothing more is due now. */
  drain(): Promise<void>;
  /** The same without delivering news: it stays on its way. */
  drainOnly(): Promise<void>;
  /** Takes news on its way, to be delivered later, twice or never. */
  intercept(): { readonly events: readonly GesEvent[]; readonly webhooks: readonly string[] };
  deliver(events: readonly GesEvent[], webhooks?: readonly string[]): Promise<void>;
  /** What happens in GES meanwhile is told to nobody. */
  unheard<T>(happen: () => T): T;
  /** What happens in GES meanwhile is told as a bulk change. */
  inBulk(happen: () => void): void;
  /** Lets time pass, with the sweep running every minute. */
  wait(ms: number): Promise<void>;
  /** Drains and waits until nothing is put off and no doorbell is on its way; throws after `atMostMs`. */
  settle(atMostMs?: number): Promise<void>;
  /** Rings the lane, as whoever changes the connection does. */
  ring(): Promise<void>;
  /** Starts a bulk run of everything. */
  bulk(): Promise<Run>;
  link(type: EntityType, gesId: string): Promise<Link | PaymentMarker | undefined>;
  timeline(type: EntityType, gesId: string): Promise<readonly TimelineEntry[]>;
  /** Code of the problem of a record in attention or pending; undefined when there is none. */
  problem(type: EntityType, gesId: string): Promise<string | undefined>;
  setting(settings: Partial<ConnectionSettings>): Promise<void>;
  /** What is wrong with issued and void invoices and their payments on both sides, in words; records in attention are left out. */
  disagreements(): Promise<readonly string[]>;
}

export async function createMoneyWorld(options: MoneyWorldOptions = {}): Promise<MoneyWorld> {
  const { accountId = 'acct_money', tenantId = VAT_TENANT } = options;
  const scope: Scope = { accountId, generation: 1 };
  const clock = createFakeClock();
  const ids = createFakeIds();
  const log = createFakeLog();
  const calls = createPortCalls();
  const obstacles = { xero: createObstacles(), ges: createObstacles() };
  const outcomes: Outcome[] = [];
  let events: GesEvent[] = [];
  let webhooks: string[] = [];
  const ges = createMoneyGes(clock, accountId, (event) => events.push(event), options.firstCustomer);
  const xero = createMoneyXero(clock, tenantId, (body) => webhooks.push(body));

  // Nothing takes time, and nothing goes wrong by itself.
  const caller: Caller = { name: 'process', clock, uniqueIds: ids, call: async (_world, serve) => serve(), xeroWorksMs: () => 0 };
  const around: Surroundings = {
    table: createMemoryTable({ definition: TABLE_DEFINITION, now: () => clock.now() }),
    ges: ges.system,
    xero: xero.system,
    secrets: new Map(),
    draws: new Draws('money'),
    faults: () => NO_FAULTS,
    ring: (_accountId, delaySeconds) => queue.ring(delaySeconds),
    told: (outcome) => void outcomes.push(outcome),
    log,
  };
  const { stores, connection, tokens, drain: wired } = productIn(caller, around);
  const newProcess = (): DrainDeps => {
    calls.newProcess();
    return deps();
  };
  const queue = createLaneQueue({ accountId, clock, lanes: stores.lanes, log, newProcess });
  const { doorbell } = wired;
  // Ingress is counted with the rest, but nothing befalls it: whoever sent the news would send it again.
  const ingress = {
    ...calls.counted({ connections: stores.connections, inbox: stores.inbox, lanes: stores.lanes, records: stores.records }),
    doorbell,
    clock,
  };
  const deps = (): DrainDeps => {
    const { gesOf, booksOf, digest, clock: _time, ids: _names, log: _told, ...ports } = wired;
    return {
      ...calls.watched(ports),
      gesOf: (id) => calls.watched({ ges: obstacles.ges.before(gesOf(id)) }).ges,
      booksOf: (connected, meter) => calls.watched({ books: obstacles.xero.before(booksOf(connected, meter)) }).books,
      digest,
      clock,
      ids,
      log,
    };
  };

  const account = (code: string): string =>
    xero.sandbox.state.accounts.by('tenant', tenantId).find((candidate) => candidate.code === code)?.accountId ?? '';
  const [xeroUserId] = XERO_USERS;
  const { searchParams } = xero.system.consent(await connection.identity.authorizeUrl('state', false), tenantId, xeroUserId);
  await tokens.storeConsent(await connection.identity.exchangeCode(searchParams.get('code') ?? ''), accountId);
  await stores.connections.putConnection({
    accountId,
    status: 'active',
    connectSeq: 1,
    generation: 1,
    tenantId,
    organisationName: 'Demo',
    xeroConnectionId: 'connection-1',
    xeroUserId,
    settings: {
      paymentAccountId: account('090'),
      salesAccountId: account('200'),
      syncCustomers: true,
      syncInvoices: true,
      ...options.settings,
    },
    connectedAt: new Date(clock.now()).toISOString(),
    version: 0,
  });
  await stores.connections.claimTenant({ tenantId, accountId, claimedAt: clock.now() });

  async function deliver(gesEvents: readonly GesEvent[], bodies: readonly string[] = []): Promise<void> {
    for (const [index, { source, detailType, detail }] of gesEvents.entries()) {
      const read = readGesEvent({ id: `event-${String(index)}`, time: detail.occurredAt, source, 'detail-type': detailType, detail });
      if (!read.ok) throw new Error(read.reason);
      await receiveGesChange(ingress, read.change, read.change.eventId);
    }
    for (const body of bodies) {
      const read = readWebhook(body);
      if (!read.ok) throw new Error(read.reason);
      await receiveWebhook(ingress, read.events, 'webhook');
    }
  }
  function intercept() {
    const taken = { events, webhooks };
    [events, webhooks] = [[], []];
    return taken;
  }

  async function drain(): Promise<void> {
    for (;;) {
      const news = intercept();
      await deliver(news.events, news.webhooks);
      await queue.answerAll();
      if (events.length + webhooks.length === 0) return;
    }
  }
  async function step(): Promise<void> {
    clock.advance(STEP_MS);
    xero.tick();
    await queue.sweepIfDue();
    await drain();
  }
  const ring = (): Promise<void> => ringLane({ lanes: ingress.lanes, doorbell, clock }, accountId);
  async function isAtRest(): Promise<boolean> {
    return xero.sandbox.nextDueAt() === undefined && (await queue.isAtRest());
  }

  const linkOf = async (type: EntityType, gesId: string): Promise<Link | PaymentMarker | undefined> =>
    type === 'payment'
      ? (await stores.records.getMarkers(scope, [gesId])).get(gesId)
      : (await stores.records.getLinks(scope, type, [gesId])).get(gesId);
  /** Does the ledger hold back something on purpose: D5 waits, D7 asks? */
  const waitsWithMoney = async (gesId: string): Promise<boolean> => {
    const ledger = (await stores.records.getRecords(scope, 'invoice', [gesId])).get(gesId)?.base?.ledger;
    return (ledger?.entries ?? []).some((entry) => entry.problem !== undefined || (!isLiveInXero(entry) && entry.state.kind !== 'ended'));
  };

  async function disagreements(): Promise<readonly string[]> {
    const wrong: string[] = [];
    const pence = (pounds: string): number => toPence(pounds);
    for (const invoice of ges.invoices()) {
      const link = await linkOf('invoice', invoice.id);
      const numbered = xero.numbered(invoice.number);
      if (numbered.length > 1) wrong.push(`${invoice.number} is in Xero ${String(numbered.length)} times`);
      if (link === undefined || link.status === 'attention') continue;
      const neverSent = link.status === 'not-followed' && link.xeroId === undefined;
      if (neverSent && invoice.status !== 'issued') continue;
      const payments = await Promise.all(ges.payments(invoice.id).map(({ id }) => linkOf('payment', id)));
      const asksForPerson = payments.some((payment) => payment?.status === 'attention') || (await waitsWithMoney(invoice.id));
      const there = xero.invoices().find(({ invoiceId }) => invoiceId === link.xeroId);
      if (there === undefined) {
        wrong.push(`${invoice.number} is not in Xero`);
        continue;
      }
      if (invoice.status === 'void') {
        if (there.status !== 'VOIDED' && there.status !== 'DELETED') wrong.push(`${invoice.number} is void here and ${there.status} there`);
        continue;
      }
      if (invoice.status === 'draft') continue;
      const sums = asksForPerson
        ? []
        : ([
            ['gross', pence(invoice.totals.gross), there.total],
            ['CIS', pence(invoice.totals.cisDeduction), there.cisDeduction],
            ['paid', pence(invoice.balance.paid), there.amountPaid],
            ['due', pence(invoice.balance.due), amountDueOf(there)],
          ] as const);
      for (const [what, here, inXero] of sums)
        if (here !== inXero) wrong.push(`${invoice.number} ${what}: ${String(here)} here, ${String(inXero)} in Xero`);
      if (!asksForPerson && (invoice.paymentStatus === 'paid') !== (there.status === 'PAID'))
        wrong.push(`${invoice.number} is ${invoice.paymentStatus} here, ${there.status} in Xero`);
      const amounts = (list: readonly { amount: string | number }[]): string =>
        list
          .map(({ amount }) => (typeof amount === 'string' ? pence(amount) : amount))
          .sort((a, b) => a - b)
          .join(', ');
      const [ours, theirs] = [amounts(ges.payments(invoice.id)), amounts(xero.payments(there.invoiceId))];
      if (!asksForPerson && ours !== theirs) wrong.push(`${invoice.number} payments: ${ours} here, ${theirs} in Xero`);
    }
    const [isEmpty, intents] = await Promise.all([stores.inbox.isEmpty(scope), stores.intents.listIntents(scope)]);
    if (!isEmpty) wrong.push('news left');
    if (intents.length > 0) wrong.push(`${String(intents.length)} open intents`);
    for (const line of log.lines.filter((logged) => logged.level === 'error' && !isOfMishap(logged)))
      wrong.push(`${line.message}: ${String(line.ids['detail'] ?? line.ids['error'])}`);
    return wrong;
  }

  return {
    clock,
    xero,
    ges,
    stores,
    ports: calls,
    obstacles,
    outcomes,
    log,
    drain,
    drainOnly: queue.answerAll,
    intercept,
    deliver,
    unheard(happen) {
      const before = events;
      events = [];
      const result = happen();
      events = before;
      return result;
    },
    inBulk(happen) {
      const before = events;
      events = [];
      happen();
      events = [...before, ...events.map((event): GesEvent => ({ ...event, detail: { ...event.detail, origin: 'bulk' } }))];
    },
    async wait(ms) {
      await drain();
      for (const end = clock.now() + ms; clock.now() < end;) await step();
    },
    async settle(atMostMs = 3_600_000) {
      const end = clock.now() + atMostMs;
      for (await drain(); !(await isAtRest()); await step()) if (clock.now() > end) throw new Error('the lane does not come to rest');
    },
    ring,
    async bulk() {
      const run = await stores.runs.putRun({
        runId: ids.next(),
        accountId,
        action: 'sync',
        types: ['customer', 'invoice', 'payment'],
        requestedBy: 'test',
        requestHash: ids.next(),
        status: 'active',
        cursor: { type: 'customer', page: null },
        counters: { seen: 0, synced: 0, unchanged: 0, attention: 0, waiting: 0, skipped: 0 },
        startedAt: new Date(clock.now()).toISOString(),
        version: 0,
      });
      await ring();
      return run;
    },
    link: linkOf,
    timeline: (type, gesId) => stores.records.readTimeline(scope, type, gesId),
    async problem(type, gesId) {
      return (await linkOf(type, gesId))?.problem?.code;
    },
    async setting(settings) {
      const connection = await stores.connections.readConnection(accountId);
      if (connection === undefined) throw new Error('the connection is always there');
      await stores.connections.putConnection({ ...connection, settings: { ...connection.settings, ...settings } });
    },
    disagreements,
  };
}
