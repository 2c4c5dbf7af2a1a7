import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { invoiceTotals } from '../../../local/ges-simulator/core/money.ts';
import { buildLines } from '../../../shared/domain/invoice-build.ts';
import { isRoundingLine, linesForGes, readLines, sameLines } from '../../../shared/domain/invoice-lines.ts';
import type { GesInvoiceLine } from '../../../shared/domain/records.ts';
import type { OutgoingLine, XeroLine } from '../../../shared/domain/xero-invoice.ts';
import {
  anyLines,
  facts,
  gesField,
  invoice,
  line,
  linesInStep,
  mergeOf,
  xeroField,
  xeroInvoice,
  xeroLine,
} from '../../support/money-facts.ts';

const SEED = 20_261_123;
const context = { facts: facts(), salesAccountId: 'sales' };

/** The lines as Xero holds them after it saved what was sent. */
const saved = (lines: readonly OutgoingLine[]): XeroLine[] =>
  lines.map((sent, index) =>
    xeroLine({
      lineItemId: sent.lineItemId ?? `x${String(index + 1)}`,
      description: sent.description,
      quantity: sent.quantity,
      unitAmount: sent.unitAmount,
      discountRate: sent.discountRate ?? '0',
      taxType: sent.taxType,
      accountCode: sent.accountCode,
      itemCode: sent.itemCode ?? '',
      tracking: sent.tracking ?? [],
    }),
  );
function built(lines: readonly GesInvoiceLine[]): XeroLine[] {
  const result = buildLines(invoice({ lines }), context);
  if ('problem' in result) throw new Error(result.problem.message);
  return saved(result.lines);
}
/** GES's lines after what was edited in Xero has come back. */
const backFrom = (lines: readonly GesInvoiceLine[], before: readonly XeroLine[], there: readonly XeroLine[]) => {
  const { toGes } = mergeOf(linesInStep(lines, before), lines, there);
  return toGes === undefined ? undefined : linesForGes(toGes);
};
/** Lines of which some are CIS labour or materials. */
const cisLines = fc
  .tuple(anyLines, fc.array(fc.constantFrom('labour', 'materials', null), { minLength: 12, maxLength: 12 }))
  .map(([lines, marks]) => lines.map((each, index) => ({ ...each, cis: marks[index] ?? null })));

