import { describe, expect, it, jest } from '@jest/globals';
import {
  enterLane,
  LEASE_MS,
  MAX_DOORBELL_DELAY_S,
  RENEW_EVERY_MS,
  ringLane,
  WAKE_AFTER_MS,
  wakeDueLanes,
  type LaneDeps,
  type LaneEnd,
  type Lease,
  type PassEnd,
} from '../../../shared/sync/lane.ts';
import { createFakeClock, createFakeIds, createFakeLog } from '../../support/fake-clock.ts';
import { createMemoryStores } from '../../support/stores.ts';

const ACCOUNT = 'acct_demo';
const IDLE: PassEnd = { kind: 'idle' };
/** Time of the function that is left, ms. */
const always = () => 300_000;
const EVER = Number.MAX_SAFE_INTEGER;

/** Enters the lane with a drain whose passes are `pass`. */
function enter(deps: LaneDeps, timeLeftMs: () => number, pass: (lease: Lease) => Promise<PassEnd>): Promise<LaneEnd> {
  return enterLane(deps, ACCOUNT, timeLeftMs, () => ({ pass, leave: async () => ({ notes: {}, gotOn: true, counted: true }) }));
}

function setUp() {
  const clock = createFakeClock();
  const sent: { readonly delaySeconds: number }[] = [];
  const doorbell = { send: async (_accountId: string, delaySeconds: number) => void sent.push({ delaySeconds }) };
  const { lanes } = createMemoryStores(createFakeIds(), clock);
  const deps = { lanes, doorbell, clock, ids: createFakeIds('owner'), log: createFakeLog() };
  /** Is somebody going to wake the lane by `at`? */
  const wokenBy = async (at: number) => (await deps.lanes.dueLanes(at, 10)).length === 1;
  return { deps, clock, sent, wokenBy };
}

/** The same with news that was rung; its doorbell is the one that the test answers. */
async function rungLane() {
  const world = setUp();
  await world.deps.lanes.ring(ACCOUNT, world.clock.now() + WAKE_AFTER_MS);
  return world;
}

/** A drain whose passes end as told, then idle. */
function passes(...ends: readonly PassEnd[]) {
  const left = [...ends];
  return jest.fn(async (_lease: Lease): Promise<PassEnd> => left.shift() ?? IDLE);
}

describe('ringing', () => {
  it('sets the wake-up a lease ahead and sends one doorbell', async () => {
    const { deps, clock, sent, wokenBy } = setUp();
    await ringLane(deps, ACCOUNT);
    expect(await wokenBy(clock.now() + WAKE_AFTER_MS - 1)).toBe(false);
    expect(await wokenBy(clock.now() + WAKE_AFTER_MS)).toBe(true);
    expect(sent).toEqual([{ delaySeconds: 0 }]);
  });

  it('the sweep rings a lane whose wake-up has passed, and no other', async () => {
    const { deps, clock, sent } = setUp();
    await deps.lanes.ring(ACCOUNT, clock.now() + WAKE_AFTER_MS);
    expect(await wakeDueLanes(deps)).toBe(0);
    clock.advance(WAKE_AFTER_MS);
    expect(await wakeDueLanes(deps)).toBe(1);
    expect(sent).toHaveLength(1);
  });
});

