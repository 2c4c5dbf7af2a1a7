import { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../edge-database.ts';

/** An item as it was before a transaction. */
export interface Before {
  readonly table: string;
  readonly key: object;
  /** Undefined when there was none. */
  readonly item: object | undefined;
}

/** What a transaction over several items of dynalite must remember: how to undo it while it is under way, and the client tokens that are done. */
export interface TransactionJournal {
  begin(before: readonly Before[]): void;
  /** The transaction is over: done with `token`, or undone. */
  end(token?: { readonly token: string; readonly request: string; readonly at: number }): void;
  /** What a transaction under way has to put back; empty when none is. */
  open(): readonly Before[];
  /** The request that came with the token, if it was done after `since`, epoch ms. */
  done(token: string, since: number): string | undefined;
  close(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS before (table_name TEXT NOT NULL, key TEXT NOT NULL, item TEXT) STRICT;
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request TEXT NOT NULL, done_at INTEGER NOT NULL) STRICT;
`;

/** Kept in an SQLite file; what was noted survives the death of the process (kill -9). */
export function openTransactionJournal(file: string): TransactionJournal {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(SCHEMA);
  const note = database.prepare('INSERT INTO before (table_name, key, item) VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM before');
  const notes = database.prepare('SELECT table_name, key, item FROM before');
  const remember = database.prepare('INSERT OR REPLACE INTO tokens (token, request, done_at) VALUES (?, ?, ?)');
  const find = database.prepare('SELECT request FROM tokens WHERE token = ?');
  const expire = database.prepare('DELETE FROM tokens WHERE done_at <= ?');
  return {
    begin: (before) =>
      inTransaction(database, () => {
        for (const { table, key, item } of before) note.run(table, JSON.stringify(key), item === undefined ? null : JSON.stringify(item));
      }),
    end: (token) =>
      inTransaction(database, () => {
        forget.run();
        if (token !== undefined) remember.run(token.token, token.request, token.at);
      }),
    open: () =>
      notes.all().map(({ table_name: table, key, item }) => ({
        table: String(table),
        key: JSON.parse(String(key)) as object,
        item: item === null ? undefined : (JSON.parse(String(item)) as object),
      })),
    done(token, since) {
      expire.run(since);
      const found = find.get(token);
      return found === undefined ? undefined : String(found['request']);
    },
    close: () => database.close(),
  };
}
