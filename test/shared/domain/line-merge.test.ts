import { describe, expect, it } from '@jest/globals';
import { buildLines } from '../../../shared/domain/invoice-build.ts';
import { linesForGes, readLines, sameLines, withDigests } from '../../../shared/domain/invoice-lines.ts';
import { mergeLines, type LineMerge } from '../../../shared/domain/line-merge.ts';
import { withPairs } from '../../../shared/domain/line-pairs.ts';
import type { GesInvoiceLine } from '../../../shared/domain/records.ts';
import type { OutgoingLine, XeroLine } from '../../../shared/domain/xero-invoice.ts';
import { facts, gesField, invoice, line, linesInStep, mergeOf, xeroField, xeroInvoice, xeroLine } from '../../support/money-facts.ts';

const FAN = line({ id: 'l2', description: 'Fan', unitPrice: '40.00' });
const FAN_THERE = xeroLine({ lineItemId: 'x2', description: 'Fan', unitAmount: '40.00' });
const HERE = [line(), FAN];
const THERE = [xeroLine(), FAN_THERE];
const BASE = linesInStep(HERE, THERE);

const merge = (here: readonly GesInvoiceLine[], there: readonly XeroLine[] = THERE): LineMerge => mergeOf(BASE, here, there);
const toGes = ({ toGes: field }: LineMerge): readonly GesInvoiceLine[] | undefined =>
  field === undefined ? undefined : linesForGes(field).lines;
/** What is sent for invoice lines that are `here` now and `there` in Xero. */
function sent(here: readonly GesInvoiceLine[], there: readonly XeroLine[] = THERE): readonly OutgoingLine[] {
  const linked = { xero: xeroInvoice({ lines: there }), merge: merge(here, there) };
  const built = buildLines(invoice({ lines: here }), { facts: facts(), salesAccountId: 'sales', linked });
  if ('problem' in built) throw new Error(built.problem.message);
  return built.lines;
}
const changed = <T>(list: readonly T[], at: number, edit: Partial<T>): T[] =>
  list.map((each, place) => (place === at ? { ...each, ...edit } : each));

