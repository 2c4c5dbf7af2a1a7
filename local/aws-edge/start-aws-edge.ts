import type { RequestListener } from 'node:http';
import { join, resolve } from 'node:path';
import { awsPort } from './aws-port.ts';
import type { DynamoDbEngine } from './dynamodb/dynamodb-server.ts';
import { startDynamoDb } from './dynamodb/dynamodb-server.ts';
import type { EdgeDescription } from './edge-description.ts';
import { describeEdge } from './edge-description.ts';
import { openEdgeDatabase } from './edge-database.ts';
import { putEventsService } from './events/put-events.ts';
import { startSchedules } from './events/schedules.ts';
import { httpFront } from './http-api/http-front.ts';
import { AsyncInvocations, LAMBDA_RETRY_DELAYS_MS } from './lambda/async-invocations.ts';
import type { LogListener } from './lambda/function-log.ts';
import { invokeApi } from './lambda/invoke-api.ts';
import { LambdaRuntime } from './lambda/lambda-runtime.ts';
import type { ListeningServer } from './listen.ts';
import { listen } from './listen.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { createTemplateSecrets } from './secrets/secrets-from-template.ts';
import { secretsManagerService } from './secrets/secrets-manager.ts';
import { queryProtocol } from './sqs/query-protocol.ts';
import { QueuePoller } from './sqs/queue-poller.ts';
import type { SqsServer } from './sqs/sqs-server.ts';
import { startSqs } from './sqs/sqs-server.ts';
import { readStack } from './stack-definition.ts';
import type { StackAssembly } from './template/assembly.ts';
import { readAssembly } from './template/assembly.ts';
import { queueUrl } from './template/physical-names.ts';
import { StackTemplate } from './template/stack-template.ts';

/** How long functions at work get to finish when the edge is closed. */
const CLOSE_GRACE_MS = 2_000;
const POLL_CUT_INTERVAL_MS = 10;

export interface AwsEdgeOptions {
  /** The CDK cloud assembly (`cdk.out`). */
  readonly assemblyDir: string;
  readonly stage: string;
  /** Port of the AWS services; 0 takes a free one. Default 4566. */
  readonly port?: number;
  /** Port of the HTTP API; 0 takes a free one. Default 4590. */
  readonly httpPort?: number;
  /** Where tables, queues, secrets, deliveries and logs are kept. */
  readonly dataDir: string;
  /** First values of the template's secrets, by logical id, construct path (or its end) or name. */
  readonly secretValues?: Readonly<Record<string, string | object>>;
  /** New values for environment variables that the template gives to its functions. */
  readonly environmentOverrides?: Readonly<Record<string, string>>;
  /** What keeps the tables. Default: dynoxide where there is a binary of it for this machine, else dynalite. */
  readonly dynamoDbEngine?: DynamoDbEngine | undefined;
  /** URL of DynamoDB Local, for those who have it, in place of either. It is opt-in because its licence asks for an AWS account. */
  readonly dynamoDbEndpoint?: string | undefined;
  /** Waits before the retries of an asynchronous invocation, in milliseconds. Default: Lambda's own. */
  readonly retryDelaysMs?: readonly number[];
  /** What goes wrong in the edge itself, in one sentence a time. */
  readonly log?: (message: string) => void;
  /** Every line the functions write; they go to `<dataDir>/logs/<function>.log` in any case. */
  readonly functionLog?: LogListener;
}

export interface AwsEdge {
  /** `http://127.0.0.1:4566`: the endpoint for any AWS SDK or CLI. */
  readonly url: string;
  /** `http://localhost:4590`: the HTTP API. */
  readonly apiUrl: string;
  /** What keeps the tables: `dynoxide`, `dynalite`, or the URL of another DynamoDB. */
  readonly dynamoDb: string;
  describe(): EdgeDescription;
  /** Lets running functions finish for two seconds at most, then ends everything. State stays on disk. */
  close(): Promise<void>;
}

/**
 * Runs a synthesised stack on this machine: its tables, queues, bus, rules, schedules, secrets, HTTP API and functions,
 * all as the template says, behind the AWS protocols on one port. Throws when a port is taken (naming the variable that
 * moves it) and for anything in the template that the edge neither emulates nor knows to leave out.
 */