describe('entering and leaving', () => {
  it('goes without a write when an earlier drain has dealt with the news', async () => {
    const { deps } = await rungLane();
    await enter(deps, always, passes());
    const acquire = jest.fn<typeof deps.lanes.acquire>();
    expect(await enter({ ...deps, lanes: { ...deps.lanes, acquire } }, always, passes())).toBe('nothing-to-do');
    expect(acquire).not.toHaveBeenCalled();
  });

  it('drains until nothing is left, then nobody is woken any more', async () => {
    const { deps, wokenBy } = await rungLane();
    await ringLane(deps, ACCOUNT);
    const drain = passes({ kind: 'more' }, { kind: 'more' });
    expect(await enter(deps, always, drain)).toBe('idle');
    expect(drain).toHaveBeenCalledTimes(3);
    expect(await wokenBy(EVER)).toBe(false);
  });

  it('drains again when the bell rang meanwhile', async () => {
    const { deps } = await rungLane();
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      await ringLane(deps, ACCOUNT);
      return IDLE;
    });
    expect(await enter(deps, always, drain)).toBe('idle');
    expect(drain).toHaveBeenCalledTimes(2);
  });

  it('a second doorbell finds the lane held, goes, and comes back once when the lease would have run out', async () => {
    const { deps, sent } = await rungLane();
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      expect(await enter(deps, always, passes())).toBe('held-by-another');
      expect(await enter(deps, always, passes())).toBe('held-by-another');
      return IDLE;
    });
    await enter(deps, always, drain);
    expect(sent).toEqual([{ delaySeconds: LEASE_MS / 1000 + 1 }]);
  });

  it('a doorbell that dies before its recheck is sent does not keep the next one from sending it', async () => {
    const { deps, clock, sent } = await rungLane();
    await deps.lanes.acquire(ACCOUNT, 'killed', clock.now(), clock.now() + LEASE_MS);
    const doorbell = { send: async () => Promise.reject(new Error('killed')) };
    await expect(enter({ ...deps, doorbell }, always, passes())).rejects.toThrow('killed');
    expect(await enter(deps, always, passes())).toBe('held-by-another');
    expect(sent).toEqual([{ delaySeconds: LEASE_MS / 1000 + 1 }]);
  });

  it('a lease that runs out while its doorbell is refused is looked at again a second later', async () => {
    const { deps, clock, sent } = await rungLane();
    await deps.lanes.acquire(ACCOUNT, 'killed', clock.now(), clock.now() + LEASE_MS);
    const acquire: typeof deps.lanes.acquire = async (...args) => {
      const answer = await deps.lanes.acquire(...args);
      clock.advance(LEASE_MS + 5_000);
      return answer;
    };
    expect(await enter({ ...deps, lanes: { ...deps.lanes, acquire } }, always, passes())).toBe('held-by-another');
    expect(sent).toEqual([{ delaySeconds: 1 }]);
  });

  it('what was put off is woken at its time, by a delayed doorbell', async () => {
    const { deps, clock, sent, wokenBy } = await rungLane();
    const wakeAt = clock.now() + 120_000;
    expect(await enter(deps, always, passes({ kind: 'idle', wakeAt }))).toBe('idle');
    expect(sent).toEqual([{ delaySeconds: 120 }]);
    expect(await wokenBy(wakeAt)).toBe(true);
  });

  it('a wait refuses everybody until it is over, and news cannot shorten it', async () => {
    const { deps, clock, sent, wokenBy } = await rungLane();
    const until = clock.now() + 100_000;
    expect(await enter(deps, always, passes({ kind: 'wait', until }))).toBe('waiting');
    expect(sent).toEqual([{ delaySeconds: 100 }]);
    await ringLane(deps, ACCOUNT);
    const drain = passes();
    await enter(deps, always, drain);
    expect(drain).not.toHaveBeenCalled();
    expect(await wokenBy(until - 1)).toBe(false);
    clock.advance(100_000);
    expect(await enter(deps, always, drain)).toBe('idle');
    expect(drain).toHaveBeenCalledTimes(1);
  });

  it('a wait that SQS cannot delay is left to the sweep', async () => {
    const { deps, clock, sent, wokenBy } = await rungLane();
    const until = clock.now() + (MAX_DOORBELL_DELAY_S + 1) * 1000;
    await enter(deps, always, passes({ kind: 'wait', until }));
    expect(sent).toEqual([]);
    expect(await wokenBy(until)).toBe(true);
  });

  it('a wait whose writing is refused because of itself (its first answer was lost) has its doorbell all the same', async () => {
    const { deps, clock, sent } = await rungLane();
    const hold: typeof deps.lanes.hold = async (...args) => {
      await deps.lanes.hold(...args);
      return deps.lanes.hold(...args);
    };
    await enter({ ...deps, lanes: { ...deps.lanes, hold } }, always, passes({ kind: 'wait', until: clock.now() + 30_000 }));
    expect(sent).toEqual([{ delaySeconds: 30 }]);
  });

  it('out of time: gives the lease up, sets the wake-up and rings', async () => {
    const { deps, sent, wokenBy } = await rungLane();
    expect(await enter(deps, () => 0, passes({ kind: 'more' }))).toBe('out-of-time');
    expect(sent).toEqual([{ delaySeconds: 0 }]);
    expect(await wokenBy(EVER)).toBe(true);
    expect(await enter(deps, always, passes())).toBe('idle');
  });

  it('a drain that throws gives the lease up and leaves a wake-up', async () => {
    const { deps, wokenBy } = await rungLane();
    const failing = async (): Promise<PassEnd> => {
      throw new Error('the table is away');
    };
    await expect(enter(deps, always, failing)).rejects.toThrow('the table is away');
    expect(await wokenBy(EVER)).toBe(true);
    expect(await enter(deps, always, passes())).toBe('idle');
  });
});

