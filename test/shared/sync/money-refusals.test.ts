import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice, writesOf } from '../../support/money-records.ts';

const NEXT = { issueDate: '2026-11-20', lines: [SERVICE], number: 'GES-1043' };
const HOUR_MS = 3_600_000;

describe('B5: the contact of an invoice is archived in Xero', () => {
  it('B5, F1: a new invoice needs a person, without a call that Xero would refuse; restored, it goes by itself', async () => {
    const { world, customerId } = await worldWithInvoice();
    const { contactId } = world.xero.invoice('GES-1042');
    world.xero.as(`contacts/${contactId}/archive`);
    await world.settle();
    world.xero.forgetCalls();
    const { id } = world.ges.invoice({ ...NEXT, customerId });
    await world.drain();
    expect(await world.problem('invoice', id)).toBe('contact-archived');
    expect(writesOf(world)).toEqual([]);
    world.xero.as(`contacts/${contactId}/restore`);
    await world.drain();
    expect(await world.link('invoice', id)).toMatchObject({ status: 'synced' });
    expect(world.outcomes.filter(({ kind }) => kind === 'RecordNeedsAttention')).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it('B5, F1: archived while nobody tells us: Xero’s refusal is understood, and it is tried again by itself', async () => {
    const { world, customerId } = await worldWithInvoice();
    const { contactId } = world.xero.invoice('GES-1042');
    world.xero.as(`contacts/${contactId}/archive`);
    world.intercept();
    const { id } = world.ges.invoice({ ...NEXT, customerId });
    await world.drain();
    expect(await world.link('invoice', id)).toMatchObject({ status: 'attention', problem: { code: 'contact-archived' } });
    world.xero.as(`contacts/${contactId}/restore`);
    world.intercept();
    await world.wait(HOUR_MS + 60_000);
    expect(await world.link('invoice', id)).toMatchObject({ status: 'synced' });
    expect(await world.disagreements()).toEqual([]);
  });

  it('C4, B5: a void of its invoice needs a person; restored, it goes by itself', async () => {
    const { world, id } = await worldWithInvoice();
    const { contactId } = world.xero.invoice('GES-1042');
    world.xero.as(`contacts/${contactId}/archive`);
    await world.settle();
    world.ges.changeInvoice(id, { status: 'void' });
    await world.drain();
    expect(await world.problem('invoice', id)).toBe('contact-archived');
    world.xero.as(`contacts/${contactId}/restore`);
    await world.drain();
    expect(world.xero.invoice('GES-1042').status).toBe('VOIDED');
  });
});

describe('F1: what Xero refuses', () => {
  it('a text that names a fact has that fact read again before anybody is asked, once for all', async () => {
    const { world, customerId } = await worldWithInvoice();
    const archived = "Account code '200' has been archived, or has been deleted. Please make sure it exists and is active.";
    const ids = ['GES-1043', 'GES-1044'].map((number) => world.ges.invoice({ ...NEXT, number, customerId }).id);
    const isReadAgain = (): boolean => world.xero.calls.some((call) => call.endsWith('/Accounts'));
    world.obstacles.xero.refuse(() => !isReadAgain(), archived);
    await world.drain();
    for (const id of ids) expect(await world.link('invoice', id)).toMatchObject({ status: 'synced' });
    expect(world.xero.calls.filter((call) => call.endsWith('/Accounts'))).toHaveLength(1);
    expect(world.xero.calls.filter((call) => call.endsWith('/TaxRates'))).toHaveLength(0);
  });

  it('refused again with fresh facts, a person is asked, with Xero’s own words as detail', async () => {
    const { world, customerId } = await worldWithInvoice();
    const wrong = "The TaxType code 'OUTPUT2' cannot be used with account code '200'.";
    world.obstacles.xero.refuse(({ number }) => number === 'GES-1043', wrong);
    const { id } = world.ges.invoice({ ...NEXT, customerId });
    await world.drain();
    expect(await world.link('invoice', id)).toMatchObject({ problem: { code: 'tax-rate-missing', detail: wrong } });
    expect(writesOf(world)).toHaveLength(0);
  });

  it('paid in Xero between our read and our void: the invoice is read again, and a person is told why', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.obstacles.xero.meanwhile('updateInvoices', () => {
      world.xero.as(`invoices/${xeroId}/pay`, { amount: 50 });
      world.intercept();
    });
    world.ges.changeInvoice(id, { status: 'void' });
    await world.wait(60_000);
    expect(await world.problem('invoice', id)).toBe('void-with-payments');
    expect(world.xero.invoice('GES-1042').status).toBe('AUTHORISED');
  });

  it('a text that we do not know keeps Xero’s own words as detail, and is not sent again and again', async () => {
    const { world, customerId } = await worldWithInvoice();
    world.obstacles.xero.refuse(({ number }) => number === 'GES-1043', 'The moon is full.');
    const { id } = world.ges.invoice({ ...NEXT, customerId });
    await world.wait(HOUR_MS);
    expect(await world.link('invoice', id)).toMatchObject({ problem: { code: 'refused-by-xero', detail: 'The moon is full.' } });
  });
});
