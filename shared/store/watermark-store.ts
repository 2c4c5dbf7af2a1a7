import type { WatermarkStore, Watermarks } from '../sync/knowledge-port.ts';
import { watermarksKey } from './keys.ts';
import { readItem, storedAs, updateItem, type Table } from './table.ts';

/** How far each feed of Xero has been followed: one item, one attribute a feed. */
export function createWatermarkStore(table: Table): WatermarkStore {
  return {
    async readWatermarks(scope) {
      const item = await readItem(table, watermarksKey(scope));
      return item === undefined ? {} : storedAs<Watermarks>(item);
    },

    async moveWatermark(scope, feed, to) {
      const isAhead = { expression: 'attribute_not_exists(#feed) OR #feed < :to', names: { '#feed': feed }, values: { ':to': to } };
      await updateItem(table, watermarksKey(scope), 'SET #feed = :to', isAhead);
    },
  };
}
