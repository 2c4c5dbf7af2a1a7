import type { Connection } from '../../shared/domain/connection.ts';
import { contactFields, customerFields, customerRules } from '../../shared/domain/customer.ts';
import type { Link } from '../../shared/domain/link.ts';
import type { DrainDeps } from '../../shared/sync/deps.ts';
import { receiveGesChange, receiveWebhook } from '../../shared/sync/ingress.ts';
import { ringLane } from '../../shared/sync/lane.ts';
import type { Outcome, Scope, TimelineEntry } from '../../shared/sync/ports.ts';
import { createPortCalls, isOfMishap, type PortCalls } from './drain-port-calls.ts';
import { createFakeBooks, type FakeBooks } from './fake-books.ts';
import { createFakeClock, createFakeIds, createFakeLog, type FakeClock } from './fake-clock.ts';
import { createFakeGes, type FakeGes, type GesEvent } from './fake-ges.ts';
import { createLaneQueue } from './lane-queue.ts';
import { createMemoryStores, type Stores } from './memory-store.ts';

export const ACCOUNT = 'acct_demo';
export const TENANT = 'tenant-1';
export const SCOPE: Scope = { accountId: ACCOUNT, generation: 1 };

/** Both systems, the stores, the queue and the functions around the lane of one account, in memory and in virtual time. */
export interface DrainWorld {
  readonly clock: FakeClock;
  readonly books: FakeBooks;
  readonly ges: FakeGes;
  readonly stores: Stores;
  readonly outcomes: readonly Outcome[];
  readonly log: ReturnType<typeof createFakeLog>;
  readonly ports: PortCalls;
  /** Changes the connection as connecting, saving settings or disconnecting would. */
  connection(change: Partial<Connection>): Promise<Connection>;
  readConnection(): Promise<Connection>;
  ring(): Promise<void>;
  /** Delivers what both systems have to tell and answers every doorbell that is due. */
  drain(): Promise<void>;
  /** Answers doorbells only: what both systems have to tell stays on its way. */
  drainOnly(): Promise<void>;
  /** Takes what is on its way, to be delivered late, twice or never. */
  intercept(): { readonly events: readonly GesEvent[]; readonly webhooks: readonly Webhook[] };
  deliver(event: GesEvent): Promise<void>;
  deliverWebhook(webhook: Webhook): Promise<void>;
  /** Drains, lets time pass and the sweep run, until nothing is waiting any more. Throws after an hour. */
  settle(): Promise<void>;
  link(gesId: string): Promise<Link | undefined>;
  timeline(gesId: string): Promise<readonly TimelineEntry[]>;
  /** What is wrong with the two sides, in words: empty when all agree, nothing is doubled and nothing is left over. */
  disagreements(): Promise<readonly string[]>;
}
export interface Webhook {
  readonly contactId: string;
  readonly at: number;
  readonly change: 'created' | 'updated';
}

