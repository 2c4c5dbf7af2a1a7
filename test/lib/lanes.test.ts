import { describe, expect, it } from '@jest/globals';
import { environmentOf, FUNCTION_NAMES, functionId, FUNCTIONS, idOf, resourceOf, templateOf } from './stack-under-test.ts';

const template = templateOf('prod');
const queueId = idOf(template, 'AWS::SQS::Queue', 'LanesQueue');
const queue = resourceOf(template, 'AWS::SQS::Queue', 'LanesQueue').Properties;

describe('lanes', () => {
  it('the queue of doorbells is a standard queue', () => {
    expect(queue['FifoQueue']).toBeUndefined();
  });

  it('sync-lane may take 300 s, and a doorbell stays hidden six times as long', () => {
    expect(resourceOf(template, 'AWS::Lambda::Function', 'LanesSyncLaneHandler').Properties['Timeout']).toBe(300);
    expect(queue['VisibilityTimeout']).toBe(1800);
  });

  it('sync-lane, and no other function, may go round the queue that feeds it more than 16 times', () => {
    const allowed = FUNCTION_NAMES.filter(
      (name) => resourceOf(template, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Handler`).Properties['RecursiveLoop'] === 'Allow',
    );
    expect(allowed).toEqual(['sync-lane']);
  });

  it('one doorbell an invocation, and no more lanes at once than the stage allows', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
      FunctionName: { Ref: functionId(template, 'sync-lane') },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 100 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('a doorbell that fails five times goes to the dead-letter queue', () => {
    expect(queue['RedrivePolicy']).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'LanesDeadLetters'), 'Arn'] },
      maxReceiveCount: 5,
    });
  });

  it.each(FUNCTION_NAMES)('%s can ring', (name) => {
    expect(environmentOf(template, name)['LANE_QUEUE_URL']).toEqual({ Ref: queueId });
  });

  it('every queue takes requests over TLS only', () => {
    const queues = Object.keys(template.findResources('AWS::SQS::Queue'));
    const guarded = Object.values(template.findResources('AWS::SQS::QueuePolicy')).filter((policy) =>
      JSON.stringify(policy).includes('"aws:SecureTransport":"false"'),
    );
    expect(guarded).toHaveLength(queues.length);
  });
});
