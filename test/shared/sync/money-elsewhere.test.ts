import { describe, expect, it } from '@jest/globals';
import { createMoneyWorld, type MoneyWorld, type MoneyWorldOptions } from '../../support/money-world.ts';
import { SERVICE, writesOf } from '../../support/money-records.ts';

const MINUTE_MS = 60_000;

interface Invoices {
  readonly world: MoneyWorld;
  /** GES ids of equal bills of one customer: GES-1, GES-2, … over £120.00 each. */
  readonly ids: readonly string[];
  /** InvoiceIDs in Xero. */
  readonly xeroIds: readonly string[];
}

/** A landlord has so many equal bills, in step on both sides. */
async function equalBills(count = 4, options: MoneyWorldOptions = {}): Promise<Invoices> {
  const world = await createMoneyWorld(options);
  const { id: customerId } = world.ges.customer();
  const numbers = Array.from({ length: count }, (_, index) => `GES-${String(index + 1)}`);
  const ids = numbers.map((number) => world.ges.invoice({ customerId, number, issueDate: '2026-11-20', lines: [SERVICE] }).id);
  await world.settle();
  world.xero.forgetCalls();
  return { world, ids, xeroIds: numbers.map((number) => world.xero.invoice(number).invoiceId) };
}

function payInXero({ world, xeroIds }: Invoices, at: number, fields: Readonly<Record<string, unknown>> = {}): string {
  const { payments } = { payments: world.xero.payments(xeroIds[at]) };
  world.xero.as(`invoices/${xeroIds[at] ?? ''}/pay`, { amount: 120, ...fields });
  const added = world.xero.payments(xeroIds[at]).filter((one) => !payments.some(({ paymentId }) => paymentId === one.paymentId));
  return added[0]?.paymentId ?? '';
}

