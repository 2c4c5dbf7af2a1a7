import type { SingleUse, SingleUseStore } from '../connection/ports.ts';
import { stateKey } from './keys.ts';
import type { Table } from './table.ts';
import { newWriteId, putItem, storedAs, updateItem } from './table.ts';

interface Expiry {
  readonly validUntil: number;
  readonly expiresAt: number;
}

/** Login states and tickets in DynamoDB. `validUntil` (epoch ms) decides; `expiresAt` (epoch s) lets the table's TTL clear away later. */
export function createSingleUseStore(table: Table): SingleUseStore {
  return {
    async putSingleUse(hash, value, expiresAt) {
      await putItem(table, { ...stateKey(hash), ...value, validUntil: expiresAt, expiresAt: Math.ceil(expiresAt / 1000) });
    },

    async takeSingleUse(hash, now) {
      // Marked rather than deleted: a deletion whose answer was lost could not be told from another's.
      const isUnusedOrOurs = {
        expression: 'validUntil > :now AND (attribute_not_exists(writeId) OR writeId = :writeId)',
        values: { ':now': now, ':writeId': newWriteId(table) },
      };
      const item = await updateItem(table, stateKey(hash), 'SET writeId = :writeId', isUnusedOrOurs);
      if (item === undefined) return undefined;
      const { validUntil: _validUntil, expiresAt: _expiresAt, ...value } = storedAs<SingleUse & Expiry>(item);
      return value;
    },
  };
}
