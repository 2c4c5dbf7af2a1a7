import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { synthesise } from './synth.ts';

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The registry's `latest` is a bogus 3.0.0 that cannot read the assembly. */
const CDK_CLI_VERSION = '2.1148.1';

const HELP = `usage: npm run deploy -- --stage dev|prod [-- further arguments of "cdk deploy"]

Synthesises the stage and deploys it with the AWS CDK CLI to the account and region that your AWS credentials name.
Asks before it widens permissions. The account and region need "npx cdk bootstrap" once.

  --stage NAME   stage of cdk.json (required, so that nothing goes to the wrong one)
  --help         this text`;

/** An error whose message alone tells the operator what to do. */
class DeployRefused extends Error {
  override name = 'DeployRefused';
}

/**
 * Checks that the AWS SDK's own provider chain finds a region and credentials, before minutes go into a deployment.
 * Throws DeployRefused with what is missing and how to give it.
 */
async function requireCredentials(): Promise<void> {
  const { config } = new SecretsManagerClient({});
  try {
    await config.region();
  } catch {
    throw new DeployRefused('No AWS region: set AWS_REGION (for example eu-west-2), or a region in your AWS profile.');
  }
  try {
    await config.credentials();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeployRefused(
      `No AWS credentials: sign in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The AWS SDK says: ${reason}`,
    );
  }
}

function requireCdkCli(): string {
  const directory = join(PROJECT_ROOT, 'node_modules', 'aws-cdk');
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string };
  if (version !== CDK_CLI_VERSION) {
    throw new DeployRefused(`The AWS CDK CLI must be exactly ${CDK_CLI_VERSION}, but ${version} is installed: run npm install.`);
  }
  return join(directory, 'bin', 'cdk');
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { stage: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.stage === undefined) throw new DeployRefused(`Which stage? For example: npm run deploy -- --stage dev`);
  if (values.stage === 'local') throw new DeployRefused('Stage "local" is for this machine: npm start runs it.');

  const cdk = requireCdkCli();
  const { assemblyDir } = await synthesise({ stage: values.stage, outDir: join('cdk.out', values.stage) });
  await requireCredentials();
  const { status } = spawnSync(
    process.execPath,
    [cdk, 'deploy', '--all', '--app', assemblyDir, '--require-approval', 'broadening', ...positionals],
    { cwd: PROJECT_ROOT, stdio: 'inherit' },
  );
  return status ?? 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
