import { ReconnectFailure } from '../sync/errors.ts';
import type { OrganisationChoice } from '../domain/connection.ts';
import { announce, changeConnection, followUp, releaseIfUnused, usersLeftBehind, type Change } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal } from './errors.ts';
import type { ConnectionRecord } from './ports.ts';
import { claimOrganisation } from './tenancy.ts';
import { connectedTo, isDifferentOrganisation, neverConnected } from './transitions.ts';

/** What taking an organisation needs. */
export type OrganisationDeps = Pick<
  ConnectionDeps,
  'connections' | 'claims' | 'tenants' | 'tokens' | 'identity' | 'openOrganisation' | 'bell' | 'clock' | 'log'
>;

export function organisationInUse(): ConnectionRefusal {
  return new ConnectionRefusal(
    'organisation-in-use',
    'This Xero organisation is already connected to another Gas Engineer Software account. Disconnect it there first.',
    'tenantId',
  );
}

/** Xero refuses a token that it has just given, or takes it back while the person still chooses. */
export function refusedByXero(cause: ReconnectFailure): ConnectionRefusal {
  const message = 'Xero let us in and then refused us. Press "Connect to Xero" again.';
  return new ConnectionRefusal('xero-error', message, undefined, { cause });
}

/**
 * GES bills in pounds: refuses an organisation whose books are kept in anything else. One read of Xero. Throws ConnectionRefusal `not-gbp`,
 * `xero-error`; RetryFailure, WaitFailure.
 */
export async function refuseOtherCurrency(
  deps: Pick<OrganisationDeps, 'openOrganisation'>,
  tenantId: string,
  accessToken: (refused?: string) => Promise<string>,
): Promise<void> {
  const reading = deps.openOrganisation({ tenantId, accessToken }).organisation();
  const { name, baseCurrency } = await reading.catch((failure: unknown) => {
    throw failure instanceof ReconnectFailure ? refusedByXero(failure) : failure;
  });
  if (baseCurrency === 'GBP') return;
  throw new ConnectionRefusal(
    'not-gbp',
    `${name} keeps its books in ${baseCurrency}, and Gas Engineer Software bills in pounds. Press "Connect to Xero" again and choose an organisation in GBP.`,
    'tenantId',
  );
}

/** A5: the refusal that asks for the confirmation to start afresh. */
export function differentOrganisation(connection: ConnectionRecord): ConnectionRefusal {
  return new ConnectionRefusal(
    'different-organisation',
    `Your records are linked to ${connection.organisationName ?? 'another Xero organisation'}. To use a different organisation, confirm that you want to start afresh: the old links are kept aside, not mixed.`,
    'startAfresh',
  );
}

/** Ends our entry in Xero of an organisation that the account has left. A consent that is gone has ended it already. */
async function deleteEntry(deps: OrganisationDeps, xeroUserId: string, xeroConnectionId: string): Promise<void> {
  try {
    await deps.identity.deleteConnection(await deps.tokens.accessTokenFor(xeroUserId), xeroConnectionId);
  } catch (failure) {
    if (!(failure instanceof ReconnectFailure)) throw failure;
  }
}

/** Lets go of what only the connection before the change needed: old organisation, its claim (`claimedBy`) and its limits, tokens without use. */
async function leaveBehind(deps: OrganisationDeps, change: Change, claimedBy: number): Promise<void> {
  const { accountId, tenantId, xeroUserId, xeroConnectionId } = change.before;
  if (tenantId !== undefined && tenantId !== change.after.tenantId) {
    if (xeroUserId !== undefined && xeroConnectionId !== undefined) {
      await followUp(deps, accountId, 'end old organisation', () => deleteEntry(deps, xeroUserId, xeroConnectionId));
    }
    await followUp(deps, accountId, 'release old organisation', () => deps.claims.releaseTenant(tenantId, accountId, claimedBy));
    await followUp(deps, accountId, 'forget the wait', () => deps.bell.forgetWait(accountId));
  }
  for (const user of usersLeftBehind(change)) {
    await followUp(deps, accountId, 'release tokens', () => releaseIfUnused(deps, user, accountId));
  }
}

/**
 * Connects the account to an organisation that `xeroUserId`'s consent reaches. `check` sees the connection as it is when written and
 * throws to refuse. Throws ConnectionRefusal `organisation-in-use` (A5).
 */
export async function takeOrganisation(
  deps: OrganisationDeps,
  accountId: string,
  organisation: OrganisationChoice,
  xeroUserId: string,
  check: (before: ConnectionRecord) => void,
): Promise<Change> {
  const { tenantId } = organisation;
  const now = deps.clock.now();
  if (!(await claimOrganisation(deps, tenantId, accountId, now))) throw organisationInUse();
  let change: Change;
  try {
    change = await changeConnection(deps, accountId, (before) => {
      check(before);
      return connectedTo(before, organisation, xeroUserId, new Date(now).toISOString());
    });
  } catch (failure) {
    const standing = await deps.connections.readConnection(accountId);
    if (standing?.tenantId !== tenantId) await deps.claims.releaseTenant(tenantId, accountId, now);
    throw failure;
  }
  await leaveBehind(deps, change, now);
  return change;
}

/**
 * `PUT /v1/xero/organisation`: the person chooses one of the organisations that the consent granted. Choosing the present one again
 * changes nothing. Throws ConnectionRefusal: `not-connected`, `organisation-not-granted`, `different-organisation` without `startAfresh`
 * (A5), `organisation-in-use`, `not-gbp`, `xero-error`; RetryFailure, WaitFailure.
 */
export async function chooseOrganisation(
  deps: OrganisationDeps,
  accountId: string,
  wish: { readonly tenantId: string; readonly startAfresh: boolean },
): Promise<ConnectionRecord> {
  const { tenantId, startAfresh } = wish;
  const current = (await deps.connections.readConnection(accountId)) ?? neverConnected(accountId);
  if (current.status === 'not-connected') {
    throw new ConnectionRefusal('not-connected', 'There is no connection to Xero. Connect to Xero first.');
  }
  const choice = current.choices?.find((granted) => granted.tenantId === tenantId);
  const chooser = current.choicesXeroUserId;
  if (choice === undefined || chooser === undefined) {
    if (current.tenantId === tenantId && current.status !== 'choose-organisation') return current;
    throw new ConnectionRefusal('organisation-not-granted', 'This organisation is not among those that you allowed in Xero.', 'tenantId');
  }
  if (isDifferentOrganisation(current, tenantId) && !startAfresh) throw differentOrganisation(current);
  if (current.tenantId !== tenantId) {
    await refuseOtherCurrency(deps, tenantId, (refused) => deps.tokens.accessTokenFor(chooser, refused));
  }
  const change = await takeOrganisation(deps, accountId, choice, chooser, (before) => {
    if (before.connectSeq !== current.connectSeq || before.choicesXeroUserId !== chooser) {
      throw new ConnectionRefusal('changed-meanwhile', 'The connection was changed meanwhile. Look at it again, then choose.');
    }
    if (isDifferentOrganisation(before, tenantId) && !startAfresh) throw differentOrganisation(before);
  });
  await announce(deps, change);
  return change.after;
}
