import { beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, createDrainWorld, SCOPE, syncedCustomer, type DrainWorld } from '../../support/drain-world.ts';

/** Whole drains: what is sent at all, and what happens to news while the account does not sync (sync-policy A, F4, F5). */

let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

describe('switches and scope (A)', () => {
  it('A2: switched off, news is dropped; the next edit after switching on sends the whole record', async () => {
    await syncedCustomer(world);
    const { settings } = await world.readConnection();
    await world.connection({ settings: { ...settings, syncCustomers: false } });
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect(world.books.calls).toEqual([]);
    await world.connection({ settings });
    await world.ring();
    await world.settle();
    expect(world.books.calls).toEqual([]);
    world.ges.edit('cus_1', { mobile: '' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ phone: '0200 000000', mobile: '' }]);
  });

  it('A2: news that was in the inbox when the user disconnected is dropped, put-off news as well, links stay', async () => {
    await syncedCustomer(world);
    for (let n = 0; n < 700; n++) world.ges.create();
    for (const event of world.intercept().events) await world.deliver(event);
    const { entries } = await world.stores.inbox.take(SCOPE, { rank: 'live', type: 'customer' }, 1);
    expect(entries).toHaveLength(1);
    for (const news of entries) await world.stores.inbox.putLater(SCOPE, { dueAt: world.clock.now() + 600_000, news });
    await world.connection({ status: 'not-connected', connectSeq: 2 });
    await world.settle();
    await world.connection({ status: 'active', connectSeq: 3 });
    world.clock.advance(700_000);
    await world.ring();
    await world.settle();
    expect(world.books.calls).toEqual([]);
    expect((await world.link('cus_1'))?.status).toBe('synced');
  });

  it('A2, F4: a user who disconnects in the middle of a pass stops it before the next write', async () => {
    for (let n = 0; n < 3; n++) world.ges.create();
    world.books.meanwhile('searchContacts', () => world.connection({ status: 'not-connected', connectSeq: 2 }));
    await world.settle();
    expect(world.books.calls).not.toEqual([]);
    expect(world.books.writes).toEqual([]);
  });

  it('A2: a user who disconnects while Xero is asking us to wait gets through: the news is dropped at once', async () => {
    world.ges.create({ id: 'cus_1' });
    world.books.failNext('createContacts', 'too-many-requests');
    world.books.meanwhile('createContacts', () => world.connection({ status: 'not-connected', connectSeq: 2 }));
    await world.drain();
    expect(await world.stores.inbox.isEmpty(SCOPE)).toBe(true);
    expect(await world.stores.lanes.waitsUntil(ACCOUNT)).toBeUndefined();
  });

  it('A3: a record that was just created goes, also when a bulk change of it came before it was dealt with', async () => {
    world.ges.create({ id: 'cus_1' });
    world.ges.edit('cus_1', { phone: '0200 000000' }, 'bulk');
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1', phone: '0200 000000' }]);
  });

  it('A3: an old record goes when a user edits it, not when a bulk change does', async () => {
    world.ges.create({ id: 'cus_1' }, 'silent');
    world.ges.edit('cus_1', { phone: '0200 000000' }, 'bulk');
    await world.settle();
    expect(world.books.calls).toEqual([]);
    world.ges.edit('cus_1', { phone: '0200 000001' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1', phone: '0200 000001' }]);
  });

  it('F5: the consent is gone: the connection is marked and told, the news is kept and goes after reconnecting', async () => {
    await syncedCustomer(world);
    world.books.failNext('contactsByIds', 'consent-gone');
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect((await world.readConnection()).status).toBe('needs-reconnect');
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'ConnectionChanged', status: 'needs-reconnect' });
    world.ges.create({ id: 'cus_2', name: 'Zeta' });
    await world.settle();
    await world.connection({ status: 'active', connectSeq: 2 });
    await world.ring();
    await world.settle();
    expect(world.books.all()).toHaveLength(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it('a dying drain cannot spoil a fresh connection', async () => {
    await syncedCustomer(world);
    world.books.failNext('contactsByIds', 'consent-gone');
    world.books.meanwhile('contactsByIds', () => world.connection({ connectSeq: 2 }));
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.drain();
    expect((await world.readConnection()).status).toBe('active');
  });
});
