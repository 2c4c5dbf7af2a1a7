import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDrainWorld, syncedCustomer, type DrainWorld } from '../../support/drain-world.ts';
import { customer, EMPTY_ADDRESS, MILL_ROW } from '../../support/fake-records.ts';

/** Whole drains: how customers and contacts meet, and what Xero would refuse (sync-policy B3, B5, B8). */

let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

describe('first meetings (B3)', () => {
  it('B3: a contact that is there already is adopted: empty fields filled, differing values left and listed', async () => {
    world.books.asUser.create({ name: 'Hartley Lettings Limited', email: 'ACCOUNTS@hartley.example', phone: '0200 000000' });
    world.ges.create({ id: 'cus_1', vatNumber: '' });
    await world.settle();
    expect(world.books.all()).toMatchObject([
      { contactNumber: 'cus_1', name: 'Hartley Lettings Limited', phone: '0200 000000', mobile: '07700 900123' },
    ]);
    expect(world.ges.get('cus_1')).toMatchObject({ name: 'Hartley Lettings Ltd', phone: '0113 496 0000' });
    expect(await world.timeline('cus_1')).toMatchObject([{ code: 'adopted', details: { by: 'email' } }]);
    world.books.forgetCalls();
    world.ges.edit('cus_1', { mobile: '07700 900999' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ phone: '0200 000000', mobile: '07700 900999' }]);
  });

  it('B3: two John Smiths become two contacts, told apart by postcode, and neither name changes in GES', async () => {
    const [one, other] = [{ ...MILL_ROW }, { ...MILL_ROW, postcode: 'YO1 7HH', city: 'York' }];
    world.ges.create({
      id: 'cus_1',
      name: 'John Smith',
      email: 'one@smith.example',
      phone: '0111 111111',
      mobile: '',
      billingAddress: one,
    });
    await world.settle();
    world.ges.create({
      id: 'cus_2',
      name: 'John Smith',
      email: 'two@smith.example',
      phone: '0222 222222',
      mobile: '',
      billingAddress: other,
    });
    await world.settle();
    expect(world.books.all().map(({ name }) => name)).toEqual(['John Smith', 'John Smith (YO1 7HH)']);
    world.books.asUser.edit((await world.link('cus_2'))?.xeroId ?? '', { name: 'Jon Smith (YO1 7HH)' });
    await world.settle();
    expect(world.ges.get('cus_2').name).toBe('Jon Smith');
    expect(await world.disagreements()).toEqual([]);
  });

  it('B3: two John Smiths in one pass become two contacts as well', async () => {
    for (const [id, postcode] of [
      ['cus_1', 'LS1 4AB'],
      ['cus_2', 'YO1 7HH'],
    ] as const) {
      world.ges.create({
        id,
        name: 'John Smith',
        email: `${id}@smith.example`,
        phone: '',
        mobile: '',
        billingAddress: { ...MILL_ROW, postcode },
      });
    }
    await world.settle();
    expect(world.books.all().map(({ name }) => name)).toEqual(['John Smith', 'John Smith (YO1 7HH)']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('B3, F1: several candidates need a person; it resolves when the person makes it clear', async () => {
    const [first, second] = ['Hartley Lettings Ltd', 'Hartley Lettings Limited'].map(
      (name) => world.books.asUser.create({ name, email: 'accounts@hartley.example' }).contactId,
    );
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({
      status: 'attention',
      problem: { code: 'which-contact', candidates: [first, second] },
    });
    expect(world.outcomes).toMatchObject([{ kind: 'RecordNeedsAttention', xeroId: null }]);
    expect(world.books.writes).toEqual([]);

    world.books.asUser.edit(second ?? '', { email: 'somebody@else.example' });
    world.ges.edit('cus_1', { phone: '0113 496 0001' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: first });
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RecordResolved' });
  });

  it('B3, B5: the only match is archived: a person must restore it, and no second contact is made', async () => {
    world.books.asUser.create({ name: 'Hartley Lettings Ltd', email: 'accounts@hartley.example', status: 'ARCHIVED' });
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect((await world.link('cus_1'))?.problem?.code).toBe('contact-archived');
    expect(world.books.all()).toHaveLength(1);
  });

  it('B3: a contact whose name is spelled with an apostrophe that GES leaves out is found, not doubled', async () => {
    world.books.asUser.create({ name: "Siobhan O'Brien-O'Shaughnessy", email: 'accounts@hartley.example' });
    const { contactId } = world.books.asUser.create({ name: "O'Brien", email: 'brien@hartley.example' });
    world.ges.create({ id: 'cus_1', name: 'OBrien', email: 'brien@hartley.example' });
    await world.settle();
    expect(world.books.all()).toHaveLength(2);
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', xeroId: contactId });
  });

  it('B6, F2: a customer whose contact was merged away needs a person, and is not tried again and again', async () => {
    const loser = world.books.asUser.create({ name: 'Old Name', contactNumber: 'cus_1' });
    const winner = world.books.asUser.create({ name: 'New Name' });
    world.books.asUser.merge(loser.contactId, winner.contactId);
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'attention', problem: { code: 'contact-merged' } });
    expect(world.books.writes.length).toBeLessThanOrEqual(1);
    expect(world.books.all()).toHaveLength(2);
  });

  it('B3: a name without any word to search by is looked up all the same', async () => {
    world.books.asUser.create({ name: 'Éé', email: 'accounts@hartley.example' });
    world.ges.create({ id: 'cus_1', name: 'Éé' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1' }]);
  });

  it('B3: more namesakes than one search answers: the match is found all the same', async () => {
    for (let n = 0; n < 120; n++) world.books.asUser.create({ name: `Hartley Lettings ${String(n)}` });
    world.books.asUser.create({ name: 'Hartley Lettings Limited', email: 'accounts@hartley.example' });
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(world.books.named('Hartley Lettings Limited')).toMatchObject([{ contactNumber: 'cus_1' }]);
    expect(world.books.all()).toHaveLength(121);
  });

  it('B3: a rename to a name that is taken goes with a suffix', async () => {
    await syncedCustomer(world);
    world.books.asUser.create({ name: 'Zeta Gas' });
    world.ges.edit('cus_1', { name: 'Zeta Gas' });
    await world.settle();
    expect(world.books.all().map(({ name }) => name)).toEqual(['Zeta Gas (LS1 4AB)', 'Zeta Gas']);
    expect(world.ges.get('cus_1').name).toBe('Zeta Gas');
    expect(await world.disagreements()).toEqual([]);
  });

  it('B3: somebody takes the name in Xero while we look: the create is refused and goes with a suffix', async () => {
    world.books.meanwhile('createContacts', () => {
      world.books.asUser.create({ name: 'Hartley Lettings Ltd', email: 'other@person.example', phone: '1' });
    });
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(
      world.books
        .all()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Hartley Lettings Ltd', 'Hartley Lettings Ltd (LS1 4AB)']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('B3, F1: a name that is taken by what Xero does not show goes with a suffix, and with none left needs a person', async () => {
    const taken = 'The contact name X is already assigned to another contact. The contact name must be unique across all active contacts.';
    world.books.refuse('Hartley Lettings Ltd', taken);
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ name: 'Hartley Lettings Ltd (LS1 4AB)' }]);
    expect(await world.disagreements()).toEqual([]);

    for (const name of ['Zeta', 'Zeta (LS1 4AB)', 'Zeta (cus_2)']) world.books.refuse(name, taken);
    world.books.forgetCalls();
    world.ges.create({ id: 'cus_2', name: 'Zeta' });
    await world.settle();
    expect(await world.link('cus_2')).toMatchObject({ status: 'attention', problem: { code: 'name-taken' } });
    expect(world.books.writes.length).toBeLessThanOrEqual(4);
  });

  it('F1: a number that is taken by what Xero does not show needs a person', async () => {
    world.books.refuse('Hartley Lettings Ltd', 'Another contact has this contact number. Please enter a different contact number.');
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    expect(await world.link('cus_1')).toMatchObject({ status: 'attention', problem: { code: 'refused-by-xero' } });
  });

  it('B5: an edit for a contact that was archived needs a person; restored, it goes', async () => {
    const xeroId = await syncedCustomer(world);
    world.books.asUser.edit(xeroId, { status: 'ARCHIVED' });
    await world.settle();
    expect((await world.link('cus_1'))?.status).toBe('synced');
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    expect((await world.link('cus_1'))?.problem?.code).toBe('contact-archived');
    expect(world.books.writes).toEqual([]);
    world.books.asUser.edit(xeroId, { status: 'ACTIVE' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ phone: '0200 000000' }]);
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('what Xero would refuse (B8)', () => {
  it('B8: a name is cleaned on its way out, and that never comes back', async () => {
    world.ges.create({ id: 'cus_1', name: ' Zeta  <Gas> ', email: 'no address' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ name: 'Zeta Gas', email: '' }]);
    expect(world.ges.get('cus_1')).toMatchObject({ name: ' Zeta  <Gas> ', email: 'no address', revision: 1 });
    expect((await world.link('cus_1'))?.warnings).toEqual(['field-not-sent:email']);
    expect(await world.disagreements()).toEqual([]);
  });

  it('B8: an e-mail that Xero refuses against all appearances stays at home with a warning; the rest goes, new or edited', async () => {
    world.books.refuseEmail('odd@hartley.example');
    world.books.refuseEmail('odder@hartley.example');
    world.ges.create({ id: 'cus_1', email: 'odd@hartley.example' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ name: 'Hartley Lettings Ltd', email: '' }]);
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', warnings: ['field-not-sent:email'] });

    world.ges.edit('cus_1', { email: 'good@hartley.example' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ email: 'good@hartley.example' }]);
    expect((await world.link('cus_1'))?.warnings).toBeUndefined();

    world.ges.edit('cus_1', { email: 'odder@hartley.example' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ email: 'good@hartley.example' }]);
    expect(world.ges.get('cus_1').email).toBe('odder@hartley.example');
    expect(await world.link('cus_1')).toMatchObject({ status: 'synced', warnings: ['field-not-sent:email'] });
  });

  it('B8: an unusable name needs a person; a better one goes', async () => {
    world.ges.create({ id: 'cus_1', name: '<>' });
    await world.settle();
    expect((await world.link('cus_1'))?.problem?.code).toBe('name-unusable');
    world.ges.edit('cus_1', { name: 'Zeta' });
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });
});

describe('the customer without details', () => {
  it('B3: a bare customer and a bare namesake are one; the same name twice in GES needs a person', async () => {
    const bare = {
      name: 'John Smith',
      firstName: '',
      lastName: '',
      email: '',
      phone: '',
      mobile: '',
      vatNumber: '',
      billingAddress: EMPTY_ADDRESS,
    };
    world.books.asUser.create({ name: 'John Smith' });
    world.ges.create({ ...bare, id: 'cus_1' });
    await world.settle();
    expect(world.books.all()).toMatchObject([{ contactNumber: 'cus_1' }]);
    const other = await createDrainWorld();
    other.books.asUser.create({ name: 'John Smith' });
    other.ges.create({ ...bare, id: 'cus_1' }, 'silent');
    other.ges.create({ ...customer(), ...bare, id: 'cus_2' });
    await other.settle();
    expect((await other.link('cus_2'))?.problem?.code).toBe('which-contact');
  });
});
