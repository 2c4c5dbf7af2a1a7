import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { divideHalfUp, scaled, unscaled } from '../../../local/xero-sandbox/documents/decimal.ts';
import { cisDeductionOf, lineAmountOf, taxOf } from '../../../local/xero-sandbox/documents/totals.ts';
import { Bench } from './bench.ts';

type Line = [quantity: number, price: number, taxType?: string, more?: Record<string, unknown>];
const linesOf = (lines: Line[]) =>
  lines.map(([Quantity, UnitAmount, TaxType = 'OUTPUT2', more = {}]) => ({
    Description: 'Work',
    Quantity,
    UnitAmount,
    TaxType,
    AccountCode: '200',
    ...more,
  }));

/** SubTotal, TotalTax and Total that the sandbox gives for the lines. */
function totals(types: string, lines: Line[], unitdp = 4): [number, number, number] {
  const body = { Type: 'ACCREC', Contact: { Name: 'Okafor & Sons' }, LineAmountTypes: types, LineItems: linesOf(lines) };
  const reply = Bench.connected().api('PUT', `Invoices?unitdp=${String(unitdp)}`, body);
  if (reply.status !== 200) throw new Error(reply.text);
  const { SubTotal, TotalTax, Total } = reply.json.Invoices[0];
  return [SubTotal, TotalTax, Total];
}

