import { describe, expect, it } from '@jest/globals';
import type { Mishap } from '../../support/drain-port-calls.ts';
import { createDrainWorld, type DrainWorld } from '../../support/drain-world.ts';
import { MILL_ROW } from '../../support/fake-records.ts';

/**
 * Every crash point of a drain must be survivable : each scenario is played once undisturbed to count the calls that its drains
 * make, then once for every call and every mishap at it. Doorbells of a killed process are lost: lease, sweep and inbox must do.
 */

interface Scenario {
  readonly name: string;
  /** What is there before, undisturbed. */
  readonly prepare: (world: DrainWorld) => Promise<void>;
  /** What changes; the drains that deal with it meet the mishap. */
  readonly change: (world: DrainWorld) => Promise<void>;
  readonly contacts: number;
  /** Further things that must hold in the end, in words where they do not. */
  readonly besides?: (world: DrainWorld) => Promise<readonly string[]>;
}

const NOTHING = async (): Promise<void> => undefined;
const twoCustomers = async (world: DrainWorld): Promise<void> => {
  world.ges.create({ id: 'cus_1' });
  world.ges.create({ id: 'cus_2', name: 'Zeta Gas', email: 'z@zeta.example' });
  await world.settle();
};

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'two new customers',
    prepare: NOTHING,
    change: async (world) => {
      world.ges.create({ id: 'cus_1' });
      world.ges.create({ id: 'cus_2', name: 'Zeta Gas', email: 'z@zeta.example' });
    },
    contacts: 2,
  },
  {
    name: 'two customers of one name, one of them adopted without leave for our number',
    prepare: async (world) => void world.books.asUser.create({ name: 'John Smith', email: 'one@smith.example', contactNumber: 'BOOK-1' }),
    change: async (world) => {
      world.ges.create({ id: 'cus_1', name: 'John Smith', email: 'one@smith.example' });
      const york = { ...MILL_ROW, postcode: 'YO1 7HH' };
      world.ges.create({ id: 'cus_2', name: 'John Smith', email: 'two@smith.example', phone: '1', mobile: '', billingAddress: york });
    },
    contacts: 2,
    besides: async (world) => {
      const names = world.books.all().map(({ name }) => name);
      return names.join() === 'John Smith,John Smith (YO1 7HH)' ? [] : [`contacts are ${names.join()}`];
    },
  },
  {
    name: 'both sides edit, different fields and the same field',
    prepare: twoCustomers,
    change: async (world) => {
      for (const contact of world.books.all()) {
        world.books.asUser.edit(contact.contactId, { email: `new-${contact.contactId}@y.example`, phone: '0222 222222' });
      }
      world.ges.edit('cus_1', { phone: '0111 111111', mobile: '' });
    },
    contacts: 2,
    besides: async (world) => {
      const lost = (await world.timeline('cus_1')).filter(
        ({ code, details }) => code === 'conflict' && details?.['lost'] === '0222 222222',
      );
      return lost.length > 0 ? [] : ['E2: the losing value is in no timeline'];
    },
  },
  {
    name: 'a rename to a name that is taken',
    prepare: async (world) => {
      await twoCustomers(world);
    },
    change: async (world) => void world.ges.edit('cus_1', { name: 'Zeta Gas' }),
    contacts: 2,
    besides: async (world) => (world.ges.get('cus_1').name === 'Zeta Gas' ? [] : ['the suffix came back to GES']),
  },
  {
    name: 'a lost answer to a create',
    prepare: NOTHING,
    change: async (world) => {
      world.books.failNext('createContacts', 'lost-answer-after');
      world.ges.create({ id: 'cus_1' });
    },
    contacts: 1,
  },
  {
    name: 'a cached server error to a create that was saved',
    prepare: NOTHING,
    change: async (world) => {
      world.books.failNext('createContacts', 'server-error-after');
      world.ges.create({ id: 'cus_1' });
    },
    contacts: 1,
  },
];

const MISHAPS: readonly Pick<Mishap, 'kind' | 'when'>[] = [
  { kind: 'killed', when: 'before' },
  { kind: 'killed', when: 'after' },
  { kind: 'hiccup', when: 'before' },
  { kind: 'hiccup', when: 'after' },
];

/** What the platform was told, each once. */
function toldOf({ outcomes }: DrainWorld, since: number): ReadonlySet<string> {
  return new Set(outcomes.slice(since).map((told) => ('entity' in told ? `${told.kind} ${told.entity.id}` : told.kind)));
}

async function play(
  scenario: Scenario,
  mishap: Mishap | undefined,
): Promise<{ readonly calls: readonly string[]; readonly wrong: readonly string[]; readonly told: ReadonlySet<string> }> {
  const world = await createDrainWorld();
  await scenario.prepare(world);
  const toldBefore = world.outcomes.length;
  await scenario.change(world);
  world.ports.forget();
  if (mishap !== undefined) world.ports.plan(mishap);
  await world.settle();
  const wrong = [...(await world.disagreements()), ...((await scenario.besides?.(world)) ?? [])];
  const contacts = world.books.all().length;
  if (contacts !== scenario.contacts) wrong.push(`${String(contacts)} contacts instead of ${String(scenario.contacts)}`);
  return { calls: world.ports.calls, wrong, told: toldOf(world, toldBefore) };
}

describe.each(SCENARIOS)('a crash at any call: $name', (scenario) => {
  it.each(MISHAPS)('$kind $when it was done: ends in agreement, nothing doubled, no news lost, nothing left untold', async (mishap) => {
    const undisturbed = await play(scenario, undefined);
    expect(undisturbed.wrong).toEqual([]);

    const failures: string[] = [];
    for (const [index, call] of undisturbed.calls.entries()) {
      const nothing: ReadonlySet<string> = new Set();
      const { wrong, told } = await play(scenario, { ...mishap, atCall: index + 1 }).catch((error: unknown) => ({
        wrong: [String(error)],
        told: nothing,
      }));
      // F2b: what was told in peace is told at least once.
      const untold = [...undisturbed.told].filter((outcome) => !told.has(outcome)).map((outcome) => `not told: ${outcome}`);
      const all = [...wrong, ...untold];
      if (all.length > 0) failures.push(`call ${String(index + 1)} ${call}: ${all.join('; ')}`);
    }

    expect(failures).toEqual([]);
  });
});
