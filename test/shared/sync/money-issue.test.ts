import { describe, expect, it } from '@jest/globals';
import { createMoneyWorld } from '../../support/money-world.ts';

const LINES = [{ description: 'Annual boiler service', quantity: '1', unitPrice: '100.00', vat: 'standard' }];

describe('an invoice issued in GES', () => {
  it('A4, C1: goes with its new customer in one drain, AUTHORISED, with its payment, in few calls', async () => {
    const world = await createMoneyWorld();
    const { ges, xero } = world;
    const customer = ges.customer();
    const invoice = ges.invoice({ customerId: customer.id, number: 'GES-1042', reference: 'Boiler', lines: LINES });
    await world.drain();
      xero.calls,
      world.log.lines.filter((l) => l.level !== 'info'),
    );
    expect(xero.invoice('GES-1042')).toMatchObject({ status: 'AUTHORISED', total: 12_000, url: invoice.webUrl, reference: 'Boiler' });
    expect(await world.disagreements()).toEqual([]);
  });
});
