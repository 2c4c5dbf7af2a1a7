import { WaitFailure } from './errors.ts';
import type { Clock } from './ports.ts';

/** What one drain leaves to the next about Xero's limits. All times epoch ms. */
export interface BudgetNotes {
  /** Calls left in the minute window that ends at `minuteEndsAt`. */
  readonly minuteLeft?: number;
  readonly minuteEndsAt?: number;
  /** The most calls of one minute that were seen to be allowed. */
  readonly minuteMost?: number;
  readonly dayLeft?: number;
  /** The greatest Remaining of the day that was seen: tells which of Xero's two day limits holds. */
  readonly dayMost?: number;
  /** The day's limit was refused until then. */
  readonly dayEndsAt?: number;
}

/** Calls left, as Xero said with an answer. Absent where it did not say. */
export interface RemainingCalls {
  readonly minute?: number;
  readonly day?: number;
}

/** Stands in front of every call to Xero. */
export interface Meter {
  /** Asked before each call: waits until the call may be made, or throws WaitFailure where that is too far away. */
  before(kind: 'read' | 'write'): Promise<void>;
  /** Told of each answer. */
  answered(remaining: RemainingCalls): void;
  /** Told when a call failed otherwise than by a limit. */
  failed(): void;
  /**
   * Told when a limit refused the call: nothing was done. Returns once a read may be sent again; throws the failure where that is too far away,
   * and always for a write, which must be checked anew.
   */
  refused(kind: 'read' | 'write', failure: WaitFailure): Promise<void>;
}

/** A call that is kept for one write. */
export type Reservation = Readonly<Record<never, never>>;

/** Xero's two day limits: which one holds is told by the greatest Remaining. */
const DAY_LIMITS = [1_000, 5_000] as const;
/** G4: so much of a day is kept for live news. */
const LIVE_SHARE = 0.1;
const WINDOW_MS = 60_000;
const CALLS_A_MINUTE = 60;
/** What must be left of the function's time after a wait: a Xero write may take 30 s, and its answer must be stored. */
const TIME_AFTER_A_WAIT_MS = 45_000;
/** Windows end by Xero's clock, which may be a little behind ours. */
const AFTER_WINDOW_MS = 250;

export interface BudgetDeps {
  readonly clock: Clock;
  /** What is left of the function's time, ms. */
  readonly timeLeftMs: () => number;
}

/**
 * How many calls Xero lets us make now. Fed by the headers of every answer and by refusals, asked before each call. Where nothing is known one
 * call is made alone, and its headers tell. Xero's windows are fixed and begin at a moment of the organisation's own; ours are as long and
 * never begin before them, so nothing of a minute is lost.
 */
export class Budget implements Meter {
  private readonly deps: BudgetDeps;
  private minuteLeft: number | undefined;
  private minuteEndsAt: number;
  private minuteMost: number | undefined;
  private dayLeft: number | undefined;
  private dayMost: number;
  private dayEndsAt: number;
  private inProgress = 0;
  private readonly reserved = new Set<Reservation>();
  private probe: { readonly done: Promise<void>; readonly end: () => void } | undefined;

  constructor(deps: BudgetDeps, notes: BudgetNotes = {}) {
    this.deps = deps;
    this.minuteLeft = notes.minuteLeft;
    this.minuteEndsAt = notes.minuteEndsAt ?? 0;
    this.minuteMost = notes.minuteMost;
    this.dayLeft = notes.dayLeft;
    this.dayMost = notes.dayMost ?? 0;
    this.dayEndsAt = notes.dayEndsAt ?? 0;
  }

  async before(kind: 'read' | 'write'): Promise<void> {
    const [reservation] = kind === 'write' ? this.reserved : [];
    if (reservation === undefined) await this.take();
    else this.reserved.delete(reservation);
    this.inProgress++;
  }

  /**
   * Waits until a write may be sent and keeps that call for it, so that what must hold before a write can be checked after the wait. To be
   * given back in any case. Throws WaitFailure.
   */
  async reserveWrite(): Promise<Reservation> {
    await this.take();
    const reservation = {};
    this.reserved.add(reservation);
    return reservation;
  }

  /** Frees the call that was reserved if it was not made after all: whoever waits to learn the limits would wait for ever. */
  giveBack(reservation: Reservation): void {
    if (!this.reserved.delete(reservation)) return;
    if (this.minuteLeft !== undefined) this.minuteLeft++;
    this.endProbe();
  }

  answered({ minute, day }: RemainingCalls): void {
    const now = this.deps.clock.now();
    this.inProgress--;
    if (minute !== undefined) {
      this.minuteMost = Math.max(this.minuteMost ?? 0, minute + 1);
      const others = this.inProgress + this.reserved.size;
      const hasRisen = this.minuteLeft === undefined || minute > this.minuteLeft + others + 1;
      if (hasRisen || now >= this.minuteEndsAt) this.minuteEndsAt = now + WINDOW_MS;
      this.minuteLeft = hasRisen ? Math.max(0, minute - others) : Math.min(this.minuteLeft ?? 0, Math.max(0, minute - others));
    } else {
      // No limit is told (Xero lifts it for the first half hour of a connection): the call said nothing of the next one.
      this.minuteLeft = undefined;
    }
    if (day !== undefined) {
      this.dayLeft = day;
      this.dayMost = Math.max(this.dayMost, day);
    }
    this.endProbe();
  }

