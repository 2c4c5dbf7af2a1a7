import { describe, expect, it } from '@jest/globals';
import { PART, SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';
import { createMoneyWorld } from '../../support/money-world.ts';
import { PLAIN_TENANT } from '../../support/money-xero.ts';

const FIVE_MINUTES_MS = 5 * 60_000 + 1_000;
const CIS = { ...SERVICE, vat: 'reverse-charge-standard', cis: 'labour' };

describe('an invoice issued in GES', () => {
  it('A4, C1: goes with its new customer in one drain, AUTHORISED, in eight calls, five of them facts', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const customer = ges.customer();
    const invoice = ges.invoice({ customerId: customer.id, number: 'GES-1042', reference: 'Boiler', lines: [SERVICE] });
    await world.drain();
    expect(xero.invoice('GES-1042')).toMatchObject({ status: 'AUTHORISED', total: 12_000, url: invoice.webUrl, reference: 'Boiler' });
    expect(xero.calls).toHaveLength(8);
    expect(await world.disagreements()).toEqual([]);
    xero.forgetCalls();
    ges.invoice({ customerId: customer.id, number: 'GES-1043', lines: [SERVICE] });
    await world.drain();
    expect(xero.calls).toEqual(['PUT /api.xro/2.0/Invoices']);
  });

  it('A4: a draft is not sent; issued, it goes', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    const draft = ges.invoice({ customerId, number: 'GES-1042', status: 'draft', lines: [SERVICE] });
    await world.settle();
    expect(xero.invoices()).toEqual([]);
    ges.changeInvoice(draft.id, { status: 'issued' });
    await world.settle();
    expect(xero.invoice('GES-1042').total).toBe(12_000);
  });

  it('A3: an old invoice goes with its customer and all its payments when a user edits it, its customer was never sent', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    const { id } = ges.invoice({ customerId, number: 'OLD-1', issueDate: '2025-02-01', lines: [SERVICE] });
    ges.pay(id, '20.00', { date: '2025-02-03' });
    ges.pay(id, '30.00', { date: '2026-02-03' });
    world.intercept();
    ges.changeInvoice(id, {});
    await world.settle();
    expect(xero.payments()).toHaveLength(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C4: issued and made void before the drain: a void invoice never sent is not sent', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    const { id } = ges.invoice({ customerId, lines: [SERVICE] });
    ges.changeInvoice(id, { status: 'void' });
    await world.settle();
    expect(xero.invoices()).toEqual([]);
  });

  it('F2: waits for a customer that needs a person and says so; goes by itself, with its payment, once the customer has gone', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer({ name: '<>' });
    const { id } = ges.invoice({ customerId, number: 'GES-1042', lines: [SERVICE] });
    const other = ges.customer({ name: 'Somebody Else', email: 'else@somebody.example' });
    ges.invoice({ customerId: other.id, number: 'GES-1043', lines: [SERVICE] });
    await world.drain();
    expect(await world.problem('invoice', id)).toBe('waits-for-customer');
    expect((await world.link('invoice', id))?.status).toBe('pending');
    expect(xero.invoice('GES-1043').total).toBe(12_000);
    ges.pay(id, '20.00');
    await world.wait(120_000);
    ges.changeCustomer(customerId, { name: 'Ada Quill' });
    await world.wait(30_000);
    expect(xero.invoice('GES-1042').amountPaid).toBe(2_000);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it('more than 50 go in batches, all in one drain', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const { id: customerId } = ges.customer();
    for (let number = 1; number <= 120; number++) {
      const { id } = ges.invoice({ customerId, number: `N-${String(number)}`, lines: [SERVICE] });
      if (number % 2 === 0) ges.pay(id, '12.00');
    }
    await world.drain();
    expect(xero.invoices()).toHaveLength(120);
    expect(xero.payments()).toHaveLength(60);
    expect(writesOf({ ...world, ges, xero }).length).toBeLessThanOrEqual(1 + 3 + 2);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('an edit in GES', () => {
  it('C2: updates the same invoice in one write; a later webhook of it changes nothing (E3)', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.changeInvoice(id, { reference: 'Boiler and fan', dueDate: '2026-12-24', lines: [SERVICE, PART] });
    await world.settle();
    expect(writesOf(world)).toEqual(['POST /api.xro/2.0/Invoices']);
    expect(world.xero.invoice('GES-1042')).toMatchObject({ invoiceId: xeroId, reference: 'Boiler and fan', total: 21_600 });
    expect(await world.disagreements()).toEqual([]);
  });

  it('C2: a bookkeeper’s recoding survives edits, inserted and reordered lines in GES', async () => {
    const { world, id, xeroId } = await worldWithInvoice({ lines: [SERVICE, PART] });
    const [service, part] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, {
      LineItems: [
        { LineItemID: service?.id, AccountCode: '260' },
        { LineItemID: part?.id, AccountCode: '270' },
      ],
    });
    await world.settle();
    expect(writesOf(world)).toEqual([]);
    expect(world.ges.readInvoice(id).revision).toBe(1);
    const added = { id: 'l9', description: 'Callout', quantity: '1', unitPrice: '60.00', vat: 'standard' };
    world.ges.changeInvoice(id, { lines: [added, { ...PART, quantity: '3' }, SERVICE] });
    await world.settle();
    const codes = world.xero.invoice('GES-1042').lines.map(({ description, accountId }) => {
      const account = world.xero.sandbox.state.accounts.values();
      return [description, [...account].find((one) => one.accountId === accountId)?.code];
    });
    expect(Object.fromEntries(codes)).toEqual({ Callout: '200', Fan: '270', 'Annual boiler service': '260' });
    expect(world.xero.invoice('GES-1042').lines.map(({ id: lineId }) => lineId)).toEqual(expect.arrayContaining([service?.id, part?.id]));
    expect(await world.disagreements()).toEqual([]);
  });

  it('A4: back to draft tells Xero nothing; issued again with other lines, the same invoice is updated', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.changeInvoice(id, { status: 'draft', lines: [PART] });
    await world.settle();
    expect(writesOf(world)).toEqual([]);
    world.ges.changeInvoice(id, { status: 'issued' });
    await world.settle();
    expect(world.xero.invoice('GES-1042').total).toBe(9_600);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C10: of a paid invoice only what Xero still lets one edit: a due date goes, a price needs a person', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.pay(id, '50.00');
    await world.settle();
    world.ges.changeInvoice(id, { dueDate: '2026-12-31' });
    await world.settle();
    expect(world.xero.invoice('GES-1042').dueDate).toBe(Date.UTC(2026, 11, 31));
    world.xero.forgetCalls();
    world.ges.changeInvoice(id, { lines: [{ ...SERVICE, unitPrice: '110.00' }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('paid-invoice-edited');
    expect(writesOf(world)).toEqual([]);
  });

  it('an invoice given to another customer needs a person: Xero keeps the first one', async () => {
    const { world, id } = await worldWithInvoice();
    const { id: customerId } = world.ges.customer({ name: 'Somebody Else', email: 'else@somebody.example' });
    world.ges.changeInvoice(id, { customerId });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('customer-changed');
  });

  it('C3: another number goes; one that is taken in Xero needs a person', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.changeInvoice(id, { number: 'GES-2000' });
    await world.settle();
    expect(world.xero.invoice('GES-2000').invoiceId).toBe(xeroId);
    const contact = { ContactID: world.xero.invoice('GES-2000').contactId };
    world.xero.as('invoices', { InvoiceNumber: 'GES-3000', Contact: contact, DueDate: '2026-12-24', LineItems: [LINE] });
    world.ges.changeInvoice(id, { number: 'GES-3000' });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('number-taken');
  });
});

const LINE = { Description: 'Service', Quantity: 1, UnitAmount: 100, AccountCode: '200', TaxType: 'OUTPUT2' };

describe('an end', () => {
  it('C4: void in GES → VOIDED in Xero; void in Xero → void in GES', async () => {
    const one = await worldWithInvoice();
    one.world.ges.changeInvoice(one.id, { status: 'void' });
    await one.world.settle();
    expect(one.world.xero.invoice('GES-1042').status).toBe('VOIDED');
    expect(await one.world.disagreements()).toEqual([]);
    const two = await worldWithInvoice();
    two.world.xero.as(`invoices/${two.xeroId}/void`);
    await two.world.settle();
    expect(two.world.ges.readInvoice(two.id).status).toBe('void');
    expect(writesOf(two.world)).toEqual([]);
    expect(await two.world.disagreements()).toEqual([]);
  });

  it('C4: deleted in GES → VOIDED in Xero; a late "updated" does not bring it back', async () => {
    const { world, id } = await worldWithInvoice();
    world.ges.changeInvoice(id, { reference: 'late' });
    const late = world.intercept();
    world.ges.deleteInvoice(id);
    await world.settle();
    await world.deliver(late.events);
    await world.settle();
    expect(world.xero.numbered('GES-1042')).toMatchObject([{ status: 'VOIDED' }]);
  });

  it('C4: void in GES while Xero has money on it: attention, no money is removed', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 20 });
    const { webhooks } = world.intercept();
    world.ges.changeInvoice(id, { status: 'void' });
    await world.settle();
    await world.deliver([], webhooks);
    await world.settle();
    expect(world.xero.payments()).toHaveLength(1);
    expect(await world.problem('invoice', id)).toBe('void-with-payments');
  });

  it.each(['told by its own news alone', 'told with its invoice'])(
    'C4, F1: void in Xero while GES has money on it: attention, until the user has deleted the payment, as told (%s)',
    async (how) => {
      const { world, id, xeroId } = await worldWithInvoice();
      const { id: paymentId } = world.unheard(() => world.ges.pay(id, '20.00'));
      world.xero.as(`invoices/${xeroId}/void`);
      await world.settle();
      expect(await world.problem('invoice', id)).toBe('void-with-payments');

      world.ges.deletePayment(paymentId);
      const { events } = world.intercept();
      await world.deliver(how === 'told with its invoice' ? events : events.filter(({ detail }) => detail.entity.type === 'payment'));
      await world.settle();
      expect(await world.problem('invoice', id)).toBeUndefined();
      expect(world.ges.readInvoice(id).status).toBe('void');
    },
  );
});

