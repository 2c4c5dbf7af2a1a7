import { finishConsent, type CallbackEnd } from '../../shared/connection/callback.ts';
import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import { issueTicket, startLogin } from '../../shared/connection/login.ts';
import type { ConnectionRecord, LedgerAccount, NewLedgerAccount, OrganisationFacts } from '../../shared/connection/ports.ts';
import { createTokens } from '../../shared/connection/tokens.ts';
import { AttentionFailure, ReconnectFailure } from '../../shared/sync/errors.ts';
import type { Outcome } from '../../shared/sync/ports.ts';
import { createFakeXeroIdentity, type FakeXeroIdentity } from './fake-xero-identity.ts';
import { createMemoryStores, type Stores } from './stores.ts';
import { createMemoryTokenSecrets, type MemoryTokenSecrets } from './memory-token-secrets.ts';
import { createStepClock, type StepClock } from './step-clock.ts';

export const SALES: LedgerAccount = {
  accountId: 'a-sales',
  code: '200',
  name: 'Sales',
  type: 'REVENUE',
  status: 'ACTIVE',
  enablePaymentsToAccount: false,
};
export const BANK: LedgerAccount = {
  accountId: 'a-bank',
  code: '090',
  name: 'Business Account',
  type: 'BANK',
  status: 'ACTIVE',
  enablePaymentsToAccount: false,
};
export const UK_FACTS: OrganisationFacts = {
  organisationId: 'org',
  name: 'Hartley Gas',
  countryCode: 'GB',
  baseCurrency: 'GBP',
  isDemoCompany: false,
  paysTax: true,
  salesTaxBasis: 'ACCRUAL',
};

export interface ConnectionWorld {
  readonly deps: ConnectionDeps;
  readonly stores: Stores;
  readonly clock: StepClock;
  readonly xero: FakeXeroIdentity;
  readonly secrets: MemoryTokenSecrets;
  /** What the platform is to be told of an account and was not told since the last call of this. */
  told(accountId: string): Promise<readonly Outcome[]>;
  readonly rung: string[];
  /** Messages of the log's errors. */
  readonly errors: string[];
  /** The organisation's chart and facts; tests change them. */
  readonly books: { accounts: LedgerAccount[]; facts: OrganisationFacts; cis: boolean; created: NewLedgerAccount[]; refuseCreate: boolean };
  /** Connect → start → consent → callback in one browser. */
  connect(accountId: string, xeroUserId: string, ...tenantIds: string[]): Promise<CallbackEnd>;
  read(accountId: string): Promise<ConnectionRecord | undefined>;
}

/** Everything of shared/connection over memory, with a Xero that behaves as Xero's identity service does. */
export function createConnectionWorld(): ConnectionWorld {
  const clock = createStepClock();
  let counter = 0;
  const next = (): string => `id-${(counter += 1)}`;
  const stores = createMemoryStores({ next }, clock);
  const xero = createFakeXeroIdentity(clock);
  const secrets = createMemoryTokenSecrets();
  const rung: string[] = [];
  const errors: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (message: string) => void errors.push(message) };
  const secrecy = { token: next, uuid: next, hash: (text: string) => `hash(${text})` };
  const books: ConnectionWorld['books'] = { accounts: [SALES, BANK], facts: UK_FACTS, cis: false, created: [], refuseCreate: false };
  const deps: ConnectionDeps = {
    connections: stores.connections,
    tenants: stores.connections,
    claims: stores.connections,
    singleUse: stores.singleUse,
    pointers: stores.tokenPointers,
    tokens: createTokens({ pointers: stores.tokenPointers, secrets, identity: xero, secrecy, clock, log }),
    identity: xero,
    openOrganisation: ({ tenantId, accessToken }) => {
      const enter = async (): Promise<void> => {
        const user = xero.userOf(await accessToken());
        const allowed = xero.entries.some((entry) => entry.xeroUserId === user && entry.tenantId === tenantId);
        if (!allowed) throw new ReconnectFailure('AuthenticationUnsuccessful');
      };
      return {
        organisation: async () => (await enter(), { ...books.facts, organisationId: tenantId }),
        accounts: async () => (await enter(), books.accounts),
        cisSettings: async () => (await enter(), { subContractorEnabled: books.cis }),
        async createAccount(account) {
          await enter();
          if (books.refuseCreate) throw new AttentionFailure({ code: 'account-not-created', message: 'Refused', fix: 'Change it.' });
          const created: LedgerAccount = { ...account, accountId: `made-${account.code}`, status: 'ACTIVE' };
          books.created.push(account);
          books.accounts = [...books.accounts, created];
          return created;
        },
      };
    },
    counts: stores.counts,
    waits: stores.lanes,
    bell: { ring: async (accountId) => void rung.push(accountId), forgetWait: (accountId) => stores.lanes.forgetWait(accountId) },
    secrecy,
    clock,
    log,
  };
  return {
    deps,
    stores,
    clock,
    xero,
    secrets,
    async told(accountId) {
      const unsent = await stores.outbox.unsent(accountId, 100);
      await stores.outbox.sent(
        accountId,
        unsent.map(({ key }) => key),
      );
      return unsent.map(({ outcome }) => outcome);
    },
    rung,
    errors,
    books,
    async connect(accountId, xeroUserId, ...tenantIds) {
      const login = await startLogin(deps, await issueTicket(deps, accountId));
      const state = new URL(login!.authorizeUrl).searchParams.get('state')!;
      return finishConsent(deps, { state, code: xero.consent(xeroUserId, ...tenantIds), cookie: login!.cookie });
    },
    read: (accountId) => stores.connections.readConnection(accountId),
  };
}
