import { describe, expect, it } from '@jest/globals';
import { Bench } from './bench.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

describe('long addresses', () => {
  it('52 ids in one list are taken, 53 are answered 404', () => {
    const bench = Bench.connected();
    const asked = (path: string, count: number): number => bench.api('GET', `${path}?IDs=${ids(count).join('%2C')}`).status;
    for (const path of ['Contacts', 'Invoices']) expect([40, 52, 53, 100].map((count) => asked(path, count))).toEqual([200, 200, 404, 404]);
  });

  it('whatever makes them long, and before anything else is looked at: the call is not counted', () => {
    const bench = Bench.connected();
    const long = bench.get('Invoices', { where: `InvoiceNumber=="${'9'.repeat(2_100)}"` });
    expect([long.status, long.headers['content-type'], long.text]).toEqual([
      404,
      'text/html; charset=utf-8',
      "The resource you're looking for cannot be found",
    ]);
    expect(long.headers['x-minlimit-remaining']).toBeUndefined();
    expect(bench.get('Contacts').headers['x-minlimit-remaining']).toBe('59');
  });
});

describe('reading by page number while records change', () => {
  it('a record edited meanwhile moves to the end, and the next one slips unread to the page before', () => {
    const bench = Bench.connected();
    const names = Array.from({ length: 6 }, (_, n) => `Page ${String(n)}`);
    for (const Name of names) {
      bench.now += 1_000;
      bench.contact({ Name });
    }
    const since = { 'if-modified-since': new Date(bench.now - 5_000).toISOString() };
    const page = (n: number): string[] =>
      bench.get('Contacts', { page: String(n), pageSize: '3' }, since).json.Contacts.map(({ Name }) => Name);
    expect(page(1)).toEqual(['Page 0', 'Page 1', 'Page 2']);
    bench.now += 1_000;
    const [{ ContactID }] = bench.get('Contacts', { where: 'Name=="Page 1"' }).json.Contacts;
    bench.api('POST', `Contacts/${ContactID}`, { FirstName: 'Edited' });
    expect(page(2)).toEqual(['Page 4', 'Page 5', 'Page 1']);
    expect(page(1)).toEqual(['Page 0', 'Page 2', 'Page 3']);
  });
});
