import { describe, expect, it } from '@jest/globals';
import { functionId, idOf, resourceOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');
const deadLetters = { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'OperationsDeadLetters'), 'Arn'] };

describe('operations', () => {
  it.each(['local', 'dev', 'prod'])('contracts §5: in stage %s support finds ges-xero-<stage>-bulk-sync', (stage) => {
    templateOf(stage).hasResourceProperties('AWS::Lambda::Function', { FunctionName: `ges-xero-${stage}-bulk-sync` });
  });

  it('no other function has a physical name', () => {
    const named = Object.values(template.findResources('AWS::Lambda::Function')).filter(
      (fn) => 'FunctionName' in (fn['Properties'] as object),
    );
    expect(named).toHaveLength(1);
  });

  it('design §8: the sweep runs every minute, and ends before the next one', () => {
    expect(resourceOf(template, 'AWS::Events::Rule', 'OperationsEveryMinute').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [functionId(template, 'sweep'), 'Arn'] }, DeadLetterConfig: { Arn: deadLetters } }],
    });
    expect(resourceOf(template, 'AWS::Lambda::Function', 'OperationsSweepHandler').Properties['Timeout']).toBeLessThan(60);
  });

  it.each(['sweep', 'bulk-sync'] as const)('a failed %s is kept, not repeated', (name) => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: functionId(template, name) },
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: deadLetters } },
    });
  });
});
