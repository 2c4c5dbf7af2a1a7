import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { z } from 'zod';
import { httpHandler, jsonAnswer, jsonBody, type HttpRequest } from '../../../shared/runtime/http.ts';
import { createLog } from '../../../shared/runtime/log.ts';
import { HttpProblem } from '../../../shared/runtime/problem.ts';

const errors: unknown[] = [];
const log = createLog({ info: () => undefined, warn: () => undefined, error: (...line: unknown[]) => void errors.push(line) });

function httpEvent(parts: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'PUT /v1/xero/settings',
    rawPath: '/v1/xero/settings',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    isBase64Encoded: false,
    requestContext: { requestId: 'req-1' } as APIGatewayProxyEventV2['requestContext'],
    ...parts,
  };
}
const call = (serve: (request: HttpRequest) => Promise<ReturnType<typeof jsonAnswer>>, event = httpEvent()) =>
  httpHandler({ log }, serve)(event, {} as Context);

describe('httpHandler', () => {
  it('answers and repeats a usable correlation id of the caller', async () => {
    const answer = await call(
      async ({ correlationId }) => jsonAnswer(200, { correlationId }),
      httpEvent({ headers: { 'X-Correlation-Id': 'abc-1' } }),
    );
    expect(answer).toMatchObject({ statusCode: 200, body: '{"correlationId":"abc-1"}', headers: { 'x-correlation-id': 'abc-1' } });
  });

  it('takes the request id where the given correlation id is unusable', async () => {
    const answer = await call(async () => jsonAnswer(204, null), httpEvent({ headers: { 'x-correlation-id': 'a b\nc' } }));
    expect(answer.headers).toMatchObject({ 'x-correlation-id': 'req-1' });
  });

  it('answers an HttpProblem as an RFC 9457 document', async () => {
    const answer = await call(async () => {
      throw new HttpProblem(
        { status: 409, code: 'other-organisation', title: 'Another organisation', detail: 'Start afresh?' },
        { field: 'x' },
      );
    });
    expect(answer).toMatchObject({ statusCode: 409, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'urn:ges-xero-sync:problem:other-organisation',
      title: 'Another organisation',
      status: 409,
      detail: 'Start afresh?',
      code: 'other-organisation',
      field: 'x',
    });
  });

  it('answers any other error as a 500 that tells nothing of the inside, and logs it', async () => {
    errors.length = 0;
    const answer = await call(async () => {
      throw new Error('table ges-xero-prod is on fire');
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('fire');
    expect(answer.body).toContain('req-1');
    expect(JSON.stringify(errors)).toContain('on fire');
  });
});

describe('jsonBody', () => {
  const schema = z.object({ syncCustomers: z.boolean() });
  const read = (event: APIGatewayProxyEventV2) => jsonBody(event, schema);

  it('reads a checked body, base64 or not', () => {
    const body = '{"syncCustomers":true}';
    expect(read(httpEvent({ body }))).toEqual({ syncCustomers: true });
    expect(read(httpEvent({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true }))).toEqual({ syncCustomers: true });
  });

  it.each([
    ['another content type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, 'not-json'],
    ['no content type', { headers: {}, body: '{}' }, 415, 'not-json'],
    ['no body', {}, 400, 'malformed-json'],
    ['garbage', { body: '{"syncCustomers":' }, 400, 'malformed-json'],
    ['a wrong type', { body: '{"syncCustomers":"yes"}' }, 422, 'invalid-field'],
    ['not an object', { body: '7' }, 422, 'invalid-field'],
  ])('refuses %s', (_, parts, status, code) => {
    expect(() => read(httpEvent(parts))).toThrow(expect.objectContaining({ status, code }));
  });

  it('names the field that does not fit', () => {
    expect(() => read(httpEvent({ body: '{"syncCustomers":1}' }))).toThrow(expect.objectContaining({ extra: { field: 'syncCustomers' } }));
  });
});
