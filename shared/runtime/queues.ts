import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Doorbell } from '../sync/ports.ts';
import { awsClientConfig } from './aws-client-config.ts';

export type QueueSender = Pick<SQSClient, 'send'>;

/** Longest delay that SQS takes, seconds. Longer waits are the sweep's. */
const MAX_DELAY_SECONDS = 900;

export function createSqs(): SQSClient {
  return new SQSClient(awsClientConfig);
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

/** Puts an event that does not fit the contract where a person finds it, with the reason. */
export function createDeadLetters(sqs: QueueSender, queueUrl: string): (reason: string, event: unknown) => Promise<void> {
  return async (reason, event) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ reason, event }) }));
  };
}
