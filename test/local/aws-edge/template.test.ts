import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventsFromTemplate } from '../../../local/aws-edge/events/rules-from-template.ts';
import { functionsFromTemplate } from '../../../local/aws-edge/lambda/functions-from-template.ts';
import { mappingsFromTemplate } from '../../../local/aws-edge/sqs/mappings-from-template.ts';
import { queuesFromTemplate } from '../../../local/aws-edge/sqs/queues-from-template.ts';
import { readStack } from '../../../local/aws-edge/stack-definition.ts';
import { readAssembly } from '../../../local/aws-edge/template/assembly.ts';
import { StackTemplate } from '../../../local/aws-edge/template/stack-template.ts';
import type { FixtureResources } from './fixture/tiny-stack.ts';
import { lambdaFunction, writeAssembly } from './fixture/tiny-stack.ts';

const ADDRESSES = { awsUrl: 'http://127.0.0.1:4566', apiUrl: 'http://localhost:4590' };

function template(resources: FixtureResources, rest: object = {}, handlers: Record<string, string> = {}): StackTemplate {
  return new StackTemplate(readAssembly(writeAssembly(resources, handlers, rest), 'test'), ADDRESSES);
}

/** Resolves one value by way of a queue's name. */
function resolved(value: unknown, rest: object = {}, more: FixtureResources = {}): unknown {
  const stack = template({ Q: { Type: 'AWS::SQS::Queue' }, Value: { Type: 'AWS::KMS::Key', Properties: { Value: value } }, ...more }, rest);
  const resource = stack.ofType('AWS::KMS::Key')[0];
  if (resource === undefined) throw new Error('the fixture has a key');
  return stack.read(resource, { Value: z.unknown() }).Value;
}

describe('Intrinsics of the template', () => {
  const Conditions = { Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-2'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } };
  const Parameters = { Version: { Type: 'String', Default: 'v7' } };

  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Q' }, 'http://127.0.0.1:4566/000000000000/tiny-test-Q'],
    ['Ref of a parameter', { Ref: 'Version' }, 'v7'],
    [
      'pseudo parameters',
      [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Partition' }, { Ref: 'AWS::StackName' }],
      ['000000000000', 'aws', 'tiny-test'],
    ],
    ['Ref to AWS::NoValue', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Q', 'Arn'] }, 'arn:aws:sqs:eu-west-2:000000000000:tiny-test-Q'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Q.QueueName' }, 'tiny-test-Q'],
    ['Fn::Join', { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }, 'b']] }, 'a/eu-west-2/b'],
    ['Fn::Sub', { 'Fn::Sub': '${AWS::Region}-${Q.QueueName}-${!Literal}' }, 'eu-west-2-tiny-test-Q-${Literal}'],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${x}:${Q}', { x: { Ref: 'Version' } }] },
      'v7:http://127.0.0.1:4566/000000000000/tiny-test-Q',
    ],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::If', { 'Fn::If': ['Yes', 'yes', 'no'] }, 'yes'],
    ['Fn::If the other way', { 'Fn::If': ['No', 'yes', { Ref: 'AWS::Region' }] }, 'eu-west-2'],
    ['nested values', { a: [{ b: { Ref: 'Version' } }, 2, true, null] }, { a: [{ b: 'v7' }, 2, true, null] }],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolved(value, { Conditions, Parameters })).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown intrinsic', { 'Fn::Cidr': ['10.0.0.0/8', 2] }, /Value \(AWS::KMS::Key\): .*Fn::Cidr/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Q', 'Colour'] }, /Q \(AWS::SQS::Queue\): .*Colour/],
    ['a resource that is not there', { Ref: 'Nobody' }, /Nobody/],
    ['a parameter without a default', { Ref: 'Open' }, /Value \(AWS::KMS::Key\): the parameter Open/],
    ['an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, /Maybe/],
  ])('fails loudly for %s, naming the resource', (_name, value, message) => {
    expect(() => resolved(value, { Parameters: { Open: { Type: 'String' } } })).toThrow(message);
  });

  it('leaves out resources whose condition does not hold', () => {
    const stack = template(
      { A: { Type: 'AWS::SQS::Queue', Condition: 'Yes' }, B: { Type: 'AWS::SQS::Queue', Condition: 'No' } },
      { Conditions },
    );
    expect(queuesFromTemplate(stack).map(({ name }) => name)).toEqual(['tiny-test-A']);
  });
});

