/** dynalite 4 ships no types: the parts of it that are used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Directory of the LevelDB store. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that has not been told to listen yet. */
  export default function dynalite(options?: DynaliteOptions): Server;
}

declare module 'dynalite/db/index.js' {
  interface Range {
    readonly gte: string;
    readonly lt: string;
  }

  interface StoredIndex {
    readonly IndexName: string;
  }

  interface StoredTable {
    readonly TableName: string;
    readonly GlobalSecondaryIndexes?: readonly StoredIndex[];
  }

  /** dynalite's LevelDB: `table~<name>`, `item-<table>~<key>` and `index-global~<table>~<index>~<key>`, values as JSON. */
  interface Store {
    readonly db: {
      open(): Promise<void>;
      values(range: Range): AsyncIterable<unknown>;
      clear(range: Range): Promise<void>;
      batch(operations: readonly { type: 'put'; key: string; value: unknown }[]): Promise<void>;
      close(): Promise<void>;
    };
  }

  interface IndexActions {
    readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[];
  }

  const db: {
    create(options: { readonly path: string }): Store;
    getIndexActions(indexes: readonly StoredIndex[], existingItem: unknown, item: unknown, table: StoredTable): IndexActions;
  };
  export default db;
  export type { Store, StoredTable };
}
