import { describe, expect, it } from '@jest/globals';
import { PART, SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';
import type { MoneyWorld } from '../../support/money-world.ts';
import { VAT_TENANT } from '../../support/money-xero.ts';

const notes = ({ xero }: MoneyWorld) =>
  xero.sandbox.state.creditNotes.by('tenant', VAT_TENANT).filter(({ number }) => number?.startsWith('GES-') === true);
const DISCOUNT = { kind: 'discount', vat: '2.00', date: '2026-11-21' };

/** What is due on both sides, pounds. */
function due(world: MoneyWorld, id: string): readonly [string, string] {
  const { total, amountPaid, amountCredited } = world.xero.invoice('GES-1042');
  return [world.ges.readInvoice(id).balance.due, ((total - amountPaid - amountCredited) / 100).toFixed(2)];
}

describe('D8: a discount of the payment dialog', () => {
  it('becomes a credit note of the invoice at its rates, set against it, never a payment; GES counts it once', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const discount = world.ges.pay(id, '12.00', DISCOUNT);
    await world.settle();
    expect(world.xero.payments()).toEqual([]);
    const [note, ...more] = notes(world);
    expect(more).toEqual([]);
    expect(note).toMatchObject({ total: 1_200, totalTax: 200, status: 'PAID', reference: 'Discount on GES-1042' });
    expect(note?.allocations).toMatchObject([{ invoiceId: xeroId, amount: 1_200 }]);
    expect(due(world, id)).toEqual(['108.00', '108.00']);
    expect(world.ges.readInvoice(id).balance).toMatchObject({ paid: '12.00', credited: '0.00' });
    expect(await world.link('payment', discount.id)).toMatchObject({ status: 'synced', xeroId: note?.creditNoteId });
    expect(world.outcomes.filter(({ kind }) => kind === 'RecordNeedsAttention')).toEqual([]);
    world.xero.forgetCalls();
    await world.settle();
    await world.bulk();
    await world.settle();
    expect(writesOf(world)).toEqual([]);
  });

  it('together with the payment of the rest the invoice is paid on both sides', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '12.00', DISCOUNT);
    world.ges.pay(id, '108.00');
    await world.settle();
    expect(due(world, id)).toEqual(['0.00', '0.00']);
    expect(world.xero.invoice('GES-1042').status).toBe('PAID');
    expect(world.ges.readInvoice(id).paymentStatus).toBe('paid');
  });

  it('of several rates it is divided by what each came to, to the penny', async () => {
    const lines = [SERVICE, { ...PART, vat: 'reduced' }];
    const { world, id } = await worldWithInvoice({ lines });
    world.ges.pay(id, '10.00', { ...DISCOUNT, vat: '1.17' });
    await world.settle();
    expect(notes(world)).toMatchObject([{ total: 1_000, lines: [{ taxType: 'OUTPUT2' }, { taxType: 'RROUTPUT' }] }]);
    expect(due(world, id)).toEqual(['194.00', '194.00']);
  });

  it.each([
    ['another VAT than Xero would come to', { lines: [SERVICE] }, '12.00', { vat: '0.00' }],
    ['more than is due', { lines: [SERVICE] }, '121.00', { vat: '20.17' }],
  ])('%s: a person is asked, nothing is sent', async (_, fields, amount, varied) => {
    const { world, id } = await worldWithInvoice(fields);
    const discount = world.ges.pay(id, amount, { ...DISCOUNT, ...varied });
    await world.settle();
    expect([await world.problem('payment', discount.id), writesOf(world)]).toEqual(['discount-not-sent', []]);
  });

  it('entered in Xero by hand: that credit stands for it, and is not shown a second time', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const discount = world.ges.pay(id, '12.00', { ...DISCOUNT, vat: '0.00' });
    await world.settle();
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 12 });
    await world.settle();
    expect(await world.problem('payment', discount.id)).toBeUndefined();
    expect(due(world, id)).toEqual(['108.00', '108.00']);
  });

  it.each(['lost-after', '500'] as const)('F3: %s of any of its calls doubles nothing', async (kind) => {
    for (const atCall of [1, 2, 3, 4]) {
      const { world, id } = await worldWithInvoice();
      world.xero.fault({ kind, path: '/api.xro', ...(kind === '500' ? { commit: true } : {}) }, atCall);
      world.ges.pay(id, '12.00', DISCOUNT);
      await world.settle();
      expect([atCall, notes(world).length, ...due(world, id)]).toEqual([atCall, 1, '108.00', '108.00']);
    }
  });

  it('F2: 60 of them, one that fails for good: the other 59 go, two batches of credit notes', async () => {
    const { world, customerId } = await worldWithInvoice();
    const numbers = Array.from({ length: 60 }, (_, index) => `GES-${String(5000 + index)}`);
    const ids = numbers.map((number) => world.ges.invoice({ customerId, number, issueDate: '2026-11-20', lines: [SERVICE] }).id);
    await world.settle();
    world.xero.forgetCalls();
    for (const [place, id] of ids.entries()) world.ges.pay(id, '12.00', place === 7 ? { ...DISCOUNT, vat: '9.00' } : DISCOUNT);
    await world.settle();
    expect(notes(world).filter(({ status }) => status === 'PAID')).toHaveLength(59);
    expect(writesOf(world).filter((call) => call.endsWith('/CreditNotes'))).toHaveLength(2);
    expect(writesOf(world)).toHaveLength(61);
  });
});
