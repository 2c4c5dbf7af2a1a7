import type { Connection } from '../domain/connection.ts';
import type { Outcome } from '../sync/ports.ts';

/**
 * What connecting, settings, tokens and signing in are handed from outside. Every write named "conditional"
 * touches one item and throws VersionConflict (shared/sync/errors.ts) when the stored version is not the one that was read.
 */

/** A connection as stored: what only connecting needs rides along, and every other writer of the item leaves it alone. */
export interface ConnectionRecord extends Connection {
  /** The Xero user whose consent `choices` come from; may differ from the user of the present organisation. */
  readonly choicesXeroUserId?: string;
  /** AccountID of the "GES Payments" account that we made in the present organisation (D2: found again by it). */
  readonly createdPaymentAccountId?: string;
}

/** The item `A / CONNECTION`. */
export interface ConnectionStore {
  readConnection(accountId: string): Promise<ConnectionRecord | undefined>;
  /**
   * Conditional: stores with version + 1 if the stored version is `connection.version` (0: nothing stored), in one transaction with what the
   * platform is to be told of it. Returns what is stored.
   */
  putConnection(connection: ConnectionRecord, tell?: Outcome): Promise<ConnectionRecord>;
}

/** Which account an organisation belongs to (A5): the item `TENANT#<tenantId> / CONNECTION`. */
export interface TenantClaim {
  readonly tenantId: string;
  readonly accountId: string;
  /** Epoch ms of the latest claim. */
  readonly claimedAt: number;
}
export interface TenantClaims {
  /**
   * Stores the claim if there is none, if the stored one has the same account (claimedAt moves on), or if the stored one equals `over`
   * (account and claimedAt: an abandoned claim). Returns the claim that stands now, whoever's it is.
   */
  claimTenant(claim: TenantClaim, over?: TenantClaim): Promise<TenantClaim>;
  /**
   * Removes the claim if it is this account's and was not made after `claimedBy` (epoch ms): a later one belongs to an account that is
   * connecting again.
   */
  releaseTenant(tenantId: string, accountId: string, claimedBy: number): Promise<void>;
}

/** The item `TOKEN#<xeroUserId> / TOKEN`: where the one token set of a Xero user is, and who may refresh it now. */
export interface TokenPointer {
  readonly xeroUserId: string;
  /** Version of the secret that holds the tokens; absent before the first consent is stored. */
  readonly secretVersion?: string;
  /** Grows by one with every lease taken: a holder whose fence is no longer the stored one has lost the lease. */
  readonly fence: number;
  /** Epoch ms until which the lease of the present fence holds; absent when free. */
  readonly leaseUntil?: number;
  /** Epoch ms when a refresh was sent whose answer is not stored yet: the old token may be retried for 30 min from here. */
  readonly refreshStartedAt?: number;
  /** Epoch ms of the latest stored tokens. */
  readonly refreshedAt?: number;
  /** Xero answered invalid_grant: only a new consent helps. */
  readonly dead?: boolean;
  /** Does the latest consent allow making an account (D2)? Xero only ever adds to what a consent allows. */
  readonly mayMakeAccounts?: boolean;
  /** Accounts whose connections use these tokens. */
  readonly accounts: readonly string[];
  /** Epoch ms when the sweep should see that a disconnect of one of the accounts was finished. */
  readonly tidyAt?: number;
  /** Epoch ms when the sweep should look at it: `tidyAt`, an unfinished refresh, or 45 idle days (F6). Absent: never. */
  readonly wakeAt?: number;
  /** 0 = never stored. */
  readonly version: number;
}
export interface TokenPointerStore {
  readTokenPointer(xeroUserId: string): Promise<TokenPointer | undefined>;
  /** Conditional, like putConnection. Returns what is stored. */
  putTokenPointer(pointer: TokenPointer): Promise<TokenPointer>;
  /** Conditional: removes it if the stored version is `pointer.version`. */
  removeTokenPointer(pointer: TokenPointer): Promise<void>;
  /**
   * Xero users whose `wakeAt` has passed, up to `limit`: through the sparse index of the lanes, under shard keys of its own
   * (`tokens-00`…), so that neither finds the other's items and nothing scans.
   */
  dueTokenPointers(now: number, limit: number): Promise<readonly string[]>;
}

