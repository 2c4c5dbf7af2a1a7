import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openEdgeDatabase } from '../../../local/aws-edge/edge-database.ts';
import { startSchedules } from '../../../local/aws-edge/events/schedules.ts';
import { temporaryDirectory } from './fixture/tiny-stack.ts';

const SWEEP = { name: 'sweep', arn: 'arn:rule/sweep', intervalMs: 60_000, targets: [{ functionName: 'sweep', input: undefined }] };

describe('Schedules', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z') });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function start(database = openEdgeDatabase(temporaryDirectory()), schedule = SWEEP) {
    const fired: unknown[] = [];
    const schedules = startSchedules({
      database,
      schedules: [schedule],
      region: 'eu-west-2',
      invoke: (name, payload) => fired.push([name, JSON.parse(payload)]),
    });
    return { database, fired, stop: () => schedules.stop() };
  }

  it('fire every interval, with the event EventBridge sends', () => {
    const { fired, stop } = start();
    jest.advanceTimersByTime(59_999);
    expect(fired).toEqual([]);
    jest.advanceTimersByTime(120_001);
    stop();
    jest.advanceTimersByTime(60_000);
    expect(fired).toHaveLength(3);
    expect(fired[0]).toEqual([
      'sweep',
      expect.objectContaining({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: '2026-11-22T10:01:00Z',
        resources: ['arn:rule/sweep'],
        detail: {},
      }),
    ]);
  });

  it('are not put off by a restart, and fire once for a time that passed meanwhile', () => {
    const first = start();
    jest.advanceTimersByTime(70_000);
    first.stop();
    jest.advanceTimersByTime(20_000);
    const second = start(first.database);
    jest.advanceTimersByTime(29_999);
    expect(second.fired).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(second.fired).toHaveLength(1);
    second.stop();
    jest.advanceTimersByTime(600_000);
    const third = start(first.database);
    jest.advanceTimersByTime(59_999);
    expect(third.fired).toHaveLength(1);
    third.stop();
  });

  it('send the constant input of the target when it has one', () => {
    const { fired, stop } = start(undefined, {
      ...SWEEP,
      targets: [{ functionName: 'sweep', input: '{"mode":"all"}' as unknown as undefined }],
    });
    jest.advanceTimersByTime(60_000);
    stop();
    expect(fired).toEqual([['sweep', { mode: 'all' }]]);
  });
});
