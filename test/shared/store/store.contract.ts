import { describe } from '@jest/globals';
import type { Scope } from '../../../shared/sync/ports.ts';
import type { Table } from '../../../shared/store/table.ts';
import { createStores, type Stores } from '../../support/stores.ts';
import { connectionContract } from './connection.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { intentContract } from './intent.contract.ts';
import { knowledgeContract } from './knowledge.contract.ts';
import { laneContract } from './lane.contract.ts';
import { laterContract } from './later.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { recordsContract } from './records.contract.ts';
import { refusedCommitContract } from './refused-commit.contract.ts';
import { runContract } from './run.contract.ts';
import { tokenContract } from './token.contract.ts';

/** What each part of the contract is given. Accounts and ids are fresh per test: all tests share one table. */
export interface ContractContext {
  readonly stores: () => Stores;
  readonly scope: () => Scope;
  readonly unique: (prefix: string) => string;
}

/** The contract of every storage port, held over one implementation of DynamoDB. `table` is asked once the suite's own set-up has run. */
export function storeContract(implementation: string, table: () => Table): void {
  let last = 0;
  const unique = (prefix: string) => `${prefix}_${implementation}_${String(++last).padStart(6, '0')}`;
  let made: Stores | undefined;
  const stores = () => (made ??= createStores(table()));
  const context: ContractContext = { stores, unique, scope: () => ({ accountId: unique('acct'), generation: 1 }) };
  describe(`stores, ${implementation}`, () => {
    describe('inbox', () => inboxContract(context));
    describe('news put off until later', () => laterContract(context));
    describe('intents', () => intentContract(context));
    describe('records', () => recordsContract(context));
    describe('commits that are not taken as they are', () => refusedCommitContract(context));
    describe('lanes', () => laneContract(context));
    describe('runs', () => runContract(context));
    describe('outbox', () => outboxContract(context));
    describe('facts, watermarks, directory', () => knowledgeContract(context));
    describe('connections', () => connectionContract(context));
    describe('token pointers and single-use values', () => tokenContract(context));
  });
}
