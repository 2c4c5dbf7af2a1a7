import type { BrakeState, HeldEnding } from '../domain/brake.ts';
import { forEachLimit } from '../sync/concurrency.ts';
import type { BrakeStore } from '../sync/brake-port.ts';
import { brakeKey, HELD_PREFIX, heldKey, scopePartition } from './keys.ts';
import { deleteItem, putItem, readItem, readPrefix, storedAs, type Table } from './table.ts';

const WRITES_AT_ONCE = 16;

/** What the brake counts in one item; each held ending in one of its own, so that commits share none. */
export function createBrakeStore(table: Table): BrakeStore {
  return {
    async readBrake(scope) {
      const item = await readItem(table, brakeKey(scope));
      return item === undefined ? {} : storedAs<BrakeState>(item);
    },

    async writeBrake(scope, state) {
      await putItem(table, { ...state, ...brakeKey(scope) });
    },

    async listHeld(scope) {
      const items = await readPrefix(table, scopePartition(scope), HELD_PREFIX);
      return items.map((item) => storedAs<HeldEnding>(item));
    },

    async removeHeld(scope, held) {
      await forEachLimit(held, WRITES_AT_ONCE, async (one) => void (await deleteItem(table, heldKey(scope, one))));
    },
  };
}
