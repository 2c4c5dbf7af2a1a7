import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { createCounters, METRIC } from '../../../shared/runtime/metrics.ts';

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('createCounters', () => {
  it('writes an embedded metric at once, with service and reason as dimensions', () => {
    const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const metrics = new Metrics({ namespace: 'GesXeroSync', serviceName: 'ges-xero-test', logger });
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line)) as Record<string, unknown>) > 0);
    createCounters(metrics).count(METRIC.gesEventDropped, 3, { reception: 'not-connected' });
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'GesXeroSync',
              Dimensions: [['service', 'reception']],
              Metrics: [{ Name: 'GesEventDropped', Unit: 'Count' }],
            },
          ],
        },
        service: 'ges-xero-test',
        reception: 'not-connected',
        GesEventDropped: 3,
      },
    ]);
  });
});
