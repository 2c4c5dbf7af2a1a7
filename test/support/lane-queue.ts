import type { DrainDeps } from '../../shared/sync/pass.ts';
import { createDrain } from '../../shared/sync/drain.ts';
import { enterLane, wakeDueLanes } from '../../shared/sync/lane.ts';
import type { LaneStore } from '../../shared/sync/ports.ts';
import { SWEEP_EVERY_MS, type createFakeLog, type FakeClock } from './fake-clock.ts';

/** Waits of hours (D5: a day) are no unrest: a test lets them pass by itself. */
const REST_MS = 30 * 60_000;
/** Time-out of the lane's function. */
const TIME_OUT_MS = 300_000;

/** The queue of doorbells, the function that answers them and the sweep, for the lane of one account, in virtual time. */
export interface LaneQueue {
  ring(delaySeconds: number): void;
  /** Answers every doorbell that is due, one process each. */
  readonly answerAll: () => Promise<void>;
  /** Sweeps, if a minute has begun since the last time. */
  sweepIfDue(): Promise<void>;
  /** No doorbell is on its way, and no lane has a wake-up, within half an hour. */
  isAtRest(): Promise<boolean>;
}

export interface LaneQueueOptions {
  readonly accountId: string;
  readonly clock: FakeClock;
  readonly lanes: LaneStore;
  readonly log: ReturnType<typeof createFakeLog>;
  /** What a new process of the lane function is wired to. */
  readonly newProcess: () => DrainDeps;
}

/** A process that dies leaves its doorbell unanswered for good, as no real queue would: the sweep finds the lane. */
export function createLaneQueue({ accountId, clock, lanes, log, newProcess }: LaneQueueOptions): LaneQueue {
  const waiting: number[] = [];
  let minutesSwept = 0;
  const ring = (delaySeconds: number): void => void waiting.push(clock.now() + delaySeconds * 1000);

  async function answerOne(): Promise<boolean> {
    const due = waiting.findIndex((at) => at <= clock.now());
    if (due < 0) return false;
    waiting.splice(due, 1);
    const endsAt = clock.now() + TIME_OUT_MS;
    const process = newProcess();
    try {
      await enterLane(
        process,
        accountId,
        () => endsAt - clock.now(),
        (entered) => createDrain(process, accountId, log, entered),
      );
    } catch (error) {
      log.error('process ended', { error: String(error) });
    }
    return true;
  }

  return {
    ring,
    async answerAll() {
      while (await answerOne());
    },
    async sweepIfDue() {
      const minutes = Math.floor(clock.now() / SWEEP_EVERY_MS);
      if (minutes === minutesSwept) return;
      minutesSwept = minutes;
      await wakeDueLanes({ lanes, doorbell: { send: async (_accountId, delaySeconds) => ring(delaySeconds) }, clock });
    },
    async isAtRest() {
      const soon = clock.now() + REST_MS;
      return waiting.every((at) => at > soon) && (await lanes.dueLanes(soon, 1)).length === 0;
    },
  };
}
