import { describe, expect, it } from '@jest/globals';
import { taxOf } from '../../../local/xero-sandbox/documents/totals.ts';
import type { Item, LineItem } from './answer-shapes.ts';
import { Bench, messagesOf } from './bench.ts';

const LINE = { Description: 'Service', Quantity: 2, UnitAmount: 100, AccountCode: '200' };
const connectedWith = (settings: object): Bench => {
  const bench = Bench.connected();
  expect(bench.pull('POST', 'settings', settings).status).toBe(200);
  return bench;
};
const ratesOf = (bench: Bench): Map<string, Item> => new Map(bench.get('TaxRates').json.TaxRates.map((rate) => [rate.TaxType, rate]));

describe('settings of the sandbox’s behaviour', () => {
  it('are listed with their defaults by the switchboard, and refuse what they do not know', () => {
    const bench = Bench.connected();
    const lever = bench.pull('GET', '').json.levers.find(({ call }) => call === 'POST /_sandbox/settings') as unknown as { does: string };
    for (const [name, value] of Object.entries(bench.pull('GET', 'settings').json))
      if (name !== 'id' && name !== 'publicUrl') expect(lever.does).toMatch(new RegExp(`${name}: [^;]*\\(${String(value)}\\)`));
    expect(bench.pull('POST', 'settings', { inclusiveRounding: 'up' }).status).toBe(400);
    expect(bench.pull('POST', 'settings', { shuffle: true }).status).toBe(400);
  });

  it('refusedBatchSavesGood: the good elements of a batch that is answered 400 are saved, or not', () => {
    const batch = { Contacts: [{ Name: 'Good' }, { Name: '' }] };
    for (const [refusedBatchSavesGood, found] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const bench = connectedWith({ refusedBatchSavesGood });
      const reply = bench.api('PUT', 'Contacts?summarizeErrors=true', batch);
      expect(reply.status).toBe(400);
      expect(reply.json.Elements.map(({ Name }) => Name)).toEqual(['']);
      expect(bench.get('Contacts', { where: 'Name=="Good"' }).json.Contacts).toHaveLength(found);
    }
  });

  it('inclusiveRounding: 1,233.09 at 20 % holds 205.52 of VAT, or 205.51', () => {
    const line = { ...LINE, Quantity: 1, UnitAmount: 1233.09 };
    const taxWith = (settings: object): number =>
      connectedWith(settings).invoice({ LineAmountTypes: 'Inclusive', LineItems: [line] }).TotalTax;
    expect([taxWith({}), taxWith({ inclusiveRounding: 'net-first' })]).toEqual([205.52, 205.51]);
    const differs = Array.from({ length: 600 }, (_, n) => taxOf(n, 200_000, 'Inclusive') !== taxOf(n, 200_000, 'Inclusive', 'net-first'));
    expect(differs.filter(Boolean)).toHaveLength(100);
  });

  it.each([
    ['DRCHARGE', 'DRCHARGE20', 'DRCHARGESUPPLY20'],
    ['DRCHARGESUPPLY', 'DRCHARGESUPPLY20', 'DRCHARGE20'],
  ])('reverseChargeOnRevenue %s: %s goes on sales, %s is refused there', (reverseChargeOnRevenue, right, wrong) => {
    const bench = connectedWith({ reverseChargeOnRevenue });
    const rates = ratesOf(bench);
    expect(rates.get(right)).toMatchObject({
      CanApplyToRevenue: true,
      CanApplyToExpenses: false,
      Name: expect.stringContaining('on Income'),
    });
    expect(rates.get(wrong)).toMatchObject({
      CanApplyToRevenue: false,
      CanApplyToExpenses: true,
      Name: expect.stringContaining('on Expenses'),
    });
    expect(bench.invoice({ LineItems: [{ ...LINE, TaxType: right }] }).TotalTax).toBe(0);
    const refused = bench.api('PUT', 'Invoices', {
      Type: 'ACCREC',
      Contact: { Name: 'A' },
      LineItems: [{ ...LINE, TaxType: wrong }],
    });
    expect(messagesOf(refused.json)).toEqual([`The TaxType code '${wrong}' cannot be used with account code '200'.`]);
  });

  it('reverseChargeShowsRate: the rate reads 20, and no VAT is put on the invoice all the same', () => {
    const bench = connectedWith({ reverseChargeShowsRate: true });
    expect(ratesOf(bench).get('DRCHARGE20')).toMatchObject({ EffectiveRate: 20, DisplayTaxRate: 20 });
    expect(ratesOf(bench).get('DRCHARGE5')).toMatchObject({ EffectiveRate: 5 });
    expect(bench.invoice({ LineItems: [{ ...LINE, TaxType: 'DRCHARGE20' }] })).toMatchObject({ TotalTax: 0, Total: 200 });
  });

  it('shuffleLines: lines come back in another order, with what belongs to each', () => {
    const words = ['one', 'two', 'three'];
    const LineItems = words.map((Description, i) => ({ ...LINE, Description, UnitAmount: i + 1 }));
    const shown = (items: readonly LineItem[]): string[] => items.map(({ Description }) => Description);
    expect(shown(connectedWith({}).invoice({ LineItems }).LineItems)).toEqual(words);
    const bench = connectedWith({ shuffleLines: true });
    for (const count of [2, 3]) {
      const { InvoiceID, LineItems: back } = bench.invoice({ LineItems: LineItems.slice(0, count) });
      expect(shown(back)).not.toEqual(words.slice(0, count));
      for (const { Description, UnitAmount } of back) expect(UnitAmount).toBe(words.indexOf(Description) + 1);
      expect(shown(bench.invoiceNow(InvoiceID).LineItems)).toEqual(shown(back));
    }
  });

  it('reconcilingBumpsTime: reconciling moves UpdatedDateUTC, or not', () => {
    const since = (settings: object): number => {
      const bench = connectedWith(settings);
      const [{ PaymentID }] = bench.payment(bench.invoice().InvoiceID, 10).json.Payments;
      bench.now += 60_000;
      const after = new Date(bench.now).toISOString();
      bench.pull('POST', `as-user/payments/${PaymentID}/reconcile`);
      expect(bench.get(`Payments/${PaymentID}`).json.Payments[0].IsReconciled).toBe(true);
      return bench.get('Payments', { page: '1' }, { 'if-modified-since': after }).json.Payments.length;
    };
    expect([since({ reconcilingBumpsTime: true }), since({ reconcilingBumpsTime: false })]).toEqual([1, 0]);
  });

  it('paidLineAmounts: another amount for a line of a paid invoice is refused, or taken and silently kept as it was', () => {
    for (const [paidLineAmounts, status] of [
      ['refused', 400],
      ['kept', 200],
    ] as const) {
      const bench = connectedWith({ paidLineAmounts });
      const { InvoiceID, LineItems } = bench.invoice();
      bench.payment(InvoiceID, 102);
      const sent = [{ LineItemID: LineItems[0].LineItemID, UnitAmount: 80, Description: 'New words' }];
      expect(bench.api('POST', `Invoices/${InvoiceID}`, { LineItems: sent }).status).toBe(status);
      expect(bench.invoiceNow(InvoiceID)).toMatchObject({ Status: 'PAID', Total: 102, AmountDue: 0 });
      const [line] = bench.invoiceNow(InvoiceID).LineItems;
      expect([line.UnitAmount, line.Description]).toEqual([85, status === 200 ? 'New words' : 'Annual boiler service']);
    }
  });
});
