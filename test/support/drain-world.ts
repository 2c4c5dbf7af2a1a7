import type { GesEvent } from '../../local/ges-simulator/core/records.ts';
import type { Connection } from '../../shared/domain/connection.ts';
import { contactFields, customerFields, customerRules } from '../../shared/domain/customer.ts';
import type { Link } from '../../shared/domain/link.ts';
import type { GesCustomer } from '../../shared/domain/records.ts';
import type { Scope } from '../../shared/sync/ports.ts';
import type { TimelineEntry } from '../../shared/sync/records-port.ts';
import { isOfMishap } from './drain-port-calls.ts';
import type { Fault } from './fake-faults.ts';
import { customer } from './fake-records.ts';
import { createMoneyWorld, type MoneyWorld } from './money-world.ts';
import { PLAIN_TENANT } from './money-xero.ts';
import type { SeenCall } from './port-obstacles.ts';
import { createXeroContacts, type XeroContacts } from './xero-contacts.ts';

export const ACCOUNT = 'acct_money';
export const SCOPE: Scope = { accountId: ACCOUNT, generation: 1 };

/** The money world with customers alone, in an organisation without contacts: what tests of customers and contacts say most often, in short. */
export interface DrainWorld extends Pick<
  MoneyWorld,
  'clock' | 'stores' | 'outcomes' | 'log' | 'ports' | 'ring' | 'drain' | 'drainOnly' | 'intercept' | 'settle'
> {
  readonly books: Books;
  readonly ges: Ges;
  /** Changes the connection as connecting, saving settings or disconnecting would. */
  connection(change: Partial<Connection>): Promise<Connection>;
  readConnection(): Promise<Connection>;
  deliver(event: GesEvent): Promise<void>;
  /** The body of one delivery. */
  deliverWebhook(webhook: string): Promise<void>;
  link(gesId: string): Promise<Link | undefined>;
  timeline(gesId: string): Promise<readonly TimelineEntry[]>;
  /** What is wrong with the two sides, in words: empty when all agree, nothing is doubled and nothing is left over. */
  disagreements(): Promise<readonly string[]>;
}

interface Side {
  readonly calls: readonly SeenCall[];
  forgetCalls(): void;
  failNext(method: string, ...faults: readonly Fault[]): void;
}
export interface Books extends Side, Pick<XeroContacts, 'all' | 'named'> {
  readonly writes: readonly SeenCall[];
  /** A request that holds an element of this name is refused as a whole. */
  refuseWholeFor(name: string): void;
  /** An element of this name is refused in these words, the others of its batch are not. */
  refuse(name: string, message: string): void;
  /** An e-mail that Xero takes for none, although it looks like one. */
  refuseEmail(email: string): void;
  meanwhile(method: string, happen: () => unknown, toElementNamed?: string): void;
  readonly asUser: Pick<XeroContacts, 'create' | 'edit' | 'merge'>;
}
type CustomerChange = Partial<Omit<GesCustomer, 'id' | 'revision' | 'updatedAt'>>;
export interface Ges extends Side {
  all(): readonly GesCustomer[];
  get(id: string): GesCustomer;
  /** Customers are numbered in the order in which they are made; an `id` that is named must be the one that comes out. `silent`: it happened before we were connected. */
  create(varied?: CustomerChange & { readonly id?: string }, silent?: 'silent'): GesCustomer;
  edit(id: string, change: CustomerChange, origin?: 'user' | 'bulk'): GesCustomer;
  remove(id: string): void;
  /** From now on, until told otherwise, this record is shown in a form that does not fit the contract. */
  garble(id: string, isGarbled?: boolean): void;
}

