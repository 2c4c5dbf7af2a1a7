import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guidFrom } from '../../../local/xero-sandbox/core/guids.ts';
import { startSandbox } from '../../../local/xero-sandbox/server.ts';
import { Bench } from './bench.ts';
import { connectOverHttp } from './connect-over-http.ts';

/** What `node test/local/xero-sandbox/speed-run.ts` measures, as one line of JSON. CPU time counts, so that other work on the machine does not. */
export interface SpeedFigures {
  contacts: number;
  invoices: number;
  /** Median CPU milliseconds of each list, by its path and query. */
  lists: Record<string, number>;
  /** GETs of one contact in a second of CPU time, by the core alone. */
  coreRequestsPerSecond: number;
  /** The same over HTTP with a data directory; the client's own CPU time is counted in. */
  httpRequestsPerSecond: number;
  /** Resident memory of the whole process at the end, in MB. */
  memoryMb: number;
}

/** The best round counts: a processor that is shared with others does less in the same CPU time. */
const HTTP_ROUNDS = 3;
const CONTACTS = 20_000;
const INVOICES = 50_000;

const LISTS: readonly (readonly [path: string, query: Record<string, string>])[] = [
  ['Contacts', { page: '3', where: 'EmailAddress=="c19000@example.com"' }],
  ['Contacts', { page: '1', searchTerm: 'customer 1999' }],
  ['Contacts', { page: '20', pageSize: '1000' }],
  ['Invoices', { page: '1', where: 'Status=="AUTHORISED" AND Total>50' }],
  ['Invoices', { page: '5', Statuses: 'AUTHORISED', order: 'InvoiceNumber DESC' }],
  ['Invoices', { page: '1', InvoiceNumbers: 'GES-49999' }],
];

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
    const contactId = guidFrom(`contact ${String(i)}`);
    state.contacts.put({ ...contact, contactId, name: `Customer ${String(i)}`, texts, updated: bench.now + i });
  }
  for (let i = 0; i < INVOICES; i += 1) {
    const contactId = guidFrom(`contact ${String(i % CONTACTS)}`);
    const lines = invoice.lines.map((line) => ({ ...line }));
    const own = { invoiceId: guidFrom(`invoice ${String(i)}`), number: `GES-${String(i)}`, contactId, lines };
    state.invoices.put({ ...invoice, ...own, updated: bench.now + i });
  }
  bench.sandbox.takeChanges();
  return bench;
}

/** CPU milliseconds of all threads of this process so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function must(ok: boolean, what: string): void {
  if (!ok) throw new Error(what);
}

function listTimes(bench: Bench): Record<string, number> {
  const times = LISTS.map(([path, query]) => {
    const runs = Array.from({ length: 7 }, () => {
      bench.now += 5_000;
      const start = cpuMs();
      must(bench.get(path, query).status === 200, `${path} refused`);
      bench.sandbox.takeChanges();
      return cpuMs() - start;
    });
    return [`${path}?${new URLSearchParams(query).toString()}`, Math.round(median(runs) * 10) / 10];
  });
  return Object.fromEntries(times) as Record<string, number>;
}

function coreRate(): number {
  const bench = Bench.connected();
  const { ContactID } = bench.contact({ Name: 'Quick' });
  const calls = 1_500;
  const start = cpuMs();
  for (let i = 0; i < calls; i += 1) {
    bench.now += 1_001;
    must(bench.get(`Contacts/${ContactID}`).status === 200, 'Contact refused');
    bench.sandbox.takeChanges();
  }
  return Math.round((calls * 1000) / (cpuMs() - start));
}

async function httpRate(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xero-sandbox-speed-'));
  const sandbox = await startSandbox({ port: 0, dataDir });
  try {
    const tier = JSON.stringify({ clientId: 'ges-xero-local', tier: 'plus' });
    await fetch(`${sandbox.url}/_sandbox/apps`, { method: 'POST', body: tier });
    const headers = await connectOverHttp(sandbox.url);
    const rates: number[] = [];
    for (let round = 0; round < HTTP_ROUNDS; round += 1) {
      const calls = 400;
      const start = cpuMs();
      for (let i = 0; i < calls; i += 1) {
        const answer = await fetch(`${sandbox.url}/api.xro/2.0/Organisation`, { headers });
        must(answer.status === 200, 'Organisation refused');
        await answer.arrayBuffer();
      }
      rates.push((calls * 1000) / (cpuMs() - start));
    }
    return Math.round(Math.max(...rates));
  } finally {
    await sandbox.close();
    rmSync(dataDir, { recursive: true });
  }
}

const httpRequestsPerSecond = await httpRate();
const coreRequestsPerSecond = coreRate();
const lists = listTimes(large());
const memoryMb = Math.round(process.memoryUsage().rss / 1_000_000);
const figures: SpeedFigures = { contacts: CONTACTS, invoices: INVOICES, lists, coreRequestsPerSecond, httpRequestsPerSecond, memoryMb };
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
