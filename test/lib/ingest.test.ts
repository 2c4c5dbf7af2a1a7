import { describe, expect, it } from '@jest/globals';
import { environmentOf, functionId, idOf, resourceOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');
const bus = { Ref: idOf(template, 'AWS::Events::EventBus', 'IngestBus') };
const deadLetters = idOf(template, 'AWS::SQS::Queue', 'IngestDeadLetters');
const deadLettersArn = { 'Fn::GetAtt': [deadLetters, 'Arn'] };

describe('ingest', () => {
  it.each(['local', 'dev', 'prod'])('contracts §1: the bus of stage %s is ges-xero-<stage>', (stage) => {
    templateOf(stage).hasResourceProperties('AWS::Events::EventBus', { Name: `ges-xero-${stage}` });
  });

  it('design §8: the archive keeps events of ges.platform for 14 days, and no others', () => {
    template.hasResourceProperties('AWS::Events::Archive', {
      SourceArn: { 'Fn::GetAtt': [bus.Ref, 'Arn'] },
      EventPattern: { source: ['ges.platform'] },
      RetentionDays: 14,
    });
  });

  it('contracts §1: exactly the three kinds of change reach ges-events, outcome events on the same bus do not', () => {
    const rule = resourceOf(template, 'AWS::Events::Rule', 'IngestGesChanges').Properties;
    expect(rule).toMatchObject({
      EventBusName: bus,
      State: 'ENABLED',
      EventPattern: { source: ['ges.platform'], 'detail-type': ['CustomerChanged', 'InvoiceChanged', 'PaymentChanged'] },
      Targets: [{ Arn: { 'Fn::GetAtt': [functionId(template, 'ges-events'), 'Arn'] } }],
    });
  });

  it('design §11: what is not delivered and what fails end in the same dead-letter queue', () => {
    const rule = resourceOf(template, 'AWS::Events::Rule', 'IngestGesChanges').Properties;
    expect(rule['Targets']).toMatchObject([{ DeadLetterConfig: { Arn: deadLettersArn } }]);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: functionId(template, 'ges-events') },
      DestinationConfig: { OnFailure: { Destination: deadLettersArn } },
    });
  });

  it('contracts §1: ges-events knows where to send events that do not fit the schema', () => {
    expect(environmentOf(template, 'ges-events')['EVENTS_DLQ_URL']).toEqual({ Ref: deadLetters });
  });

  it('dead letters are encrypted and kept for 14 days', () => {
    expect(resourceOf(template, 'AWS::SQS::Queue', 'IngestDeadLetters').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });
});
