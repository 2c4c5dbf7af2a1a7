import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { Journal, Table } from '../../../local/xero-sandbox/core/table.ts';
import { Bench } from './bench.ts';

interface Row {
  id: string;
  colour: string;
}

const newTable = (journal: Journal): Table<Row, 'colour'> =>
  new Table<Row, 'colour'>(journal, 'rows', (row) => row.id, { colour: (row) => (row.colour === '' ? undefined : row.colour) });

const step = fc.oneof(
  fc.record({ put: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), colour: fc.constantFrom('red', 'blue', '') }) }),
  fc.record({ delete: fc.constantFrom('a', 'b', 'c', 'd') }),
);

const apply = (table: Table<Row, 'colour'>, steps: readonly ({ put: Row } | { delete: string })[]): void => {
  for (const one of steps) {
    if ('put' in one) table.put(one.put);
    else table.delete(one.delete);
  }
};
const contentsOf = (table: Table<Row, 'colour'>): unknown => ({
  rows: [...table.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  red: table
    .by('colour', 'red')
    .map(({ id }) => id)
    .sort(),
  blue: table
    .by('colour', 'blue')
    .map(({ id }) => id)
    .sort(),
});

describe('tables', () => {
  it('a rollback leaves rows and indexes as they were at the savepoint', () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, after) => {
        const journal = new Journal();
        const table = newTable(journal);
        apply(table, before);
        const expected = contentsOf(table);
        const savepoint = journal.savepoint();
        apply(table, after);
        journal.rollback(savepoint);
        expect(contentsOf(table)).toEqual(expected);
      }),
    );
  });

  it('the changes taken, applied in order, are all there is', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step)), (rounds) => {
        const journal = new Journal();
        const table = newTable(journal);
        const stored = new Map<string, object>();
        for (const steps of rounds) {
          apply(table, steps);
          for (const { key, value } of journal.take()) {
            if (value === undefined) stored.delete(key);
            else stored.set(key, value);
          }
        }
        expect(stored).toEqual(new Map([...table.values()].map((row) => [row.id, row])));
      }),
    );
  });

  it('a sandbox that goes on from its stored rows answers as the one that stored them', () => {
    const bench = Bench.connected();
    const { InvoiceID } = bench.invoice();
    bench.payment(InvoiceID, 20);
    bench.pull('POST', `as-user/invoices/${InvoiceID}/credit`, { amount: 10 });
    const expected = bench.invoiceNow(InvoiceID);
    const other = new Bench();
    other.sandbox.state.clear();
    other.sandbox.load(JSON.parse(JSON.stringify(bench.sandbox.state.dump())) as { table: string; key: string; value: object }[]);
    other.token = bench.token;
    expect(other.invoiceNow(InvoiceID)).toEqual(expected);
    expect(
      other
        .get('Contacts')
        .json.Contacts.map(({ Name }) => Name)
        .sort(),
    ).toEqual(
      bench
        .get('Contacts')
        .json.Contacts.map(({ Name }) => Name)
        .sort(),
    );
  });
});
