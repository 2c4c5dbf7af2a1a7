import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../local/aws-edge/events/event-pattern.ts';

const EVENT = {
  source: 'ges.platform',
  'detail-type': 'CustomerChanged',
  resources: ['a', 'b'],
  detail: { accountId: 'acct_demo', entity: { type: 'customer', revision: 3 }, snapshot: null },
};

describe('Event patterns', () => {
  it.each<[object, boolean]>([
    [{ source: ['ges.platform'] }, true],
    [{ source: ['GES.platform'] }, false],
    [{ source: ['other', 'ges.platform'], 'detail-type': ['CustomerChanged'] }, true],
    [{ source: ['ges.platform'], 'detail-type': ['InvoiceChanged'] }, false],
    [{ detail: { entity: { type: ['customer'], revision: [3] } } }, true],
    [{ detail: { entity: { revision: ['3'] } } }, false],
    [{ detail: { missing: { type: ['customer'] } } }, false],
    [{ resources: ['b'] }, true],
    [{ detail: { snapshot: [null] } }, true],
    [{ source: [{ prefix: 'ges.' }] }, true],
    [{ source: [{ suffix: '.platform' }] }, true],
    [{ source: [{ prefix: 'aws.' }] }, false],
    [{ detail: { origin: [{ exists: false }] } }, true],
    [{ detail: { accountId: [{ exists: false }] } }, false],
    [{ detail: { accountId: [{ 'anything-but': ['acct_demo'] }] } }, false],
    [{ detail: { accountId: [{ 'anything-but': 'acct_other' }] } }, true],
    [{ detail: { origin: [{ 'anything-but': 'x' }] } }, false],
  ])('%j matches: %s', (pattern, expected) => {
    expect(compilePattern(pattern, 'Rule')(EVENT)).toBe(expected);
  });

  it.each([
    { source: [{ wildcard: '*' }] },
    { source: [{ 'equals-ignore-case': 'x' }] },
    { detail: { a: [{ cidr: '10.0.0.0/8' }] } },
    { $or: [] },
    { source: [{ 'anything-but': { prefix: 'a' } }] },
  ])('%j is refused rather than never matched', (pattern) => {
    expect(() => compilePattern(pattern, 'The rule R')).toThrow(/^The rule R/);
  });
});
