import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice, type SentInvoice } from '../../support/money-records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';

const MINUTE_MS = 60_000;

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

  it('news of the payment from GES does not cut the quarter of an hour short', async () => {
    const paid = await worldWithPayment();
    const { world, id, xeroId, paymentId } = paid;
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    world.ges.changePayment(paymentId, { reference: 'SumUp 8841' });
    await world.wait(14 * MINUTE_MS);
    expect(world.ges.payments(id)).toHaveLength(1);
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12, date: '2026-11-21' });
    await world.settle();
    expect(world.ges.payments(id)).toMatchObject([{ id: paymentId }]);
    expect(await linkedInXero(world, paymentId)).toBe(true);
  });
});

describe('D5: a payment deleted in Xero and not entered anew', () => {
  it('is deleted in GES once the quarter of an hour is over, without a second wait, and is read once', async () => {
    const { world, id, xeroId } = await worldWithPayment();
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.drain();
    world.xero.forgetCalls();
    world.ports.forget();
    await world.wait(16 * MINUTE_MS);
    expect(world.ges.payments(id)).toEqual([]);
    expect(world.ports.tableWrites).not.toContain('inbox.putLater');
    expect(world.xero.calls.filter((call) => call.includes('/Payments/'))).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('F2: a payment begun to be linked when the process died, and deleted in GES before it came back', () => {
  it.each([
    ['nothing else like it', false],
    ['another payment of the same amount', true],
  ])('holds up nobody and is deleted in Xero, too (D5): %s', async (_, hasNamesake) => {
    const inPeace = await playBegun(hasNamesake, undefined);
    const calls = [...inPeace.ports.calls];
    for (const atCall of calls.flatMap((call, index) => (call === 'links.putAlias' ? [index + 1] : []))) {
      const world = await playBegun(hasNamesake, atCall);
      expect(await world.disagreements()).toEqual([]);
      expect(world.xero.payments()).toHaveLength(hasNamesake ? 1 : 0);
    }
    expect(calls).toContain('links.putAlias');
  });
});

describe('D6: a payment begun to be linked when the process died, and changed in GES before it came back', () => {
  it('is linked and needs a person: the amounts differ', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 90 });
    world.ports.forget();
    world.ports.plan({ kind: 'killed', atCall: await callsUntil('links.putBase'), when: 'after' });
    await world.drain();
    const [made] = world.ges.payments(id);
    world.ges.changePayment(made?.id ?? '', { amount: '12.00' });
    await world.settle();
    expect(await world.problem('payment', made?.id ?? '')).toBe('payment-changed');
    expect(world.ges.payments(id)).toHaveLength(1);
    world.ges.changePayment(made?.id ?? '', { amount: '90.00' });
    await world.settle();
    expect(await world.problem('payment', made?.id ?? '')).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('D5, D6: a payment begun to take over a link when the process died, and changed in GES before it came back', () => {
  it('takes it over and needs a person: the amounts differ, and the account is not held up (F2)', async () => {
    const paid = await worldWithPayment();
    const { world, id, xeroId, paymentId } = paid;
    const { webhooks } = matchAnew(paid);
    await world.deliver([], webhooks);
    world.ports.forget();
    world.ports.plan({ kind: 'killed', atCall: 1 + (await callsOfTakeover()).indexOf('links.putAlias'), when: 'after' });
    await world.drainOnly();
    world.ges.changePayment(paymentId, { amount: '5.00' });
    await world.settle();
    expect(await world.problem('payment', paymentId)).toBe('payment-changed');
    expect(await linkedInXero(world, paymentId)).toBe(true);
    expect([world.ges.payments(id).length, world.xero.payments(xeroId).length]).toEqual([1, 1]);
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

/** The how-many-th call it is, when a payment of £90.00 comes from Xero in peace. */
async function callsUntil(call: string): Promise<number> {
  const { world, xeroId } = await worldWithInvoice();
  world.xero.as(`invoices/${xeroId}/pay`, { amount: 90 });
  world.ports.forget();
  await world.drain();
  expect(world.ports.calls).toContain(call);
  return world.ports.calls.indexOf(call) + 1;
}

/** Entered on both sides; the process is killed at a call, and the GES user deletes the payment before the next one starts. */
async function playBegun(hasNamesake: boolean, atCall: number | undefined): Promise<MoneyWorld> {
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
  it.each(['answer', 'process'])('is deleted in GES, too, when the %s that was to tell got lost', async (what) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.pay(id, '12.00');
    const { events } = world.intercept();
    await world.deliver(events);
    world.ports.forget();
    await lose(world, what);
    await world.drainOnly();
    expect(world.xero.payments(xeroId)).toHaveLength(1);
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.settle();
    expect(world.ges.payments(id)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  /** The read of the invoices after the payments were posted: the second one of the drain. */
  async function lose(world: MoneyWorld, what: string): Promise<void> {
    const atCall = 1 + (await callsOfPayment()).lastIndexOf('books.invoicesByIds');
    world.ports.plan({ atCall, kind: what === 'answer' ? 'hiccup' : 'killed', when: 'before' });
  }

  async function callsOfPayment(): Promise<readonly string[]> {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '12.00');
    const { events } = world.intercept();
    await world.deliver(events);
    world.ports.forget();
    await world.drainOnly();
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
