import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { GesEvent } from '../core/records.ts';
import type { Effects, RowWrite } from '../core/state.ts';

/** An event that waits for the bus, with its place in the order. */
export interface WaitingEvent {
  readonly position: number;
  readonly event: GesEvent;
}

/** What the identity provider signs with; drawn at the first start. */
export interface StoredSecrets {
  readonly signingKeyPem: string;
  readonly tokenSecret: string;
}

export interface Storage {
  rows(): RowWrite[];
  /** Stores rows and events in one SQLite transaction. On return they survive a kill of this process. */
  store(effects: Effects): void;
  /** The oldest events not yet accepted by the bus, in order. */
  waitingEvents(limit: number): WaitingEvent[];
  countWaitingEvents(): number;
  removeEventsUpTo(position: number): void;
  secrets(): StoredSecrets;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS row (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

function drawSecrets(): StoredSecrets {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    signingKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    tokenSecret: randomBytes(32).toString('base64url'),
  };
}

/**
 * Opens the storage under `dataDir` (made if missing), or one in memory when none is given. Write-ahead logging with
 * `synchronous = NORMAL`: a commit is in the operating system's hands, so `kill -9` loses nothing; a power cut might.
 */
export function openStorage(dataDir: string | undefined): Storage {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(dataDir === undefined ? ':memory:' : join(dataDir, 'ges-simulator.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  database.exec(SCHEMA);
  const put = database.prepare('INSERT INTO row (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const remove = database.prepare('DELETE FROM row WHERE key = ?');
  const append = database.prepare('INSERT INTO outbox (event) VALUES (?)');
  const oldest = database.prepare('SELECT position, event FROM outbox ORDER BY position LIMIT ?');
  const count = database.prepare('SELECT count(*) AS count FROM outbox');
  const removeUpTo = database.prepare('DELETE FROM outbox WHERE position <= ?');

  return {
    rows: () =>
      database
        .prepare('SELECT key, value FROM row')
        .all()
        .map(({ key, value }) => ({ key: String(key), value: JSON.parse(String(value)) as unknown })),
    store: ({ clear, writes, events }) => {
      if (!clear && writes.length === 0 && events.length === 0) return;
      database.exec('BEGIN IMMEDIATE');
      try {
        if (clear) database.exec('DELETE FROM row; DELETE FROM outbox;');
        for (const { key, value } of writes) {
          if (value === null) remove.run(key);
          else put.run(key, JSON.stringify(value));
        }
        for (const event of events) append.run(JSON.stringify(event));
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    waitingEvents: (limit) =>
      oldest.all(limit).map(({ position, event }) => ({ position: Number(position), event: JSON.parse(String(event)) as GesEvent })),
    countWaitingEvents: () => Number(count.get()?.['count'] ?? 0),
    removeEventsUpTo: (position) => {
      removeUpTo.run(position);
    },
    secrets: () => {
      const known = database.prepare("SELECT value FROM secret WHERE name = 'identity'").get();
      if (known) return JSON.parse(String(known['value'])) as StoredSecrets;
      const drawn = drawSecrets();
      database.prepare("INSERT INTO secret (name, value) VALUES ('identity', ?)").run(JSON.stringify(drawn));
      return drawn;
    },
    close: () => database.close(),
  };
}
