import { afterAll, beforeAll } from '@jest/globals';
import { dynoxideBinary } from '../../../local/aws-edge/dynamodb/dynoxide-engine.ts';
import { systemIds } from '../../../shared/runtime/system.ts';
import type { RunningTable } from '../../support/dynamo-store.ts';
import { startDynamoTable } from '../../support/dynamo-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { indexContract } from './index.contract.ts';
import { storeContract } from './store.contract.ts';
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

const memoryTable = {
  ...createMemoryTable({ definition: TABLE_DEFINITION, now: Date.now }),
  ids: systemIds,
  clock: createFakeClock(),
};

storeContract('table in memory', () => memoryTable);
transactionContract('table in memory', () => memoryTable);
indexContract('table in memory', () => memoryTable);
for (const engine of engines) {
  storeContract(engine, () => tableOf(engine));
  transactionContract(engine, () => tableOf(engine));
  indexContract(engine, () => tableOf(engine));
}
