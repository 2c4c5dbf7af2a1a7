import { describe, expect, it } from '@jest/globals';
import type { LineItem } from './answer-shapes.ts';
import { Bench, messagesOf } from './bench.ts';

const LINE = { Description: 'Boiler', Quantity: 2, UnitAmount: 100, AccountCode: '200' };
type DiscountedLine = LineItem & { DiscountRate?: number; DiscountAmount?: number; DiscountEnteredAsPercent?: boolean };
const discountOf = ({ DiscountRate, DiscountAmount, DiscountEnteredAsPercent }: DiscountedLine) => ({
  DiscountRate,
  DiscountAmount,
  DiscountEnteredAsPercent,
});

/** How the discount of one line reads in the write's answer, a single read, a page and a list by ids. */
function readings(discount: object): object[] {
  const bench = Bench.connected();
  const made = bench.invoice({ LineItems: [{ ...LINE, ...discount }] });
  const page = bench.get('Invoices', { page: '1' }).json.Invoices[0];
  const listed = bench.get('Invoices', { IDs: made.InvoiceID, page: '1' }).json.Invoices[0];
  return [made, bench.invoiceNow(made.InvoiceID), page, listed].map(({ LineItems }) => discountOf(LineItems[0]));
}

describe('discounts', () => {
  it('by rate: writes and single reads show the amount that follows, lists the rate alone', () => {
    const single = { DiscountRate: 20, DiscountAmount: 40, DiscountEnteredAsPercent: true };
    const list = { DiscountRate: 20, DiscountAmount: undefined, DiscountEnteredAsPercent: true };
    expect(readings({ DiscountRate: 20 })).toEqual([single, single, list, list]);
  });

  it('by amount: writes and single reads show it, lists show neither rate nor amount', () => {
    const single = { DiscountRate: undefined, DiscountAmount: 40, DiscountEnteredAsPercent: false };
    const list = { DiscountRate: undefined, DiscountAmount: undefined, DiscountEnteredAsPercent: false };
    expect(readings({ DiscountAmount: 40 })).toEqual([single, single, list, list]);
  });

  it('a line sent back as it was read keeps its rate; the one kind takes the place of the other, and 0 takes it away', () => {
    const bench = Bench.connected();
    const { InvoiceID, LineItems } = bench.invoice({ LineItems: [{ ...LINE, DiscountRate: 20 }] });
    const after = (line: object): { discount: object; amount: number } => {
      const sent = { LineItems: [{ LineItemID: LineItems[0].LineItemID, ...line }] };
      const [invoice] = bench.api('POST', `Invoices/${InvoiceID}`, sent).json.Invoices;
      return { discount: discountOf(invoice.LineItems[0]), amount: invoice.LineItems[0].LineAmount };
    };
    expect(after(LineItems[0])).toMatchObject({ discount: { DiscountEnteredAsPercent: true }, amount: 160 });
    expect(after({ DiscountAmount: 50 })).toMatchObject({ discount: { DiscountEnteredAsPercent: false }, amount: 150 });
    expect(after({ DiscountRate: 10 })).toMatchObject({ discount: { DiscountRate: 10, DiscountAmount: 20 }, amount: 180 });
    expect(after({ DiscountRate: 0 })).toEqual({ discount: discountOf({} as DiscountedLine), amount: 200 });
  });

  it('an amount on a negative line is refused, even 0', () => {
    const bench = Bench.connected();
    const lines = [LINE, { ...LINE, UnitAmount: -5, DiscountAmount: 0 }];
    const reply = bench.api('PUT', 'Invoices', { Type: 'ACCREC', Contact: { Name: 'A' }, LineItems: lines });
    expect(messagesOf(reply.json)).toEqual(['The DiscountAmount cannot be used on a line with a negative amount.']);
  });
});
