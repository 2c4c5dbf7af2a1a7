import { BenchWorld, invoiceNumber } from './bench-world.ts';
import { business } from './calls.ts';
import { figure, type Bench } from './figure.ts';

/** The same history at 5 calls a minute and at Xero's 60: what is read is not read again because a minute ended. */

const STARVED_CALLS_A_MINUTE = 5;
/** Records of three kinds, and one that Xero refuses for good. */
const SIZES = [1, 20, 200, 1_000] as const;

async function callsAt(customers: number, minuteLimit: number | undefined): Promise<number> {
  const world = await BenchWorld.connected(minuteLimit === undefined ? {} : { minuteLimit });
  await world.stored(() => {
    business(world, customers);
    world.refusedInvoice(invoiceNumber(customers));
  });
  await world.settle();
  const wrong = world.disagreements().filter((what) => !what.startsWith(invoiceNumber(customers)));
  if (wrong.length > 0) throw new Error(`${wrong[0] ?? ''}, and ${String(wrong.length - 1)} more`);
  return world.calls;
}

const nameOf = (customers: number): string => (customers === 1_000 ? 'ratio.starved' : `ratio.starved-${String(customers * 3)}`);

const starved: readonly Bench[] = SIZES.map((customers) => ({
  names: [nameOf(customers)],
  async measure() {
    const [many, few] = [await callsAt(customers, undefined), await callsAt(customers, STARVED_CALLS_A_MINUTE)];
    console.error(`  ${String(few)} calls at ${String(STARVED_CALLS_A_MINUTE)} a minute, ${String(many)} at 60`);
    return [figure(nameOf(customers), few / many, 'times the calls', 1.2)];
  },
}));

export const STARVED_BENCHES: readonly Bench[] = starved;