export async function startAwsEdge(options: AwsEdgeOptions): Promise<AwsEdge> {
  // Lambda's clock is UTC. Threads share the time zone of their process, whatever their own TZ says.
  process.env['TZ'] = 'UTC';
  const assembly = readAssembly(options.assemblyDir, options.stage);
  const aws = gate();
  const api = gate();
  const opened: Opened = [];
  try {
    const awsServer = await listen(aws.listener, { what: 'AWS edge', port: options.port ?? 4566, portVariable: 'AWS_EDGE_PORT' });
    opened.push(() => awsServer.close());
    const apiServer = await listen(api.listener, {
      what: 'Integration API',
      port: options.httpPort ?? 4590,
      portVariable: 'INTEGRATION_API_PORT',
    });
    opened.push(() => apiServer.close());
    return await startServices(options, assembly, { aws, api, awsServer, apiServer }, opened);
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

/** How to close what is open so far, for a start that fails half-way. */
type Opened = (() => Promise<void> | void)[];

interface Doors {
  readonly aws: Gate;
  readonly api: Gate;
  readonly awsServer: ListeningServer;
  readonly apiServer: ListeningServer;
}

async function startServices(options: AwsEdgeOptions, assembly: StackAssembly, doors: Doors, opened: Opened): Promise<AwsEdge> {
  const report = options.log ?? (() => undefined);
  const dataDir = resolve(options.dataDir);
  const url = `http://127.0.0.1:${doors.awsServer.port}`;
  const apiUrl = `http://localhost:${doors.apiServer.port}`;
  const template = new StackTemplate(assembly, { awsUrl: url, apiUrl });
  const { region } = template;
  const stack = readStack(template, options.environmentOverrides ?? {});

  const database = openEdgeDatabase(dataDir);
  opened.push(() => database.close());
  const secrets = new SecretStore(database);
  createTemplateSecrets(template, secrets, options.secretValues ?? {});
  const dynamoDb = await startDynamoDb({
    dataDir,
    region,
    tables: stack.tables,
    engine: options.dynamoDbEngine,
    endpoint: options.dynamoDbEndpoint,
  });
  opened.push(() => dynamoDb.close());
  const polledQueues = stack.mappings.map(({ queueName }) => queueName);
  const sqs = await startSqs({ dataDir: join(dataDir, 'sqs'), awsUrl: url, region, queues: stack.queues, polledQueues });
  const environment = { awsUrl: url, region, path: process.env['PATH'] ?? '' };
  const runtime = new LambdaRuntime({ functions: stack.functions, environment, dataDir, logListener: options.functionLog });
  const asyncInvocations = new AsyncInvocations({
    database,
    runtime,
    retryDelaysMs: options.retryDelaysMs ?? LAMBDA_RETRY_DELAYS_MS,
    report,
    sendToQueue: async (arn, body) => {
      await sqs.call('SendMessage', { QueueUrl: queueUrl(url, arn.split(':').at(-1) ?? ''), MessageBody: body });
    },
  });
  const describe = () => describeEdge({ url, apiUrl, dataDir, template, stack });

  doors.aws.open(
    awsPort({
      dynamoDb: dynamoDb.service,
      sqs: sqs.service,
      sqsQuery: queryProtocol(sqs.service),
      events: putEventsService({ definition: stack.events, region, accept: (deliveries) => asyncInvocations.acceptAll(deliveries) }),
      secretsManager: secretsManagerService(secrets, region),
      lambda: invokeApi(runtime, asyncInvocations),
      describe,
    }),
  );
  doors.api.open(httpFront(stack.httpApi ?? { apiId: 'none', cors: undefined, routes: [] }, runtime, report));
  asyncInvocations.resume();
  const pollers = stack.mappings.map((mapping) => new QueuePoller({ mapping, sqs, runtime, awsUrl: url, region, report }));
  const schedules = startSchedules({
    database,
    schedules: stack.events.schedules,
    region,
    invoke: (name, payload) => asyncInvocations.accept(name, payload),
  });

  return {
    url,
    apiUrl,
    dynamoDb: dynamoDb.engine,
    describe,
    close: once(async () => {
      schedules.stop();
      asyncInvocations.stop();
      for (const poller of pollers) poller.stop();
      const polled = pollersStopped(pollers, sqs);
      await doors.apiServer.close();
      await runtime.drained(CLOSE_GRACE_MS);
      await runtime.close();
      await polled;
      await doors.awsServer.close();
      await sqs.close();
      await dynamoDb.close();
      database.close();
    }),
  };
}

/** Closing twice (a signal during an orderly end) is closing once. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}

/** Ends the long polls again and again: one may only just be beginning. */
async function pollersStopped(pollers: readonly QueuePoller[], sqs: SqsServer): Promise<void> {
  const cutting = setInterval(() => sqs.stopPolling(), POLL_CUT_INTERVAL_MS);
  sqs.stopPolling();
  await Promise.all(pollers.map((poller) => poller.stopped()));
  clearInterval(cutting);
}

interface Gate {
  readonly listener: RequestListener;
  open(listener: RequestListener): void;
}

/** Holds requests that arrive while the services behind a port are still starting. */
function gate(): Gate {
  const { promise, resolve: open } = Promise.withResolvers<RequestListener>();
  return { listener: (request, response) => void promise.then((listener) => listener(request, response)), open };
}
