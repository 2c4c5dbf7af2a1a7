import { describe } from '@jest/globals';
import type { Ids, Scope } from '../../../shared/sync/ports.ts';
import type { Stores } from '../../support/memory-store.ts';
import { connectionContract } from './connection.contract.ts';
import { factsContract } from './facts.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { intentContract } from './intent.contract.ts';
import { laneContract } from './lane.contract.ts';
import { linkContract } from './link.contract.ts';
import { runContract } from './run.contract.ts';
import { tokenContract } from './token.contract.ts';

/** What each part of the contract is given. Accounts and ids are fresh per test: all tests share one table. */
export interface ContractContext {
  readonly stores: () => Stores;
  readonly scope: () => Scope;
  readonly unique: (prefix: string) => string;
}

/** The contract of every storage port, held against one implementation. `stores` is asked once the suite's own set-up has run. */
export function storeContract(implementation: string, stores: () => Stores): void {
  const ids = countingIds();
  const unique = (prefix: string) => `${prefix}_${implementation}_${ids.next()}`;
  const context: ContractContext = { stores, unique, scope: () => ({ accountId: unique('acct'), generation: 1 }) };
  describe(`stores, ${implementation}`, () => {
    describe('inbox', () => inboxContract(context));
    describe('intents', () => intentContract(context));
    describe('links', () => linkContract(context));
    describe('lanes', () => laneContract(context));
    describe('runs', () => runContract(context));
    describe('organisation facts', () => factsContract(context));
    describe('connections', () => connectionContract(context));
    describe('token pointers and single-use values', () => tokenContract(context));
  });
}

/** Ids that sort in the order they were made. */
export function countingIds(): Ids {
  let last = 0;
  return { next: () => String((last += 1)).padStart(8, '0') };
}