describe('C2: lines merge per line and per field', () => {
  it('another line each: both edits travel', () => {
    const both = merge(changed(HERE, 0, { unitPrice: '90.00' }), changed(THERE, 1, { description: 'Fan, loud' }));
    expect(both.changes).toEqual(['the price of “Service”']);
    expect(toGes(both)).toMatchObject([{ unitPrice: '90' }, { description: 'Fan, loud' }]);
    expect(both.conflicts).toEqual([]);
  });

  it('another field of one line each: both edits travel', () => {
    const both = merge(changed(HERE, 0, { unitPrice: '90.00' }), changed(THERE, 0, { description: 'Yearly service' }));
    expect(toGes(both)).toMatchObject([{ unitPrice: '90', description: 'Yearly service' }, {}]);
    expect(both.lines[0]?.send).toEqual(new Set(['price']));
  });

  it('E1, E2: the same field of one line: GES wins, and the loser is told in words', () => {
    const both = merge(changed(HERE, 0, { unitPrice: '90.00' }), changed(THERE, 0, { unitAmount: '150.00' }));
    expect(both).toMatchObject({ conflicts: [{ field: 'the price of “Service”', winner: 'ges', kept: '90', lost: '150' }] });
    expect(toGes(both)).toBeUndefined();
    expect(merge(changed(HERE, 0, { unitPrice: '90.00' }), changed(THERE, 0, { unitAmount: '90.00' }))).toMatchObject({
      changes: [],
      conflicts: [],
    });
  });

  it('lines added on both sides travel both ways; a line removed on one side is removed on the other', () => {
    const added = merge(
      [...HERE, line({ id: 'l3', description: 'Flue' })],
      [...THERE, xeroLine({ lineItemId: 'x9', description: 'Parking' })],
    );
    expect(added.changes).toEqual(['the line “Flue” was added']);
    expect(toGes(added)?.map(({ description }) => description)).toEqual(['Service', 'Fan', 'Flue', 'Parking']);
    expect(toGes(merge(HERE, THERE.slice(1)))).toMatchObject([{ id: 'l2' }]);
    expect(sent(HERE.slice(1)).map(({ lineItemId }) => lineItemId)).toEqual(['x2']);
  });

  it('a line removed here and edited there goes, and what is lost is told', () => {
    const removed = merge(HERE.slice(1), changed(THERE, 0, { unitAmount: '150.00' }));
    expect(removed.conflicts).toMatchObject([{ kept: 'removed', lost: '1 × 150' }]);
    expect(removed.changes).toEqual(['the line “Service” was removed']);
  });

  it('lines that Xero, or GES, made anew under other ids are the same lines', () => {
    const renamed = THERE.map((each) => ({ ...each, lineItemId: `new-${each.lineItemId}` }));
    expect(merge(HERE, renamed)).toMatchObject({ changes: [], conflicts: [] });
    expect(toGes(merge(HERE, renamed))).toBeUndefined();
    const again = HERE.map((each) => ({ ...each, id: `again-${each.id}` }));
    expect(merge(again).changes).toEqual([]);
    expect(sent(changed(again, 1, {}), renamed).map(({ lineItemId }) => lineItemId)).toEqual(['new-x1', 'new-x2']);
  });

  it('a line goes with what Xero has of it, and nothing of it is written but what changed in GES', () => {
    const there = changed(THERE, 0, { accountCode: '260', itemCode: 'SRV', tracking: ['North'], description: 'Service ' });
    expect(sent(changed(HERE, 0, { quantity: '2' }), there)).toMatchObject([
      { lineItemId: 'x1', description: 'Service ', quantity: '2', accountCode: '260', itemCode: 'SRV', tracking: ['North'] },
      { lineItemId: 'x2', unitAmount: '40' },
    ]);
  });

  it('a line of words only that a bookkeeper added stays in Xero and never comes to GES', () => {
    const words = xeroLine({ lineItemId: 'w', description: 'Thank you', quantity: '0', unitAmount: '0.00', taxType: '', accountCode: '' });
    expect(toGes(merge(HERE, [...THERE, words]))).toBeUndefined();
    expect(sent(changed(HERE, 0, { quantity: '2' }), [...THERE, words])).toMatchObject([
      {},
      {},
      { lineItemId: 'w', description: 'Thank you', quantity: '', unitAmount: '', taxType: '', accountCode: '' },
    ]);
  });

  it('a long text that the base has only the digest of comes back from Xero whole', () => {
    const long = 'x'.repeat(600);
    const here = [line({ description: long }), FAN];
    const there = [xeroLine({ description: long }), FAN_THERE];
    const { ges, xero } = linesInStep(here, there);
    const base = { ges: withDigests(ges), xero: withDigests(xero) };
    const now = { ges: base.ges, xero: xeroField(changed(there, 1, { unitAmount: '41.00' })) };
    expect(toGes(mergeLines(base, now))).toMatchObject([{ description: long }, { unitPrice: '41' }]);
  });
});

