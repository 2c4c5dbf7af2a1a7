import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';
import { createMoneyWorld } from '../../support/money-world.ts';

/** GES-1042 of Ada Quill, and Bob Reed, whom both sides have too. */
async function twoCustomers() {
  const sent = await worldWithInvoice();
  const { id: bob } = sent.world.ges.customer({ name: 'Bob Reed', email: 'bob@reed.example' });
  await sent.world.settle();
  const contactOf = async (id: string): Promise<string> => (await sent.world.link('customer', id))?.xeroId ?? '';
  const move = (ContactID: string): void => void sent.world.xero.as(`invoices/${sent.xeroId}`, { Contact: { ContactID } });
  sent.world.xero.forgetCalls();
  return { ...sent, bob, contactOf, move };
}

describe('C2a: an invoice given to another contact in Xero', () => {
  it('needs a person, who is told both names; edits in GES wait until it is moved back', async () => {
    const { world, id, bob, customerId, contactOf, move } = await twoCustomers();
    move(await contactOf(bob));
    await world.settle();
    expect((await world.link('invoice', id))?.problem).toMatchObject({
      code: 'invoice-moved',
      message: expect.stringMatching(/from Ada Quill to Bob Reed/),
    });
    world.ges.changeInvoice(id, { reference: 'Waits' });
    await world.settle();
    expect(writesOf(world)).toEqual([]);
    expect(world.ges.readInvoice(id).customerId).toBe(customerId);
    move(await contactOf(customerId));
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.invoice('GES-1042').reference).toBe('Waits');
    expect(await world.disagreements()).toEqual([]);
  });

  it('moved in GES too, both agree again and edits travel', async () => {
    const { world, id, bob, contactOf, move } = await twoCustomers();
    move(await contactOf(bob));
    await world.settle();
    world.ges.changeInvoice(id, { customerId: bob, reference: 'For Bob' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.invoice('GES-1042')).toMatchObject({ reference: 'For Bob', contactId: await contactOf(bob) });
    expect(await world.disagreements()).toEqual([]);
  });

  it('B6 first: a contact that was merged into another one moves no invoice', async () => {
    const { world, id, bob, customerId, contactOf } = await twoCustomers();
    const [ada, winner] = [await contactOf(customerId), await contactOf(bob)];
    world.xero.as(`contacts/${ada}/merge`, { into: winner });
    world.ges.changeInvoice(id, { reference: 'Goes' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.invoice('GES-1042')).toMatchObject({ reference: 'Goes', contactId: winner });
  });
});

describe('warnings and form of an invoice', () => {
  it('C5: wholly outside VAT, and reverse charge mixed with taxed lines: sent with a warning, which goes when its reason goes', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer({ vatNumber: '' });
    const outside = ges.invoice({ customerId, number: 'A', lines: [{ ...SERVICE, vat: 'outside' }] });
    const mixed = ges.invoice({
      customerId,
      number: 'B',
      lines: [SERVICE, { ...SERVICE, id: 'l2', description: 'Labour', vat: 'reverse-charge-standard' }],
    });
    await world.settle();
    const warningsOf = async (id: string) => ((await world.link('invoice', id)) as { warnings?: readonly string[] }).warnings;
    expect(await warningsOf(outside.id)).toEqual(['no-vat-on-invoice']);
    expect(await warningsOf(mixed.id)).toEqual(['reverse-charge-mixed', 'reverse-charge-without-vat-number']);
    expect(xero.invoices()).toHaveLength(2);
    ges.changeInvoice(outside.id, { lines: [{ ...SERVICE, vat: 'zero' }] });
    await world.settle();
    expect(await warningsOf(outside.id)).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });

  it('C9a, F2: a line that Xero would refuse the whole batch for is found before any call, and its neighbours go', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    const bad = ges.invoice({ customerId, number: 'A', lines: [{ ...SERVICE, description: 'Bell\u0007' }] });
    const empty = ges.invoice({ customerId, number: 'B', lines: [{ ...SERVICE, description: '' }] });
    ges.invoice({ customerId, number: 'C', lines: [SERVICE] });
    await world.settle();
    expect(await world.problem('invoice', bad.id)).toBe('characters-not-allowed');
    expect(await world.problem('invoice', empty.id)).toBe('line-without-description');
    expect(xero.invoices().map(({ number }) => number)).toEqual(['C']);
    expect(xero.calls.filter((call) => call === 'PUT /api.xro/2.0/Invoices')).toHaveLength(1);
  });

  it('C9a: an invoice over nothing that is voided in GES needs a person, without a call', async () => {
    const { world, id } = await worldWithInvoice({ lines: [{ ...SERVICE, unitPrice: '0.00' }] });
    world.ges.changeInvoice(id, { status: 'void' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('zero-total-void');
    expect(writesOf(world)).toEqual([]);
  });
});
