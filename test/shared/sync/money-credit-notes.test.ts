import { describe, expect, it } from '@jest/globals';
import type { CreditNote } from '../../../local/xero-sandbox/credit-notes/records.ts';
import { remainingCreditOf } from '../../../local/xero-sandbox/credit-notes/records.ts';
import { worldWithInvoice, writesOf, type SentInvoice } from '../../support/money-records.ts';
import { VAT_TENANT } from '../../support/money-xero.ts';
import type { MoneyWorld } from '../../support/money-world.ts';

const RETURNED = { id: 'l1', description: 'Fan returned', quantity: '1', unitPrice: '-25.00', vat: 'standard' };

function notes({ xero }: MoneyWorld): readonly CreditNote[] {
  return xero.sandbox.state.creditNotes.by('tenant', VAT_TENANT).filter(({ number }) => number?.startsWith('GES-') === true);
}
function note(world: MoneyWorld): CreditNote {
  const [only, ...more] = notes(world);
  if (only === undefined || more.length > 0) throw new Error(`${String(notes(world).length)} credit notes`);
  return only;
}

interface Credited extends SentInvoice {
  readonly creditId: string;
}
/** GES-1042 over £120.00 in step, and a credit of £30.00 of it, in step too. */
async function worldWithCredit(fields: Readonly<Record<string, unknown>> = {}): Promise<Credited> {
  const sent = await worldWithInvoice();
  const { world, id, customerId } = sent;
  const credit = { customerId, number: 'GES-1043', issueDate: '2026-11-21', creditsInvoiceId: id, lines: [RETURNED], ...fields };
  const { id: creditId } = world.ges.invoice(credit);
  await world.settle();
  return { ...sent, creditId };
}

