import type { IncomingHttpHeaders } from 'node:http';

/** One request to an AWS service, read to its end. `signal` aborts when the caller hangs up. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type AwsService = (request: AwsRequest) => Promise<AwsResponse>;

/** An error in AWS's own words: `code` becomes the exception's name in every SDK. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** The request body as an object; anything else is AWS's SerializationException. */
export function jsonObject(body: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'Start of structure or map expected.');
  }
  return parsed as Record<string, unknown>;
}

export type JsonOperation = (input: Record<string, unknown>) => Promise<object> | object;

/** A service of the AWS JSON 1.0/1.1 protocols: the operation is named after the dot of X-Amz-Target. */
export function jsonService(
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1',
  operations: Readonly<Record<string, JsonOperation>>,
): AwsService {
  return async (request) => {
    const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    try {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw new AwsError('UnknownOperationException', `The AWS edge does not emulate ${name}.`);
      const output = await operation(jsonObject(request.body));
      return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(output) };
    } catch (error) {
      return jsonError(error, contentType);
    }
  };
}

/** An error as the JSON protocols carry it; whatever is not an {@link AwsError} is an InternalFailure. */
export function jsonError(error: unknown, contentType = 'application/x-amz-json-1.1'): AwsResponse {
  const known =
    error instanceof AwsError ? error : new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
  return {
    status: known.status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': known.code },
    body: JSON.stringify({ __type: known.code, message: known.message, Message: known.message }),
  };
}
