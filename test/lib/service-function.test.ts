import { describe, expect, it } from '@jest/globals';
import { FUNCTION_NAMES, FUNCTIONS, environmentOf, resourceOf, resourcesOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');

describe('every function of the service', () => {
  it('there are six, and no other (no custom resource brings its own)', () => {
    template.resourceCountIs('AWS::Lambda::Function', FUNCTION_NAMES.length);
    expect(
      Object.values(template.toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('Custom::')),
    ).toEqual([]);
  });

  it.each(FUNCTION_NAMES)('design §8: %s runs on Node.js 24, arm64, with active tracing', (name) => {
    expect(resourceOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Handler: 'index.handler',
    });
  });

  it.each(FUNCTION_NAMES)('%s logs to a group of its own, kept as long as the stage says', (name) => {
    const fn = resourceOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`).Properties;
    const { LogGroup } = fn['LoggingConfig'] as { LogGroup: { Ref: string } };
    expect(LogGroup.Ref).toMatch(new RegExp(`^${FUNCTIONS[name]}Logs`));
    expect(resourcesOf(template, 'AWS::Logs::LogGroup')[LogGroup.Ref]?.Properties['RetentionInDays']).toBe(14);
  });

  it.each(FUNCTION_NAMES)('%s has a role of its own, without managed policies', (name) => {
    const fn = resourceOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`).Properties;
    const [roleId] = (fn['Role'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
    expect(roleId).toMatch(new RegExp(`^${FUNCTIONS[name]}Role`));
    expect(resourcesOf(template, 'AWS::IAM::Role')[roleId]?.Properties['ManagedPolicyArns']).toBeUndefined();
  });

  it.each(FUNCTION_NAMES)('%s knows its stage and how to log and count', (name) => {
    expect(environmentOf(template, name)).toMatchObject({
      STAGE: 'dev',
      POWERTOOLS_SERVICE_NAME: 'ges-xero-dev',
      POWERTOOLS_METRICS_NAMESPACE: 'GesXeroSync',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
      NODE_OPTIONS: '--enable-source-maps',
    });
  });
});
