import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice } from '../../support/money-records.ts';
import { createMoneyWorld } from '../../support/money-world.ts';
import { PLAIN_TENANT } from '../../support/money-xero.ts';

const FAULTS = [
  ['the answer is lost after it was saved', { kind: 'lost-after' }],
  ['the call is lost before it was saved', { kind: 'lost-before' }],
  ['a server error after it was saved, cached under the key', { kind: '500', commit: true }],
  ['a server error before it was saved, cached under the key', { kind: '500' }],
  ['HTML instead of an answer', { kind: 'html' }],
  ['503', { kind: '503' }],
  ['429', { kind: '429', problem: 'minute', retryAfterSeconds: 30 }],
] as const;

describe('F3: a create whose outcome is in doubt is looked for first', () => {
  it.each(FAULTS)('an invoice: %s: there is one in the end', async (_, fault) => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    await world.settle();
    const { id } = ges.invoice({ customerId, number: 'GES-1042', lines: [SERVICE] });
    ges.pay(id, '20.00');
    xero.fault({ ...fault, method: 'PUT', path: '/api.xro/2.0/Invoices' });
    await world.settle();
    expect(xero.faultsHit()).toBe(1);
    expect(xero.numbered('GES-1042')).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each(FAULTS)('part payments: %s: each is there once', async (_, fault) => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '20.00');
    world.ges.pay(id, '20.00');
    world.xero.fault({ ...fault, method: 'PUT', path: '/api.xro/2.0/Payments' });
    await world.settle();
    expect(world.xero.faultsHit()).toBe(1);
    expect(world.xero.payments()).toHaveLength(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each(FAULTS)('a part payment while a person pays the same amount in Xero: %s: two real payments stay two', async (_, fault) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.pay(id, '20.00', { date: '2026-11-22' });
    world.xero.fault({ ...fault, method: 'PUT', path: '/api.xro/2.0/Payments' });
    const { events } = world.intercept();
    await world.deliver(events);
    await world.drainOnly();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 20, date: '2026-11-10' });
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.payments()).toHaveLength(2);
  });

  it.each(FAULTS)('C5: without VAT registration: %s: GES keeps its VAT treatments and ids', async (_, fault) => {
    const { ges, xero, ...world } = await createMoneyWorld({ tenantId: PLAIN_TENANT });
    const { id } = ges.invoice({ customerId: ges.customer().id, number: 'Z', lines: [{ ...SERVICE, vat: 'zero' }] });
    xero.fault({ ...fault, method: 'PUT', path: '/api.xro/2.0/Invoices' });
    await world.settle();
    expect(ges.readInvoice(id)).toMatchObject({ revision: 1, lines: [{ id: 'l1', vat: 'zero' }] });
    expect(await world.disagreements()).toEqual([]);
  });

  it('a bulk run retries a payment that needed a person; its answer is lost: it is there once', async () => {
    const { world, id } = await worldWithInvoice({}, { settings: { paymentAccountId: null } });
    const payment = world.ges.pay(id, '20.00');
    await world.settle();
    expect(await world.problem('payment', payment.id)).toBe('no-payment-account');
    const account = [...world.xero.sandbox.state.accounts.values()].find(({ code }) => code === '090');
    await world.setting({ paymentAccountId: account?.accountId ?? '' });
    world.xero.fault({ kind: 'lost-after', method: 'PUT', path: '/api.xro/2.0/Payments' });
    await world.bulk();
    await world.settle();
    expect(world.xero.payments()).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('GES in trouble', () => {
  it.each([['lost'], [500], [503], [429]] as const)('D3: creating the payment in GES: %s: it is there once', async (what) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 20 });
    world.ges.trouble(/^POST .*payments/, what);
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each([['lost'], [500]] as const)('C4: making the invoice void in GES: %s: it is void in the end', async (what) => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/void`);
    world.ges.trouble(/^PATCH .*invoices/, what);
    await world.settle();
    expect(world.ges.readInvoice(id).status).toBe('void');
    expect(await world.disagreements()).toEqual([]);
  });

  it('F2: what GES refuses of one invoice holds up no other', async () => {
    const { world, customerId, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 20 });
    world.ges.trouble(/^POST .*payments/, 422);
    world.ges.invoice({ customerId, number: 'GES-1043', lines: [SERVICE] });
    await world.settle();
    expect(world.xero.invoice('GES-1043').total).toBe(12_000);
    expect(await world.problem('invoice', id)).toBe('refused-by-ges');
  });
});
