import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { ZodType } from 'zod';
import type { Log } from '../sync/ports.ts';
import { describeError, withIds } from './log.ts';
import { HttpProblem, problemAnswer, unexpectedProblem } from './problem.ts';

/** One call of an HTTP API route (payload format 2.0). */
export interface HttpRequest<E extends APIGatewayProxyEventV2 = APIGatewayProxyEventV2> {
  readonly event: E;
  /** From the caller's `x-correlation-id`, else the gateway's request id; on every log line and in the answer. */
  readonly correlationId: string;
  readonly log: Log;
}
export type HttpAnswer = APIGatewayProxyStructuredResultV2;
export type HttpHandler<E> = (event: E, context: Context) => Promise<HttpAnswer>;

/** A caller is answered this long before Lambda would end the function without an answer. */
const ANSWER_EARLY_MS = 500;

/** What is still under way goes on or not: the caller, Xero above all, tries again. */
function outOfTime(): HttpAnswer {
  const detail = 'This took too long. Please try again.';
  return problemAnswer(new HttpProblem({ status: 503, code: 'out-of-time', title: 'No answer in time', detail }));
}

const USABLE_CORRELATION_ID = /^[\w.:-]{1,100}$/;

/** Value of a header whatever the case of its name. */
export function header(event: Pick<APIGatewayProxyEventV2, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(event.headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The body as the bytes that were sent: the gateway hands binary bodies over in base64. */
export function rawBody(event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

function correlationIdOf(event: APIGatewayProxyEventV2): string {
  const given = header(event, 'x-correlation-id');
  return given !== undefined && USABLE_CORRELATION_ID.test(given) ? given : event.requestContext.requestId;
}

/**
 * The stack around every HTTP function (middy): correlation id; HttpProblem → its problem document; any other error →
 * logged, counted by `onUnexpected`, answered as a 500 problem that tells nothing of the inside.
 */
export function httpHandler<E extends APIGatewayProxyEventV2>(
  dependencies: { readonly log: Log; readonly onUnexpected?: () => void },
  serve: (request: HttpRequest<E>) => Promise<HttpAnswer>,
): HttpHandler<E> {
  const { log, onUnexpected } = dependencies;
  const stack = middy<E, HttpAnswer>({ timeoutEarlyInMillis: ANSWER_EARLY_MS, timeoutEarlyResponse: outOfTime })
    .onError((request) => {
      if (request.error instanceof HttpProblem) {
        request.response = problemAnswer(request.error);
        return;
      }
      const correlationId = correlationIdOf(request.event);
      log.error('http call failed', { correlationId, failure: describeError(request.error) });
      onUnexpected?.();
      request.response = problemAnswer(unexpectedProblem(correlationId));
    })
    .handler(async (event: E): Promise<HttpAnswer> => {
      const correlationId = correlationIdOf(event);
      return serve({ event, correlationId, log: withIds(log, { correlationId }) });
    });
  return async (event, context) => {
    const answer = await stack(event, context);
    return { ...answer, headers: { ...answer.headers, 'x-correlation-id': correlationIdOf(event) } };
  };
}

/**
 * The JSON body of a call, checked by `schema`. Throws HttpProblem: 415 when the content type is not JSON, 400 when it
 * does not parse, 422 with `field` naming the first field that does not fit.
 */
export function jsonBody<T>(event: APIGatewayProxyEventV2, schema: ZodType<T>): T {
  const contentType = header(event, 'content-type') ?? '';
  if (!/^application\/(\S+\+)?json\s*(;|$)/i.test(contentType)) {
    throw new HttpProblem({
      status: 415,
      code: 'not-json',
      title: 'The body must be JSON',
      detail: 'Send the body as JSON with the header content-type: application/json.',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(rawBody(event).toString('utf8'));
  } catch (cause) {
    throw new HttpProblem(
      { status: 400, code: 'malformed-json', title: 'The body is not valid JSON', detail: 'The body could not be parsed as JSON.' },
      {},
      { cause },
    );
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.map(String).join('.') || 'body';
  throw new HttpProblem(
    { status: 422, code: 'invalid-field', title: 'A field does not fit', detail: `${field}: ${issue?.message ?? 'does not fit'}` },
    { field },
  );
}

/** A JSON answer that no cache keeps. */
export function jsonAnswer(statusCode: number, body: unknown): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
