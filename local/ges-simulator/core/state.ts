import type { Account, GesEvent, RecordType, SnapshotOf, StoredRecord } from './records.ts';

/** The answer kept under an Idempotency-Key; `fingerprint` says which request it belongs to. */
export interface RememberedAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
}

/** `next` is the number in the next id of each type; raising `tokenEpoch` ends every API token given out so far. */
export interface Numbering {
  readonly next: Readonly<Record<RecordType, number>>;
  readonly tokenEpoch: number;
}

/** One row of storage: a key and its JSON value. `null` as value deletes it. */
export interface RowWrite {
  readonly key: string;
  readonly value: unknown;
}

/** What a request changed: to be stored, all or nothing, before its answer is sent. `clear` empties the storage first. */
export interface Effects {
  readonly clear: boolean;
  readonly writes: readonly RowWrite[];
  readonly events: readonly GesEvent[];
}

const FIRST_NUMBERS: Numbering = { next: { customer: 1001, invoice: 5001, payment: 9001 }, tokenEpoch: 0 };
const NUMBERING = 'numbering';
const accountKey = (id: string): string => `account/${id}`;
const recordKey = (accountId: string, type: RecordType, id: string): string => `record/${accountId}/${type}/${id}`;
const invoiceNumberKey = (accountId: string, number: string): string => `invoice-number/${accountId}/${number.toUpperCase()}`;
const lastInvoiceKey = (accountId: string): string => `last-invoice-number/${accountId}`;
const answerKey = (accountId: string, key: string): string => `idempotency/${accountId}/${key}`;

/** Everything the platform knows, in memory; a view of the stored rows. */
export class GesState {
  readonly #rows = new Map<string, unknown>();
  readonly #records = new Map<string, Map<string, StoredRecord>>();

  /** @param rows every stored row, in any order */
  constructor(rows: Iterable<RowWrite>) {
    const records: StoredRecord[] = [];
    for (const row of rows) {
      if (row.key.startsWith('record/')) records.push(row.value as StoredRecord);
      else this.#rows.set(row.key, row.value);
    }
    records.sort((a, b) => a.sequence - b.sequence);
    for (const record of records) this.#collection(record.accountId, record.type).set(record.snapshot.id, record);
  }

  /** True before anything was ever stored. */
  get isEmpty(): boolean {
    return !this.#rows.has(NUMBERING);
  }

