import type { ConnectionSettings, OrganisationChoice } from '../domain/connection.ts';
import type { ConnectionRecord } from './ports.ts';

/** What becomes of a connection by connecting, choosing, saving, losing and disconnecting: pure, one function a transition. */

const NO_SETTINGS: ConnectionSettings = { paymentAccountId: null, salesAccountId: null, syncCustomers: false, syncInvoices: false };

/** An account that has never connected. */
export function neverConnected(accountId: string): ConnectionRecord {
  return { accountId, status: 'not-connected', connectSeq: 0, generation: 0, settings: NO_SETTINGS, version: 0 };
}

/** Have valid settings ever been saved for the present organisation? */
function isSetUp(connection: ConnectionRecord): boolean {
  return connection.settings.salesAccountId !== null;
}

/** Would taking this organisation leave the one whose records are linked (A5)? */
export function isDifferentOrganisation(connection: ConnectionRecord, tenantId: string): boolean {
  return connection.tenantId !== undefined && connection.tenantId !== tenantId;
}

/** Is the connection interrupted or running, but not ended by the user: its news is kept (A2, F5)? */
export function isHeld(connection: ConnectionRecord): boolean {
  return connection.status === 'active' || connection.status === 'paused' || connection.status === 'needs-reconnect';
}

/**
 * The account is connected to `organisation` with the consent of `xeroUserId`. The same organisation goes on in its generation with its
 * settings (F4, F5); another one starts a new generation without any (A5).
 */
export function connectedTo(
  connection: ConnectionRecord,
  organisation: OrganisationChoice,
  xeroUserId: string,
  now: string,
): ConnectionRecord {
  const {
    choices: _choices,
    choicesXeroUserId: _chooser,
    reason: _reason,
    goesOn: _saidBefore,
    createdPaymentAccountId,
    lastSyncAt,
    ...kept
  } = connection;
  const same = connection.tenantId === organisation.tenantId;
  const uninterrupted = same && connection.connectedAt !== undefined && (isHeld(connection) || connection.status === 'setup');
  return {
    ...kept,
    ...(same && createdPaymentAccountId !== undefined ? { createdPaymentAccountId } : {}),
    ...(same && lastSyncAt !== undefined ? { lastSyncAt } : {}),
    status: same && isSetUp(connection) ? 'active' : 'setup',
    connectSeq: connection.connectSeq + 1,
    generation: same ? connection.generation : connection.generation + 1,
    tenantId: organisation.tenantId,
    organisationName: organisation.name,
    xeroConnectionId: organisation.xeroConnectionId,
    xeroUserId,
    settings: same ? connection.settings : NO_SETTINGS,
    connectedAt: uninterrupted ? connection.connectedAt : now,
  };
}

/** The person must choose. What runs, or waits for a reconnect, goes on as it is meanwhile. */
export function choosing(connection: ConnectionRecord, choices: readonly OrganisationChoice[], xeroUserId: string): ConnectionRecord {
  const status = isHeld(connection) ? connection.status : 'choose-organisation';
  return { ...connection, status, choices, choicesXeroUserId: xeroUserId };
}

/** Valid settings were saved: the first ones make the connection active (A1, D2). */
export function withSettings(
  connection: ConnectionRecord,
  settings: ConnectionSettings,
  createdPaymentAccountId?: string,
): ConnectionRecord {
  return {
    ...connection,
    settings,
    status: connection.status === 'setup' ? 'active' : connection.status,
    ...(createdPaymentAccountId === undefined ? {} : { createdPaymentAccountId }),
  };
}

/** The consent is gone (F5): the drain stops, news is kept. */
export function lost(connection: ConnectionRecord, reason: string): ConnectionRecord {
  return { ...connection, status: 'needs-reconnect', reason };
}

/** The user disconnects (F4): the status goes first. What Xero must still be told stays noted until `forgotten`. */
export function disconnected(connection: ConnectionRecord): ConnectionRecord {
  const { reason: _reason, ...rest } = connection;
  return { ...rest, status: 'not-connected', connectSeq: connection.connectSeq + 1 };
}

/** Xero has been told, the tokens are released. Tenant, generation and settings stay: the same organisation may come back (F4, A5). */
export function forgotten(connection: ConnectionRecord): ConnectionRecord {
  const { choices: _choices, choicesXeroUserId: _chooser, xeroConnectionId: _entry, xeroUserId: _user, ...rest } = connection;
  return rest;
}
