import { describe, expect, it } from '@jest/globals';
import { receiveGesChange, receiveWebhook, type GesChangeNews, type XeroChangeNews } from '../../../shared/sync/receive.ts';
import type { Link } from '../../../shared/domain/link.ts';
import { connection, ingressWorld, NOW, SCOPE, TENANT } from './ingress-world.ts';

function change(parts: Partial<GesChangeNews> = {}): GesChangeNews {
  return {
    accountId: 'acct_demo',
    type: 'customer',
    id: 'cus_1',
    revision: 2,
    change: 'updated',
    origin: 'user',
    snapshot: { id: 'cus_1' },
    sentAt: NOW,
    ...parts,
  };
}
function reported(parts: Partial<XeroChangeNews> = {}): XeroChangeNews {
  return { tenantId: TENANT, type: 'customer', id: 'contact-1', change: 'updated', at: 1_000, ...parts };
}
const settings = { paymentAccountId: null, salesAccountId: null, syncCustomers: true, syncInvoices: true };

describe('receiveGesChange', () => {
  it('puts the whole entity in the inbox, then rings', async () => {
    const world = await ingressWorld(connection());
    expect(await receiveGesChange(world.deps, change(), 'event-1')).toBe('stored');
    expect(world.steps).toEqual(['stored cus_1@2', 'ring acct_demo 0']);
    expect(await world.waiting()).toEqual([
      expect.objectContaining({
        ...{
          type: 'customer',
          recordId: 'cus_1',
          side: 'ges',
          entity: { type: 'customer', id: 'cus_1' },
          rank: 'live',
          change: 'updated',
          order: 2,
          origin: 'user',
        },
        ...{ receivedAt: NOW, snapshot: { id: 'cus_1' }, correlationId: 'event-1' },
      }),
    ]);
  });

  it('A1: invoices and payments of an account that syncs invoices are kept apart from each other and from customers', async () => {
    const world = await ingressWorld(connection());
    for (const type of ['payment', 'invoice', 'customer'] as const) {
      const of = type === 'payment' ? { invoiceId: 'same' } : {};
      expect(await receiveGesChange(world.deps, change({ type, id: 'same', ...of }), 'event-1')).toBe('stored');
    }
    expect((await world.waiting()).map(({ type, recordId, entity, side }) => [type, recordId, entity.type, entity.id, side])).toEqual([
      ['customer', 'same', 'customer', 'same', 'ges'],
      ['invoice', 'same', 'invoice', 'same', 'ges'],
      ['invoice', 'same', 'payment', 'same', 'ges'],
    ]);
  });

  it('E5: what comes late comes without its snapshot: GES is asked what it is now', async () => {
    const world = await ingressWorld(connection());
    await receiveGesChange(world.deps, change({ sentAt: NOW - 10_001 }), 'event-1');
    await receiveGesChange(world.deps, change({ id: 'cus_2', sentAt: NOW - 10_000 }), 'event-2');
    await receiveGesChange(world.deps, change({ id: 'cus_3', sentAt: 0, change: 'deleted', snapshot: null }), 'event-3');
    const taken = await world.waiting();
    expect(taken.map(({ entity, snapshot }) => [entity.id, snapshot])).toEqual([
      ['cus_1', undefined],
      ['cus_2', { id: 'cus_1' }],
      ['cus_3', null],
    ]);
  });

  it('A3: what happened before connecting is dropped, however late it comes', async () => {
    const world = await ingressWorld(connection({ connectedAt: new Date(NOW).toISOString() }));
    expect(await receiveGesChange(world.deps, change({ sentAt: NOW - 1, change: 'created' }), 'event-1')).toBe('not-connected');
    expect(await receiveGesChange(world.deps, change({ sentAt: NOW }), 'event-2')).toBe('stored');
    expect(world.steps).toEqual(['stored cus_1@2', 'ring acct_demo 0']);
  });

  it('D5: a deleted payment is news without a snapshot', async () => {
    const world = await ingressWorld(connection());
    const deleted = change({ type: 'payment', id: 'pay_1', invoiceId: 'inv_1', change: 'deleted', snapshot: null });
    expect(await receiveGesChange(world.deps, deleted, 'event-1')).toBe('stored');
    expect(await world.waiting()).toMatchObject([
      { type: 'invoice', recordId: 'inv_1', entity: { type: 'payment', id: 'pay_1' }, change: 'deleted', snapshot: null },
    ]);
  });

  it('a payment whose news does not tell its invoice is filed by its marker, and dropped where nobody knows it', async () => {
    const world = await ingressWorld(connection());
    const marker = { gesId: 'pay_1', invoiceId: 'inv_1', status: 'synced', statusAt: '2026-11-22T10:00:00.000Z', gesRevision: 3 } as const;
    const link: Link = {
      type: 'invoice',
      gesId: 'inv_1',
      status: 'synced',
      statusAt: '2026-11-22T10:00:00.000Z',
      gesRevision: 1,
      xeroSeenAt: 0,
      version: 0,
    };
    await world.stores.records.commit(SCOPE, { link, markers: [marker] });
    const news = change({ type: 'payment', id: 'pay_1', change: 'deleted', snapshot: null });
    expect(await receiveGesChange(world.deps, { ...news, revision: 3 }, 'event-1')).toBe('echo');
    expect(await receiveGesChange(world.deps, { ...news, id: 'pay_2' }, 'event-2')).toBe('unknown-invoice');
    expect(world.steps).toEqual([]);
    expect(await receiveGesChange(world.deps, { ...news, revision: 4 }, 'event-3')).toBe('stored');
    expect(await world.waiting()).toMatchObject([{ type: 'invoice', recordId: 'inv_1', entity: { id: 'pay_1' } }]);
  });

  it('makes sure that a lost doorbell costs 20 s and a sweep at most', async () => {
    const world = await ingressWorld(connection());
    await receiveGesChange(world.deps, change(), 'event-1');
    expect(await world.stores.lanes.dueLanes(NOW + 19_999, 10)).toEqual([]);
    expect(await world.stores.lanes.dueLanes(NOW + 20_000, 10)).toEqual(['acct_demo']);
  });

  it('E3, E5: what the link knows already costs no write, be it our own write coming back or late; the next edit does', async () => {
    const world = await ingressWorld(connection());
    await world.link({ type: 'customer', xeroId: 'contact-1', gesId: 'cus_1', gesRevision: 3 });
    expect(await receiveGesChange(world.deps, change({ revision: 3, origin: 'xero-sync' }), 'event-1')).toBe('echo');
    expect(await receiveGesChange(world.deps, change({ revision: 2 }), 'event-2')).toBe('echo');
    expect(world.steps).toEqual([]);
    expect(await receiveGesChange(world.deps, change({ revision: 4 }), 'event-3')).toBe('stored');
    expect(world.steps).toEqual(['stored cus_1@4', 'ring acct_demo 0']);
  });

  it('E5: older news changes nothing, but rings, because an earlier try may have died between put and ring', async () => {
    const world = await ingressWorld(connection());
    await receiveGesChange(world.deps, change({ revision: 3 }), 'event-1');
    world.steps.length = 0;
    expect(await receiveGesChange(world.deps, change({ revision: 2 }), 'event-2')).toBe('older');
    expect(world.steps).toEqual(['older cus_1@2', 'ring acct_demo 0']);
  });

  it.each([
    ['A2: an account that never connected', [], change(), 'not-connected'],
    ['A2: disconnected by the user', [connection({ status: 'not-connected' })], change(), 'not-connected'],
    ['A3: connected but not saved yet', [connection({ status: 'setup' })], change(), 'not-connected'],
    ['A1: customers off', [connection({ settings: { ...settings, syncCustomers: false } })], change(), 'type-off'],
    ['A1: invoices off', [connection({ settings: { ...settings, syncInvoices: false } })], change({ type: 'invoice' }), 'type-off'],
    [
      'A1: invoices need customers',
      [connection({ settings: { ...settings, syncCustomers: false } })],
      change({ type: 'payment' }),
      'type-off',
    ],
  ] as const)('drops news without a trace and without a ring: %s', async (_, connections, news, reason) => {
    const world = await ingressWorld(...connections);
    expect(await receiveGesChange(world.deps, news, 'event-1')).toBe(reason);
    expect(world.steps).toEqual([]);
  });

  it.each(['paused', 'needs-reconnect'] as const)('F5: keeps news while the connection is %s', async (status) => {
    const world = await ingressWorld(connection({ status }));
    expect(await receiveGesChange(world.deps, change(), 'event-1')).toBe('stored');
  });

  it('puts under the generation of the present organisation (A5)', async () => {
    const world = await ingressWorld(connection({ generation: 4 }));
    await receiveGesChange(world.deps, change(), 'event-1');
    expect(await world.waiting({ accountId: 'acct_demo', generation: 4 })).toHaveLength(1);
  });
});

