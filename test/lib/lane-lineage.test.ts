import { describe, expect, it } from '@jest/globals';
import { createDoorbell } from '../../shared/runtime/queues.ts';
import { enterLane, ringLane, WAKE_AFTER_MS, type LaneDeps } from '../../shared/sync/lane.ts';
import { createFakeClock, createFakeIds, createFakeLog } from '../support/fake-clock.ts';
import { createLineage } from '../support/lambda-lineage.ts';
import { createMemoryStores } from '../support/stores.ts';
import { resourceOf, templateOf } from './stack-under-test.ts';

const ACCOUNT = 'acct_demo';
const HOPS = 40;

/** A lane with so much to do that it runs out of time again and again and rings itself, as a large first run does. */
async function busyLane(recursiveLoop: unknown) {
  const clock = createFakeClock();
  const { lanes } = createMemoryStores(createFakeIds(), clock);
  let passesLeft = HOPS;
  const drain = {
    pass: async () => {
      passesLeft -= 1;
      return passesLeft > 0 ? ({ kind: 'more' } as const) : ({ kind: 'idle' } as const);
    },
    leave: async () => ({ notes: {}, gotOn: true, counted: true }),
  };
  const lineage = createLineage({
    recursiveLoop,
    answer: (accountId) =>
      enterLane(
        deps,
        accountId,
        () => 0,
        () => drain,
      ),
  });
  const doorbell = createDoorbell(lineage.sqs, 'http://sqs.invalid/lanes');
  const deps: LaneDeps = { lanes, doorbell, clock, ids: createFakeIds('owner'), log: createFakeLog() };
  await ringLane(deps, ACCOUNT);
  while (await lineage.invokeNext());
  return { lineage, passesLeft: () => passesLeft, isDue: async () => (await lanes.dueLanes(clock.now() + WAKE_AFTER_MS, 1)).length > 0 };
}

describe('a lane that rings itself', () => {
  it(`loses no doorbell in a chain of ${String(HOPS)} hops, as the template is`, async () => {
    const { RecursiveLoop } = resourceOf(templateOf('prod'), 'AWS::Lambda::Function', 'LanesSyncLaneHandler').Properties;
    const { lineage, passesLeft, isDue } = await busyLane(RecursiveLoop);
    expect(lineage.hops()).toBe(HOPS);
    expect(lineage.lost).toEqual([]);
    expect(passesLeft()).toBe(0);
    expect(await isDue()).toBe(false);
  });

  it("with Lambda's default the chain would end after 16 hops, and the lane would wait for the sweep", async () => {
    const { lineage, passesLeft, isDue } = await busyLane(undefined);
    expect(lineage.hops()).toBe(16);
    expect(lineage.lost).toHaveLength(1);
    expect(passesLeft()).toBe(HOPS - 16);
    expect(await isDue()).toBe(true);
  });
});
