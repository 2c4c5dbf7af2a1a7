import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface DeadLetterQueueProps {
  /** True when the redrive policy of another queue fills it; false when rule targets and on-failure destinations do. */
  readonly filledByRedrive: boolean;
}

const END_OF_THE_LINE =
  'This queue is itself the end of the line: its messages stay 14 days, an alarm reports the first one, and docs/runbook.md says how to send them back.';

/** A queue for what could not be processed, kept as long as SQS can: 14 days. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { filledByRedrive }: DeadLetterQueueProps) {
    super(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });

    Validations.of(this).acknowledge({ id: 'Serverless-SQSRedrivePolicy', reason: END_OF_THE_LINE });
    // cdk-nag knows a dead-letter queue only by the redrive policy that names it.
    if (!filledByRedrive) Validations.of(this).acknowledge({ id: 'AwsSolutions-SQS3', reason: END_OF_THE_LINE });
  }
}
