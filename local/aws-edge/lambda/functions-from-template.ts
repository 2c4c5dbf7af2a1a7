import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StackTemplate } from '../template/stack-template.ts';

const honoured = {
  FunctionName: z.string().optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string().regex(/^[^.]+\.[^.]+$/, 'a handler is file.export'),
  Runtime: z.literal('nodejs24.x'),
  Timeout: z.coerce.number().positive().default(3),
  MemorySize: z.coerce.number().positive().default(128),
  ReservedConcurrentExecutions: z.coerce.number().int().nonnegative().optional(),
  /** Loop detection is not emulated: no doorbell is ever dropped here. */
  RecursiveLoop: z.enum(['Allow', 'Terminate']).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
};

const ignored = {
  Role: '',
  Description: '',
  Architectures: '',
  LoggingConfig: 'log configuration: logs go to one file a function',
  TracingConfig: 'tracing',
  KmsKeyArn: 'encryption at rest',
  Tags: '',
};

const invokeConfig = {
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).optional(),
  MaximumEventAgeInSeconds: z.coerce.number().int().min(60).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).optional(),
};

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  /** Absolute path of the file that exports the handler, and the export's name. */
  readonly file: string;
  readonly exportName: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMiB: number;
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** How asynchronous invocations end that fail. */
  readonly asynchronous: { readonly retries: number; readonly maxAgeMs: number; readonly onFailureQueueArn: string | undefined };
}

/** AWS's own defaults for asynchronous invocations. */
const ASYNC_DEFAULTS = { retries: 2, maxAgeSeconds: 6 * 60 * 60 };

export function functionsFromTemplate(template: StackTemplate): readonly FunctionDefinition[] {
  const configs = template
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map((resource) => ({ resource, ...template.read(resource, invokeConfig) }));
  return template.ofType('AWS::Lambda::Function').map((resource) => {
    const properties = template.read(resource, honoured, ignored);
    const [file = '', exportName = ''] = properties.Handler.split('.');
    const directory = template.assetPath(properties.Code.S3Key, resource.label);
    const config = configs.find(({ FunctionName }) => FunctionName === resource.name || FunctionName === resource.arn);
    const destination = config?.DestinationConfig?.OnFailure?.Destination;
    if (config !== undefined && destination !== undefined && template.find('AWS::SQS::Queue', destination) === undefined) {
      throw new Error(
        `${config.resource.label}: the AWS edge only knows queues of this stack as on-failure destinations, not ${destination}.`,
      );
    }
    return {
      name: resource.name,
      arn: resource.arn,
      logicalId: resource.logicalId,
      file: handlerFile(directory, file, resource.label),
      exportName,
      handler: properties.Handler,
      timeoutMs: properties.Timeout * 1000,
      memoryMiB: properties.MemorySize,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      environment: properties.Environment.Variables,
      asynchronous: {
        retries: config?.MaximumRetryAttempts ?? ASYNC_DEFAULTS.retries,
        maxAgeMs: (config?.MaximumEventAgeInSeconds ?? ASYNC_DEFAULTS.maxAgeSeconds) * 1000,
        onFailureQueueArn: destination,
      },
    };
  });
}

/** The handler's file, looked for in Lambda's own order of extensions. */
function handlerFile(directory: string, name: string, label: string): string {
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(directory, name + extension)).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${label}: its code in ${directory} has no ${name}.js, .mjs or .cjs.`);
  return file;
}
