import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { BuildOptions } from 'esbuild';
import { buildSync } from 'esbuild';

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS inside the bundle (xero-node, axios) calls `require`, which an ES module does not have. */
const REQUIRE_BANNER = "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);";

/** Lambda's own name of the entry: file `index.mjs`, export `handler`. */
export const BUNDLE_HANDLER = 'index.handler';

/**
 * Code of `functions/<name>/handler.ts` as one minified ES module with its source map, the AWS SDK included, so that
 * the versions that were tested are the versions that run.
 *
 * esbuild runs inside this process rather than through NodejsFunction, which starts `npx` once per function: that was
 * most of the time of a synth. The asset's hash is that of the output: unchanged code is not uploaded again.
 * Throws esbuild's own message when the handler does not exist or does not compile.
 */
export function functionBundle(name: string): Code {
  return Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('local-bundling-only'),
      // CDK caches a bundle by its source path and these options: without the name all functions would get the first one's code.
      command: [name],
      local: {
        tryBundle: (outputDir) => {
          buildSync(bundleOptions(outputDir, name));
          return true;
        },
      },
    },
  });
}

/** How `functions/<name>/handler.ts` is bundled into `outputDir`. */
export function bundleOptions(outputDir: string, name: string): BuildOptions {
  return {
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [join('functions', name, 'handler.ts')],
    outfile: join(outputDir, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    legalComments: 'none',
    logLevel: 'warning',
  };
}
