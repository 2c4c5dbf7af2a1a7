import type { GesPayment } from './records.ts';

/** Status of the link between one account and one Xero organisation. */
export type ConnectionStatus = 'not-connected' | 'choose-organisation' | 'setup' | 'active' | 'paused' | 'needs-reconnect';

/** The two switches and the two accounts of the settings page (A1, D2). Accounts by AccountID, never by code. */
export interface ConnectionSettings {
  readonly paymentAccountId: string | null;
  /** AccountID by payment method, or `leave` to the bank feed; where none is named, `paymentAccountId` (D1). */
  readonly paymentAccounts?: Partial<Readonly<Record<GesPayment['method'], string>>>;
  readonly salesAccountId: string | null;
  readonly syncCustomers: boolean;
  readonly syncInvoices: boolean;
}

/** An organisation that the person's consent covers and that may still be chosen. */
export interface OrganisationChoice {
  readonly tenantId: string;
  readonly name: string;
  /** Id of the entry in Xero's /connections, needed to disconnect it. */
  readonly xeroConnectionId: string;
}

/** One account's connection. `tenantId` is set from `setup` on and kept while `needs-reconnect` (F5) and after a disconnect (A5). */
export interface Connection {
  readonly accountId: string;
  readonly status: ConnectionStatus;
  /** Grows by one with every connect and disconnect: a dying drain must not spoil a fresh connection. */
  readonly connectSeq: number;
  /** A different organisation starts a new generation; links, aliases, inbox and intents live under it (A5). */
  readonly generation: number;
  readonly tenantId?: string;
  readonly organisationName?: string;
  readonly xeroConnectionId?: string;
  readonly xeroUserId?: string;
  readonly choices?: readonly OrganisationChoice[];
  readonly settings: ConnectionSettings;
  /** When the present organisation was connected, ISO-8601 UTC. */
  readonly connectedAt?: string;
  /** Why a connection needs reconnecting, in plain words. */
  readonly reason?: string;
  readonly lastSyncAt?: string;
  /** Grows by one with each write; every write is conditional on the version that was read. 0 = never stored. */
  readonly version: number;
}

/** Does the sync run for this account at all (A2)? */
export function isRunning(
  connection: Connection | undefined,
): connection is Connection & { readonly tenantId: string; readonly xeroUserId: string } {
  return connection?.status === 'active' && connection.tenantId !== undefined && connection.xeroUserId !== undefined;
}

/** Is news kept for this account: running, or interrupted without the user's wish (A2, F5)? */
export function keepsNews(connection: Connection | undefined): boolean {
  return connection !== undefined && ['active', 'paused', 'needs-reconnect'].includes(connection.status);
}

/** Is this type switched on? Invoices need customers on; payments follow invoices (A1). */
export function followsType(settings: ConnectionSettings, type: 'customer' | 'invoice' | 'payment'): boolean {
  return type === 'customer' ? settings.syncCustomers : settings.syncCustomers && settings.syncInvoices;
}

/**
 * Was this asked (ISO-8601 UTC) of the connection as it stands? What was asked before a disconnect, or of another organisation, must not go on
 * by itself (A3, A5); after a lost consent that came back it does (F5), and so `connectedAt` stays then.
 */
export function isSinceConnecting({ connectedAt }: Pick<Connection, 'connectedAt'>, at: string): boolean {
  return connectedAt === undefined || at >= connectedAt;
}