/** The tokens of one Xero user. Secret: never logged. */
export interface TokenSet {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
}
/** One secret per Xero user (Secrets Manager). */
export interface TokenSecrets {
  /**
   * Stores the tokens as a new version and returns the version's name. Creates the secret on first use. `clientToken` (a UUID) makes a
   * repeat of the same put harmless.
   */
  putTokens(xeroUserId: string, tokens: TokenSet, clientToken: string): Promise<string>;
  /** The tokens of that very version, or of the newest when none is named; undefined when the secret or the version is gone. */
  readTokens(xeroUserId: string, version?: string): Promise<TokenSet | undefined>;
  /** Forgets all versions at once; a missing secret is fine. */
  deleteTokens(xeroUserId: string): Promise<void>;
}

/**
 * What may be used once. The secret that names it is stored as a hash only, and what is secret or personal in it is sealed with that very
 * secret: whoever reads the table can neither use nor read it.
 */
export type SingleUse =
  /** Opens `GET /v1/xero/start`. */
  | { readonly kind: 'ticket'; readonly accountId: string; readonly businessName?: string; readonly makesAccount?: boolean }
  /** OAuth state of a consent, bound to the account and to the browser's cookie. */
  | { readonly kind: 'login'; readonly accountId: string; readonly cookieHash: string }
  /** Xero's code of a consent, not exchanged yet. */
  | { readonly kind: 'consent'; readonly accountId: string; readonly sealed: string }
  /** OAuth state of a sign-in, bound to the browser's cookie. */
  | { readonly kind: 'sign-in'; readonly intent: SignInIntent; readonly returnTo: string; readonly cookieHash: string }
  /** Who has signed in (`XeroPerson` as JSON), for the GES backend. */
  | { readonly kind: 'signed-in'; readonly intent: SignInIntent; readonly sealed: string };
/** The item `STATE#<hash> / STATE`, TTL minutes. */
export interface SingleUseStore {
  /** `expiresAt` epoch ms. */
  putSingleUse(hash: string, value: SingleUse, expiresAt: number): Promise<void>;
  /** Uses it up and returns it: one caller only ever gets it. Undefined when unknown, used, or expired at `now` (TTL deletes late). */
  takeSingleUse(hash: string, now: number): Promise<SingleUse | undefined>;
}

/** Does an active account wait by Xero's order, and until when: the lane's `notBefore`, epoch ms. */
export interface WaitReader {
  waitsUntil(accountId: string): Promise<number | undefined>;
}

/** How much has come in, told by how often the lane was rung, since it was last at rest; at least 1 while it is to wake up by itself. */
export interface BacklogReader {
  countWaiting(accountId: string): Promise<number>;
}

export type SignInIntent = 'login' | 'signup';

/** The person behind a Xero login, as the checked id_token says. */
export interface XeroPerson {
  /** Stays the same for life; the e-mail may change. */
  readonly xeroUserId: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
}
/** What binds Xero's answer to the browser that began. */
export interface SignInProof {
  /** PKCE: only its hash is sent to the login page. */
  readonly verifier: string;
  readonly nonce: string;
}
/** Signing in by OpenID Connect; never asks for an accounting scope (H1). */
export interface XeroSignIn {
  /** Address of Xero's login page. */
  signInUrl(state: string, proof: SignInProof): Promise<string>;
  /**
   * Exchanges the code and checks the id_token: signature, issuer, audience, nonce, expiry. Keeps no token. Throws GrantRefused,
   * IdentityRefused, RetryFailure, WaitFailure.
   */
  personOf(code: string, proof: SignInProof): Promise<XeroPerson>;
}

