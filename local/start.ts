import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bulkSync } from './demo/bulk.ts';
import { playChanges } from './demo/changes.ts';
import { compareRecords } from './demo/compare.ts';
import { connectDemoAccount } from './demo/connect.ts';
import { json } from './demo/http.ts';
import type { DemoPlace } from './demo/scene.ts';
import { comparisonTable, isInStep, moneyTable, summaryOf, type Summary } from './demo/print.ts';
import { claimStateSchema, forgetLocalState, holdDataDir } from './data-dir.ts';
import { readPorts } from './ports.ts';
import { startLocalStack, type LocalStack } from './stack.ts';

const DEMO_ACCOUNT = 'acct_demo';
const DATA_DIR = fileURLToPath(new URL('../.local', import.meta.url));

const HELP = `usage: npm start -- [--once] [--fresh] [--manual]

Runs Gas Engineer Software, Xero and the sync between them on this machine, connects a demo business, brings its records over,
plays eight changes, and shows both sides.

  --once     stop after printing; exit 0 only if both sides are in step
  --fresh    forget everything from earlier starts (.local/) first
  --manual   leave connecting to you: open the GES page and press "Connect to Xero"
  --help     this text

Ports are moved by AWS_EDGE_PORT (4566), GES_SIMULATOR_PORT (4570), XERO_SANDBOX_PORT (4580), INTEGRATION_API_PORT (4590).
GES_XERO_LOCAL_DIR moves .local/. GES_XERO_DYNAMODB chooses what keeps the table: dynoxide (on Linux x64, the default there) or dynalite.`;

interface Flags {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly manual: boolean;
}

async function main(flags: Flags): Promise<boolean> {
  const started = performance.now();
  const since = (): string => `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`;
  const progress = (line: string): void => console.log(`${since()}  ${line}`);
  const ports = readPorts(process.env);
  const dataDir = resolve(process.env['GES_XERO_LOCAL_DIR'] ?? DATA_DIR);
  const giveBack = holdDataDir(dataDir);
  if (flags.fresh) forgetLocalState(dataDir);
  claimStateSchema(dataDir);

  const stack = await startLocalStack({ ports, dataDir, progress }).catch((error: unknown) => {
    throw isDamage(error) ? new Error(`The state in ${dataDir} is damaged: npm start -- --fresh forgets it. (${String(error)})`) : error;
  });
  const stop = onStop(() => stack.close().finally(giveBack));
  progress('everything runs');
  if (flags.manual) {
    printAddresses(stack);
    console.log('\nOpen the GES page and press "Connect to Xero". Ctrl+C stops.');
    return true;
  }
  await json(`${stack.xeroUrl}/_sandbox/calls/reset`, { method: 'POST' });
  await runDemo(stack, join(dataDir, 'demo.json'), progress);
  const summary = await show(stack, () => (performance.now() - started) / 1000);
  if (flags.once) await stop();
  else console.log('\nStays up. Ctrl+C stops.\n');
  console.log(JSON.stringify(summary));
  return isInStep(summary);
}

/** Did SQLite refuse one of the files that the services keep their state in? */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && ['ERR_SQLITE_ERROR', 'SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(String(error.code))) || isDamage(error.cause);
}

/** Connect, bulk run, and once per `.local/` the changes. */
async function runDemo(stack: LocalStack, playedFile: string, progress: (line: string) => void): Promise<void> {
  const connection = await connectDemoAccount(stack, DEMO_ACCOUNT);
  progress(`${connection.isNew ? 'connected' : 'connected before'} to ${connection.organisation}`);
  const place: DemoPlace = { stack, accountId: DEMO_ACCOUNT, tenantId: connection.tenantId };

  const before = await callsOf(stack);
  const { counters } = await bulkSync(stack, DEMO_ACCOUNT);
  const used = (await callsOf(stack)).xeroCalls - before.xeroCalls;
  progress(
    `bulk run of ${counters.seen} records: ${counters.synced} synced, ${counters.unchanged} unchanged, ${counters.attention} need attention, ${used} Xero calls`,
  );
  if (existsSync(playedFile)) {
    progress('the changes were played at an earlier start (--fresh plays them again)');
    return;
  }
  const played = await playChanges(place, progress);
  writeFileSync(playedFile, JSON.stringify({ played }));
}

async function show(stack: LocalStack, seconds: () => number): Promise<Summary> {
  const { tenantId } = await connectDemoAccount(stack, DEMO_ACCOUNT);
  const calls = await callsOf(stack);
  const comparisons = await compareRecords(stack, DEMO_ACCOUNT, tenantId);
  console.log(`\n${comparisonTable(comparisons)}\n\n${moneyTable(comparisons)}\n`);
  console.log(`Xero calls since the start: ${calls.xeroCalls}, of which ${calls.xeroWrites} writes.`);
  printAddresses(stack);
  return summaryOf(comparisons, calls, seconds());
}

function callsOf(stack: LocalStack): Promise<{ readonly xeroCalls: number; readonly xeroWrites: number }> {
  return json(`${stack.xeroUrl}/_sandbox/calls`);
}

function printAddresses({ gesUrl, xeroUrl, apiUrl, awsUrl }: LocalStack): void {
  console.log(`
  Gas Engineer Software   ${gesUrl}
  Xero                    ${xeroUrl}
  Integration API         ${apiUrl}
  AWS services            ${awsUrl}`);
}

/** A terminal, npm and what stands between may each pass on the same Ctrl+C. */
const SAME_SIGNAL_MS = 1_000;

/** Ctrl+C and SIGTERM stop everything in order; a later second one at once. */
function onStop(close: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  let since = 0;
  const stop = (): Promise<void> => (stopping ??= close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping === undefined) since = performance.now();
      else if (performance.now() - since > SAME_SIGNAL_MS) process.exit(130);
      void stop().finally(() => process.exit(0));
    });
  }
  return stop;
}

function readFlags(): Flags | 'help' {
  const boolean = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: { once: boolean, fresh: boolean, manual: boolean, help: { type: 'boolean', short: 'h', default: false } },
  });
  return values.help ? 'help' : values;
}

try {
  const flags = readFlags();
  if (flags === 'help') console.log(HELP);
  else {
    const inStep = await main(flags);
    if (flags.once || !inStep) process.exitCode = inStep ? 0 : 1;
    if (flags.once) process.exit();
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
