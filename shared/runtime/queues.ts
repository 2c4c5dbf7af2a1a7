import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Doorbell } from '../sync/ports.ts';
import { awsClientConfig, type AwsClientConfig } from './aws-client-config.ts';

export type QueueSender = Pick<SQSClient, 'send'>;

/** Longest delay that SQS takes, seconds. Longer waits are the sweep's. */
const MAX_DELAY_SECONDS = 900;

/** `config`: how long a call may take, and how often it is tried. */
export function createSqs(config: AwsClientConfig = awsClientConfig): SQSClient {
  return new SQSClient(config);
}

/** Rings lanes through the lane queue: body `{ accountId }`. Delays over 15 minutes are cut: the sweep wakes the lane then. */
export function createDoorbell(sqs: QueueSender, laneQueueUrl: string): Doorbell {
  return {
    async send(accountId, delaySeconds) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: laneQueueUrl,
          MessageBody: JSON.stringify({ accountId }),
          DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds))),
        }),
      );
    },
  };
}

/**
 * Puts an event that does not fit the contract where a person finds it, with the reason. A reason that names thousands of fields is cut;
 * an event that leaves it no room gives up its detail, which the archive of the bus has.
 */
export function createDeadLetters(sqs: QueueSender, queueUrl: string): (reason: string, event: unknown) => Promise<void> {
  return async (reason, event) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: deadLetterBody(reason, event) }));
  };
}

/** What a queue takes with its default settings. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_REASON = 2_000;

function deadLetterBody(reason: string, event: unknown): string {
  const told = reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
  const body = JSON.stringify({ reason: told, event });
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  return JSON.stringify({ reason: told, event: withoutDetail(event) });
}

/** The names of an event: enough to find it in the archive. */
function withoutDetail(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return undefined;
  const names = ['id', 'time', 'source', 'detail-type'].map((name) => [name, String(Reflect.get(event, name)).slice(0, MAX_REASON)]);
  return { ...Object.fromEntries(names), detail: 'left out: too long for a message; the archive of the bus has it' };
}
