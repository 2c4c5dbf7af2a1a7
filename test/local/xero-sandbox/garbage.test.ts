import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { Bench } from './bench.ts';

const PATHS = [
  'Contacts',
  'Invoices',
  'Payments',
  'Accounts',
  'BatchPayments',
  'Contacts/x',
  'Invoices/x/History',
  'Organisation',
  '',
  '%',
  '%2F',
  'Contacts/%00',
];
const WORDS = [
  'Contacts',
  'Name',
  'Phones',
  'PhoneType',
  'Addresses',
  'Invoices',
  'LineItems',
  'Type',
  'Date',
  'Contact',
  'ContactID',
  'Amount',
  'Status',
  'Payments',
  'Account',
  'Invoice',
];
const ANSWERS = [200, 204, 400, 404, 413, 501];

/** Any JSON, with the names of real fields strewn in. */
const nearlyRight = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(
      null,
      true,
      '',
      'ACCREC',
      'AUTHORISED',
      '2026-11-20',
      '/Date(1)/',
      '00000000-0000-0000-0000-000000000000',
      '/Date(99999999999999999)/',
      1e300,
      1e21,
      -1,
      0.005,
    ),
    fc.string({ maxLength: 12 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** Lets enough time pass for the limits, and consents again when the token has expired. */
function pause(bench: Bench): void {
  bench.now += 4_500;
  if (bench.get('Organisation').status === 401) bench.connect();
}

describe('garbage gets Xero’s kind of error, never a crash (issue: "Garbage")', () => {
  it('any JSON to any endpoint', () => {
    const bench = Bench.connected();
    fc.assert(
      fc.property(fc.constantFrom('PUT', 'POST'), fc.constantFrom(...PATHS), nearlyRight, (method, path, body) => {
        pause(bench);
        expect(ANSWERS).toContain(bench.api(method, path, JSON.stringify(body)).status);
      }),
      { numRuns: 600 },
    );
  });

  const line = { Description: 'x', Quantity: 1, UnitAmount: 10, AccountCode: '200' };
  it.each<[string, Record<string, unknown>]>([
    ['an amount no computer counts to the penny', { LineItems: [{ ...line, UnitAmount: 1e300 }] }],
    ['a product beyond a billion pounds', { LineItems: [{ ...line, Quantity: 1e6, UnitAmount: 1e6 }] }],
    ['a date no calendar has', { Date: '/Date(9999999999999999999)/' }],
    ['a date of the year 0', { Date: '0000-01-01' }],
  ])('%s gets 400 and saves nothing', (_what, fields) => {
    const bench = Bench.connected();
    const sent = { Type: 'ACCREC', Contact: { Name: 'Odd' }, LineItems: [line], ...fields };
    expect(bench.api('PUT', 'Invoices', sent).status).toBe(400);
    expect(bench.get('Invoices').json.Invoices).toHaveLength(0);
    expect(bench.get('Contacts', { where: 'Name=="Odd"' }).json.Contacts).toHaveLength(0);
  });

  it.each(['{"Name":"Deep","x":', '{"Type":"ACCREC","LineItems":[{"Tracking":[{"x":'])(
    'nesting of 20,000 levels in %s gets 400',
    (start) => {
      const ends = [...start.matchAll(/[[{]/g)].map(([open]) => (open === '[' ? ']' : '}')).reverse();
      const body = `${start}${'['.repeat(20_000)}${']'.repeat(20_000)}${ends.join('')}`;
      expect(JSON.parse(body)).toBeInstanceOf(Object);
      const bench = Bench.connected();
      expect(bench.api('PUT', start.includes('Name') ? 'Contacts' : 'Invoices', body).json.Type).toBe('PostDataInvalidException');
    },
  );

  it('where with hundreds of brackets or negations gets 400', () => {
    const bench = Bench.connected();
    for (const open of ['(', '!']) {
      const where = `${open.repeat(300)}Name=="a"${open === '(' ? ')'.repeat(300) : ''}`;
      expect(bench.get('Contacts', { where }).json.Type).toBe('QueryParseException');
    }
  });

  it('any text as a body', () => {
    const bench = Bench.connected();
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), fc.string({ unit: 'binary', maxLength: 60 }), (path, body) => {
        pause(bench);
        expect(ANSWERS).toContain(bench.api('PUT', path, body === '' ? '{}' : body).status);
      }),
      { numRuns: 300 },
    );
  });

  it('any where, order, page and If-Modified-Since', () => {
    const bench = Bench.connected();
    const where = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom('Name', '==', '"a"', 'AND', '(', ')', 'DateTime', '1', ',', '.', 'Contains', '!', 'guid', 'Status', '-', '\\'),
          { maxLength: 10 },
        )
        .map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(fc.constantFrom('Contacts', 'Invoices', 'Payments', 'Accounts', 'TaxRates'), where, fc.string(), (path, text, other) => {
        pause(bench);
        expect(ANSWERS).toContain(bench.get(path, { where: text, order: other }).status);
        expect(ANSWERS).toContain(
          bench.get(path, { page: other, IDs: other }, { 'if-modified-since': text.replace(/[^ -~]/g, '') }).status,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('any method, path and headers', () => {
    const bench = Bench.connected();
    fc.assert(
      fc.property(fc.constantFrom('GET', 'PUT', 'PATCH', 'OPTIONS', 'DELETE'), fc.webPath(), fc.string(), (method, path, header) => {
        for (const url of [path === '' ? '/' : path, `/api.xro/2.0${path}`, `/_sandbox${path}`, `/connections${path}`]) {
          const reply = bench.send(method, url, { headers: { authorization: header, 'xero-tenant-id': header, accept: header } });
          expect(reply.status).toBeGreaterThanOrEqual(200);
          expect(reply.status).toBeLessThan(500);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('any form at the token and authorize endpoints', () => {
    const bench = Bench.connected();
    const form = fc.dictionary(
      fc.constantFrom('grant_type', 'code', 'refresh_token', 'redirect_uri', 'client_id', 'scope', 'decision', 'token'),
      fc.string(),
    );
    fc.assert(
      fc.property(form, fc.string(), (fields, secret) => {
        expect(bench.tokens(fields, secret).status).toBe(400);
        expect(bench.send('POST', '/identity/connect/authorize', { form: fields }).status).toBe(400);
        const headers = { authorization: `Basic ${secret}` };
        expect(bench.send('POST', '/connect/revocation', { form: fields, headers }).status).toBe(400);
      }),
      { numRuns: 200 },
    );
  });
});
