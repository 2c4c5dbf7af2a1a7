import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { LOCAL_ACCOUNT_ID } from '../template/physical-names.ts';
import type { Schedule } from './rules-from-template.ts';

export interface SchedulesOptions {
  readonly database: DatabaseSync;
  readonly schedules: readonly Schedule[];
  readonly region: string;
  /** Hands one invocation to Lambda's asynchronous queue. */
  readonly invoke: (functionName: string, payload: string) => void;
  readonly now?: () => number;
}

/**
 * Fires the template's `rate(…)` schedules in real time. When each last fired is kept, so that restarting (or killing)
 * the edge does not put the next time off; one that fell due meanwhile fires at once, and only once.
 */
export function startSchedules({ database, schedules, region, invoke, now = Date.now }: SchedulesOptions): { stop(): void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const read = database.prepare('SELECT last_fired_at FROM schedules WHERE name = ?');
  const write = database.prepare(
    'INSERT INTO schedules (name, last_fired_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last_fired_at = excluded.last_fired_at',
  );

  function arm(schedule: Schedule, dueAt: number): void {
    timers.set(
      schedule.name,
      setTimeout(() => fire(schedule, dueAt), Math.max(0, dueAt - now())),
    );
  }

  function fire(schedule: Schedule, dueAt: number): void {
    const firedAt = now();
    write.run(schedule.name, firedAt);
    for (const { functionName, input } of schedule.targets)
      invoke(functionName, input ?? JSON.stringify(scheduledEvent(schedule, dueAt, region)));
    // Late by more than an interval (the machine slept): the times that were missed are not made up for.
    const next = dueAt + schedule.intervalMs;
    arm(schedule, next > firedAt ? next : firedAt + schedule.intervalMs);
  }

  for (const schedule of schedules) {
    const row = read.get(schedule.name) as { last_fired_at: number } | undefined;
    if (row === undefined) write.run(schedule.name, now());
    arm(schedule, Math.max((row?.last_fired_at ?? now()) + schedule.intervalMs, now()));
  }
  return {
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function scheduledEvent({ arn }: Schedule, time: number, region: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LOCAL_ACCOUNT_ID,
    time: new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [arn],
    detail: {},
  };
}
