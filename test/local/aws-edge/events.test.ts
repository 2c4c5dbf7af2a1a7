import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { clientsOf, eventually, recorded, startEdge } from './fixture/edge-under-test.ts';
import { lambdaFunction, RECORDER, role, temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const FLAKY = `
import { appendFileSync } from 'node:fs';
export const handler = async (event, context) => {
  appendFileSync(process.env.RECORD_FILE, JSON.stringify({ event, requestId: context.awsRequestId }) + '\\n');
  throw new TypeError('not today');
};
`;

describe('EventBridge on the AWS edge', () => {
  const dataDir = temporaryDirectory();
  const changes = join(dataDir, 'changes.jsonl');
  const attempts = join(dataDir, 'attempts.jsonl');
  let edge: AwsEdge;
  let clients: ReturnType<typeof clientsOf>;

  beforeAll(async () => {
    const assemblyDir = writeAssembly(
      {
        Role: role,
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'tiny-bus' } },
        Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tiny-dead' } },
        Recorder: lambdaFunction('recorder', { Environment: { Variables: { RECORD_FILE: changes } } }),
        Flaky: lambdaFunction('flaky', { FunctionName: 'tiny-flaky', Environment: { Variables: { RECORD_FILE: attempts } } }),
        FlakyConfig: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Flaky' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 2,
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
          },
        },
        Changes: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventBusName: { Ref: 'Bus' },
            EventPattern: { source: ['ges.platform'], 'detail-type': ['CustomerChanged', 'InvoiceChanged'] },
            State: 'ENABLED',
            Targets: [
              { Id: 'T', Arn: { 'Fn::GetAtt': ['Recorder', 'Arn'] }, DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
            ],
          },
        },
      },
      { recorder: RECORDER, flaky: FLAKY },
    );
    edge = await startEdge({ assemblyDir, dataDir, retryDelaysMs: [10, 20] });
    clients = clientsOf(edge);
  });
  afterAll(() => edge.close());

  const entry = (change: object) => ({
    EventBusName: 'tiny-bus',
    Source: 'ges.platform',
    DetailType: 'CustomerChanged',
    Detail: '{"accountId":"a"}',
    ...change,
  });

  it('hands a matching event to the function of the rule, in the form EventBridge gives it', async () => {
    const answer = await clients.events.send(
      new PutEventsCommand({ Entries: [entry({ Time: new Date('2026-11-22T10:15:00.750Z'), Resources: ['r'] })] }),
    );
    const [record] = await eventually(() => (recorded(changes).length > 0 ? recorded(changes) : undefined));

    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: record?.event['id'] }] });
    expect(record?.event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'CustomerChanged',
      source: 'ges.platform',
      account: '000000000000',
      time: '2026-11-22T10:15:00Z',
      region: 'eu-west-2',
      resources: ['r'],
      detail: { accountId: 'a' },
    });
  });

  it('delivers only what the rule matches, only from its bus, and answers faults entry by entry', async () => {
    const before = recorded(changes).length;
    const { FailedEntryCount, Entries } = await clients.events.send(
      new PutEventsCommand({
        Entries: [
          entry({ DetailType: 'SomethingElse' }),
          entry({ EventBusName: 'default' }),
          entry({ Detail: 'not json' }),
          entry({ Detail: '[]' }),
          entry({ EventBusName: 'no-such-bus' }),
          entry({ Source: undefined }),
          entry({ DetailType: 'InvoiceChanged', EventBusName: 'arn:aws:events:eu-west-2:000000000000:event-bus/tiny-bus' }),
        ],
      }),
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'ResourceNotFoundException',
      'InvalidArgument',
      undefined,
    ]);
    await eventually(() => (recorded(changes).length > before ? true : undefined));
    expect(
      recorded(changes)
        .slice(before)
        .map(({ event }) => event['detail-type']),
    ).toEqual(['InvoiceChanged']);
  });

  it('refuses more than ten entries', async () => {
    await expect(clients.events.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry({})) }))).rejects.toMatchObject(
      { name: 'ValidationException' },
    );
  });

  it('retries a failing asynchronous invocation twice, with the same request id, then sends it to the on-failure destination', async () => {
    await clients.lambda.send(new InvokeCommand({ FunctionName: 'tiny-flaky', InvocationType: 'Event', Payload: '{"order":7}' }));
    const QueueUrl = edge.describe().queues.find(({ name }) => name === 'tiny-dead')?.url;
    const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));

    expect(recorded(attempts).map(({ event }) => event)).toEqual([{ order: 7 }, { order: 7 }, { order: 7 }]);
    expect(new Set(recorded(attempts).map(({ requestId }) => requestId)).size).toBe(1);
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({
      requestContext: {
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
        functionArn: 'arn:aws:lambda:eu-west-2:000000000000:function:tiny-flaky:$LATEST',
      },
      requestPayload: { order: 7 },
      responsePayload: { errorType: 'TypeError', errorMessage: 'not today' },
    });
  });
});
