import type { OrganisationFacts } from '../domain/xero-invoice.ts';
import type { FactsStore } from '../sync/money-ports.ts';
import { factsKey } from './keys.ts';
import { putItem, readItem, storedAs, type Table } from './table.ts';

/** Organisation facts in DynamoDB, strongly consistent: one item under the connection's generation, the last one put. */
export function createFactsStore(table: Table): FactsStore {
  return {
    async readFacts(scope) {
      const item = await readItem(table, factsKey(scope));
      return item === undefined ? undefined : storedAs<OrganisationFacts>(item);
    },

    async putFacts(scope, facts) {
      await putItem(table, { ...factsKey(scope), ...facts });
    },
  };
}
