import type { Contact } from '../../local/xero-sandbox/contacts/records.ts';
import type { Invoice, Payment } from '../../local/ges-simulator/core/records.ts';
import type { EntityType, GesCustomer } from '../../shared/domain/records.ts';
import { toPence } from '../../shared/domain/money.ts';
import { bulkSync } from '../../shared/runs/bulk-sync.ts';
import { NO_FAULTS } from '../simulation/world/faults.ts';
import type { MemoryTable } from '../support/memory-table/memory-table.ts';
import type { Account } from '../simulation/world/world.ts';
import { SimulatedWorld } from '../simulation/world/world.ts';

const STEP_MS = 5_000;
/** A webhook or an event is stored by then. */
const DELIVERY_MS = 200;
/** What is put off for longer than this is not waited for. */
const REST_MS = 30 * 60_000;
const GIVE_UP_MS = 12 * 3_600_000;

export interface BenchWorldOptions {
  readonly minuteLimit?: number;
}

/** One account on the simulated world, without faults: the product in its processes, both systems, Xero's limits and their time. */
export class BenchWorld {
  readonly world: SimulatedWorld;
  readonly account: Account;
  /** Commands that the lane sent to the table; those of ingress are not counted. */
  tableTrips = 0;
  private holdsDoorbells = false;
  /** Deliveries of either system's news so far. */
  private received = 0;

  constructor({ minuteLimit }: BenchWorldOptions = {}) {
    this.world = new SimulatedWorld({
      seed: 'bench',
      accounts: 1,
      faults: NO_FAULTS,
      minuteLimit,
      surround: (around, process) => {
        if (/^[ew]\d/.test(process.name)) this.received++;
        return {
          ...around,
          table: process.name.startsWith('l') ? this.counted(around.table) : around.table,
          ring: (accountId, delaySeconds) => {
            if (!this.holdsDoorbells) around.ring(accountId, delaySeconds);
          },
        };
      },
    });
    const [account] = this.world.accounts;
    if (account === undefined) throw new Error('the sandbox has no organisation');
    this.account = account;
  }

  /** A world whose account is connected. */
  static async connected(options: BenchWorldOptions = {}, before: (world: BenchWorld) => void = () => undefined): Promise<BenchWorld> {
    const world = new BenchWorld(options);
    before(world);
    await world.world.begin();
    await world.settle();
    return world;
  }

  /** A world in which so many invoices are in step, paid in GES or not. */
  static async withInvoices(count: number, arePaid: boolean): Promise<BenchWorld> {
    const world = await BenchWorld.connected();
    await world.stored(() => {
      for (const place of places(count)) {
        const { id } = world.invoice(place, world.customer(place).id);
        if (arePaid) world.pay(id);
      }
    });
    await world.settle();
    return world;
  }

  get now(): number {
    return this.world.scheduler.now;
  }

