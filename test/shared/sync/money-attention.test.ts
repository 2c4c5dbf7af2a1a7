import { describe, expect, it } from '@jest/globals';
import { SERVICE, worldWithInvoice, type SentInvoice } from '../../support/money-records.ts';
import type { MoneyWorld } from '../../support/money-world.ts';

const LABOUR = { ...SERVICE, cis: 'labour' };

function setCisRate({ xero }: MoneyWorld, cisRate: number): void {
  const { organisations } = xero.sandbox.state;
  for (const organisation of [...organisations.values()]) organisations.put({ ...organisation, cisRate });
}

/** Xero deducts 30 % since after the facts were read, and an edit is on its way: what was sent comes to something else there. */
async function aboutToDiffer(): Promise<SentInvoice> {
  const sent = await worldWithInvoice({ lines: [LABOUR] });
  setCisRate(sent.world, 30);
  sent.world.ges.changeInvoice(sent.id, { lines: [{ ...LABOUR, unitPrice: '200.00' }] });
  return sent;
}

describe('F1: what differs in money stays told until it does not differ (C7, C8)', () => {
  it('a bulk run and an edit in Xero of something else do not hide it; it is told once', async () => {
    const { world, id, xeroId } = await aboutToDiffer();
    await world.settle();
    await world.bulk();
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('cis-rate-differs');
    world.xero.as(`invoices/${xeroId}`, { Reference: 'Priya' });
    await world.settle();
    expect(world.ges.readInvoice(id).reference).toBe('Priya');
    expect(await world.problem('invoice', id)).toBe('cis-rate-differs');
    expect(world.outcomes.filter(({ kind }) => kind === 'RecordNeedsAttention')).toHaveLength(1);
  });

  it('goes by itself with the next news once both sides come to the same', async () => {
    const { world, id, xeroId } = await aboutToDiffer();
    await world.settle();
    setCisRate(world, 20);
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: world.xero.invoice('GES-1042').lines[0]?.id }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });

  it('labour recoded in Xero to another account, so that nothing is deducted there: told, until it is put back', async () => {
    const { world, id, xeroId } = await worldWithInvoice({ lines: [LABOUR] });
    const [line] = world.xero.invoice('GES-1042').lines;
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, AccountCode: '200' }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('cis-rate-differs');
    world.xero.as(`invoices/${xeroId}`, { LineItems: [{ LineItemID: line?.id, AccountID: line?.accountId }] });
    await world.settle();
    expect(await world.problem('invoice', id)).toBeUndefined();
    expect(await world.disagreements()).toEqual([]);
  });

  it('is told again when it comes to something else: the sentence that the user reads names the amounts', async () => {
    const { world, id } = await worldWithInvoice();
    const { id: paymentId } = world.ges.pay(id, '140.00');
    await world.settle();
    world.ges.changePayment(paymentId, { amount: '125.00' });
    await world.settle();
    world.ges.changePayment(paymentId, { reference: 'SumUp 8841' });
    await world.settle();
    const told = world.outcomes.flatMap((outcome) => (outcome.kind === 'RecordNeedsAttention' ? [outcome.problem.message] : []));
    expect(told).toEqual([expect.stringContaining('£20.00 more than owed'), expect.stringContaining('£5.00 more than owed')]);
    expect((await world.timeline('payment', paymentId)).map(({ text }) => text)).toEqual(told);
  });

  it('no kill between any two steps loses it', async () => {
    const inPeace = await aboutToDiffer();
    inPeace.world.ports.forget();
    await inPeace.world.settle();
    for (let atCall = 1; atCall <= inPeace.world.ports.calls.length; atCall++) {
      const { world, id } = await aboutToDiffer();
      world.ports.plan({ kind: 'killed', atCall, when: 'before' });
      await world.settle();
      const isOnBus = world.outcomes.some((told) => told.kind === 'RecordNeedsAttention' && told.entity.id === id);
      expect([atCall, await world.problem('invoice', id), isOnBus]).toEqual([atCall, 'cis-rate-differs', true]);
    }
  });

  it('no kill between any two steps loses what the timeline and the platform are told of it (E2, F1, F2b)', async () => {
    const inPeace = await aboutToNeedPerson();
    inPeace.world.ports.forget();
    await inPeace.world.settle();
    for (let atCall = 1; atCall <= inPeace.world.ports.calls.length; atCall++) {
      const { world, id } = await aboutToNeedPerson();
      world.ports.plan({ kind: 'killed', atCall, when: 'after' });
      await world.settle();
      // D5: what GES had deleted is put back, as a new payment.
      const paymentId = world.ges.payments(id)[0]?.id ?? '';
      const isOnBus = world.outcomes.some((told) => told.kind === 'RecordNeedsAttention' && told.entity.id === paymentId);
      const told = (await world.timeline('payment', paymentId)).some(({ code }) => code === 'attention');
      expect([atCall, await world.problem('payment', paymentId), told, isOnBus]).toEqual([atCall, 'payment-reconciled', true, true]);
    }
  });
});

/** A payment that Xero has reconciled is deleted in GES, and the news is on its way. */
async function aboutToNeedPerson(): Promise<SentInvoice> {
  const sent = await worldWithInvoice();
  const { id: paymentId } = sent.world.ges.pay(sent.id, '20.00');
  await sent.world.settle();
  sent.world.xero.as(`payments/${sent.world.xero.payments()[0]?.paymentId ?? ''}/reconcile`);
  sent.world.ges.deletePayment(paymentId);
  return sent;
}

describe('C4: money entered in Xero on an invoice that was deleted in GES, and nobody told us', () => {
  it('needs a person and no more calls; without the money the invoice is made void', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.deleteInvoice(id);
    world.intercept();
    world.xero.as(`invoices/${xeroId}/pay`, { amount: 12 });
    await world.settle();
    expect(await world.problem('invoice', id)).toBe('void-with-payments');
    world.xero.forgetCalls();
    await world.wait(3_600_000);
    expect(world.xero.calls).toEqual([]);
    world.xero.as(`payments/${world.xero.payments(xeroId)[0]?.paymentId ?? ''}/delete`);
    await world.settle();
    expect(world.xero.numbered('GES-1042')).toMatchObject([{ status: 'VOIDED' }]);
  });
});
