import { join } from 'node:path';
import type { StackDefinition } from './stack-definition.ts';
import type { NotEmulated, StackTemplate } from './template/stack-template.ts';
import { LOCAL_ACCOUNT_ID, queueUrl } from './template/physical-names.ts';

/** What runs, where, under which names, and what of the template does not. */
export interface EdgeDescription {
  readonly url: string;
  readonly apiUrl: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly { readonly name: string; readonly arn: string; readonly logicalId: string; readonly logFile: string }[];
  readonly tables: readonly string[];
  readonly queues: readonly { readonly name: string; readonly url: string; readonly arn: string; readonly polledBy: readonly string[] }[];
  readonly buses: readonly string[];
  readonly rules: readonly { readonly name: string; readonly bus: string; readonly targets: readonly string[] }[];
  readonly schedules: readonly { readonly name: string; readonly everySeconds: number; readonly targets: readonly string[] }[];
  readonly secrets: readonly { readonly name: string; readonly arn: string; readonly constructPath: string }[];
  readonly routes: readonly { readonly route: string; readonly function: string; readonly jwt: boolean }[];
  /** What the template asks for and this machine does not do, and where. */
  readonly notEmulated: readonly { readonly what: string; readonly resources: readonly string[] }[];
}

export interface DescribeEdgeOptions {
  readonly url: string;
  readonly apiUrl: string;
  readonly dataDir: string;
  readonly template: StackTemplate;
  readonly stack: StackDefinition;
}

export function describeEdge({ url, apiUrl, dataDir, template, stack }: DescribeEdgeOptions): EdgeDescription {
  const targetNames = (targets: readonly { functionName: string }[]) => targets.map(({ functionName }) => functionName);
  return {
    url,
    apiUrl,
    stackName: template.stackName,
    region: template.region,
    accountId: LOCAL_ACCOUNT_ID,
    functions: stack.functions.map(({ name, arn, logicalId }) => ({ name, arn, logicalId, logFile: join(dataDir, 'logs', `${name}.log`) })),
    tables: stack.tables.map(({ TableName }) => TableName),
    queues: stack.queues.map(({ name, arn }) => ({
      name,
      url: queueUrl(url, name),
      arn,
      polledBy: targetNames(stack.mappings.filter(({ queueName }) => queueName === name)),
    })),
    buses: stack.events.buses,
    rules: stack.events.rules.map(({ name, busName, targets }) => ({ name, bus: busName, targets: targetNames(targets) })),
    schedules: stack.events.schedules.map(({ name, intervalMs, targets }) => ({
      name,
      everySeconds: intervalMs / 1000,
      targets: targetNames(targets),
    })),
    secrets: template.ofType('AWS::SecretsManager::Secret').map(({ name, arn, constructPath }) => ({ name, arn, constructPath })),
    routes: (stack.httpApi?.routes ?? []).map(({ pattern, functionName, authorizer }) => ({
      route: pattern.routeKey,
      function: functionName,
      jwt: authorizer !== undefined,
    })),
    notEmulated: grouped(template.notEmulated()),
  };
}

function grouped(notes: readonly NotEmulated[]): EdgeDescription['notEmulated'] {
  const groups = Object.groupBy(notes, ({ what }) => what);
  return Object.entries(groups).map(([what, members = []]) => ({ what, resources: [...new Set(members.map(({ resource }) => resource))] }));
}
