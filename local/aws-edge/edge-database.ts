import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the edge itself must remember: secrets, deliveries under way, schedules. Queues and tables keep their own files. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS invocations (
  id TEXT PRIMARY KEY,
  function_name TEXT NOT NULL,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS schedules (name TEXT PRIMARY KEY, last_fired_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS secrets (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL UNIQUE,
  description TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  deletes_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS secret_versions (
  secret_name TEXT NOT NULL REFERENCES secrets(name) ON DELETE CASCADE,
  version_id TEXT NOT NULL,
  secret_string TEXT,
  secret_binary TEXT,
  stages TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (secret_name, version_id)
) STRICT;
`;

/**
 * Opens (and creates) the edge's own SQLite file. WAL with synchronous=NORMAL: what was committed survives the death of
 * the process (kill -9), which is the promise here; only a power cut could take the last commits.
 */
export function openEdgeDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'edge.db'), { enableForeignKeyConstraints: true });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(SCHEMA);
  return database;
}

/** Runs `work` in one transaction: all of it is stored, or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
