import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { CONTRACTS_DIR } from '../../scripts/contracts/files.ts';
import { createOutcomes } from '../../shared/runtime/outcome-events.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { worldWithInvoice } from '../support/money-records.ts';
import type { MoneyWorld } from '../support/money-world.ts';

/** What the drain really publishes, as it is put on the bus, held to outcome-events.schema.json. */

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
const schema = readFileSync(join(import.meta.dirname, '../..', CONTRACTS_DIR, 'outcome-events.schema.json'), 'utf8');
const validate = ajv.compile(JSON.parse(schema) as object);

/** The outcomes of `world` as events on the bus. */
async function onTheBus(world: MoneyWorld): Promise<readonly Record<string, unknown>[]> {
  const entries: PutEventsRequestEntry[] = [];
  const bus = {
    send: async ({ input }: PutEventsCommand) => {
      entries.push(...(input.Entries ?? []));
      return { FailedEntryCount: 0 };
    },
  } as unknown as EventBridgeClient;
  await createOutcomes(bus, 'ges-xero-test', createFakeClock(), { count: () => undefined }).send(world.outcomes);
  return entries.map(({ Source, DetailType, Detail }) => ({
    source: Source,
    'detail-type': DetailType,
    detail: JSON.parse(Detail ?? 'null') as unknown,
  }));
}

describe('outcome-events.schema.json', () => {
  it('describes what is published of creates, a conflict, attention, its end, a run, and a lost connection', async () => {
    const { world, id, xeroId } = await worldWithInvoice();
    world.ges.changeInvoice(id, { reference: 'Ours' });
    world.xero.as(`invoices/${xeroId}`, { Reference: 'Theirs' });
    await world.settle();
    const { paymentAccountId = null } = (await world.stores.connections.readConnection('acct_money'))?.settings ?? {};
    await world.setting({ paymentAccountId: null });
    world.ges.pay(id, '20.00');
    await world.settle();
    await world.setting({ paymentAccountId });
    await world.bulk();
    await world.settle();
    world.xero.as('disconnect');
    world.ges.changeInvoice(id, { reference: 'Once more' });
    await world.settle();

    const events = await onTheBus(world);
    const kinds = new Set(events.map((event) => event['detail-type']));
    expect([...kinds].sort()).toEqual(['ConnectionChanged', 'RecordNeedsAttention', 'RecordResolved', 'RecordSynced', 'RunFinished']);
    expect(events.filter((event) => !validate(event))).toEqual([]);
    expect(validate({ ...events[0], 'detail-type': 'RecordForgotten' })).toBe(false);
  });
});
