import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyLines } from '../../support/money-facts.ts';
import { writesOf } from '../../support/money-records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';
import { PLAIN_TENANT } from '../../support/money-xero.ts';

const SEED = 20_261_127;
const demo = (): Promise<MoneyWorld> => createMoneyWorld({ accountId: 'acct_demo' });

describe('a bulk run of the demo business', () => {
  it('takes at most 15 Xero calls; every total, deduction, payment and amount due is equal; the second run writes nothing', async () => {
    const world = await demo();
    await world.bulk();
    await world.settle();
    expect(world.xero.calls.length).toBeLessThanOrEqual(15);
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.payments().length).toBeGreaterThanOrEqual(15);
    world.xero.forgetCalls();
    world.ges.forgetCalls();
    await world.bulk();
    await world.settle();
    expect([writesOf(world), world.ges.writes]).toEqual([[], []]);
  });

  it.each([1, 4, 8, 9, 10, 11])('429 at call %i: goes on after the wait, nothing is doubled', async (nth) => {
    const world = await demo();
    world.xero.fault({ kind: '429', problem: 'minute', retryAfterSeconds: 40, path: '/api.xro' }, nth);
    await world.bulk();
    await world.settle();
    expect(world.xero.faultsHit()).toBe(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each(['500', 'lost-after', 'lost-before', 'html'])('%s on the writes of invoices and payments: nothing is doubled', async (kind) => {
    const world = await demo();
    for (const path of ['/api.xro/2.0/Contacts', '/api.xro/2.0/Invoices', '/api.xro/2.0/Payments'])
      world.xero.fault({ kind, method: 'PUT', path, ...(kind === '500' ? { commit: true } : {}) });
    await world.bulk();
    await world.settle();
    expect(world.xero.faultsHit()).toBe(3);
    expect(await world.disagreements()).toEqual([]);
  });

  it(`C5–C8: 200 invoices with any lines, prices and VAT: totals, deductions and dues equal to the penny (seed ${String(SEED)})`, async () => {
    const world = await createMoneyWorld();
    const { ges, xero } = world;
    const { id: customerId } = ges.customer();
    for (const [lines, pricesIncludeVat, isLabour] of fc.sample(fc.tuple(anyLines, fc.boolean(), fc.boolean()), {
      seed: SEED,
      numRuns: 200,
    })) {
      const marked = lines.map((line, index) => ({ ...line, cis: isLabour && index % 2 === 0 ? 'labour' : null }));
      // GES takes no invoice below zero: a credit line is one among others.
      ges.invoice({ customerId, pricesIncludeVat, lines: [...marked, { description: 'Boiler', unitPrice: '20000.00', vat: 'zero' }] });
    }
    await world.settle();
    const problems = await Promise.all(ges.invoices().map(({ id }) => world.problem('invoice', id)));
    expect([...new Set(problems)]).toEqual(expect.arrayContaining([undefined, 'inclusive-reverse-charge']));
    expect(new Set(problems).size).toBe(2);
    expect(xero.invoices().length).toBeGreaterThan(100);
    expect(await world.disagreements()).toEqual([]);
  });

  it('A3: an invoice that waits for its customer in a run takes its payments along when it goes', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer({ name: '<>' });
    const { id } = world.ges.invoice({
      customerId,
      number: 'OLD-1',
      issueDate: '2025-02-01',
      lines: [{ description: 'x', unitPrice: '10.00' }],
    });
    world.ges.pay(id, '5.00');
    world.intercept();
    await world.bulk();
    await world.wait(60_000);
    expect(await world.problem('invoice', id)).toBe('waits-for-customer');
    world.ges.changeCustomer(customerId, { name: 'Ada Quill' });
    await world.settle();
    expect(world.xero.invoice('OLD-1').amountPaid).toBe(500);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C5, C8: into an organisation without VAT and CIS: nothing with VAT or CIS is posted, the rest agrees', async () => {
    const world = await createMoneyWorld({ accountId: 'acct_demo', tenantId: PLAIN_TENANT });
    await world.bulk();
    await world.settle();
    expect(world.xero.invoices().every(({ totalTax, cisDeduction }) => totalTax === 0 && cisDeduction === 0)).toBe(true);
    expect(await world.disagreements()).toEqual([]);
  });
});
