import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';

/** No write is started with less than 40 s left of this. */
const DRAIN_TIMEOUT = Duration.seconds(300);
/** AWS's advice for a queue that feeds a function: six times its time-out, so that throttled polls do not use up receives. */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * DRAIN_TIMEOUT.toSeconds());
/** A doorbell carries no data and the sweep rings again, so a few tries are enough before an operator should look. */
const MAX_RECEIVES = 5;

/** The lanes: the queue of doorbells, its dead-letter queue, and `sync-lane`, which drains one account a message. */
export class Lanes extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly syncLane: ServiceFunction;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { filledByRedrive: true });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      receiveMessageWaitTime: Duration.seconds(20),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    this.syncLane = new ServiceFunction(this, 'SyncLane', {
      stage,
      name: 'sync-lane',
      description: 'Drains the lane of one account: brings GES and Xero into step',
      timeout: DRAIN_TIMEOUT,
      memoryMiB: 1024,
      // The lane rings the queue that feeds it. Lambda would take a chain of 16 such doorbells for a runaway loop and drop the message.
      recursiveLoop: RecursiveLoop.ALLOW,
      failedWork:
        'SQS invokes this function synchronously: a doorbell that fails goes back to its queue and in the end to the dead-letter queue of the lanes.',
      environment: {
        XERO_API_BASE_URL: stage.xeroApiBaseUrl,
        XERO_IDENTITY_BASE_URL: stage.xeroIdentityBaseUrl,
        GES_API_BASE_URL: stage.gesApiBaseUrl,
        GES_TOKEN_URL: stage.gesTokenUrl,
      },
    });
    this.queue.grantConsumeMessages(this.syncLane.handler);
    const doorbells = new EventSourceMapping(this, 'Doorbells', {
      target: this.syncLane.handler,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: stage.laneConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(doorbells).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda offers no on-failure destination for SQS sources: the redrive policy of the queue takes what fails.',
    });
  }

  /** Allows a function to ring a lane: to send a doorbell, not to read one. */
  allowRinging(fn: ServiceFunction): void {
    fn.setEnvironment('LANE_QUEUE_URL', this.queue.queueUrl);
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }
}
