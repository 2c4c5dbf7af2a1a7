import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import dynalite from 'dynalite';
import type { AwsResponse, AwsService } from '../aws-protocol.ts';
import { AwsError, jsonObject } from '../aws-protocol.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';
import type { TableDefinition } from './tables-from-template.ts';

export interface DynamoDbServer {
  /** Answers X-Amz-Target `DynamoDB_20120810.*`. */
  readonly service: AwsService;
  close(): Promise<void>;
}

export interface DynamoDbOptions {
  readonly dataDir: string;
  readonly region: string;
  readonly tables: readonly TableDefinition[];
  /** URL of a DynamoDB to use in place of the one in this process, for instance DynamoDB Local. */
  readonly endpoint?: string | undefined;
}

/** What answers one request: its operation, and its body. */
type Send = (target: string, body: Buffer) => Promise<AwsResponse>;

/**
 * DynamoDB as dynalite does it, kept in `dataDir`, or the one at `endpoint`; with the template's tables made. Throws
 * when a kept table has other keys or indexes than the template of today.
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDbServer> {
  const { send, close } = options.endpoint === undefined ? await openDynalite(options) : remote(options.endpoint, options.region);
  try {
    await ensureTables(send, options.tables);
  } catch (error) {
    await close();
    throw error;
  }
  return { service: (request) => send(String(request.headers['x-amz-target']), request.body), close };
}

/** One caller for all: DynamoDB Local keeps a database of its own for each access key and region. */
function headersFor(target: string, region: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
  };
}

function remote(endpoint: string, region: string): { send: Send; close: () => Promise<void> } {
  const send: Send = async (target, body) => {
    const answer = await fetch(endpoint, { method: 'POST', headers: headersFor(target, region), body: new Uint8Array(body) });
    return { status: answer.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: await answer.text() };
  };
  return { send, close: async () => undefined };
}

async function openDynalite({ dataDir, region }: DynamoDbOptions): Promise<{ send: Send; close: () => Promise<void> }> {
  const path = join(dataDir, 'dynamodb');
  mkdirSync(path, { recursive: true });
  // There while the tables are open, gone after an orderly close.
  const openMark = join(dataDir, 'dynamodb.open');
  if (existsSync(openMark)) await rebuildIndexes(path);
  writeFileSync(openMark, '');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  let running = 0;
  return {
    send: async (target, body) => {
      running += 1;
      try {
        return await dispatch(server, headersFor(target, region), body);
      } finally {
        running -= 1;
      }
    },
    close: async () => {
      while (running > 0) await delay(5);
      await closeServer(server);
      rmSync(openMark, { force: true });
    },
  };
}

/**
 * Hands a request to dynalite without a socket between: the request was read to its end already, because dynalite
 * throws, and takes the process with it, when a caller hangs up in the middle. What it throws itself, at input that it does
 * not expect, becomes an answer.
 */
function dispatch(server: Server, headers: Record<string, string>, body: Buffer): Promise<AwsResponse> {
  return new Promise((resolve, reject) => {
    const request = Object.assign(new EventEmitter(), { headers, method: 'POST', url: '/' });
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      contentType: '',
      setHeader: (name: string, value: string | number) => {
        answered[name.toLowerCase()] = String(value);
      },
      end: (text: string) => resolve({ status: response.statusCode, headers: answered, body: text }),
    };
    try {
      server.emit('request', request, response);
      if (body.length > 0) request.emit('data', body);
      request.emit('end');
    } catch (error) {
      reject(new AwsError('InternalServerError', `dynalite failed: ${String(error)}`, 500));
    }
  });
}

function call(send: Send, operation: string, input: object): Promise<AwsResponse> {
  return send(`DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input)));
}

interface TableDescription {
  readonly TableStatus: string;
  readonly KeySchema: readonly { AttributeName: string; KeyType: string }[];
  readonly GlobalSecondaryIndexes?: readonly Omit<TableDescription, 'TableStatus'>[] | undefined;
  readonly IndexName?: string;
  readonly Projection?: { ProjectionType: string; NonKeyAttributes?: readonly string[] | undefined };
}

async function describe(send: Send, table: string): Promise<TableDescription | undefined> {
  const answer = await call(send, 'DescribeTable', { TableName: table });
  return answer.status === 200 ? (jsonObject(Buffer.from(answer.body))['Table'] as TableDescription) : undefined;
}

async function ensureTables(send: Send, tables: readonly TableDefinition[]): Promise<void> {
  for (const table of tables) {
    const existing = await describe(send, table.TableName);
    if (existing === undefined) {
      const answer = await call(send, 'CreateTable', table);
      if (answer.status !== 200) throw new Error(`The table ${table.TableName} cannot be created: ${answer.body.toString()}`);
    } else if (shapeOf(existing) !== shapeOf(table)) {
      throw new Error(
        `The table ${table.TableName} was stored with other keys or indexes than the stack has now: forget the local state (npm start -- --fresh).`,
      );
    }
    while ((await describe(send, table.TableName))?.TableStatus !== 'ACTIVE') await delay(2);
  }
}

/** Keys and indexes in a canonical form, to compare a stored table with the template. */
function shapeOf({ KeySchema, GlobalSecondaryIndexes = [] }: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>): string {
  const keys = (schema: TableDescription['KeySchema']) => schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`);
  const indexes = GlobalSecondaryIndexes.map((index) => [
    index.IndexName,
    keys(index.KeySchema),
    index.Projection?.ProjectionType,
    [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
  ]);
  return JSON.stringify([keys(KeySchema), indexes.sort()]);
}

/** dynalite closes its files only after it has stopped listening, so it listens for a moment first. */
async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve, reject) =>
    server.close((error) => (error === undefined || error === null ? resolve() : reject(error))),
  );
}
