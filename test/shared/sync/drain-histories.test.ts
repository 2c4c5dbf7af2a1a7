import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Mishap } from '../../support/drain-port-calls.ts';
import { createDrainWorld, type DrainWorld } from '../../support/drain-world.ts';
import type { Fault } from '../../support/fake-faults.ts';
import { MILL_ROW } from '../../support/fake-records.ts';

/**
 * Any history of edits on both sides, lost, late and doubled news, faults of both systems and killed processes ends in agreement, with one
 * contact a customer . A failing run prints its seed and its shortest history.
 */

type Step =
  | { readonly do: 'create'; readonly who: number; readonly name: string }
  | { readonly do: 'edit in GES'; readonly who: number; readonly phone: string }
  | { readonly do: 'rename in GES'; readonly who: number; readonly name: string }
  | { readonly do: 'edit in Xero'; readonly who: number; readonly phone: string; readonly email: string }
  | {
      readonly do: 'Xero fails';
      readonly method: 'createContacts' | 'updateContacts' | 'contactsByIds' | 'searchContacts';
      readonly fault: Fault;
    }
  | { readonly do: 'GES fails'; readonly method: 'patchCustomer' | 'listCustomers'; readonly fault: Fault }
  | { readonly do: 'mishap'; readonly mishap: Mishap }
  | { readonly do: 'deliver twice' }
  | { readonly do: 'drain' }
  | { readonly do: 'time passes'; readonly ms: number };

const who = fc.integer({ min: 0, max: 2 });
const phone = fc.constantFrom('', '0111 111111', '0222 222222', '+44 111 111111');
const name = fc.constantFrom('John Smith', 'Zeta <Gas>', 'Omega Heating Ltd');
/** Faults that pass by themselves. What needs a person or a new consent has tests of its own. */
const fault = fc.constantFrom<Fault>(
  'lost-answer-before',
  'lost-answer-after',
  'server-error-before',
  'server-error-after',
  'too-many-requests',
);
const mishap = fc.record({
  atCall: fc.integer({ min: 1, max: 40 }),
  kind: fc.constantFrom('killed' as const, 'hiccup' as const),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), who, name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit in GES' as const), who, phone }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename in GES' as const), who, name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit in Xero' as const), who, phone, email: fc.constantFrom('', 'x@y.example') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('Xero fails' as const),
      method: fc.constantFrom('createContacts' as const, 'updateContacts' as const, 'contactsByIds' as const, 'searchContacts' as const),
      fault,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('GES fails' as const),
      method: fc.constantFrom('patchCustomer' as const, 'listCustomers' as const),
      fault,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mishap' as const), mishap }) },
  { weight: 1, arbitrary: fc.constant({ do: 'deliver twice' as const }) },
  { weight: 4, arbitrary: fc.constant({ do: 'drain' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('time passes' as const), ms: fc.integer({ min: 100, max: 200_000 }) }) },
);

async function take(world: DrainWorld, action: Step): Promise<void> {
  switch (action.do) {
    case 'create': {
      const number = String(world.ges.all().length + 1);
      if (world.ges.all().length > action.who) return;
      const billingAddress = { ...MILL_ROW, postcode: `LS${number} 1AA` };
      world.ges.create({ name: action.name, billingAddress, email: `${number}@x.example`, phone: `0300 00000${number}`, mobile: '' });
      return;
    }
    case 'edit in GES':
    case 'rename in GES': {
      const customer = world.ges.all()[action.who];
      if (customer !== undefined)
        world.ges.edit(customer.id, action.do === 'edit in GES' ? { phone: action.phone } : { name: action.name });
      return;
    }
    case 'edit in Xero': {
      const contact = world.books.all()[action.who];
      if (contact !== undefined) world.books.asUser.edit(contact.contactId, { phone: action.phone, email: action.email });
      return;
    }
    case 'Xero fails':
      return world.books.failNext(action.method, action.fault);
    case 'GES fails':
      return world.ges.failNext(action.method, action.fault);
    case 'mishap':
      return world.ports.plan(action.mishap);
    case 'deliver twice': {
      const { events, webhooks } = world.intercept();
      for (const event of [...events, ...events].reverse()) await world.deliver(event);
      for (const webhook of [...webhooks, ...webhooks].reverse()) await world.deliverWebhook(webhook);
      return;
    }
    case 'drain':
      return world.drain();
    case 'time passes':
      return world.clock.advance(action.ms);
  }
}

describe('any history of both sides', () => {
  it('ends in agreement, with one contact a customer and nothing left over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const world = await createDrainWorld();
        for (const action of steps) await take(world, action);
        await world.settle();
        expect(await world.disagreements()).toEqual([]);
        expect(world.books.all()).toHaveLength(world.ges.all().length);
      }),
      { numRuns: 300 },
    );
  });
});