  failed(): void {
    this.inProgress--;
    this.endProbe();
  }

  async refused(kind: 'read' | 'write', failure: WaitFailure): Promise<void> {
    const until = this.deps.clock.now() + failure.waitMs;
    this.inProgress--;
    if (failure.limit === 'minute' || failure.limit === 'appminute') {
      this.minuteLeft = 0;
      this.minuteEndsAt = until;
    }
    if (failure.limit === 'day') {
      this.dayLeft = 0;
      this.dayEndsAt = until;
    }
    this.endProbe();
    if (kind === 'write' || failure.limit === 'offline' || failure.limit === 'day') throw failure;
    if (failure.limit === 'concurrent') await this.sleep(failure.waitMs, failure.limit);
    await this.before(kind);
  }

  /** Is there time to wait for the end of this refusal and go on? */
  canWaitFor(failure: WaitFailure): boolean {
    const passes = failure.limit === 'minute' || failure.limit === 'concurrent' || failure.limit === 'appminute';
    return passes && failure.waitMs + TIME_AFTER_A_WAIT_MS <= this.deps.timeLeftMs();
  }

  /** Calls that can be made before the window ends; undefined while nothing is known or no limit holds. */
  callsLeft(): number | undefined {
    return this.deps.clock.now() >= this.minuteEndsAt ? undefined : this.minuteLeft;
  }

  /**
   * Calls that can be made within so many ms, and before the function's time ends, if whoever makes them waits for the windows in between;
   * undefined while nothing is known or no limit holds.
   */
  callsWithin(ms: number): number | undefined {
    const left = this.callsLeft();
    if (left === undefined) return undefined;
    const untilWindow = this.minuteEndsAt - this.deps.clock.now();
    const time = Math.min(ms, this.deps.timeLeftMs() - TIME_AFTER_A_WAIT_MS);
    return left + Math.max(0, Math.ceil((time - untilWindow) / WINDOW_MS)) * this.callsAMinute();
  }

  /** Calls of a whole minute, as far as was seen; Xero's own limit before the first answer. */
  callsAMinute(): number {
    return this.minuteMost ?? CALLS_A_MINUTE;
  }

  /** G4: when a bulk run may go on, epoch ms; undefined: now. The last tenth of a day is for live news. */
  bulkMayGoOnAt(): number | undefined {
    const now = this.deps.clock.now();
    if (this.dayEndsAt > now) return this.dayEndsAt;
    if (this.dayLeft === undefined || this.dayMost === 0) return undefined;
    const limit = DAY_LIMITS.find((candidate) => candidate >= this.dayMost) ?? this.dayMost;
    return this.dayLeft > limit * LIVE_SHARE ? undefined : now + RESERVE_CHECK_MS;
  }

  notes(): BudgetNotes {
    return {
      ...(this.minuteLeft === undefined ? {} : { minuteLeft: this.minuteLeft, minuteEndsAt: this.minuteEndsAt }),
      ...(this.minuteMost === undefined ? {} : { minuteMost: this.minuteMost }),
      ...(this.dayLeft === undefined ? {} : { dayLeft: this.dayLeft, dayMost: this.dayMost }),
      ...(this.dayEndsAt > this.deps.clock.now() ? { dayEndsAt: this.dayEndsAt } : {}),
    };
  }

  private async take(): Promise<void> {
    for (;;) {
      const now = this.deps.clock.now();
      if (this.dayEndsAt > now) throw new WaitFailure("Xero's calls of this day are used up", 'day', this.dayEndsAt - now);
      if (now >= this.minuteEndsAt) this.minuteLeft = undefined;
      if (this.minuteLeft === undefined) {
        if (this.probe === undefined) {
          this.beginProbe();
          return;
        }
        await this.probe.done;
      } else if (this.minuteLeft > 0) {
        this.minuteLeft--;
        return;
      } else await this.sleep(this.minuteEndsAt - now + AFTER_WINDOW_MS, 'minute');
    }
  }

  private async sleep(ms: number, limit: 'minute' | 'concurrent' | 'appminute'): Promise<void> {
    if (ms + TIME_AFTER_A_WAIT_MS > this.deps.timeLeftMs()) throw new WaitFailure("Xero's calls of this minute are used up", limit, ms);
    await this.deps.clock.sleep(ms);
  }

  private beginProbe(): void {
    let end = (): void => {};
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.probe = { done, end };
  }

  private endProbe(): void {
    this.probe?.end();
    this.probe = undefined;
  }
}

/** How soon a run that left the day's last tenth to live news is tried again: answers to live news tell when the day has ended. */
const RESERVE_CHECK_MS = 15 * 60_000;
