import { describe, expect, it } from '@jest/globals';
import { PART, SERVICE, worldWithInvoice, writesOf, type SentInvoice } from '../../support/money-records.ts';

const FLUE = { id: 'l3', description: 'Flue', quantity: '1', unitPrice: '30.00', vat: 'standard' };

/** GES-1042 with three lines in step, and Xero's line of each by its words. */
async function threeLines(fields: Readonly<Record<string, unknown>> = {}) {
  const sent = await worldWithInvoice({ lines: [SERVICE, PART, FLUE], ...fields });
  const there = (words: string) => sent.world.xero.invoice('GES-1042').lines.find(({ description }) => description === words);
  const edit = (fieldsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void => {
    const lines = sent.world.xero
      .invoice('GES-1042')
      .lines.map(({ id, description }) => ({ LineItemID: id, ...fieldsOf[description ?? ''] }));
    sent.world.xero.as(`invoices/${sent.xeroId}`, { LineItems: lines });
  };
  return { ...sent, there, edit };
}
const shuffled = ({ world }: SentInvoice): void => {
  world.xero.sandbox.state.settings = { ...world.xero.sandbox.state.settings, shuffleLines: true };
};

describe('C2: lines merge per line and per field', () => {
  it.each([false, true])('another line on each side, answers in another order: %s', async (isShuffled) => {
    const sent = await threeLines();
    const { world, id, edit, there } = sent;
    if (isShuffled) shuffled(sent);
    const fan = there('Fan')?.id;
    edit({ Fan: { UnitAmount: 45, AccountCode: '260' } });
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, description: 'Yearly service' }, PART, { ...FLUE, quantity: '2' }] });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({
      lines: [{ description: 'Yearly service' }, { unitPrice: '45.00' }, { quantity: '2' }],
      totals: { gross: '300.00' },
    });
    expect(there('Fan')).toMatchObject({ id: fan, unitAmount: 450_000 });
    expect(there('Yearly service')).toBeDefined();
    expect(await world.disagreements()).toEqual([]);
    world.xero.forgetCalls();
    world.ges.changeInvoice(id, { reference: 'Once more' });
    await world.settle();
    expect(writesOf(world)).toHaveLength(1);
    expect(await world.problem('invoice', id)).toBeUndefined();
  });

  it('created while answers come in another order: each line is known, and its edit goes to itself', async () => {
    const sent = await threeLines();
    shuffled(sent);
    const { world, customerId } = sent;
    const second = world.ges.invoice({ customerId, number: 'GES-1043', lines: [SERVICE, PART, FLUE] });
    await world.settle();
    const before = new Map(world.xero.invoice('GES-1043').lines.map(({ id, description }) => [id, description]));
    world.ges.changeInvoice(second.id, { lines: [{ ...SERVICE, description: 'Service A' }, { ...PART, description: 'Fan B' }, FLUE] });
    await world.settle();
    const after = world.xero.invoice('GES-1043').lines.map(({ id, description }) => [before.get(id), description]);
    expect(after).toEqual(
      expect.arrayContaining([
        ['Annual boiler service', 'Service A'],
        ['Fan', 'Fan B'],
        ['Flue', 'Flue'],
      ]),
    );
    expect(await world.disagreements()).toEqual([]);
  });

  it('a tax treatment changed in Xero comes back; changed on both sides it is asked about, header fields go, and the answer ends it', async () => {
    const { world, id, edit } = await threeLines();
    edit({ Fan: { TaxType: 'RROUTPUT' } });
    await world.settle();
    expect(world.ges.readInvoice(id).lines).toMatchObject([{}, { vat: 'reduced' }, {}]);
    edit({ Fan: { TaxType: 'ZERORATEDOUTPUT' } });
    world.ges.changeInvoice(id, { reference: 'With VAT', lines: [SERVICE, { ...PART, vat: 'standard' }, FLUE] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('tax-changed-on-both-sides');
    expect(world.xero.invoice('GES-1042').reference).toBe('With VAT');
    expect(world.ges.readInvoice(id).lines).toMatchObject([{}, { vat: 'standard' }, {}]);
    world.ges.changeInvoice(id, { lines: [SERVICE, { ...PART, vat: 'zero' }, FLUE] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });

  it('a tax type that GES does not know stays in Xero, and an edit of that line in GES asks', async () => {
    const { world, id, edit } = await threeLines();
    edit({ Fan: { TaxType: 'CAPEXOUTPUT2' } });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '90.00' }, PART, FLUE] });
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.invoice('GES-1042').lines.map(({ taxType }) => taxType)).toEqual(['OUTPUT2', 'CAPEXOUTPUT2', 'OUTPUT2']);
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '90.00' }, { ...PART, quantity: '3' }, FLUE] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('tax-type-unknown');
    edit({ Fan: { TaxType: 'OUTPUT2' } });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('C2b: a discount', () => {
  it('typed as an amount in Xero is never turned into a percentage nor cleared by an edit of the line in GES', async () => {
    const { world, id, edit, there } = await threeLines();
    edit({ Fan: { DiscountAmount: 5 } });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('xero-lines-not-followed');
    expect(world.ges.readInvoice(id).lines).toMatchObject([{}, { discountPercent: '0' }, {}]);
    world.ges.changeInvoice(id, { reference: 'Still', lines: [SERVICE, { ...PART, description: 'Fan, loud' }, FLUE] });
    await world.settle();
    expect(there('Fan')).toMatchObject({ discountAmount: 500 });
    expect(await world.problem('invoice', id)).toBe('xero-lines-not-followed');
  });

  it('typed as a percentage comes back, goes, and is taken away by the side that takes it away', async () => {
    const { world, id, edit, there } = await threeLines();
    edit({ Fan: { DiscountRate: 12.5 } });
    await world.settle();
    expect(world.ges.readInvoice(id).lines).toMatchObject([{}, { discountPercent: '12.5' }, {}]);
    world.ges.changeInvoice(id, { lines: [SERVICE, { ...PART, discountPercent: '0' }, { ...FLUE, discountPercent: '10' }] });
    await world.settle();
    expect(there('Fan')?.discountRate ?? 0).toBe(0);
    expect(there('Flue')?.discountRate).toBe(100_000);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('C10: with money on it', () => {
  it.each(['refused', 'kept'] as const)(
    'header fields go whatever else changed, no line goes, and the cure is said (amounts %s)',
    async (paidLineAmounts) => {
      const { world, id, there } = await threeLines();
      world.xero.sandbox.state.settings = { ...world.xero.sandbox.state.settings, paidLineAmounts };
      world.ges.pay(id, '252.00');
      await world.settle();
      world.xero.forgetCalls();
      world.ges.changeInvoice(id, {
        reference: 'Gate code 4',
        dueDate: '2026-12-31',
        lines: [SERVICE, { ...PART, description: 'Fan, loud', quantity: '3' }, FLUE],
      });
      await world.settle();
      expect(writesOf(world)).toEqual(['POST /api.xro/2.0/Invoices']);
      expect(world.xero.invoice('GES-1042')).toMatchObject({ reference: 'Gate code 4', dueDate: Date.UTC(2026, 11, 31), total: 25_200 });
      expect(there('Fan')).toBeDefined();
      expect((await world.link('invoice', id))?.problem).toMatchObject({
        code: 'paid-invoice-edited',
        message: expect.stringContaining('the quantity of “Fan, loud”'),
        fix: expect.stringContaining('issue a credit and a new invoice'),
      });
      world.ges.changeInvoice(id, { lines: [SERVICE, { ...PART, description: 'Fan, loud' }, FLUE] });
      await world.settle();
      expect(there('Fan, loud')).toMatchObject({ quantity: 20_000 });
      expect(await world.problem('invoice', id)).toBeUndefined();
      expect(await world.disagreements()).toEqual([]);
    },
  );

  it('what was withheld goes by itself once the payment is gone', async () => {
    const { world, id } = await threeLines();
    const payment = world.ges.pay(id, '20.00');
    await world.settle();
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '90.00' }, PART, FLUE] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('paid-invoice-edited');
    world.ges.deletePayment(payment.id);
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.invoice('GES-1042').total).toBe(24_000);
    expect(await world.disagreements()).toEqual([]);
  });
});
