import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { bundleOptions } from '../../lib/function-bundle.ts';

const outputDir = mkdtempSync(join(tmpdir(), 'ingress-bundles-'));
afterAll(() => rmSync(outputDir, { recursive: true }));

/** The npm packages that end in a function's bundle, as the stack builds it. */
async function packagesOf(name: string): Promise<Set<string>> {
  const { metafile } = await build({ ...bundleOptions(outputDir, name), write: false, metafile: true, sourcemap: false });
  const paths = Object.keys(metafile.inputs);
  return new Set(paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter((found) => found !== undefined));
}

describe('bundles', () => {
  it.each(['ges-events', 'xero-webhooks'])('design §7: %s starts fast, without xero-node or axios', async (name) => {
    const packages = await packagesOf(name);
    expect(packages).toContain('@aws-sdk/client-sqs');
    expect(packages).not.toContain('xero-node');
    expect(packages).not.toContain('axios');
  });

  it('the check sees xero-node where it is: in sync-lane', async () => {
    expect(await packagesOf('sync-lane')).toContain('xero-node');
  });
});