export async function createDrainWorld(): Promise<DrainWorld> {
  const settings = { syncInvoices: false, paymentAccountId: null, salesAccountId: null };
  const world = await createMoneyWorld({ accountId: ACCOUNT, tenantId: PLAIN_TENANT, settings, firstCustomer: 1 });
  const { stores, log, obstacles } = world;
  const contacts = createXeroContacts(world.xero, PLAIN_TENANT);

  async function readConnection(): Promise<Connection> {
    const connection = await stores.connections.readConnection(ACCOUNT);
    if (connection === undefined) throw new Error('the connection is always there');
    return connection;
  }
  const get = (id: string): GesCustomer => {
    const found = world.ges.customers().find((candidate) => candidate.id === id);
    if (found === undefined) throw new RangeError(`no customer ${id}`);
    return found;
  };
  const link = async (gesId: string): Promise<Link | undefined> => (await stores.records.getLinks(SCOPE, 'customer', [gesId])).get(gesId);

  async function disagreements(): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const here of world.ges.customers()) wrong.push(...wrongOf(here, await link(here.id), contacts));
    const [isEmpty, later, intents] = await Promise.all([
      stores.inbox.isEmpty(SCOPE),
      stores.inbox.nextLaterAt(SCOPE),
      stores.intents.listIntents(SCOPE),
    ]);
    if (!isEmpty) wrong.push('news left');
    if (later !== undefined) wrong.push('news put off');
    if (intents.length > 0) wrong.push(`${String(intents.length)} open intents`);
    for (const line of log.lines.filter((logged) => logged.level === 'error' && !isOfMishap(logged)))
      wrong.push(`${line.message}: ${String(line.ids['detail'] ?? line.ids['error'])}`);
    return wrong;
  }

  return {
    ...world,
    books: {
      ...contacts,
      get calls() {
        return obstacles.xero.calls;
      },
      get writes() {
        return obstacles.xero.calls.filter(({ method }) => method === 'createContacts' || method === 'updateContacts');
      },
      forgetCalls: obstacles.xero.forgetCalls,
      failNext: obstacles.xero.failNext,
      refuseWholeFor: obstacles.xero.refuseWholeFor,
      refuse: (name, message) => obstacles.xero.refuse((element) => element.name === name, message),
      refuseEmail: (email) => obstacles.xero.refuse((element) => element.email === email, 'Email address must be valid.'),
      meanwhile: obstacles.xero.meanwhile,
      asUser: contacts,
    },
    ges: {
      get calls() {
        return obstacles.ges.calls;
      },
      forgetCalls: obstacles.ges.forgetCalls,
      failNext: obstacles.ges.failNext,
      all: world.ges.customers,
      get,
      create({ id, ...varied } = {}, silent) {
        const { id: _id, revision: _revision, updatedAt: _updatedAt, ...fields } = customer(varied);
        const create = (): GesCustomer => world.ges.customer({ ...fields });
        const created = silent === undefined ? create() : world.unheard(create);
        if (id !== undefined && id !== created.id) throw new Error(`${id} came out as ${created.id}`);
        return created;
      },
      edit(id, change, origin = 'user') {
        const edit = (): void => world.ges.changeCustomer(id, { ...change });
        if (origin === 'user') edit();
        else world.inBulk(edit);
        return get(id);
      },
      remove: world.ges.deleteCustomer,
      garble: obstacles.ges.garble,
    },
    readConnection,
    async connection(change) {
      return stores.connections.putConnection({ ...(await readConnection()), ...change });
    },
    deliver: (event) => world.deliver([event]),
    deliverWebhook: (webhook) => world.deliver([], [webhook]),
    link,
    timeline: (gesId) => world.timeline('customer', gesId),
    disagreements,
  };
}

function wrongOf(here: GesCustomer, link: Link | undefined, contacts: XeroContacts): readonly string[] {
  const { id } = here;
  const wrong: string[] = [];
  if (link?.status !== 'synced') wrong.push(`${id} is ${link?.status ?? 'unknown'}`);
  const linked = contacts.all().filter(({ contactId }) => contactId === link?.xeroId);
  const ours = contacts.all().filter(({ contactNumber }) => contactNumber === id);
  if (linked.length !== 1 || ours.length > 1)
    wrong.push(`${id} has ${String(linked.length)} linked and ${String(ours.length)} numbered contacts`);
  for (const there of linked) {
    const [gesFields, xeroFields] = [customerFields(here), contactFields(there)];
    for (const [field, rule] of Object.entries(customerRules(link?.nameSuffix))) {
      const [ges = '', xero = ''] = [gesFields[field], xeroFields[field]];
      const outgoing = rule.toXero(ges);
      if (outgoing !== undefined && !rule.same(rule.toGes(xero), ges) && !rule.same(outgoing, xero))
        wrong.push(`${id} ${field}: ${ges} is not ${xero}`);
    }
  }
  return wrong;
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
