import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLaneWorld, type Script } from '../../support/fake-lane-world.ts';

/**
 * The lease under a controlled scheduler: fast-check chooses the order in which requests reach the table, answers come
 * back, doorbells are delivered, time passes, processes are killed. A failing run prints its seed and its order.
 */
const RUNS = { numRuns: 1000 };

const script: fc.Arbitrary<Script> = fc.record({
  news: fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 5 }),
  /** Doorbells that SQS delivers once more. */
  doubled: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }),
  /** Processes, in order of birth, that are killed at a moment the scheduler picks. */
  killed: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  /** Processes whose renewals fail: refused before, or lost after, they reach the table. */
  renewalsFail: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
  /** How the passes of the drains end when nothing is left: idle, something put off, or a wait. */
  ends: fc.array(fc.constantFrom('idle', 'put-off', 'wait', 'throw'), { maxLength: 3 }),
  /** Steps in which time passes, milliseconds. */
  ticks: fc.array(fc.integer({ min: 100, max: 9_000 }), { minLength: 2, maxLength: 14 }),
});

describe('the lane, whatever the order of things', () => {
  it('never lets two drains write at once, and never leaves rung news without a wake-up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), script, async (scheduler, plan) => {
        const world = createLaneWorld(scheduler, plan);
        await world.play();
        expect(world.faults).toEqual([]);
      }),
      RUNS,
    );
  });

  it('deals with all news within lease and wake-up, once the disturbances are over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), script, async (scheduler, plan) => {
        const world = createLaneWorld(scheduler, plan);
        await world.play();
        await world.calmDown();
        expect(world.unhandled()).toEqual([]);
        expect(world.faults).toEqual([]);
      }),
      RUNS,
    );
  });
});
