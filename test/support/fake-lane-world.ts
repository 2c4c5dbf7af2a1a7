import type { Scheduler } from 'fast-check';
import { enterLane, ringLane, TIME_FOR_A_WRITE_MS, wakeDueLanes, type LaneDeps, type Lease, type PassEnd } from '../../shared/sync/lane.ts';
import type { LaneStore } from '../../shared/sync/ports.ts';
import { createFakeClock, createFakeIds, createFakeLog, NOON, SWEEP_EVERY_MS } from './fake-clock.ts';
import { createMemoryStores } from './stores.ts';

/** What happens to one lane; in which order is the scheduler's choice. */
export interface Script {
  /** One ingress each: how many steps it lets go by before it puts its news. */
  readonly news: readonly number[];
  readonly doubled: readonly number[];
  readonly killed: readonly number[];
  readonly renewalsFail: readonly number[];
  readonly ends: readonly ('idle' | 'put-off' | 'wait' | 'throw')[];
  readonly ticks: readonly number[];
}

export interface LaneWorld {
  /** Lets everything happen that the script says. */
  play(): Promise<void>;
  /** Lets time pass, with the sweep running, until all news is dealt with or far too much time has passed. */
  calmDown(): Promise<void>;
  /** News not dealt with, put off or not. */
  unhandled(): readonly string[];
  /** What must never be and was, in words. */
  readonly faults: readonly string[];
}

const ACCOUNT = 'acct_demo';
const PUT_OFF_MS = 30_000;
const WAIT_MS = 15_000;
/** Function time-out 120 s less the 40 s that a Xero write needs. */
const TIME_FOR_WRITES_MS = 80_000;
/** Worst case: wait, lease, wake-up, the time put off, and some of them after one another. */
const CALM_WITHIN_MS = 6 * 60_000;

/** A function instance. Killed, it gets no answers any more; what it had sent still arrives. */
interface Process {
  readonly name: string;
  dead: boolean;
  readonly renewals: 'work' | 'never-arrive' | 'lose-their-answer';
}

