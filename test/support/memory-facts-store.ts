import type { OrganisationFacts } from '../../shared/domain/xero-invoice.ts';
import type { FactsStore } from '../../shared/sync/money-ports.ts';
import type { Scope } from '../../shared/sync/ports.ts';
import { frozenCopy } from './store-frozen-copy.ts';

/** Organisation facts in memory. */
export function createMemoryFacts(): FactsStore {
  const stored = new Map<string, OrganisationFacts>();
  const key = ({ accountId, generation }: Scope): string => JSON.stringify([accountId, generation]);
  return {
    async readFacts(scope) {
      return stored.get(key(scope));
    },
    async putFacts(scope, facts) {
      stored.set(key(scope), frozenCopy(facts));
    },
  };
}
