import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice } from '../../support/money-records.ts';
import type { MoneyWorld } from '../../support/money-world.ts';

const TAKEN = { issueDate: '2026-11-20', lines: [SERVICE] };

/** A person in Xero makes an invoice over £120.00 of the 20th for the customer of GES-1042. Returns its InvoiceID. */
async function madeInXero(world: MoneyWorld, number: string, fields: object = {}): Promise<string> {
  const { InvoiceID } = world.xero.as('invoices', {
    InvoiceNumber: number,
    Contact: { ContactID: world.xero.invoice('GES-1042').contactId },
    Date: '2026-11-20',
    DueDate: '2026-12-04',
    LineItems: [{ Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200', TaxType: 'OUTPUT2' }],
    ...fields,
  }) as { InvoiceID: string };
  await world.settle();
  world.xero.forgetCalls();
  return InvoiceID;
}

describe('C3: the number is there in Xero already', () => {
  it('adopted and paid there: the payment comes to GES, though nothing in GES or Xero changes any more (D3)', async () => {
    const { world, customerId } = await worldWithInvoice();
    const invoiceId = await madeInXero(world, 'B-7');
    world.xero.as(`invoices/${invoiceId}/pay`, { amount: 120 });
    await world.settle();
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: 'B-7' });
    await world.settle();
    expect((await world.link('invoice', id))?.xeroId).toBe(invoiceId);
    expect(world.ges.payments(id)).toMatchObject([{ amount: '120.00', method: 'other' }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('adopted, but another CIS deduction there: what is due differs, and a person is told (C8)', async () => {
    const { world, customerId } = await worldWithInvoice();
    await madeInXero(world, 'B-7');
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: 'B-7', lines: [{ ...SERVICE, cis: 'labour' }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('cis-rate-differs');
  });

  it('in other letters: the same invoice all the same', async () => {
    const { world, customerId } = await worldWithInvoice();
    const invoiceId = await madeInXero(world, 'b-7');
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: 'B-7' });
    await world.settle();
    expect((await world.link('invoice', id))?.xeroId).toBe(invoiceId);
    expect(world.xero.invoices()).toHaveLength(2);
  });

  it('in other letters and for something else: a person is told, and Xero is not asked again and again', async () => {
    const { world, customerId } = await worldWithInvoice();
    await madeInXero(world, 'b-7', { Date: '2026-11-19' });
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: 'B-7' });
    await world.wait(600_000);
    expect(await world.problem('invoice', id)).toBe('number-taken');
    expect(world.xero.calls.length).toBeLessThan(5);
  });

  it('Xero calls it taken and does not show by whom: a person is told, and Xero is not asked again and again', async () => {
    const { world, customerId } = await worldWithInvoice();
    // The same letter written as two characters: one number to Xero, another one to its search.
    await madeInXero(world, 'E\u0301-7');
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: '\u00c9-7' });
    await world.wait(600_000);
    expect(await world.problem('invoice', id)).toBe('number-taken');
    expect(world.xero.calls.length).toBeLessThan(6);
  });

  it('an unsent invoice with a taken number is made void: nothing asks for a person any more (F1, C4)', async () => {
    const { world, customerId } = await worldWithInvoice();
    await madeInXero(world, 'B-7', { Date: '2026-11-19' });
    const { id } = world.ges.invoice({ ...TAKEN, customerId, number: 'B-7' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('number-taken');
    world.ges.changeInvoice(id, { status: 'void' });
    await world.settle();
    expect(await world.link('invoice', id)).toMatchObject({ status: 'not-followed' });
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RecordResolved', entity: { id } });
    expect(await world.disagreements()).toEqual([]);
  });
});
