import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGesSimulator, type GesSimulator } from '../../../local/ges-simulator/start.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import { createGesPlatform } from '../../../shared/ges/client.ts';
import { readGesEvent } from '../../../shared/ges/eventContract.ts';
import type { GesPlatform } from '../../../shared/sync/ports.ts';

/** The client over real HTTP against the simulator, which shares no code with the product. */
let simulator: GesSimulator;
let ges: GesPlatform;
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
  ges = createGesPlatform({
    baseUrl: simulator.url,
    tokenUrl: `${simulator.url}/oauth/token`,
    credentials: async () => ({ clientId: 'client', clientSecret: 'secret:/+' }),
    clock: { now: () => Date.now() },
  });
});
afterAll(() => simulator.close());

describe('the GES client against the simulator', () => {
  it('reads all customers page by page, each fitting the contract', async () => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<GesPlatform['listCustomers']>> = await ges.listCustomers('acct_demo', {
        limit: 10,
        ...(cursor && { cursor }),
      });
      ids.push(...page.items.map((customer) => customer.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(25);
  });

  it('patches on condition of the revision; the change comes as an event that the contract fits', async () => {
    const [customer] = (await ges.listCustomers('acct_demo', { limit: 1 })).items;
    if (customer === undefined) throw new Error('no customer');
    const patch = { email: 'new@hartley.example', billingAddress: { ...customer.billingAddress, city: 'York' } };
    const written = await ges.patchCustomer('acct_demo', customer.id, customer.revision, patch);
    expect(written).toMatchObject({ outcome: 'written', snapshot: { ...patch, revision: customer.revision + 1, name: customer.name } });
    expect(await ges.patchCustomer('acct_demo', customer.id, customer.revision, patch)).toEqual({ ...written, outcome: 'conflict' });

    const deadline = Date.now() + 2_000;
    while (events.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    const { source, detailType, detail } = events[0] as GesEvent;
    expect(readGesEvent({ id: 'e1', source, 'detail-type': detailType, detail })).toMatchObject({
      ok: true,
      change: { id: customer.id, revision: customer.revision + 1, origin: 'xero-sync', change: 'updated', snapshot: patch },
    });
  });

  it('a customer that is not there is gone, an unknown account is a clear refusal', async () => {
    expect(await ges.patchCustomer('acct_demo', 'cus_none', 1, { email: '' })).toEqual({ outcome: 'gone' });
    await expect(ges.listCustomers('acct_none', {})).rejects.toMatchObject({ kind: 'attention', problem: { code: 'not-found-in-ges' } });
  });
});
