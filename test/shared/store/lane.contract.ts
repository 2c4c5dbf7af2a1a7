import { describe, expect, it } from '@jest/globals';
import type { Leaving } from '../../../shared/sync/ports.ts';
import type { ContractContext } from './store.contract.ts';

const NOW = 1_700_000_000_000;
const UNTIL = NOW + 20_000;
/** The holder got on and has stored its counts. */
const CLEAN: Leaving = { notes: {}, gotOn: true, counted: true };
/** What every holder's lane says of its entry. */
const ENTERED = { entries: 1, counting: true };

export function laneContract({ stores, unique }: ContractContext): void {
  const freshAccount = () => unique('acct');
  const isDue = async (accountId: string, now: number) => (await stores().lanes.dueLanes(now, 1_000)).includes(accountId);

  describe('readLane', () => {
    it('answers the lane as it is, without taking it; nothing for one that was never rung', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      expect(await lanes.readLane(accountId)).toBeUndefined();

      await lanes.ring(accountId, NOW + 60_000);

      expect(await lanes.readLane(accountId)).toEqual({ accountId, dirty: 1, wakeAt: NOW + 60_000 });
    });

    it('shows no wake-up once the lane was left clean', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.ring(accountId, NOW + 60_000);
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      await lanes.release(accountId, 'owner-a', 1, undefined, CLEAN);

      expect(await lanes.readLane(accountId)).toEqual({ accountId, dirty: 1, notes: {} });
    });
  });

  describe('ring', () => {
    it('creates the lane, counts up and sets the wake-up', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();

      await lanes.ring(accountId, NOW + 60_000);
      await lanes.ring(accountId, NOW + 61_000);

      expect(await lanes.acquire(accountId, 'owner-a', NOW, UNTIL)).toEqual({
        accountId,
        dirty: 2,
        wakeAt: NOW + 61_000,
        leaseOwner: 'owner-a',
        leaseUntil: UNTIL,
        ...ENTERED,
      });
    });

    it('loses no count when many ring at once', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();

      await Promise.all(Array.from({ length: 20 }, () => lanes.ring(accountId, NOW)));

      expect((await lanes.acquire(accountId, 'owner-a', NOW, UNTIL))?.dirty).toBe(20);
    });

    it('leaves a later wait alone but counts, and may put the wake-up beyond an earlier one', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await lanes.hold(accountId, 'owner-a', NOW + 600_000, CLEAN);

      await lanes.ring(accountId, NOW + 60_000);
      expect(await isDue(accountId, NOW + 599_999)).toBe(false);
      expect(await isDue(accountId, NOW + 600_000)).toBe(true);

      await lanes.ring(accountId, NOW + 660_000);
      expect(await isDue(accountId, NOW + 600_000)).toBe(false);
      expect(await lanes.acquire(accountId, 'owner-b', NOW + 600_000, UNTIL)).toMatchObject({ dirty: 2, wakeAt: NOW + 660_000 });
    });
  });

  describe('acquire', () => {
    it('gives an unknown lane, clean', async () => {
      const accountId = freshAccount();
      expect(await stores().lanes.acquire(accountId, 'owner-a', NOW, UNTIL)).toEqual({
        accountId,
        dirty: 0,
        leaseOwner: 'owner-a',
        leaseUntil: UNTIL,
        ...ENTERED,
      });
    });

    it('of many at once exactly one gets the lease', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      const owners = ['a', 'b', 'c', 'd', 'e'];

      const answers = await Promise.all(owners.map((owner) => lanes.acquire(accountId, owner, NOW, UNTIL)));

      expect(answers.filter((lane) => lane !== undefined)).toHaveLength(1);
    });

    it('refuses another owner until the lease has run out, and lets the same owner in again', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      expect(await lanes.acquire(accountId, 'owner-b', UNTIL - 1, UNTIL + 20_000)).toBeUndefined();
      expect(await lanes.acquire(accountId, 'owner-a', UNTIL - 1, UNTIL)).toBeDefined();
      expect(await lanes.acquire(accountId, 'owner-b', UNTIL, UNTIL + 20_000)).toMatchObject({ leaseOwner: 'owner-b' });
      expect(await lanes.renew(accountId, 'owner-a', UNTIL + 99_000)).toBe(false);
    });

    it('refuses everybody while a wait is on, then clears it', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await lanes.hold(accountId, 'owner-a', NOW + 60_000, CLEAN);

      expect(await lanes.waitsUntil(accountId)).toBe(NOW + 60_000);
      expect(await lanes.acquire(accountId, 'owner-a', NOW + 59_999, NOW + 80_000)).toBeUndefined();
      const entered = await lanes.acquire(accountId, 'owner-b', NOW + 60_000, NOW + 80_000);

      expect(entered).toBeDefined();
      expect(entered).not.toHaveProperty('notBefore');
      expect(await lanes.waitsUntil(accountId)).toBeUndefined();
    });

    it('lets somebody in at once when the wait is forgotten, and the next ring wakes the lane', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.forgetWait(accountId);
      expect(await lanes.readLane(accountId)).toBeUndefined();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await lanes.hold(accountId, 'owner-a', NOW + 86_400_000, CLEAN);
      await lanes.forgetWait(accountId);
      await lanes.ring(accountId, NOW + 60_000);

      expect(await lanes.waitsUntil(accountId)).toBeUndefined();
      expect(await isDue(accountId, NOW + 60_000)).toBe(true);
      expect(await lanes.acquire(accountId, 'owner-b', NOW, UNTIL)).toBeDefined();
    });

    it('leaves the wake-up on, so that a killed holder’s lane is found', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.ring(accountId, NOW + 60_000);
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      expect(await isDue(accountId, NOW + 60_000)).toBe(true);
    });
  });

  it('renew keeps another out beyond the first end', async () => {
    const accountId = freshAccount();
    const { lanes } = stores();
    await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

    expect(await lanes.renew(accountId, 'owner-a', UNTIL + 5_000)).toBe(true);

    expect(await lanes.acquire(accountId, 'owner-b', UNTIL + 4_999, UNTIL + 60_000)).toBeUndefined();
    expect(await lanes.renew(freshAccount(), 'owner-a', UNTIL)).toBe(false);
  });

  describe('release', () => {
    it('clears lease and wake-up when nothing came meanwhile', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.ring(accountId, NOW + 60_000);
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      expect(await lanes.release(accountId, 'owner-a', 1, undefined, CLEAN)).toBe(true);

      expect(await isDue(accountId, NOW + 999_000)).toBe(false);
      const next = await lanes.acquire(accountId, 'owner-b', NOW, UNTIL);
      expect(next).toMatchObject({ dirty: 1, leaseOwner: 'owner-b' });
      expect(next).not.toHaveProperty('wakeAt');
    });

    it('is refused when it was rung after entering, and the holder keeps the lease and the wake-up', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.ring(accountId, NOW + 60_000);
      const entered = await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await lanes.ring(accountId, NOW + 61_000);

      expect(await lanes.release(accountId, 'owner-a', entered?.dirty ?? -1, undefined, CLEAN)).toBe(false);

      expect(await lanes.renew(accountId, 'owner-a', UNTIL)).toBe(true);
      expect(await isDue(accountId, NOW + 61_000)).toBe(true);
      expect(await lanes.release(accountId, 'owner-a', 2, undefined, CLEAN)).toBe(true);
    });

    it('is refused when the lease has passed to another, who keeps it', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await lanes.acquire(accountId, 'owner-b', UNTIL, UNTIL + 20_000);

      expect(await lanes.release(accountId, 'owner-a', 0, undefined, CLEAN)).toBe(false);
      expect(await lanes.hold(accountId, 'owner-a', NOW, CLEAN)).toBe(false);
      expect(await lanes.abandon(accountId, 'owner-a', NOW, CLEAN)).toBe(false);

      expect(await lanes.renew(accountId, 'owner-b', UNTIL + 20_000)).toBe(true);
      expect(await isDue(accountId, NOW + 999_000)).toBe(false);
    });

    it('may leave a wake-up for what was put off', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.ring(accountId, NOW + 60_000);
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      expect(await lanes.release(accountId, 'owner-a', 1, NOW + 120_000, CLEAN)).toBe(true);

      expect(await isDue(accountId, NOW + 119_999)).toBe(false);
      expect(await isDue(accountId, NOW + 120_000)).toBe(true);
      expect(await lanes.waitsUntil(accountId)).toBeUndefined();
    });
  });

  it('abandon gives the lease up with a wake-up and leaves the count alone', async () => {
    const accountId = freshAccount();
    const { lanes } = stores();
    await lanes.ring(accountId, NOW + 5_000);
    await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

    expect(await lanes.abandon(accountId, 'owner-a', NOW + 60_000, CLEAN)).toBe(true);

    expect(await lanes.acquire(accountId, 'owner-b', NOW, UNTIL)).toMatchObject({ dirty: 1, wakeAt: NOW + 60_000, leaseOwner: 'owner-b' });
  });

  describe('what one holder leaves to the next', () => {
    const notes = { budget: { minuteLeft: 12, minuteEndsAt: NOW + 5 }, cursors: { '0#1': 'inv_7' } };
    const leave = {
      release: (accountId: string, leaving: Leaving) => stores().lanes.release(accountId, 'owner-a', 0, undefined, leaving),
      hold: (accountId: string, leaving: Leaving) => stores().lanes.hold(accountId, 'owner-a', NOW + 1, leaving),
      abandon: (accountId: string, leaving: Leaving) => stores().lanes.abandon(accountId, 'owner-a', NOW + 1, leaving),
    };

    it.each(['release', 'hold', 'abandon'] as const)('%s leaves the notes, and no mark when it got on and counted', async (how) => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);

      expect(await leave[how](accountId, { notes, gotOn: true, counted: true })).toBe(true);

      const left = await lanes.readLane(accountId);
      expect(left).toMatchObject({ notes });
      for (const mark of ['entries', 'counting', 'leaseOwner', 'leaseUntil']) expect(left).not.toHaveProperty(mark);
    });

    it.each(['release', 'hold', 'abandon'] as const)('%s leaves the marks of one that did not get on', async (how) => {
      const accountId = freshAccount();
      const { lanes } = stores();
      await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
      await leave[how](accountId, { notes: {}, gotOn: false, counted: false });

      expect(await lanes.readLane(accountId)).toMatchObject(ENTERED);
      expect(await lanes.acquire(accountId, 'owner-b', NOW + 1, UNTIL)).toMatchObject({ entries: 2, counting: true });
    });

    it('F2a: a holder that was killed leaves its entry counted', async () => {
      const accountId = freshAccount();
      const { lanes } = stores();
      for (const n of [1, 2, 3]) {
        const lane = await lanes.acquire(accountId, `owner-${String(n)}`, n * UNTIL, n * UNTIL + 1);
        expect(lane).toMatchObject({ entries: n, counting: true });
      }
    });
  });

  it('keeps the latest noted recheck, whoever notes it', async () => {
    const accountId = freshAccount();
    const { lanes } = stores();
    await lanes.acquire(accountId, 'owner-a', NOW, UNTIL);
    expect((await lanes.readLane(accountId))?.recheckAt).toBeUndefined();

    await lanes.noteRecheck(accountId, UNTIL);
    await lanes.noteRecheck(accountId, UNTIL - 5_000);
    expect(await lanes.readLane(accountId)).toMatchObject({ leaseUntil: UNTIL, recheckAt: UNTIL });

    await lanes.noteRecheck(accountId, UNTIL + 15_000);
    expect(await lanes.readLane(accountId)).toMatchObject({ leaseUntil: UNTIL, recheckAt: UNTIL + 15_000 });
  });

  it('finds every lane whose wake-up has passed, on whatever shard, and no other', async () => {
    const { lanes } = stores();
    const due = Array.from({ length: 60 }, () => `${freshAccount()}#%`);
    const notYet = freshAccount();
    const far = NOW + 10_000_000;
    await Promise.all(due.map((accountId) => lanes.ring(accountId, far)));
    await lanes.ring(notYet, far + 1);

    const found = await lanes.dueLanes(far, 1_000);

    expect(found).toEqual(expect.arrayContaining(due));
    expect(found).not.toContain(notYet);
  });
}
