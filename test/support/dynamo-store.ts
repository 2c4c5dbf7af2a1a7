import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { jsonError } from '../../local/aws-edge/aws-protocol.ts';
import type { DynamoDbEngine } from '../../local/aws-edge/dynamodb/dynamodb-server.ts';
import { startDynamoDb } from '../../local/aws-edge/dynamodb/dynamodb-server.ts';
import { systemClock, systemIds } from '../../shared/runtime/system.ts';
import { createDocumentClient } from '../../shared/store/document-client.ts';
import type { Table } from '../../shared/store/table.ts';
import { TABLE_DEFINITION } from './table-definition.ts';

export interface RunningTable extends Table {
  readonly endpoint: string;
  close(): Promise<void>;
}

const TABLE_NAME = 'ges-xero-test';
const REGION = 'eu-west-2';

/** Starts DynamoDB as the AWS edge has it on a free port, with the table. Close it, or the test process does not end. */
export async function startDynamoTable(engine?: DynamoDbEngine, dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'))): Promise<RunningTable> {
  const tables = [{ TableName: TABLE_NAME, ...TABLE_DEFINITION }];
  const dynamoDb = await startDynamoDb({ dataDir, region: REGION, tables, engine });
  const server = createServer((request, response) => {
    const signal = AbortSignal.any([]);
    void buffer(request)
      .then((body) => dynamoDb.service({ method: 'POST', path: '/', headers: request.headers, body, signal }))
      .catch((error: unknown) => jsonError(error))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createDocumentClient({ endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  return {
    client,
    tableName: TABLE_NAME,
    ids: systemIds,
    clock: systemClock,
    endpoint,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await dynamoDb.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface WriteCount {
  /** Item writes sent since the last reset, refused ones included (DynamoDB charges for them too); a retry by the SDK counts once. */
  readonly total: number;
  reset(): void;
}

/** Counts every item that this client puts, updates or deletes, alone, in a batch or in a transaction. Call once per client. */
export function countWrites(client: DynamoDBDocumentClient): WriteCount {
  let total = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      total += writesOf(String(context['commandName']), args.input);
      return next(args);
    },
    { step: 'build', name: 'countWrites' },
  );
  return {
    get total() {
      return total;
    },
    reset() {
      total = 0;
    },
  };
}

function writesOf(commandName: string, input: object): number {
  switch (commandName) {
    case 'PutItemCommand':
    case 'UpdateItemCommand':
    case 'DeleteItemCommand':
      return 1;
    case 'BatchWriteItemCommand': {
      const { RequestItems: requests = {} } = input as { readonly RequestItems?: Readonly<Record<string, readonly unknown[]>> };
      return Object.values(requests).reduce((sum, items) => sum + items.length, 0);
    }
    case 'TransactWriteItemsCommand':
      return (input as { readonly TransactItems?: readonly unknown[] }).TransactItems?.length ?? 0;
    default:
      return 0;
  }
}
