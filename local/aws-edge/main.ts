/**
 * The AWS edge alone, over an assembly that is already synthesised:
 * `node local/aws-edge/main.ts --assembly cdk.out [--stage local] [--data .local/aws-edge] [--secrets FILE.json]`
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readEngine } from './dynamodb/dynamodb-server.ts';
import { startAwsEdge } from './start-aws-edge.ts';

const { values } = parseArgs({
  options: {
    assembly: { type: 'string' },
    stage: { type: 'string', default: 'local' },
    data: { type: 'string', default: '.local/aws-edge' },
    /** JSON object: secret (logical id, construct path or name) → first value. */
    secrets: { type: 'string' },
  },
});

const port = z.coerce.number().int().min(0).max(65_535);
const secretValues = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]));

try {
  const edge = await startAwsEdge({
    assemblyDir: z
      .string({ error: 'usage: main.ts --assembly DIRECTORY [--stage local] [--data DIRECTORY] [--secrets FILE.json]' })
      .parse(values.assembly),
    stage: values.stage,
    port: port.parse(process.env['AWS_EDGE_PORT'] ?? 4566),
    httpPort: port.parse(process.env['INTEGRATION_API_PORT'] ?? 4590),
    dataDir: values.data,
    dynamoDbEngine: readEngine(process.env),
    dynamoDbEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    ...(values.secrets === undefined ? {} : { secretValues: secretValues.parse(JSON.parse(readFileSync(values.secrets, 'utf8'))) }),
    log: (message) => console.error(message),
  });
  console.log(JSON.stringify(edge.describe(), null, 2));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void edge.close());
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
