import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDrainWorld, syncedCustomer, type DrainWorld } from '../../support/drain-world.ts';

/** Whole drains: contacts that a bookkeeper merges in Xero (sync-policy B6). */

let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

async function xeroIdOf(gesId: string): Promise<string> {
  return (await world.link(gesId))?.xeroId ?? '';
}

describe('merged contacts (B6)', () => {
  it('B6: the link moves to the winner, whose edits come in and which takes ours', async () => {
    const loser = await syncedCustomer(world);
    const winner = world.books.asUser.create({ name: 'Hartley Group', phone: '0200 000000' }).contactId;
    world.books.asUser.merge(loser, winner);
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: winner });
    expect((await world.timeline('cus_1')).map(({ code }) => code)).toEqual(['merged-in-xero']);
    expect(world.ges.get('cus_1')).toMatchObject({ name: 'Hartley Lettings Ltd', phone: '0113 496 0000' });

    world.books.asUser.edit(winner, { mobile: '07700 900999' });
    await world.settle();
    expect(world.ges.get('cus_1').mobile).toBe('07700 900999');
    world.ges.edit('cus_1', { phone: '0300 000000' });
    await world.settle();
    expect(world.books.named('Hartley Group')).toMatchObject([{ phone: '0300 000000' }]);
    expect(world.books.all()).toHaveLength(2);
  });

  it('B6: an edit in GES that meets the merged contact first goes to the winner; one call reads it', async () => {
    const loser = await syncedCustomer(world);
    const winner = world.books.asUser.create({ name: 'Hartley Group' }).contactId;
    world.books.asUser.merge(loser, winner);
    world.intercept();
    world.ges.edit('cus_1', { phone: '0300 000000' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: winner });
    expect(world.books.calls.filter(({ method }) => method === 'contactsByIds').length).toBeLessThanOrEqual(2);
  });

  it('B6: merged twice, the last winner counts', async () => {
    const first = await syncedCustomer(world);
    const [second, third] = ['Hartley Group', 'Hartley Holding'].map((name) => world.books.asUser.create({ name }).contactId);
    world.books.asUser.merge(first, second ?? '');
    world.books.asUser.merge(second ?? '', third ?? '');
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: third });
  });

  it('B6: at a first meeting, the contact with our number merged away, the winner is linked and no third contact is made', async () => {
    const loser = world.books.asUser.create({ name: 'Old Name', contactNumber: 'cus_1' });
    const winner = world.books.asUser.create({ name: 'New Name' });
    world.books.asUser.merge(loser.contactId, winner.contactId);
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: winner.contactId });
    expect(world.books.all()).toHaveLength(2);
    world.ges.edit('cus_1', { phone: '0300 000000' });
    await world.settle();
    expect(world.books.named('New Name')).toMatchObject([{ phone: '0300 000000', contactNumber: '' }]);
  });

  it('B6, F1: two customers on one contact: details follow the earlier one, the later one is told once and both go on', async () => {
    const loser = await syncedCustomer(world);
    world.ges.create({ id: 'cus_2', name: 'Hartley Group', email: 'group@hartley.example' });
    await world.settle();
    const winner = await xeroIdOf('cus_2');
    world.books.asUser.merge(loser, winner);
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ xeroId: winner, sharedWith: 'cus_2', problem: { code: 'contact-shared' } });
    expect(await world.link('cus_2')).toMatchObject({ status: 'synced', xeroId: winner });

    const told = (): number => world.outcomes.filter(({ kind }) => kind === 'RecordNeedsAttention').length;
    expect(told()).toBe(1);
    world.ges.edit('cus_1', { phone: '0300 000000' });
    await world.settle();
    expect(told()).toBe(1);
    expect(world.books.named('Hartley Group')).toMatchObject([{ phone: world.ges.get('cus_2').phone, email: 'group@hartley.example' }]);
    world.books.asUser.edit(winner, { mobile: '07700 900999' });
    await world.settle();
    expect([world.ges.get('cus_1').mobile, world.ges.get('cus_2').mobile]).toEqual(['07700 900123', '07700 900999']);
  });

  it('B6: two contacts of ours merged into a third in one go: the first one has it, the second one shares it', async () => {
    const one = await syncedCustomer(world);
    world.ges.create({ id: 'cus_2', name: 'Hartley Flats', email: 'flats@hartley.example' });
    await world.settle();
    const other = await xeroIdOf('cus_2');
    const winner = world.books.asUser.create({ name: 'Hartley Group' }).contactId;
    world.books.asUser.merge(one, winner);
    world.books.asUser.merge(other, winner);
    await world.settle();
    const links = [await world.link('cus_1'), await world.link('cus_2')];
    expect(links.map((link) => link?.xeroId)).toEqual([winner, winner]);
    expect(links.map((link) => link?.sharedWith)).toEqual([undefined, 'cus_1']);
  });
});
