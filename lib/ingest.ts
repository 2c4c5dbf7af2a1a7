import { Duration } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { OUTCOME_SOURCE } from '../shared/runtime/outcome-source.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { stackName } from './stage.ts';

/** What the GES platform emits. Exact values, so that our own outcome events on this bus never come back in. */
const GES_CHANGES: EventPattern = {
  source: ['ges.platform'],
  detailType: ['CustomerChanged', 'InvoiceChanged', 'PaymentChanged'],
};

/** Events hold personal data, so they are kept for two weeks and no longer. */
const ARCHIVE_RETENTION = Duration.days(14);

/**
 * News from GES: the bus, its archive, and the rule that hands changes to `ges-events`.
 *
 * Two ways out for an event that could not be delivered, because EventBridge counts a delivery as done once Lambda's
 * asynchronous queue took it: the rule target's dead-letter queue, and the function's on-failure destination. Both are
 * the same queue, to which the function also sends events that do not fit the schema.
 */
export class Ingest extends Construct {
  readonly bus: EventBus;
  readonly deadLetters: Queue;
  /** Hands the changes of the platform to `ges-events`. */
  readonly rule: Rule;
  readonly gesEvents: ServiceFunction;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);

    this.bus = new EventBus(this, 'Bus', {
      eventBusName: stackName(stage.name),
      description: 'Changes from the GES platform, outcomes from the sync',
    });
    this.bus.archive('Archive', {
      archiveName: stackName(stage.name),
      description: 'GES changes of the last two weeks, for replay (docs/runbook.md)',
      eventPattern: { source: ['ges.platform'] },
      retention: ARCHIVE_RETENTION,
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { filledByRedrive: false });
    this.gesEvents = new ServiceFunction(this, 'GesEvents', {
      stage,
      name: 'ges-events',
      description: 'Takes changes of the GES platform into the inbox',
      timeout: Duration.seconds(20),
      memoryMiB: 512,
      failedWork:
        'The on-failure destination of the function takes the event together with the error, which a Lambda dead-letter queue would not keep.',
      environment: { EVENTS_DLQ_URL: this.deadLetters.queueUrl },
      asynchronous: { onFailure: new SqsDestination(this.deadLetters), retryAttempts: 2, maxEventAge: Duration.hours(6) },
    });
    this.rule = new Rule(this, 'GesChanges', {
      eventBus: this.bus,
      description: 'Changes of customers, invoices and payments in GES',
      eventPattern: GES_CHANGES,
      targets: [
        new FunctionTarget(this.gesEvents.handler, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }

  /** Allows a function to publish outcome events, and tells it the bus. */
  allowPublishing(fn: ServiceFunction): void {
    fn.setEnvironment('EVENT_BUS_NAME', this.bus.eventBusName);
    // Under our own name alone: no function of ours can speak as the platform.
    fn.allow(['events:PutEvents'], [this.bus.eventBusArn], { StringEquals: { 'events:source': OUTCOME_SOURCE } });
  }
}