describe('C13: a GES invoice with a negative total', () => {
  it('becomes a credit note, named after the invoice that it credits and set against it; both balances move on both sides', async () => {
    const { world, id, xeroId, creditId } = await worldWithCredit();
    expect(note(world)).toMatchObject({ number: 'GES-1043', reference: 'Credit of GES-1042', status: 'PAID', total: 3_000, totalTax: 500 });
    expect(note(world).allocations).toMatchObject([{ invoiceId: xeroId, amount: 3_000 }]);
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { credited: '30.00', due: '90.00' }, paymentStatus: 'part-paid' });
    expect(world.ges.readInvoice(creditId)).toMatchObject({ balance: { credited: '-30.00', due: '0.00' }, paymentStatus: 'paid' });
    expect((await world.link('invoice', creditId))?.status).toBe('synced');
    expect((await world.timeline('invoice', creditId)).map(({ code }) => code)).toContain('allocated');
    world.xero.forgetCalls();
    world.ges.forgetCalls();
    await world.settle();
    expect([world.xero.calls, world.ges.writes]).toEqual([[], []]);
  });

  it('C7a: the first one is a draft until its totals were compared; the second is approved at once', async () => {
    const { world, customerId, id } = await worldWithCredit();
    expect(writesOf(world).filter((call) => call.endsWith('/CreditNotes'))).toEqual([
      'PUT /api.xro/2.0/CreditNotes',
      'POST /api.xro/2.0/CreditNotes',
    ]);
    world.xero.forgetCalls();
    world.ges.invoice({ customerId, number: 'GES-1044', issueDate: '2026-11-21', creditsInvoiceId: id, lines: [RETURNED] });
    await world.settle();
    expect(writesOf(world)).toHaveLength(2);
    expect(world.ges.readInvoice(id).balance).toMatchObject({ credited: '60.00', due: '60.00' });
  });

  it('percentages are worked into prices, and the sign stands on the price', async () => {
    const lines = [
      { description: 'Fan', quantity: '-2', unitPrice: '10.00', discountPercent: '12.5' },
      { description: 'Callout', quantity: '1', unitPrice: '-8.00', discountPercent: '50' },
    ];
    const { world, creditId } = await worldWithCredit({ lines });
    expect(note(world).lines.map(({ quantity, unitAmount }) => [Number(quantity), Number(unitAmount)])).toEqual([
      [20_000, 87_500],
      [10_000, 40_000],
    ]);
    expect(note(world).total).toBe(2_580);
    expect(world.ges.readInvoice(creditId).totals.gross).toBe('-25.80');
  });

  it('more than is due on the invoice: that much is set against it, the rest stays on account; without an invoice all of it does', async () => {
    const { world, id, creditId } = await worldWithCredit({ lines: [{ ...RETURNED, unitPrice: '-150.00' }] });
    expect(remainingCreditOf(note(world))).toBe(6_000);
    expect(world.ges.readInvoice(id)).toMatchObject({ balance: { credited: '120.00', due: '0.00' }, paymentStatus: 'paid' });
    expect(world.ges.readInvoice(creditId)).toMatchObject({ balance: { credited: '-120.00', due: '-60.00' }, paymentStatus: 'part-paid' });
    const other = await worldWithInvoice();
    const free = { customerId: other.customerId, number: 'GES-1050', issueDate: '2026-11-21', lines: [RETURNED] };
    const { id: freeId } = other.world.ges.invoice(free);
    await other.world.settle();
    expect(note(other.world)).toMatchObject({ status: 'AUTHORISED', allocations: [] });
    expect(other.world.ges.readInvoice(freeId).balance.due).toBe('-30.00');
  });

  it('edited in GES: our allocation is taken back, the change made, and as much as is due set against the invoice again', async () => {
    const { world, id, creditId } = await worldWithCredit();
    world.xero.forgetCalls();
    world.ges.changeInvoice(creditId, { lines: [{ ...RETURNED, unitPrice: '-40.00' }] });
    await world.settle();
    expect(note(world)).toMatchObject({ total: 4_800, status: 'PAID' });
    expect(note(world).allocations).toMatchObject([{ amount: 4_800 }]);
    expect(world.ges.readInvoice(id).balance).toMatchObject({ credited: '48.00', due: '72.00' });
    expect(world.ges.readInvoice(creditId).balance).toMatchObject({ credited: '-48.00', due: '0.00' });
    expect(writesOf(world)).toHaveLength(3);
  });

  it('void in GES: our allocation is taken back, the credit note voided, the invoice owed again', async () => {
    const { world, id, creditId } = await worldWithCredit();
    world.ges.changeInvoice(creditId, { status: 'void' });
    await world.settle();
    expect(note(world)).toMatchObject({ status: 'VOIDED', allocations: [] });
    expect(world.ges.readInvoice(id).balance).toMatchObject({ credited: '0.00', due: '120.00' });
  });

  it('an allocation that somebody else made, or a refund: an edit or a void in GES needs a person, and nothing is taken back', async () => {
    const { world, creditId } = await worldWithCredit({ lines: [{ ...RETURNED, unitPrice: '-150.00' }] });
    world.xero.as(`credit-notes/${note(world).creditNoteId}/refund`, { amount: 10 });
    await world.settle();
    expect(world.ges.readInvoice(creditId).balance).toMatchObject({ credited: '-130.00', due: '-50.00' });
    world.xero.forgetCalls();
    world.ges.changeInvoice(creditId, { status: 'void' });
    await world.settle();
    expect([(await world.link('invoice', creditId))?.status, writesOf(world)]).toEqual(['attention', []]);
  });

  it('a refund in Xero closes the credit in GES; an allocation that a person takes back is not made again', async () => {
    const { world, id, xeroId, creditId } = await worldWithCredit();
    const { creditNoteId } = note(world);
    world.xero.as(`credit-notes/${creditNoteId}/remove-allocation`, { invoiceId: xeroId });
    await world.settle();
    expect(note(world).allocations).toEqual([]);
    expect(world.ges.readInvoice(id).balance.credited).toBe('0.00');
    expect(world.ges.readInvoice(creditId).balance).toMatchObject({ credited: '0.00', due: '-30.00' });
    world.xero.as(`credit-notes/${creditNoteId}/refund`);
    await world.settle();
    expect(world.ges.readInvoice(creditId)).toMatchObject({ balance: { due: '0.00' }, paymentStatus: 'paid' });
  });

  it('money entered in GES on a credit needs a person, and is not sent; deleted again, nobody is asked', async () => {
    const { world, creditId } = await worldWithCredit();
    world.xero.forgetCalls();
    const payment = world.ges.pay(creditId, '5.00');
    await world.settle();
    expect([await world.problem('payment', payment.id), writesOf(world)]).toEqual(['refund-not-sent', []]);
    world.ges.deletePayment(payment.id);
    await world.settle();
    expect((await world.link('payment', payment.id))?.deleted).toBe(true);
  });

  it('one whose sign changes between two issues needs a person, and Xero keeps what it has', async () => {
    const { world, id, creditId } = await worldWithCredit();
    world.xero.forgetCalls();
    world.ges.changeInvoice(creditId, { lines: [{ ...RETURNED, unitPrice: '25.00' }] });
    world.ges.changeInvoice(id, { lines: [RETURNED] });
    await world.settle();
    expect([await world.problem('invoice', creditId), await world.problem('invoice', id)]).toEqual(['sign-changed', 'sign-changed']);
    expect(writesOf(world)).toEqual([]);
  });

  it.each(['lost-after', '500'] as const)('F3: %s of any of its writes doubles nothing and loses nothing', async (kind) => {
    for (const atCall of [1, 2, 3, 4, 5, 6]) {
      const { world, id, customerId, xeroId } = await worldWithInvoice();
      world.xero.fault({ kind, path: '/api.xro', ...(kind === '500' ? { commit: true } : {}) }, atCall);
      world.ges.invoice({ customerId, number: 'GES-1043', issueDate: '2026-11-21', creditsInvoiceId: id, lines: [RETURNED] });
      await world.settle();
      expect([atCall, notes(world).length]).toEqual([atCall, 1]);
      expect([atCall, note(world).allocations]).toMatchObject([atCall, [{ invoiceId: xeroId, amount: 3_000 }]]);
      expect(world.ges.readInvoice(id).balance).toMatchObject({ credited: '30.00', due: '90.00' });
    }
  });

  it('F2, F2a: 60 credits, one of which fails for good: the other 59 go, in batches', async () => {
    const { world, customerId } = await worldWithInvoice();
    const lines = [{ description: 'Visit', unitPrice: '50.00' }];
    const numbers = Array.from({ length: 60 }, (_, index) => String(3000 + index));
    const ids = numbers.map((number) => world.ges.invoice({ customerId, number: `GES-A${number}`, issueDate: '2026-11-20', lines }).id);
    await world.settle();
    world.xero.forgetCalls();
    for (const [place, number] of numbers.entries())
      world.ges.invoice({
        customerId,
        number: `GES-C${number}`,
        issueDate: '2026-11-21',
        creditsInvoiceId: ids[place],
        lines: [{ ...RETURNED, description: place === 7 ? '' : 'Fan' }],
      });
    await world.settle();
    expect(notes(world).filter(({ status }) => status === 'PAID')).toHaveLength(59);
    expect(writesOf(world).filter((call) => call.endsWith('/CreditNotes')).length).toBeLessThanOrEqual(4);
    expect(world.ges.invoices().filter(({ balance }) => balance.credited === '30.00')).toHaveLength(59);
  });
});