/** One lane, its table, its queue and its functions, each step of which the scheduler decides on. */
export function createLaneWorld(scheduler: Scheduler, script: Script): LaneWorld {
  const clock = createFakeClock();
  const { lanes } = createMemoryStores(createFakeIds('token'), clock);
  const owners = createFakeIds('owner');
  const faults: string[] = [];
  /** News in the inbox: true once its bell has been noted on the lane. */
  const inbox = new Map<string, boolean>();
  const later = new Map<string, number>();
  const waitingDoorbells: number[] = [];
  const draining = new Map<Process, Lease>();
  const endsLeft = [...script.ends];
  let born = 0;
  let delivered = 0;

  const step = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label);
  const never = new Promise<never>(() => undefined);

  async function request<T>(process: Process, label: string, serve: () => Promise<T>): Promise<T> {
    if (process.dead) return never;
    await step(`${process.name}: ${label} on its way`);
    const answer = await serve();
    await step(`${process.name}: ${label} answered`);
    return process.dead ? never : answer;
  }

  function depsOf(process: Process): LaneDeps {
    const stepwise = Object.fromEntries(
      Object.entries(lanes).map(([name, serve]) => [
        name,
        (...args: readonly unknown[]) =>
          request(process, name, () => (serve as (...args: readonly unknown[]) => Promise<unknown>)(...args)),
      ]),
    ) as unknown as LaneStore;
    const renew: LaneStore['renew'] = async (accountId, owner, until) => {
      const failed = new Error('no answer to the renewal');
      if (process.renewals === 'never-arrive') throw failed;
      const renewed = await stepwise.renew(accountId, owner, until);
      if (process.renewals === 'lose-their-answer') throw failed;
      return renewed;
    };
    const doorbell = {
      send: (_accountId: string, delaySeconds: number) =>
        request(process, 'send', async () => {
          const at = clock.now() + delaySeconds * 1000;
          if (at <= clock.now()) void deliver();
          else waitingDoorbells.push(at);
        }),
    };
    return { lanes: { ...stepwise, renew }, doorbell, clock, ids: owners, log: createFakeLog() };
  }

  async function deliver(): Promise<void> {
    const times = script.doubled.includes(delivered++) ? 2 : 1;
    for (let time = 0; time < times; time++) void step('doorbell delivered').then(startDrain);
  }

  async function startDrain(): Promise<void> {
    const number = born++;
    const renewals = !script.renewalsFail.includes(number) ? 'work' : number % 2 === 0 ? 'never-arrive' : 'lose-their-answer';
    const process: Process = { name: `drain ${String(number)}`, dead: false, renewals };
    if (script.killed.includes(number)) {
      void step(`${process.name} killed`).then(() => {
        process.dead = true;
        draining.delete(process);
      });
    }
    const outOfTimeAt = clock.now() + TIME_FOR_WRITES_MS;
    const onePass = async (lease: Lease): Promise<PassEnd> => {
      draining.set(process, lease);
      try {
        return await pass(process, lease);
      } finally {
        draining.delete(process);
      }
    };
    // A pass that throws ends its process; SQS would deliver the doorbell again, which here is lost for good.
    const timeLeftMs = (): number => outOfTimeAt + TIME_FOR_A_WRITE_MS - clock.now();
    const leave = async () => ({ notes: {}, gotOn: true, counted: true });
    await enterLane(depsOf(process), ACCOUNT, timeLeftMs, () => ({ pass: onePass, leave })).catch(() => undefined);
  }

  async function pass(process: Process, lease: Lease): Promise<PassEnd> {
    const due = await request(process, 'take', async () => [
      ...inbox.keys(),
      ...[...later].filter(([, dueAt]) => dueAt <= clock.now()).map(([news]) => news),
    ]);
    const end = endsLeft.shift() ?? 'idle';
    if (end === 'wait') return { kind: 'wait', until: clock.now() + WAIT_MS };
    if (end === 'throw') throw new Error('something unforeseen');
    for (const news of due) {
      if (!lease.mayWrite()) return { kind: 'more' };
      const dueAt = clock.now() + PUT_OFF_MS;
      await request(process, 'write', async () => {
        if (end === 'put-off') later.set(news, dueAt);
      });
      await request(process, 'remove', async () => {
        inbox.delete(news);
        if (end !== 'put-off') later.delete(news);
      });
    }
    if (due.length > 0) return { kind: 'more' };
    const wakeAt = await request(process, 'next due', async () => [...later.values()].sort((a, b) => a - b)[0]);
    return wakeAt === undefined ? { kind: 'idle' } : { kind: 'idle', wakeAt };
  }

  async function ingress(number: number, patience: number): Promise<void> {
    const process: Process = { name: `ingress ${String(number)}`, dead: false, renewals: 'work' };
    const news = `news ${String(number)}`;
    for (let waited = 0; waited < patience; waited++) await step(`${process.name} not yet`);
    await step(`${process.name}: put`);
    inbox.set(news, false);
    const deps = depsOf(process);
    const ring: LaneStore['ring'] = (accountId, wakeAt) =>
      request(process, 'ring', async () => {
        await lanes.ring(accountId, wakeAt);
        if (inbox.has(news)) inbox.set(news, true);
      });
    await ringLane({ ...deps, lanes: { ...deps.lanes, ring } }, ACCOUNT);
  }

  function letTimePass(ms: number): void {
    const before = clock.now();
    clock.advance(ms);
    for (const at of waitingDoorbells.splice(0)) {
      if (at <= clock.now()) void deliver();
      else waitingDoorbells.push(at);
    }
    const minuteOf = (time: number) => Math.floor((time - NOON) / SWEEP_EVERY_MS);
    if (minuteOf(before) < minuteOf(clock.now())) void wakeDueLanes(depsOf({ name: 'sweep', dead: false, renewals: 'work' }));
  }

  async function check(): Promise<void> {
    const writers = [...draining].filter(([process, lease]) => !process.dead && lease.mayWrite()).map(([process]) => process.name);
    if (writers.length > 1) faults.push(`${writers.join(' and ')} may write at once`);
    const rung = [...inbox].filter(([, isRung]) => isRung).map(([news]) => news);
    const mustBeWoken = [...rung, ...later.keys()];
    if (mustBeWoken.length > 0 && (await lanes.readLane(ACCOUNT))?.wakeAt === undefined)
      faults.push(`nobody wakes the lane for ${mustBeWoken.join(', ')}`);
  }

  async function settle(): Promise<void> {
    await new Promise(setImmediate);
    while (scheduler.count() > 0) {
      await scheduler.waitOne();
      await new Promise(setImmediate);
      await check();
    }
  }

  return {
    faults,
    unhandled: () => [...inbox.keys(), ...later.keys()],
    async play() {
      for (const [number, patience] of script.news.entries()) void ingress(number, patience);
      const time = async (): Promise<void> => {
        for (const ms of script.ticks) {
          await step(`${String(ms)} ms pass`);
          letTimePass(ms);
        }
      };
      void time();
      await settle();
    },
    async calmDown() {
      const end = clock.now() + CALM_WITHIN_MS;
      while (clock.now() < end && inbox.size + later.size > 0) {
        letTimePass(4_000);
        await settle();
      }
    },
  };
}
