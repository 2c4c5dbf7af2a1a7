import type { Clock, Ids } from '../../../shared/sync/ports.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** Among how many of its first calls the one is drawn at which a process is killed or stands still. */
const STRUCK_WITHIN_CALLS = 120;
/** Longer than a lease. */
const FROZEN_MS = 45_000;

export type World = 'table' | 'queue' | 'bus' | 'secrets' | 'xero' | 'ges';

/** How long a call takes, ms; for Xero, until its answer begins. */
const LATENCY: Readonly<Record<World, readonly [number, number]>> = {
  table: [2, 8],
  queue: [5, 20],
  bus: [5, 20],
  secrets: [10, 40],
  xero: [20, 80],
  ges: [20, 90],
};

/** How long Xero works on a call, ms: so long it counts among those in progress. */
const XERO_WORKS_MS = [100, 320] as const;

/** What the product is given of a process: how it reaches the outside. */
export interface Caller {
  readonly name: string;
  readonly clock: Clock;
  readonly uniqueIds: Ids;
  call<T>(world: World, serve: () => T | Promise<T>): Promise<T>;
  /** How long Xero works on the next call, ms. */
  xeroWorksMs(): number;
}

/** A process died, or ran out of its time, while it waited: its promise never settles, and nothing of it goes on. */
const NEVER = new Promise<never>(() => undefined);

/**
 * One instance of a function: its module-level state lives as long as it does, over many invocations, one at a time. Whatever it asks of the
 * outside goes through `call`, which takes its time and may be the last thing it does. A killed process simply stops: no promise of it
 * settles any more.
 */
export class Process implements Caller {
  private readonly scheduler: Scheduler;
  private readonly draws: Draws;
  private readonly skewMs: number;
  private invocation = '';
  private endsAt = 0;
  private killedAt = 0;
  private frozenAt = 0;
  private calls = 0;
  private ids = 0;
  private frozenUntil = 0;
  private busy = false;
  private dead = false;

  constructor(skewMs: number, scheduler: Scheduler, draws: Draws) {
    this.skewMs = skewMs;
    this.scheduler = scheduler;
    this.draws = draws;
  }

  /** An invocation begins. `name` says by what it was caused, so that its draws are the same in a history where something else did not happen. */
  begin(name: string, timeOutMs: number, faults: Faults): void {
    const { draws } = this;
    const place = (what: string): number => draws.whole(1, STRUCK_WITHIN_CALLS, `${what} at`, name);
    this.invocation = name;
    this.endsAt = this.scheduler.now + timeOutMs;
    this.killedAt = draws.happens(faults.kill, 'kill', name) ? place('kill') : 0;
    this.frozenAt = draws.happens(faults.freeze, 'freeze', name) ? place('freeze') : 0;
    [this.calls, this.ids, this.frozenUntil, this.busy] = [0, 0, 0, true];
  }

  /** The invocation has answered; the instance waits for another. */
  end(): void {
    this.busy = false;
  }

  /** The instance is gone, and with it whatever it was doing. */
  kill(): void {
    this.dead = true;
  }

  /** The present invocation's, or the last one's. */
  get name(): string {
    return this.invocation;
  }

  get isAlive(): boolean {
    return !this.dead && (!this.busy || this.scheduler.now < this.endsAt);
  }

  timeLeftMs(): number {
    return Math.max(0, this.endsAt - this.scheduler.now);
  }

  /** Asks the outside for something. `serve` is carried out at one moment; before and after it the process may end. */
  async call<T>(world: World, serve: () => T | Promise<T>): Promise<T> {
    if (!this.isAlive) return NEVER;
    const { invocation } = this;
    const place = ++this.calls;
    const isKilled = place === this.killedAt;
    const isKilledBefore = isKilled && this.draws.share('kill before', invocation) < 0.5;
    if (place === this.frozenAt) this.frozenUntil = this.scheduler.now + FROZEN_MS;
    const [least, most] = LATENCY[world];
    const latency = this.draws.whole(least, most, 'latency', `${invocation} ${world}`);
    await this.scheduler.sleep(Math.max(latency, this.frozenUntil - this.scheduler.now));
    if (isKilledBefore) this.kill();
    if (!this.isAlive) return NEVER;
    let answer: T;
    try {
      answer = await serve();
    } catch (error) {
      if (isKilled) this.kill();
      if (!this.isAlive) return NEVER;
      throw error;
    }
    if (isKilled) this.kill();
    return this.isAlive ? answer : NEVER;
  }

  xeroWorksMs(): number {
    return this.draws.whole(...XERO_WORKS_MS, 'xero works', this.invocation);
  }

  readonly clock: Clock = {
    now: () => this.scheduler.now + this.skewMs,
    sleep: async (ms) => {
      await this.scheduler.sleep(ms);
      if (!this.isAlive) return NEVER;
    },
    every: (ms, task) => {
      const { invocation } = this;
      let isOn = true;
      let isRunning = false;
      const tick = (): void => {
        if (!isOn || !this.isAlive || !this.busy || invocation !== this.invocation) return;
        if (!isRunning && this.scheduler.now >= this.frozenUntil) {
          isRunning = true;
          void task().finally(() => (isRunning = false));
        }
        callOff = this.scheduler.after(ms, tick);
      };
      let callOff = this.scheduler.after(ms, tick);
      return () => {
        isOn = false;
        callOff();
      };
    },
    random: () => this.draws.share('random', this.invocation),
  };

  /** Sorted by time, as ULIDs are. */
  readonly uniqueIds: Ids = {
    next: () => `${this.clock.now().toString(36)}-${this.invocation}-${String(++this.ids).padStart(4, '0')}`,
  };
}
