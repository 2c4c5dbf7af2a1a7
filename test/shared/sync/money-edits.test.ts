import { describe, expect, it } from '@jest/globals';
import { PART, SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';
import { createMoneyWorld } from '../../support/money-world.ts';

describe('an edit of an invoice in Xero', () => {
  it('C2: dates, reference and lines come back to GES while nothing is paid, and nothing is written to Xero', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, {
      Reference: 'As agreed',
      Date: '2026-11-19',
      DueDate: '2026-12-31',
      LineItems: [
        { LineItemID: line?.id, Description: 'Boiler service', UnitAmount: 120 },
        { Description: 'Parking', Quantity: 1, UnitAmount: 10, AccountCode: '200', TaxType: 'ZERORATEDOUTPUT' },
      ],
    });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({
      reference: 'As agreed',
      issueDate: '2026-11-19',
      dueDate: '2026-12-31',
      totals: { gross: '154.00' },
      lines: [
        { id: 'l1', description: 'Boiler service', unitPrice: '120.00', vat: 'standard' },
        { description: 'Parking', unitPrice: '10.00', vat: 'zero' },
      ],
    });
    expect(writesOf(world)).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C2: on a paid invoice due date, reference and description come back', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.pay(id, '120.00');
    await world.settle();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { Reference: 'Paid', LineItems: [{ LineItemID: line?.id, Description: 'Service, 9 Oak Street' }] });
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ reference: 'Paid', lines: [{ description: 'Service, 9 Oak Street' }] });
    expect(await world.disagreements()).toEqual([]);
  });

  it('C2: recoding alone is no edit: GES is not told, Xero keeps it', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    const tracking = [{ Name: 'Region', Option: 'North' }];
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, AccountCode: '260', Tracking: tracking }] });
    await world.settle();
    expect(world.ges.writes).toEqual([]);
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '99.99' }] });
    await world.settle();
    expect(world.xero.invoice('GES-1042').lines).toMatchObject([{ id: line?.id, tracking, unitAmount: 999_900 }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('E1: reference in GES and lines in Xero at the same time: both travel, nobody is asked', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, UnitAmount: 150 }] });
    world.ges.changeInvoice(id, { reference: 'From GES' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.ges.readInvoice(id)).toMatchObject({ reference: 'From GES', totals: { gross: '180.00' } });
    expect(world.xero.invoice('GES-1042')).toMatchObject({ reference: 'From GES', total: 18_000 });
    expect(await world.disagreements()).toEqual([]);
  });

  it('C2: a line added in GES and a price changed in Xero at the same time: both travel', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, UnitAmount: 150 }] });
    world.ges.changeInvoice(id, { lines: [SERVICE, PART] });
    await world.settle();
    expect(world.xero.invoice('GES-1042').total).toBe(27_600);
    expect(world.ges.readInvoice(id).lines).toMatchObject([{ unitPrice: '150.00' }, { description: 'Fan' }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('E1, E2: a price changed on both sides: GES wins, the losing price is in the timeline', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, UnitAmount: 150 }] });
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '110.00' }, PART] });
    await world.settle();
    expect(world.xero.invoice('GES-1042').total).toBe(22_800);
    const conflict = (await world.timeline('invoice', id)).find(({ code }) => code === 'conflict');
    expect(JSON.stringify(conflict?.details)).toContain('150');
    expect(await world.disagreements()).toEqual([]);
  });

  it('E1, C10: lines changed in GES while a payment came in Xero: the payment is followed, the edit needs a person', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 120 });
    world.ges.changeInvoice(id, { lines: [PART] });
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.problem('invoice', id)).toBe('paid-invoice-edited');
    expect(writesOf(world)).toEqual([]);
  });

  it('lines that GES cannot hold (a discount as an amount) need a person and change nothing in GES', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, DiscountAmount: 5 }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('xero-lines-not-followed');
    expect(world.ges.writes).toEqual([]);
  });

  it('lines deleted, reordered and added in Xero keep their GES ids and CIS marks', async () => {
    const labour = { ...SERVICE, vat: 'reverse-charge-standard', cis: 'labour' };
    const materials = { ...PART, vat: 'reverse-charge-standard', cis: 'materials' };
    const third = { id: 'l3', description: 'Flue', quantity: '1', unitPrice: '30.00', vat: 'standard' };
    const { world, id, xeroId } = await worldWithInvoice({ lines: [labour, third, materials] });
    const [one, , three] = world.xero.invoice('GES-1042').lines;
    const added = { Description: 'Van', Quantity: 1, UnitAmount: 5, AccountCode: '200', TaxType: 'OUTPUT2' };
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: three?.id }, added, { LineItemID: one?.id, UnitAmount: 90 }] });
    await world.settle();
    expect(world.ges.readInvoice(id).lines).toMatchObject([
      { id: 'l1', cis: 'labour', unitPrice: '90.00' },
      { id: 'l2', cis: 'materials', unitPrice: '40.00' },
      { description: 'Van', cis: null },
    ]);
    expect(await world.disagreements()).toEqual([]);
    world.ges.changeInvoice(id, { lines: world.ges.readInvoice(id).lines.toReversed() });
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.xero.invoice('GES-1042').lines.map((line) => line.id)).toEqual(expect.arrayContaining([one?.id, three?.id]));
  });

  it('C4: void in Xero while GES has a payment Xero does not know: attention, the payment stays', async () => {
    const { world, id, xeroId } = await worldWithInvoice({}, { settings: { paymentAccountId: null } });
    world.ges.pay(id, '20.00');
    await world.settle();
    world.xero.as(`invoices/${xeroId}/void`);
    await world.settle();
    expect(world.ges.payments(id)).toHaveLength(1);
    expect(await world.problem('invoice', id)).toBe('void-with-payments');
    expect(world.ges.readInvoice(id).status).toBe('issued');
  });

  it('C2: an edit in Xero whose webhook comes only after our own payment changed the invoice again is not lost', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}`, { Reference: 'From Xero' });
    const late = world.intercept();
    world.clock.advance(1_000);
    world.ges.pay(id, '5.00');
    await world.settle();
    await world.deliver([], late.webhooks);
    await world.settle();
    expect(world.ges.readInvoice(id).reference).toBe('From Xero');
    expect(await world.disagreements()).toEqual([]);
  });

  it('D3: paid in Xero between our read and our write: the payment is seen, though its webhook is older than our write', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    const { sandbox } = world.xero;
    const handle = sandbox.handle.bind(sandbox);
    let hasPaid = false;
    sandbox.handle = (request, now) => {
      const isOurWrite = request.method === 'POST' && request.url.includes('/api.xro/2.0/Invoices');
      if (isOurWrite && !hasPaid) {
        hasPaid = true;
        world.xero.as(`invoices/${xeroId}/pay`, { amount: 20 });
      }
      return handle(request, isOurWrite ? world.clock.now() : now);
    };
    world.ges.changeInvoice(id, { reference: 'Gate code 4' });
    await world.drainOnly();
    const { events } = world.intercept();
    await world.deliver(events);
    await world.settle();
    expect(hasPaid).toBe(true);
    expect(world.ges.payments(id)).toMatchObject([{ amount: '20.00' }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C4: void in Xero after the payment that the invoice came with is gone on both sides: void in GES, nobody is asked', async () => {
    const world = await createMoneyWorld();
    const { id } = world.ges.invoice({ customerId: world.ges.customer().id, number: 'OLD-1', lines: [SERVICE] });
    const payment = world.ges.pay(id, '20.00');
    world.ges.changeInvoice(id, {});
    await world.settle();
    world.ges.deletePayment(payment.id);
    await world.settle();
    world.xero.as(`invoices/${world.xero.invoice('OLD-1').invoiceId}/void`);
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.ges.readInvoice(id).status).toBe('void');
  });

  it('E3: webhooks repeated, late and doubled cost nothing and change nothing', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}`, { Reference: 'One' });
    const first = world.intercept();
    world.xero.as(`invoices/${xeroId}`, { Reference: 'Two' });
    await world.settle();
    const { revision } = world.ges.readInvoice(id);
    world.xero.forgetCalls();
    await world.deliver(first.events, [...first.webhooks, ...first.webhooks]);
    await world.settle();
    expect(world.ges.readInvoice(id)).toMatchObject({ reference: 'Two', revision });
    expect(world.xero.calls).toEqual([]);
  });
});
