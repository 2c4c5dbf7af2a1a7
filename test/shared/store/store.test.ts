import { afterAll, beforeAll } from '@jest/globals';
import type { RunningTable } from '../../support/dynamo-store.ts';
import { createDynamoStores, startDynamoTable } from '../../support/dynamo-store.ts';
import type { Stores } from '../../support/memory-store.ts';
import { createMemoryStores } from '../../support/memory-store.ts';
import { createMemoryTable } from '../../support/memory-table/memory-table.ts';
import { TABLE_DEFINITION } from '../../support/table-definition.ts';
import { countingIds, storeContract } from './store.contract.ts';

let table: RunningTable;
let dynamo: Stores;
beforeAll(async () => {
  table = await startDynamoTable();
  dynamo = createDynamoStores(table, countingIds());
});
afterAll(() => table.close());

const memory = createMemoryStores(countingIds());
const inMemoryTable = createDynamoStores(createMemoryTable({ definition: TABLE_DEFINITION, now: Date.now }), countingIds());

storeContract('in memory', () => memory);
storeContract('DynamoDB', () => dynamo);
storeContract('table in memory', () => inMemoryTable);
