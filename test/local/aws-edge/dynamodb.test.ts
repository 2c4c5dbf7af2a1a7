import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import dynaliteDb from 'dynalite/db/index.js';
import { dynoxideBinary } from '../../../local/aws-edge/dynamodb/dynoxide-engine.ts';
import type { AwsEdge } from '../../../local/aws-edge/start-aws-edge.ts';
import { clientsOf, startEdge } from './fixture/edge-under-test.ts';
import { temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

function table(indexes: readonly string[]) {
  const attribute = (AttributeName: string, AttributeType = 'S') => ({ AttributeName, AttributeType });
  return {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'tiny-table',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          attribute('pk'),
          attribute('sk'),
          ...(indexes.length === 0 ? [] : [attribute('wakeAt', 'N')]),
          ...indexes.map((name) => attribute(name)),
        ],
        GlobalSecondaryIndexes:
          indexes.length === 0
            ? { Ref: 'AWS::NoValue' }
            : indexes.map((name) => ({
                IndexName: `by-${name}`,
                KeySchema: [
                  { AttributeName: name, KeyType: 'HASH' },
                  { AttributeName: 'wakeAt', KeyType: 'RANGE' },
                ],
                Projection: { ProjectionType: 'ALL' },
              })),
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
  };
}

const engines = dynoxideBinary() === undefined ? (['dynalite'] as const) : (['dynoxide', 'dynalite'] as const);

describe.each(engines)('DynamoDB on the AWS edge, %s', (dynamoDbEngine) => {
  const dataDir = temporaryDirectory();
  let edge: AwsEdge;
  let dynamoDb: ReturnType<typeof clientsOf>['dynamoDb'];
  const lane = { pk: { S: 'ACCT#1' }, sk: { S: 'LANE' } };

  beforeAll(async () => {
    edge = await startEdge({ assemblyDir: writeAssembly(table(['wakeShard'])), dataDir, dynamoDbEngine });
    ({ dynamoDb } = clientsOf(edge));
  });
  afterAll(() => edge.close());

  const due = async (before: number) => {
    const answer = await dynamoDb.send(
      new QueryCommand({
        TableName: 'tiny-table',
        IndexName: 'by-wakeShard',
        KeyConditionExpression: 'wakeShard = :shard AND wakeAt < :now',
        ExpressionAttributeValues: { ':shard': { S: '07' }, ':now': { N: String(before) } },
      }),
    );
    return answer.Items;
  };

  it('makes the table of the template with its sparse index, and keeps conditional writes', async () => {
    await dynamoDb.send(new PutItemCommand({ TableName: 'tiny-table', Item: { ...lane, wakeShard: { S: '07' }, wakeAt: { N: '100' } } }));
    expect(await due(200)).toEqual([{ ...lane, wakeShard: { S: '07' }, wakeAt: { N: '100' } }]);

    await dynamoDb.send(
      new UpdateItemCommand({
        TableName: 'tiny-table',
        Key: lane,
        UpdateExpression: 'REMOVE wakeAt ADD dirty :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    expect(await due(200)).toEqual([]);

    const again = new PutItemCommand({ TableName: 'tiny-table', Item: lane, ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(dynamoDb.send(again)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await dynamoDb.send(
      new DeleteItemCommand({
        TableName: 'tiny-table',
        Key: lane,
        ConditionExpression: 'dirty = :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  });

  it('survives callers that hang up in the middle of a request', async () => {
    const abort = new AbortController();
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"TableName":')) });
    const hanging = fetch(edge.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' },
      body,
      duplex: 'half',
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 20);
    await expect(hanging).rejects.toThrow();
    expect(await due(1)).toEqual([]);
  });

  it('uses another DynamoDB when told to, and makes the tables there', async () => {
    const other = await startEdge({ assemblyDir: writeAssembly({}), dataDir: temporaryDirectory(), dynamoDbEngine });
    const front = await startEdge({ assemblyDir: writeAssembly(table([])), dataDir: temporaryDirectory(), dynamoDbEndpoint: other.url });
    await clientsOf(front).dynamoDb.send(new PutItemCommand({ TableName: 'tiny-table', Item: lane }));
    const { Items } = await clientsOf(other).dynamoDb.send(new ScanCommand({ TableName: 'tiny-table' }));
    await front.close();
    await other.close();
    expect(Items).toEqual([lane]);
  });

  it('dynalite makes its indexes again from the items after a kill, which may have fallen between the two', async () => {
    const kept = temporaryDirectory();
    const assemblyDir = writeAssembly(table(['wakeShard']));
    const first = await startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine: 'dynalite' });
    const item = { ...lane, wakeShard: { S: '07' }, wakeAt: { N: '100' } };
    await clientsOf(first).dynamoDb.send(new PutItemCommand({ TableName: 'tiny-table', Item: item }));
    await first.close();

    const store = dynaliteDb.create({ path: join(kept, 'dynamodb') });
    const index = { gte: 'index-global~tiny-table~by-wakeShard~', lt: 'index-global~tiny-table~by-wakeShard~\xff' };
    await store.db.open();
    await store.db.clear(index);
    await store.db.batch([{ type: 'put', key: `${index.gte}stale`, value: { ...item, wakeAt: { N: '50' } } }]);
    await store.db.close();
    writeFileSync(join(kept, 'dynamodb.open'), '');

    const second = await startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine: 'dynalite' });
    ({ dynamoDb } = clientsOf(second));
    expect(await due(200)).toEqual([item]);
    await second.close();
    ({ dynamoDb } = clientsOf(edge));
  });

  it('refuses a stored table whose indexes are not those of the template, says how to go on, and leaves it usable', async () => {
    const kept = temporaryDirectory();
    await (await startEdge({ assemblyDir: writeAssembly(table(['wakeShard'])), dataDir: kept, dynamoDbEngine })).close();
    await expect(
      startEdge({ assemblyDir: writeAssembly(table(['wakeShard', 'statusKey'])), dataDir: kept, dynamoDbEngine }),
    ).rejects.toThrow(/tiny-table .* --fresh/);
    await (await startEdge({ assemblyDir: writeAssembly(table(['wakeShard'])), dataDir: kept, dynamoDbEngine })).close();
  });

  it('refuses tables that the other engine kept, or an older version, says how to go on, and leaves them usable', async () => {
    const kept = temporaryDirectory();
    const assemblyDir = writeAssembly(table(['wakeShard']));
    const other = engines.find((name) => name !== dynamoDbEngine) ?? dynamoDbEngine;
    const first = await startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine });
    await clientsOf(first).dynamoDb.send(new PutItemCommand({ TableName: 'tiny-table', Item: lane }));
    await first.close();
    if (other !== dynamoDbEngine) {
      const refused = new RegExp(`GES_XERO_DYNAMODB=${dynamoDbEngine} .* --fresh`);
      await expect(startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine: other })).rejects.toThrow(refused);
    }
    const again = await startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine });
    expect((await clientsOf(again).dynamoDb.send(new ScanCommand({ TableName: 'tiny-table' }))).Items).toEqual([lane]);
    await again.close();
    rmSync(join(kept, 'dynamodb', 'engine.json'));
    await expect(startEdge({ assemblyDir, dataDir: kept, dynamoDbEngine })).rejects.toThrow(/older version .* --fresh/);
  });
});
