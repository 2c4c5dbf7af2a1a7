import { beforeEach, describe, expect, it } from '@jest/globals';
import { createEventReceiver } from '../../../functions/ges-events/receiver.ts';
import type { ConnectionRecord } from '../../../shared/connection/ports.ts';
import { createLog } from '../../../shared/runtime/log.ts';
import { customerEvent, customerSnapshot, gesEvent, invoiceSnapshot, paymentSnapshot } from '../../shared/ges/ges-events.ts';
import { connection, ingressWorld } from '../../shared/sync/ingress-world.ts';

let lines: unknown[];
let counted: unknown[];
let letters: { reason: string; event: unknown }[];
beforeEach(() => {
  lines = [];
  counted = [];
  letters = [];
});

async function receiver(...connections: readonly ConnectionRecord[]) {
  const world = await ingressWorld(...connections);
  const write = (...line: unknown[]) => void lines.push(line);
  const receive = createEventReceiver({
    ...world.deps,
    deadLetters: async (reason, event) => void letters.push({ reason, event }),
    log: createLog({ info: write, warn: write, error: write }),
    counters: { count: (...count) => void counted.push(count) },
  });
  return { world, receive };
}

describe('createEventReceiver', () => {
  it('puts a customer’s change in the inbox under the id of the event', async () => {
    const { world, receive } = await receiver(connection());
    await receive(customerEvent());
    expect(await world.waiting()).toMatchObject([
      { entity: { id: 'cus_1001' }, order: 2, correlationId: 'event-1', snapshot: { name: 'Hartley Lettings Ltd' } },
    ]);
    expect(counted).toEqual([['GesEventStored', 1, { reception: 'stored' }]]);
  });

  it.each([
    ['InvoiceChanged', { type: 'invoice', id: 'inv_5001', revision: 4 }, invoiceSnapshot()],
    ['PaymentChanged', { type: 'payment', id: 'pay_9001', revision: 4 }, paymentSnapshot()],
  ])('contracts §1: %s goes into the inbox whole, with the revision of the entity; off is dropped (A1)', async (name, entity, snapshot) => {
    const { world, receive } = await receiver(connection());
    await receive(gesEvent(name, entity, { snapshot }));
    expect(await world.waiting()).toMatchObject([
      { type: 'invoice', side: 'ges', entity: { type: entity.type, id: entity.id }, order: 4, snapshot: { ...snapshot, revision: 4 } },
    ]);

    const settings = { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: false };
    const off = await receiver(connection({ settings }));
    await off.receive(gesEvent(name, entity, { snapshot }));
    expect(off.world.steps).toEqual([]);
    expect(counted.at(-1)).toEqual(['GesEventDropped', 1, { reception: 'type-off' }]);
  });

  it('A2: drops what belongs to an account that is not connected, with a metric', async () => {
    const { world, receive } = await receiver();
    await receive(customerEvent());
    expect(world.steps).toEqual([]);
    expect(counted).toEqual([['GesEventDropped', 1, { reception: 'not-connected' }]]);
  });

  it('contracts §1: sends an event that does not fit to the dead letters with the reason, and does not fail', async () => {
    const { world, receive } = await receiver(connection());
    const event = customerEvent({ snapshot: customerSnapshot({ archived: 'no' }) });
    await receive(event);
    expect(letters).toEqual([{ reason: expect.stringContaining('detail.snapshot.archived'), event }]);
    expect(counted).toEqual([['GesEventMalformed']]);
    expect(world.steps).toEqual([]);
  });

  it('design §6: logs ids only', async () => {
    const { receive } = await receiver(connection());
    await receive(customerEvent());
    await receive(customerEvent({ snapshot: customerSnapshot({ name: 7 }) }));
    expect(JSON.stringify(lines)).toContain('cus_1001');
    expect(JSON.stringify(lines)).not.toMatch(/Hartley|Priya|0113|LS1/);
  });

  it('fails when the inbox fails, so that the event is delivered again', async () => {
    const { world, receive } = await receiver(connection());
    world.deps.inbox.put = () => Promise.reject(new Error('no table'));
    await expect(receive(customerEvent())).rejects.toThrow('no table');
  });
});
