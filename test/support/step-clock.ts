import type { Clock } from '../../shared/sync/ports.ts';

export interface StepClock extends Clock {
  advance(ms: number): void;
}

/** A clock that moves only when told, or when somebody sleeps on it. Jitter is always the middle. */
export function createStepClock(start = Date.UTC(2026, 10, 22, 10)): StepClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    every: () => () => undefined,
    random: () => 0.5,
    advance: (ms) => {
      now += ms;
    },
  };
}