describe('D4: one payment on each side, on different invoices of one customer', () => {
  it('in one pass: neither is mirrored, both are asked about, each names the other invoice; it costs no write and says how to go on', async () => {
    const bills = await equalBills();
    const { world, ids } = bills;
    const payment = world.ges.pay(ids[0] ?? '', '120.00');
    payInXero(bills, 1);
    await world.drain();
    expect(writesOf(world)).toEqual([]);
    expect(world.ges.payments()).toHaveLength(1);
    const mine = await world.link('payment', payment.id);
    const theirs = await world.link('invoice', ids[1] ?? '');
    expect([mine?.problem?.code, mine?.problem?.candidates]).toEqual(['which-invoice', ['GES-2']]);
    expect([theirs?.problem?.code, theirs?.problem?.candidates]).toEqual(['which-invoice', ['GES-1']]);
    expect([mine?.status, theirs?.status]).toEqual(['attention', 'attention']);
  });

  it('left to the bank feed, and the bookkeeper reconciles on another invoice days later: both are asked about, with no read of either for it', async () => {
    const bills = await equalBills(4, { settings: { paymentAccounts: { 'bank-transfer': 'leave' } } });
    const { world, ids } = bills;
    const payment = world.ges.pay(ids[0] ?? '', '120.00', { method: 'bank-transfer' });
    await world.settle();
    expect((await world.link('payment', payment.id))?.status).toBe('not-followed');
    await world.wait(3 * 24 * 60 * MINUTE_MS);
    payInXero(bills, 2);
    await world.drain();
    expect((await world.link('payment', payment.id))?.problem?.candidates).toEqual(['GES-3']);
    expect((await world.link('invoice', ids[2] ?? ''))?.problem?.candidates).toEqual(['GES-1']);
    expect([writesOf(world), world.ges.payments().length]).toEqual([[], 1]);
    world.xero.forgetCalls();
    await world.settle();
    expect(world.xero.calls).toEqual([]);
  });

  it('D1: left to the bank feed, and reconciled on its own invoice: one payment, GES takes the date of Xero, nothing is posted', async () => {
    const bills = await equalBills(2, { settings: { paymentAccounts: { 'bank-transfer': 'leave' } } });
    const { world, ids } = bills;
    const payment = world.ges.pay(ids[0] ?? '', '120.00', { method: 'bank-transfer', date: '2026-11-21' });
    await world.settle();
    const xeroPaymentId = payInXero(bills, 0, { date: '2026-11-23' });
    await world.settle();
    expect(await world.link('payment', payment.id)).toMatchObject({ status: 'synced', xeroId: xeroPaymentId });
    expect(world.ges.payments()).toMatchObject([{ id: payment.id, date: '2026-11-23', method: 'bank-transfer' }]);
    expect(writesOf(world)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each([
    ['another amount', { amount: 119 }, {}],
    ['8 days apart', { date: '2026-11-30' }, {}],
  ])('%s: two payments, each goes to the other side', async (_, inXero, inGes) => {
    const bills = await equalBills();
    const { world, ids } = bills;
    world.ges.pay(ids[0] ?? '', '120.00', { date: '2026-11-22', ...inGes });
    payInXero(bills, 1, inXero);
    await world.settle();
    expect(world.ges.payments()).toHaveLength(2);
    expect(world.xero.payments()).toHaveLength(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it('of another customer: two payments', async () => {
    const bills = await equalBills(1);
    const { world, ids, xeroIds } = bills;
    const { id: customerId } = world.ges.customer({ name: 'Bo Tarn', email: 'bo@tarn.example' });
    world.ges.invoice({ customerId, number: 'GES-9', issueDate: '2026-11-20', lines: [SERVICE] });
    await world.settle();
    world.ges.pay(ids[0] ?? '', '120.00');
    payInXero({ ...bills, xeroIds: [...xeroIds, world.xero.invoice('GES-9').invoiceId] }, 1);
    await world.settle();
    expect([world.ges.payments().length, world.xero.payments().length]).toEqual([2, 2]);
  });

  describe('once a person has said where the money belongs', () => {
    async function asked(): Promise<Invoices & { readonly paymentId: string; readonly xeroPaymentId: string }> {
      const bills = await equalBills();
      const { id: paymentId } = bills.world.ges.pay(bills.ids[0] ?? '', '120.00');
      const xeroPaymentId = payInXero(bills, 1);
      await bills.world.settle();
      expect(await bills.world.problem('payment', paymentId)).toBe('which-invoice');
      return { ...bills, paymentId, xeroPaymentId };
    }

    it('F1: deleted in GES: the payment in Xero is entered on its invoice by itself, and nobody is asked any more', async () => {
      const { world, ids, paymentId } = await asked();
      world.ges.deletePayment(paymentId);
      await world.settle();
      expect(world.ges.payments(ids[1])).toMatchObject([{ amount: '120.00' }]);
      expect(world.xero.payments()).toHaveLength(1);
      expect(await world.problem('invoice', ids[1] ?? '')).toBeUndefined();
      expect(await world.disagreements()).toEqual([]);
    });

    it('moved in GES to the right invoice: it is the twin there', async () => {
      const { world, ids, paymentId, xeroPaymentId } = await asked();
      const moved = world.ges.pay(ids[1] ?? '', '120.00');
      world.ges.deletePayment(paymentId);
      await world.settle();
      expect((await world.link('payment', moved.id))?.xeroId).toBe(xeroPaymentId);
      expect([world.ges.payments().length, world.xero.payments().length]).toEqual([1, 1]);
      expect(await world.disagreements()).toEqual([]);
    });

    it('D5: moved in Xero, deleted first and entered a little later: still one payment on each side', async () => {
      const bills = await asked();
      const { world, ids, xeroIds, xeroPaymentId } = bills;
      world.xero.as(`payments/${xeroPaymentId}/delete`);
      await world.drain();
      await world.wait(5 * MINUTE_MS);
      world.xero.as(`invoices/${xeroIds[0] ?? ''}/pay`, { amount: 120 });
      await world.settle();
      expect([world.ges.payments().length, world.xero.payments().length]).toEqual([1, 1]);
      expect(world.ges.readInvoice(ids[0] ?? '').paymentStatus).toBe('paid');
      expect(await world.disagreements()).toEqual([]);
    });

    it('only deleted in Xero: the payment of GES is posted after a while', async () => {
      const { world, xeroIds, xeroPaymentId } = await asked();
      world.xero.as(`payments/${xeroPaymentId}/delete`);
      await world.settle();
      await world.wait(20 * MINUTE_MS);
      expect(world.xero.payments(xeroIds[0])).toHaveLength(1);
      expect(await world.disagreements()).toEqual([]);
    });
  });
});