describe('C2: lines of both sides as one field', () => {
  it(`what we send comes back as the same lines, whatever the numbers look like (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(cisLines, (lines) => sameLines(gesField(lines), xeroField(built(lines)))),
      { numRuns: 1_000, seed: SEED },
    );
  });

  it(`nothing but recoding: the field stays the same (seed ${String(SEED)})`, () => {
    const recoding = fc.record({
      accountCode: fc.constantFrom('200', '260', ''),
      itemCode: fc.constantFrom('', 'FAN'),
      tracking: fc.constant([{ Option: 'North' }]),
    });
    fc.assert(
      fc.property(anyLines, recoding, (lines, recoded) => {
        const there = built(lines);
        expect(xeroField(there.map((each) => ({ ...each, ...recoded })))).toBe(xeroField(there));
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it(`any edit of what counts shows (seed ${String(SEED)})`, () => {
    const edits: readonly ((there: XeroLine) => Partial<XeroLine>)[] = [
      () => ({ description: 'Something else' }),
      ({ quantity }) => ({ quantity: `${quantity.split('.')[0] ?? ''}.9999` }),
      () => ({ unitAmount: '987654.3210' }),
      ({ discountRate }) => ({ discountRate: discountRate === '7' ? '8' : '7' }),
      () => ({ discountAmount: 100 }),
      ({ taxType }) => ({ taxType: taxType === 'OUTPUT2' ? 'RROUTPUT' : 'OUTPUT2' }),
      () => ({ taxType: 'TAX001' }),
    ];
    fc.assert(
      fc.property(anyLines, fc.constantFrom(...edits), fc.nat(), (lines, edit, at) => {
        const there = built(lines);
        const index = at % there.length;
        const edited = there.map((each, place) => (place === index ? { ...each, ...edit(each) } : each));
        expect(sameLines(gesField(lines), xeroField(edited))).toBe(false);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('C2: prices including VAT are part of the field', () => {
    expect(sameLines(gesField([line()], true), xeroField([xeroLine()], false))).toBe(false);
    expect(sameLines(gesField([line()], true), xeroField([xeroLine()], true))).toBe(true);
  });

  it(`C2: lines that only came back in another order are the same lines, and nothing travels (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(cisLines, (lines) => {
        const there = built(lines);
        expect(sameLines(xeroField(there), xeroField(there.toReversed()))).toBe(true);
        expect(mergeOf(linesInStep(lines, there), lines, there.toReversed())).toMatchObject({ changes: [], conflicts: [] });
        expect(backFrom(lines, there, there.toReversed())).toBeUndefined();
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it(`round trip: one line edited in Xero, and all become the GES lines they were, with ids, VAT and CIS marks (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(cisLines, fc.nat(), (lines, at) => {
        const there = built(lines);
        const edited = there.map((each, place) => (place === at % lines.length ? { ...each, description: 'Edited' } : each));
        const back = backFrom(lines, there, edited.toReversed());
        expect(back?.lines.map(({ id, vat, cis }) => [id, vat, cis])).toEqual(lines.map(({ id, vat, cis }) => [id, vat, cis]));
        expect(back?.lines.map(({ description }) => description)).toEqual(
          lines.map(({ description }, place) => (place === at % lines.length ? 'Edited' : description)),
        );
        expect(invoiceTotals(back?.lines ?? [], false, 20)).toEqual(invoiceTotals(lines, false, 20));
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it(`lines deleted, inserted and moved in Xero: those that are left keep their GES ids, new ones get free ids (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(cisLines, fc.infiniteStream(fc.nat({ max: 3 })), fc.nat(), (lines, chance, added) => {
        const before = built(lines);
        const left = before.filter(() => chance.next().value !== 0).toSorted(() => ((chance.next().value ?? 0) > 1 ? 1 : -1));
        const fresh = Array.from({ length: 1 + (added % 3) }, (_, index) =>
          xeroLine({ lineItemId: `new${String(index)}`, description: `Fresh ${String(index)}` }),
        );
        const ids = backFrom(lines, before, [...fresh, ...left])?.lines.map(({ id }) => id) ?? [];
        expect(new Set(ids).size).toBe(ids.length);
        const keeps = lines.filter((_, place) => left.some(({ lineItemId }) => lineItemId === `x${String(place + 1)}`));
        expect(ids.slice(0, keeps.length)).toEqual(keeps.map(({ id }) => id));
        for (const id of ids.slice(keeps.length)) expect(lines.map((each) => each.id)).not.toContain(id);
        expect(ids).toHaveLength(left.length + fresh.length);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it(`C2: lines edited, inserted, deleted and moved in GES go with the LineItemID, account, item and tracking of the line they were (seed ${String(SEED)})`, () => {
    fc.assert(
      fc.property(anyLines, fc.infiniteStream(fc.nat({ max: 3 })), (lines, chance) => {
        const before = built(lines).map((each, index) => ({
          ...each,
          accountCode: `4${String(index)}`,
          itemCode: `I${String(index)}`,
          tracking: [index],
        }));
        const left = lines.filter(() => chance.next().value !== 0).toSorted(() => ((chance.next().value ?? 0) > 1 ? 1 : -1));
        const now = [line({ id: 'new' }), ...left.map((each) => ({ ...each, unitPrice: '12.34' }))];
        const merge = mergeOf(linesInStep(lines, before), now, before);
        const sent = buildLines(invoice({ lines: now }), { ...context, linked: { xero: xeroInvoice({ lines: before }), merge } });
        if ('problem' in sent) throw new Error(sent.problem.message);
        const [first, ...others] = sent.lines;
        expect(first).toMatchObject({ accountCode: '200' });
        expect(first?.lineItemId).toBeUndefined();
        expect(others.map(({ lineItemId, accountCode, itemCode, tracking }) => ({ lineItemId, accountCode, itemCode, tracking }))).toEqual(
          left.map(({ id }) => {
            const was = before[lines.findIndex((each) => each.id === id)];
            return { lineItemId: was?.lineItemId, accountCode: was?.accountCode, itemCode: was?.itemCode, tracking: was?.tracking };
          }),
        );
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('C2: a line that was deleted in Xero and edited in GES is sent without the dead LineItemID, and the deletion is told', () => {
    const lines = [line(), line({ id: 'l2', description: 'Fan' })];
    const before = built(lines);
    const now = [line({ unitPrice: '90.00' }), line({ id: 'l2', description: 'Fan' })];
    const merge = mergeOf(linesInStep(lines, before), now, before.slice(1));
    const sent = buildLines(invoice({ lines: now }), { ...context, linked: { xero: xeroInvoice({ lines: before.slice(1) }), merge } });
    expect('lines' in sent && sent.lines.map(({ lineItemId }) => lineItemId)).toEqual([undefined, 'x2']);
    expect(merge.conflicts).toMatchObject([{ winner: 'ges', lost: 'removed' }]);
  });
});

describe('C11: what GES cannot hold is not approximated: it stays in Xero', () => {
  it.each<[string, Partial<XeroLine>]>([
    ['a tax type GES does not know', { taxType: 'ECZROUTPUT' }],
    ['a discount as an amount', { discountAmount: 500 }],
    ['a line of nothing', { quantity: '0' }],
  ])('%s', (_, edit) => {
    const before = [xeroLine()];
    expect(backFrom([line()], before, [xeroLine(edit)])).toBeUndefined();
    expect(backFrom([line()], before, [xeroLine(), xeroLine({ lineItemId: 'x2', ...edit })])).toBeUndefined();
  });

  it('a credit line that GES made itself comes back', () => {
    const lines = [line(), line({ id: 'l2', quantity: '-1', unitPrice: '20.00' })];
    const before = built(lines);
    const edited = before.map((each, index) => (index === 0 ? { ...each, description: 'Service, late' } : each));
    expect(backFrom(lines, before, edited)?.lines).toMatchObject([{ description: 'Service, late' }, { id: 'l2', quantity: '-1' }]);
  });

  it('C5: where the organisation has no VAT, NONE is what GES had said', () => {
    const lines = [line({ vat: 'exempt' })];
    const before = [xeroLine({ taxType: 'NONE' })];
    const back = backFrom(lines, before, [xeroLine({ taxType: 'NONE', description: 'New words' })]);
    expect(back?.lines).toMatchObject([{ description: 'New words', vat: 'exempt' }]);
  });
});

describe('C7: the rounding line never returns to GES', () => {
  it.each<[string, Partial<XeroLine>, boolean]>([
    ['ours', { accountCode: '860', taxType: 'NONE' }, true],
    ['with VAT', { accountCode: '860', taxType: 'OUTPUT2' }, false],
    ['on another account', { accountCode: '200', taxType: 'NONE' }, false],
  ])('%s', (_, edit, isRounding) => {
    expect(isRoundingLine(xeroLine(edit), '860')).toBe(isRounding);
    expect(readLines(xeroField([xeroLine(), xeroLine({ lineItemId: 'x2', ...edit })])).lines.map(({ id }) => id)).toEqual(
      isRounding ? ['x1'] : ['x1', 'x2'],
    );
  });

  it('an organisation without a rounding account has none', () => {
    expect(isRoundingLine(xeroLine({ accountCode: '', taxType: 'NONE' }), undefined)).toBe(false);
  });
});
