import { describe, expect, it } from '@jest/globals';
import { BadRequest, parseBulkRequest } from '../../../shared/runs/request.ts';

const SYNC = { action: 'sync', accountId: 'acct_demo', requestedBy: 'support:j.smith' };

function refusalOf(input: unknown): string {
  try {
    parseBulkRequest(input);
  } catch (error) {
    if (error instanceof BadRequest) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a bulk-sync request (contracts §5)', () => {
  it('is taken as the contract shows it', () => {
    const asInTheContract = {
      ...SYNC,
      types: ['customer', 'invoice', 'payment'],
      from: '2025-01-01',
      to: '2026-11-22',
      ids: [],
      dryRun: false,
      includeUnused: false,
    };
    expect(parseBulkRequest(asInTheContract)).toEqual(asInTheContract);
  });

  it('fills in what may be left out', () => {
    expect(parseBulkRequest(SYNC)).toMatchObject({ types: ['customer', 'invoice', 'payment'], ids: [], dryRun: false });
  });

  it.each<[string, unknown, string]>([
    ['no object', 'sync', 'request:'],
    ['null', null, 'request:'],
    ['no action', { ...SYNC, action: undefined }, 'action: must be "sync", "report" or "cancel"'],
    ['an unknown action', { ...SYNC, action: 'explode' }, 'action: must be "sync", "report" or "cancel"'],
    ['no account', { ...SYNC, accountId: undefined }, 'accountId: must be the account id'],
    ['an empty account', { ...SYNC, accountId: '' }, 'accountId: must not be empty'],
    ['an account that is a number', { ...SYNC, accountId: 7 }, 'accountId: must be the account id'],
    ['an unknown type', { ...SYNC, types: ['contact'] }, 'types.0: must be'],
    ['no type', { ...SYNC, types: [] }, 'types: must name at least one type'],
    ['payments without invoices', { ...SYNC, types: ['payment'] }, 'types: payments follow their invoices'],
    ['a date that is none', { ...SYNC, from: '2026-02-30' }, 'from: must be a date'],
    ['a date in another form', { ...SYNC, to: '22/11/2026' }, 'to: must be a date'],
    ['dates the wrong way round', { ...SYNC, from: '2026-11-22', to: '2026-11-01' }, 'from: must not be after "to"'],
    ['too many ids', { ...SYNC, ids: Array.from({ length: 501 }, (_, n) => `cus_${String(n)}`) }, 'ids: must have at most 500 ids'],
    ['a dry run', { ...SYNC, dryRun: true }, 'dryRun: a dry run is not offered so far'],
    ['nobody who asks', { ...SYNC, requestedBy: undefined }, 'requestedBy: must say who asks'],
    ['a field nobody knows', { ...SYNC, form: '2026-01-01' }, '"form"'],
    ['a report without a run', { action: 'report', accountId: 'acct_demo' }, 'runId: must be the runId'],
    ['a run that no key can hold', { action: 'cancel', accountId: 'acct_demo', runId: 'x'.repeat(3_000) }, 'runId: must have at most 100'],
  ])('%s: the message names the field', (_what, input, expected) => {
    expect(refusalOf(input)).toContain(expected);
    expect(refusalOf(input)).toMatch(/^Bad bulk-sync request\. .*\.$/);
  });

  it('names every field that is wrong at once', () => {
    const message = refusalOf({ action: 'sync', types: [], from: 'x' });
    for (const field of ['accountId:', 'types:', 'from:', 'requestedBy:']) expect(message).toContain(field);
  });
});
