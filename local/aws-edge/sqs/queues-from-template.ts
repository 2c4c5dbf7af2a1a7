import { z } from 'zod';
import type { StackTemplate } from '../template/stack-template.ts';

const seconds = z.coerce.number().int().nonnegative();

const honoured = {
  QueueName: z.string().optional(),
  VisibilityTimeout: seconds.optional(),
  DelaySeconds: seconds.optional(),
  ReceiveMessageWaitTimeSeconds: seconds.optional(),
  MaximumMessageSize: seconds.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().positive() }).optional(),
  FifoQueue: z.literal(false).optional(),
};

const ignored = {
  MessageRetentionPeriod: 'message retention: messages stay until they are deleted',
  RedriveAllowPolicy: 'permissions: every caller may do everything',
  KmsMasterKeyId: 'encryption at rest',
  KmsDataKeyReusePeriodSeconds: 'encryption at rest',
  SqsManagedSseEnabled: '',
  Tags: '',
};

export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  /** Queue attributes as the SQS API spells them. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** AWS's defaults, written out so that a queue made by an older template gets them too. */
const DEFAULTS = { VisibilityTimeout: 30, DelaySeconds: 0, ReceiveMessageWaitTimeSeconds: 0, MaximumMessageSize: 1_048_576 };

export function queuesFromTemplate(template: StackTemplate): readonly QueueDefinition[] {
  return template.ofType('AWS::SQS::Queue').map((resource) => {
    const properties = template.read(resource, honoured, ignored);
    return {
      name: resource.name,
      arn: resource.arn,
      attributes: {
        VisibilityTimeout: String(properties.VisibilityTimeout ?? DEFAULTS.VisibilityTimeout),
        DelaySeconds: String(properties.DelaySeconds ?? DEFAULTS.DelaySeconds),
        ReceiveMessageWaitTimeSeconds: String(properties.ReceiveMessageWaitTimeSeconds ?? DEFAULTS.ReceiveMessageWaitTimeSeconds),
        MaximumMessageSize: String(properties.MaximumMessageSize ?? DEFAULTS.MaximumMessageSize),
        RedrivePolicy: properties.RedrivePolicy === undefined ? '' : JSON.stringify(properties.RedrivePolicy),
      },
    };
  });
}