  ges<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): T {
    return this.world.ges.user<T>(this.account.accountId, method, path, body);
  }
  xero(action: string, body: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    return this.world.xero.user(this.account.tenantId, action, body);
  }

  customer(place: number): GesCustomer {
    return this.ges('POST', 'customers', { name: customerName(place), email: `office${String(place)}@customer.example` });
  }
  invoice(place: number, customerId: string): Invoice {
    return this.ges('POST', 'invoices', {
      customerId,
      number: invoiceNumber(place),
      status: 'issued',
      issueDate: '2026-11-20',
      lines: [{ description: 'Annual boiler service', quantity: '1', unitPrice: '100.00', vat: 'standard' }],
    });
  }
  pay(invoiceId: string): Payment {
    return this.ges('POST', 'payments', { invoiceId, amount: '120.00', method: 'card', date: '2026-11-21' });
  }

  /** Every invoice of this bench is paid by a person in Xero. */
  payInXero(): void {
    const ours = this.world.xero.invoices(this.account.tenantId).filter(({ number }) => number?.startsWith(NUMBER_PREFIX) === true);
    for (const { invoiceId } of ours) this.xero(`invoices/${invoiceId}/pay`, { amount: 120 });
  }

  /** An invoice that Xero refuses for good: its number belongs to somebody else's there. */
  refusedInvoice(number: string): void {
    const lines = [{ Description: 'Of another business', Quantity: 1, UnitAmount: 7, AccountCode: '200', TaxType: 'OUTPUT2' }];
    const contact = { Name: 'Somebody else' };
    this.xero('invoices', {
      Type: 'ACCREC',
      Status: 'AUTHORISED',
      InvoiceNumber: number,
      Contact: contact,
      Date: '2026-11-20',
      DueDate: '2026-12-04',
      LineItems: lines,
    });
    const { id } = this.ges<GesCustomer>('POST', 'customers', { name: 'Customer of the refused' });
    this.ges('POST', 'invoices', {
      ...{ customerId: id, number, status: 'issued', issueDate: '2026-11-20' },
      lines: [{ description: 'Annual boiler service', quantity: '1', unitPrice: '55.00', vat: 'standard' }],
    });
  }

  /** Waits until a minute of Xero's limits has begun. */
  async freshMinute(): Promise<void> {
    const { state } = this.world.xero.sandbox;
    const starts = [...state.limits.values()].map(({ minuteStart }) => minuteStart);
    const untilNext = 60_000 - ((this.now - Math.max(...starts)) % 60_000);
    await this.world.pass(untilNext + 10);
  }

  /** Contacts that Xero holds since before the account was connected. */
  putContacts(from: number, to: number): void {
    const { contacts } = this.world.xero.sandbox.state;
    for (let place = from; place < to; place++) contacts.put(this.contact(place));
  }

  /** Lets things happen and their news be stored while no lane starts; then forgets Xero's calls, and the lane starts. */
  async stored(happen: () => void): Promise<void> {
    this.holdsDoorbells = true;
    happen();
    for (let before = -1; before !== this.received;) {
      before = this.received;
      await this.world.pass(DELIVERY_MS);
      this.world.xero.tick();
      await this.world.pass(DELIVERY_MS);
    }
    this.holdsDoorbells = false;
    this.forgetCalls();
    await this.world.ringNow(this.account.accountId);
  }

  /** A bulk run by support, of records that existed before connecting. */
  run(...types: readonly EntityType[]): Promise<void> {
    const { accountId } = this.account;
    const request = { accountId, types: [...types], ids: [], dryRun: false as const, includeUnused: false, requestedBy: 'bench' };
    return this.world.invoke('bulk', 60_000, ({ drain }) => bulkSync({ ...drain, digest: (text) => text }, { action: 'sync', ...request }));
  }

  forgetCalls(): void {
    this.world.xero.calls.splice(0);
    this.tableTrips = 0;
  }
  /** Calls under /api.xro/, refused ones included. */
  get calls(): number {
    return this.world.xero.calls.length;
  }
  callsOf(method: string): number {
    return this.world.xero.calls.filter((call) => call.method === method).length;
  }

  /** Until both systems and the lane are at rest. Returns the virtual time that took until the last call to Xero, ms. */
  async settle(giveUpMs = GIVE_UP_MS): Promise<number> {
    const begun = this.now;
    do {
      await this.world.pass(STEP_MS);
      if (this.now - begun > giveUpMs) throw new Error('the lane does not come to rest');
    } while (!this.world.isAtRest(REST_MS));
    return (this.world.xero.calls.at(-1)?.at ?? begun) - begun;
  }

  /** Until the lane is at rest; what comes later than `ms` from now is not waited for. */
  async settleBefore(ms: number): Promise<void> {
    const end = this.now + ms;
    while (this.now < end) await this.world.pass(STEP_MS);
  }

  /** What is wrong with what both sides hold, in words; nothing when they agree and nothing is there twice. */
  disagreements(): readonly string[] {
    const { accountId, tenantId } = this.account;
    const { ges, xero } = this.world;
    const wrong: string[] = [];
    const contacts = Map.groupBy(xero.sandbox.state.contacts.by('tenant', tenantId), ({ name }) => name);
    for (const { name } of ges.customers(accountId)) if (contacts.get(name)?.length !== 1) wrong.push(`${name} is not once in Xero`);
    const invoices = Map.groupBy(xero.invoices(tenantId), ({ number }) => number);
    for (const { number, balance, status } of ges.invoices(accountId)) {
      const [only, ...more] = invoices.get(number) ?? [];
      if (status !== 'issued') continue;
      if (only === undefined || more.length > 0)
        wrong.push(`${number} is in Xero ${String(more.length + (only === undefined ? 0 : 1))} times`);
      else if (only.amountPaid !== toPence(balance.paid))
        wrong.push(`${number} is paid ${balance.paid} here, ${String(only.amountPaid)} there`);
    }
    return wrong;
  }

  private counted(table: MemoryTable): MemoryTable {
    const send = (command: never): Promise<unknown> => {
      this.tableTrips++;
      return table.client.send(command);
    };
    return { ...table, client: { send } as unknown as MemoryTable['client'] };
  }

  private contact(place: number): Contact {
    const { sandbox } = this.world.xero;
    return {
      contactId: sandbox.state.newGuid(),
      tenantId: this.account.tenantId,
      name: customerName(place),
      status: 'ACTIVE',
      texts: { EmailAddress: `office${String(place)}@customer.example` },
      phones: {},
      addresses: {},
      persons: [],
      salesTerms: undefined,
      billsTerms: undefined,
      isCustomer: true,
      isSupplier: false,
      mergedTo: undefined,
      cis: undefined,
      created: this.now - REST_MS,
      updated: this.now - REST_MS - 1_000 * (place % 10_000),
    };
  }
}

export function customerName(place: number): string {
  return `Customer ${String(place)} Lettings`;
}
const NUMBER_PREFIX = 'BEN-';
export function invoiceNumber(place: number): string {
  return `${NUMBER_PREFIX}${String(place).padStart(6, '0')}`;
}
export function places(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => place);
}
