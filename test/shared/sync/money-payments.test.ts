import { describe, expect, it } from '@jest/globals';
import type { Payment } from '../../../local/ges-simulator/core/records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';
import { SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** GES has the payment again, as a new one, and says why: whoever has paid must not be chased. */
async function expectPutBack(world: MoneyWorld, invoiceId: string, deleted: Payment): Promise<void> {
  const { amount, date, method } = deleted;
  expect(world.ges.payments(invoiceId)).toMatchObject([{ amount, date, method }]);
  const [back] = world.ges.payments(invoiceId);
  expect(back?.id).not.toBe(deleted.id);
  const link = await world.link('payment', back?.id ?? '');
  expect(link).toMatchObject({ status: 'attention', problem: { code: 'payment-reconciled' }, xeroId: world.xero.payments()[0]?.paymentId });
  expect(link?.problem?.message).toContain('was put back');
  expect(world.outcomes).toContainEqual(
    expect.objectContaining({ kind: 'RecordNeedsAttention', entity: { type: 'payment', id: back?.id } }),
  );
  expect(await world.disagreements()).toEqual([]);
}

describe('a payment entered in GES', () => {
  it('D1: becomes one Xero payment on the chosen account, with our id in the reference; the invoice is paid on both sides', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00', { date: '2026-11-21', reference: 'SumUp 8841' });
    await world.drain();
    expect(world.xero.payments(xeroId)).toMatchObject([
      { amount: 12_000, reference: `SumUp 8841 · ${payment.id}`, date: Date.UTC(2026, 10, 21) },
    ]);
    expect(world.xero.invoice('GES-1042').status).toBe('PAID');
    expect(await world.disagreements()).toEqual([]);
  });

  it('E3: the webhook of the invoice that our payment changed costs no read and no write', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '50.00');
    const { events } = world.intercept();
    await world.deliver(events);
    await world.drainOnly();
    const calls = [...world.xero.calls];
    const { webhooks } = world.intercept();
    expect(webhooks.length).toBeGreaterThan(0);
    world.xero.forgetCalls();
    world.clock.advance(60_000);
    await world.deliver([], webhooks);
    await world.drainOnly();
    expect(world.xero.calls).toEqual([]);
    expect(calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  it('D1: part payments go one by one; together they pay the invoice', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '20.00');
    world.ges.pay(id, '30.00');
    await world.drain();
    expect(await world.disagreements()).toEqual([]);
    world.ges.pay(id, '70.00');
    await world.drain();
    expect(world.xero.invoice('GES-1042').status).toBe('PAID');
    expect(await world.disagreements()).toEqual([]);
  });

  it('D7: more than is owed: what is due is posted, the rest needs a person', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '140.00');
    await world.drain();
    expect(world.xero.payments()).toMatchObject([{ amount: 12_000 }]);
    expect(await world.problem('payment', payment.id)).toBe('more-than-owed');
    const link = await world.link('payment', payment.id);
    expect(link?.problem?.message).toContain('£20.00 more than owed');
    expect(world.outcomes).toContainEqual(
      expect.objectContaining({ kind: 'RecordNeedsAttention', entity: { type: 'payment', id: payment.id } }),
    );
  });

  it('D7: two payments that together are too much: the first goes, and of the second what is due; the rest needs a person', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '100.00');
    const second = world.ges.pay(id, '100.00');
    await world.drain();
    expect(world.xero.payments()).toMatchObject([{ amount: 10_000 }, { amount: 2_000 }]);
    expect(await world.problem('payment', second.id)).toBe('more-than-owed');
    expect((await world.link('payment', second.id))?.problem?.message).toContain('£80.00 more than owed');
  });

  it('D2: without a chosen account: attention, nothing posted', async () => {
    const { world, id } = await worldWithInvoice({}, { settings: { paymentAccountId: null } });
    const payment = world.ges.pay(id, '10.00');
    await world.drain();
    expect(writesOf(world)).toEqual([]);
    expect(await world.problem('payment', payment.id)).toBe('no-payment-account');
  });

  it('A3: a payment on an invoice that was never sent is not followed; when the invoice goes, it goes along, whatever its date', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    const invoice = world.ges.invoice({ customerId, number: 'OLD-1', issueDate: '2025-03-01', lines: [SERVICE] });
    world.intercept();
    world.ges.pay(invoice.id, '20.00', { date: '2025-03-05' });
    await world.settle();
    expect(world.xero.invoices()).toEqual([]);
    world.ges.changeInvoice(invoice.id, { reference: 'again' });
    await world.settle();
    expect(world.xero.payments()).toMatchObject([{ amount: 2_000, date: Date.UTC(2025, 2, 5) }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('A3: a payment whose event overtakes the event of its new invoice is not lost', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    const invoice = world.ges.invoice({ customerId, number: 'GES-1042', lines: [SERVICE] });
    const [ofCustomer, ofInvoice] = world.intercept().events;
    if (ofCustomer === undefined || ofInvoice === undefined) throw new Error('two events');
    world.ges.pay(invoice.id, '20.00');
    await world.settle();
    await world.deliver([ofCustomer, ofInvoice]);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.payments()).toHaveLength(1);
  });

  it('C9: a payment dated in a locked period: attention, nothing posted', async () => {
    const { world, id } = await worldWithInvoice();
    world.xero.as('lock-dates', { periodLockDate: '2026-11-21' });
    world.clock.advance(10 * MINUTE_MS);
    const locked = world.ges.pay(id, '10.00', { date: '2026-11-21' });
    const open = world.ges.pay(id, '10.00', { date: '2026-11-22' });
    await world.drain();
    expect(await world.problem('payment', locked.id)).toBe('period-locked');
    expect(await world.problem('payment', open.id)).toBeUndefined();
    expect(world.xero.payments()).toHaveLength(1);
  });
});

