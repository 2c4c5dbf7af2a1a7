import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AwsService } from '../aws-protocol.ts';
import { jsonObject } from '../aws-protocol.ts';
import { openDynalite } from './dynalite-engine.ts';
import { dynoxideBinary, openDynoxide } from './dynoxide-engine.ts';
import type { Engine, Send } from './engine.ts';
import { call, sendTo } from './engine.ts';
import type { TableDefinition } from './tables-from-template.ts';

/** What can keep the tables on this machine. */
export const DYNAMODB_ENGINES = ['dynoxide', 'dynalite'] as const;
export type DynamoDbEngine = (typeof DYNAMODB_ENGINES)[number];

/** Where the choice of `GES_XERO_DYNAMODB` is read. Undefined: dynoxide where there is a binary of it, else dynalite. Throws for another word. */
export function readEngine(env: Readonly<Record<string, string | undefined>>): DynamoDbEngine | undefined {
  const chosen = env['GES_XERO_DYNAMODB'];
  if (chosen === undefined || chosen === '') return undefined;
  const engine = DYNAMODB_ENGINES.find((name) => name === chosen);
  if (engine === undefined) throw new Error(`GES_XERO_DYNAMODB is ${chosen}; it may be ${DYNAMODB_ENGINES.join(' or ')}.`);
  return engine;
}

export interface DynamoDbServer {
  /** What keeps the tables, in words for people. */
  readonly engine: string;
  /** Answers X-Amz-Target `DynamoDB_20120810.*`. */
  readonly service: AwsService;
  close(): Promise<void>;
}

export interface DynamoDbOptions {
  readonly dataDir: string;
  readonly region: string;
  readonly tables: readonly TableDefinition[];
  /** Default: dynoxide where there is a binary of it for this machine, else dynalite. */
  readonly engine?: DynamoDbEngine | undefined;
  /** URL of a DynamoDB to use in place of one started here, for instance DynamoDB Local. */
  readonly endpoint?: string | undefined;
}

/**
 * DynamoDB as dynoxide or dynalite does it, kept in `dataDir`, or the one at `endpoint`; with the template's tables made. Throws when
 * the tables were kept by the other engine, or a kept table has other keys or indexes than the template of today.
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDbServer> {
  const { name, engine } = await open(options);
  try {
    await ensureTables(engine.send, options.tables);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    engine: name,
    service: (request) => engine.send(String(request.headers['x-amz-target']), request.body),
    close: () => engine.close(),
  };
}

async function open({ dataDir, region, tables, engine, endpoint }: DynamoDbOptions): Promise<{ name: string; engine: Engine }> {
  if (endpoint !== undefined) return { name: endpoint, engine: { send: sendTo(endpoint, region), close: async () => undefined } };
  const binary = dynoxideBinary();
  const name = engine ?? (binary === undefined ? 'dynalite' : 'dynoxide');
  if (name === 'dynoxide' && binary === undefined) {
    throw new Error('There is no dynoxide for this machine (the package @dynoxide/linux-x64): set GES_XERO_DYNAMODB=dynalite.');
  }
  claimState(dataDir, name);
  if (binary === undefined || name === 'dynalite') return { name, engine: await openDynalite(dataDir, region, tables) };
  return { name, engine: await openDynoxide(binary, join(dataDir, 'dynamodb', 'tables.db'), region) };
}

const stateMark = z.object({ engine: z.enum(DYNAMODB_ENGINES) });

/** Notes whose files they are, once: neither engine can read the other's. */
function claimState(dataDir: string, engine: DynamoDbEngine): void {
  const path = join(dataDir, 'dynamodb');
  const mark = join(path, 'engine.json');
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    writeFileSync(mark, JSON.stringify({ engine }));
    return;
  }
  if (!existsSync(mark)) {
    throw new Error(`The tables in ${path} are of an older version of this project: begin afresh (npm start -- --fresh).`);
  }
  const { engine: kept } = stateMark.parse(JSON.parse(readFileSync(mark, 'utf8')));
  if (kept === engine) return;
  throw new Error(
    `The tables in ${path} were kept by ${kept}, and this start uses ${engine}: set GES_XERO_DYNAMODB=${kept} to go on with them, or begin afresh (npm start -- --fresh).`,
  );
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
