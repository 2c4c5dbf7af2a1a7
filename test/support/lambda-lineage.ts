import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig } from '../../shared/runtime/aws-client-config.ts';

/** Lambda stops a chain when a function would be invoked for the 17th time by its own doing. */
const MOST_HOPS = 16;

interface Message {
  readonly accountId: string;
  /** `AWSTraceHeader`, as SQS keeps it beside the message. */
  readonly traceHeader: string;
}

export interface LineageOptions {
  /** The function's `RecursiveLoop`; Lambda's default is to end the loop. */
  readonly recursiveLoop: unknown;
  /** What the function does with a doorbell. */
  readonly answer: (accountId: string) => Promise<unknown>;
}

/**
 * A queue and the function that it feeds, with what Lambda knows of a chain: it puts the hops into the trace header of each invocation
 * (`Lineage=1:<function>:<hops>`), the real SDK hands that header on with what the function sends, SQS keeps it beside the message.
 */
export function createLineage({ recursiveLoop, answer }: LineageOptions) {
  const waiting: Message[] = [];
  const lost: Message[] = [];
  let hops = 0;

  const sqs = new SQSClient({
    ...awsClientConfig,
    region: 'eu-west-2',
    endpoint: 'http://sqs.invalid',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    // The SDK compares the digest of what it sent with the one of the answer.
    md5: false,
    requestHandler: {
      async handle({ body, headers }: { body: Uint8Array; headers: Record<string, string> }) {
        const { MessageBody } = JSON.parse(new TextDecoder().decode(body)) as { MessageBody: string };
        const { accountId } = JSON.parse(MessageBody) as { accountId: string };
        waiting.push({ accountId, traceHeader: headers['X-Amzn-Trace-Id'] ?? '' });
        const answered = new TextEncoder().encode(JSON.stringify({ MessageId: String(waiting.length) }));
        return { response: { statusCode: 200, headers: {}, body: answered } };
      },
    },
  });

  return {
    sqs,
    /** Messages that Lambda took for a runaway loop. */
    lost,
    /** Hops of the chain as the trace header of the last invocation told. */
    hops: () => hops,
    /** Lambda takes the next message. False when there is none. */
    async invokeNext(): Promise<boolean> {
      const message = waiting.shift();
      if (message === undefined) return false;
      const sofar = Number(/Lineage=1:synclane:(\d+)/.exec(message.traceHeader)?.[1] ?? 0);
      if (sofar >= MOST_HOPS && recursiveLoop !== 'Allow') {
        lost.push(message);
        return true;
      }
      hops = sofar + 1;
      const before = { ...process.env };
      process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'sync-lane';
      process.env['_X_AMZN_TRACE_ID'] = `Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0;Lineage=1:synclane:${String(hops)}`;
      try {
        await answer(message.accountId);
      } finally {
        process.env = before;
      }
      return true;
    },
  };
}
