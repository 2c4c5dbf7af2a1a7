import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../edge-database.ts';

export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | null;
  readonly tags: string;
  /** Epoch milliseconds. */
  readonly created_at: number;
  readonly changed_at: number;
  /** Epoch milliseconds after which the secret is gone; null while it is not marked for deletion. */
  readonly deletes_at: number | null;
}

export interface SecretVersion {
  readonly versionId: string;
  readonly secretString: string | null;
  /** Base64, as it travels. */
  readonly secretBinary: string | null;
  readonly stages: readonly string[];
  readonly createdAt: number;
}

interface VersionRow {
  readonly version_id: string;
  readonly secret_string: string | null;
  readonly secret_binary: string | null;
  readonly stages: string;
  readonly created_at: number;
}

/** Secrets Manager keeps about a hundred versions without a label before it drops the oldest. */
const MAX_VERSIONS = 100;

/** The secrets on disk, and the one rule about their labels: a label is on one version at a time. */
export class SecretStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The secret with this name or ARN (with or without its six last characters); undefined when there is none, or no longer. */
  find(reference: string): StoredSecret | undefined {
    const row = this.#database
      .prepare('SELECT * FROM secrets WHERE name = ?1 OR arn = ?1 OR substr(arn, 1, length(arn) - 7) = ?1')
      .get(reference) as unknown as StoredSecret | undefined;
    if (row === undefined || row.deletes_at === null || row.deletes_at > Date.now()) return row;
    this.remove(row.name);
    return undefined;
  }

  all(): readonly StoredSecret[] {
    return this.#database.prepare('SELECT * FROM secrets ORDER BY name').all() as unknown as StoredSecret[];
  }

  versions(name: string): readonly SecretVersion[] {
    const rows = this.#database
      .prepare('SELECT * FROM secret_versions WHERE secret_name = ? ORDER BY created_at, rowid')
      .all(name) as unknown as VersionRow[];
    return rows.map((row) => ({
      versionId: row.version_id,
      secretString: row.secret_string,
      secretBinary: row.secret_binary,
      stages: JSON.parse(row.stages) as string[],
      createdAt: row.created_at,
    }));
  }

  /** Stores a new secret, with its first version when there is one. */
  create(secret: { name: string; arn: string; description: string | null; tags: unknown }, version: SecretVersion | undefined): void {
    const now = Date.now();
    inTransaction(this.#database, () => {
      this.#database
        .prepare('INSERT INTO secrets (name, arn, description, tags, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(secret.name, secret.arn, secret.description, JSON.stringify(secret.tags), now, now);
      if (version !== undefined) this.#insertVersion(secret.name, version);
    });
  }

  /** Stores a new version and moves its labels to it; the version that was AWSCURRENT becomes AWSPREVIOUS. */
  addVersion(name: string, version: SecretVersion): void {
    inTransaction(this.#database, () => {
      for (const old of this.versions(name)) {
        const wasCurrent = old.stages.includes('AWSCURRENT') && version.stages.includes('AWSCURRENT');
        const kept = old.stages.filter(
          (stage) => !version.stages.includes(stage) && !(stage === 'AWSPREVIOUS' && version.stages.includes('AWSCURRENT')),
        );
        this.#database
          .prepare('UPDATE secret_versions SET stages = ? WHERE secret_name = ? AND version_id = ?')
          .run(JSON.stringify(wasCurrent ? [...kept, 'AWSPREVIOUS'] : kept), name, old.versionId);
      }
      this.#insertVersion(name, version);
      this.#database.prepare('UPDATE secrets SET changed_at = ? WHERE name = ?').run(Date.now(), name);
      const unlabelled = this.versions(name).filter(({ stages }) => stages.length === 0);
      for (const { versionId } of unlabelled.slice(0, Math.max(0, unlabelled.length - MAX_VERSIONS))) {
        this.#database.prepare('DELETE FROM secret_versions WHERE secret_name = ? AND version_id = ?').run(name, versionId);
      }
    });
  }

  /** Marks a secret for deletion at this time (epoch ms), or takes the mark away (null). */
  markForDeletion(name: string, deletesAt: number | null): void {
    this.#database.prepare('UPDATE secrets SET deletes_at = ?, changed_at = ? WHERE name = ?').run(deletesAt, Date.now(), name);
  }

  remove(name: string): void {
    this.#database.prepare('DELETE FROM secrets WHERE name = ?').run(name);
  }

  #insertVersion(name: string, version: SecretVersion): void {
    this.#database
      .prepare(
        'INSERT INTO secret_versions (secret_name, version_id, secret_string, secret_binary, stages, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(name, version.versionId, version.secretString, version.secretBinary, JSON.stringify(version.stages), version.createdAt);
  }
}
