import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appOf, resourcesOf, templateOf } from './stack-under-test.ts';

function typesOf(stage: string): string[] {
  const resources = templateOf(stage).toJSON()['Resources'] as Record<string, { Type: string }>;
  return Object.values(resources)
    .map(({ Type }) => Type)
    .filter((type) => type !== 'AWS::SNS::Subscription')
    .sort();
}

describe('the stack', () => {
  it("passes CloudFormation's own rules without an error or a warning", () => {
    const { directory } = appOf('prod', { validated: true }).app.synth();
    const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as { pluginReports: unknown[] };
    expect(report.pluginReports).toEqual([]);
  });

  it('stage local has the very resources of prod: they differ in values only', () => {
    expect(typesOf('local')).toEqual(typesOf('prod'));
  });

  it('tells API address, bus, table, queues and the bulk-sync function as outputs', () => {
    expect(Object.keys(templateOf('dev').findOutputs('*')).sort()).toEqual([
      'ApiUrl',
      'BulkSyncFunctionName',
      'EventBusName',
      'EventDeadLettersUrl',
      'GesApiSecretArn',
      'LaneDeadLettersUrl',
      'LaneQueueUrl',
      'OperationsDeadLettersUrl',
      'TableName',
      'XeroAppSecretArn',
    ]);
  });

  it('physical names only where contracts.md fixes them, and the dashboard', () => {
    const named = ['FunctionName', 'QueueName', 'TableName', 'Name', 'RoleName', 'LogGroupName', 'AlarmName', 'TopicName', 'ArchiveName'];
    const template = templateOf('dev');
    const found = Object.keys(template.toJSON()['Resources'] as object).flatMap((id) => {
      const resource = (template.toJSON()['Resources'] as Record<string, { Type: string; Properties: Record<string, unknown> }>)[id];
      return named
        .filter((property) => typeof resource?.Properties[property] === 'string')
        .map((property) => `${resource?.Type} ${property}`);
    });
    expect(found.filter((name) => !name.startsWith('AWS::ApiGatewayV2'))).toEqual([
      'AWS::Events::EventBus Name',
      'AWS::Events::Archive ArchiveName',
      'AWS::Lambda::Function FunctionName',
    ]);
    expect(Object.keys(resourcesOf(template, 'AWS::CloudWatch::Dashboard'))).toHaveLength(1);
  });
});
