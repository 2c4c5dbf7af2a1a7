import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { startEdge } from './fixture/edge-under-test.ts';
import { temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const TARGETS = [
  'DynamoDB_20120810.PutItem',
  'DynamoDB_20120810.Query',
  'AmazonSQS.SendMessage',
  'AmazonSQS.ReceiveMessage',
  'AWSEvents.PutEvents',
  'secretsmanager.GetSecretValue',
];
const BODIES = ['{', 'null', '[]', '"text"', '42', 'true', '\u0000', '['.repeat(5_000), ''];

describe('Garbage on the AWS port', () => {
  let edge: AwsEdge;

  beforeAll(async () => {
    edge = await startEdge({ assemblyDir: writeAssembly({}), dataDir: temporaryDirectory(), dynamoDbEngine: 'dynalite' });
  });
  afterAll(() => edge.close());

  it.each(TARGETS)('%s answers a body that is no JSON object with 400 in the form of AWS, and the edge lives on', async (target) => {
    for (const body of BODIES) {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
      const answer = await fetch(edge.url, { method: 'POST', headers, body });
      expect({ body: body.slice(0, 10), status: answer.status, type: ((await answer.json()) as { __type: unknown }).__type }).toEqual({
        body: body.slice(0, 10),
        status: 400,
        type: expect.any(String),
      });
    }
    expect((await fetch(`${edge.url}/_edge`)).status).toBe(200);
  });

  it('a body larger than any service takes is answered with 413', async () => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    const answer = await fetch(edge.url, { method: 'POST', headers, body: ' '.repeat(17 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });

  it.each([
    ['PutItem', { TableName: 'tiny-table', Item: { pk: null } }],
    ['BatchGetItem', { RequestItems: { 'tiny-table': null } }],
  ])('%s that dynalite itself stumbles over is answered with 500, and the edge lives on', async (operation, input) => {
    const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
    const answer = await fetch(edge.url, { method: 'POST', headers, body: JSON.stringify(input) });
    expect({ status: answer.status, answer: await answer.json() }).toMatchObject({
      status: 500,
      answer: { __type: 'InternalServerError', message: expect.stringContaining('dynalite failed') as unknown },
    });
    expect((await fetch(`${edge.url}/_edge`)).status).toBe(200);
  });
});
