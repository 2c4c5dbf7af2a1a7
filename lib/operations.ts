import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

const SWEEP_EVERY = Duration.minutes(1);
/** Ends before the next sweep starts. */
const SWEEP_TIMEOUT = Duration.seconds(55);

/** What runs without news: `sweep` every minute, and `bulk-sync`, which support invokes. */
export class Operations extends Construct {
  readonly sweep: ServiceFunction;
  readonly bulkSync: ServiceFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { filledByRedrive: false });
    this.bulkSync = new ServiceFunction(this, 'BulkSync', {
      stage,
      name: 'bulk-sync',
      description: 'Support starts, watches and cancels bulk syncs here',
      physicalName: `${stackName(stage.name)}-bulk-sync`,
      timeout: Duration.seconds(60),
      memoryMiB: 512,
      failedWork:
        'Support invokes this function synchronously and sees the error; asynchronous invocations have an on-failure destination.',
      // Support waits for the answer; an asynchronous invocation by mistake must not vanish.
      asynchronous: { onFailure: new SqsDestination(this.deadLetters), retryAttempts: 0 },
    });
    this.sweep = new ServiceFunction(this, 'Sweep', {
      stage,
      name: 'sweep',
      description: 'Rings the lanes that are due, finishes token refreshes',
      timeout: SWEEP_TIMEOUT,
      memoryMiB: 512,
      failedWork: 'The on-failure destination of the function takes what failed, and the sweep of the next minute does the work.',
      environment: { XERO_API_BASE_URL: stage.xeroApiBaseUrl, XERO_IDENTITY_BASE_URL: stage.xeroIdentityBaseUrl },
      // The next sweep does what this one did not: a late one is worth nothing.
      asynchronous: { onFailure: new SqsDestination(this.deadLetters), retryAttempts: 0, maxEventAge: SWEEP_EVERY },
    });
    new Rule(this, 'EveryMinute', {
      description: 'The sweep: lanes that are due, token refreshes, disconnects',
      schedule: Schedule.rate(SWEEP_EVERY),
      targets: [new FunctionTarget(this.sweep.handler, { deadLetterQueue: this.deadLetters, retryAttempts: 0, maxEventAge: SWEEP_EVERY })],
    });
  }
}
