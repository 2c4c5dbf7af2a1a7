import type { OrganisationChoice } from '../domain/connection.ts';
import { ReconnectFailure } from '../sync/errors.ts';
import { announce, changeConnection, followUp, releaseIfUnused, usersLeftBehind } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal, GrantRefused } from './errors.ts';
import {
  differentOrganisation,
  organisationInUse,
  refusedByXero,
  refuseOtherCurrency,
  takeOrganisation,
  type OrganisationDeps,
} from './organisation.ts';
import type { ConnectionRecord, Consent, GrantedOrganisation } from './ports.ts';
import { isInUseByAnother } from './tenancy.ts';
import { choosing, isDifferentOrganisation, isHeld, neverConnected } from './transitions.ts';

type FinishDeps = OrganisationDeps & Pick<ConnectionDeps, 'singleUse' | 'secrecy'>;

function codeExpired(cause?: unknown): ConnectionRefusal {
  const message = 'It took too long to come back from Xero, or this page was opened twice. Press "Connect to Xero" again.';
  return new ConnectionRefusal('code-expired', message, undefined, { cause });
}

/** Xero's code, of the account that began. It is used up even when another account asks. */
async function xeroCodeOf(deps: FinishDeps, accountId: string, code: string): Promise<string> {
  const { secrecy, singleUse, clock, log } = deps;
  const kept = await singleUse.takeSingleUse(secrecy.hash(code), clock.now());
  if (kept?.kind !== 'consent') throw codeExpired();
  if (kept.accountId !== accountId) {
    log.warn('consent of another account refused', { accountId, begunBy: kept.accountId });
    throw new ConnectionRefusal(
      'wrong-account',
      'This connection was begun by another Gas Engineer Software account, so nothing was connected. To connect your own books, press "Connect to Xero" here.',
    );
  }
  const xeroCode = secrecy.unseal(kept.sealed, code);
  if (xeroCode === undefined) throw codeExpired();
  return xeroCode;
}

async function exchange(deps: FinishDeps, xeroCode: string): Promise<Consent> {
  try {
    return await deps.identity.exchangeCode(xeroCode);
  } catch (failure) {
    throw failure instanceof GrantRefused ? codeExpired(failure) : failure;
  }
}

/**
 * The organisations that this very consent granted (bound by its authentication event). Consenting again to the organisation that the
 * account already has may grant nothing new: then that one counts.
 */
async function grantedBy(deps: FinishDeps, consent: Consent, present: string | undefined): Promise<readonly GrantedOrganisation[]> {
  const { accessToken } = consent.tokens;
  const granted = await deps.identity.listConnections(accessToken, consent.authEventId);
  if (granted.length > 0 || present === undefined) return granted;
  return (await deps.identity.listConnections(accessToken)).filter((organisation) => organisation.tenantId === present);
}

/** The organisations to choose from. Throws ConnectionRefusal `no-organisation`, `organisation-in-use` (A5). */
async function freeOf(
  deps: FinishDeps,
  accountId: string,
  granted: readonly GrantedOrganisation[],
): Promise<readonly OrganisationChoice[]> {
  if (granted.length === 0) {
    throw new ConnectionRefusal(
      'no-organisation',
      'Xero gave us no organisation. Press "Connect to Xero" again and choose one there. If Xero says that it uses too many apps already, disconnect one first: in Xero, Settings, Connected apps.',
    );
  }
  const free: OrganisationChoice[] = [];
  for (const organisation of granted) {
    if (!(await isInUseByAnother(deps, organisation.tenantId, accountId))) free.push(organisation);
  }
  if (free.length === 0) throw organisationInUse();
  return free;
}

/** The organisation to connect without asking: the present one, or the only one of an account that never had any. */
function obvious(connection: ConnectionRecord, free: readonly OrganisationChoice[]): OrganisationChoice | undefined {
  const present = free.find((organisation) => organisation.tenantId === connection.tenantId);
  if (present !== undefined && (free.length === 1 || isHeld(connection))) return present;
  const [only, ...others] = free;
  return only !== undefined && others.length === 0 && !isDifferentOrganisation(connection, only.tenantId) ? only : undefined;
}

/** Refuses books that are not kept in pounds; then our entry in Xero ends too, since nobody can have use for it. */
async function checkCurrency(deps: FinishDeps, accountId: string, organisation: OrganisationChoice, consent: Consent): Promise<void> {
  const { accessToken } = consent.tokens;
  try {
    await refuseOtherCurrency(deps, organisation.tenantId, async () => accessToken);
  } catch (failure) {
    if (failure instanceof ConnectionRefusal) {
      const end = (): Promise<void> => deps.identity.deleteConnection(accessToken, organisation.xeroConnectionId);
      await followUp(deps, accountId, 'end an organisation of another currency', end);
    }
    throw failure;
  }
}

async function connectGranted(deps: FinishDeps, accountId: string, consent: Consent): Promise<void> {
  const { xeroUserId } = consent;
  const connection = (await deps.connections.readConnection(accountId)) ?? neverConnected(accountId);
  const free = await freeOf(deps, accountId, await grantedBy(deps, consent, connection.tenantId));
  const organisation = obvious(connection, free);
  if (organisation !== undefined) {
    // An organisation cannot change its currency: the present one was checked when it was connected first.
    if (organisation.tenantId !== connection.tenantId) await checkCurrency(deps, accountId, organisation, consent);
    const change = await takeOrganisation(deps, accountId, organisation, xeroUserId, (before) => {
      if (isDifferentOrganisation(before, organisation.tenantId)) throw differentOrganisation(before);
    });
    await deps.tokens.keepConsent(consent, accountId);
    await announce(deps, change);
    return;
  }
  const change = await changeConnection(deps, accountId, (before) => choosing(before, free, xeroUserId));
  await deps.tokens.keepConsent(consent, accountId);
  for (const user of usersLeftBehind(change)) {
    await followUp(deps, accountId, 'release tokens', () => releaseIfUnused(deps, user, accountId));
  }
  await announce(deps, change);
}

/**
 * `POST /v1/xero/connect/finish`: exchanges the code that the callback kept, and connects; where the person must choose (several
 * organisations, or another than before), the choice waits in the connection. Tokens are stored before the connection is written, under
 * the lease of a refresh, and released again when nothing came of it. Throws ConnectionRefusal `code-expired`, `wrong-account` (Xero's
 * code is never exchanged then), `missing-scope`, `no-organisation`, `organisation-in-use`, `different-organisation`, `not-gbp`,
 * `xero-error`; RetryFailure, WaitFailure.
 */
export async function finishConnecting(deps: FinishDeps, accountId: string, code: string): Promise<void> {
  const consent = await exchange(deps, await xeroCodeOf(deps, accountId, code));
  const { xeroUserId } = consent;
  try {
    if (consent.lacksScope) {
      throw new ConnectionRefusal(
        'missing-scope',
        'Xero did not let us see everything that syncing needs. Press "Connect to Xero" again and allow all that is listed there; if it stays, tell support.',
      );
    }
    await deps.tokens.storeConsent(consent, accountId);
    await connectGranted(deps, accountId, consent);
  } catch (failure) {
    deps.log.warn('xero consent did not connect', { accountId, error: failure });
    throw failure instanceof ReconnectFailure ? refusedByXero(failure) : failure;
  } finally {
    await followUp(deps, accountId, 'release tokens', () => releaseIfUnused(deps, xeroUserId, accountId));
  }
}
