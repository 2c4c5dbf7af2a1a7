import type { TenantClaim, TenantClaims } from '../connection/ports.ts';
import { tenantKey } from './keys.ts';
import type { Condition, Table } from './table.ts';
import { deleteItem, putItem, readItem, storedAs } from './table.ts';

/** Each failed try means that the claim appeared and went again in between. */
const CLAIM_ATTEMPTS = 5;

/** Which account an organisation belongs to (A5), one item per organisation in DynamoDB. */
export function createTenantClaims(table: Table): TenantClaims {
  return {
    async claimTenant(claim, over) {
      const key = tenantKey(claim.tenantId);
      for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt += 1) {
        if (await putItem(table, { ...claim, ...key }, mayClaim(claim, over))) return claim;
        const standing = await readTenantClaim(table, claim.tenantId);
        if (standing !== undefined) return standing;
      }
      throw new Error(`Organisation ${claim.tenantId} could not be claimed: its claim kept changing`);
    },

    async releaseTenant(tenantId, accountId, claimedBy) {
      const isThatClaim = {
        expression: 'accountId = :accountId AND claimedAt <= :claimedBy',
        values: { ':accountId': accountId, ':claimedBy': claimedBy },
      };
      await deleteItem(table, tenantKey(tenantId), isThatClaim);
    },
  };
}

/** The claim that stands now, strongly consistent. */
export async function readTenantClaim(table: Table, tenantId: string): Promise<TenantClaim | undefined> {
  const item = await readItem(table, tenantKey(tenantId));
  return item === undefined ? undefined : storedAs<TenantClaim>(item);
}

function mayClaim(claim: TenantClaim, over: TenantClaim | undefined): Condition {
  const unclaimedOrOurs = 'attribute_not_exists(pk) OR accountId = :accountId';
  const values = { ':accountId': claim.accountId };
  if (over === undefined) return { expression: unclaimedOrOurs, values };
  const theAbandonedOne = '(accountId = :overAccountId AND claimedAt = :overClaimedAt)';
  return {
    expression: `${unclaimedOrOurs} OR ${theAbandonedOne}`,
    values: { ...values, ':overAccountId': over.accountId, ':overClaimedAt': over.claimedAt },
  };
}
