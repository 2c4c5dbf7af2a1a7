import type { TokenPointer, TokenPointerStore } from '../connection/ports.ts';
import { VersionConflict } from '../sync/errors.ts';
import { TOKEN_WAKE_SHARDS, tokenKey, tokenWakeShard, xeroUserOfPartition } from './keys.ts';
import type { Item, Table } from './table.ts';
import { deleteItem, readItem, storedAs } from './table.ts';
import { putVersion } from './versioned.ts';
import { readDue } from './wake-index.ts';

/** Token pointers in DynamoDB, strongly consistent; no token is ever in them. `wakeShard` is present exactly while `wakeAt` is. */
export function createTokenPointerStore(table: Table): TokenPointerStore {
  return {
    async readTokenPointer(xeroUserId) {
      const item = await readItem(table, tokenKey(xeroUserId));
      return item === undefined ? undefined : toPointer(item);
    },

    async putTokenPointer(pointer) {
      const version = await putVersion(table, tokenKey(pointer.xeroUserId), fromPointer(pointer), pointer.version);
      return { ...pointer, version };
    },

    async removeTokenPointer({ xeroUserId, version }) {
      const isAsRead = { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': version } };
      const removed = await deleteItem(table, tokenKey(xeroUserId), isAsRead);
      if (!removed) throw new VersionConflict(`Token pointer of ${xeroUserId} is no longer at version ${String(version)}`);
    },

    async dueTokenPointers(now, limit) {
      const due = await readDue(table, TOKEN_WAKE_SHARDS, now, limit);
      return [...due]
        .sort((a, b) => a.wakeAt - b.wakeAt)
        .slice(0, limit)
        .map(({ pk }) => xeroUserOfPartition(pk));
    },
  };
}

function fromPointer(pointer: TokenPointer): Item {
  return { ...pointer, ...(pointer.wakeAt === undefined ? {} : { wakeShard: tokenWakeShard(pointer.xeroUserId) }) };
}

function toPointer(item: Item): TokenPointer {
  const { wakeShard: _wakeShard, ...pointer } = storedAs<TokenPointer & { readonly wakeShard?: string }>(item);
  return pointer;
}
