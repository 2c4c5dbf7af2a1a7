import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BenchWorld, places } from './bench-world.ts';
import { figure, type Bench } from './figure.ts';

/** Bulk runs of tens of thousands of invoices whose customers are known, on the virtual clock. */

const MINUTE_MS = 60_000;
const CALLS_A_MINUTE = 60;
const BATCH = 50;
const CUSTOMERS = 500;

interface BulkRun {
  readonly ratio: number;
  /** What the lane held in memory at its last write, MB. */
  readonly memoryMb: number;
}

async function bulkRun(invoices: number): Promise<BulkRun> {
  const world = await BenchWorld.connected({}, (before) => {
    const customers = places(CUSTOMERS).map((place) => before.customer(place).id);
    for (const place of places(invoices)) before.invoice(place, customers[place % CUSTOMERS] ?? '');
  });
  await world.run('customer');
  await world.settle();
  await world.freshMinute();
  world.forgetCalls();
  const heap = heapAtCalls(world, Math.ceil(invoices / BATCH));
  await world.run('invoice', 'payment');
  const begun = world.now;
  await world.settle();
  const wrong = world.disagreements();
  if (wrong.length > 0) throw new Error(`${wrong[0] ?? ''}, and ${String(wrong.length - 1)} more`);
  const tookMs = (world.world.xero.calls.at(-1)?.at ?? begun) - begun;
  return { ratio: tookMs / timeDictated(invoices), memoryMb: heap() / 1e6 };
}

/** The time until the last of the writes may be sent, where nothing else is: 60 at once, and 60 more a minute. */
function timeDictated(invoices: number): number {
  return (Math.ceil(Math.ceil(invoices / BATCH) / CALLS_A_MINUTE) - 1) * MINUTE_MS;
}

/** Bytes that were held at the last write and are free once the lane has ended. Both systems and the table live in the same heap and stay. */
function heapAtCalls(world: BenchWorld, writes: number): () => number {
  const { calls } = world.world.xero;
  let atLastWrite = 0;
  let seen = 0;
  const push = calls.push.bind(calls);
  calls.push = (...more) => {
    seen += more.filter(({ method }) => method !== 'GET').length;
    if (seen === writes) atLastWrite = heapUsed();
    return push(...more);
  };
  return () => Math.max(0, atLastWrite - heapUsed());
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

const RATIO = 1.05;
/** The lane holds a page of a run, whatever is behind it: so much more may be chance. */
const MEMORY_MARGIN_MB = 5;

const bulk: Bench = {
  names: ['memory.bulk-5000-mb', 'memory.bulk-50000-mb', 'ratio.bulk-50000'],
  async measure() {
    const few = await bulkRun(5_000);
    const many = await bulkRun(50_000);
    return [
      figure('memory.bulk-5000-mb', few.memoryMb, 'MB'),
      figure('memory.bulk-50000-mb', many.memoryMb, 'MB', Math.ceil(few.memoryMb + MEMORY_MARGIN_MB)),
      figure('ratio.bulk-50000', many.ratio, 'times the limits', RATIO),
    ];
  },
};

export const BULK_BENCHES: readonly Bench[] = [bulk];
