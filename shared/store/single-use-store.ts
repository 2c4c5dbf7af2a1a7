import type { SingleUse, SingleUseStore } from '../connection/ports.ts';
import { stateKey } from './keys.ts';
import type { Table } from './table.ts';
import { putItem, takeItem, withoutKeys } from './table.ts';

/** Login states and tickets in DynamoDB. `validUntil` (epoch ms) decides; `expiresAt` (epoch s) lets the table's TTL clear away later. */
export function createSingleUseStore(table: Table): SingleUseStore {
  return {
    async putSingleUse(hash, value, expiresAt) {
      await putItem(table, { ...stateKey(hash), ...value, validUntil: expiresAt, expiresAt: Math.ceil(expiresAt / 1000) });
    },

    async takeSingleUse(hash, now) {
      const item = await takeItem(table, stateKey(hash), { expression: 'validUntil > :now', values: { ':now': now } });
      if (item === undefined) return undefined;
      const { validUntil: _validUntil, expiresAt: _expiresAt, ...value } = withoutKeys(item);
      return value as unknown as SingleUse;
    },
  };
}
