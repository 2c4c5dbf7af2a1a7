import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../../local/xero-sandbox/server.ts';
import { Bench } from './bench.ts';

interface RowChange {
  table: string;
  before?: { firstName?: string };
  after?: { name?: string };
}
const changesOf = (bench: Bench, query = ''): RowChange[] =>
  bench.pull('GET', `snapshots/start/changes${query}`).list as unknown as RowChange[];

describe('GET /_sandbox/snapshots/{name}/changes', () => {
  it('lists what is new, changed and gone since, and nothing else', () => {
    const bench = Bench.connected();
    const { ContactID } = bench.contact({ Name: 'Before' });
    bench.pull('POST', 'snapshots/start');
    expect(changesOf(bench)).toEqual([]);
    bench.api('POST', `Contacts/${ContactID}`, { Name: 'After' });
    bench.contact({ Name: 'New' });
    bench.pull('POST', 'as-user/disconnect');
    const contacts = changesOf(bench, '?table=contacts').map(({ before, after }) => [before === undefined, after?.name]);
    expect(contacts).toEqual([
      [false, 'After'],
      [true, 'New'],
    ]);
    expect(changesOf(bench, '?table=connections')).toMatchObject([{ table: 'connections' }]);
    expect(changesOf(bench, '?table=connections')[0]?.after).toBeUndefined();
    bench.pull('POST', 'snapshots/start/restore');
    expect(changesOf(bench, '?table=contacts,connections,invoices')).toEqual([]);
  });

  it('there is none for a name that was not taken', () => {
    expect(Bench.connected().pull('GET', 'snapshots/never/changes').status).toBe(404);
  });
});

describe('snapshots with --data', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'xero-sandbox-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('survive a restart, under names with colons and taken again', async () => {
    const call = async (url: string, method: string, path: string, body?: object): Promise<unknown> =>
      (await fetch(`${url}/_sandbox/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })).json();
    const first = await startSandbox({ port: 0, dataDir });
    await call(first.url, 'POST', 'snapshots/a:b');
    await call(first.url, 'POST', 'as-user/contacts', { Name: 'Later' });
    await call(first.url, 'POST', 'snapshots/twice');
    await call(first.url, 'POST', 'as-user/contacts', { Name: 'Last' });
    await call(first.url, 'POST', 'snapshots/twice');
    await first.close();

    const second = await startSandbox({ port: 0, dataDir });
    try {
      expect(await call(second.url, 'GET', 'snapshots')).toEqual(expect.arrayContaining(['a:b', 'twice']));
      const since = (await call(second.url, 'GET', 'snapshots/a:b/changes?table=contacts')) as RowChange[];
      expect(since.map(({ after }) => after?.name).sort()).toEqual(['Last', 'Later']);
      expect(await call(second.url, 'GET', 'snapshots/twice/changes?table=contacts')).toEqual([]);
      await call(second.url, 'POST', 'snapshots/a:b/restore');
      const { contacts } = ((await call(second.url, 'GET', 'organisations')) as { contacts: number }[])[0] ?? { contacts: 0 };
      expect(contacts).toBe(12);
    } finally {
      await second.close();
    }
  });
});
