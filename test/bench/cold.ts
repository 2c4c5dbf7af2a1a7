import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleOptions } from '../../lib/function-bundle.ts';
import { figure, type Bench, type Figure } from './figure.ts';

/** The most that the start of a function may take, as a share of its naive bundle's. */
const LIMITS: Readonly<Record<string, number | null>> = {
  'ges-events': 0.4,
  'xero-webhooks': 0.4,
  'sync-lane': 0.7,
  'integration-api': null,
  'bulk-sync': null,
  sweep: null,
};
const STARTS = 5;
const WHOLE = ['xero-node', ...['dynamodb', 'eventbridge', 'secrets-manager', 'sqs'].map((client) => `@aws-sdk/client-${client}`)];
const URLS = [
  'LANE_QUEUE_URL',
  'EVENTS_DLQ_URL',
  'GES_API_BASE_URL',
  'GES_TOKEN_URL',
  'PUBLIC_BASE_URL',
  'SETTINGS_PAGE_URL',
  'SIGN_IN_ORIGINS',
];
const TEXTS = ['STAGE', 'TABLE_NAME', 'EVENT_BUS_NAME', 'XERO_APP_SECRET_ARN', 'GES_API_SECRET_ARN', 'XERO_TOKENS_SECRET_PREFIX'];
const ENVIRONMENT = {
  ...process.env,
  AWS_REGION: 'eu-west-2',
  POWERTOOLS_SERVICE_NAME: 'bench',
  ...Object.fromEntries(URLS.map((name) => [name, 'http://localhost:1'])),
  ...Object.fromEntries(TEXTS.map((name) => [name, 'bench'])),
};

/** The same handler with all of xero-node and of the AWS clients, as whoever imports their roots and keeps them bundles it. */
function naiveEntry(name: string): string {
  const imports = WHOLE.map((what, place) => `import * as whole${String(place)} from '${what}';`);
  const kept = `globalThis.kept = [${WHOLE.map((_what, place) => `whole${String(place)}`).join(', ')}].map(Object.values);`;
  return [...imports, kept, `export { handler } from './functions/${name}/handler.ts';`].join('\n');
}

/** Milliseconds from the start of loading a bundle until it has its handler, the middle of five processes. */
function initMs(directory: string): number {
  const file = JSON.stringify(join(directory, 'index.mjs'));
  const script = `const begun = performance.now(); await import(${file}); console.log(performance.now() - begun); process.exit();`;
  const run = (): number =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: ENVIRONMENT, encoding: 'utf8' })
        .trim()
        .split('\n')
        .at(-1),
    );
  const times = Array.from({ length: STARTS }, run).sort((a, b) => a - b);
  return times[Math.floor(STARTS / 2)] ?? Number.NaN;
}

function measure(name: string, limit: number | null): readonly Figure[] {
  const [own, naive] = [mkdtempSync(join(tmpdir(), 'cold-own-')), mkdtempSync(join(tmpdir(), 'cold-naive-'))];
  try {
    const options = bundleOptions(own, name);
    buildSync({ ...options, sourcemap: false });
    const { entryPoints: _entry, ...rest } = bundleOptions(naive, name);
    buildSync({ ...rest, sourcemap: false, stdin: { contents: naiveEntry(name), resolveDir: options.absWorkingDir ?? '.' } });
    const [ms, naiveMs] = [initMs(own), initMs(naive)];
    const kB = (directory: string): number => statSync(join(directory, 'index.mjs')).size / 1_000;
    return [
      figure(`cold.${name}.bundle`, kB(own), 'kB'),
      figure(`cold.${name}.naive-bundle`, kB(naive), 'kB'),
      figure(`cold.${name}.init`, ms, 'ms'),
      figure(`cold.${name}.ratio`, ms / naiveMs, 'of the naive init', limit),
    ];
  } finally {
    for (const directory of [own, naive]) rmSync(directory, { recursive: true, force: true });
  }
}

/** What the start of each function costs against a naive bundle of the same code. */
export const COLD_BENCHES: readonly Bench[] = Object.entries(LIMITS).map(([name, limit]) => ({
  names: ['bundle', 'naive-bundle', 'init', 'ratio'].map((what) => `cold.${name}.${what}`),
  measure: async () => measure(name, limit),
}));
