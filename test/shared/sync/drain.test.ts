import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDrainWorld, syncedCustomer, type DrainWorld } from '../../support/drain-world.ts';
import { MILL_ROW } from '../../support/fake-records.ts';

/** Whole drains over in-memory stores and both systems: what changes on one side or both (sync-policy B4, E). */

let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

describe('one side changes', () => {
  it('B1: a new customer becomes a contact with our id, and the platform is told', async () => {
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1', name: 'Hartley Lettings Ltd', email: 'accounts@hartley.example' }]);
    expect(await world.disagreements()).toEqual([]);
    expect(world.outcomes).toMatchObject([{ kind: 'RecordSynced', direction: 'to-xero', entity: { type: 'customer', id: 'cus_1' } }]);
    expect((await world.readConnection()).lastSyncAt).toBeDefined();
  });

  it('B4: an edit in GES reaches Xero in one read and one write, and nothing else changes there', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { isSupplier: true });
    await world.settle();
    world.books.forgetCalls();
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ phone: '0200 000000', isSupplier: true, mobile: '07700 900123' }]);
    expect(world.books.calls.map(({ method }) => method)).toEqual(['contactsByIds', 'updateContacts']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('B4: an edit in Xero reaches GES without a write to Xero', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { email: 'new@hartley.example', billingAddress: { ...MILL_ROW, line1: '5 Mill Row' } });
    await world.settle();
    expect(world.ges.get('cus_1')).toMatchObject({ email: 'new@hartley.example', billingAddress: { line1: '5 Mill Row' }, revision: 2 });
    expect(world.books.writes).toEqual([]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('many edits close together go as one write', async () => {
    await syncedCustomer(world);
    for (const digit of ['1', '2', '3', '4']) world.ges.edit('cus_1', { phone: `0113 496 000${digit}` });
    await world.settle();
    expect(world.books.writes).toHaveLength(1);
    expect(world.books.all()).toMatchObject([{ phone: '0113 496 0004' }]);
  });

  it('B7: a contact made in Xero that is nobody’s customer changes nothing', async () => {
    world.books.asUser.create({ name: 'Somebody Else' });
    await world.settle();
    expect([world.ges.calls, world.books.calls]).toEqual([[], []]);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('both sides change', () => {
  it('E1: different fields: both travel', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { email: 'x@y.example' });
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect(world.ges.get('cus_1')).toMatchObject({ email: 'x@y.example', phone: '0200 000000' });
    expect(world.books.all()).toMatchObject([{ email: 'x@y.example', phone: '0200 000000' }]);
  });

  it('E1, E2: the same field: GES wins; the losing value is in the timeline and in the outcome', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { phone: '0222 222222' });
    world.ges.edit('cus_1', { phone: '0111 111111' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ phone: '0111 111111' }]);
    expect(await world.disagreements()).toEqual([]);
    const lost = { field: 'phone', winner: 'ges', kept: '0111 111111', lost: '0222 222222' };
    expect(await world.timeline('cus_1')).toMatchObject([{ code: 'conflict', details: lost }]);
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RecordSynced', conflicts: [lost] });
  });

  it('E1: GES moved on while Xero’s edit was on its way: If-Match refuses, then both are merged', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { email: 'x@y.example' });
    const { webhooks } = world.intercept();
    world.ges.edit('cus_1', { phone: '0200 000000' });
    world.intercept();
    for (const webhook of webhooks) await world.deliverWebhook(webhook);
    await world.settle();
    expect(world.ges.get('cus_1')).toMatchObject({ email: 'x@y.example', phone: '0200 000000' });
    expect(world.books.all()).toMatchObject([{ email: 'x@y.example', phone: '0200 000000' }]);
    expect(await world.disagreements()).toEqual([]);
  });

  it('E1: a person edits the contact between our read and our write: their edit travels next', async () => {
    const xeroId = await syncedCustomer(world);
    world.ges.edit('cus_1', { phone: '0200 000000' });
    world.books.meanwhile('updateContacts', () => {
      world.books.asUser.edit(xeroId, { email: 'late@hartley.example' });
      world.intercept();
    });
    await world.settle();
    expect(world.ges.get('cus_1').email).toBe('late@hartley.example');
    expect(await world.disagreements()).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'E1: that edit travels also when we are killed %i calls after our write, and no webhook ever tells of it',
    async (atCall) => {
      const xeroId = await syncedCustomer(world);
      world.ges.edit('cus_1', { phone: '0200 000000' });
      const [edit] = world.intercept().events;
      world.books.meanwhile('updateContacts', () => {
        world.books.asUser.edit(xeroId, { email: 'late@hartley.example' });
        world.ports.plan({ atCall, kind: 'killed', when: 'after' });
      });
      await world.deliver(edit!);
      await world.drainOnly();
      world.intercept();
      await world.settle();
      expect(world.ges.get('cus_1').email).toBe('late@hartley.example');
      expect(await world.disagreements()).toEqual([]);
    },
  );
});

