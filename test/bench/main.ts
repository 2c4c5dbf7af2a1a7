import { parseArgs } from 'node:util';
import { BULK_BENCHES } from './bulk.ts';
import { CALL_BENCHES } from './calls.ts';
import { COLD_BENCHES } from './cold.ts';
import { COST_BENCHES } from './cost.ts';
import type { Bench, Figure } from './figure.ts';
import { STACK_BENCHES } from './stack.ts';
import { STARVED_BENCHES } from './starved.ts';

const BENCHES: readonly Bench[] = [
  ...CALL_BENCHES,
  ...COST_BENCHES,
  ...COLD_BENCHES,
  ...STARVED_BENCHES,
  ...BULK_BENCHES,
  ...STACK_BENCHES,
];

const USAGE = `Measures what the sync costs: Xero calls, time, memory, round trips to the table.

  npm run bench -- [--only PREFIX] [--json]

  --only PREFIX  only figures whose name begins so
  --json         one array of { name, value, unit, limit, ok } instead of a table
  --help         this text

Figures: ${BENCHES.flatMap(({ names }) => names).join(', ')}

Progress goes to stderr. Exit 1 when a limit is missed.`;

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(USAGE);
else {
  const figures = await measure(values.only);
  if (figures.length === 0) {
    console.error(`No figure begins with "${values.only}". There are: ${BENCHES.flatMap(({ names }) => names).join(', ')}.`);
    process.exitCode = 2;
  } else {
    console.log(values.json ? JSON.stringify(figures) : table(figures));
    if (figures.some(({ ok }) => !ok)) process.exitCode = 1;
  }
}

async function measure(prefix: string): Promise<readonly Figure[]> {
  const wanted = (name: string): boolean => name.startsWith(prefix);
  const figures: Figure[] = [];
  for (const bench of BENCHES.filter(({ names }) => names.some(wanted))) {
    const begun = Date.now();
    console.error(`${bench.names.join(', ')} …`);
    const measured = (await bench.measure()).filter(({ name }) => wanted(name));
    figures.push(...measured);
    console.error(
      `  ${measured.map(({ value, unit }) => `${String(value)} ${unit}`).join(', ')} (${String(Math.round((Date.now() - begun) / 1000))} s)`,
    );
  }
  return figures;
}

function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures
    .map(({ name, value, unit, limit, ok }) => {
      const verdict = limit === null ? '' : `at most ${String(limit)}  ${ok ? 'ok' : 'MISSED'}`;
      return `${name.padEnd(width)}  ${`${String(value)} ${unit}`.padEnd(24)}  ${verdict}`.trimEnd();
    })
    .join('\n');
}