describe('C2: VAT and CIS', () => {
  it('a tax treatment changed in Xero comes back, and an edit of another field does not undo it', () => {
    const both = merge(changed(HERE, 0, { unitPrice: '90.00' }), changed(THERE, 0, { taxType: 'RROUTPUT' }));
    expect(toGes(both)).toMatchObject([{ unitPrice: '90', vat: 'reduced' }, {}]);
    expect(both.problem).toBeUndefined();
    expect(sent(changed(HERE, 1, { description: 'Fan 2' }), changed(THERE, 0, { taxType: 'RROUTPUT' }))).toMatchObject([
      { taxType: 'RROUTPUT' },
      {},
    ]);
  });

  it('changed on both sides: nobody chooses, a person is asked and no line travels', () => {
    const both = merge(changed(HERE, 0, { vat: 'zero' }), changed(THERE, 0, { taxType: 'RROUTPUT' }));
    expect(both.problem).toMatchObject({ code: 'tax-changed-on-both-sides', message: expect.stringContaining('Service') });
    expect(toGes(both)).toBeUndefined();
    expect(merge(changed(HERE, 0, { vat: 'reduced' }), changed(THERE, 0, { taxType: 'RROUTPUT' })).problem).toBeUndefined();
    expect(merge(HERE.slice(1), changed(THERE, 0, { taxType: 'RROUTPUT' })).problem?.code).toBe('tax-changed-on-both-sides');
  });

  it('a tax type that GES does not know stays; edits of other lines go, an edit of that line asks', () => {
    const there = changed(THERE, 0, { taxType: 'CAPEXOUTPUT2' });
    expect(toGes(merge(HERE, there))).toBeUndefined();
    const rates = [...facts().taxRates, { taxType: 'CAPEXOUTPUT2', status: 'ACTIVE', effectiveRate: 20, canApplyToRevenue: true }];
    const here = changed(HERE, 1, { quantity: '2' });
    const linked = { xero: xeroInvoice({ lines: there }), merge: merge(here, there) };
    expect(buildLines(invoice({ lines: here }), { facts: facts({ taxRates: rates }), salesAccountId: 'sales', linked })).toMatchObject({
      lines: [{ taxType: 'CAPEXOUTPUT2' }, { quantity: '2' }],
    });
    expect(merge(changed(HERE, 0, { quantity: '2' }), there).problem).toMatchObject({
      code: 'tax-type-unknown',
      message: expect.stringContaining('CAPEXOUTPUT2'),
    });
    expect(merge(HERE.slice(1), there).problem?.code).toBe('tax-type-unknown');
  });

  it('moved to or from the account for CIS labour is an edit of `cis`; between ordinary accounts it is none', () => {
    expect(toGes(merge(HERE, changed(THERE, 0, { accountCode: '210' })))).toMatchObject([{ cis: 'labour' }, { cis: null }]);
    expect(toGes(merge(HERE, changed(THERE, 0, { accountCode: '260' })))).toBeUndefined();
    const labour = changed(HERE, 0, { cis: 'labour' as const });
    const base = linesInStep(labour, changed(THERE, 0, { accountCode: '210' }));
    const back = mergeOf(base, labour, THERE);
    expect(toGes(back)).toMatchObject([{ cis: 'materials' }, { cis: null }]);
    expect(mergeOf(base, HERE, changed(THERE, 0, { accountCode: '210' })).changes).toEqual(['the CIS of “Service”']);
  });

  it('`cis` changed in GES sets the account anew, `vat` the tax type, and a recoded account stays', () => {
    const recoded = changed(THERE, 0, { accountCode: '260' });
    expect(sent(changed(HERE, 0, { vat: 'zero' }), recoded)).toMatchObject([{ accountCode: '260', taxType: 'ZERORATEDOUTPUT' }, {}]);
    expect(sent(changed(HERE, 0, { cis: 'labour' }), recoded)).toMatchObject([{ accountCode: '210' }, {}]);
  });
});

describe('C2b: discounts', () => {
  it('as an amount it stays an amount: other edits leave it alone, and no rate of 0 is written', () => {
    const there = changed(THERE, 0, { discountAmount: 500 });
    expect(toGes(merge(HERE, there))).toBeUndefined();
    const [first, second] = sentWithout(changed(HERE, 0, { description: 'Yearly' }), there);
    expect(first).toMatchObject({ description: 'Yearly', discountAmount: 500 });
    expect([first, second].map((each) => each?.discountRate)).toEqual([undefined, undefined]);
  });

  it('a discount that GES changes itself while Xero has an amount is asked about', () => {
    const both = merge(changed(HERE, 0, { discountPercent: '10' }), changed(THERE, 0, { discountAmount: 500 }));
    expect(both.problem?.code).toBe('xero-lines-not-followed');
  });

  it('a percentage travels both ways, and is taken away only where GES took it away', () => {
    const base = linesInStep(changed(HERE, 0, { discountPercent: '10' }), changed(THERE, 0, { discountRate: '10' }));
    const merged = mergeOf(base, HERE, changed(THERE, 0, { discountRate: '10' }));
    const linked = { xero: xeroInvoice({ lines: changed(THERE, 0, { discountRate: '10' }) }), merge: merged };
    const built = buildLines(invoice({ lines: HERE }), { facts: facts(), salesAccountId: 'sales', linked });
    expect('lines' in built && built.lines.map(({ discountRate }) => discountRate)).toEqual(['0', undefined]);
    expect(toGes(merge(HERE, changed(THERE, 0, { discountRate: '7.5' })))).toMatchObject([{ discountPercent: '7.5' }, {}]);
  });

  function sentWithout(here: readonly GesInvoiceLine[], there: readonly XeroLine[]): readonly OutgoingLine[] {
    // GES's totals know nothing of the discount: as if they came to what Xero has.
    const totals = { net: '135.00', vat: '27.00', gross: '162.00', cisDeduction: '0.00' };
    const linked = { xero: xeroInvoice({ lines: there }), merge: merge(here, there) };
    const built = buildLines({ ...invoice({ lines: here }), totals }, { facts: facts(), salesAccountId: 'sales', linked });
    if ('problem' in built) throw new Error(built.problem.message);
    return built.lines;
  }
});

