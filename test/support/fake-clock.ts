import type { Clock, Ids, Log } from '../../shared/sync/ports.ts';

/** A clock that stands still until it is told otherwise. Whoever sleeps on it moves it on; jitter is none. */
export interface FakeClock extends Clock {
  /** Moves time on by `ms` and runs the periodic tasks that fall due. */
  advance(ms: number): void;
}

export const NOON = Date.UTC(2026, 10, 22, 12);
/** The schedule of the sweep function, as in the stack. */
export const SWEEP_EVERY_MS = 60_000;

export function createFakeClock(start = NOON): FakeClock {
  let now = start;
  const timers = new Set<{ readonly ms: number; readonly task: () => Promise<void>; due: number; running: boolean }>();
  const advance = (ms: number): void => {
    now += ms;
    for (const timer of timers) {
      if (timer.due > now) continue;
      timer.due = now + timer.ms;
      // Like the wall clock, it never runs a task while the same one is still running.
      if (timer.running) continue;
      timer.running = true;
      void timer.task().finally(() => (timer.running = false));
    }
  };
  return {
    now: () => now,
    advance,
    sleep: async (ms) => advance(ms),
    every(ms, task) {
      const timer = { ms, task, due: now + ms, running: false };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    random: () => 0,
  };
}

/** Ids `<prefix>-0001`, `<prefix>-0002`, …: unique and sorted. */
export function createFakeIds(prefix = 'id'): Ids {
  let last = 0;
  return { next: () => `${prefix}-${String(++last).padStart(6, '0')}` };
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/** A log that tests can read. */
export function createFakeLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) =>
    (message: string, ids: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, message, ids });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