describe('the lease', () => {
  it('is renewed every 5 s, so that a long drain keeps it', async () => {
    const { deps, clock } = await rungLane();
    const drain = passes();
    drain.mockImplementationOnce(async (lease) => {
      for (let passed = 0; passed < 3 * LEASE_MS; passed += RENEW_EVERY_MS) {
        clock.advance(RENEW_EVERY_MS);
        await new Promise(setImmediate);
        expect(lease.mayWrite()).toBe(true);
        expect(await deps.lanes.acquire(ACCOUNT, 'another', clock.now(), clock.now() + LEASE_MS)).toBeUndefined();
      }
      return IDLE;
    });
    expect(await enter(deps, always, drain)).toBe('idle');
  });

  it('allows no write once it cannot be renewed for 20 s', async () => {
    const { deps, clock } = await rungLane();
    const renew = async (): Promise<boolean> => {
      throw new Error('time-out');
    };
    const may: boolean[] = [];
    const drain = passes();
    drain.mockImplementationOnce(async (lease) => {
      may.push(lease.mayWrite());
      clock.advance(LEASE_MS - 1);
      may.push(lease.mayWrite());
      clock.advance(1);
      may.push(lease.mayWrite());
      return IDLE;
    });
    expect(await enter({ ...deps, lanes: { ...deps.lanes, renew } }, always, drain)).toBe('lease-lost');
    expect(may).toEqual([true, true, false]);
  });

  it('allows no write without time left for it', async () => {
    const { deps } = await rungLane();
    const drain = passes();
    drain.mockImplementationOnce(async (lease) => {
      expect(lease.mayWrite()).toBe(false);
      return { kind: 'more' };
    });
    await enter(deps, () => 0, drain);
    expect(drain).toHaveBeenCalledTimes(1);
  });

  it('that could not be renewed, and that nobody else has taken, is given up and rung, not left to run out', async () => {
    const { deps, clock, sent } = await rungLane();
    const renew = async (): Promise<boolean> => {
      throw new Error('time-out');
    };
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      clock.advance(LEASE_MS);
      return IDLE;
    });
    expect(await enter({ ...deps, lanes: { ...deps.lanes, renew } }, always, drain)).toBe('lease-lost');
    expect(sent).toEqual([{ delaySeconds: 0 }]);
    expect((await deps.lanes.readLane(ACCOUNT))?.leaseOwner).toBeUndefined();
  });

  it('that another has taken is left to it', async () => {
    const { deps, clock, sent } = await rungLane();
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      await deps.lanes.acquire(ACCOUNT, 'another', clock.now() + LEASE_MS, clock.now() + 2 * LEASE_MS);
      clock.advance(LEASE_MS);
      return IDLE;
    });
    expect(await enter(deps, always, drain)).toBe('lease-lost');
    expect(sent).toEqual([]);
    expect((await deps.lanes.readLane(ACCOUNT))?.leaseOwner).toBe('another');
  });

  it('is not lost when a renewal reaches the table only after it was taken again for longer', async () => {
    const { deps, clock } = await rungLane();
    let tableIsReached = (): void => undefined;
    const reached = new Promise<void>((resolve) => (tableIsReached = resolve));
    const renew: typeof deps.lanes.renew = async (...args) => {
      await reached;
      return deps.lanes.renew(...args);
    };
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      clock.advance(RENEW_EVERY_MS);
      clock.advance(1_000);
      await ringLane(deps, ACCOUNT);
      return IDLE;
    });
    drain.mockImplementationOnce(async (lease) => {
      tableIsReached();
      await new Promise(setImmediate);
      expect(lease.mayWrite()).toBe(true);
      return IDLE;
    });
    expect(await enter({ ...deps, lanes: { ...deps.lanes, renew } }, always, drain)).toBe('idle');
  });

  it('trusts no longer than the table when taking it again was overtaken by a renewal', async () => {
    const { deps, clock } = await rungLane();
    let acquires = 0;
    // The second acquire is sent at 4 s and reaches the table at 6 s, after the renewal of 5 s.
    const acquire: typeof deps.lanes.acquire = async (...args) => {
      if (++acquires === 2) {
        clock.advance(2_000);
        await new Promise(setImmediate);
      }
      return deps.lanes.acquire(...args);
    };
    let renewals = 0;
    const renew: typeof deps.lanes.renew = async (...args) => {
      if (++renewals > 1) throw new Error('time-out');
      return deps.lanes.renew(...args);
    };
    const drain = passes();
    drain.mockImplementationOnce(async () => {
      clock.advance(4_000);
      await ringLane(deps, ACCOUNT);
      return IDLE;
    });
    drain.mockImplementationOnce(async (lease) => {
      clock.advance(LEASE_MS - 2_000);
      expect(await deps.lanes.acquire(ACCOUNT, 'another', clock.now(), clock.now() + LEASE_MS)).toBeDefined();
      expect(lease.mayWrite()).toBe(false);
      return IDLE;
    });
    expect(await enter({ ...deps, lanes: { ...deps.lanes, acquire, renew } }, always, drain)).toBe('lease-lost');
  });
});
