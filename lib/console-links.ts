import { Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ServiceFunction } from './service-function.ts';

/** Addresses in the AWS console, as Markdown links: CloudWatch shows an alarm's description so. */

/** The function's page, and what it wrote. */
export function functionLinks(name: string, { handler, logGroup }: ServiceFunction): string {
  const home = consoleOf(handler);
  return [
    `[function ${name}](${home('lambda/home')}#/functions/${handler.functionName})`,
    `[its logs](${home('cloudwatch/home')}#logsV2:log-groups/log-group/${logGroup.logGroupName})`,
  ].join(', ');
}

/** The functions of a stack, whose names all start so. */
export function functionsLink(stack: Stack): string {
  return `[all functions](${consoleOf(stack)('lambda/home')}#/functions?f0=true&k0=functionName&o0=%3A&v0=${stack.stackName})`;
}

/** The page of a queue, where its messages can be looked at and sent back. */
export function queueLink(queue: Queue): string {
  const { account, region } = Stack.of(queue);
  const url = `https%3A%2F%2Fsqs.${region}.amazonaws.com%2F${account}%2F${queue.queueName}`;
  return `[queue](${consoleOf(queue)('sqs/v3/home')}#/queues/${url})`;
}

function consoleOf(scope: Parameters<typeof Stack.of>[0]): (page: string) => string {
  const { region } = Stack.of(scope);
  return (page) => `https://${region}.console.aws.amazon.com/${page}?region=${region}`;
}
