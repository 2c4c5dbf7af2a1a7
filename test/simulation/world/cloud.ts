import type { Effect } from '../../../local/xero-sandbox/core/messages.ts';
import type { GesEvent } from '../../../local/ges-simulator/core/records.ts';
import { sweepTokens } from '../../../shared/connection/token-sweep.ts';
import { readGesEvent } from '../../../shared/ges/event-contract.ts';
import { createDrain } from '../../../shared/sync/drain.ts';
import { enterLane, wakeDueLanes } from '../../../shared/sync/lane.ts';
import { receiveGesChange, receiveWebhook } from '../../../shared/sync/receive.ts';
import { readWebhook } from '../../../shared/xero/webhook-events.ts';
import type { Draws } from './draws.ts';
import type { Faults } from './faults.ts';
import { TIME_OUT_MS, type Functions, type Work } from './functions.ts';
import type { Scheduler } from './scheduler.ts';
import type { XeroSystem } from './xero-system.ts';

const MINUTE_MS = 60_000;
/** From receiving a doorbell, how long it is hidden from others. */
const VISIBILITY_MS = 1_800_000;
/** A doorbell that failed so often goes to the dead letters. */
const MAX_RECEIVES = 5;
/** The bus waits so long before it delivers a failed event again, the first and the second time. */
const REDELIVERY_MS = [60_000, 120_000] as const;
/** Then it is a dead letter, and an operator puts it back on the bus. */
const REDRIVE_MS = 15 * 60_000;

export interface CloudOptions {
  readonly scheduler: Scheduler;
  readonly draws: Draws;
  readonly functions: Functions;
  readonly xero: XeroSystem;
  readonly faults: () => Faults;
  /** Our clock against the world's, ms. */
  readonly skewMs: number;
  /** Would a sweep find anything? One that would not is left out: it costs the simulator much and changes nothing. */
  readonly isSweepDue: () => boolean;
}

/** What stands between the systems and our functions: bus, queue of doorbells, front of the webhooks, schedule. All deliver at least once. */
export class Cloud {
  /** Doorbells that failed as often as the queue allows. */
  readonly deadDoorbells: string[] = [];
  private readonly options: CloudOptions;
  private readonly start: number;
  /** Deliveries, doorbells and invocations that are still under way. */
  private underWay = 0;

  constructor(options: CloudOptions) {
    this.options = options;
    this.start = options.scheduler.now;
    this.everyMinute();
  }

  get isIdle(): boolean {
    return this.underWay === 0;
  }

  /** Starts an invocation; the world is not at rest before it has ended. */
  invoke(name: string, cause: string, timeOutMs: number, work: Work, onEnd: (failure?: unknown) => void = () => undefined): void {
    this.underWay++;
    this.options.functions.start(name, cause, timeOutMs, work, (failure) => {
      this.underWay--;
      onEnd(failure);
    });
  }

  /** The minute since the beginning: what has no cause of its own is named after it. */
  get minute(): string {
    return String(Math.floor((this.options.scheduler.now - this.start) / MINUTE_MS));
  }

  /** Takes a change event of GES. The bus notes when it took it, by the cloud's clock and not by GES's. */
  takeEvent(event: GesEvent): void {
    const { entity, accountId } = event.detail;
    const cause = `${accountId}.${entity.id}.${String(entity.revision)}`;
    const time = new Date(this.options.scheduler.now + this.options.skewMs).toISOString();
    for (const delay of this.delays(cause)) this.later(delay, () => this.deliverEvent(event, time, cause));
  }

