import type { TableDefinition } from './dynamodb/tables-from-template.ts';
import { tablesFromTemplate } from './dynamodb/tables-from-template.ts';
import type { EventsDefinition } from './events/rules-from-template.ts';
import { eventsFromTemplate } from './events/rules-from-template.ts';
import type { HttpApiDefinition } from './http-api/api-from-template.ts';
import { httpApiFromTemplate } from './http-api/api-from-template.ts';
import type { FunctionDefinition } from './lambda/functions-from-template.ts';
import { functionsFromTemplate } from './lambda/functions-from-template.ts';
import type { EventSourceMapping } from './sqs/mappings-from-template.ts';
import { mappingsFromTemplate } from './sqs/mappings-from-template.ts';
import type { QueueDefinition } from './sqs/queues-from-template.ts';
import { queuesFromTemplate } from './sqs/queues-from-template.ts';
import type { StackTemplate } from './template/stack-template.ts';

/** Everything the edge runs, as the template says it. */
export interface StackDefinition {
  readonly tables: readonly TableDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly functions: readonly FunctionDefinition[];
  readonly mappings: readonly EventSourceMapping[];
  readonly events: EventsDefinition;
  readonly httpApi: HttpApiDefinition | undefined;
}

/**
 * Reads the whole template before anything is started, so that what is not emulated is found at once. `overrides` replaces
 * values of environment variables that the template gives to functions; a variable that no function has throws.
 */
export function readStack(template: StackTemplate, overrides: Readonly<Record<string, string>>): StackDefinition {
  const functions = functionsFromTemplate(template);
  for (const name of Object.keys(overrides)) {
    if (!functions.some(({ environment }) => name in environment))
      throw new Error(`No function of the template has an environment variable ${name} to override.`);
  }
  return {
    tables: tablesFromTemplate(template),
    queues: queuesFromTemplate(template),
    functions: functions.map((fn) => ({ ...fn, environment: overridden(fn.environment, overrides) })),
    mappings: mappingsFromTemplate(template),
    events: eventsFromTemplate(template),
    httpApi: httpApiFromTemplate(template),
  };
}

function overridden(environment: Readonly<Record<string, string>>, overrides: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, overrides[name] ?? value]));
}
