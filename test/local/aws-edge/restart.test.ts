import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EdgeDescription } from '../../../local/aws-edge/edge-description.ts';
import { clientsOf, eventually, recorded, startEdge } from './fixture/edge-under-test.ts';
import { lambdaFunction, role, temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const MAIN = fileURLToPath(new URL('../../../local/aws-edge/main.ts', import.meta.url));

/** Records each event, and never ends until the marker file is there. */
const STUCK = `
import { appendFileSync, existsSync } from 'node:fs';
export const handler = async (event) => {
  appendFileSync(process.env.RECORD_FILE, JSON.stringify({ event }) + '\\n');
  if (!existsSync(process.env.MARKER_FILE)) await new Promise(() => setInterval(() => undefined, 1000));
};
`;

function stack(recordFile: string, markerFile: string): string {
  const Environment = { Variables: { RECORD_FILE: recordFile, MARKER_FILE: markerFile } };
  return writeAssembly(
    {
      Role: role,
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'tiny-bus' } },
      Bell: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tiny-bell', VisibilityTimeout: 720 } },
      Held: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tiny-held', VisibilityTimeout: 720 } },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'tiny-table',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        },
      },
      OnBell: lambdaFunction('stuck', { FunctionName: 'tiny-on-bell', Timeout: 120, Environment }),
      OnEvent: lambdaFunction('stuck', { FunctionName: 'tiny-on-event', Timeout: 120, Environment }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: { 'Fn::GetAtt': ['Bell', 'Arn'] }, FunctionName: { Ref: 'OnBell' }, BatchSize: 1 },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: { Ref: 'Bus' },
          EventPattern: { source: ['test'] },
          Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['OnEvent', 'Arn'] } }],
        },
      },
    },
    { stuck: STUCK },
  );
}

describe('The AWS edge after a kill', () => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function boot(assembly: string, data: string): Promise<{ child: ChildProcess; description: EdgeDescription }> {
    const env = { ...process.env, AWS_EDGE_PORT: '0', INTEGRATION_API_PORT: '0' };
    const child = spawn(process.execPath, [MAIN, '--assembly', assembly, '--stage', 'test', '--data', data], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const description = await eventually(() => (output.endsWith('}\n') ? (JSON.parse(output) as EdgeDescription) : undefined));
    return { child, description };
  }

  it('keeps tables, secrets and queues, delivers again what was under way, and shows polled messages at once', async () => {
    const data = temporaryDirectory();
    const recordFile = join(data, 'record.jsonl');
    const markerFile = join(data, 'marker');
    const assembly = stack(recordFile, markerFile);
    const first = await boot(assembly, data);
    const before = clientsOf(first.description);
    const queue = (description: EdgeDescription, name: string) => description.queues.find((item) => item.name === name)?.url;
    const bodies = (): unknown[] =>
      recorded(recordFile).map(({ event }) => event['detail'] ?? (event['Records'] as { body: string }[])[0]?.body);

    await before.dynamoDb.send(new PutItemCommand({ TableName: 'tiny-table', Item: { pk: { S: 'a' }, n: { N: '1' } } }));
    await before.secrets.send(new CreateSecretCommand({ Name: 'tiny-secret', SecretString: 'one' }));
    await before.secrets.send(new PutSecretValueCommand({ SecretId: 'tiny-secret', SecretString: 'two' }));
    await before.sqs.send(new SendMessageCommand({ QueueUrl: queue(first.description, 'tiny-held'), MessageBody: 'held by a person' }));
    await before.sqs.send(new SendMessageCommand({ QueueUrl: queue(first.description, 'tiny-held'), MessageBody: 'waiting' }));
    await before.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue(first.description, 'tiny-held') }));
    await before.sqs.send(new SendMessageCommand({ QueueUrl: queue(first.description, 'tiny-bell'), MessageBody: 'ring' }));
    await before.events.send(
      new PutEventsCommand({ Entries: [{ EventBusName: 'tiny-bus', Source: 'test', DetailType: 'T', Detail: '{"n":1}' }] }),
    );
    await eventually(() => (recorded(recordFile).length === 2 ? true : undefined));
    expect(bodies()).toEqual(expect.arrayContaining(['ring', { n: 1 }]));

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    writeFileSync(markerFile, '');
    const second = await boot(assembly, data);
    const after = clientsOf(second.description);

    await eventually(() => (recorded(recordFile).length === 4 ? true : undefined));
    expect(bodies().slice(2)).toEqual(expect.arrayContaining(['ring', { n: 1 }]));
    const rings = recorded(recordFile).flatMap(({ event }) => (event['Records'] ?? []) as { attributes: Record<string, string> }[]);
    expect(rings.map(({ attributes }) => attributes['ApproximateReceiveCount'])).toEqual(['1', '2']);
    expect((await after.dynamoDb.send(new GetItemCommand({ TableName: 'tiny-table', Key: { pk: { S: 'a' } } }))).Item).toEqual({
      pk: { S: 'a' },
      n: { N: '1' },
    });
    expect((await after.secrets.send(new GetSecretValueCommand({ SecretId: 'tiny-secret' }))).SecretString).toBe('two');
    const held = await after.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue(second.description, 'tiny-held'), MaxNumberOfMessages: 10 }),
    );
    expect(held.Messages?.map(({ Body }) => Body)).toEqual(['waiting']);
  });

  it('delivers nothing twice after an orderly stop', async () => {
    const dataDir = temporaryDirectory();
    const recordFile = join(dataDir, 'record.jsonl');
    writeFileSync(join(dataDir, 'marker'), '');
    const assemblyDir = stack(recordFile, join(dataDir, 'marker'));
    const edge = await startEdge({ assemblyDir, dataDir });
    await clientsOf(edge).events.send(
      new PutEventsCommand({ Entries: [{ EventBusName: 'tiny-bus', Source: 'test', DetailType: 'T', Detail: '{"n":1}' }] }),
    );
    await edge.close();
    const again = await startEdge({ assemblyDir, dataDir });
    await eventually(() => (recorded(recordFile).length > 0 ? true : undefined));
    await again.close();
    expect(recorded(recordFile)).toHaveLength(1);
  });

  it('names the port and the variable that moves it when a port is taken', async () => {
    const assemblyDir = writeAssembly({});
    const first = await startEdge({ assemblyDir, dataDir: temporaryDirectory() });
    const port = Number(new URL(first.url).port);
    await expect(startEdge({ assemblyDir, dataDir: temporaryDirectory(), port })).rejects.toThrow(
      new RegExp(`Port ${port} \\(AWS edge\\) is already in use.*AWS_EDGE_PORT`),
    );
    await expect(startEdge({ assemblyDir, dataDir: temporaryDirectory(), httpPort: port })).rejects.toThrow(/INTEGRATION_API_PORT/);
    await first.close();
  });
});
