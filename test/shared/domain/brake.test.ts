import { describe, expect, it } from '@jest/globals';
import { brake, goesOnUntil, heldFor, manyEnded } from '../../../shared/domain/brake.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const at = (minutesAgo: number, count: number) => ({ at: NOW - minutesAgo * 60_000, count });

describe('F9: the brake', () => {
  it.each([
    ['20 at once', [], 20, 100, false],
    ['21 at once', [], 21, 100, true],
    ['21 of many records: not more than 5 %', [], 21, 420, false],
    ['22 of 420 records', [], 22, 420, true],
    ['20 and one more within the hour', [at(59, 20)], 1, 100, true],
    ['20, and one more an hour later', [at(60, 20)], 1, 100, false],
    ['a few now and then', [at(50, 7), at(30, 7)], 6, 100, false],
  ])('%s: stops %5$s', (_, recent, asked, records, isStopped) => {
    expect(brake({ recent }, asked, { records, isHolding: false, now: NOW }).isStopped).toBe(isStopped);
  });

  it('what is stopped is not counted; nothing of that side goes over while others are held; each minute is one number', () => {
    const stopped = brake({ recent: [at(5, 18)] }, 3, { records: 10, isHolding: false, now: NOW });
    expect(stopped.state).toEqual({ recent: [at(5, 18)], stoppedAt: NOW });
    const later = brake(stopped.state, 1, { records: 10, isHolding: true, now: NOW + 2 * HOUR_MS });
    expect(later).toEqual({ isStopped: true, state: { recent: [], stoppedAt: NOW } });
    const solved = brake(later.state, 1, { records: 10, isHolding: false, now: NOW + 3 * HOUR_MS });
    expect(solved).toEqual({ isStopped: false, state: { recent: [{ at: NOW + 3 * HOUR_MS, count: 1 }] } });
    const together = brake({ recent: [at(0.5, 2)] }, 3, { records: 10, isHolding: false, now: NOW });
    expect(together.state.recent).toEqual([at(0.5, 5)]);
  });

  it('one click lets them go on for an hour, and longer where there are many: one call deletes one payment', () => {
    expect(goesOnUntil(0, NOW)).toBe(NOW + HOUR_MS);
    expect(goesOnUntil(600, NOW) - NOW).toBeGreaterThanOrEqual((600 / 5) * 60_000);
  });

  it('a held ending says on which side it was made, and of which invoice', () => {
    expect(heldFor(manyEnded('xero', 'GES-7'), 'void', 'inv_7')).toEqual({
      side: 'xero',
      what: 'void',
      invoiceId: 'inv_7',
      number: 'GES-7',
    });
    expect(heldFor({ code: 'other', message: '', fix: '' }, 'void', 'inv_7')).toBeUndefined();
  });
});
