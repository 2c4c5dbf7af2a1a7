import { describe, expect, it } from '@jest/globals';
import { DESCRIBED_OPERATIONS, isDescribed } from '../../../local/xero-sandbox/gateway/described-operations.ts';
import { ACCOUNTING_ROUTES } from '../../../local/xero-sandbox/gateway/router.ts';
import { Bench } from './bench.ts';
import { Description, isAtHand } from './openapi/description.ts';

const ID = '00000000-0000-0000-0000-000000000001';
const isServed = (operation: string): boolean =>
  ACCOUNTING_ROUTES.some(({ method, pattern }) => `${method} ${pattern.toLowerCase()}` === operation);

describe('what Xero has and the sandbox has not', () => {
  const missing = [...DESCRIBED_OPERATIONS].filter((operation) => !isServed(operation));

  it('answers 501 "not in this sandbox" for every one of its operations, never 404', () => {
    const bench = Bench.connected();
    for (const operation of missing) {
      const [method = '', path = ''] = operation.split(' ');
      bench.now += 2_000;
      const { status, json } = bench.api(method, path.replaceAll('{}', ID));
      expect([operation, status, json.Type, json.Message.includes('not in this sandbox')]).toEqual([
        operation,
        501,
        'ApiMethodNotImplementedException',
        true,
      ]);
    }
    expect(missing.length).toBeGreaterThan(100);
  });

  it.each(['/files.xro/1.0/Files', '/payroll.xro/2.0/employees', '/projects.xro/2.0/projects'])('so does another API: %s', (path) => {
    const reply = new Bench().send('GET', path);
    expect([reply.status, reply.json.Message.includes('not in this sandbox')]).toEqual([501, true]);
  });

  it('what nobody describes is 404, and a method that Xero has not either is 501 as in Xero', () => {
    const bench = Bench.connected();
    expect(bench.api('GET', 'Teapots').status).toBe(404);
    expect(bench.api('GET', `Invoices/${ID}/Teapots`).status).toBe(404);
    expect(bench.api('DELETE', 'Invoices').json.Message).toBe('The Api Method called is not implemented');
    expect(isDescribed('GET', 'contacts/a/b/c/d/e')).toBe(false);
  });

  it('GET /Organisations is the organisation, as in Xero', () => {
    const bench = Bench.connected();
    expect(bench.get('Organisations').json.Organisations).toEqual(bench.get('Organisation').json.Organisations);
    expect(bench.get('organisations/Actions').status).toBe(200);
  });

  (isAtHand ? it : it.skip)('the table of operations is that of Xero’s description', () => {
    const described = new Description().operations
      .filter(({ document }) => document === 'accounting')
      .map(({ method, path }) => `${method} ${path.replace('/api.xro/2.0/', '').replaceAll(/{\w+}/g, '{}').toLowerCase()}`)
      .map((operation) => operation.replace(/^GET reports\/.*$/, 'GET reports/{}'));
    expect([...new Set(described)].sort()).toEqual([...DESCRIBED_OPERATIONS].sort());
  });
});
