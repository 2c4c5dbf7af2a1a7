import { describe, expect, it } from '@jest/globals';
import { coveredDiscounts, discountCredit } from '../../../shared/domain/discount.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import { facts, xeroInvoice, xeroLine } from '../../support/money-facts.ts';

const discount = (gesId: string, amount: number, varied: Partial<LedgerEntry> = {}): LedgerEntry => ({
  born: 'ges',
  state: { kind: 'credit' },
  gesId,
  ges: { amount, date: '2026-11-21' },
  isDiscount: true,
  ...varied,
});

describe('D8: discounts', () => {
  it.each([
    [0, [], 0],
    [1_000, ['pay_1'], 0],
    [2_500, ['pay_1', 'pay_2'], 0],
    [3_000, ['pay_1', 'pay_2'], 500],
    [1_600, ['pay_1'], 600],
    [-3, [], -3],
  ])('of £ %s (pence) credited in Xero these are covered: %j, and %s is credited besides', (credited, ids, besides) => {
    const entries = [discount('pay_2', 1_500), discount('pay_1', 1_000), discount('pay_3', 9, { state: { kind: 'ended', at: 1 } })];
    const found = coveredDiscounts(entries, credited);
    expect([[...found.covered].map(({ gesId }) => gesId).sort(), found.besides]).toEqual([ids, besides]);
  });

  it('is divided over rates and accounts by what each came to, and loses no penny; the rounding line takes none of it', () => {
    const lines = [
      xeroLine(),
      xeroLine({ unitAmount: '50.00', taxType: 'ZERORATEDOUTPUT' }),
      xeroLine({ unitAmount: '50.00' }),
      xeroLine({ unitAmount: '0.01', taxType: 'NONE', accountCode: '860' }),
    ];
    const built = discountCredit(discount('pay_1', 1_001, { vat: 130 }), xeroInvoice({ lines, amountDue: 23_001 }), 'GES-1042', facts());
    if (!('element' in built)) throw new Error(built.problem.message);
    expect(built.element).toMatchObject({ number: 'GES-1042-pay_1', lineAmountTypes: 'Inclusive', reference: 'Discount on GES-1042' });
    expect(built.element.lines.map(({ unitAmount, taxType }) => [unitAmount, taxType])).toEqual([
      ['-7.83', 'OUTPUT2'],
      ['-2.18', 'ZERORATEDOUTPUT'],
    ]);
  });

  it.each<[string, Partial<LedgerEntry>, Parameters<typeof xeroInvoice>[0]]>([
    ['another VAT than Xero would come to', { vat: 0 }, {}],
    ['more than is due', {}, { amountDue: 999 }],
    ['CIS would be taken back with it', {}, { cisDeduction: 2_000 }],
    ['no line tells its rates', {}, { lines: [] }],
  ])('%s: a person is asked', (_, varied, invoice) => {
    const built = discountCredit(discount('pay_1', 1_000, varied), xeroInvoice(invoice), 'GES-1042', facts());
    expect(built).toMatchObject({ problem: { code: 'discount-not-sent' } });
  });
});
