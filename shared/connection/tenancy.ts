import type { ConnectionReader } from '../sync/ports.ts';
import type { ConnectionRecord, ConnectionStore, TenantClaim, TenantClaims } from './ports.ts';

/** A claim whose account does not use the organisation is abandoned when it is this old: connecting takes seconds. */
const ABANDONED_AFTER_MS = 5 * 60_000;

export interface TenancyDeps {
  readonly connections: ConnectionStore;
  readonly claims: TenantClaims;
  readonly tenants: Pick<ConnectionReader, 'accountOfTenant'>;
}

function uses(connection: ConnectionRecord | undefined, tenantId: string): boolean {
  return connection?.tenantId === tenantId && connection.status !== 'not-connected';
}

/** Does another account use this organisation (A5)? */
export async function isInUseByAnother(deps: TenancyDeps, tenantId: string, accountId: string): Promise<boolean> {
  const holder = await deps.tenants.accountOfTenant(tenantId);
  if (holder === undefined || holder === accountId) return false;
  return uses(await deps.connections.readConnection(holder), tenantId);
}

/** Claims the organisation for the account (A5). False: another account has it. A claim left over by a crash is taken over. */
export async function claimOrganisation(deps: TenancyDeps, tenantId: string, accountId: string, now: number): Promise<boolean> {
  const claim: TenantClaim = { tenantId, accountId, claimedAt: now };
  const standing = await deps.claims.claimTenant(claim);
  if (standing.accountId === accountId) return true;
  const abandoned = now - standing.claimedAt >= ABANDONED_AFTER_MS;
  if (!abandoned || uses(await deps.connections.readConnection(standing.accountId), tenantId)) return false;
  return (await deps.claims.claimTenant(claim, standing)).accountId === accountId;
}