export async function createDrainWorld(): Promise<DrainWorld> {
  const clock = createFakeClock();
  const log = createFakeLog();
  const ids = createFakeIds();
  const stores = createMemoryStores(ids);
  const outcomes: Outcome[] = [];
  let events: GesEvent[] = [];
  let webhooks: Webhook[] = [];
  const books = createFakeBooks(clock, (contactId, at, change) => webhooks.push({ contactId, at, change }));
  const ges = createFakeGes(clock, (event) => events.push(event));
  const ports = createPortCalls();

  const newProcess = (): DrainDeps => {
    ports.newProcess();
    return deps();
  };
  const queue = createLaneQueue({ accountId: ACCOUNT, clock, lanes: stores.lanes, log, newProcess });
  const { doorbell } = queue;
  // Ingress is counted with the rest, but nothing befalls it: whoever sent the news would send it again.
  const ingress = {
    ...ports.counted({ connections: stores.connections, inbox: stores.inbox, lanes: stores.lanes, links: stores.links }),
    doorbell,
    clock,
  };
  // Customers touch nothing of invoices, payments and organisation facts: what is not given here must not be asked for.
  const deps = (): DrainDeps =>
    ({
      ...ports.watched({
        lanes: stores.lanes,
        doorbell,
        inbox: stores.inbox,
        intents: stores.intents,
        links: stores.links,
        connections: stores.connections,
        runs: stores.runs,
        ges,
        outcomes: { publish: async (published: readonly Outcome[]) => void outcomes.push(...published) },
      }),
      booksOf: () => ports.watched({ books }).books,
      clock,
      ids,
      log,
    }) as unknown as DrainDeps;

  const connected: Connection = {
    accountId: ACCOUNT,
    status: 'active',
    connectSeq: 1,
    generation: 1,
    tenantId: TENANT,
    organisationName: 'Demo',
    xeroConnectionId: 'connection-1',
    xeroUserId: 'xero-user-1',
    settings: { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: false },
    connectedAt: new Date(clock.now()).toISOString(),
    version: 0,
  };
  await stores.connections.putConnection(connected);
  await stores.connections.claimTenant({ tenantId: TENANT, accountId: ACCOUNT, claimedAt: clock.now() });

  async function readConnection(): Promise<Connection> {
    const connection = await stores.connections.readConnection(ACCOUNT);
    if (connection === undefined) throw new Error('the connection is always there');
    return connection;
  }

  async function deliver({ id, revision, change, origin, snapshot }: GesEvent): Promise<void> {
    await receiveGesChange(
      ingress,
      { accountId: ACCOUNT, type: 'customer', id, revision, change, origin, snapshot, sentAt: clock.now() },
      `event-${id}-${String(revision)}`,
    );
  }
  async function deliverWebhook({ contactId, at, change }: Webhook): Promise<void> {
    await receiveWebhook(
      ingress,
      [{ tenantId: TENANT, type: 'customer', id: contactId, change, at }],
      `webhook-${contactId}-${String(at)}`,
    );
  }
  async function deliverAll(): Promise<boolean> {
    const [ofGes, ofXero] = [events, webhooks];
    [events, webhooks] = [[], []];
    for (const event of ofGes) await deliver(event);
    for (const webhook of ofXero) await deliverWebhook(webhook);
    return ofGes.length + ofXero.length > 0;
  }

  async function drain(): Promise<void> {
    do await queue.answerAll();
    while (await deliverAll());
  }
  async function settle(): Promise<void> {
    const end = clock.now() + 3_600_000;
    for (await drain(); !(await queue.isAtRest()); await drain()) {
      if (clock.now() > end) throw new Error('the lane does not come to rest');
      clock.advance(5_000);
      await queue.sweepIfDue();
    }
  }

  async function disagreements(): Promise<readonly string[]> {
    const wrong: string[] = [];
    const contacts = books.all();
    for (const customer of ges.all()) {
      const link = (await stores.links.getLinks(SCOPE, 'customer', [customer.id])).get(customer.id);
      if (link?.status !== 'synced') wrong.push(`${customer.id} is ${link?.status ?? 'unknown'}`);
      const linked = contacts.filter(({ contactId }) => contactId === link?.xeroId);
      const ours = contacts.filter(({ contactNumber }) => contactNumber === customer.id);
      if (linked.length !== 1 || ours.length > 1)
        wrong.push(`${customer.id} has ${String(linked.length)} linked and ${String(ours.length)} numbered contacts`);
      for (const contact of linked) {
        const [here, there] = [customerFields(customer), contactFields(contact)];
        for (const [field, rule] of Object.entries(customerRules(link?.nameSuffix))) {
          const [ges = '', xero = ''] = [here[field], there[field]];
          const outgoing = rule.toXero(ges);
          if (outgoing !== undefined && !rule.same(rule.toGes(xero), ges) && !rule.same(outgoing, xero))
            wrong.push(`${customer.id} ${field}: ${ges} is not ${xero}`);
        }
      }
    }
    const [inbox, later, intents] = await Promise.all([
      stores.inbox.take(SCOPE, 1000),
      stores.inbox.nextLaterAt(SCOPE),
      stores.intents.listIntents(SCOPE),
    ]);
    if (inbox.length > 0) wrong.push(`${String(inbox.length)} pieces of news left`);
    if (later !== undefined) wrong.push('news put off');
    if (intents.length > 0) wrong.push(`${String(intents.length)} open intents`);
    for (const line of log.lines.filter((logged) => logged.level === 'error' && !isOfMishap(logged)))
      wrong.push(`${line.message}: ${String(line.ids['detail'] ?? line.ids['error'])}`);
    return wrong;
  }

  return {
    clock,
    books,
    ges,
    stores,
    outcomes,
    log,
    ports,
    readConnection,
    async connection(change) {
      return stores.connections.putConnection({ ...(await readConnection()), ...change });
    },
    ring: () => ringLane({ lanes: ingress.lanes, doorbell, clock }, ACCOUNT),
    drain,
    drainOnly: queue.answerAll,
    intercept() {
      const taken = { events, webhooks };
      [events, webhooks] = [[], []];
      return taken;
    },
    deliver,
    deliverWebhook,
    settle,
    link: async (gesId) => (await stores.links.getLinks(SCOPE, 'customer', [gesId])).get(gesId),
    timeline: (gesId) => stores.links.readTimeline(SCOPE, 'customer', gesId),
    disagreements,
  };
}

/** A customer that was created in GES and has arrived in Xero: its ContactID. Calls so far are forgotten. */
export async function syncedCustomer(world: DrainWorld, id = 'cus_1'): Promise<string> {
  world.ges.create({ id });
  await world.settle();
  const xeroId = (await world.link(id))?.xeroId;
  if (xeroId === undefined) throw new Error(`${id} has not arrived`);
  world.books.forgetCalls();
  world.ges.forgetCalls();
  world.ports.forget();
  return xeroId;
}
