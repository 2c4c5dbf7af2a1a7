import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { build } from 'esbuild';
import { bundleOptions } from '../../lib/function-bundle.ts';
import type { FunctionName } from './stack-under-test.ts';
import { environmentOf, FUNCTION_NAMES, templateOf } from './stack-under-test.ts';

const directory = mkdtempSync(join(tmpdir(), 'bundles-'));
const metafiles = new Map<FunctionName, Metafile>();

beforeAll(async () => {
  const bundle = (name: FunctionName) => build({ ...bundleOptions(join(directory, name), name), metafile: true });
  for (const name of FUNCTION_NAMES) metafiles.set(name, (await bundle(name)).metafile);
}, 30_000);

afterAll(() => rmSync(directory, { recursive: true }));

/** Names of the npm packages whose code is in a bundle. */
function packagesIn(name: FunctionName): string[] {
  const inputs = Object.values(metafiles.get(name)?.outputs ?? {}).flatMap((output) => Object.keys(output.inputs));
  return [...new Set(inputs.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'own'))];
}

describe('bundles of the functions', () => {
  it.each(FUNCTION_NAMES)('%s loads under Node 24 with nothing but its environment, and exports its handler', (name) => {
    const address = pathToFileURL(join(directory, name, 'index.mjs')).href;
    const environment = Object.entries(environmentOf(templateOf('local'), name)).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : 'http://localhost:4566/resolved',
    ]);
    const printed = execFileSync(
      process.execPath,
      ['--input-type=module', '-e', `console.log(typeof (await import('${address}')).handler)`],
      {
        cwd: directory,
        env: { ...(Object.fromEntries(environment) as Record<string, string>), AWS_REGION: 'eu-west-2' },
        encoding: 'utf8',
      },
    );
    expect(printed.trim()).toBe('function');
  });

  it.each(['ges-events', 'xero-webhooks'] as const)('design §7: %s carries no xero-node', (name) => {
    expect(packagesIn(name)).not.toContain('xero-node');
    expect(packagesIn(name)).not.toContain('axios');
  });

  it('sync-lane carries xero-node, the AWS SDK included', () => {
    expect(packagesIn('sync-lane')).toEqual(expect.arrayContaining(['xero-node', '@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs']));
  });
});