describe('prices with or without VAT', () => {
  const INCLUDING = [xeroLine({ unitAmount: '120.00' }), { ...FAN_THERE, unitAmount: '48.00' }];

  it('C2: turned in Xero alone, they come back with their prices', () => {
    const back = mergeLines(BASE, { ges: gesField(HERE), xero: xeroField(INCLUDING, true) });
    expect(linesForGes(back.toGes ?? '')).toMatchObject({ pricesIncludeVat: true, lines: [{ unitPrice: '120' }, { unitPrice: '48' }] });
    expect(back).toMatchObject({ changes: [], conflicts: [] });
  });

  it('C2: turned in GES alone, every price goes', () => {
    const here = [line({ unitPrice: '120.00' }), { ...FAN, unitPrice: '48.00' }];
    const there = mergeLines(BASE, { ges: gesField(here, true), xero: xeroField(THERE) });
    expect(there.changes).toContain('prices with or without VAT');
    expect(there.lines.every(({ send }) => send.has('price'))).toBe(true);
  });

  it('C2: turned on one side while the other changed lines: nobody can tell what a price means, a person is asked', () => {
    const cheaper = changed(HERE, 0, { unitPrice: '90.00' });
    expect(mergeLines(BASE, { ges: gesField(cheaper), xero: xeroField(INCLUDING, true) }).problem?.code).toBe(
      'lines-changed-on-both-sides',
    );
    const theirs = xeroField(changed(THERE, 0, { unitAmount: '90.00' }));
    expect(mergeLines(BASE, { ges: gesField(HERE, true), xero: theirs }).problem?.code).toBe('lines-changed-on-both-sides');
  });

  it('C6: prices that were converted never come back as they are; words do', () => {
    const base = { ges: gesField(HERE, true), xero: BASE.xero };
    const priced = mergeLines(base, { ges: base.ges, xero: xeroField(changed(THERE, 0, { unitAmount: '90.00' })) });
    expect(priced.toGes).toBeUndefined();
    const worded = mergeLines(base, { ges: base.ges, xero: xeroField(changed(THERE, 0, { description: 'Yearly' })) });
    expect(toGes(worded)).toMatchObject([{ description: 'Yearly', unitPrice: '100' }, { unitPrice: '40' }]);
  });
});

describe('which line is which', () => {
  const known = (lines: readonly GesInvoiceLine[]) => readLines(gesField(lines)).lines.map((each) => ({ ...each, id: '', of: each.id }));

  it('new lines are known by content, whatever order the answer has', () => {
    const pairs = readLines(withPairs(xeroField(THERE.toReversed()), [known(HERE)])).lines.map(({ id, of }) => [id, of]);
    expect(pairs).toEqual([
      ['x1', 'l1'],
      ['x2', 'l2'],
    ]);
  });

  it('words that Xero has changed, an emoji say, are still the same line', () => {
    const here = changed(HERE, 0, { description: 'Service 🔥', unitPrice: '100.00' });
    const pairs = readLines(withPairs(xeroField(changed(THERE, 0, { description: 'Service ' })), [known(here)])).lines;
    expect(pairs.map(({ of }) => of)).toEqual(['l1', 'l2']);
  });

  it('the same lines make the same base in every order', () => {
    expect(withPairs(xeroField(THERE.toReversed()), [known(HERE)])).toBe(withPairs(xeroField(THERE), [known(HERE)]));
    expect(sameLines(xeroField(THERE), xeroField(THERE.toReversed()))).toBe(true);
  });
});
