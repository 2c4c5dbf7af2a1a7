import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HELP = `usage: npm test [-- <path or jest option> …]

Runs everything that CI runs: format, lint, types, unit and integration tests, then the end-to-end tests one after the other.
With arguments, only the tests that they name.
  --help   this text`;

/** End-to-end tests start the whole local stack on its ports: one at a time, after all others. */
const E2E = 'test/e2e/';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

async function run(title: string, command: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n── ${title}`);
  const child = spawn(command, args, { stdio: 'inherit' });
  const end = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    process.exit(1);
  };
  process.once('SIGTERM', end);
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  process.off('SIGTERM', end);
  return code === 0;
}

/** One check that is not Jest's counts as one test. */
async function check(title: string, command: string, args: readonly string[]): Promise<Tally> {
  const ok = await run(title, command, args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

async function jest(title: string, args: readonly string[]): Promise<Tally> {
  const dir = mkdtempSync(join(tmpdir(), 'ges-xero-tests-'));
  const outputFile = join(dir, 'results.json');
  try {
    const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
    const ok = await run(title, process.execPath, [...options, '--json', `--outputFile=${outputFile}`, ...args]);
    // No tests found, an option that Jest does not know: it has said so itself, and writes no results.
    if (!existsSync(outputFile)) return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
    const results = JSON.parse(readFileSync(outputFile, 'utf8')) as JestResults;
    const brokenSuites = results.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length;
    const failed = results.numFailedTests + brokenSuites;
    // Jest also fails for reasons that no test shows (an unhandled error after the tests, say).
    return { passed: results.numPassedTests, failed: !ok && failed === 0 ? 1 : failed, skipped: results.numPendingTests };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Whole histories by plain workers: each history, and each mutant that its seed must find, counts as one test. */
async function simulate(title: string): Promise<Tally> {
  console.log(`\n── ${title}`);
  const child = spawn(process.execPath, ['test/simulation/main.ts', '--seeds', '300', '--kills'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    process.stdout.write(chunk);
  });
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(told) ?? [];
  if (passed === undefined || failed === undefined) return { passed: 0, failed: 1, skipped: 0 };
  return { passed: Number(passed), failed: code === 0 ? 0 : Math.max(1, Number(failed)), skipped: 0 };
}

interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

async function all(): Promise<readonly Tally[]> {
  return [
    await check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
    await check('lint', 'eslint', ['.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/']),
    await check('types', 'tsc', ['--noEmit']),
    await jest('unit and integration tests', ['--testPathIgnorePatterns', E2E]),
    await simulate('simulated histories'),
    await jest('end-to-end tests', ['--runInBand', '--testPathPatterns', E2E]),
  ];
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(HELP);
} else {
  const tallies = args.length > 0 ? [await jest('tests', args)] : await all();
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
  const skipped = sum('skipped');
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
