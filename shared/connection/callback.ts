import type { OrganisationChoice } from '../domain/connection.ts';
import { ReconnectFailure, RetryFailure, WaitFailure } from '../sync/errors.ts';
import { announce, changeConnection, followUp, releaseIfUnused, usersLeftBehind } from './changes.ts';
import type { ConnectionDeps } from './deps.ts';
import { ConnectionRefusal, GrantRefused } from './errors.ts';
import { accountOfLogin } from './login.ts';
import { differentOrganisation, organisationInUse, takeOrganisation, type OrganisationDeps } from './organisation.ts';
import type { ConnectionRecord, Consent, GrantedOrganisation } from './ports.ts';
import { isInUseByAnother } from './tenancy.ts';
import { choosing, isDifferentOrganisation, isHeld, neverConnected } from './transitions.ts';

/** What Xero's redirect and the browser brought. */
export interface ConsentAnswer {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  /** Xero's own code, e.g. `access_denied` when the person pressed cancel (xero-facts §1). */
  readonly error?: string | undefined;
  readonly cookie?: string | undefined;
}

/** OAuth's error codes that the settings page knows; any other becomes `xero-error`, so that nobody writes into our page's address. */
const XERO_ERRORS = ['access_denied', 'invalid_scope', 'unauthorized_client', 'temporarily_unavailable', 'server_error'] as const;

export type CallbackError =
  | (typeof XERO_ERRORS)[number]
  | 'xero-error'
  | 'state-expired'
  | 'code-expired'
  | 'nothing-granted'
  | 'organisation-in-use'
  | 'different-organisation'
  | 'xero-unavailable';
export type CallbackEnd = { readonly kind: 'connected' | 'choose' } | { readonly kind: 'error'; readonly code: CallbackError };

type CallbackDeps = OrganisationDeps & Pick<ConnectionDeps, 'singleUse' | 'secrecy'>;

function ended(code: CallbackError): CallbackEnd {
  return { kind: 'error', code };
}

/**
 * The organisations that this very consent granted (bound by its authentication event). Consenting again to the organisation that the
 * account already has may grant nothing new: then that one counts.
 */
async function grantedBy(deps: CallbackDeps, consent: Consent, present: string | undefined): Promise<readonly GrantedOrganisation[]> {
  const { accessToken } = consent.tokens;
  const granted = await deps.identity.listConnections(accessToken, consent.authEventId);
  if (granted.length > 0 || present === undefined) return granted;
  return (await deps.identity.listConnections(accessToken)).filter((organisation) => organisation.tenantId === present);
}

/** The organisation to connect without asking: the present one, or the only one of an account that never had any. */
function obvious(connection: ConnectionRecord, free: readonly OrganisationChoice[]): OrganisationChoice | undefined {
  const present = free.find((organisation) => organisation.tenantId === connection.tenantId);
  if (present !== undefined && (free.length === 1 || isHeld(connection))) return present;
  const [only, ...others] = free;
  return only !== undefined && others.length === 0 && !isDifferentOrganisation(connection, only.tenantId) ? only : undefined;
}

async function connectGranted(deps: CallbackDeps, accountId: string, consent: Consent): Promise<CallbackEnd> {
  const { xeroUserId } = consent;
  const connection = (await deps.connections.readConnection(accountId)) ?? neverConnected(accountId);
  const granted = await grantedBy(deps, consent, connection.tenantId);
  if (granted.length === 0) return ended('nothing-granted');
  const free: OrganisationChoice[] = [];
  for (const organisation of granted) {
    if (!(await isInUseByAnother(deps, organisation.tenantId, accountId))) free.push(organisation);
  }
  if (free.length === 0) throw organisationInUse();
  const organisation = obvious(connection, free);
  if (organisation !== undefined) {
    const change = await takeOrganisation(deps, accountId, organisation, xeroUserId, (before) => {
      if (isDifferentOrganisation(before, organisation.tenantId)) throw differentOrganisation(before);
    });
    await deps.tokens.keepConsent(consent, accountId);
    await announce(deps, change);
    return { kind: 'connected' };
  }
  const change = await changeConnection(deps, accountId, (before) => choosing(before, free, xeroUserId));
  await deps.tokens.keepConsent(consent, accountId);
  for (const user of usersLeftBehind(change)) {
    await followUp(deps, accountId, 'release tokens', () => releaseIfUnused(deps, user, accountId));
  }
  await announce(deps, change);
  return free.length > 1 ? { kind: 'choose' } : ended('different-organisation');
}

/** How a failure of the consent is told to the person. Undefined: nobody foresaw it. */
function endOf(failure: unknown): CallbackEnd | undefined {
  if (failure instanceof GrantRefused) return ended('code-expired');
  if (failure instanceof RetryFailure || failure instanceof WaitFailure) return ended('xero-unavailable');
  if (failure instanceof ReconnectFailure) return ended('xero-error');
  if (failure instanceof ConnectionRefusal) {
    return ended(failure.code === 'organisation-in-use' ? 'organisation-in-use' : 'different-organisation');
  }
  return undefined;
}

/**
 * `GET /v1/xero/callback`: finishes the consent. The state is used up whatever happens. Tokens are stored before the connection is
 * written, under the lease of a refresh, and released again when nothing came of it.
 */
export async function finishConsent(deps: CallbackDeps, answer: ConsentAnswer): Promise<CallbackEnd> {
  const accountId = answer.state === undefined ? undefined : await accountOfLogin(deps, answer.state, answer.cookie);
  if (accountId === undefined) return ended('state-expired');
  if (answer.error !== undefined) return ended(XERO_ERRORS.find((code) => code === answer.error) ?? 'xero-error');
  if (answer.code === undefined) return ended('xero-error');
  let consent: Consent | undefined;
  try {
    consent = await deps.identity.exchangeCode(answer.code);
    await deps.tokens.storeConsent(consent, accountId);
    return await connectGranted(deps, accountId, consent);
  } catch (failure) {
    const end = endOf(failure);
    if (end === undefined) throw failure;
    deps.log.warn('xero consent did not connect', { accountId, end, error: failure });
    return end;
  } finally {
    if (consent !== undefined) {
      const { xeroUserId } = consent;
      await followUp(deps, accountId, 'release tokens', () => releaseIfUnused(deps, xeroUserId, accountId));
    }
  }
}