describe('what Xero would refuse is said without posting', () => {
  it('C3: a number of a Xero invoice with the same contact, total and date is the same invoice; its payment is found', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const customer = ges.customer();
    await world.settle();
    const ContactID = (await world.link('customer', customer.id))?.xeroId;
    const { InvoiceID } = (xero.as('invoices', {
      InvoiceNumber: 'GES-1042',
      Contact: { ContactID },
      Date: '2026-11-20',
      DueDate: '2026-12-04',
      LineItems: [LINE],
    }) ?? {}) as { InvoiceID: string };
    xero.as(`invoices/${InvoiceID}/pay`, { date: '2026-11-21' });
    const { id } = ges.invoice({ customerId: customer.id, number: 'GES-1042', issueDate: '2026-11-20', lines: [SERVICE] });
    ges.pay(id, '120.00', { date: '2026-11-21' });
    await world.settle();
    expect((await world.link('invoice', id))?.xeroId).toBe(InvoiceID);
    expect(xero.payments()).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C3: a number of another, or of a void invoice: attention', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    const other = xero.as('invoices', { InvoiceNumber: 'GES-1', Contact: { Name: 'HMRC VAT' }, DueDate: '2026-12-24', LineItems: [LINE] });
    xero.as('invoices', { InvoiceNumber: 'GES-2', Contact: { Name: 'HMRC VAT' }, DueDate: '2026-12-24', LineItems: [LINE] });
    xero.as(`invoices/${String(other['InvoiceID'])}/void`);
    const { id: customerId } = ges.customer();
    const made = ['GES-1', 'GES-2', 'GES-3'].map((number) => ges.invoice({ customerId, number, lines: [SERVICE] }));
    await world.settle();
    const problems = await Promise.all(made.map(({ id }) => world.problem('invoice', id)));
    expect(problems).toEqual(['number-taken', 'number-taken', undefined]);
  });

  it.each([['period'], ['endOfYear']])('C9: on the %s lock date attention, the day after it goes', async (kind) => {
    const { ges, xero, ...world } = await createMoneyWorld();
    xero.as('lock-dates', { [`${kind}LockDate`]: '2026-11-20' });
    const { id: customerId } = ges.customer();
    const locked = ges.invoice({ customerId, issueDate: '2026-11-20', lines: [SERVICE] });
    const open = ges.invoice({ customerId, issueDate: '2026-11-21', lines: [SERVICE] });
    await world.settle();
    expect(await world.problem('invoice', locked.id)).toBe('period-locked');
    expect(await world.problem('invoice', open.id)).toBeUndefined();
    expect(xero.invoices()).toHaveLength(1);
  });

  it('C9: a lock date set after the facts were read is still told as what it is, and re-issuing after it was lifted sends it', async () => {
    const { world, id } = await worldWithInvoice();
    world.xero.as('lock-dates', { periodLockDate: '2026-11-20' });
    world.ges.changeInvoice(id, { lines: [PART] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('period-locked');
    world.xero.as('lock-dates', { periodLockDate: null });
    world.clock.advance(FIVE_MINUTES_MS);
    world.ges.changeInvoice(id, {});
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(world.xero.invoice('GES-1042').total).toBe(9_600);
  });

  it('C9: the plan limit is known beforehand, and found when reached in between', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    xero.as('plan', { approvedInvoiceLimit: 1 });
    const { id: customerId } = ges.customer();
    const [one, two] = [ges.invoice({ customerId, lines: [SERVICE] }), ges.invoice({ customerId, lines: [SERVICE] })];
    await world.settle();
    expect([await world.problem('invoice', one.id), await world.problem('invoice', two.id)]).toEqual([undefined, 'plan-limit']);
    world.clock.advance(FIVE_MINUTES_MS);
    const three = ges.invoice({ customerId, lines: [SERVICE] });
    await world.settle();
    expect(await world.problem('invoice', three.id)).toBe('plan-limit');
    expect(xero.invoices()).toHaveLength(1);
  });

  it('C5: not VAT-registered: an invoice with VAT needs a person, one without goes as NONE and stays as it is in GES', async () => {
    const { ges, xero, ...world } = await createMoneyWorld({ tenantId: PLAIN_TENANT });
    const { id: customerId } = ges.customer();
    const taxed = ges.invoice({ customerId, lines: [SERVICE] });
    const zero = ges.invoice({ customerId, number: 'Z', lines: [{ ...SERVICE, vat: 'zero' }] });
    await world.settle();
    expect(await world.problem('invoice', taxed.id)).toBe('not-vat-registered');
    expect(xero.invoice('Z').lines).toMatchObject([{ taxType: 'NONE' }]);
    expect(ges.readInvoice(zero.id).lines).toMatchObject([{ vat: 'zero' }]);
    ges.changeInvoice(zero.id, { lines: [{ ...SERVICE, vat: 'zero', unitPrice: '90.00' }] });
    await world.settle();
    expect(xero.invoice('Z').total).toBe(9_000);
    expect(await world.disagreements()).toEqual([]);
  });

  it('C5: a tax rate that is not active is named', async () => {
    const { ges, xero, ...world } = await createMoneyWorld();
    for (const rate of [...xero.sandbox.state.taxRates.values()])
      if (rate.taxType === 'RROUTPUT') xero.sandbox.state.taxRates.put({ ...rate, status: 'DELETED' });
    const { id: customerId } = ges.customer();
    const { id } = ges.invoice({ customerId, lines: [{ ...SERVICE, vat: 'reduced' }] });
    await world.settle();
    expect((await world.link('invoice', id))?.problem).toMatchObject({
      code: 'tax-rate-missing',
      message: expect.stringContaining('RROUTPUT'),
    });
    expect(xero.invoices()).toEqual([]);
  });

  it('C8: CIS labour goes to the CIS account, both deduct the same and the net amount due can be paid', async () => {
    const { world, id } = await worldWithInvoice({ lines: [CIS, { ...PART, vat: 'reverse-charge-standard', cis: 'materials' }] });
    expect(world.xero.invoice('GES-1042')).toMatchObject({ total: 18_000, cisDeduction: 2_000 });
    world.ges.pay(id, '160.00');
    await world.settle();
    expect(world.xero.invoice('GES-1042').status).toBe('PAID');
    expect(await world.disagreements()).toEqual([]);
  });

  it('C8: CIS off in Xero, or another rate there: attention, nothing posted', async () => {
    const off = await createMoneyWorld({ tenantId: PLAIN_TENANT });
    const one = off.ges.invoice({ customerId: off.ges.customer().id, lines: [{ ...CIS, vat: 'outside' }] });
    await off.settle();
    expect(await off.problem('invoice', one.id)).toBe('cis-off');
    const other = await createMoneyWorld();
    const { organisations } = other.xero.sandbox.state;
    for (const organisation of [...organisations.values()]) organisations.put({ ...organisation, cisRate: 30 });
    const two = other.ges.invoice({ customerId: other.ges.customer().id, lines: [CIS] });
    await other.settle();
    expect((await other.link('invoice', two.id))?.problem).toMatchObject({
      code: 'cis-rate-differs',
      message: expect.stringMatching(/£20\.00 \(20 %\).*£30\.00 \(30 %\)/),
    });
    expect([off.xero.invoices(), other.xero.invoices()]).toEqual([[], []]);
  });

  it('C8: a CIS rate that changed after the facts were read is found in Xero’s answer', async () => {
    const { world, id } = await worldWithInvoice({ lines: [CIS] });
    const { organisations } = world.xero.sandbox.state;
    for (const organisation of [...organisations.values()]) organisations.put({ ...organisation, cisRate: 30 });
    world.ges.changeInvoice(id, { lines: [{ ...CIS, unitPrice: '200.00' }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('cis-rate-differs');
  });
});
