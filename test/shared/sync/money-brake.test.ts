import { describe, expect, it } from '@jest/globals';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';
import { SERVICE, writesOf } from '../../support/money-records.ts';

interface Books {
  readonly world: MoneyWorld;
  /** GES ids of invoices over £120.00, in step on both sides. */
  readonly ids: readonly string[];
  readonly xeroIds: readonly string[];
}

async function books(count: number): Promise<Books> {
  const world = await createMoneyWorld();
  const { id: customerId } = world.ges.customer();
  const numbers = Array.from({ length: count }, (_, index) => `GES-${String(3000 + index)}`);
  const ids = numbers.map((number) => world.ges.invoice({ customerId, number, issueDate: '2026-11-20', lines: [SERVICE] }).id);
  await world.settle();
  world.xero.forgetCalls();
  return { world, ids, xeroIds: numbers.map((number) => world.xero.invoice(number).invoiceId) };
}

const scopeOf = () => ({ accountId: 'acct_money', generation: 1 });

async function goOn(world: MoneyWorld, side: 'ges' | 'xero'): Promise<void> {
  const { stores, clock } = world;
  const now = await stores.connections.readConnection('acct_money');
  if (now === undefined) throw new Error('not connected');
  await stores.connections.putConnection({ ...now, goesOn: { [side]: new Date(clock.now() + 3_600_000).toISOString() } });
  await world.ring();
}

const voided = ({ world }: Books): number => world.xero.invoices().filter(({ status }) => status === 'VOIDED').length;

describe('F9: many voids at once', () => {
  it('20 in GES go over; the 21st within an hour stops, and is held with what comes after; one click lets all go on', async () => {
    const all = await books(60);
    const { world, ids } = all;
    for (const id of ids.slice(0, 20)) world.ges.changeInvoice(id, { status: 'void' });
    await world.settle();
    expect(voided(all)).toBe(20);
    for (const id of ids.slice(20)) world.ges.changeInvoice(id, { status: 'void' });
    world.xero.forgetCalls();
    await world.settle();
    expect([voided(all), writesOf(world)]).toEqual([20, []]);
    expect((await world.link('invoice', ids[20] ?? ''))?.status).toBe('pending');
    expect(await world.problem('invoice', ids[20] ?? '')).toBe('many-ended-here');
    expect(await world.stores.brakes.listHeld(scopeOf())).toHaveLength(40);
    expect(world.outcomes.filter(({ kind }) => kind === 'RecordNeedsAttention')).toEqual([]);

    world.xero.forgetCalls();
    await world.wait(10 * 60_000);
    expect(world.xero.calls).toEqual([]);

    await goOn(world, 'ges');
    await world.settle();
    expect(voided(all)).toBe(60);
    expect(writesOf(world).length).toBeLessThanOrEqual(2);
    expect(await world.stores.brakes.listHeld(scopeOf())).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('an emptied Xero does not empty GES: nothing is voided here until somebody says so; edits and new invoices go on', async () => {
    const all = await books(40);
    const { world, ids, xeroIds } = all;
    for (const xeroId of xeroIds.slice(1)) world.xero.as(`invoices/${xeroId}/void`);
    const { customerId } = world.ges.readInvoice(ids[0] ?? '');
    await world.drain();
    world.ges.changeInvoice(ids[0] ?? '', { reference: 'Still at work' });
    world.ges.invoice({ customerId, number: 'GES-4000', issueDate: '2026-11-20', lines: [SERVICE] });
    await world.settle();
    expect(world.ges.invoices().filter(({ status }) => status === 'void')).toEqual([]);
    expect(world.xero.invoice('GES-3000').reference).toBe('Still at work');
    expect(world.xero.invoice('GES-4000').status).toBe('AUTHORISED');
    await goOn(world, 'xero');
    await world.settle();
    expect(world.ges.invoices().filter(({ status }) => status === 'void')).toHaveLength(39);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('F9: many deletions of payments at once', () => {
  it.each([
    ['in GES, all told at once: none is passed on', 'ges', 30],
    ['in Xero, each waiting its 24 hours (D5): 20 are passed on', 'xero', 10],
  ] as const)('%s, until somebody says that all may go on', async (_, side, held) => {
    const { world, ids } = await books(30);
    for (const id of ids) world.ges.pay(id, '20.00');
    await world.settle();
    const [inGes, inXero] = [world.ges.payments(), world.xero.payments()];
    if (side === 'ges') for (const { id } of inGes) world.ges.deletePayment(id);
    else for (const { paymentId } of inXero) world.xero.as(`payments/${paymentId}/delete`);
    await world.settle();
    await world.wait(25 * 3_600_000);
    const left = side === 'ges' ? world.xero.payments() : world.ges.payments();
    expect(left).toHaveLength(held);
    expect(await world.stores.brakes.listHeld(scopeOf())).toHaveLength(held);
    await goOn(world, side);
    await world.settle();
    expect([world.ges.payments(), world.xero.payments()]).toEqual([[], []]);
    expect(await world.disagreements()).toEqual([]);
  });
});
