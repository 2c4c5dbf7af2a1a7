import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { CONTRACTS_DIR, contractFiles } from '../../scripts/contracts/files.ts';
import { describedRoutes, openApi } from '../../scripts/contracts/http-api.ts';
import { readGesEvent } from '../../shared/ges/event-contract.ts';
import { parseBulkRequest } from '../../shared/runs/request.ts';
import { resourcesOf, templateOf } from '../lib/stack-under-test.ts';
import { customerEvent, customerSnapshot, gesEvent, invoiceSnapshot, paymentSnapshot } from '../shared/ges/ges-events.ts';

const root = join(import.meta.dirname, '../..');
const onDisk = (name: string): string => readFileSync(join(root, CONTRACTS_DIR, name), 'utf8');

/** Does the committed schema take this value? */
function validatorOf(name: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(onDisk(name)) as object);
  return (value) => validate(value);
}

describe('docs/contracts', () => {
  it('is what npm run contracts writes today', async () => {
    const files = await contractFiles(root);
    for (const [name, text] of files) expect({ name, text: onDisk(name) }).toEqual({ name, text });
    const generated = readdirSync(join(root, CONTRACTS_DIR)).filter((name) => /\.(yaml|json)$/.test(name));
    expect(generated.sort()).toEqual([...files.keys()].sort());
  });
});

describe('openapi.yaml', () => {
  interface RouteProperties {
    readonly RouteKey: string;
    readonly AuthorizationType: string;
  }
  const routes = Object.values(resourcesOf(templateOf('dev'), 'AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties as unknown as RouteProperties,
  );

  it('describes every route of the synthesised template, and no other', () => {
    expect([...describedRoutes().keys()].sort()).toEqual(routes.map(({ RouteKey }) => RouteKey).sort());
  });

  it('asks for a JWT where the template has the authoriser', () => {
    const withJwt = [...describedRoutes()].filter(([, { security }]) => (security as unknown[]).length > 0).map(([route]) => route);
    expect(withJwt.sort()).toEqual(
      routes
        .filter(({ AuthorizationType }) => AuthorizationType === 'JWT')
        .map(({ RouteKey }) => RouteKey)
        .sort(),
    );
  });

  it('refers only to what it defines', () => {
    const document = openApi();
    const { schemas } = document['components'] as { schemas: object };
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(Object.keys(schemas).sort()).toEqual([...new Set(references)].sort());
  });
});

describe('ges-events.schema.json (contracts §1)', () => {
  const takes = validatorOf('ges-events.schema.json');

  it.each([
    ['CustomerChanged', customerEvent()],
    ['InvoiceChanged', gesEvent('InvoiceChanged', { type: 'invoice', id: 'inv_5001', revision: 3 }, { snapshot: invoiceSnapshot() })],
    ['PaymentChanged', gesEvent('PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 1 }, { snapshot: paymentSnapshot() })],
    ['a deletion', customerEvent({ change: 'deleted', snapshot: null })],
    ['a field that nobody knows yet', customerEvent({ snapshot: customerSnapshot({ loyaltyPoints: 7 }) })],
  ])('takes what ges-events takes: %s', (_, event) => {
    expect(readGesEvent(event)).toMatchObject({ ok: true });
    expect(takes(event)).toBe(true);
  });

  it.each([
    ['a deletion with a snapshot', { change: 'deleted' }],
    ['a change without a snapshot', { snapshot: null }],
    ['a snapshot that lacks a field', { snapshot: customerSnapshot({ email: undefined }) }],
    ['an unknown change', { change: 'archived' }],
    ['an unknown origin', { origin: 'robot' }],
    ['another type than the detail-type says', { entity: { type: 'invoice', id: 'cus_1001', revision: 2 } }],
    ['a revision that is no whole number', { entity: { type: 'customer', id: 'cus_1001', revision: 1.5 } }],
    ['no account', { accountId: undefined }],
  ])('refuses what ges-events refuses: %s', (_, parts) => {
    const event = JSON.parse(JSON.stringify(customerEvent(parts))) as unknown;
    expect(readGesEvent(event)).toMatchObject({ ok: false });
    expect(takes(event)).toBe(false);
  });
});

describe('bulk-sync.schema.json (contracts §5)', () => {
  const takes = validatorOf('bulk-sync.schema.json');
  const understands = (request: unknown): boolean => {
    try {
      parseBulkRequest(request);
      return true;
    } catch {
      return false;
    }
  };
  const sync = { action: 'sync', accountId: 'acct_demo', requestedBy: 'support:j.smith' };

  it.each([
    ['the shortest request', sync, true],
    ['types, dates and ids', { ...sync, types: ['customer', 'invoice'], from: '2025-01-01', to: '2026-11-22', ids: ['cus_1001'] }, true],
    ['a report', { action: 'report', accountId: 'acct_demo', runId: 'r1' }, true],
    ['a cancellation', { action: 'cancel', accountId: 'acct_demo', runId: 'r1' }, true],
    ['an unknown action', { ...sync, action: 'import' }, false],
    ['nobody who asks', { ...sync, requestedBy: undefined }, false],
    ['no types', { ...sync, types: [] }, false],
    ['a date that is none', { ...sync, from: '2025-02-30' }, false],
    ['a dry run', { ...sync, dryRun: true }, false],
    ['a field nobody knows', { ...sync, limit: 3 }, false],
  ])('judges %s as the function does', (_, request, isGood) => {
    const sent = JSON.parse(JSON.stringify(request)) as unknown;
    expect(understands(sent)).toBe(isGood);
    expect(takes(sent)).toBe(isGood);
  });
});
