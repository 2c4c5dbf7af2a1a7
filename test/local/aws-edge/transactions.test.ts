import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EdgeDescription } from '../../../local/aws-edge/edge-description.ts';
import { openDynalite } from '../../../local/aws-edge/dynamodb/dynalite-engine.ts';
import { dynoxideBinary } from '../../../local/aws-edge/dynamodb/dynoxide-engine.ts';
import { call } from '../../../local/aws-edge/dynamodb/engine.ts';
import { openTransactionJournal } from '../../../local/aws-edge/dynamodb/transaction-journal.ts';
import { Transactions } from '../../../local/aws-edge/dynamodb/transactions.ts';
import { clientsOf, eventually } from './fixture/edge-under-test.ts';
import { temporaryDirectory, writeAssembly } from './fixture/tiny-stack.ts';

const MAIN = fileURLToPath(new URL('../../../local/aws-edge/main.ts', import.meta.url));
const TABLE = {
  TableName: 'tiny-table',
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
};
const engines = dynoxideBinary() === undefined ? (['dynalite'] as const) : (['dynoxide', 'dynalite'] as const);

describe.each(engines)('transactions and kill -9, %s', (engine) => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function boot(assembly: string, data: string): Promise<{ child: ChildProcess; description: EdgeDescription }> {
    const env = { ...process.env, AWS_EDGE_PORT: '0', INTEGRATION_API_PORT: '0', GES_XERO_DYNAMODB: engine };
    const child = spawn(process.execPath, [MAIN, '--assembly', assembly, '--stage', 'test', '--data', data], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    return { child, description: await eventually(() => (output.endsWith('}\n') ? (JSON.parse(output) as EdgeDescription) : undefined)) };
  }

  it('every transaction is there whole or not at all, and every acknowledged one is there', async () => {
    const data = temporaryDirectory();
    const assembly = writeAssembly({ Table: { Type: 'AWS::DynamoDB::Table', Properties: TABLE } });
    const acknowledged = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const { child, description } = await boot(assembly, data);
      const { dynamoDb } = clientsOf(description);
      const killAfter = acknowledged.size + 12;
      const writer = async (lane: number) => {
        for (let n = 0; n < 500; n += 1) {
          const id = round * 100_000 + lane * 1_000 + n;
          const Item = (part: number) => ({ pk: { S: `${String(id)}-${String(part)}` }, id: { N: String(id) } });
          const TransactItems = [0, 1, 2, 3, 4].map((part) => ({ Put: { TableName: 'tiny-table', Item: Item(part) } }));
          await dynamoDb.send(new TransactWriteItemsCommand({ TransactItems }));
          acknowledged.add(id);
          if (acknowledged.size >= killAfter) child.kill('SIGKILL');
        }
      };
      await Promise.allSettled([writer(1), writer(2), writer(3)]);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    const { description } = await boot(assembly, data);
    const { Items = [] } = await clientsOf(description).dynamoDb.send(new ScanCommand({ TableName: 'tiny-table', ConsistentRead: true }));
    const parts = new Map<number, number>();
    for (const { id } of Items) parts.set(Number(id?.N), (parts.get(Number(id?.N)) ?? 0) + 1);
    expect([...parts.values()].filter((count) => count !== 5)).toEqual([]);
    expect([...acknowledged].filter((id) => !parts.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(36);
  }, 120_000);
});

describe('transactions over dynalite, cut between two items', () => {
  it('puts back what was written, a new item and a changed one, and does the transaction when it comes again', async () => {
    const dataDir = temporaryDirectory();
    const engine = await openDynalite(dataDir, 'eu-west-2', [TABLE]);
    await call(engine.send, 'CreateTable', TABLE);
    await eventually(async () => {
      const { body } = await call(engine.send, 'DescribeTable', { TableName: 'tiny-table' });
      return body.includes('"ACTIVE"') ? true : undefined;
    });
    await call(engine.send, 'PutItem', { TableName: 'tiny-table', Item: { pk: { S: 'changed' }, n: { N: '1' } } });
    const file = join(dataDir, 'cut.db');
    const put = (pk: string) => ({ Put: { TableName: 'tiny-table', Item: { pk: { S: pk }, n: { N: '2' } } } });
    const increase = {
      Update: {
        TableName: 'tiny-table',
        Key: { pk: { S: 'changed' } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    };
    const request = { TransactItems: [increase, put('new'), put('never')], ClientRequestToken: 'token' };
    const read = async () => {
      const { body } = await call(engine.send, 'Scan', { TableName: 'tiny-table' });
      const { Items } = JSON.parse(body.toString()) as { Items: { pk: { S: string }; n: { N: string } }[] };
      return Object.fromEntries(Items.map(({ pk, n }) => [pk.S, n.N]));
    };

    // The process is gone before the third write is even sent: nothing answers any more.
    const journal = openTransactionJournal(file);
    const { promise: cut, resolve: arrived } = Promise.withResolvers<void>();
    let writes = 0;
    const dying = new Transactions({
      send: (target, body) => {
        if (!/\.(Put|Update)Item$/.test(target)) return engine.send(target, body);
        writes += 1;
        if (writes < 3) return engine.send(target, body);
        arrived();
        return new Promise(() => undefined);
      },
      journal,
      tables: [TABLE],
      now: Date.now,
    });
    void call(dying.send, 'TransactWriteItems', request);
    await cut;
    journal.close();
    expect(await read()).toEqual({ changed: '2', new: '2' });

    const reopened = openTransactionJournal(file);
    const after = new Transactions({ send: engine.send, journal: reopened, tables: [TABLE], now: Date.now });
    await after.rollBack();
    expect(await read()).toEqual({ changed: '1' });

    expect((await call(after.send, 'TransactWriteItems', request)).status).toBe(200);
    expect((await call(after.send, 'TransactWriteItems', request)).status).toBe(200);
    expect(await read()).toEqual({ changed: '2', new: '2', never: '2' });
    reopened.close();
    await engine.close();
  });
});
