import { describe, expect, it } from '@jest/globals';
import { LOCAL_APP } from '../../../local/xero-sandbox/seed/apps.ts';
import { createMoneyWorld, type MoneyWorld } from '../../support/money-world.ts';
import { SERVICE } from '../../support/money-records.ts';
import { VAT_TENANT } from '../../support/money-xero.ts';

/** Long enough for some hundred calls at 5 a minute. */
const LONG_MS = 8 * 3_600_000;
const VISIT = { description: 'Visit', unitPrice: '50.00' };

interface Books {
  readonly world: MoneyWorld;
  readonly customerId: string;
  /** GES ids of invoices over £60.00. */
  readonly ids: readonly string[];
}

async function books(count: number): Promise<Books> {
  const world = await createMoneyWorld();
  const { id: customerId } = world.ges.customer();
  const ids = Array.from({ length: count }, (_, index) => {
    const number = `GES-${String(7000 + index)}`;
    return world.ges.invoice({ customerId, number, issueDate: '2026-11-20', lines: [VISIT] }).id;
  });
  await world.settle(LONG_MS);
  const { apps } = world.xero.sandbox.state;
  const app = apps.get(LOCAL_APP.clientId);
  if (app !== undefined) apps.put({ ...app, minuteLimit: 5 });
  world.xero.forgetCalls();
  return { world, customerId, ids };
}

const due = ({ world }: Books, id: string): string => world.ges.readInvoice(id).balance.due;

describe.each([60, 600])('at 5 calls a minute, %s records', (count) => {
  it('C12: credited in Xero: all are shown in GES, at a read for each 40 and no write', async () => {
    const all = await books(count);
    const { world, ids } = all;
    const xeroIds = new Map(world.xero.invoices().map(({ number, invoiceId }) => [number ?? '', invoiceId]));
    for (const id of ids) world.xero.as(`invoices/${xeroIds.get(world.ges.readInvoice(id).number) ?? ''}/credit`, { amount: 6 });
    await world.settle(LONG_MS);
    expect(ids.filter((id) => due(all, id) !== '54.00')).toEqual([]);
    expect(world.xero.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect(world.xero.calls.length).toBeLessThanOrEqual(Math.ceil(count / 40) * 3 + 4);
  });

  it('F9: voids that are held, one of which Xero refuses for good: all others go on with one click', async () => {
    const all = await books(count);
    const { world, ids } = all;
    const [first = ''] = ids;
    for (const id of ids) world.ges.changeInvoice(id, { status: 'void' });
    await world.settle(LONG_MS);
    const refused = world.xero
      .invoices()
      .find(({ number, status }) => number === world.ges.readInvoice(first).number && status !== 'VOIDED');
    const voided = (): number => world.xero.invoices().filter(({ status }) => status === 'VOIDED').length;
    expect(voided()).toBe(0);
    world.xero.as(`invoices/${refused?.invoiceId ?? ''}/pay`, { amount: 6 });
    const now = await world.stores.connections.readConnection('acct_money');
    if (now === undefined) throw new Error('not connected');
    await world.stores.connections.putConnection({ ...now, goesOn: { ges: new Date(world.clock.now() + LONG_MS).toISOString() } });
    world.xero.forgetCalls();
    await world.ring();
    await world.settle(LONG_MS);
    expect(voided()).toBe(count - 1);
    expect(world.xero.calls.filter((call) => !call.startsWith('GET')).length).toBeLessThanOrEqual(Math.ceil(count / 50) + 2);
  });
});

it('C13: 60 credits at 5 calls a minute, one that names another customer’s invoice: 59 are set against theirs, that one rests on account', async () => {
  const all = await books(60);
  const { world, customerId, ids } = all;
  const { id: otherCustomer } = world.ges.customer({ name: 'Bo Tarn', email: 'bo@tarn.example' });
  const other = world.ges.invoice({ customerId: otherCustomer, number: 'GES-9999', issueDate: '2026-11-20', lines: [SERVICE] });
  await world.settle(LONG_MS);
  for (const [place, id] of ids.entries()) {
    const creditsInvoiceId = place === 7 ? other.id : id;
    const lines = [{ description: 'Fan returned', unitPrice: '-5.00' }];
    world.ges.invoice({ customerId, number: `GES-C${String(place)}`, issueDate: '2026-11-21', creditsInvoiceId, lines });
  }
  world.xero.forgetCalls();
  const begun = world.clock.now();
  await world.settle(LONG_MS);
  expect(world.clock.now() - begun).toBeGreaterThan((world.xero.calls.length / 5 - 2) * 60_000);
  const notes = world.xero.sandbox.state.creditNotes.by('tenant', VAT_TENANT);
  expect([notes.length, notes.filter(({ status }) => status === 'PAID').length]).toEqual([60, 59]);
  expect(ids.filter((id) => due(all, id) === '54.00')).toHaveLength(59);
  // One batch of two is the draft that is tried first (C7a); 59 allocations are a call each.
  const writes = world.xero.calls.filter((call) => !call.startsWith('GET'));
  expect(writes.filter((call) => call.endsWith('/CreditNotes')).length).toBeLessThanOrEqual(4);
  expect(writes.filter((call) => call.endsWith('/Allocations'))).toHaveLength(59);
});
