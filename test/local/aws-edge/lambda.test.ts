import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { clientsOf, eventually, recorded, startEdge } from './fixture/edge-under-test.ts';
import { lambdaFunction, RECORDER, role, temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';

const ECHO = `
let calls = 0;
console.log('cold start');
export const handler = async (event, context) => {
  calls += 1;
  if (event.throw) throw new RangeError(event.throw);
  if (event.exit) process.exit(3);
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.block) for (;;);
  if (event.ms) await new Promise((resolve) => setTimeout(resolve, event.ms));
  if (event.env) return process.env;
  return { event, calls, remaining: context.getRemainingTimeInMillis(), requestId: context.awsRequestId, arn: context.invokedFunctionArn };
};
`;

const text = (payload: Uint8Array | undefined): string => Buffer.from(payload ?? []).toString('utf8');

describe('Lambda on the AWS edge', () => {
  const dataDir = temporaryDirectory();
  const recordFile = join(dataDir, 'record.jsonl');
  let edge: AwsEdge;
  let invoke: (
    name: string,
    payload: object,
    type?: 'RequestResponse' | 'Event' | 'DryRun',
  ) => Promise<{ status: number | undefined; error: string | undefined; payload: Record<string, unknown> }>;

  beforeAll(async () => {
    const assemblyDir = writeAssembly(
      {
        Role: role,
        Echo: lambdaFunction('echo', {
          FunctionName: 'tiny-echo',
          Timeout: 1,
          Environment: { Variables: { STAGE: 'test', BASE: 'http://one' } },
        }),
        One: lambdaFunction('echo', { FunctionName: 'tiny-one', ReservedConcurrentExecutions: 1 }),
        Recorder: lambdaFunction('recorder', { FunctionName: 'tiny-recorder', Environment: { Variables: { RECORD_FILE: recordFile } } }),
        Broken: lambdaFunction('broken', { FunctionName: 'tiny-broken' }),
      },
      { echo: ECHO, recorder: RECORDER, broken: 'throw new Error("no configuration");' },
    );
    edge = await startEdge({ assemblyDir, dataDir, environmentOverrides: { BASE: 'http://two' } });
    const { lambda } = clientsOf(edge);
    invoke = async (name, payload, type = 'RequestResponse') => {
      const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload), InvocationType: type }));
      return {
        status: answer.StatusCode,
        error: answer.FunctionError,
        payload: JSON.parse(text(answer.Payload) || '{}') as Record<string, unknown>,
      };
    };
  });
  afterAll(() => edge.close());

  it('invokes by name and by ARN, with a context, and uses a warm instance again', async () => {
    const first = await invoke('tiny-echo', { a: 1 });
    const second = await invoke('arn:aws:lambda:eu-west-2:000000000000:function:tiny-echo', { a: 2 });

    expect(first).toMatchObject({
      status: 200,
      error: undefined,
      payload: { event: { a: 1 }, arn: 'arn:aws:lambda:eu-west-2:000000000000:function:tiny-echo' },
    });
    expect(second.payload['calls']).toBe(Number(first.payload['calls']) + 1);
    expect(first.payload['remaining']).toBeGreaterThan(500);
    expect(first.payload['remaining']).toBeLessThanOrEqual(1000);
    expect(first.payload['requestId']).not.toBe(second.payload['requestId']);
  });

  it('gives the function its own environment, with overrides, and none of this process', async () => {
    process.env['EDGE_TEST_LEAK'] = 'leaked';
    const { payload } = await invoke('tiny-echo', { env: true });

    expect(payload).toMatchObject({
      STAGE: 'test',
      BASE: 'http://two',
      AWS_ENDPOINT_URL: edge.url,
      AWS_REGION: 'eu-west-2',
      AWS_LAMBDA_FUNCTION_NAME: 'tiny-echo',
      TZ: ':UTC',
    });
    expect(payload).not.toHaveProperty('EDGE_TEST_LEAK');
  });

  it('answers an error of the handler with FunctionError and its type and message', async () => {
    const { status, error, payload } = await invoke('tiny-echo', { throw: 'out of range' });

    expect({ status, error }).toEqual({ status: 200, error: 'Unhandled' });
    expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'out of range' });
    expect(payload['trace']).toContain('RangeError: out of range');
  });

  it.each([{ hang: true }, { block: true }])('kills an instance at its timeout, and the next call gets a fresh one: %j', async (event) => {
    const { error, payload } = await invoke('tiny-echo', event);
    const next = await invoke('tiny-echo', {});

    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 1.00 seconds'),
    });
    expect(next.payload['calls']).toBe(1);
  });

  it('reports a function that ends its own process, or fails at cold start', async () => {
    expect((await invoke('tiny-echo', { exit: true })).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await invoke('tiny-broken', {})).payload).toMatchObject({ errorType: 'Error', errorMessage: 'no configuration' });
  });

  it('runs calls side by side in several instances, one at a time where only one is reserved', async () => {
    const several = await Promise.all([invoke('tiny-echo', { ms: 100 }), invoke('tiny-echo', { ms: 100 })]);
    const one = await Promise.all([invoke('tiny-one', {}), invoke('tiny-one', {}), invoke('tiny-one', {})]);

    expect(several.map(({ error }) => error)).toEqual([undefined, undefined]);
    // Nothing is warm after the test before: one after the other, the second would have found the first one's instance.
    expect(several.map(({ payload }) => payload['calls'])).toEqual([1, 1]);
    expect(one.map(({ payload }) => payload['calls']).sort()).toEqual([1, 2, 3]);
  });

  it('accepts Event with 202 and delivers it, checks only with DryRun, and refuses unknown functions and bad JSON as AWS does', async () => {
    expect((await invoke('tiny-recorder', { n: 1 }, 'DryRun')).status).toBe(204);
    expect((await invoke('tiny-recorder', { n: 2 }, 'Event')).status).toBe(202);
    const [record] = await eventually(() => (recorded(recordFile).length > 0 ? recorded(recordFile) : undefined));
    expect(record).toMatchObject({ event: { n: 2 }, function: 'tiny-recorder' });

    await expect(invoke('tiny-nobody', {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(clientsOf(edge).lambda.send(new InvokeCommand({ FunctionName: 'tiny-echo', Payload: '{not json' }))).rejects.toMatchObject(
      { name: 'InvalidRequestContentException' },
    );
  });

  it('writes what functions print to a file of their own', async () => {
    const { logFile } = edge.describe().functions.find(({ name }) => name === 'tiny-echo') ?? { logFile: '' };
    await eventually(() => (readFileSync(logFile, 'utf8').includes('cold start') ? true : undefined));
    expect(readFileSync(logFile, 'utf8')).toMatch(/REPORT RequestId: \S+ Duration: [\d.]+ ms/);
  });
});
