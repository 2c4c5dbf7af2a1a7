import { describe, expect, it } from '@jest/globals';
import { guidFrom } from '../../../local/xero-sandbox/core/guids.ts';
import { Bench } from './bench.ts';

const CONTACTS = 20_000;
const INVOICES = 50_000;

/** An organisation of full size, its rows copied from one contact and one invoice that were made by the rules. */
function large(): Bench {
  const bench = Bench.connected();
  const { state } = bench.sandbox;
  const invoiceId = bench.invoice({ Contact: { Name: 'Model Customer' } }).InvoiceID;
  const invoice = [...state.invoices.values()].find((row) => row.invoiceId === invoiceId);
  const contact = [...state.contacts.values()].find((row) => row.contactId === invoice?.contactId);
  if (invoice === undefined || contact === undefined) throw new Error('no model rows');
  for (let i = 0; i < CONTACTS; i += 1) {
    const texts = { ContactNumber: `cus_${String(i)}`, EmailAddress: `c${String(i)}@example.com` };
    state.contacts.put({
      ...contact,
      contactId: guidFrom(`contact ${String(i)}`),
      name: `Customer ${String(i)}`,
      texts,
      updated: bench.now + i,
    });
  }
  for (let i = 0; i < INVOICES; i += 1) {
    const contactId = guidFrom(`contact ${String(i % CONTACTS)}`);
    const lines = invoice.lines.map((line) => ({ ...line }));
    state.invoices.put({
      ...invoice,
      invoiceId: guidFrom(`invoice ${String(i)}`),
      number: `GES-${String(i)}`,
      contactId,
      lines,
      updated: bench.now + i,
    });
  }
  bench.sandbox.takeChanges();
  return bench;
}

describe('speed (20,000 contacts, 50,000 invoices)', () => {
  it('filtered, paged lists answer in under 100 ms', () => {
    const bench = large();
    const lists: [string, Record<string, string>][] = [
      ['Contacts', { page: '3', where: 'EmailAddress=="c19000@example.com"' }],
      ['Contacts', { page: '1', searchTerm: 'customer 1999' }],
      ['Contacts', { page: '20', pageSize: '1000' }],
      ['Invoices', { page: '1', where: 'Status=="AUTHORISED" AND Total>50' }],
      ['Invoices', { page: '5', Statuses: 'AUTHORISED', order: 'InvoiceNumber DESC' }],
      ['Invoices', { page: '1', InvoiceNumbers: 'GES-49999' }],
    ];
    for (const [path, query] of lists) {
      const times = Array.from({ length: 5 }, () => {
        bench.now += 5_000;
        const start = performance.now();
        expect(bench.get(path, query).status).toBe(200);
        bench.sandbox.takeChanges();
        return performance.now() - start;
      });
      const best = Math.min(...times); // the best of five: other work on the machine is not the sandbox's
      expect([path, query, best < 100]).toEqual([path, query, true]);
    }
    expect(process.memoryUsage().heapUsed).toBeLessThan(1_000_000_000);
  });

  it('the core answers at least 500 simple requests a second', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Quick' });
    const rates = Array.from({ length: 3 }, () => {
      const start = performance.now();
      for (let i = 0; i < 200; i += 1) {
        bench.now += 1_001;
        bench.get(`Contacts/${ContactID}`);
        bench.sandbox.takeChanges();
      }
      bench.keep(bench.refresh());
      return 200_000 / (performance.now() - start);
    });
    expect(Math.max(...rates)).toBeGreaterThan(500);
  });
});
