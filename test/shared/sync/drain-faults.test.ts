import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDrainWorld, SCOPE, type DrainWorld } from '../../support/drain-world.ts';
import type { Fault } from '../../support/fake-faults.ts';

/** What goes wrong between us and the two systems, and what the user must never see of it (sync-policy F). */

let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

async function synced(id = 'cus_1'): Promise<string> {
  world.ges.create({ id });
  await world.settle();
  world.books.forgetCalls();
  return (await world.link(id))?.xeroId ?? '';
}
const createCalls = () => world.books.writes.filter(({ method }) => method === 'createContacts').length;

describe('a create whose outcome is unknown (F3)', () => {
  it('F3: Xero says it is offline after it has saved: the same request goes out again, nothing new', async () => {
    world.books.failNext('createContacts', 'offline-after');
    world.ges.create({ id: 'cus_1' });
    await world.drain();
    world.clock.advance(60_000);
    await world.settle();
    expect(world.books.all()).toHaveLength(1);
    expect(world.books.writes.map(({ method }) => method)).toEqual(['createContacts', 'createContacts']);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each<Fault>([
    'lost-answer-before',
    'lost-answer-after',
    'server-error-before',
    'server-error-after',
    'offline-before',
    'offline-after',
  ])('F3: %s: one contact, both sides agree', async (fault) => {
    world.books.failNext('createContacts', fault);
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(world.books.all()).toHaveLength(1);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each<Fault>(['lost-answer-after', 'server-error-after'])(
    'F2b: a create that turns out to have happened (%s) is told as synced, once',
    async (fault) => {
      world.books.failNext('createContacts', fault);
      world.ges.create({ id: 'cus_1' });
      await world.settle();
      const xeroId = world.books.all()[0]?.contactId;
      const told = { accountId: SCOPE.accountId, version: 1, entity: { type: 'customer', id: 'cus_1' }, xeroId };
      expect(world.outcomes).toEqual([{ kind: 'RecordSynced', ...told, direction: 'to-xero' }]);
    },
  );

  it('F3: a lost answer is repeated under the same key; a cached server error is looked up, then a new key is used', async () => {
    world.books.failNext('createContacts', 'server-error-before');
    world.ges.create({ id: 'cus_1' });
    await world.drain();
    expect(createCalls()).toBe(1);
    world.clock.advance(30_000);
    await world.drain();
    expect(createCalls()).toBe(1);
    await world.settle();
    expect(createCalls()).toBe(2);
    expect(await world.disagreements()).toEqual([]);
  });

  it('F3: "not found" counts only after two minutes; other records go on meanwhile (F2)', async () => {
    world.books.failNext('createContacts', 'server-error-before');
    const start = world.clock.now();
    world.ges.create({ id: 'cus_1' });
    await world.drain();
    world.ges.create({ id: 'cus_2', name: 'Zeta' });
    await world.drain();
    expect(world.books.named('Zeta')).toHaveLength(1);
    while (world.books.all().length < 2) {
      world.clock.advance(1_000);
      await world.ring();
      await world.drain();
      if (world.clock.now() - start > 300_000) throw new Error('never created');
    }
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(120_000);
    expect(await world.disagreements()).toEqual([]);
  });

  it.each<Fault>(['too-many-requests', 'consent-gone', 'refused-as-a-whole', 'server-error-before'])(
    'F3: the answer was lost after saving, and the repeat fails with %s: it stays in doubt until it is looked up',
    async (second) => {
      world.books.failNext('createContacts', 'lost-answer-after', second);
      // The name is changed at once by a person in Xero, so that only our number tells whose contact it is.
      world.ges.create({ id: 'cus_1' });
      await world.drainOnly();
      await world.drain();
      const [contact] = world.books.all();
      if (contact === undefined) throw new Error('it was saved');
      expect(
        (await world.stores.intents.listIntents(SCOPE).then((intents) => intents.length)) +
          Number((await world.link('cus_1')) !== undefined),
      ).toBe(1);
      world.books.asUser.edit(contact.contactId, { name: 'Renamed Meanwhile' });
      if (second === 'consent-gone') {
        await world.connection({ status: 'active', connectSeq: 2 });
        await world.ring();
      }
      await world.settle();
      expect(world.books.all()).toHaveLength(1);
      expect(createCalls()).toBeLessThanOrEqual(3);
      expect(world.ges.get('cus_1').name).toBe('Renamed Meanwhile');
      expect(await world.disagreements()).toEqual([]);
    },
  );

  it('F3: a contact found by look-up that a person edited meanwhile: the edit travels', async () => {
    world.books.failNext('createContacts', 'server-error-after');
    world.ges.create({ id: 'cus_1' });
    world.books.meanwhile('contactFeed', () => {
      world.books.asUser.edit(world.books.all()[0]?.contactId ?? '', { phone: '0222 222222' });
      world.intercept();
    });
    await world.settle();
    expect(world.ges.get('cus_1').phone).toBe('0222 222222');
    expect(await world.disagreements()).toEqual([]);
  });

  it('B4, F3: a create with a suffix whose answer was lost keeps its suffix to itself', async () => {
    world.books.asUser.create({ name: 'Hartley Lettings Ltd', email: 'other@person.example', phone: '1' });
    world.books.failNext('createContacts', 'server-error-after');
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    const ours = world.books.named('Hartley Lettings Ltd (LS1 4AB)')[0];
    world.books.asUser.edit(ours?.contactId ?? '', { name: 'Hartley & Co (LS1 4AB)' });
    await world.settle();
    expect(world.ges.get('cus_1').name).toBe('Hartley & Co');
  });
});

describe('other failures of Xero', () => {
  it.each(['contactsByIds', 'updateContacts'] as const)('429 on %s: nothing before the time Xero named, then all of it', async (method) => {
    await synced();
    world.books.failNext(method, 'too-many-requests');
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.drain();
    const failedAt = world.books.calls.length;
    world.clock.advance(20_000);
    await world.ring();
    await world.drain();
    expect(world.books.calls).toHaveLength(failedAt);
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
    expect(world.books.all()).toMatchObject([{ phone: '0200 000000' }]);
  });

  it.each<Fault>(['lost-answer-before', 'lost-answer-after', 'server-error-before', 'server-error-after'])(
    'an update with %s ends in agreement, and the conflict it settled is told (E2)',
    async (fault) => {
      const xeroId = await synced();
      world.books.failNext('updateContacts', fault);
      world.books.asUser.edit(xeroId, { phone: '0222 222222' });
      world.ges.edit('cus_1', { phone: '0111 111111' });
      await world.settle();
      expect(world.books.all()).toMatchObject([{ phone: '0111 111111' }]);
      expect(await world.disagreements()).toEqual([]);
      expect((await world.timeline('cus_1')).filter(({ code }) => code === 'conflict')).not.toHaveLength(0);
    },
  );

  it('E1: A → B → A within six minutes is not swallowed by the replay of the first A', async () => {
    await synced();
    for (const phone of ['0111 111111', '0222 222222', '0111 111111']) {
      world.ges.edit('cus_1', { phone });
      await world.settle();
    }
    expect(world.books.all()).toMatchObject([{ phone: '0111 111111' }]);
  });
});

describe('failures of the GES platform', () => {
  it.each<Fault>(['lost-answer-before', 'lost-answer-after', 'server-error-before', 'too-many-requests'])(
    'a write with %s ends in agreement',
    async (fault) => {
      const xeroId = await synced();
      world.ges.failNext('patchCustomer', fault);
      world.books.asUser.edit(xeroId, { email: 'x@y.example' });
      await world.settle();
      expect(world.ges.get('cus_1').email).toBe('x@y.example');
      expect(await world.disagreements()).toEqual([]);
    },
  );

  it('F2: a customer that GES shows in a form nobody can read is not taken for deleted: it waits, and goes once it can be read', async () => {
    world.ges.create({ id: 'cus_1' });
    for (const event of world.intercept().events) await world.deliver(event);
    world.ges.garble('cus_1');
    world.clock.advance(60_000);
    await world.ring();
    await world.drain();
    expect(await world.link('cus_1')).toBeUndefined();
    expect(world.books.all()).toEqual([]);
    world.ges.garble('cus_1', false);
    world.clock.advance(600_000);
    await world.ring();
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1' }]);
  });

  it('F2: a customer that GES refuses to change needs a person; others go on', async () => {
    const xeroId = await synced();
    world.ges.create({ id: 'cus_2', name: 'Zeta' });
    world.ges.failNext('patchCustomer', 'refused-as-a-whole');
    world.books.asUser.edit(xeroId, { email: 'x@y.example' });
    await world.settle();
    expect((await world.link('cus_1'))?.status).toBe('attention');
    expect((await world.link('cus_2'))?.status).toBe('synced');
  });
});

describe('one bad record among many (F2)', () => {
  it('F2: a create that Xero refuses needs a person, with Xero’s words as detail only; the rest of the batch goes (F1)', async () => {
    world.books.refuse('Customer 3', 'Phone number is odd.');
    for (let n = 1; n <= 6; n++) world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}` });
    await world.settle();
    expect(await world.link('cus_3')).toMatchObject({
      status: 'attention',
      problem: { code: 'refused-by-xero', detail: 'Phone number is odd.' },
    });
    for (const n of [1, 2, 4, 5, 6]) expect((await world.link(`cus_${String(n)}`))?.status).toBe('synced');
  });

  it('F2: a batch that is refused as a whole is halved until the bad record stands alone', async () => {
    world.books.refuseWholeFor('Customer 3');
    for (let n = 1; n <= 8; n++) world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}` });
    await world.settle();
    expect((await world.link('cus_3'))?.status).toBe('attention');
    expect(world.books.all()).toHaveLength(7);
    expect(await world.disagreements()).toEqual(['cus_3 is attention', 'cus_3 has 0 linked and 0 numbered contacts']);
  });

  it('F3: an answer lost while a refused batch is halved keeps the suffixes of what was saved before', async () => {
    world.books.refuseWholeFor('Customer 3');
    world.books.asUser.create({ name: 'Customer 1', email: 'other@person.example', phone: '1' });
    for (let n = 1; n <= 4; n++) world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}` });
    // The whole batch, then its first half, then the second half.
    world.books.meanwhile('createContacts', () => undefined, 'Customer 3');
    world.books.meanwhile('createContacts', () => world.books.failNext('createContacts', 'server-error-before'), 'Customer 3');
    await world.drain();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', nameSuffix: ' (LS1 4AB)' });
    expect((await world.timeline('cus_1')).map(({ code }) => code)).toEqual(['name-suffix']);
  });

  it('F2: an update batch that is refused as a whole is halved too', async () => {
    for (let n = 1; n <= 5; n++) world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}` });
    await world.settle();
    world.books.refuseWholeFor('Bad');
    for (let n = 1; n <= 5; n++) world.ges.edit(`cus_${String(n)}`, n === 2 ? { name: 'Bad' } : { phone: '0200 000000' });
    await world.settle();
    expect((await world.link('cus_2'))?.status).toBe('attention');
    expect(world.books.all().filter(({ phone }) => phone === '0200 000000')).toHaveLength(4);
  });
});
