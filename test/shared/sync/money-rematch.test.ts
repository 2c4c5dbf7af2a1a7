import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice, type SentInvoice } from '../../support/money-records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface PaidInvoice extends SentInvoice {
  readonly paymentId: string;
}

async function worldWithPayment(): Promise<PaidInvoice> {
  const sent = await worldWithInvoice();
  const { id: paymentId } = sent.world.ges.pay(sent.id, '12.00', { date: '2026-11-21' });
  await sent.world.settle();
  return { ...sent, paymentId };
}

/** A bookkeeper deletes the payment and enters it anew; the webhooks of that stay on their way. */
function matchAnew({ world, xeroId }: PaidInvoice): { readonly webhooks: readonly string[] } {
  world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
  world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, date: '2026-11-21', isReconciled: true });
  const late = world.intercept();
  world.clock.advance(2_000);
  return late;
}

async function linkedInXero(world: MoneyWorld, paymentId: string): Promise<boolean> {
  const { xeroId } = (await world.link('payment', paymentId)) ?? {};
  return world.xero.payments().some((payment) => payment.paymentId === xeroId);
}

describe('D5: a payment deleted in Xero and matched anew there, before Xero tells us', () => {
  it('our own edit of the invoice does not hide it: the link is taken over', async () => {
    const paid = await worldWithPayment();
    const { world, id, paymentId } = paid;
    const { webhooks } = matchAnew(paid);
    world.ges.changeInvoice(id, { reference: 'Gate code 4' });
    await world.settle();
    await world.deliver([], webhooks);
    await world.settle();
    expect(await linkedInXero(world, paymentId)).toBe(true);
    expect(world.ges.payments(id)).toMatchObject([{ id: paymentId }]);
  });

  it('news of the payment from GES does not delete it there: the link is taken over', async () => {
    const paid = await worldWithPayment();
    const { world, id, paymentId } = paid;
    matchAnew(paid);
    world.ges.changePayment(paymentId, { reference: 'SumUp 8841' });
    // Only the payment tells; the invoice that changes with it stays silent.
    const { events } = world.intercept();
    await world.deliver(events.filter(({ detailType }) => detailType === 'PaymentChanged'));
    await world.settle();
    expect(world.ges.payments(id)).toMatchObject([{ id: paymentId }]);
    expect(await linkedInXero(world, paymentId)).toBe(true);
    expect(await world.disagreements()).toEqual([]);
  });

  it('news of the payment from GES does not cut the wait short', async () => {
    const paid = await worldWithPayment();
    const { world, id, xeroId, paymentId } = paid;
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    world.ges.changePayment(paymentId, { reference: 'SumUp 8841' });
    await world.settle();
    world.clock.advance(DAY_MS - 60 * MINUTE_MS);
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, date: '2026-11-21' });
    await world.settle();
    expect(world.ges.payments(id)).toMatchObject([{ id: paymentId }]);
    expect(await linkedInXero(world, paymentId)).toBe(true);
  });
});

