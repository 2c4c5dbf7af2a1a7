import { BenchWorld, customerName, invoiceNumber, places } from './bench-world.ts';
import { figure, missed, type Bench, type Figure } from './figure.ts';

/** Xero calls, counted at the sandbox with its limits on, of news that was stored before the lane started. */

const CALLS = 'calls';

/** A count that stands only where both sides agree in the end. */
function counted(world: BenchWorld, name: string, value: number, limit: number, unit = CALLS): Figure {
  const [wrong, ...more] = world.disagreements();
  return wrong === undefined ? figure(name, value, unit, limit) : missed(name, unit, limit, `${wrong}, and ${String(more.length)} more`);
}

/** Customers, each with an invoice and a payment. */
export function business(world: BenchWorld, count: number): void {
  for (const place of places(count)) {
    const { id } = world.invoice(place, world.customer(place).id);
    world.pay(id);
  }
}

/** 1,000 customers, invoices and payments, all new, into an empty organisation; echoes are the webhooks of what was written. */
const allNew: Bench = {
  names: ['calls.new-3000', 'calls.echo-3000'],
  async measure() {
    const world = await BenchWorld.connected();
    world.world.xero.sandbox.state.settings = { ...world.world.xero.sandbox.state.settings, webhookDelayMs: 20 * 60_000 };
    await world.stored(() => business(world, 1_000));
    await world.settleBefore(15 * 60_000);
    const work = world.calls;
    world.forgetCalls();
    await world.settle();
    return [counted(world, 'calls.new-3000', work, 70), counted(world, 'calls.echo-3000', world.calls, 6)];
  },
};

const knownContacts: Bench = {
  names: ['calls.known-contacts-3000'],
  async measure() {
    const world = await BenchWorld.connected({}, (before) => before.putContacts(0, 1_000));
    await world.stored(() => business(world, 1_000));
    await world.settle();
    return [counted(world, 'calls.known-contacts-3000', world.calls, 75)];
  },
};

const editCustomers: Bench = {
  names: ['calls.edit-500-customers'],
  async measure() {
    const world = await BenchWorld.connected();
    const ids: string[] = [];
    await world.stored(() => ids.push(...places(500).map((place) => world.customer(place).id)));
    await world.settle();
    await world.stored(() => ids.forEach((id) => world.ges('PATCH', `customers/${id}`, { phone: '0113 496 0000' })));
    await world.settle();
    return [counted(world, 'calls.edit-500-customers', world.calls, 25)];
  },
};

const editInvoice: Bench = {
  names: ['calls.edit-invoice'],
  async measure() {
    const world = await BenchWorld.connected();
    let id = '';
    await world.stored(() => void (id = world.invoice(0, world.customer(0).id).id));
    await world.settle();
    await world.stored(() => world.ges('PATCH', `invoices/${id}`, { reference: 'Boiler service, 9 Oak Street' }));
    await world.settle();
    return [counted(world, 'calls.edit-invoice', world.calls, 2)];
  },
};

/** Ten edits of one customer in 200 ms, told as they happen. */
const burst: Bench = {
  names: ['writes.burst-10'],
  async measure() {
    const world = await BenchWorld.connected();
    let id = '';
    await world.stored(() => void (id = world.customer(0).id));
    await world.settle();
    world.forgetCalls();
    for (const place of places(10)) {
      world.ges('PATCH', `customers/${id}`, { phone: `0113 496 00${String(place).padStart(2, '0')}` });
      await world.world.pass(20);
    }
    await world.settle();
    return [counted(world, 'writes.burst-10', world.calls - world.callsOf('GET'), 1, 'writes')];
  },
};

const paidInXero: Bench = {
  names: ['calls.paid-in-xero-250'],
  async measure() {
    const world = await BenchWorld.withInvoices(250, false);
    await world.stored(() => world.payInXero());
    await world.settle();
    if (world.world.ges.payments(world.account.accountId).length !== 250)
      return [missed('calls.paid-in-xero-250', CALLS, 12, 'not all are paid in GES')];
    return [counted(world, 'calls.paid-in-xero-250', world.calls, 12)];
  },
};

const deletedInGes: Bench = {
  names: ['calls.deleted-in-ges-120'],
  async measure() {
    // A business large enough that nobody is asked whether so many were meant to go (F9).
    const world = await BenchWorld.withInvoices(1_000, true);
    const payments = world.world.ges.payments(world.account.accountId).slice(0, 120);
    await world.stored(() => payments.forEach(({ id }) => world.ges('DELETE', `payments/${id}`)));
    await world.settle();
    return [counted(world, 'calls.deleted-in-ges-120', world.calls, 132)];
  },
};

/** 80 invoices that stand in both systems under the same numbers since before connecting, paid in Xero, met by a bulk run. */
const adoptedPaid: Bench = {
  names: ['calls.adopted-paid-80'],
  async measure() {
    const world = await BenchWorld.connected({}, (before) => {
      before.putContacts(0, 80);
      for (const place of places(80)) {
        before.invoice(place, before.customer(place).id);
        const { InvoiceID } = before.xero('invoices', invoiceInXero(place));
        before.xero(`invoices/${String(InvoiceID)}/pay`, { amount: 120 });
      }
    });
    world.forgetCalls();
    await world.world.startRun(world.account);
    await world.settle();
    return [counted(world, 'calls.adopted-paid-80', world.calls, 14)];
  },
};

function invoiceInXero(place: number): Readonly<Record<string, unknown>> {
  return {
    Type: 'ACCREC',
    Status: 'AUTHORISED',
    InvoiceNumber: invoiceNumber(place),
    Contact: { Name: customerName(place) },
    Date: '2026-11-20',
    DueDate: '2026-12-04',
    LineAmountTypes: 'Exclusive',
    LineItems: [{ Description: 'Annual boiler service', Quantity: 1, UnitAmount: 100, AccountCode: '200', TaxType: 'OUTPUT2' }],
  };
}

const manyContacts: Bench = {
  names: ['calls.new-500-among-60000-contacts', 'calls.new-500-among-60000-contacts-again'],
  async measure() {
    const world = await BenchWorld.connected({}, (before) => before.putContacts(100_000, 160_000));
    await world.stored(() => places(500).forEach((place) => void world.customer(place)));
    await world.settle();
    const first = counted(world, 'calls.new-500-among-60000-contacts', world.calls, 80);
    await world.stored(() => places(500).forEach((place) => void world.customer(1_000 + place)));
    await world.settle();
    return [first, counted(world, 'calls.new-500-among-60000-contacts-again', world.calls, 15)];
  },
};

export const CALL_BENCHES: readonly Bench[] = [
  allNew,
  knownContacts,
  editCustomers,
  editInvoice,
  burst,
  paidInXero,
  deletedInGes,
  adoptedPaid,
  manyContacts,
];
