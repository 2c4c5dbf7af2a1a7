import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../shared/runtime/config.ts';

const environment = {
  STAGE: 'local',
  TABLE_NAME: 'table',
  LANE_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/lane',
  EVENTS_DLQ_URL: 'http://127.0.0.1:4566/000000000000/dlq',
};

describe('readConfig', () => {
  it('gives a function its own variables and no others', () => {
    expect(readConfig('ges-events', { ...environment, XERO_APP_SECRET_ARN: 'arn' })).toEqual({
      stage: 'local',
      tableName: 'table',
      laneQueueUrl: environment.LANE_QUEUE_URL,
      eventsDlqUrl: environment.EVENTS_DLQ_URL,
    });
  });

  it('names every missing variable at once, and the function', () => {
    expect(() => readConfig('ges-events', { STAGE: 'local', TABLE_NAME: ' ' })).toThrow(
      'Environment of ges-events: TABLE_NAME is not set; LANE_QUEUE_URL is not set; EVENTS_DLQ_URL is not set',
    );
  });

  it('refuses an address that is no http address', () => {
    expect(() => readConfig('bulk-sync', { ...environment, LANE_QUEUE_URL: 'lane' })).toThrow(
      'LANE_QUEUE_URL must be an http or https address',
    );
  });

  it('falls back to the real Xero and takes slashes off the end of addresses', () => {
    const sweep = readConfig('sweep', {
      ...environment,
      EVENT_BUS_NAME: 'bus',
      XERO_APP_SECRET_ARN: 'arn',
      XERO_TOKENS_SECRET_PREFIX: 'prefix/',
      XERO_IDENTITY_BASE_URL: 'http://localhost:4580//',
    });
    expect(sweep.xeroApiBaseUrl).toBe('https://api.xero.com');
    expect(sweep.xeroIdentityBaseUrl).toBe('http://localhost:4580');
  });
});
