/** One row to store; `value` undefined means the row is gone. */
export interface Change {
  table: string;
  key: string;
  value: object | undefined;
}

/** Remembers what changed since the last `take`, and how to undo it back to a savepoint. */
export class Journal {
  readonly #undo: (() => void)[] = [];
  #changed = new Map<string, () => Change>();

  record(id: string, read: () => Change, undo: () => void): void {
    this.#changed.set(id, read);
    this.#undo.push(undo);
  }

  savepoint(): number {
    return this.#undo.length;
  }

  /** Takes back every change made since the savepoint. */
  rollback(savepoint: number): void {
    while (this.#undo.length > savepoint) this.#undo.pop()?.();
  }

  /** The rows changed since the last call, as they are now. Ends all savepoints. */
  take(): Change[] {
    this.#undo.length = 0;
    if (this.#changed.size === 0) return [];
    const changes = [...this.#changed.values()].map((read) => read());
    this.#changed = new Map();
    return changes;
  }
}

type Indexes<Row> = Record<string, (row: Row) => string | undefined>;

/**
 * Rows by key with indexes, kept in memory, in the order of their last change (which makes a list ordered by UpdatedDateUTC nearly
 * sorted already). Rows are never altered in place: a change is a new row given to `put`.
 */
export class Table<Row extends object, Name extends string = string> {
  readonly #rows = new Map<string, Row>();
  readonly #groups = new Map<string, Map<string, Map<string, Row>>>();
  readonly name: string;
  readonly #journal: Journal;
  readonly #keyOf: (row: Row) => string;
  readonly #indexes: Indexes<Row>;

  constructor(journal: Journal, name: string, keyOf: (row: Row) => string, indexes: Record<Name, (row: Row) => string | undefined>) {
    this.#journal = journal;
    this.name = name;
    this.#keyOf = keyOf;
    this.#indexes = indexes;
    for (const index of Object.keys(indexes)) this.#groups.set(index, new Map());
  }

  get size(): number {
    return this.#rows.size;
  }

  keyFor(row: Row): string {
    return this.#keyOf(row);
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** The rows whose index has this value, in the order of their last change. */
  by(index: Name, value: string): Row[] {
    return [...(this.#groups.get(index)?.get(value)?.values() ?? [])];
  }

  /** Like `by` without a copy: to be read through at once, before anything changes. */
  each(index: Name, value: string): Iterable<Row> {
    return this.#groups.get(index)?.get(value)?.values() ?? [];
  }

  /** The first row whose index has this value. */
  first(index: Name, value: string): Row | undefined {
    return this.#groups.get(index)?.get(value)?.values().next().value;
  }

  put(row: Row): Row {
    const key = this.#keyOf(row);
    const before = this.#rows.get(key);
    this.#set(key, row);
    this.#note(key, before);
    return row;
  }

  delete(key: string): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#unset(key, before);
    this.#note(key, before);
  }

  /** Puts a row that comes from storage: nothing to store, nothing to undo. */
  load(row: Row): void {
    this.#set(this.#keyOf(row), row);
  }

  #note(key: string, before: Row | undefined): void {
    this.#journal.record(
      `${this.name}\n${key}`,
      () => ({ table: this.name, key, value: this.#rows.get(key) }),
      () => {
        const now = this.#rows.get(key);
        if (before !== undefined) this.#set(key, before);
        else if (now !== undefined) this.#unset(key, now);
      },
    );
  }

  #set(key: string, row: Row): void {
    const before = this.#rows.get(key);
    if (before !== undefined) this.#unset(key, before);
    this.#rows.set(key, row);
    for (const [index, of] of Object.entries(this.#indexes)) {
      const value = of(row);
      if (value === undefined) continue;
      const groups = this.#groups.get(index) as Map<string, Map<string, Row>>;
      const group = groups.get(value);
      if (group === undefined) groups.set(value, new Map([[key, row]]));
      else group.set(key, row);
    }
  }

  #unset(key: string, row: Row): void {
    this.#rows.delete(key);
    for (const [index, of] of Object.entries(this.#indexes)) {
      const value = of(row);
      if (value === undefined) continue;
      const groups = this.#groups.get(index);
      const group = groups?.get(value);
      group?.delete(key);
      if (group?.size === 0) groups?.delete(value);
    }
  }
}
