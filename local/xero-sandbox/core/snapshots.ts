import type { SandboxState } from './state.ts';
import type { Change } from './table.ts';

/** Prefix of the tables under which a shell stores the rows of a snapshot. */
const STORED = 'snapshot:';

/** A row that is not as it was in a snapshot; `before` is absent for a new one, `after` for one that is gone. */
export interface RowChange {
  table: string;
  key: string;
  before: object | undefined;
  after: object | undefined;
}

const idOf = ({ table, key }: { table: string; key: string }): string => `${table}\n${key}`;

/** Named copies of the whole state. Rows are never altered in place, so a copy is only a list of them. */
export class Snapshots {
  readonly #kept = new Map<string, readonly Change[]>();
  #toStore: Change[] = [];

  names(): string[] {
    return [...this.#kept.keys()];
  }

  take(name: string, state: SandboxState): void {
    for (const { table, key } of this.#kept.get(name) ?? [])
      this.#toStore.push({ table: `${STORED}${name}:${table}`, key, value: undefined });
    const rows = state.dump();
    this.#kept.set(name, rows);
    for (const { table, key, value } of rows) this.#toStore.push({ table: `${STORED}${name}:${table}`, key, value });
  }

  /** Puts the state back as it was; false when there is no snapshot of that name. */
  restore(name: string, state: SandboxState): boolean {
    const rows = this.#kept.get(name);
    if (rows === undefined) return false;
    state.clear();
    state.putAll(rows);
    return true;
  }

  /** What is not as it was, by table and key; undefined when there is no snapshot of that name. */
  changes(name: string, state: SandboxState): RowChange[] | undefined {
    const rows = this.#kept.get(name);
    if (rows === undefined) return undefined;
    const before = new Map(rows.map((row) => [idOf(row), row]));
    const now = new Map(state.dump().map((row) => [idOf(row), row]));
    const ids = new Set([...before.keys(), ...now.keys()]);
    return [...ids].flatMap((id) => {
      const [old, present] = [before.get(id), now.get(id)];
      const row = present ?? old;
      const isSame = old?.value === present?.value || JSON.stringify(old?.value) === JSON.stringify(present?.value);
      return row === undefined || isSame ? [] : [{ table: row.table, key: row.key, before: old?.value, after: present?.value }];
    });
  }

  /** The rows that a shell with storage must write to keep the snapshots. */
  takeChanges(): Change[] {
    const changes = this.#toStore;
    this.#toStore = [];
    return changes;
  }

  /** Takes the stored rows of snapshots in; gives the others back. */
  load(rows: Iterable<StoredRow>): StoredRow[] {
    const others: StoredRow[] = [];
    const kept = new Map<string, Change[]>();
    for (const row of rows) {
      if (!row.table.startsWith(STORED)) {
        others.push(row);
        continue;
      }
      const stored = row.table.slice(STORED.length);
      const end = stored.lastIndexOf(':');
      const name = stored.slice(0, end);
      const held = kept.get(name) ?? [];
      held.push({ table: stored.slice(end + 1), key: row.key, value: row.value });
      kept.set(name, held);
    }
    for (const [name, held] of kept) this.#kept.set(name, held);
    return others;
  }
}

/** A row as it comes from storage. */
export interface StoredRow {
  table: string;
  key: string;
  value: object;
}
