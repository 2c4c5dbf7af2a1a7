import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AwsResponse, AwsService } from './aws-protocol.ts';
import { AwsError, jsonError, jsonObject } from './aws-protocol.ts';
import { BodyTooLarge, readBody } from './read-body.ts';

/** DynamoDB takes the largest requests of the services here: 16 MB. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

export interface AwsServices {
  readonly dynamoDb: AwsService;
  readonly sqs: AwsService;
  readonly sqsQuery: AwsService;
  readonly events: AwsService;
  readonly secretsManager: AwsService;
  readonly lambda: AwsService;
  /** What the edge runs, as JSON: `GET /_edge`. */
  readonly describe: () => object;
}

const TARGETS: readonly [prefix: string, service: 'dynamoDb' | 'sqs' | 'events' | 'secretsManager'][] = [
  ['DynamoDB_', 'dynamoDb'],
  ['AmazonSQS.', 'sqs'],
  ['AWSEvents.', 'events'],
  ['secretsmanager.', 'secretsManager'],
];

/**
 * The one port that speaks for every AWS service: tells them apart by X-Amz-Target, by Lambda's path, or, for the old query
 * protocol, by the service in the signature's credential scope. Signatures are not checked.
 */
export function awsPort(services: AwsServices): RequestListener {
  return (request, response) => {
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    answer(services, request, abort.signal)
      .catch((error: unknown) => jsonError(error))
      .then(
        ({ status, headers, body }) => {
          if (response.destroyed) return;
          response.writeHead(status, { 'x-amzn-requestid': randomUUID(), ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
        },
        () => response.destroy(),
      );
  };
}

async function answer(services: AwsServices, request: IncomingMessage, signal: AbortSignal): Promise<AwsResponse> {
  const path = request.url ?? '/';
  if (request.method === 'GET' && path === '/_edge')
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(services.describe(), null, 2) };
  const body = await readBody(request, BODY_LIMIT_BYTES).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? new AwsError('RequestEntityTooLargeException', error.message, 413) : error;
  });
  const service = chooseService(services, request, path);
  // Said here for all of them: fauxqs answers garbage with 500, and `null` ends the process in dynalite.
  if (request.headers['x-amz-target'] !== undefined) jsonObject(body);
  return service({ method: request.method ?? 'POST', path, headers: request.headers, body, signal });
}

function chooseService(services: AwsServices, request: IncomingMessage, path: string): AwsService {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const known = TARGETS.find(([prefix]) => target.startsWith(prefix));
    if (known !== undefined) return services[known[1]];
    throw new AwsError('UnknownOperationException', `The AWS edge does not emulate ${target}.`);
  }
  if (path.startsWith('/2015-03-31/functions')) return services.lambda;
  const scope = /Credential=[^/]*\/\d*\/[^/]*\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1];
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (isForm && (scope === 'sqs' || scope === undefined)) return services.sqsQuery;
  throw new AwsError(
    'UnknownOperationException',
    `The AWS edge does not emulate ${scope ?? 'what was asked for'}: ${request.method} ${path.split('?')[0]}.`,
    404,
  );
}
