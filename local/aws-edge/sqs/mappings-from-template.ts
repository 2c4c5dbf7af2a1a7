import { z } from 'zod';
import type { StackTemplate } from '../template/stack-template.ts';

const honoured = {
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10).default(10),
  Enabled: z.literal(true).default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() }).default({}),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
};

const ignored = { Tags: '', MetricsConfig: 'metrics of the event source' };

/** An SQS queue that a function polls. */
export interface EventSourceMapping {
  readonly queueName: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number | undefined;
}

/** Throws for an event source other than a queue of this stack, and for features that are not emulated (filters, batching window). */
export function mappingsFromTemplate(template: StackTemplate): readonly EventSourceMapping[] {
  return template.ofType('AWS::Lambda::EventSourceMapping').map((resource) => {
    const properties = template.read(resource, honoured, ignored);
    const queue = template.find('AWS::SQS::Queue', properties.EventSourceArn);
    const fn = template.find('AWS::Lambda::Function', properties.FunctionName);
    if (queue === undefined)
      throw new Error(
        `${resource.label}: the AWS edge only knows queues of this stack as event sources, not ${properties.EventSourceArn}.`,
      );
    if (fn === undefined) throw new Error(`${resource.label}: there is no function ${properties.FunctionName} in this stack.`);
    return {
      queueName: queue.name,
      queueArn: queue.arn,
      functionName: fn.name,
      batchSize: properties.BatchSize,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
      maximumConcurrency: properties.ScalingConfig.MaximumConcurrency,
    };
  });
}