describe('D5: a payment deleted in Xero and not entered anew', () => {
  it('is deleted in GES once the wait is over, without a second wait, and is read once', async () => {
    const { world, id, xeroId } = await worldWithPayment();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.drain();
    world.xero.forgetCalls();
    world.clock.advance(DAY_MS);
    await world.settle();
    expect(world.ges.payments(id)).toEqual([]);
    expect(await world.stores.inbox.nextLaterAt({ accountId: 'acct_money', generation: 1 })).toBeUndefined();
    expect(world.xero.calls.filter((call) => call.includes('/Payments')).length).toBeLessThanOrEqual(1);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('F2: a payment was just linked when the process died, and deleted in GES before it came back', () => {
  it.each([
    ['nothing else like it', false],
    ['another payment of the same amount', true],
  ])('holds up nobody and is deleted in Xero, too (D5): %s', async (_, hasNamesake) => {
    const commits = callsOf(await playLinked(hasNamesake, undefined), 'records.commit');
    expect(commits).not.toEqual([]);
    for (const atCall of commits) {
      const world = await playLinked(hasNamesake, atCall);
      expect(await world.disagreements()).toEqual([]);
      expect(world.xero.payments()).toHaveLength(hasNamesake ? 1 : 0);
    }
  });
});

describe('D6: a payment was just made in GES of what Xero has when the process died, and changed in GES before it came back', () => {
  it('is one payment, with what GES says now', async () => {
    const inPeace = await worldWithInvoice();
    inPeace.world.ports.forget();
    inPeace.world.xero.as(`invoices/${inPeace.xeroId}/pay`, { amount: 90 });
    await inPeace.world.drain();
    const made = callsOf(inPeace.world, 'ges.createPayment');
    const stored = callsOf(inPeace.world, 'records.commit').filter((atCall) => atCall > (made[0] ?? 0));
    expect([made.length, stored.length]).toEqual([1, 1]);
    for (const atCall of [...made, ...stored]) {
      const { world, id, xeroId } = await worldWithInvoice();
      world.ports.forget();
      world.xero.as(`invoices/${xeroId}/pay`, { amount: 90 });
      world.ports.plan({ kind: 'killed', atCall, when: 'after' });
      await world.deliver([], world.intercept().webhooks);
      await world.drainOnly();
      const [payment] = world.ges.payments(id);
      world.ges.changePayment(payment?.id ?? '', { amount: '12.00' });
      await world.settle();
      expect(world.ges.payments(id)).toMatchObject([{ id: payment?.id, amount: '12.00' }]);
      expect(world.xero.payments(xeroId)).toMatchObject([{ amount: 1_200 }]);
      expect(await world.disagreements()).toEqual([]);
    }
  });
});

describe('D5, D6: a payment has just taken over a link when the process died, and was changed in GES before it came back', () => {
  it('keeps it: reconciled in Xero, its amount is put back in GES, and the user is told (F2)', async () => {
    const paid = await worldWithPayment();
    const { world, id, xeroId, paymentId } = paid;
    const { webhooks } = matchAnew(paid);
    await world.deliver([], webhooks);
    world.ports.forget();
    world.ports.plan({ kind: 'killed', atCall: 1 + (await callsOfTakeover()).indexOf('records.commit'), when: 'after' });
    await world.drainOnly();
    world.ges.changePayment(paymentId, { amount: '5.00' });
    await world.settle();
    expect(await world.problem('payment', paymentId)).toBe('payment-reconciled');
    expect(await linkedInXero(world, paymentId)).toBe(true);
    expect(world.ges.payments(id)).toMatchObject([{ id: paymentId, amount: '12.00' }]);
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });
});

/** Calls of the drain in which another payment takes over, in peace. */
async function callsOfTakeover(): Promise<readonly string[]> {
  const paid = await worldWithPayment();
  const { webhooks } = matchAnew(paid);
  await paid.world.deliver([], webhooks);
  paid.world.ports.forget();
  await paid.world.drainOnly();
  return paid.world.ports.calls;
}

/** The places of a call among those made, counting from 1. */
function callsOf({ ports }: MoneyWorld, name: string): readonly number[] {
  return ports.calls.flatMap((call, index) => (call === name ? [index + 1] : []));
}

/** Entered on both sides; the process is killed at a call, and the GES user deletes the payment before the next one starts. */
async function playLinked(hasNamesake: boolean, atCall: number | undefined): Promise<MoneyWorld> {
  const world = await createMoneyWorld();
  const { id: customerId } = world.ges.customer();
  const { id } = world.ges.invoice({ customerId, number: 'GES-1042', issueDate: '2026-11-20', lines: [SERVICE] });
  await world.settle();
  world.ports.forget();
  const { id: paymentId } = world.ges.pay(id, '20.00', { date: '2026-11-22' });
  world.xero.as(`invoices/${world.xero.invoice('GES-1042').invoiceId}/pay`, { amount: 20, date: '2026-11-22' });
  if (atCall !== undefined) world.ports.plan({ kind: 'killed', atCall, when: 'after' });
  await world.drain();
  world.ges.deletePayment(paymentId);
  if (hasNamesake) world.ges.pay(id, '20.00', { date: '2026-11-22' });
  await world.settle();
  return world;
}

describe('D5: a payment deleted in Xero before its invoice learned that it was ours', () => {
  it.each(['hiccup', 'killed'] as const)('is deleted in GES, too: %s after it was posted', async (kind) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.pay(id, '12.00');
    await world.deliver(world.intercept().events);
    world.ports.forget();
    world.ports.plan({ atCall: 1 + (await callsOfPayment()).indexOf('books.createPayments'), kind, when: 'after' });
    await world.drainOnly();
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.settle();
    world.clock.advance(DAY_MS);
    await world.settle();
    expect(world.xero.payments(xeroId)).toEqual([]);
    expect(world.ges.payments(id)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  async function callsOfPayment(): Promise<readonly string[]> {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '12.00');
    await world.deliver(world.intercept().events);
    world.ports.forget();
    await world.drainOnly();
    expect(world.ports.calls).toContain('books.createPayments');
    return world.ports.calls;
  }
});

describe('D4: a payment replaced in Xero by one of the same amount, and in GES, too, before Xero tells us', () => {
  it('is one payment on both sides', async () => {
    const paid = await worldWithPayment();
    const { world, id, xeroId, paymentId } = paid;
    const { webhooks } = matchAnew(paid);
    world.ges.deletePayment(paymentId);
    world.ges.pay(id, '12.00', { date: '2026-11-21' });
    await world.drain();
    await world.deliver([], webhooks);
    await world.settle();
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });
});
