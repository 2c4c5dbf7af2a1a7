import { join } from 'node:path';
import { synthesise } from '../scripts/synth.ts';
import { readEngine } from './aws-edge/dynamodb/dynamodb-server.ts';
import { startAwsEdge } from './aws-edge/start-aws-edge.ts';
import { startGesSimulator } from './ges-simulator/start.ts';
import type { LocalPorts } from './ports.ts';
import { startSandbox } from './xero-sandbox/server.ts';

/** The stage that the local stack runs; its values are in cdk.json. */
export const LOCAL_STAGE = 'local';
export const LOCAL_BUS = `ges-xero-${LOCAL_STAGE}`;

/** The OAuth app and the API client that both local systems know from the start. Not secrets of anybody. */
const XERO_APP = { clientId: 'ges-xero-local', clientSecret: 'ges-xero-local-secret', webhookKey: 'ges-xero-local-webhook-key' };
const GES_CLIENT = { clientId: 'ges-xero-sync', clientSecret: 'ges-xero-sync-secret' };

/** Xero itself waits a quarter of an hour; here a restart of the stack must not delay its news that long. */
const WEBHOOK_RETRY_MS = 2_000;

export interface LocalStackOptions {
  readonly ports: LocalPorts;
  /** Where all state is kept, e.g. `.local`. */
  readonly dataDir: string;
  /** Told what goes on, one line a step. */
  readonly progress: (line: string) => void;
}

/** Everything on this machine: both systems, and the synthesised stack between them. */
export interface LocalStack {
  /** The AWS services, for any AWS SDK or CLI. */
  readonly awsUrl: string;
  readonly gesUrl: string;
  readonly xeroUrl: string;
  readonly apiUrl: string;
  /** Physical name of the table. */
  readonly tableName: string;
  close(): Promise<void>;
}

/**
 * Synthesises the stack (or reuses the synthesis), then starts sandbox, edge and simulator. Throws with a clear message when a port
 * is in use or the synthesis fails.
 */
export async function startLocalStack({ ports, dataDir, progress }: LocalStackOptions): Promise<LocalStack> {
  const gesUrl = `http://localhost:${ports.gesSimulator}`;
  const xeroUrl = `http://localhost:${ports.xeroSandbox}`;
  const apiUrl = `http://localhost:${ports.integrationApi}`;
  const awsUrl = `http://127.0.0.1:${ports.awsEdge}`;
  const assembly = await synthesise({
    stage: LOCAL_STAGE,
    outDir: join(dataDir, 'assembly'),
    overrides: {
      xeroApiBaseUrl: xeroUrl,
      xeroIdentityBaseUrl: xeroUrl,
      xeroLoginBaseUrl: xeroUrl,
      gesApiBaseUrl: gesUrl,
      gesTokenUrl: `${gesUrl}/oauth/token`,
      jwtIssuer: gesUrl,
      publicBaseUrl: apiUrl,
      settingsPageUrl: `${gesUrl}/`,
      signInOrigins: [gesUrl],
    },
  });
  progress(assembly.reused ? 'stack synthesised before, reused' : 'stack synthesised');

  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const sandbox = await startSandbox({
      port: ports.xeroSandbox,
      dataDir: join(dataDir, 'xero'),
      webhookUrl: `${apiUrl}/webhooks/xero`,
      redirectUris: [`${apiUrl}/v1/xero/callback`, `${apiUrl}/v1/auth/xero/callback`],
      settings: { webhookRetryMs: WEBHOOK_RETRY_MS },
    });
    closers.push(() => sandbox.close());
    const edge = await startAwsEdge({
      assemblyDir: assembly.assemblyDir,
      stage: LOCAL_STAGE,
      port: ports.awsEdge,
      httpPort: ports.integrationApi,
      dataDir: join(dataDir, 'aws-edge'),
      dynamoDbEngine: readEngine(process.env),
      dynamoDbEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
      secretValues: { 'Secrets/XeroApp': XERO_APP, 'Secrets/GesApi': GES_CLIENT },
      log: progress,
    });
    closers.push(() => edge.close());
    progress(`the table is kept by ${edge.dynamoDb}`);
    const simulator = await startGesSimulator({
      port: ports.gesSimulator,
      dataDir: join(dataDir, 'ges'),
      eventBusName: LOCAL_BUS,
      aws: { endpoint: awsUrl },
      integrationApiBaseUrl: apiUrl,
      log: progress,
    });
    closers.push(() => simulator.close());
    const tableName = onlyTable(edge.describe().tables);
    return { awsUrl, gesUrl, xeroUrl, apiUrl, tableName, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function onlyTable(tables: readonly string[]): string {
  const [table] = tables;
  if (table === undefined) throw new Error('The synthesised stack has no table.');
  return table;
}
