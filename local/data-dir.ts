import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { STATE_SCHEMA } from '../shared/store/keys.ts';

/** Everything that the local stack stores; the synthesised assembly stays, since `npm start` itself knows whether it still fits. */
const STATE = ['aws-edge', 'ges', 'xero', 'demo.json'];

/** Says which schema the state has. */
const SCHEMA_FILE = 'state-schema.json';

/** The lock of SQLite on this file ends with the process, however that ends: `kill -9` leaves nothing behind. */
const LOCK_FILE = 'in-use.sqlite';

/**
 * Takes a data directory for this process alone, so that no second start writes into it, or forgets it, under a running one. Returns
 * what gives it back. Throws with a sentence for the user when another process has it, or when it cannot be written.
 */
export function holdDataDir(dataDir: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    lock = new DatabaseSync(join(dataDir, LOCK_FILE));
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (String(error).includes('locked')) {
      throw new Error(
        `${dataDir} is in use by another start of the local stack. Stop that one, or set GES_XERO_LOCAL_DIR to another directory.`,
        { cause: error },
      );
    }
    throw new Error(`${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}. GES_XERO_LOCAL_DIR moves it.`, {
      cause: error,
    });
  }
  const held = lock;
  return () => held.close();
}

/** Forgets everything that the local stack has stored. Only for who holds the directory. */
export function forgetLocalState(dataDir: string): void {
  for (const part of STATE) rmSync(join(dataDir, part), { recursive: true, force: true });
}

/**
 * Notes the schema of new state. Throws with a sentence for the user when there is state of another schema: there is no migration, since
 * nothing of it is anybody's books. Only for who holds the directory.
 */
export function claimStateSchema(dataDir: string): void {
  const file = join(dataDir, SCHEMA_FILE);
  const isNew = STATE.every((part) => !existsSync(join(dataDir, part)));
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const current = JSON.stringify({ schema: STATE_SCHEMA });
  if (!isNew && kept !== current) {
    throw new Error(`The state in ${dataDir} is of another version of this project: npm start -- --fresh forgets it and begins afresh.`);
  }
  writeFileSync(file, current);
}
