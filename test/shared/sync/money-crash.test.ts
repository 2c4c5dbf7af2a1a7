import { describe, expect, it } from '@jest/globals';
import type { Mishap } from '../../support/drain-port-calls.ts';
import { PART, SERVICE } from '../../support/money-records.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';

const DAY_MS = 86_400_000;

/** What has to survive: prepared in peace, then news, then the drain in which something happens. */
interface Story {
  readonly name: string;
  readonly prepare?: (world: MoneyWorld) => Promise<unknown>;
  readonly happen: (world: MoneyWorld, prepared: never) => unknown;
  /** D5: what was deleted in Xero is deleted in GES a day later. */
  readonly lastsADay?: true;
  /** What there must be at the end besides agreement: [GES payments, Xero payments, Xero invoices]. */
  readonly ends: readonly [number, number, number];
}

async function synced(world: MoneyWorld): Promise<{ id: string; xeroId: string; paymentId: string; xeroPaymentId: string }> {
  const { id: customerId } = world.ges.customer();
  const { id } = world.ges.invoice({ customerId, number: 'GES-1042', issueDate: '2026-11-20', lines: [SERVICE] });
  const { id: paymentId } = world.ges.pay(id, '50.00', { date: '2026-11-21' });
  await world.settle();
  const { invoiceId: xeroId } = world.xero.invoice('GES-1042');
  return { id, xeroId, paymentId, xeroPaymentId: world.xero.payments()[0]?.paymentId ?? '' };
}
type Synced = Awaited<ReturnType<typeof synced>>;

const STORIES: readonly Story[] = [
  {
    name: 'an invoice with a new customer and a part payment',
    happen({ ges }) {
      const { id: customerId } = ges.customer();
      const { id } = ges.invoice({ customerId, number: 'GES-1042', lines: [SERVICE, PART] });
      ges.pay(id, '50.00');
      ges.pay(id, '50.00');
    },
    ends: [2, 2, 1],
  },
  {
    name: 'an old invoice edited, which takes its payments along',
    prepare: async (world) => {
      const { ges } = world;
      const { id } = ges.invoice({ customerId: ges.customer().id, number: 'OLD-1', issueDate: '2025-01-01', lines: [SERVICE] });
      ges.pay(id, '30.00', { date: '2025-01-05' });
      ges.pay(id, '30.00', { date: '2025-01-05' });
      world.intercept();
      return id;
    },
    happen: ({ ges }, id: string) => ges.changeInvoice(id, { reference: 'again' }),
    ends: [2, 2, 1],
  },
  {
    name: 'a payment entered in Xero',
    prepare: synced,
    happen: ({ xero }, { xeroId }: Synced) => xero.as(`invoices/${xeroId}/pay`, { amount: 20 }),
    ends: [2, 2, 1],
  },
  {
    name: 'a payment entered on both sides',
    prepare: synced,
    happen({ xero, ges }, { id, xeroId }: Synced) {
      xero.as(`invoices/${xeroId}/pay`, { amount: 20 });
      ges.pay(id, '20.00');
    },
    ends: [2, 2, 1],
  },
  {
    name: 'a payment deleted in GES and entered anew',
    prepare: synced,
    happen({ ges }, { id, paymentId }: Synced) {
      ges.deletePayment(paymentId);
      ges.pay(id, '120.00');
    },
    ends: [1, 1, 1],
  },
  {
    name: 'a payment deleted in Xero and matched anew',
    prepare: synced,
    happen({ xero }, { xeroId, xeroPaymentId }: Synced) {
      xero.as(`payments/${xeroPaymentId}/delete`);
      xero.as(`invoices/${xeroId}/pay`, { amount: 50, date: '2026-11-22' });
    },
    ends: [1, 1, 1],
  },
  {
    name: 'a payment deleted in Xero',
    prepare: synced,
    happen: ({ xero }, { xeroPaymentId }: Synced) => xero.as(`payments/${xeroPaymentId}/delete`),
    lastsADay: true,
    ends: [0, 0, 1],
  },
  {
    name: 'an edit on each side',
    prepare: synced,
    happen({ xero, ges }, { id, xeroId }: Synced) {
      xero.as(`invoices/${xeroId}`, { Reference: 'From Xero' });
      ges.changeInvoice(id, { dueDate: '2026-12-31' });
    },
    ends: [1, 1, 1],
  },
];

/** What the platform was told, each once. */
function toldOf({ outcomes }: MoneyWorld, since: number): ReadonlySet<string> {
  return new Set(
    outcomes.slice(since).map((told) => ('entity' in told ? `${told.kind} ${told.entity.type} ${told.entity.id}` : told.kind)),
  );
}

async function play(story: Story, mishap?: Mishap): Promise<{ world: MoneyWorld; calls: readonly string[]; told: ReadonlySet<string> }> {
  const world = await createMoneyWorld();
  const prepared = await story.prepare?.(world);
  await world.settle();
  world.ports.forget();
  if (mishap !== undefined) world.ports.plan(mishap);
  const toldBefore = world.outcomes.length;
  story.happen(world, prepared as never);
  await world.settle(3 * 3_600_000);
  if (story.lastsADay === true) {
    world.clock.advance(DAY_MS);
    await world.settle(3 * 3_600_000);
  }
  return { world, calls: [...world.ports.calls], told: toldOf(world, toldBefore) };
}

/** What is wrong after the mishap, in words. F2b: what was told in peace is told at least once. */
async function wrongAfter(story: Story, mishap: Mishap, inPeace: ReadonlySet<string>): Promise<readonly string[]> {
  const { world, told } = await play(story, mishap);
  const untold = [...inPeace].filter((outcome) => !told.has(outcome)).map((outcome) => `not told: ${outcome}`);
  const ends = [world.ges.payments().length, world.xero.payments().length, world.xero.invoices().length];
  const isRight = ends.every((count, index) => count === story.ends[index]);
  const found = [...(await world.disagreements()), ...untold, ...(isRight ? [] : [`ends with ${ends.join(', ')}`])];
  return found.map((wrong) => `${String(mishap.atCall)} ${world.ports.calls[mishap.atCall - 1] ?? ''}: ${wrong}`);
}

describe('whatever happens to a drain, both sides agree in the end, nothing is doubled and nothing lost', () => {
  it.each(STORIES)('$name: killed after any of its calls', async (story) => {
    const wrong: string[] = [];
    const { told, calls } = await play(story);
    for (let atCall = 1; atCall <= calls.length; atCall++)
      wrong.push(...(await wrongAfter(story, { atCall, kind: 'killed', when: 'after' }, told)));
    expect(wrong).toEqual([]);
  });

  it.each(STORIES)('$name: any answer of Xero or GES is lost (F3)', async (story) => {
    const wrong: string[] = [];
    const { told, calls } = await play(story);
    for (const [index, call] of calls.entries()) {
      if (!call.startsWith('books.') && !call.startsWith('ges.')) continue;
      wrong.push(...(await wrongAfter(story, { atCall: index + 1, kind: 'hiccup', when: 'after' }, told)));
    }
    expect(wrong).toEqual([]);
  });
});
