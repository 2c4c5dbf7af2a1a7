import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { applyFixture, readFixture } from '../../../local/xero-sandbox/fixture.ts';
import { optionsOf } from '../../../local/xero-sandbox/options.ts';
import { recipes } from '../../../local/xero-sandbox/recipes.ts';
import { Bench, START, TENANT } from './bench.ts';

const directory = mkdtempSync(join(tmpdir(), 'xero-fixture-'));
const file = (content: string): string => {
  const path = join(directory, 'fixture.json');
  writeFileSync(path, content);
  return path;
};
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const INVOICE = {
  call: 'POST /_sandbox/as-user/invoices',
  as: 'first',
  body: { Contact: { Name: 'From a file' }, DueDate: '2026-12-01', LineItems: [{ Description: 'A', UnitAmount: 10, AccountCode: '200' }] },
};

describe('--fixture', () => {
  it('makes its calls in turn, with fields of earlier answers', () => {
    const bench = Bench.connected();
    const calls = [INVOICE, { call: 'POST /_sandbox/as-user/invoices/{first.InvoiceID}/pay', body: { amount: 2 } }];
    applyFixture(bench.sandbox, readFixture(file(JSON.stringify(calls))), START);
    expect(bench.get('Invoices').json.Invoices).toMatchObject([{ Contact: { Name: 'From a file' }, AmountPaid: 2, AmountDue: 10 }]);
  });

  it.each(['not json', '{}', '[{"call":"GET /_sandbox/calls"}]', '[{"call":"POST /_sandbox/reset","other":1}]'])(
    'a file that is not right is refused with a sentence: %s',
    (content) => {
      expect(() => optionsOf(['--fixture', file(content)], {})).toThrow(/^The fixture .*fixture\.json /);
    },
  );

  it('a call that is refused is named', () => {
    const calls = readFixture(file('[{"call":"POST /_sandbox/as-user/nobody"}]'));
    expect(() => {
      applyFixture(new Bench().sandbox, calls, START);
    }).toThrow('The fixture’s call POST /_sandbox/as-user/nobody was refused');
  });
});

describe('--print-recipes', () => {
  it('is for the port asked for', () => {
    expect(optionsOf(['--print-recipes', '--port', '4599'], {})).toEqual({ recipesFor: 'http://localhost:4599' });
  });

  it('its custom connection works as written', () => {
    const app = /apps -d '(.*)'$/m.exec(recipes('http://localhost:1'))?.[1]?.replace(`"'$TENANT'"`, `"${TENANT}"`);
    const bench = new Bench();
    expect(bench.send('POST', '/_sandbox/apps', { body: app ?? '' }).status).toBe(200);
    const authorization = `Basic ${Buffer.from('machine:secret').toString('base64')}`;
    const form = { grant_type: 'client_credentials' };
    const token = bench.send('POST', '/connect/token', { form, headers: { authorization } }).json.access_token;
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    expect(bench.send('GET', '/api.xro/2.0/Contacts?page=1', { headers }).json.Contacts).toHaveLength(12);
  });
});