describe('echoes and old news', () => {
  it('E3: our own create coming back from both sides: zero writes and zero reads', async () => {
    world.ges.create({ id: 'cus_1' });
    for (const event of world.intercept().events) await world.deliver(event);
    await world.drainOnly();
    expect(world.books.writes).toHaveLength(1);
    world.books.forgetCalls();
    world.ges.forgetCalls();
    await world.settle();
    expect([world.books.calls, world.ges.calls]).toEqual([[], []]);
  });

  it('E3: our own update coming back as a webhook: zero writes and zero reads', async () => {
    await syncedCustomer(world);
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect(world.books.calls.map(({ method }) => method)).toEqual(['contactsByIds', 'updateContacts']);
    expect(world.ges.calls).toEqual([]);
  });

  it('E3: our own write to GES coming back as an event: zero writes and zero reads', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { email: 'x@y.example' });
    await world.settle();
    expect(world.books.calls.map(({ method }) => method)).toEqual(['contactsByIds']);
    expect(world.ges.calls.map(({ method }) => method)).toEqual(['patchCustomer']);
    expect(world.ges.get('cus_1').revision).toBe(2);
  });

  it('E5: an event that is delivered again, or late, changes nothing', async () => {
    await syncedCustomer(world);
    world.ges.edit('cus_1', { phone: '0111 111111' });
    const old = world.intercept().events;
    world.ges.edit('cus_1', { phone: '0222 222222' });
    await world.settle();
    world.books.forgetCalls();
    for (const event of [...old, ...old]) await world.deliver(event);
    await world.settle();
    expect(world.books.calls).toEqual([]);
    expect(world.books.all()).toMatchObject([{ phone: '0222 222222' }]);
  });

  it('E5: a webhook that is replayed changes nothing', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { email: 'x@y.example' });
    const { webhooks } = world.intercept();
    for (const webhook of [...webhooks, ...webhooks]) await world.deliverWebhook(webhook);
    await world.settle();
    world.books.forgetCalls();
    for (const webhook of webhooks) await world.deliverWebhook(webhook);
    await world.settle();
    expect(world.books.calls).toEqual([]);
    expect(world.ges.get('cus_1').revision).toBe(2);
  });

  it('E5: a replayed "created" does not bring a deleted customer back, and its contact stays', async () => {
    world.ges.create({ id: 'cus_1' });
    const { events } = world.intercept();
    for (const event of events) await world.deliver(event);
    await world.settle();
    world.ges.remove('cus_1');
    await world.settle();
    for (const event of events) await world.deliver(event);
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ deleted: true, status: 'not-followed' });
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1', status: 'ACTIVE' }]);
  });

  it('E5: a deletion that overtakes its "created" leaves a tombstone and nothing in Xero', async () => {
    world.ges.create({ id: 'cus_1' });
    const { events } = world.intercept();
    world.ges.remove('cus_1');
    await world.settle();
    for (const event of events) await world.deliver(event);
    await world.settle();
    expect(world.books.all()).toEqual([]);
    expect((await world.link('cus_1'))?.deleted).toBe(true);
  });

  it('E5: an edit that comes late does not bring back a customer that was found deleted', async () => {
    world.ges.create({ id: 'cus_1' });
    const created = world.intercept().events;
    world.ges.edit('cus_1', { phone: '0200 000000' });
    const edited = world.intercept().events;
    world.ges.remove('cus_1');
    const removed = world.intercept().events;
    for (const event of created) await world.deliver(event);
    world.clock.advance(11_000);
    await world.drainOnly();
    expect((await world.link('cus_1'))?.deleted).toBe(true);
    for (const event of edited) await world.deliver(event);
    await world.settle();
    for (const event of removed) await world.deliver(event);
    await world.settle();
    expect(world.books.all()).toEqual([]);
    expect((await world.link('cus_1'))?.deleted).toBe(true);
  });

  it('E5: news that had to wait goes although GES still shows an older revision when it is asked again', async () => {
    await syncedCustomer(world);
    world.ges.edit('cus_1', { phone: '0200 000000' });
    const [event] = world.intercept().events;
    const { detail } = event!;
    const snapshot = { ...world.ges.get('cus_1'), revision: 7, phone: '0777 777777' };
    await world.deliver({
      ...event!,
      detail: { ...detail, entity: { ...detail.entity, revision: 7 }, snapshot: { sites: [], ...snapshot } },
    });
    world.clock.advance(11_000);
    await world.drainOnly();
    expect(world.books.all()).toMatchObject([{ phone: '0777 777777' }]);
    expect((await world.link('cus_1'))?.gesRevision).toBe(7);
  });

  it('E4: an edit in Xero of a customer that is deleted in GES is let be, once and quietly', async () => {
    const xeroId = await syncedCustomer(world);
    world.ges.remove('cus_1');
    await world.settle();
    const told = await world.timeline('cus_1');
    world.books.asUser.edit(xeroId, { phone: '1' });
    await world.settle();
    world.books.asUser.edit(xeroId, { phone: '2' });
    await world.settle();
    expect(await world.timeline('cus_1')).toEqual(told);
    expect(world.ges.all()).toEqual([]);
  });
});
