import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LOCAL_STAGE, type LocalStack } from '../stack.ts';
import { eventually } from './http.ts';

/** A finished run, as `report` tells it. */
export interface RunReport {
  readonly runId: string;
  readonly status: string;
  readonly failure: string | null;
  readonly counters: Readonly<Record<'seen' | 'synced' | 'unchanged' | 'attention' | 'waiting' | 'skipped', number>>;
}

const LONGEST_RUN_MS = 120_000;

/** Invokes the bulk-sync Lambda as support does, and waits until the run has ended. Throws when it fails. */
export async function bulkSync(stack: LocalStack, accountId: string): Promise<RunReport> {
  const lambda = new LambdaClient({
    endpoint: stack.awsUrl,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const invoke = async <T>(request: object): Promise<T> => {
    const Payload = Buffer.from(JSON.stringify(request));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: `ges-xero-${LOCAL_STAGE}-bulk-sync`, Payload }));
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    if (answer.FunctionError !== undefined) throw new Error(`bulk-sync failed: ${text}`);
    return JSON.parse(text) as T;
  };
  try {
    const { runId } = await invoke<{ runId: string }>({
      action: 'sync',
      accountId,
      types: ['customer', 'invoice', 'payment'],
      requestedBy: 'demo',
    });
    return await eventually('The end of the bulk run', LONGEST_RUN_MS, async () => {
      const report = await invoke<RunReport>({ action: 'report', accountId, runId });
      if (report.status === 'active') return undefined;
      if (report.status !== 'finished') throw new Error(`The bulk run ended ${report.status}: ${report.failure ?? 'no reason given'}`);
      return report;
    });
  } finally {
    lambda.destroy();
  }
}
