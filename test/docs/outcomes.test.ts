import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { CONTRACTS_DIR } from '../../scripts/contracts/files.ts';
import { createOutcomes } from '../../shared/runtime/outcome-events.ts';
import { createDrainWorld, type DrainWorld } from '../support/drain-world.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** What the drain really publishes, as it is put on the bus, held to outcome-events.schema.json. */

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
const schema = readFileSync(join(import.meta.dirname, '../..', CONTRACTS_DIR, 'outcome-events.schema.json'), 'utf8');
const validate = ajv.compile(JSON.parse(schema) as object);

/** The outcomes of `world` as events on the bus. */
async function onTheBus(world: DrainWorld): Promise<readonly Record<string, unknown>[]> {
  const entries: PutEventsRequestEntry[] = [];
  const bus = {
    send: async ({ input }: PutEventsCommand) => {
      entries.push(...(input.Entries ?? []));
      return { FailedEntryCount: 0 };
    },
  } as unknown as EventBridgeClient;
  await createOutcomes(bus, 'ges-xero-test', createFakeClock(), { count: () => undefined }).publish(world.outcomes);
  return entries.map(({ Source, DetailType, Detail }) => ({
    source: Source,
    'detail-type': DetailType,
    detail: JSON.parse(Detail ?? 'null') as unknown,
  }));
}

describe('outcome-events.schema.json (contracts §3)', () => {
  it('describes what is published of a create, a conflict, attention, its end, and a lost connection', async () => {
    const world = await createDrainWorld();
    world.ges.create({ id: 'cus_1' });
    await world.settle();
    const [contact] = world.books.all();
    world.books.asUser.edit(contact?.contactId ?? '', { phone: '0222 222222' });
    world.ges.edit('cus_1', { phone: '0111 111111' });
    await world.settle();
    for (const name of ['Zeta Homes', 'Zeta Homes.']) world.books.asUser.create({ name, email: 'z@zeta.example' });
    world.ges.create({ id: 'cus_2', name: 'Zeta Homes', email: 'z@zeta.example' });
    await world.settle();
    const twin = world.books.all().find(({ name }) => name === 'Zeta Homes.');
    world.books.asUser.edit(twin?.contactId ?? '', { name: 'Another Name' });
    world.ges.edit('cus_2', { phone: '0113 496 0001' });
    await world.settle();
    world.books.failNext('contactsByIds', 'consent-gone');
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();

    const events = await onTheBus(world);
    const kinds = new Set(events.map((event) => event['detail-type']));
    expect([...kinds].sort()).toEqual(['ConnectionChanged', 'RecordNeedsAttention', 'RecordResolved', 'RecordSynced']);
    expect(events.filter((event) => !validate(event))).toEqual([]);
    expect(validate({ ...events[0], 'detail-type': 'RecordForgotten' })).toBe(false);
  });
});
