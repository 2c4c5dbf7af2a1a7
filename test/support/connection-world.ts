import { keepConsent } from '../../shared/connection/callback.ts';
import type { ConnectionDeps } from '../../shared/connection/deps.ts';
import { ConnectionRefusal, GrantRefused, type RefusalCode } from '../../shared/connection/errors.ts';
import { finishConnecting } from '../../shared/connection/finish.ts';
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
  /** Connect → start → consent → callback in one browser: our own code. `makesAccount`: with the scope to make an account. */
  consent(accountId: string, consent: { makesAccount?: boolean; xeroUserId: string; tenantIds: readonly string[] }): Promise<string>;
  /** The same, finished by the account itself: what came of it. Other failures than refusals are thrown. */
  connect(accountId: string, xeroUserId: string, ...tenantIds: string[]): Promise<'connected' | 'choose' | RefusalCode>;
  read(accountId: string): Promise<ConnectionRecord | undefined>;
}

/** Everything of shared/connection over memory, with a Xero that behaves as the real one. */
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
  const secrecy: ConnectionDeps['secrecy'] = {
    token: next,
    uuid: next,
    hash: (text) => `hash(${text})`,
    seal: (text, key) => JSON.stringify([key, text]),
    unseal(sealed, key) {
      const [sealedWith, text] = JSON.parse(sealed) as [string, string];
      return sealedWith === key ? text : undefined;
    },
  };
  const signIn: ConnectionDeps['signIn'] = {
    signInUrl: async (state, { verifier }) => `https://login.xero.test/sign-in?state=${state}&for=${verifier}`,
    async personOf(code, { verifier }) {
      if (code !== `for ${verifier}`) throw new GrantRefused('invalid_grant');
      return { xeroUserId: 'user-1', email: 'priya@hartley.example', givenName: 'Priya', familyName: 'Nair' };
    },
  };
  const books: ConnectionWorld['books'] = { accounts: [SALES, BANK], facts: UK_FACTS, cis: false, created: [], refuseCreate: false };
  const deps: ConnectionDeps = {
    connections: stores.connections,
    tenants: stores.connections,
    claims: stores.connections,
    singleUse: stores.singleUse,
    pointers: stores.tokenPointers,
    tokens: createTokens({ pointers: stores.tokenPointers, secrets, identity: xero, secrecy, clock, log }),
    identity: xero,
    signIn,
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
    brakes: stores.brakes,
    waits: stores.lanes,
    backlog: stores.lanes,
    bell: { ring: async (accountId) => void rung.push(accountId), forgetWait: (accountId) => stores.lanes.forgetWait(accountId) },
    secrecy,
    clock,
    log,
  };
  const consent: ConnectionWorld['consent'] = async (accountId, { makesAccount = false, xeroUserId, tenantIds }) => {
    const login = await startLogin(deps, await issueTicket(deps, { accountId, makesAccount }));
    const state = new URL(login!.authorizeUrl).searchParams.get('state')!;
    const end = await keepConsent(deps, { state, code: xero.consent(xeroUserId, ...tenantIds), cookie: login!.cookie });
    return end.code;
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
    consent,
    async connect(accountId, xeroUserId, ...tenantIds) {
      try {
        await finishConnecting(deps, accountId, await consent(accountId, { xeroUserId, tenantIds }));
      } catch (failure) {
        if (failure instanceof ConnectionRefusal) return failure.code;
        throw failure;
      }
      return (await stores.connections.readConnection(accountId))?.choices === undefined ? 'connected' : 'choose';
    },
    read: (accountId) => stores.connections.readConnection(accountId),
  };
}
