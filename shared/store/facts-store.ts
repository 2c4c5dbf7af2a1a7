import type { FactPart } from '../sync/books-port.ts';
import type { FactsStore, Known } from '../sync/knowledge-port.ts';
import { FACTS_PREFIX, factsKey, scopePartition } from './keys.ts';
import { putItem, readPrefix, storedAs, type Table } from './table.ts';

/** Organisation facts in DynamoDB, strongly consistent: one item a part under the connection's generation, the last one put. */
export function createFactsStore(table: Table): FactsStore {
  return {
    async readFacts(scope) {
      const items = await readPrefix(table, scopePartition(scope), FACTS_PREFIX);
      const parts = items.map((item) => [String(item['sk']).slice(FACTS_PREFIX.length) as FactPart, storedAs<Known<never>>(item)] as const);
      return Object.fromEntries(parts);
    },

    async putFact(scope, part, known) {
      await putItem(table, { ...factsKey(scope, part), ...known });
    },
  };
}
