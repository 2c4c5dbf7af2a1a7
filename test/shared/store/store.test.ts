import { afterAll, beforeAll } from '@jest/globals';
import { dynoxideBinary } from '../../../local/aws-edge/dynamodb/dynoxide-engine.ts';
import type { RunningTable } from '../../support/dynamo-store.ts';
import { createDynamoStores, startDynamoTable } from '../../support/dynamo-store.ts';
import { createMemoryStores } from '../../support/memory-store.ts';
import { createMemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { indexContract } from './index.contract.ts';
import { countingIds, storeContract } from './store.contract.ts';
import { transactionContract } from './transaction.contract.ts';

const engines = dynoxideBinary() === undefined ? (['dynalite'] as const) : (['dynoxide', 'dynalite'] as const);
const running = new Map<string, RunningTable>();
beforeAll(async () => {
  for (const engine of engines) running.set(engine, await startDynamoTable(engine));
});
afterAll(async () => {
  for (const table of running.values()) await table.close();
});

function tableOf(engine: string): RunningTable {
  const table = running.get(engine);
  if (table === undefined) throw new Error(`${engine} does not run`);
  return table;
}

const memory = createMemoryStores(countingIds());
const memoryTable = createMemoryTable({ definition: TABLE_DEFINITION, now: Date.now });
const storesOfMemoryTable = createDynamoStores(memoryTable, countingIds());

storeContract('in memory', () => memory);
storeContract('table in memory', () => storesOfMemoryTable);
transactionContract('table in memory', () => memoryTable);
indexContract('table in memory', () => memoryTable);
for (const engine of engines) {
  const ids = countingIds();
  storeContract(engine, () => createDynamoStores(tableOf(engine), ids));
  transactionContract(engine, () => tableOf(engine));
  indexContract(engine, () => tableOf(engine));
}