describe('a payment deleted in GES', () => {
  it('D5: is deleted in Xero, and the invoice is owed again', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.ges.deletePayment(payment.id);
    await world.drain();
    expect(world.xero.payments()).toEqual([]);
    expect(world.xero.invoice('GES-1042').status).toBe('AUTHORISED');
    expect(await world.disagreements()).toEqual([]);
  });

  it('D5: when it is reconciled in Xero it is put back in GES at once, and the user is told', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/reconcile`);
    world.ges.deletePayment(payment.id);
    await world.drain();
    expect(world.xero.payments()).toHaveLength(1);
    await expectPutBack(world, id, payment);
  });

  it('D6: entered again with another amount in the same moment: the old one is deleted first, then the new one fits', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.ges.deletePayment(payment.id);
    world.ges.pay(id, '110.00');
    await world.drain();
    expect(world.xero.payments()).toMatchObject([{ amount: 11_000 }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D6: a changed amount is deleted in Xero and created again', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    const [before] = world.xero.payments();
    world.ges.changePayment(payment.id, { amount: '100.00' });
    await world.drain();
    expect(await world.problem('payment', payment.id)).toBeUndefined();
    expect(world.xero.payments()).toMatchObject([{ amount: 10_000, accountId: before?.accountId, reference: payment.id }]);
    expect(world.ges.payments(id)).toMatchObject([{ id: payment.id, amount: '100.00' }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D6: a changed amount that is more than is owed needs a person; nothing is deleted in Xero', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.ges.changePayment(payment.id, { amount: '130.00' });
    await world.drain();
    expect(world.xero.payments()).toMatchObject([{ amount: 12_000 }]);
    expect(writesOf(world).filter((call) => !call.startsWith('PUT'))).toEqual([]);
    expect(await world.problem('payment', payment.id)).toBe('more-than-owed');
  });

  it('deleted before it was ever sent: nothing is posted', async () => {
    const { world, id } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    world.ges.deletePayment(payment.id);
    const { events } = world.intercept();
    await world.deliver(events.toReversed());
    await world.settle();
    expect(writesOf(world)).toEqual([]);
  });
});

describe('a payment entered in Xero', () => {
  it('D3: appears in GES with date and amount, method other; the invoice is part-paid, then paid', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-21' });
    await world.settle();
    expect(world.ges.payments(id)).toMatchObject([{ amount: '50.00', date: '2026-11-21', method: 'other' }]);
    expect(world.ges.readInvoice(id).paymentStatus).toBe('part-paid');
    world.xero.as(`invoices/${xeroId}/pay`);
    await world.settle();
    expect(world.ges.readInvoice(id).paymentStatus).toBe('paid');
    expect(await world.disagreements()).toEqual([]);
    expect(writesOf(world)).toEqual([]);
  });

  it('D4: entered on both sides before either was told: one payment', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { date: '2026-11-21' });
    world.ges.pay(id, '120.00', { date: '2026-11-22' });
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(world.xero.payments()).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D4: a part payment entered on both sides is one, also when GES tells first and the webhook is late', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-21' });
    const { webhooks } = world.intercept();
    world.ges.pay(id, '50.00', { date: '2026-11-22' });
    await world.drain();
    await world.deliver([], webhooks);
    await world.settle();
    expect(world.xero.payments()).toHaveLength(1);
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D4: two payments of the same amount in Xero and one in GES: one is the twin, the other is new', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-21' });
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-22' });
    world.ges.pay(id, '50.00', { date: '2026-11-22' });
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(2);
    expect(world.xero.payments()).toHaveLength(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D4: dates more than 3 days apart and room for both: two payments', async () => {
    const { world, id, xeroId } = await worldWithInvoice({}, { settings: { paymentAccountId: null } });
    world.ges.pay(id, '50.00', { date: '2026-11-01' });
    await world.drain();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-21' });
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(2);
  });

  it('D3: when it would overpay in GES it is still followed and holds up nobody (F2)', async () => {
    const { world, id, xeroId } = await worldWithInvoice({}, { settings: { paymentAccountId: null } });
    world.ges.pay(id, '120.00', { date: '2026-09-01' });
    await world.drain();
    world.xero.as(`invoices/${xeroId}/pay`, { date: '2026-11-21' });
    world.ges.customer({ name: 'Somebody Else' });
    await world.settle();
    expect((await world.disagreements()).filter((wrong) => !wrong.startsWith('GES-1042'))).toEqual([]);
  });
});

describe('a payment deleted in Xero', () => {
  it('D5: born in GES, it is deleted there 24 hours later, not before, and shown as removed meanwhile', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.settle();
    expect(await world.link('payment', payment.id)).toMatchObject({ status: 'pending', problem: { code: 'removed-in-xero' } });
    world.clock.advance(DAY_MS - 10 * MINUTE_MS);
    await world.wait(MINUTE_MS);
    expect(world.ges.payments(id)).toHaveLength(1);
    await world.wait(10 * MINUTE_MS);
    expect(world.ges.payments(id)).toEqual([]);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it('D5: born in Xero, it is deleted in GES 15 minutes later, not before', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 120 });
    await world.settle();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.wait(14 * MINUTE_MS);
    expect(world.ges.payments(id)).toHaveLength(1);
    await world.wait(2 * MINUTE_MS);
    expect(world.ges.payments(id)).toEqual([]);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it.each([
    ['seen one after the other', true],
    ['seen together', false],
  ])('D5: deleted and matched anew within the wait: the link is taken over (%s)', async (_, seenBetween) => {
    const { world, id, xeroId } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00', { date: '2026-11-21' });
    await world.settle();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    if (seenBetween) await world.wait(5 * MINUTE_MS);
    world.clock.advance(2_000);
    world.xero.as(`invoices/${xeroId}/pay`, { date: '2026-11-21', isReconciled: true });
    await world.wait(20 * MINUTE_MS);
    expect(world.ges.payments(id)).toMatchObject([{ id: payment.id }]);
    expect(world.xero.payments()).toHaveLength(1);
    expect((await world.link('payment', payment.id))?.xeroId).toBe(world.xero.payments()[0]?.paymentId);
    world.ges.deletePayment(payment.id);
    await world.settle();
    await expectPutBack(world, id, payment);
  });

  it('D5: swapped for one of the same amount just before our own payment: the swap is found though the sum looks right', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const first = world.ges.pay(id, '12.00', { date: '2026-11-21' });
    await world.settle();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, date: '2026-11-10' });
    world.xero.as(`payments/${world.xero.payments(xeroId).find(({ reference }) => reference !== undefined)?.paymentId ?? ''}/delete`);
    const late = world.intercept();
    world.clock.advance(1_000);
    world.ges.deletePayment(first.id);
    world.ges.pay(id, '5.00');
    await world.settle();
    await world.deliver([], late.webhooks);
    await world.settle();
    expect(
      world.ges
        .payments(id)
        .map(({ amount }) => amount)
        .sort(),
    ).toEqual(['12.00', '5.00']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('D5, C4: payment deleted and invoice voided in Xero: both follow in GES once the wait is over', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.pay(id, '120.00');
    await world.drain();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.wait(MINUTE_MS);
    world.xero.as(`invoices/${xeroId}/void`);
    await world.settle();
    world.clock.advance(DAY_MS);
    await world.settle();
    expect(world.ges.payments(id)).toEqual([]);
    expect(world.ges.readInvoice(id).status).toBe('void');
  });

  it('D5: deleted on both sides at once: nothing is left to do', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const payment = world.ges.pay(id, '120.00');
    await world.drain();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    world.ges.deletePayment(payment.id);
    world.xero.forgetCalls();
    await world.settle();
    expect(writesOf(world)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });
});
