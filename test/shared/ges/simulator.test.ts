import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGesSimulator, type GesSimulator } from '../../../local/ges-simulator/start.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import { createGesPlatform } from '../../../shared/ges/client.ts';
import { readGesEvent } from '../../../shared/ges/event-contract.ts';
import type { GesAccount, GesAccountOf } from '../../../shared/sync/platform-port.ts';

/** The client over real HTTP against the simulator, which shares no code with the product. */
let simulator: GesSimulator;
let gesOf: GesAccountOf;
let ges: GesAccount;
const events: GesEvent[] = [];

beforeAll(async () => {
  simulator = await startGesSimulator({
    port: 0,
    eventBusName: 'ges-xero-test',
    publish: async (batch) => events.push(...batch) && batch.length,
    clientId: 'client',
    clientSecret: 'secret:/+',
    log: () => undefined,
  });
  gesOf = createGesPlatform({
    baseUrl: simulator.url,
    tokenUrl: `${simulator.url}/oauth/token`,
    credentials: async () => ({ clientId: 'client', clientSecret: 'secret:/+' }),
    clock: { now: () => Date.now() },
  });
  ges = gesOf('acct_demo');
});
afterAll(() => simulator.close());

describe('the GES client against the simulator', () => {
  it('reads all customers page by page, each fitting the contract', async () => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<GesAccount['listCustomers']>> = await ges.listCustomers({
        limit: 10,
        ...(cursor && { cursor }),
      });
      ids.push(...page.items.map((customer) => customer.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(25);
  });

  it('patches on condition of the revision; the change comes as an event that the contract fits', async () => {
    const [customer] = (await ges.listCustomers({ limit: 1 })).items;
    if (customer === undefined) throw new Error('no customer');
    const patch = { email: 'new@hartley.example', billingAddress: { ...customer.billingAddress, city: 'York' } };
    const written = await ges.patchCustomer(customer.id, customer.revision, patch);
    expect(written).toMatchObject({ outcome: 'written', snapshot: { ...patch, revision: customer.revision + 1, name: customer.name } });
    expect(await ges.patchCustomer(customer.id, customer.revision, patch)).toEqual({ ...written, outcome: 'conflict' });

    const deadline = Date.now() + 30_000;
    while (events.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    const { source, detailType, detail } = events[0] as GesEvent;
    expect(readGesEvent({ id: 'e1', time: detail.occurredAt, source, 'detail-type': detailType, detail })).toMatchObject({
      ok: true,
      change: { id: customer.id, revision: customer.revision + 1, origin: 'xero-sync', change: 'updated', snapshot: patch },
    });
  });

  it('a customer that is not there is gone, an unknown account is a clear refusal', async () => {
    expect(await ges.patchCustomer('cus_none', 1, { email: '' })).toEqual({ outcome: 'gone' });
    await expect(gesOf('acct_none').listCustomers({})).rejects.toMatchObject({ kind: 'attention', problem: { code: 'not-found-in-ges' } });
  });

  it('reads every invoice and payment, each fitting the contract; dates of issue narrow both', async () => {
    const { items: invoices } = await ges.listInvoices({ limit: 500 });
    const { items: payments } = await ges.listPayments({ limit: 500 });
    expect([invoices.length, payments.length]).toEqual([40, 20]);

    const issued = invoices.map(({ issueDate }) => issueDate).sort();
    const [issuedFrom = '', issuedTo = ''] = [issued[10], issued[20]];
    const narrowed = await ges.listInvoices({ issuedFrom, issuedTo, limit: 500 });
    const within = invoices.filter(({ issueDate }) => issueDate >= issuedFrom && issueDate <= issuedTo);
    expect(narrowed.items).toEqual(within);
    const ids = new Set(within.map(({ id }) => id));
    const ofThem = await ges.listPayments({ issuedFrom, issuedTo, limit: 500 });
    expect(ofThem.items).toEqual(payments.filter(({ invoiceId }) => ids.has(invoiceId)));
  });

  const openInvoice = async () => {
    const { items } = await ges.listInvoices({ limit: 500 });
    const open = items.find(({ status, paymentStatus }) => status === 'issued' && paymentStatus === 'unpaid');
    if (open === undefined) throw new Error('no open invoice');
    return open;
  };
  const current = async (id: string) => (await ges.listInvoices({ ids: [id] })).items[0];

  it('D3, D5: a payment is made once per key, makes its invoice paid, and is deleted once', async () => {
    const { id: invoiceId, balance } = await openInvoice();
    const payment = { invoiceId, amount: balance.due, date: '2026-11-21', method: 'other', reference: 'BACS' } as const;
    const made = await ges.createPayment(payment, 'pay-once');
    expect(made).toMatchObject(payment);
    expect(await ges.createPayment(payment, 'pay-once')).toEqual(made);
    expect(await current(invoiceId)).toMatchObject({ paymentStatus: 'paid', balance: { paid: balance.due, due: '0.00' } });

    expect(await ges.deletePayment(made.id, made.revision + 1)).toEqual({ outcome: 'conflict', snapshot: made });
    expect(await ges.deletePayment(made.id, made.revision)).toEqual({ outcome: 'deleted' });
    expect(await ges.deletePayment(made.id, made.revision)).toEqual({ outcome: 'gone' });
    expect(await current(invoiceId)).toMatchObject({ paymentStatus: 'unpaid', balance });
  });

  it('C2, C4: an invoice is changed and made void on condition of its revision', async () => {
    const invoice = await openInvoice();
    const [first] = invoice.lines;
    if (first === undefined) throw new Error('no line');
    const lines = [{ ...first, description: 'Boiler service and safety record' }, ...invoice.lines.slice(1)];
    const written = await ges.patchInvoice(invoice.id, invoice.revision, { reference: 'PO 77', lines });
    expect(written).toMatchObject({ outcome: 'written', snapshot: { reference: 'PO 77', lines, totals: invoice.totals } });
    expect(await ges.patchInvoice(invoice.id, invoice.revision, { status: 'void' })).toMatchObject({ outcome: 'conflict' });
    expect(await ges.patchInvoice(invoice.id, invoice.revision + 1, { status: 'void' })).toMatchObject({
      outcome: 'written',
      snapshot: { status: 'void' },
    });
    expect(await ges.patchInvoice('inv_none', 1, { status: 'void' })).toEqual({ outcome: 'gone' });
  });
});
