import { BenchWorld } from './bench-world.ts';
import { business } from './calls.ts';
import { figure, type Bench } from './figure.ts';

/** Round trips to the table and processor time. The lane's alone: how news is stored is counted nowhere here. */

/** 1,000 customers, invoices and payments towards Xero; the processor also works for the sandbox, the simulator and the table in memory. */
const towardsXero: Bench = {
  names: ['table.round-trips-per-record', 'cpu.drain-ms-per-record'],
  async measure() {
    const world = await BenchWorld.connected();
    let before = process.cpuUsage();
    await world.stored(() => {
      business(world, 1_000);
      before = process.cpuUsage();
    });
    await world.settle();
    const { user, system } = process.cpuUsage(before);
    return [
      figure('table.round-trips-per-record', world.tableTrips / 3_000, 'round trips', 2),
      figure('cpu.drain-ms-per-record', (user + system) / 1_000 / 3_000, 'ms'),
    ];
  },
};

/** 1,000 invoices paid in Xero, whose payments are entered in GES. */
const towardsGes: Bench = {
  names: ['table.round-trips-per-record-in-ges'],
  async measure() {
    const world = await BenchWorld.withInvoices(1_000, false);
    await world.stored(() => world.payInXero());
    await world.settle();
    return [figure('table.round-trips-per-record-in-ges', world.tableTrips / 1_000, 'round trips', 3)];
  },
};

export const COST_BENCHES: readonly Bench[] = [towardsXero, towardsGes];
