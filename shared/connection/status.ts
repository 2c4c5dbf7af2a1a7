import type { ConnectionSettings, ConnectionStatus } from '../domain/connection.ts';
import type { Scope } from '../sync/ports.ts';
import type { ConnectionDeps } from './deps.ts';
import type { ConnectionRecord } from './ports.ts';
import { isDifferentOrganisation, neverConnected } from './transitions.ts';

/** Waits shorter than this are Xero's everyday minute limit: nothing that a person should be told. */
const TOLD_WAIT_MS = 90_000;

/** An organisation that the person may choose; `startsAfresh`: choosing it needs the confirmation of A5. */
export interface OfferedOrganisation {
  readonly tenantId: string;
  readonly name: string;
  readonly startsAfresh: boolean;
}

/** What the settings page shows. Instants ISO-8601 UTC. */
export interface ConnectionView {
  readonly status: ConnectionStatus;
  readonly organisation: { readonly tenantId: string; readonly name: string; readonly connectedAt: string | null } | null;
  readonly settings: Required<ConnectionSettings>;
  /** Connected, but both switches are off: nothing is synced, whatever the status says. */
  readonly switchedOff: boolean;
  readonly counts: { readonly synced: number; readonly pending: number; readonly attention: number };
  readonly lastSyncAt: string | null;
  /** Why it needs reconnecting, or null. */
  readonly reason: string | null;
  readonly pausedReason: string | null;
  readonly pausedUntil: string | null;
  readonly organisations: readonly OfferedOrganisation[];
}

/** The organisations that the latest consent granted and that still wait for a choice. */
export function offeredOrganisations(connection: ConnectionRecord): readonly OfferedOrganisation[] {
  if (connection.status === 'not-connected') return [];
  return (connection.choices ?? []).map(({ tenantId, name }) => ({
    tenantId,
    name,
    startsAfresh: isDifferentOrganisation(connection, tenantId),
  }));
}

function viewOrganisation(connection: ConnectionRecord): ConnectionView['organisation'] {
  const { status, tenantId, organisationName, connectedAt } = connection;
  if (tenantId === undefined || status === 'not-connected' || status === 'choose-organisation') return null;
  return { tenantId, name: organisationName ?? '', connectedAt: connectedAt ?? null };
}

/** What waits is told from the first moment: records that wait, or what has come in and was not dealt with, whichever is more. */
async function countsOf({ counts, backlog }: Pick<ConnectionDeps, 'counts' | 'backlog'>, scope: Scope): Promise<ConnectionView['counts']> {
  const [{ synced, pending, attention }, waiting] = await Promise.all([counts.readCounts(scope), backlog.countWaiting(scope.accountId)]);
  return { synced, pending: Math.max(pending, waiting), attention };
}

/** `GET /v1/xero/connection`. Spends no call of Xero. Paused = active, but told by Xero to wait for more than a moment. */
export async function readStatus(
  deps: Pick<ConnectionDeps, 'connections' | 'counts' | 'backlog' | 'waits' | 'clock'>,
  accountId: string,
): Promise<ConnectionView> {
  const connection = (await deps.connections.readConnection(accountId)) ?? neverConnected(accountId);
  const { generation } = connection;
  const organisation = viewOrganisation(connection);
  const counts = organisation === null ? { synced: 0, pending: 0, attention: 0 } : await countsOf(deps, { accountId, generation });
  const until = connection.status === 'active' ? await deps.waits.waitsUntil(accountId) : undefined;
  const pausedUntil = until !== undefined && until - deps.clock.now() > TOLD_WAIT_MS ? new Date(until).toISOString() : null;
  return {
    status: pausedUntil === null ? connection.status : 'paused',
    organisation,
    settings: { ...connection.settings, paymentAccounts: connection.settings.paymentAccounts ?? {} },
    switchedOff: organisation !== null && connection.status !== 'setup' && !connection.settings.syncCustomers,
    counts,
    lastSyncAt: connection.lastSyncAt ?? null,
    reason: connection.reason ?? null,
    pausedReason: pausedUntil === null ? null : 'Xero or Gas Engineer Software has asked us to wait. Changes are kept and sent afterwards.',
    pausedUntil,
    organisations: offeredOrganisations(connection),
  };
}