describe('totals', () => {
  it.each<[string, string, Line[], [number, number, number]]>([
    ['one line', 'Exclusive', [[1, 85]], [85, 17, 102]],
    [
      'half a penny of tax goes up',
      'Exclusive',
      [
        [1, 0.13],
        [1, 0.12],
      ],
      [0.25, 0.05, 0.3],
    ],
    ['2.5p of tax becomes 3p', 'Exclusive', [[1, 0.125]], [0.13, 0.03, 0.16]],
    [
      'tax is rounded per line, then summed',
      'Exclusive',
      [
        [1, 10.13],
        [1, 10.13],
        [1, 10.13],
      ],
      [30.39, 6.09, 36.48],
    ],
    ['1.5 × 10.95 rounds half-up to 16.43', 'Exclusive', [[1.5, 10.95]], [16.43, 3.29, 19.72]],
    ['quantities have 4 places', 'Exclusive', [[0.3333, 30]], [10, 2, 12]],
    ['a fifth place of the quantity is rounded', 'Exclusive', [[0.33335, 100]], [33.34, 6.67, 40.01]],
    ['inclusive: tax = round2(line × rate/(100+rate))', 'Inclusive', [[1, 102]], [85, 17, 102]],
    ['inclusive with odd pennies', 'Inclusive', [[1, 99.99]], [83.32, 16.67, 99.99]],
    [
      'inclusive lines each',
      'Inclusive',
      [
        [3, 33.33],
        [1, 0.01],
      ],
      [83.33, 16.67, 100],
    ],
    ['inclusive at 5%', 'Inclusive', [[1, 105, 'RROUTPUT']], [100, 5, 105]],
    ['NoTax', 'NoTax', [[2, 12.34]], [24.68, 0, 24.68]],
    [
      'reduced, zero, exempt and no VAT mixed',
      'Exclusive',
      [
        [1, 100],
        [1, 100, 'RROUTPUT'],
        [1, 100, 'ZERORATEDOUTPUT'],
        [1, 100, 'EXEMPTOUTPUT'],
        [1, 100, 'NONE'],
      ],
      [500, 25, 525],
    ],
    [
      'domestic reverse charge adds no tax',
      'Exclusive',
      [
        [1, 100, 'DRCHARGE20'],
        [1, 100, 'DRCHARGE5'],
      ],
      [200, 0, 200],
    ],
    ['DiscountRate comes off before tax', 'Exclusive', [[1, 85, 'OUTPUT2', { DiscountRate: 10 }]], [76.5, 15.3, 91.8]],
    ['DiscountRate with a third of a penny', 'Exclusive', [[1, 10.01, 'OUTPUT2', { DiscountRate: 33.33 }]], [6.67, 1.33, 8]],
    ['DiscountAmount comes off the line', 'Exclusive', [[2, 50, 'OUTPUT2', { DiscountAmount: 12.5 }]], [87.5, 17.5, 105]],
    ['DiscountRate on inclusive prices', 'Inclusive', [[1, 120, 'OUTPUT2', { DiscountRate: 50 }]], [50, 10, 60]],
    [
      'a negative line takes its tax along',
      'Exclusive',
      [
        [1, 100],
        [1, -20],
      ],
      [80, 16, 96],
    ],
    ['TaxAmount overrides the computed tax', 'Exclusive', [[1, 100, 'OUTPUT2', { TaxAmount: 19.99 }]], [100, 19.99, 119.99]],
    ['a line given by LineAmount alone', 'Exclusive', [[1, 45.5, 'OUTPUT2', { LineAmount: 45.5 }]], [45.5, 9.1, 54.6]],
    ['large sums stay exact', 'Exclusive', [[9999, 99999.99]], [999899900.01, 199979980, 1199879880.01]],
  ])('%s', (_, types, lines, expected) => {
    expect(totals(types, lines)).toEqual(expected);
  });

  it('the documented example at 15%: 25.06, 25.61, 25.63 give 3.76 + 3.84 + 3.84 = 11.44, not 11.45', () => {
    const taxes = [2506, 2561, 2563].map((line) => taxOf(line, 150_000, 'Exclusive'));
    expect(taxes).toEqual([376, 384, 384]);
    expect(taxes.reduce((a, b) => a + b, 0)).toBe(1144);
  });

  it('UnitAmount is rounded to 2 places BEFORE it is multiplied, unless unitdp=4', () => {
    expect(totals('Exclusive', [[100, 1.005]], 2)).toEqual([101, 20.2, 121.2]);
    expect(totals('Exclusive', [[100, 1.005]], 4)).toEqual([100.5, 20.1, 120.6]);
    expect(totals('Exclusive', [[10_000, 0.00005]], 4)).toEqual([1, 0.2, 1.2]);
  });

  it('without unitdp=4 a price of 4 places comes back rounded', () => {
    const bench = Bench.connected();
    const LineItems = [{ Description: 'Bolts', Quantity: 100, UnitAmount: 0.1234, AccountCode: '200' }];
    const { InvoiceID } = bench.invoice({ LineItems });
    expect(bench.get(`Invoices/${InvoiceID}`).json.Invoices[0].LineItems[0].UnitAmount).toBe(0.12);
    expect(bench.get(`Invoices/${InvoiceID}`, { unitdp: '4' }).json.Invoices[0].LineItems[0].UnitAmount).toBe(0.1234);
    expect(bench.get(`Invoices/${InvoiceID}`).json.Invoices[0].SubTotal).toBe(12.34);
  });

  it('a Total that was sent and differs is ignored', () => {
    expect(Bench.connected().invoice({ Total: 1, SubTotal: 1, TotalTax: 0 }).Total).toBe(102);
  });

  it.each([
    [8_000, 20, 1_600],
    [8_333, 20, 1_667],
    [8_333, 30, 2_500],
    [2_498, 20, 500],
    [5_000, 0, 0],
  ])('CIS on %i pence at %i%% is %i pence', (net, rate, expected) => {
    expect(cisDeductionOf(net, rate)).toBe(expected);
  });
});

describe('decimals', () => {
  it.each([
    [1.005, 2, 101],
    [-1.005, 2, -101],
    [2.675, 2, 268],
    [0.1 + 0.2, 2, 30],
    [1e-7, 4, 0],
    [123456.78905, 4, 1_234_567_891],
    [10, 4, 100_000],
  ])('%d at %i places is %i', (value, places, expected) => {
    expect(scaled(value, places)).toBe(expected);
  });

  it('what was scaled comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (whole) => {
        expect(scaled(unscaled(whole, 4), 4)).toBe(whole);
      }),
    );
  });

  it('rounding is half away from zero and never off by more than half', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), fc.bigInt({ min: 1n, max: 1_000n }), (n, d) => {
        const error = 2n * (divideHalfUp(n, d) * d - n);
        expect(error <= d && error >= -d).toBe(true);
        expect(divideHalfUp(-n, d)).toBe(-divideHalfUp(n, d));
      }),
    );
  });

  it('a line without discount is the product to the penny', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 1_000_000 }), (quantity, pence) => {
        expect(lineAmountOf({ quantity: quantity * 10_000, unitAmount: pence * 100 })).toBe(quantity * pence);
      }),
    );
  });
});
