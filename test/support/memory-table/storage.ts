import type { IndexSchema, KeyValue, TableSchema } from './schema.ts';
import type { StoredItem, Value } from './values.ts';
import { compareStrings } from './values.ts';

/** An item is never changed in place: what was read stays as it was. */
export interface Stored {
  readonly item: StoredItem;
  /** Bytes by DynamoDB's rule. */
  readonly size: number;
}

/** Where an entry stands: its range key in the table or index, and the key of its item. */
export interface Position {
  readonly order: KeyValue;
  readonly hash: KeyValue;
  readonly range: KeyValue;
}

interface Partition {
  readonly items: Map<KeyValue, Stored>;
  readonly order: Position[];
}

/** Items by key, in key order within a partition, and the entries of the sparse indexes. */
export class Storage {
  readonly schema: TableSchema;
  readonly #partitions = new Map<KeyValue, Partition>();
  readonly #indexes: ReadonlyMap<string, { readonly schema: IndexSchema; readonly partitions: Map<KeyValue, Position[]> }>;

  constructor(schema: TableSchema) {
    this.schema = schema;
    this.#indexes = new Map(schema.indexes.map((index) => [index.name, { schema: index, partitions: new Map<KeyValue, Position[]>() }]));
  }

  get(hash: KeyValue, range: KeyValue): Stored | undefined {
    return this.#partitions.get(hash)?.items.get(range);
  }

  put(hash: KeyValue, range: KeyValue, stored: Stored): void {
    let partition = this.#partitions.get(hash);
    if (partition === undefined) {
      partition = { items: new Map(), order: [] };
      this.#partitions.set(hash, partition);
    }
    const before = partition.items.get(range);
    if (before === undefined) insert(partition.order, { order: range, hash, range });
    partition.items.set(range, stored);
    this.#reindex(hash, range, before?.item, stored.item);
  }

  delete(hash: KeyValue, range: KeyValue): void {
    const partition = this.#partitions.get(hash);
    const before = partition?.items.get(range);
    if (partition === undefined || before === undefined) return;
    partition.items.delete(range);
    take(partition.order, { order: range, hash, range });
    if (partition.items.size === 0) this.#partitions.delete(hash);
    this.#reindex(hash, range, before.item, undefined);
  }

  /** The partition keys, in order. */
  hashes(): readonly KeyValue[] {
    return [...this.#partitions.keys()].sort(compareKeys);
  }

  index(name: string): IndexSchema | undefined {
    return this.#indexes.get(name)?.schema;
  }

  /** The entries of a partition of the table or of an index, in order. */
  positions(hash: KeyValue, index?: string): readonly Position[] {
    if (index === undefined) return this.#partitions.get(hash)?.order ?? [];
    return this.#indexes.get(index)?.partitions.get(hash) ?? [];
  }

  #reindex(hash: KeyValue, range: KeyValue, before: StoredItem | undefined, after: StoredItem | undefined): void {
    for (const { schema, partitions } of this.#indexes.values()) {
      const [oldHash, oldOrder] = entryKeys(schema, before);
      const [newHash, newOrder] = entryKeys(schema, after);
      if (oldHash === newHash && oldOrder === newOrder) continue;
      if (oldHash !== undefined && oldOrder !== undefined) {
        const entries = partitions.get(oldHash) ?? [];
        take(entries, { order: oldOrder, hash, range });
        if (entries.length === 0) partitions.delete(oldHash);
      }
      if (newHash !== undefined && newOrder !== undefined) {
        const entries = partitions.get(newHash) ?? [];
        insert(entries, { order: newOrder, hash, range });
        partitions.set(newHash, entries);
      }
    }
  }
}

/** The index keys of an item; none unless it has both. */
function entryKeys(index: IndexSchema, item: StoredItem | undefined): [hash?: KeyValue, order?: KeyValue] {
  const hash: Value | undefined = item?.[index.hash.name];
  const order: Value | undefined = item?.[index.range.name];
  return hash === undefined || order === undefined ? [] : [hash as KeyValue, order as KeyValue];
}

function insert(positions: Position[], position: Position): void {
  const last = positions.at(-1);
  if (last === undefined || comparePositions(last, position) < 0) positions.push(position);
  else
    positions.splice(
      firstNot(positions, (other) => comparePositions(other, position) < 0),
      0,
      position,
    );
}

function take(positions: Position[], position: Position): void {
  const at = firstNot(positions, (other) => comparePositions(other, position) < 0);
  positions.splice(at, 1);
}

/** The index of the first element for which `holds` is false; `holds` is true up to some element and false from there. */
export function firstNot<T>(elements: readonly T[], holds: (element: T) => boolean): number {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(elements[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function comparePositions(a: Position, b: Position): number {
  return compareKeys(a.order, b.order) || compareKeys(a.hash, b.hash) || compareKeys(a.range, b.range);
}

export function compareKeys(a: KeyValue, b: KeyValue): number {
  return typeof a === 'string' ? compareStrings(a, b as string) : a - (b as number);
}