  accounts(): Account[] {
    return [...this.#rows].filter(([key]) => key.startsWith('account/')).map(([, value]) => value as Account);
  }

  row(key: string): unknown {
    return this.#rows.get(key);
  }

  /** Rows whose key begins so, in order of key. */
  rowsUnder(prefix: string): [key: string, value: unknown][] {
    return [...this.#rows].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  record(accountId: string, type: RecordType, id: string): StoredRecord | undefined {
    return this.#records.get(`${accountId}/${type}`)?.get(id);
  }

  /** All records of one type of an account, in order of creation. */
  records<T extends RecordType>(accountId: string, type: T): StoredRecord<T>[] {
    return [...(this.#records.get(`${accountId}/${type}`)?.values() ?? [])] as unknown as StoredRecord<T>[];
  }

  /** Takes over what a transaction wrote. */
  apply(effects: Effects): void {
    if (effects.clear) {
      this.#rows.clear();
      this.#records.clear();
    }
    for (const { key, value } of effects.writes) {
      if (!key.startsWith('record/')) {
        if (value === null) this.#rows.delete(key);
        else this.#rows.set(key, value);
        continue;
      }
      const [, accountId = '', type = '', id = ''] = key.split('/');
      const collection = this.#collection(accountId, type as RecordType);
      if (value === null) collection.delete(id);
      else collection.set(id, value as StoredRecord);
    }
  }

  #collection(accountId: string, type: RecordType): Map<string, StoredRecord> {
    const key = `${accountId}/${type}`;
    const found = this.#records.get(key);
    if (found) return found;
    const made = new Map<string, StoredRecord>();
    this.#records.set(key, made);
    return made;
  }
}

/** The writes of one request, kept apart from the state until the request has succeeded as a whole. */
export class Transaction {
  readonly state: GesState;
  readonly #writes = new Map<string, unknown>();
  readonly #events: GesEvent[] = [];
  #clear = false;

  constructor(state: GesState) {
    this.state = state;
  }

  /** Forgets everything stored, and every event not yet delivered. */
  clear(): void {
    this.#clear = true;
  }

  /** A row of what is no record: users, their logins, mails. */
  row(key: string): unknown {
    return this.#read(key);
  }

  /** Writes such a row; null deletes it. */
  putRow(key: string, value: unknown): void {
    this.#writes.set(key, value);
  }

  /** Rows whose key begins so, this transaction's own writes included, in order of key. */
  rowsUnder(prefix: string): unknown[] {
    const stored = this.#clear ? [] : this.state.rowsUnder(prefix);
    const written = [...this.#writes].filter(([key]) => key.startsWith(prefix));
    return [...new Map([...stored, ...written])]
      .filter(([, value]) => value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => value);
  }

  account(id: string): Account | undefined {
    return this.#read(accountKey(id)) as Account | undefined;
  }

  putAccount(account: Account): void {
    this.#writes.set(accountKey(account.id), account);
  }

  numbering(): Numbering {
    return (this.#read(NUMBERING) as Numbering | undefined) ?? FIRST_NUMBERS;
  }

  putNumbering(numbering: Numbering): void {
    this.#writes.set(NUMBERING, numbering);
  }

  answer(accountId: string, key: string): RememberedAnswer | undefined {
    return this.#read(answerKey(accountId, key)) as RememberedAnswer | undefined;
  }

  putAnswer(accountId: string, key: string, answer: RememberedAnswer): void {
    this.#writes.set(answerKey(accountId, key), answer);
  }

  /** The invoice that has a number; numbers differ in more than upper and lower case. */
  invoiceWithNumber(accountId: string, number: string): string | undefined {
    return this.#read(invoiceNumberKey(accountId, number)) as string | undefined;
  }

  putInvoiceNumber(accountId: string, number: string, invoiceId: string): void {
    this.#writes.set(invoiceNumberKey(accountId, number), invoiceId);
  }

  freeInvoiceNumber(accountId: string, number: string): void {
    this.#writes.set(invoiceNumberKey(accountId, number), null);
  }

  /** The highest n of the account's numbers `GES-<n>` so far. */
  lastInvoiceNumber(accountId: string): number {
    return (this.#read(lastInvoiceKey(accountId)) as number | undefined) ?? 1000;
  }

  putLastInvoiceNumber(accountId: string, number: number): void {
    this.#writes.set(lastInvoiceKey(accountId), number);
  }

  get<T extends RecordType>(accountId: string, type: T, id: string): SnapshotOf[T] | undefined {
    return this.#stored(accountId, type, id)?.snapshot as SnapshotOf[T] | undefined;
  }

  /** Stores a snapshot; a new one gets the next place in the order of creation. */
  put<T extends RecordType>(accountId: string, type: T, snapshot: SnapshotOf[T]): void {
    const sequence = this.#stored(accountId, type, snapshot.id)?.sequence ?? this.numbering().next[type] - 1;
    this.#writes.set(recordKey(accountId, type, snapshot.id), { accountId, type, sequence, snapshot });
  }

  remove(accountId: string, type: RecordType, id: string): void {
    this.#writes.set(recordKey(accountId, type, id), null);
  }

  /** Takes the next number of a type; ids are made of it (`cus_1001`), so the same history gives the same ids. */
  takeNumber(type: RecordType): number {
    const numbering = this.numbering();
    const number = numbering.next[type];
    this.putNumbering({ ...numbering, next: { ...numbering.next, [type]: number + 1 } });
    return number;
  }

  raise(event: GesEvent): void {
    this.#events.push(event);
  }

  /** Drops the events raised so far: the demo businesses were there before anybody listened. */
  forgetEvents(): void {
    this.#events.length = 0;
  }

  effects(): Effects {
    return { clear: this.#clear, writes: [...this.#writes].map(([key, value]) => ({ key, value })), events: [...this.#events] };
  }

  #stored(accountId: string, type: RecordType, id: string): StoredRecord | undefined {
    const key = recordKey(accountId, type, id);
    if (this.#writes.has(key)) return (this.#writes.get(key) as StoredRecord | null) ?? undefined;
    return this.#clear ? undefined : this.state.record(accountId, type, id);
  }

  #read(key: string): unknown {
    if (this.#writes.has(key)) return this.#writes.get(key) ?? undefined;
    return this.#clear ? undefined : this.state.row(key);
  }
}
