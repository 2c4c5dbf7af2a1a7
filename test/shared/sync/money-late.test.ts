import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice } from '../../support/money-records.ts';
import { createMoneyWorld } from '../../support/money-world.ts';

const LATE_MS = 20_000;
const QUARTER_HOUR_MS = 15 * 60_000;

describe('E5: news of GES that comes late, of what Xero does not have yet', () => {
  it.each(['void', 'draft'])('an invoice that is %s by then is not sent', async (status) => {
    const world = await createMoneyWorld();
    const { id } = world.ges.invoice({ customerId: world.ges.customer().id, number: 'GES-1042', lines: [SERVICE] });
    const { events: late } = world.intercept();
    world.ges.changeInvoice(id, { status });
    await world.drain();
    world.clock.advance(LATE_MS);
    await world.deliver(late);
    await world.settle();
    expect(world.xero.numbered('GES-1042')).toEqual([]);
  });

  it('A3: an invoice takes its customer along', async () => {
    const world = await createMoneyWorld();
    world.ges.invoice({ customerId: world.ges.customer().id, number: 'GES-1042', lines: [SERVICE] });
    const { events } = world.intercept();
    world.clock.advance(LATE_MS);
    await world.deliver(events.filter(({ detailType }) => detailType === 'InvoiceChanged'));
    await world.settle();
    expect(world.xero.numbered('GES-1042')).toHaveLength(1);
  });

  it('a payment changed by then goes with the amount that GES shows', async () => {
    const world = await createMoneyWorld();
    const { id } = world.ges.invoice({ customerId: world.ges.customer().id, number: 'GES-1042', lines: [SERVICE] });
    const { id: paymentId } = world.ges.pay(id, '50.00');
    const { events: late } = world.intercept();
    world.ges.changePayment(paymentId, { amount: '20.00' });
    const { events } = world.intercept();
    await world.deliver(events.filter(({ detailType }) => detailType === 'PaymentChanged'));
    await world.drainOnly();
    world.clock.advance(LATE_MS);
    await world.deliver(late);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.payments()).toMatchObject([{ amount: 2_000 }]);
  });
});

describe('D3: a payment that we made in GES of what Xero has, the answer lost', () => {
  it('is not linked twice: another of the same amount was entered, and the first one touched, before we came back', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    const [first] = world.xero.payments(xeroId);
    world.ges.trouble(/^POST .*payments/, 'lost');
    await world.deliver([], world.intercept().webhooks);
    await world.drainOnly();
    const { events: late } = world.intercept();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    world.clock.advance(1_000);
    world.xero.as(`payments/${first?.paymentId ?? ''}/reconcile`);
    await world.settle();
    await world.deliver(late);
    await world.settle();
    const made = world.ges.payments(id);
    const links = await Promise.all(made.map((payment) => world.link('payment', payment.id)));
    expect(made).toHaveLength(2);
    expect(new Set(links.map((link) => link?.xeroId))).toEqual(new Set(world.xero.payments(xeroId).map(({ paymentId }) => paymentId)));
    expect(await world.disagreements()).toEqual([]);
  });

  it('is not linked twice: its date was changed here, and it became the twin of another, before we came back', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    world.ges.trouble(/^POST .*payments/, 'lost');
    await world.deliver([], world.intercept().webhooks);
    await world.drainOnly();
    world.ges.changePayment(world.ges.payments(id)[0]?.id ?? '', { date: '2026-11-10' });
    const { events: late } = world.intercept();
    world.clock.advance(1_000);
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, date: '2026-11-10' });
    await world.settle();
    await world.deliver(late);
    await world.settle();
    const links = await Promise.all(world.ges.payments(id).map((payment) => world.link('payment', payment.id)));
    expect(links.map((link) => link?.xeroId).sort()).toEqual(
      world.xero
        .payments(xeroId)
        .map(({ paymentId }) => paymentId)
        .sort(),
    );
    expect(await world.disagreements()).toEqual([]);
  });

  it('is not sent back as a new one (A3)', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const { id: paymentId } = world.ges.pay(id, '12.00');
    await world.settle();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, isReconciled: true });
    world.ges.deletePayment(paymentId);
    world.ges.trouble(/^POST .*payments/, 'lost');
    await world.settle();
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each(['process', 'answer'])('is deleted again when it was deleted in Xero before we came back: the %s was lost', async (lost) => {
    const { world, id, xeroId } = await worldWithInvoice();
    const calls = await callsOfPayment();
    world.ports.forget();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    if (lost === 'answer') world.ges.trouble(/^POST .*payments/, 'lost');
    else world.ports.plan({ kind: 'killed', atCall: 1 + calls.indexOf('ges.createPayment'), when: 'after' });
    const { webhooks } = world.intercept();
    await world.deliver([], webhooks);
    await world.drainOnly();
    expect(world.ges.payments(id)).toHaveLength(1);
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.settle();
    await world.wait(QUARTER_HOUR_MS);
    await world.settle();
    expect(world.ges.payments(id)).toEqual([]);
    expect(world.xero.payments(xeroId)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('is linked when it is still there', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    world.ges.trouble(/^POST .*payments/, 'lost');
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });
});

/** Calls of the drain that takes a payment from Xero, in peace. */
async function callsOfPayment(): Promise<readonly string[]> {
  const { world, xeroId } = await worldWithInvoice();
  world.ports.forget();
  world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
  await world.drain();
  return world.ports.calls;
}