describe('Resources of the template', () => {
  const target = [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] } }];
  const fn = { Fn: lambdaFunction('fn'), Role: { Type: 'AWS::IAM::Role' } };
  const handlers = { fn: 'export const handler = async () => 1;' };
  const rule = (properties: object): FixtureResources => ({
    ...fn,
    Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: target, ...properties } },
  });
  const queue = (properties: object): FixtureResources => ({ Q: { Type: 'AWS::SQS::Queue', Properties: { ...properties } } });

  it.each<[string, FixtureResources, RegExp]>([
    ['an unknown type', { Bucket: { Type: 'AWS::S3::Bucket' } }, /Bucket \(AWS::S3::Bucket\)/],
    ['an unknown property', queue({ Colour: 'red' }), /Q \(AWS::SQS::Queue\)[^]*Colour/],
    ['a FIFO queue', queue({ FifoQueue: true }), /Q \(AWS::SQS::Queue\)[^]*FifoQueue/],
    [
      'an unknown operator in an event pattern',
      rule({ EventPattern: { detail: { amount: [{ numeric: ['>', 1] }] } } }),
      /Rule \(AWS::Events::Rule\): .*numeric/,
    ],
    ['$or in an event pattern', rule({ EventPattern: { $or: [{ source: ['a'] }] } }), /Rule \(AWS::Events::Rule\): .*\$or/],
    ['a cron schedule', rule({ ScheduleExpression: 'cron(0 10 * * ? *)' }), /Rule \(AWS::Events::Rule\): .*cron/],
    [
      'an input transformer',
      rule({ EventPattern: { source: ['a'] }, Targets: [{ ...target[0], InputTransformer: {} }] }),
      /Rule \(AWS::Events::Rule\)[^]*InputTransformer/,
    ],
    [
      'a target that is no function',
      rule({ EventPattern: { source: ['a'] }, Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Role', 'Arn'] } }] }),
      /Rule \(AWS::Events::Rule\): .*role/,
    ],
    ['another runtime', { ...fn, Fn: lambdaFunction('fn', { Runtime: 'python3.13' }) }, /Fn \(AWS::Lambda::Function\)[^]*Runtime/],
    [
      'a handler that is not in the asset',
      { ...fn, Fn: lambdaFunction('fn', { Handler: 'main.handler' }) },
      /Fn \(AWS::Lambda::Function\): .*main\.js/,
    ],
    ['an asset that is not in the assembly', { ...fn, Fn: lambdaFunction('gone') }, /Fn \(AWS::Lambda::Function\): .*gone\.zip/],
    [
      'filters of an event source',
      {
        ...fn,
        ...queue({}),
        M: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] }, FunctionName: { Ref: 'Fn' }, FilterCriteria: {} },
        },
      },
      /M \(AWS::Lambda::EventSourceMapping\)[^]*FilterCriteria/,
    ],
    [
      'REST-style payloads',
      { ...fn, Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'A', ProtocolType: 'WEBSOCKET' } } },
      /Api \(AWS::ApiGatewayV2::Api\)[^]*ProtocolType/,
    ],
  ])('fail loudly for %s, naming the resource', (_name, resources, message) => {
    expect(() => readStack(template(resources, {}, handlers), {})).toThrow(message);
  });

  it('are listed when they are accepted without being emulated', () => {
    const stack = template(
      {
        ...fn,
        Fn: lambdaFunction('fn', { TracingConfig: { Mode: 'Active' } }),
        Archive: { Type: 'AWS::Events::Archive', Properties: { SourceArn: 'x' } },
      },
      {},
      handlers,
    );
    functionsFromTemplate(stack);
    expect(stack.notEmulated()).toEqual(
      expect.arrayContaining([
        { resource: 'Fn (AWS::Lambda::Function)', what: 'tracing' },
        { resource: 'Archive (AWS::Events::Archive)', what: 'event archive and replay' },
      ]),
    );
  });

  it('give an event source its batch size, concurrency and failure reports', () => {
    const M = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] },
        FunctionName: { Ref: 'Fn' },
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 4 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    };
    expect(mappingsFromTemplate(template({ ...fn, ...queue({}), M }, {}, handlers))).toEqual([
      {
        queueName: 'tiny-test-Q',
        queueArn: 'arn:aws:sqs:eu-west-2:000000000000:tiny-test-Q',
        functionName: 'tiny-test-Fn',
        batchSize: 1,
        reportsItemFailures: true,
        maximumConcurrency: 4,
      },
    ]);
  });

  it('give a schedule its interval', () => {
    const stack = template(rule({ ScheduleExpression: 'rate(1 minute)' }), {}, handlers);
    expect(eventsFromTemplate(stack).schedules).toEqual([
      {
        name: 'tiny-test-Rule',
        arn: 'arn:aws:events:eu-west-2:000000000000:rule/tiny-test-Rule',
        intervalMs: 60_000,
        targets: [{ functionName: 'tiny-test-Fn', input: undefined }],
      },
    ]);
  });

  it('refuse an override of an environment variable that no function has', () => {
    expect(() => readStack(template(fn, {}, handlers), { XERO_API_BASE_URL: 'http://localhost:1' })).toThrow(/XERO_API_BASE_URL/);
  });

  it('must be those of exactly one stack of the stage', () => {
    expect(() => readAssembly(writeAssembly({}), 'prod')).toThrow(/one stack of the stage prod.*tiny-test/);
  });
});
