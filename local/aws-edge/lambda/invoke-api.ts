import { randomUUID } from 'node:crypto';
import type { AwsResponse, AwsService } from '../aws-protocol.ts';
import { AwsError, jsonError } from '../aws-protocol.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';

/** `POST /2015-03-31/functions/{name or ARN}/invocations`, with or without a query. */
const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?(?:\?(.*))?$/;

/** Lambda's limits: 6 MB in a synchronous call, 1 MB in an asynchronous one. */
const SYNC_LIMIT_BYTES = 6 * 1024 * 1024;
const ASYNC_LIMIT_BYTES = 1024 * 1024;

/** Lambda's Invoke operation: RequestResponse, Event and DryRun. The other operations of Lambda are not emulated. */
export function invokeApi(runtime: LambdaRuntime, asyncInvocations: AsyncInvocations): AwsService {
  return async (request) => {
    const requestId = randomUUID();
    try {
      const [, reference = '', query = ''] = INVOKE_PATH.exec(request.path) ?? [];
      if (request.method !== 'POST' || reference === '')
        throw new AwsError('UnknownOperationException', `The AWS edge does not emulate ${request.method} ${request.path}.`, 404);
      const name = decodeURIComponent(reference);
      const definition = runtime.find(name);
      if (definition === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      const qualifier = new URLSearchParams(query).get('Qualifier') ?? '$LATEST';
      if (qualifier !== '$LATEST')
        throw new AwsError('ResourceNotFoundException', `Function not found: ${definition.arn}:${qualifier}`, 404);
      const payload = checkedPayload(request.body);
      const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type === 'RequestResponse') return await invokeNow(runtime, definition.name, limited(payload, SYNC_LIMIT_BYTES), requestId);
      if (type === 'DryRun') return { status: 204, headers: answerHeaders(requestId), body: '' };
      if (type !== 'Event') throw new AwsError('InvalidParameterValueException', `Unknown invocation type: ${String(type)}`);
      asyncInvocations.accept(definition.name, limited(payload, ASYNC_LIMIT_BYTES), requestId);
      return { status: 202, headers: answerHeaders(requestId), body: '' };
    } catch (error) {
      return jsonError(error, 'application/json');
    }
  };
}

async function invokeNow(runtime: LambdaRuntime, name: string, payload: string, requestId: string): Promise<AwsResponse> {
  const outcome = await runtime.invoke(name, payload, requestId);
  const headers = { ...answerHeaders(requestId), 'x-amz-executed-version': '$LATEST', 'content-type': 'application/json' };
  if (outcome.ok) return { status: 200, headers, body: outcome.payload };
  return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(outcome.error) };
}

function answerHeaders(requestId: string): Record<string, string> {
  return { 'x-amzn-requestid': requestId };
}

function checkedPayload(body: Buffer): string {
  const payload = body.length === 0 ? '{}' : body.toString('utf8');
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : ''}`,
    );
  }
  return payload;
}

function limited(payload: string, bytes: number): string {
  const size = Buffer.byteLength(payload);
  if (size > bytes) throw new AwsError('RequestTooLargeException', `${size} byte payload is too large (the limit is ${bytes} bytes)`, 413);
  return payload;
}
