import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bulkSync } from '../../../shared/runs/bulk-sync.ts';
import { parseBulkRequest } from '../../../shared/runs/request.ts';
import { ACCOUNT, createDrainWorld, syncedCustomer, type DrainWorld } from '../../support/drain-world.ts';
import { createFakeIds } from '../../support/fake-clock.ts';

/** A bulk run through the lane (sync-policy G) and what it costs. */

const CUSTOMERS = 25;
/** Most table writes per synced record, with everything: ingress, lane, echo. */
const WRITES_PER_RECORD = 7;
/** The same where a run brings 25 at once. */
const WRITES_PER_RECORD_OF_A_RUN = 2;

const ids = createFakeIds('run');
let world: DrainWorld;
beforeEach(async () => {
  world = await createDrainWorld();
});

function oldCustomers(count = CUSTOMERS): void {
  for (let n = 1; n <= count; n++)
    world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}`, email: `c${String(n)}@x.example` }, 'silent');
}
async function startRun(varied: Record<string, unknown> = {}): Promise<string> {
  const { stores, clock } = world;
  const doorbell = { send: async () => undefined };
  const deps = {
    lanes: stores.lanes,
    connections: stores.connections,
    runs: stores.runs,
    doorbell,
    clock,
    ids,
    digest: (text: string) => text,
  };
  const answer = await bulkSync(
    deps,
    parseBulkRequest({ action: 'sync', types: ['customer'], accountId: ACCOUNT, requestedBy: 'support:j.smith', ...varied }),
  );
  await world.ring();
  return answer.runId;
}
const run = async (runId: string) => world.stores.runs.readRun(ACCOUNT, runId);

describe('a bulk run of old customers', () => {
  it('G1: brings 25 new customers over in at most 4 Xero calls, and is told when it is finished', async () => {
    oldCustomers();
    const runId = await startRun();
    await world.settle();
    expect(world.books.all()).toHaveLength(CUSTOMERS);
    expect(await world.disagreements()).toEqual([]);
    expect(world.books.calls.length).toBeLessThanOrEqual(4);
    expect(await run(runId)).toMatchObject({ status: 'finished', counters: { seen: CUSTOMERS, synced: CUSTOMERS } });
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RunFinished', status: 'finished' });
  });

  it('asks the table only for contacts that its customers may be, however many Xero has', async () => {
    for (let n = 0; n < 200; n++) world.books.asUser.create({ name: `Somebody ${String(n)}` });
    world.books.asUser.create({ name: 'Customer 3', email: 'c3@x.example' });
    await world.drain();
    oldCustomers();
    const { mock } = jest.spyOn(world.stores.records, 'findAliases');
    await startRun();
    await world.drainOnly();
    expect(world.books.all()).toHaveLength(200 + CUSTOMERS);
    expect(mock.calls.flatMap(([, , xeroIds]) => xeroIds)).toHaveLength(1);
  });

  it('F2: a record of GES that does not fit the contract is counted as needing attention, and holds up no other', async () => {
    oldCustomers();
    world.ges.garble('cus_3');
    const runId = await startRun();
    await world.settle();
    expect(world.books.all()).toHaveLength(CUSTOMERS - 1);
    expect(await run(runId)).toMatchObject({ status: 'finished', counters: { seen: CUSTOMERS, synced: CUSTOMERS - 1, attention: 1 } });
  });

  it('a page that GES fails to give makes the run wait, not the lane: live news goes on', async () => {
    oldCustomers();
    world.ges.failNext('listCustomers', ...Array.from({ length: 50 }, () => 'server-error-before' as const));
    const runId = await startRun();
    await world.drain();
    expect(await world.stores.lanes.waitsUntil(ACCOUNT)).toBeUndefined();
    expect(await run(runId)).toMatchObject({ status: 'active', notBefore: expect.any(Number) });
  });

  it('F2: a page that GES refuses for good ends the run and says why; the lane goes on', async () => {
    oldCustomers();
    world.ges.failNext('listCustomers', 'refused-as-a-whole');
    const runId = await startRun();
    await world.drain();
    expect(await run(runId)).toMatchObject({ status: 'failed', failure: 'Refused. (something in the batch)' });
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RunFinished', runId, status: 'failed' });
    world.ges.create({ name: 'Live One' });
    await world.drain();
    expect(world.books.all()).toMatchObject([{ name: 'Live One' }]);
  });

  it('A3, A5: does not go on by itself in a connection that was made after it was asked for', async () => {
    oldCustomers();
    const before = (await world.stores.connections.readConnection(ACCOUNT))!;
    const connectedAt = new Date(world.clock.now() + 60_000).toISOString();
    await world.stores.connections.putConnection({ ...before, connectedAt });
    const runId = await startRun();
    await world.settle();
    expect(await run(runId)).toMatchObject({ status: 'failed', failure: expect.stringContaining('another Xero organisation') });
    expect(world.books.all()).toEqual([]);
  });

  it('G1: run again, linked and unchanged records cost no Xero call', async () => {
    oldCustomers();
    await startRun();
    await world.settle();
    world.books.forgetCalls();
    const again = await startRun();
    await world.settle();
    expect(world.books.calls).toEqual([]);
    expect(await run(again)).toMatchObject({ status: 'finished', counters: { seen: CUSTOMERS, synced: 0, unchanged: CUSTOMERS } });
  });

  it('G1: more than one page, and 50 a write', async () => {
    oldCustomers(620);
    await startRun();
    await world.settle();
    expect(world.books.all()).toHaveLength(620);
    expect(Math.max(...world.books.writes.map(({ elements }) => elements))).toBe(50);
    expect(world.books.writes).toHaveLength(13);
    expect(await world.disagreements()).toEqual([]);
  });

  it('G1: names of customers only where asked', async () => {
    oldCustomers(5);
    await startRun({ ids: ['cus_1', 'cus_3'] });
    await world.settle();
    expect(world.books.all().map(({ contactNumber }) => contactNumber)).toEqual(['cus_1', 'cus_3']);
  });

  it('G4: when Xero says wait, the run waits and live changes go on', async () => {
    oldCustomers();
    world.books.failNext('contactFeed', 'too-many-requests');
    const runId = await startRun();
    await world.drain();
    expect((await run(runId))?.notBefore).toBeGreaterThan(world.clock.now());
    world.ges.create({ name: 'Live One' });
    await world.drain();
    expect(world.books.all().map(({ name }) => name)).toEqual(['Live One']);
    await world.settle();
    expect(await run(runId)).toMatchObject({ status: 'finished' });
    expect(await world.disagreements()).toEqual([]);
  });

  it('G4: a cancelled run does nothing more', async () => {
    oldCustomers();
    const runId = await startRun();
    const present = await run(runId);
    if (present !== undefined) await world.stores.runs.putRun({ ...present, status: 'cancelled' });
    await world.settle();
    expect(world.books.calls).toEqual([]);
  });

  it('A2: a run ends when customers are switched off or the account is disconnected', async () => {
    oldCustomers();
    const { settings } = await world.readConnection();
    const runId = await startRun();
    await world.connection({ settings: { ...settings, syncCustomers: false } });
    await world.settle();
    expect(world.books.calls).toEqual([]);
    expect(await run(runId)).toMatchObject({ status: 'failed' });
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'RunFinished', runId, status: 'failed' });
    await world.connection({ settings });
    const other = await startRun();
    await world.connection({ status: 'not-connected' });
    await world.settle();
    expect(await run(other)).toMatchObject({ status: 'failed' });
  });

  it('F2: looks again at what needs attention', async () => {
    const { id } = world.ges.create({ name: 'John Smith', email: 'j@smith.example' }, 'silent');
    world.books.asUser.create({ name: 'John Smith', email: 'j@smith.example' });
    const { contactId } = world.books.asUser.create({ name: 'JOHN SMITH.', email: 'j@smith.example' });
    await startRun();
    await world.settle();
    expect((await world.link(id))?.status).toBe('attention');
    world.books.asUser.edit(contactId, { name: 'Another Name' });
    await startRun();
    await world.settle();
    expect(await world.disagreements()).toEqual([]);
  });

  it('G4: survives a crash at any call: nothing is doubled, and it finishes', async () => {
    const play = async (atCall: number): Promise<readonly string[]> => {
      world = await createDrainWorld();
      oldCustomers(3);
      const runId = await startRun();
      world.ports.forget();
      if (atCall > 0) world.ports.plan({ atCall, kind: 'killed', when: 'after' });
      await world.settle();
      const wrong = [...(await world.disagreements())];
      if (world.books.all().length !== 3) wrong.push(`${String(world.books.all().length)} contacts`);
      if ((await run(runId))?.status !== 'finished') wrong.push('the run is not finished');
      return wrong.map((words) => `call ${String(atCall)} ${world.ports.calls[atCall - 1] ?? ''}: ${words}`);
    };
    expect(await play(0)).toEqual([]);
    const calls = world.ports.calls.length;
    const failures: string[] = [];
    for (let atCall = 1; atCall <= calls; atCall++) failures.push(...(await play(atCall)));
    expect(failures).toEqual([]);
  });
});

describe('what a synced record costs in table writes', () => {
  const writesPer = (records: number) => world.ports.tableWrites.length / records;

  it('in a bulk run, echoes included', async () => {
    oldCustomers();
    await startRun();
    world.ports.forget();
    await world.settle();
    expect(writesPer(CUSTOMERS)).toBeLessThanOrEqual(WRITES_PER_RECORD_OF_A_RUN);
  });

  it('for live creates and live edits of both sides, echoes included', async () => {
    for (let n = 1; n <= CUSTOMERS; n++)
      world.ges.create({ id: `cus_${String(n)}`, name: `Customer ${String(n)}`, email: `c${String(n)}@x.example` });
    await world.settle();
    const creating = writesPer(CUSTOMERS);
    world.ports.forget();
    for (let n = 1; n <= CUSTOMERS; n++) world.ges.edit(`cus_${String(n)}`, { phone: '0200 000000' });
    await world.settle();
    const editing = writesPer(CUSTOMERS);
    world.ports.forget();
    for (const { contactId } of world.books.all()) world.books.asUser.edit(contactId, { mobile: '0300 000000' });
    await world.settle();
    const edited = writesPer(CUSTOMERS);
    for (const writes of [creating, editing, edited]) expect(writes).toBeLessThanOrEqual(WRITES_PER_RECORD);
  });

  it('for one edit of either side on its own, with everything: ingress, lane and echo', async () => {
    const xeroId = await syncedCustomer(world);
    world.ges.edit('cus_1', { phone: '0200 000000' });
    await world.settle();
    const inGes = world.ports.tableWrites;
    world.ports.forget();
    world.books.asUser.edit(xeroId, { mobile: '0300 000000' });
    await world.settle();
    for (const writes of [inGes, world.ports.tableWrites]) {
      expect(writes).toContain('records.commit');
      expect(writes.length).toBeLessThanOrEqual(WRITES_PER_RECORD);
    }
  });

  it('for one new customer on its own, but for taking and leaving the lane, which many share otherwise', async () => {
    world.ges.create();
    await world.settle();
    const ofRecord = world.ports.tableWrites.filter((write) => !['lanes.acquire', 'lanes.release'].includes(write));
    expect(ofRecord.length).toBeLessThanOrEqual(WRITES_PER_RECORD);
  });
});
