import fc from 'fast-check';
import { Refused } from '../simulation/world/ges-system.ts';
import type { MoneyWorld } from './money-world.ts';

/** What people do on either side and what befalls the sync: plain data, so that a failing history can be read and replayed. */
export type Deed =
  | { readonly do: 'issue'; readonly price: string; readonly pricesIncludeVat: boolean }
  | { readonly do: 'reword' | 'reword in Xero'; readonly at: number; readonly reference: string }
  | { readonly do: 'reprice' | 'reprice in Xero'; readonly at: number; readonly price: string }
  | { readonly do: 'change status'; readonly at: number; readonly status: 'draft' | 'issued' | 'void' }
  | { readonly do: 'pay' | 'pay in Xero'; readonly at: number; readonly amount: string }
  | { readonly do: 'delete payment' | 'delete payment in Xero' | 'void in Xero'; readonly at: number }
  | { readonly do: 'redate' | 'redate in Xero'; readonly at: number; readonly date: string }
  | { readonly do: 'drain' | 'wait a minute' | 'news in reverse and twice' | 'bulk run' }
  | { readonly do: 'kill'; readonly atCall: number; readonly when: 'before' | 'after' }
  | { readonly do: 'fault'; readonly kind: 'lost-after' | '500' | '429'; readonly method: 'PUT' | 'POST' };

const at = fc.nat({ max: 3 });
const price = fc.constantFrom('100.00', '33.33', '0.3333', '64.99');

export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('issue' as const), price, pricesIncludeVat: fc.boolean() }),
    fc.record({ do: fc.constantFrom('reword' as const, 'reword in Xero' as const), at, reference: fc.constantFrom('One', 'Two', 'Three') }),
    fc.record({ do: fc.constantFrom('reprice' as const, 'reprice in Xero' as const), at, price }),
    fc.record({
      do: fc.constant('change status' as const),
      at,
      status: fc.constantFrom('draft' as const, 'issued' as const, 'void' as const),
    }),
    fc.record({
      do: fc.constantFrom('redate' as const, 'redate in Xero' as const),
      at,
      date: fc.constantFrom('2026-11-01', '2026-11-19', '2026-11-22'),
    }),
    fc.record({ do: fc.constantFrom('pay' as const, 'pay in Xero' as const), at, amount: fc.constantFrom('5.00', '12.00', '36.00') }),
    fc.record({ do: fc.constantFrom('delete payment' as const, 'delete payment in Xero' as const, 'void in Xero' as const), at }),
    fc.record({
      do: fc.constantFrom('drain' as const, 'wait a minute' as const, 'news in reverse and twice' as const, 'bulk run' as const),
    }),
    fc.record({
      do: fc.constant('kill' as const),
      atCall: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    fc.record({
      do: fc.constant('fault' as const),
      kind: fc.constantFrom('lost-after' as const, '500' as const, '429' as const),
      method: fc.constantFrom('PUT' as const, 'POST' as const),
    }),
  ),
  { minLength: 4, maxLength: 25 },
);

/** Does it, if it is possible just now: either side may refuse, as it would refuse a person. */
export async function perform(world: MoneyWorld, deed: Deed): Promise<void> {
  try {
    await attempt(world, deed);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

async function attempt(world: MoneyWorld, deed: Deed): Promise<void> {
  const { ges, xero } = world;
  const gesInvoice = (place: number) => pick(ges.invoices(), place);
  const xeroInvoice = (place: number) => pick(xero.invoices(), place);
  switch (deed.do) {
    case 'issue': {
      const { id: customerId } = ges.customer({ name: `Customer ${String(ges.invoices().length)}`, email: '' });
      const lines = [
        { description: 'Service', unitPrice: deed.price },
        { description: 'Fan', unitPrice: deed.price, quantity: '3' },
      ];
      ges.invoice({ customerId, lines, pricesIncludeVat: deed.pricesIncludeVat });
      return;
    }
    case 'reword':
      ges.changeInvoice(gesInvoice(deed.at)?.id ?? '', { reference: deed.reference });
      return;
    case 'reprice': {
      const invoice = gesInvoice(deed.at);
      ges.changeInvoice(invoice?.id ?? '', { lines: invoice?.lines.map((line) => ({ ...line, unitPrice: deed.price })) });
      return;
    }
    case 'change status':
      ges.changeInvoice(gesInvoice(deed.at)?.id ?? '', { status: deed.status });
      return;
    case 'pay':
      ges.pay(gesInvoice(deed.at)?.id ?? '', deed.amount);
      return;
    case 'delete payment':
      ges.deletePayment(pick(ges.payments(), deed.at)?.id ?? '');
      return;
    case 'reword in Xero':
      xero.as(`invoices/${xeroInvoice(deed.at)?.invoiceId ?? ''}`, { Reference: deed.reference });
      return;
    case 'reprice in Xero': {
      const invoice = xeroInvoice(deed.at);
      const lines = invoice?.lines.map(({ id }, index) => ({ LineItemID: id, ...(index === 0 ? { UnitAmount: Number(deed.price) } : {}) }));
      xero.as(`invoices/${invoice?.invoiceId ?? ''}`, { LineItems: lines });
      return;
    }
    case 'pay in Xero':
      xero.as(`invoices/${xeroInvoice(deed.at)?.invoiceId ?? ''}/pay`, { amount: Number(deed.amount) });
      return;
    case 'delete payment in Xero':
      xero.as(`payments/${pick(xero.payments(), deed.at)?.paymentId ?? ''}/delete`);
      return;
    case 'void in Xero':
      xero.as(`invoices/${xeroInvoice(deed.at)?.invoiceId ?? ''}/void`);
      return;
    case 'redate':
      ges.changeInvoice(gesInvoice(deed.at)?.id ?? '', { issueDate: deed.date });
      return;
    case 'redate in Xero':
      xero.as(`invoices/${xeroInvoice(deed.at)?.invoiceId ?? ''}`, { Date: deed.date });
      return;
    case 'bulk run':
      await world.bulk();
      return;
    case 'drain':
      return world.drain();
    case 'wait a minute':
      return world.wait(60_000);
    case 'news in reverse and twice': {
      const { events, webhooks } = world.intercept();
      await world.deliver(events.toReversed(), webhooks.toReversed());
      await world.drainOnly();
      return world.deliver(events, webhooks);
    }
    case 'kill':
      world.ports.plan({ kind: 'killed', atCall: deed.atCall, when: deed.when });
      return;
    case 'fault': {
      const limit = { problem: 'minute', retryAfterSeconds: 20 };
      xero.fault({
        kind: deed.kind,
        method: deed.method,
        path: '/api.xro',
        ...(deed.kind === '429' ? limit : { commit: deed.kind === '500' }),
      });
    }
  }
}

function pick<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}
