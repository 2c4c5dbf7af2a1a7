import { describe, expect, it } from '@jest/globals';
import { worldWithInvoice, writesOf } from '../../support/money-records.ts';

describe('C12: credited in Xero', () => {
  it('a credit note set against an invoice: GES shows it as credited, with what is due and the payment status, at no write to Xero', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 30 });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { credited: '30.00', due: '90.00' }, paymentStatus: 'part-paid' });
    expect(writesOf(world)).toEqual([]);
    expect((await world.timeline('invoice', id)).map(({ code }) => code)).toContain('credited-in-xero');
    world.ges.forgetCalls();
    world.xero.forgetCalls();
    await world.settle();
    expect([world.ges.writes, world.xero.calls]).toEqual([[], []]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('all of it: the invoice is paid on both sides; taken back: owed again', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const { CreditNoteID } = world.xero.as(`invoices/${xeroId}/credit`);
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { credited: '120.00', due: '0.00' }, paymentStatus: 'paid' });
    world.xero.as(`credit-notes/${String(CreditNoteID)}/remove-allocation`, { invoiceId: xeroId });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { credited: '0.00', due: '120.00' }, paymentStatus: 'unpaid' });
    expect(await world.disagreements()).toEqual([]);
  });

  it.each(['overpayment', 'prepayment'])('%s: set against an invoice counts as a credit, too, and is no payment', async (kind) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/other-credit`, { kind, amount: 45 });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { paid: '0.00', credited: '45.00', due: '75.00' } });
    expect(await world.disagreements()).toEqual([]);
  });

  it('D7: a payment in GES that waits for it goes on by itself: what is due then is posted, the rest needs a person', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 30 });
    const payment = world.ges.pay(id, '120.00');
    await world.settle();
    expect(world.ges.readInvoice(id).balance).toMatchObject({ paid: '120.00', credited: '30.00', due: '-30.00' });
    expect(world.xero.payments()).toMatchObject([{ amount: 9_000 }]);
    expect(await world.problem('payment', payment.id)).toBe('more-than-owed');
  });

  it('an edit in GES that nobody has told of yet is not lost by it: both arrive', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 30 });
    const { webhooks } = world.intercept();
    world.ges.changeInvoice(id, { reference: 'Changed meanwhile' });
    const { events } = world.intercept();
    await world.deliver([], webhooks);
    await world.drainOnly();
    await world.deliver(events);
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ reference: 'Changed meanwhile', balance: { credited: '30.00' } });
    expect(world.xero.invoice('GES-1042').reference).toBe('Changed meanwhile');
    expect(await world.disagreements()).toEqual([]);
  });

  it('GES that does not answer is told again; where it says no, a person is asked, and a bulk run tries again', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 30 });
    world.ges.trouble(/^PATCH .*invoices/, 'lost');
    await world.settle();
    expect(world.ges.readInvoice(id).balance.credited).toBe('30.00');
    expect(await world.disagreements()).toEqual([]);
    world.xero.as(`invoices/${xeroId}/credit`, { amount: 10 });
    world.ges.trouble(/^PATCH .*invoices/, 422);
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('credit-not-shown');
    await world.bulk();
    await world.settle();
    expect(world.ges.readInvoice(id).balance.credited).toBe('40.00');
    expect(await world.problem('invoice', id)).toBeUndefined();
  });

  it('F2a: 60 credited invoices cost four reads of Xero at most, and no write', async () => {
    const { world, customerId } = await worldWithInvoice();
    const numbers = Array.from({ length: 60 }, (_, index) => `GES-${String(2000 + index)}`);
    const lines = [{ description: 'Visit', unitPrice: '50.00' }];
    for (const number of numbers) world.ges.invoice({ customerId, number, issueDate: '2026-11-20', lines });
    await world.settle();
    for (const number of numbers) world.xero.as(`invoices/${world.xero.invoice(number).invoiceId}/credit`, { amount: 6 });
    world.xero.forgetCalls();
    await world.settle();
    expect(world.ges.invoices().filter(({ balance }) => balance.credited === '6.00')).toHaveLength(60);
    expect(writesOf(world)).toEqual([]);
    expect(world.xero.calls.length).toBeLessThanOrEqual(4);
    expect(await world.disagreements()).toEqual([]);
  });
});
