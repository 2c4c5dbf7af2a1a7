import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, json } from '../../local/demo/http.ts';
import { invokeBulkSync, itemsOf, type Invoked } from '../support/local-aws.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { DEMO, integrationOf, systemsOf, type Systems } from '../support/local-systems.ts';

const LONG = 400_000;
const LATEST_MS = 60_000;
/** 60 lines with 230 kB of text: about as much as an event takes. */
const BIG = Array.from({ length: 60 }, (_, line) => `${String(line)} ${'A long report of what was found and done. '.repeat(90)}`);
const CUSTOMERS = 300;
const PAID_IN_XERO = 20;

let place: LocalPlace;
let stack: LocalProcess;
let systems: Systems;
let tenantId: string;

interface GesInvoice {
  readonly id: string;
  readonly number: string;
  readonly balance: { readonly paid: string };
}
interface XeroInvoice {
  readonly InvoiceID: string;
  readonly InvoiceNumber: string;
}
const inGes = (type: string): string => `${stack.gesUrl}/_ges/accounts/${DEMO}/${type}`;
const invoke = (request: object): Promise<Invoked> => invokeBulkSync(stack, { accountId: DEMO, requestedBy: 'test', ...request });
const report = async (runId: unknown): Promise<Invoked['payload']> =>
  (await invoke({ action: 'report', runId, requestedBy: undefined })).payload;

function invoice(customerId: string, number: string, descriptions = ['Boiler service']): Promise<GesInvoice> {
  const lines = descriptions.map((description) => ({ description, quantity: '1', unitPrice: '100.00' }));
  const body = { customerId, number, status: 'issued', issueDate: '2026-11-20', dueDate: '2026-12-04', lines };
  return json(inGes('invoices'), { method: 'POST', body });
}
async function inXero(numbers: readonly string[]): Promise<readonly XeroInvoice[]> {
  const all = await json<readonly XeroInvoice[]>(`${stack.xeroUrl}/_sandbox/organisations/${tenantId}/invoices`);
  return all.filter(({ InvoiceNumber }) => numbers.includes(InvoiceNumber));
}
async function atRest(): Promise<void> {
  await eventually('rest', LATEST_MS, async () => {
    const items = await itemsOf(stack);
    const isBusy = items.some(({ sk, leaseOwner }) => /^(INBOX|INTENT)#/.test(sk) || (sk === 'LANE' && leaseOwner !== undefined));
    return isBusy ? undefined : true;
  });
}

describe('the running stack in trouble', () => {
  beforeAll(async () => {
    place = newPlace(await freeLocalPorts());
    stack = await startLocal(place);
    systems = systemsOf(stack);
    const there = (await systems.customers()).length;
    for (let made = there; made < CUSTOMERS; made++) await systems.makeCustomer({ name: `Household ${String(made)}` });
    tenantId = await systems.connect();
  }, LONG);
  afterAll(async () => {
    await stack.close();
    forget(place);
  }, LONG);

  it(
    'G4: the report of a run that was cancelled on its way equals what Xero holds',
    async () => {
      const ids = new Set((await systems.customers()).map(({ id }) => id));
      const carried = async (): Promise<number> =>
        (await systems.contacts(tenantId)).filter(({ ContactNumber = '' }) => ids.has(ContactNumber)).length;
      const before = await carried();
      await systems.sandboxSettings({ latencyMs: 400 });
      const { payload } = await invoke({ action: 'sync', types: ['customer'] });
      await eventually('the first contacts', LATEST_MS, async () => ((await carried()) > before ? true : undefined));
      await invoke({ action: 'cancel', runId: payload['runId'], requestedBy: undefined });
      await systems.sandboxSettings({ latencyMs: 0 });
      await atRest();

      const { status, counters } = (await report(payload['runId'])) as { status: string; counters: { synced: number } };
      expect({ status, synced: counters.synced }).toEqual({ status: 'cancelled', synced: (await carried()) - before });
      expect(counters.synced).toBeGreaterThan(0);
    },
    LONG,
  );

  it(
    'F2a: one invoice with 230 kB of text holds up nobody, and goes itself or asks for a person',
    async () => {
      const [customer] = await systems.customers();
      const big = await invoice(customer?.id ?? '', 'GES-BIG', BIG);
      const started = performance.now();
      await invoice(customer?.id ?? '', 'GES-SMALL');
      await eventually('the small invoice in Xero', LATEST_MS, async () => ((await inXero(['GES-SMALL'])).length === 1 ? true : undefined));
      expect(performance.now() - started).toBeLessThan(15_000);
      await eventually('the big invoice', LATEST_MS, async () => {
        const link = (await itemsOf(stack)).find((item) => item.sk === `LINK#invoice#${big.id}` || item['gesId'] === big.id);
        const isAsked = link?.['status'] === 'attention';
        return isAsked || (await inXero(['GES-BIG'])).length === 1 ? true : undefined;
      });
    },
    LONG,
  );

  it(
    'A2: disconnected while 20 payments are being brought over from Xero, none is written to GES afterwards',
    async () => {
      const [customer] = await systems.customers();
      const made: GesInvoice[] = [];
      for (let i = 0; i < PAID_IN_XERO; i++) made.push(await invoice(customer?.id ?? '', `GES-PAID-${String(i)}`));
      const numbers = made.map(({ number }) => number);
      await eventually('all in Xero', LATEST_MS, async () => ((await inXero(numbers)).length === PAID_IN_XERO ? true : undefined));
      await atRest();
      const paidInGes = async (): Promise<number> => {
        const payments = await json<{ items: readonly { invoiceId: string }[] }>(`${inGes('payments')}?limit=500`);
        return payments.items.filter(({ invoiceId }) => made.some(({ id }) => id === invoiceId)).length;
      };
      const demo = await integrationOf(stack, DEMO);
      await systems.sandboxSettings({ webhookDelayMs: 500, latencyMs: 150 });
      for (const { InvoiceID } of await inXero(numbers))
        await json(`${stack.xeroUrl}/_sandbox/as-user/invoices/${InvoiceID}/pay`, { method: 'POST', body: { tenantId } });
      await eventually('the first payment in GES', LATEST_MS, async () => ((await paidInGes()) > 0 ? true : undefined));
      const answer = await demo.fetch('/v1/xero/connection', { method: 'DELETE' });
      expect(answer.status).toBe(204);
      // What had been checked before the disconnect may still be on its way to GES.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const atOnce = await paidInGes();
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      expect(await paidInGes()).toBe(atOnce);
    },
    LONG,
  );
});
