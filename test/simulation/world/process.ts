import type { Clock, Ids } from '../../../shared/sync/ports.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** Among how many of its first calls the one is drawn at which a process is killed or stands still. */
const STRUCK_WITHIN_CALLS = 120;
/** Longer than a lease. */
const FROZEN_MS = 45_000;

export type World = 'table' | 'queue' | 'bus' | 'secrets' | 'xero' | 'ges';

/** How long a call takes, ms. */
const LATENCY: Readonly<Record<World, readonly [number, number]>> = {
  table: [2, 8],
  queue: [5, 20],
  bus: [5, 20],
  secrets: [10, 40],
  xero: [120, 400],
  ges: [20, 90],
};

/** A process died, or ran out of its time, while it waited: its promise never settles, and nothing of it goes on. */
const NEVER = new Promise<never>(() => undefined);

/**
 * One invocation of a function. Whatever it asks of the outside goes through `call`, which takes its time and may be the last thing the
 * process does. A killed process simply stops: no promise of it settles any more.
 */
export class Process {
  readonly name: string;
  private readonly scheduler: Scheduler;
  private readonly draws: Draws;
  private readonly endsAt: number;
  private readonly skewMs: number;
  private readonly killedAt: number;
  private readonly frozenAt: number;
  private calls = 0;
  private ids = 0;
  private frozenUntil = 0;
  private ended = false;

  constructor(name: string, timeOutMs: number, skewMs: number, faults: Faults, scheduler: Scheduler, draws: Draws) {
    this.name = name;
    this.scheduler = scheduler;
    this.draws = draws;
    this.skewMs = skewMs;
    this.endsAt = scheduler.now + timeOutMs;
    const place = (what: string): number => draws.whole(1, STRUCK_WITHIN_CALLS, `${what} at`, name);
    this.killedAt = draws.happens(faults.kill, 'kill', name) ? place('kill') : 0;
    this.frozenAt = draws.happens(faults.freeze, 'freeze', name) ? place('freeze') : 0;
  }

  get isAlive(): boolean {
    return !this.ended && this.scheduler.now < this.endsAt;
  }

  timeLeftMs(): number {
    return Math.max(0, this.endsAt - this.scheduler.now);
  }

  /** The invocation has answered. */
  end(): void {
    this.ended = true;
  }

  /** Asks the outside for something. `serve` is carried out at one moment; before and after it the process may end. */
  async call<T>(world: World, serve: () => T | Promise<T>): Promise<T> {
    if (!this.isAlive) return NEVER;
    const place = ++this.calls;
    const isKilled = place === this.killedAt;
    const isKilledBefore = isKilled && this.draws.share('kill before', this.name) < 0.5;
    if (place === this.frozenAt) this.frozenUntil = this.scheduler.now + FROZEN_MS;
    const [least, most] = LATENCY[world];
    const latency = this.draws.whole(least, most, 'latency', `${this.name} ${world}`);
    await this.scheduler.sleep(Math.max(latency, this.frozenUntil - this.scheduler.now));
    if (isKilledBefore) this.ended = true;
    if (!this.isAlive) return NEVER;
    let answer: T;
    try {
      answer = await serve();
    } catch (error) {
      if (isKilled) this.ended = true;
      if (!this.isAlive) return NEVER;
      throw error;
    }
    if (isKilled) this.ended = true;
    return this.isAlive ? answer : NEVER;
  }

  readonly clock: Clock = {
    now: () => this.scheduler.now + this.skewMs,
    sleep: async (ms) => {
      await this.scheduler.sleep(ms);
      if (!this.isAlive) return NEVER;
    },
    every: (ms, task) => {
      let isOn = true;
      let isRunning = false;
      const tick = (): void => {
        if (!isOn || !this.isAlive) return;
        if (!isRunning && this.scheduler.now >= this.frozenUntil) {
          isRunning = true;
          void task().finally(() => (isRunning = false));
        }
        this.scheduler.after(ms, tick);
      };
      this.scheduler.after(ms, tick);
      return () => void (isOn = false);
    },
    random: () => this.draws.share('random', this.name),
  };

  readonly uniqueIds: Ids = {
    next: () => `${this.name}.${String(++this.ids).padStart(5, '0')}`,
  };
}
