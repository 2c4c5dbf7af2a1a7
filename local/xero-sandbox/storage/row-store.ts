import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Change } from '../core/table.ts';

/**
 * Rows in one SQLite file. A write is on disk, as far as a killed process is concerned, when `write` returns: write-ahead log, one
 * transaction per call. (A power cut may lose the last moments; a sandbox can live with that.)
 */
export class RowStore {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  /** Opens or makes the store in a directory. Throws with a clear message when it cannot, or another process has it open: two would overwrite each other. */
  constructor(directory: string) {
    this.#database = opened(directory);
    this.#put = this.#database.prepare('INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET value = excluded.value');
    this.#delete = this.#database.prepare('DELETE FROM rows WHERE name = ? AND key = ?');
  }

  /** All stored rows. */
  *read(): Generator<{ table: string; key: string; value: object }> {
    for (const { name, key, value } of this.#database.prepare('SELECT name, key, value FROM rows').iterate()) {
      yield { table: String(name), key: String(key), value: JSON.parse(String(value)) as object };
    }
  }

  write(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#database.exec('BEGIN IMMEDIATE');
    for (const { table, key, value } of changes) {
      if (value === undefined) this.#delete.run(table, key);
      else this.#put.run(table, key, JSON.stringify(value));
    }
    this.#database.exec('COMMIT');
  }

  close(): void {
    this.#database.close();
  }
}

/** The database of a directory, held alone and ready for rows. */
function opened(directory: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(join(directory, 'xero-sandbox.sqlite'));
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec('CREATE TABLE IF NOT EXISTS rows (name TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID');
    return database;
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    const what = reason.includes('locked') ? 'is in use by another sandbox.' : `cannot be used: ${reason}`;
    throw new Error(`The data directory ${directory} ${what}`, { cause: error });
  }
}
