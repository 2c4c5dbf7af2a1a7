import { describe, expect, it } from '@jest/globals';
import { SERVICE, writesOf } from '../../support/money-records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';

const REVERSE = { ...SERVICE, vat: 'reverse-charge-standard' };
const POST = 'POST /api.xro/2.0/Invoices';
const PUT = 'PUT /api.xro/2.0/Invoices';

/** From now on Xero puts 20 % on documents under the reverse charge, whatever its facts say. */
function chargeVat({ xero }: MoneyWorld): void {
  for (const rate of [...xero.sandbox.state.taxRates.values()])
    if (rate.taxType === 'DRCHARGE20') xero.sandbox.state.taxRates.put({ ...rate, rate: 20, shownRate: 0 });
}

describe('C7a: what no source settles is tried safely', () => {
  it('the first under the reverse charge is a draft, compared and approved in the same drain; the second goes at once', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    const { id } = world.ges.invoice({ customerId, number: 'A', lines: [REVERSE] });
    world.ges.pay(id, '100.00');
    await world.drain();
    expect(world.xero.calls.filter((call) => call === PUT || call === POST)).toEqual([PUT, POST]);
    expect(world.xero.invoice('A')).toMatchObject({ status: 'PAID', total: 10_000 });
    world.xero.forgetCalls();
    world.ges.invoice({ customerId, number: 'B', lines: [REVERSE] });
    await world.drain();
    expect(writesOf(world)).toEqual([PUT]);
    expect(world.xero.invoice('B').status).toBe('AUTHORISED');
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it('kind by kind, and once per organisation: an ordinary invoice is never a draft', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    const writes = async (number: string, fields: object): Promise<number> => {
      world.xero.forgetCalls();
      world.ges.invoice({ customerId, number, ...fields });
      await world.drain();
      return writesOf(world).filter((call) => call.endsWith('/Invoices')).length;
    };
    expect(await writes('A', { lines: [SERVICE] })).toBe(1);
    expect(await writes('B', { lines: [{ ...SERVICE, cis: 'labour' }] })).toBe(2);
    expect(await writes('C', { lines: [{ ...REVERSE, cis: 'labour' }] })).toBe(2);
    expect(await writes('D', { lines: [SERVICE, { ...REVERSE, id: 'l2' }], pricesIncludeVat: true })).toBe(2);
    expect(await writes('E', { lines: [{ ...REVERSE, cis: 'labour' }], pricesIncludeVat: true })).toBe(1);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it('of many at once no more are tried than one call takes, and the others go once those are approved, nothing doubled', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    for (let number = 1; number <= 120; number++) {
      const cis = number % 3 === 0 ? 'labour' : null;
      world.ges.invoice({ customerId, number: `N-${String(number)}`, lines: [{ ...REVERSE, cis }] });
    }
    await world.settle();
    expect(world.xero.invoices().map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => 'AUTHORISED'));
    expect(writesOf(world).filter((call) => call === POST)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it('a draft that comes to something else is deleted, and a person is told both figures; nothing is owed in Xero', async () => {
    const world = await createMoneyWorld();
    chargeVat(world);
    const { id: customerId } = world.ges.customer();
    const { id } = world.ges.invoice({ customerId, number: 'A', lines: [REVERSE] });
    await world.settle();
    expect(world.xero.numbered('A').map(({ status }) => status)).toEqual(['DELETED']);
    expect((await world.link('invoice', id))?.problem).toMatchObject({
      code: 'draft-differs',
      message: expect.stringMatching(/£120\.00 in Xero.*£100\.00 in Gas/),
    });
    expect(world.ges.readInvoice(id).status).toBe('issued');
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, vat: 'zero' }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.numbered('A').map(({ status }) => status)).toEqual(['DELETED', 'AUTHORISED']);
  });

  it.each(['before', 'after'] as const)(
    'no kill %s any step leaves a draft behind, or makes two',
    async (when) => {
      const steps = await stepsInPeace();
      for (let atCall = 1; atCall <= steps; atCall++) {
        const world = await aboutToTry();
        world.ports.plan({ kind: 'killed', atCall, when });
        await world.settle();
        expect(world.xero.numbered('A').map(({ status }) => status)).toEqual(['AUTHORISED']);
        expect(await world.disagreements()).toEqual([]);
      }
    },
    60_000,
  );

  it.each(['500', 'lost-after', '429', 'html'])('%s on the call that approves: it is approved in the end, once', async (kind) => {
    const world = await aboutToTry();
    world.xero.fault({
      kind,
      method: 'POST',
      path: '/api.xro/2.0/Invoices',
      ...(kind === '429' ? { problem: 'minute', retryAfterSeconds: 20 } : {}),
    });
    await world.settle();
    expect(world.xero.faultsHit()).toBe(1);
    expect(world.xero.numbered('A').map(({ status }) => status)).toEqual(['AUTHORISED']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('voided in GES before it was approved: the draft is deleted', async () => {
    const world = await aboutToTry();
    world.xero.fault({ kind: '429', problem: 'day', retryAfterSeconds: 1_800, method: 'POST', path: '/api.xro/2.0/Invoices' });
    await world.drain();
    world.ges.changeInvoice(world.ges.invoices()[0]?.id ?? '', { status: 'void' });
    await world.settle(3 * 3_600_000);
    expect(world.xero.numbered('A').map(({ status }) => status)).toEqual(['DELETED']);
    expect(await world.disagreements()).toEqual([]);
  });

  async function aboutToTry(): Promise<MoneyWorld> {
    const world = await createMoneyWorld();
    world.ges.invoice({ customerId: world.ges.customer().id, number: 'A', lines: [REVERSE] });
    return world;
  }
  async function stepsInPeace(): Promise<number> {
    const world = await aboutToTry();
    world.ports.forget();
    await world.settle();
    return world.ports.calls.length;
  }
});

describe('C8: an answer that contradicts what is known of CIS', () => {
  it('has CIS read again before the next invoice: its rates are named, and nothing is posted', async () => {
    const world = await createMoneyWorld();
    const { id: customerId } = world.ges.customer();
    world.ges.invoice({ customerId, number: 'A', lines: [{ ...SERVICE, cis: 'labour' }] });
    await world.settle();
    const { organisations } = world.xero.sandbox.state;
    for (const organisation of [...organisations.values()]) organisations.put({ ...organisation, cisRate: 30 });
    const second = world.ges.invoice({ customerId, number: 'B', lines: [{ ...SERVICE, cis: 'labour' }] });
    await world.drain();
    expect(await world.problem('invoice', second.id)).toBe('cis-rate-differs');
    world.xero.forgetCalls();
    const third = world.ges.invoice({ customerId, number: 'C', lines: [{ ...SERVICE, cis: 'labour' }] });
    await world.drain();
    expect((await world.link('invoice', third.id))?.problem?.message).toMatch(/20 %.*30 %/);
    expect(writesOf(world)).toEqual([]);
    expect(world.xero.calls.filter((call) => call.endsWith('/CISSettings'))).toHaveLength(1);
  });
});