describe('receiveWebhook', () => {
  it('puts the newest news of each record and rings once for the whole delivery', async () => {
    const world = await ingressWorld(connection());
    const events = [
      reported({ at: 2_000 }),
      reported({ at: 3_000 }),
      reported({ at: 1_000, change: 'created' }),
      reported({ id: 'contact-2' }),
    ];
    const receptions = await receiveWebhook(world.deps, events, 'req-1');
    expect([...receptions]).toEqual([['stored', 2]]);
    expect(world.steps).toEqual(['stored contact-1@3000', 'stored contact-2@1000', 'ring acct_demo 0']);
    expect(await world.waiting()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          side: 'xero',
          recordId: '~contact-1',
          entity: { type: 'customer', id: 'contact-1' },
          rank: 'live',
          change: 'updated',
          order: 3_000,
          correlationId: 'req-1',
        }),
      ]),
    );
  });

  it('A1: news of invoices is kept where invoices are synced, and dropped without a ring elsewhere', async () => {
    const on = await ingressWorld(connection());
    expect([...(await receiveWebhook(on.deps, [reported({ type: 'invoice', id: 'inv-1' })], 'req-1'))]).toEqual([['stored', 1]]);
    expect(await on.waiting()).toMatchObject([{ type: 'invoice', side: 'xero', recordId: '~inv-1', entity: { id: 'inv-1' } }]);
    const off = await ingressWorld(connection({ settings: { ...settings, syncInvoices: false } }));
    expect([...(await receiveWebhook(off.deps, [reported({ type: 'invoice' }), reported()], 'req-1'))]).toEqual([
      ['type-off', 1],
      ['stored', 1],
    ]);
  });

  it('E3: an echo of our own invoice does not hide a contact that happens to have its id', async () => {
    const world = await ingressWorld(connection());
    await world.link({ type: 'invoice', xeroId: 'same', gesId: 'inv_1' });
    const receptions = await receiveWebhook(
      world.deps,
      [reported({ type: 'invoice', id: 'same', at: 5_000 }), reported({ id: 'same' })],
      'r',
    );
    expect(Object.fromEntries(receptions)).toEqual({ echo: 1, stored: 1 });
    expect(await world.waiting()).toMatchObject([{ type: 'customer' }]);
  });

  it('an intent to receive, which has no events, touches nothing', async () => {
    const world = await ingressWorld(connection());
    expect([...(await receiveWebhook(world.deps, [], 'req-1'))]).toEqual([]);
    expect(world.steps).toEqual([]);
  });

  it('E3: our own write coming back is dropped without a ring; a later edit of the same contact is not', async () => {
    const world = await ingressWorld(connection());
    await world.link({ type: 'customer', xeroId: 'contact-1', gesId: 'cus_1' });
    const echo = await receiveWebhook(world.deps, [reported({ change: 'created', at: 5_000 }), reported({ at: 4_999 })], 'req-1');
    expect([...echo]).toEqual([['echo', 2]]);
    expect(world.steps).toEqual([]);
    await receiveWebhook(world.deps, [reported({ at: 5_001 })], 'req-2');
    expect(world.steps).toEqual(['stored contact-1@5001', 'ring acct_demo 0']);
  });

  it('what the link has seen says nothing about the Xero record that it has left', async () => {
    const world = await ingressWorld(connection());
    await world.link({ type: 'invoice', xeroId: 'before', gesId: 'inv_1' });
    await world.link({ type: 'invoice', xeroId: 'after', gesId: 'inv_1' });
    const receptions = await receiveWebhook(world.deps, [reported({ type: 'invoice', id: 'before', at: 4_000 })], 'r');
    expect([...receptions]).toEqual([['stored', 1]]);
  });

  it('E5: a replayed delivery changes nothing, but rings', async () => {
    const world = await ingressWorld(connection());
    await receiveWebhook(world.deps, [reported({ at: 3_000 })], 'req-1');
    world.steps.length = 0;
    expect([...(await receiveWebhook(world.deps, [reported({ at: 2_000 })], 'req-2'))]).toEqual([['older', 1]]);
    expect(world.steps).toEqual(['older contact-1@2000', 'ring acct_demo 0']);
  });

  it('deals with each organisation for itself, and ignores those it does not know', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    const world = await ingressWorld(connection(), connection({ accountId: 'acct_two', tenantId: other, status: 'not-connected' }));
    const receptions = await receiveWebhook(
      world.deps,
      [reported(), reported({ tenantId: other }), reported({ tenantId: '33333333-3333-4333-8333-333333333333' })],
      'req-1',
    );
    expect(Object.fromEntries(receptions)).toEqual({ stored: 1, 'not-connected': 1, 'unknown-tenant': 1 });
    expect(world.steps).toEqual(['stored contact-1@1000', 'ring acct_demo 0']);
  });

  it('A5: an organisation that the account has left is unknown', async () => {
    const world = await ingressWorld(connection());
    const stored = await world.stores.connections.readConnection('acct_demo');
    await world.stores.connections.putConnection({
      ...connection(),
      ...stored,
      tenantId: '22222222-2222-4222-8222-222222222222',
      generation: 2,
    });
    expect([...(await receiveWebhook(world.deps, [reported()], 'req-1'))]).toEqual([['unknown-tenant', 1]]);
  });
});
