import { describe, expect, it } from '@jest/globals';
import { readStage, StageError, stackName } from '../../lib/stage.ts';
import { cdkContext, exampleContext } from './stack-under-test.ts';

function contextOf(values: Record<string, unknown>) {
  return { tryGetContext: (key: string) => values[key] };
}

describe('stage values', () => {
  it('takes stage dev when context names none', () => {
    expect(readStage(contextOf(cdkContext)).name).toBe('dev');
  });

  it.each(['dev', 'prod', 'local'])('finds every value of stage %s in cdk.json', (stage) => {
    expect(readStage(contextOf({ ...cdkContext, stage })).jwtAudience).toBe('ges-xero-sync');
  });

  it('keeps the data of prod only', () => {
    const kept = ['dev', 'prod', 'local'].filter((stage) => readStage(contextOf({ ...cdkContext, stage })).keepData);
    expect(kept).toEqual(['prod']);
  });

  it('names the stages there are when the one asked for is not among them', () => {
    expect(() => readStage(contextOf({ ...cdkContext, stage: 'test' }))).toThrow(
      new StageError('unknown stage "test": cdk.json knows local, dev, prod'),
    );
  });

  it('replaces single values of the stage, as moved local ports need it', () => {
    const stage = readStage(contextOf({ ...cdkContext, stage: 'local', stageOverrides: { gesApiBaseUrl: 'http://localhost:14570' } }));
    expect(stage.gesApiBaseUrl).toBe('http://localhost:14570');
    expect(stage.xeroApiBaseUrl).toBe('http://localhost:4580');
  });

  it.each([
    ['a value that is not an address', { gesApiBaseUrl: 'api.ges' }, /gesApiBaseUrl/],
    ['a value of the wrong type', { laneConcurrency: '10' }, /laneConcurrency/],
    ['a concurrency that AWS refuses', { laneConcurrency: 1 }, /laneConcurrency/],
    ['a retention that CloudWatch does not offer', { logRetentionDays: 15 }, /logRetentionDays/],
    ['a value nobody reads', { xeroApiUrl: 'https://api.xero.com' }, /xeroApiUrl/],
  ])('refuses %s and names it', (_what, stageOverrides, named) => {
    expect(() => readStage(contextOf({ ...cdkContext, stageOverrides }))).toThrow(named);
  });

  it('prod with the examples of cdk.json is refused, each named', () => {
    const read = () => readStage(contextOf({ ...exampleContext, stage: 'prod' }));
    expect(read).toThrow(StageError);
    for (const key of ['gesApiBaseUrl', 'gesTokenUrl', 'jwtIssuer', 'settingsPageUrl', 'signInOrigins', 'alarmEmails'])
      expect(read).toThrow(key);
    expect(() => readStage(contextOf({ ...exampleContext, stage: 'dev' }))).not.toThrow();
  });

  it('prod without anybody who hears of alarms is refused', () => {
    const prod = { ...cdkContext, stage: 'prod' };
    expect(() => readStage(contextOf(prod))).not.toThrow();
    expect(() => readStage(contextOf({ ...prod, stageOverrides: { alarmEmails: [] } }))).toThrow(/alarmEmails is empty/);
  });

  it('refuses a cdk.json without stages', () => {
    expect(() => readStage(contextOf({}))).toThrow(StageError);
  });

  it('contracts §1 and §5: names start with ges-xero-<stage>', () => {
    expect(stackName('prod')).toBe('ges-xero-prod');
  });
});