  takeWebhook({ deliveryId, body }: Effect): void {
    const { scheduler, xero } = this.options;
    const delivered = (status: number): void =>
      xero.sandbox.delivered(deliveryId, { status, bodyLength: 0, setsCookie: false }, scheduler.now);
    const cause = `webhook.${this.minute}`;
    if (this.happens('newsLost', cause)) return this.later(TIME_OUT_MS.webhook, () => delivered(503));
    for (const [place, delay] of this.delays(cause).entries())
      this.later(delay, () => {
        const read = readWebhook(body);
        if (!read.ok) return scheduler.fail(new Error(read.reason));
        this.invoke(
          'w',
          this.minute,
          TIME_OUT_MS.webhook,
          ({ drain }) => receiveWebhook(drain, read.events, deliveryId),
          (failure) => {
            if (place === 0) delivered(failure === undefined ? 200 : 500);
          },
        );
      });
  }

  takeDoorbell(accountId: string, delaySeconds: number): void {
    const cause = `doorbell.${accountId}.${this.minute}`;
    if (this.happens('doorbellLost', cause)) return;
    const times = this.happens('doubled', cause) ? 2 : 1;
    for (let time = 0; time < times; time++)
      this.later(delaySeconds * 1000 + 5 + time * 30, () => this.answerDoorbell(accountId), delaySeconds <= 60);
  }

  private answerDoorbell(accountId: string, receives = 1): void {
    const visibleAt = this.options.scheduler.now + VISIBILITY_MS;
    const work: Work = ({ drain }, process) =>
      enterLane(
        drain,
        accountId,
        () => process.timeLeftMs(),
        (entered) => createDrain(drain, accountId, drain.log, entered),
      );
    this.invoke('l', `${accountId}.${this.minute}`, TIME_OUT_MS.lane, work, (failure) => {
      if (failure === undefined) return;
      if (receives === MAX_RECEIVES) this.deadDoorbells.push(accountId);
      else this.later(visibleAt - this.options.scheduler.now, () => this.answerDoorbell(accountId, receives + 1), false);
    });
  }

  private deliverEvent(event: GesEvent, time: string, cause: string, tries = 0): void {
    const { source, detailType, detail } = event;
    const again = (): void => {
      const wait = REDELIVERY_MS[tries];
      this.later(wait ?? REDRIVE_MS, () => this.deliverEvent(event, time, cause, wait === undefined ? 0 : tries + 1));
    };
    if (tries === 0 && this.happens('newsLost', cause)) return again();
    const id = `event.${cause}`;
    const read = readGesEvent({ id, time, source, 'detail-type': detailType, detail });
    if (!read.ok) return this.options.scheduler.fail(new Error(read.reason));
    const work: Work = ({ drain }) => receiveGesChange(drain, read.change, id);
    this.invoke('e', cause, TIME_OUT_MS.ingress, work, (failure) => {
      if (failure !== undefined) again();
    });
  }

  /** When a piece of news is delivered: once, or twice, at once or late. */
  private delays(cause: string): readonly number[] {
    const { draws, faults } = this.options;
    const { lateMs } = faults();
    const one = (): number => (this.happens('late', cause) ? draws.whole(0, lateMs, 'late by', cause) : draws.whole(5, 40, 'delay', cause));
    return this.happens('doubled', cause) ? [one(), one()] : [one()];
  }

  private everyMinute(): void {
    const { scheduler, functions, xero, isSweepDue } = this.options;
    scheduler.after(MINUTE_MS, () => {
      xero.tick();
      const sweep: Work = async ({ drain, connection }) => {
        await wakeDueLanes(drain);
        await sweepTokens(connection);
      };
      if (isSweepDue()) functions.start('s', this.minute, TIME_OUT_MS.other, sweep, () => undefined);
      this.everyMinute();
    });
  }

  private happens(fault: 'late' | 'doubled' | 'newsLost' | 'doorbellLost', cause: string): boolean {
    const { draws, faults } = this.options;
    return draws.happens(faults()[fault], fault, cause);
  }

  /** Something that is to happen: the world is not at rest before, unless it does not count. */
  private later(ms: number, task: () => void, counts = true): void {
    if (counts) this.underWay++;
    void this.options.scheduler.after(ms, () => {
      if (counts) this.underWay--;
      task();
    });
  }
}
