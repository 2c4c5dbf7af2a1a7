import { buildApp } from 'fauxqs';
import type { AwsResponse, AwsService } from '../aws-protocol.ts';
import { jsonObject } from '../aws-protocol.ts';
import { queueUrl } from '../template/physical-names.ts';
import type { Stores } from './queue-store.ts';
import { openQueueStore } from './queue-store.ts';
import type { QueueDefinition } from './queues-from-template.ts';

export interface SqsOptions {
  readonly dataDir: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly queues: readonly QueueDefinition[];
  /** Names of the queues that functions poll. */
  readonly polledQueues: readonly string[];
}

export interface SqsServer {
  /** Answers the JSON protocol (X-Amz-Target `AmazonSQS.*`). */
  readonly service: AwsService;
  /** Calls an operation from inside the edge. Throws an Error with AWS's message when it fails. */
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>;
  /** Ends every long poll at once, with what it has: nothing. */
  stopPolling(): void;
  close(): Promise<void>;
}

const JSON_1_0 = 'application/x-amz-json-1.0';

/** SQS as fauxqs does it (visibility, delay, receive count, dead-lettering), with the template's queues made and kept in `dataDir`. */
export async function startSqs(options: SqsOptions): Promise<SqsServer> {
  const { stores, close } = await openQueueStore(options);
  for (const queue of options.queues) ensureQueue(stores, queue, queueUrl(options.awsUrl, queue.name));
  const app = buildApp({ logger: false, stores, defaultRegion: options.region });
  // One region here, whatever region the caller's SDK was given.
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${options.region}/sqs/aws4_request, SignedHeaders=host, Signature=none`;

  async function send(target: string, payload: string): Promise<AwsResponse> {
    const headers = { 'content-type': JSON_1_0, 'x-amz-target': target, authorization, host: new URL(options.awsUrl).host };
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload });
    const error = answer.headers['x-amzn-query-error'];
    return {
      status: answer.statusCode,
      headers: { 'content-type': JSON_1_0, ...(typeof error === 'string' ? { 'x-amzn-query-error': error } : {}) },
      body: answer.body,
    };
  }

  async function call(operation: string, input: object): Promise<Record<string, unknown>> {
    const answer = await send(`AmazonSQS.${operation}`, JSON.stringify(input));
    const output = jsonObject(Buffer.from(answer.body));
    if (answer.status !== 200) throw new Error(`SQS ${operation}: ${String(output['message'])}`);
    return output;
  }

  return {
    call,
    service: async (request) => {
      const target = String(request.headers['x-amz-target']);
      const answer = await send(target, request.body.length === 0 ? '{}' : request.body.toString('utf8'));
      if (request.signal.aborted && target.endsWith('.ReceiveMessage')) await giveBack(call, request.body, answer);
      return answer;
    },
    stopPolling: () => stores.sqsStore.shutdown(),
    close: async () => {
      stores.sqsStore.shutdown();
      await app.close();
      close();
    },
  };
}

/** A caller that hung up during a long poll never saw these messages: they are visible again at once. */
async function giveBack(call: SqsServer['call'], request: Buffer, answer: AwsResponse): Promise<void> {
  const { QueueUrl } = jsonObject(request);
  const { Messages = [] } = jsonObject(Buffer.from(answer.body)) as { Messages?: { ReceiptHandle: string }[] };
  for (const { ReceiptHandle } of Messages) await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
}

function ensureQueue({ sqsStore }: Stores, definition: QueueDefinition, url: string): void {
  const { RedrivePolicy, ...attributes } = definition.attributes;
  const existing = sqsStore.getQueueByName(definition.name);
  if (existing === undefined) {
    sqsStore.createQueue(definition.name, url, definition.arn, RedrivePolicy === '' ? attributes : definition.attributes);
    return;
  }
  // Kept from an earlier run: its messages stay, its settings follow the template of today.
  existing.setAttributes(definition.attributes);
}