/** One element of Xero's /connections. */
export interface GrantedOrganisation {
  readonly xeroConnectionId: string;
  readonly tenantId: string;
  readonly name: string;
}
export interface Consent {
  readonly tokens: TokenSet;
  readonly xeroUserId: string;
  /** Claim `authentication_event_id`: which organisations this very consent granted. */
  readonly authEventId: string;
  /** Does it lack a scope without which nothing can be synced? */
  readonly lacksScope: boolean;
  /** May we make an account in the organisation's chart (D2)? */
  readonly mayMakeAccounts: boolean;
}
/** Xero's identity service. Throws RetryFailure, WaitFailure, and GrantRefused for invalid_grant. */
export interface XeroIdentity {
  /** Address of the consent page. `makesAccount`: also asks to be allowed to make an account (D2). */
  authorizeUrl(state: string, makesAccount: boolean): Promise<string>;
  exchangeCode(code: string): Promise<Consent>;
  /** The answer carries a NEW refresh token that must be stored. */
  refresh(refreshToken: string): Promise<TokenSet>;
  /** All organisations that the token reaches, or those of one consent. ReconnectFailure when the token is refused. */
  listConnections(accessToken: string, authEventId?: string): Promise<readonly GrantedOrganisation[]>;
  /** DELETE /connections/{id}; unknown is fine. Never the revocation endpoint (F4). */
  deleteConnection(accessToken: string, xeroConnectionId: string): Promise<void>;
}

/** What the settings page must know of an organisation. Dates `YYYY-MM-DD`. */
export interface OrganisationFacts {
  readonly organisationId: string;
  readonly name: string;
  readonly countryCode: string;
  readonly baseCurrency: string;
  readonly isDemoCompany: boolean;
  readonly paysTax: boolean;
  /** UK: CASH, ACCRUAL, FLATRATECASH, FLATRATEACCRUAL, NONE. */
  readonly salesTaxBasis?: string;
  readonly periodLockDate?: string;
  readonly endOfYearLockDate?: string;
}
/** One account of the organisation's chart. */
export interface LedgerAccount {
  readonly accountId: string;
  /** Some bank accounts have none. */
  readonly code?: string;
  readonly name: string;
  /** BANK, CURRENT, REVENUE, SALES, … */
  readonly type: string;
  readonly status: 'ACTIVE' | 'ARCHIVED';
  readonly enablePaymentsToAccount: boolean;
  /** Bank accounts only. */
  readonly currency?: string;
  /** What Xero itself uses the account for, e.g. CISLABOURINCOME. */
  readonly systemAccount?: string;
}
export interface NewLedgerAccount {
  readonly code: string;
  readonly name: string;
  readonly type: 'CURRENT';
  readonly enablePaymentsToAccount: true;
}
/** Reads of one organisation, one call each. All throw RetryFailure, WaitFailure, AttentionFailure or ReconnectFailure. */
export interface OrganisationBooks {
  organisation(): Promise<OrganisationFacts>;
  /** The whole chart, archived accounts included. */
  accounts(): Promise<readonly LedgerAccount[]>;
  /** PUT /Accounts, one account. A code or name that is taken: AttentionFailure with code `account-not-created`. */
  createAccount(account: NewLedgerAccount, idempotencyKey: string): Promise<LedgerAccount>;
  /** GET /Organisation/{id}/CISSettings. */
  cisSettings(organisationId: string): Promise<{ readonly subContractorEnabled: boolean }>;
}
/** Opens the books of one organisation; the access token is asked for at each call. */
export type OpenOrganisation = (access: {
  readonly tenantId: string;
  /** `refused`: the token that the API just answered 401 to; another one is fetched then. */
  readonly accessToken: (refused?: string) => Promise<string>;
}) => OrganisationBooks;

/** The account's lane, as far as a connection needs it. */
export interface LaneBell {
  /** Makes kept news go on after reconnecting (F5), or be dropped after disconnecting (A2). */
  ring(accountId: string): Promise<void>;
  /** Ends a wait that Xero asked for: the account has left the organisation, or has disconnected. */
  forgetWait(accountId: string): Promise<void>;
}

/** Unguessable values and their hashes; handed in so that tests repeat. */
export interface Secrecy {
  /** 32 random bytes, base64url. */
  token(): string;
  uuid(): string;
  /** SHA-256, hex. */
  hash(text: string): string;
  /** Encrypts `text` so that only who has `key` (a token) can read it. */
  seal(text: string, key: string): string;
  /** What was sealed; undefined when it was changed, or sealed with another key. */
  unseal(sealed: string, key: string): string | undefined;
}
