import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { METRIC } from '../../shared/runtime/metrics.ts';
import { FUNCTION_NAMES, functionId, idOf, resourcesOf, templateOf } from './stack-under-test.ts';

const template = templateOf('prod');
const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

function descriptionOf(alarm: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(alarm['AlarmDescription']).replaceAll('\\', '');
}

function headingOf(alarm: Readonly<Record<string, unknown>>): string {
  return /docs\/runbook\.md, heading "(\w+)"/.exec(descriptionOf(alarm))?.[1] ?? 'none';
}

/** The part of the runbook below a heading. */
function sectionOf(heading: string): string {
  return runbook.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';
}

describe('observability', () => {
  it('design §8: alarms on oldest inbox entry, attention rate, token failures, dead letters, webhook rejections, p95 latency', () => {
    expect(alarms.map(headingOf).sort()).toEqual([
      'ApiCrashes',
      'ApiLatency',
      'ApiServerErrors',
      'AttentionRate',
      'EventDeadLetters',
      'EventsDropped',
      'FunctionThrottles',
      'LaneDeadLetters',
      'LaneErrors',
      'LanesOverdue',
      'OldestDoorbell',
      'OldestInboxEntry',
      'OperationsDeadLetters',
      'SweepSilent',
      'TokenFailures',
      'UnexpectedErrors',
      'WebhookAnswerTime',
      'WebhookErrors',
      'WebhookMalformed',
      'WebhookRejections',
    ]);
  });

  it.each(alarms.map((alarm) => [headingOf(alarm)]))('the runbook says of %s what it means, how to look, and what to do', (heading) => {
    for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) expect(sectionOf(heading)).toContain(part);
  });

  it('the runbook has no alarm that does not exist', () => {
    const headings = [...(runbook.split(/^# /m)[2] ?? '').matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
    expect(headings.sort()).toEqual(alarms.map(headingOf).sort());
  });

  it('xero-facts §4, decision 12: every way in which webhooks are refused has an alarm, since Xero stops sending after 24 hours of it', () => {
    const watched = (heading: string) => JSON.stringify(alarms.find((alarm) => headingOf(alarm) === heading));
    expect(watched('WebhookRejections')).toContain('SUM(WebhookRejected)');
    expect(watched('WebhookMalformed')).toContain('"MetricName":"WebhookMalformed"');
    expect(alarms.find((alarm) => headingOf(alarm) === 'WebhookErrors')).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Dimensions: [
        { Name: 'ApiId', Value: { Ref: idOf(template, 'AWS::ApiGatewayV2::Api', 'PublicApi') } },
        { Name: 'Method', Value: 'POST' },
        { Name: 'Resource', Value: '/webhooks/xero' },
        { Name: 'Stage', Value: '$default' },
      ],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /webhooks/xero' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { DetailedMetricsEnabled: true },
    });
  });

  it('every tell-tale of a fault that the functions count is watched by an alarm', () => {
    for (const name of [
      METRIC.unexpectedError,
      METRIC.webhookMalformed,
      METRIC.webhookRejected,
      METRIC.tokenRefreshFailed,
      METRIC.oldestWakeAge,
    ]) {
      expect(JSON.stringify(alarms)).toContain(name);
    }
  });

  it('blind spots: doorbells that nobody takes, wake-ups that pass, refused starts, 5xx and crashes of the Integration API, events that AWS drops', () => {
    const watched = (heading: string) => JSON.stringify(alarms.find((alarm) => headingOf(alarm) === heading));
    expect(watched('OldestDoorbell')).toContain('ApproximateAgeOfOldestMessage');
    expect(watched('LanesOverdue')).toContain('OldestWakeAge');
    for (const name of FUNCTION_NAMES) expect(watched('FunctionThrottles')).toContain(functionId(template, name));
    expect(watched('ApiServerErrors')).toContain('"FILL(all, 0) - FILL(webhooks, 0)"');
    expect(watched('ApiCrashes')).toContain(functionId(template, 'integration-api'));
    for (const metric of ['AsyncEventsDropped', 'DestinationDeliveryFailures', 'InvocationsFailedToBeSentToDlq'])
      expect(watched('EventsDropped')).toContain(metric);
  });

  it.each(alarms.map((alarm) => [headingOf(alarm), alarm] as const))('%s links to what its reader must look at', (heading, alarm) => {
    const links = [...descriptionOf(alarm).matchAll(/\[([\w ,-]+)\]\(https:\/\/"/g)].map(([, text]) => text);
    if (heading === 'FunctionThrottles') return expect(links).toEqual(['all functions']);
    expect(links).toContain('its logs');
    expect(links.some((text) => text?.startsWith('function '))).toBe(true);
    // What is a queue's or works from one, links to it.
    if (/DeadLetters|Doorbell|Lane|Inbox|EventsDropped|Sweep/.test(heading)) expect(links).toContain('queue');
  });

  it.each(alarms.map((alarm) => [headingOf(alarm), alarm] as const))(
    '%s keeps to the 1,024 characters that CloudWatch takes, whatever the names',
    (_heading, alarm) => {
      const name = 'ges-xero-prod-IntegrationApiIntegrationApiLogsABCDEF12-ABCDEFGHIJKL';
      const parts = (alarm['AlarmDescription'] as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
      const text = parts
        .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).includes('AWS::') ? 'ap-southeast-2' : name))
        .join('');
      expect(text.length).toBeLessThanOrEqual(1_024);
    },
  );

  it('every alarm tells the operators when it goes off and when it is over', () => {
    const topic = [{ Ref: idOf(template, 'AWS::SNS::Topic', 'Observability') }];
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it('no news is good news for every alarm but the silent sweep', () => {
    const breaching = alarms.filter((alarm) => alarm['TreatMissingData'] !== 'notBreaching').map(headingOf);
    expect(breaching).toEqual(['SweepSilent']);
  });

  it('every dead-letter queue has an alarm on its first message', () => {
    const redriven = Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).filter((id) => id.includes('DeadLetters'));
    const watched = alarms
      .filter((alarm) => alarm['MetricName'] === 'ApproximateNumberOfMessagesVisible' && alarm['Threshold'] === 1)
      .map((alarm) => (alarm['Dimensions'] as [{ Value: { 'Fn::GetAtt': [string, string] } }])[0].Value['Fn::GetAtt'][0]);
    expect(watched.sort()).toEqual(redriven.sort());
  });

  it('metrics of another stage in the same AWS account are not counted', () => {
    for (const alarm of alarms.filter((candidate) => JSON.stringify(candidate).includes('GesXeroSync'))) {
      expect(JSON.stringify(alarm)).toContain('ges-xero-prod');
    }
  });

  it('mails go to the addresses of the stage', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'operations@gasengineer.co.uk' });
    templateOf('dev').resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('CloudWatch of this AWS account may publish to the alarm topic, over TLS only', () => {
    const topic = { Ref: idOf(template, 'AWS::SNS::Topic', 'Observability') };
    const [policy, ...others] = Object.values(resourcesOf(template, 'AWS::SNS::TopicPolicy'));
    expect(others).toEqual([]);
    expect(policy?.Properties['Topics']).toEqual([topic]);
    const { Statement } = policy?.Properties['PolicyDocument'] as { Statement: unknown[] };
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    expect(Statement).toContainEqual({
      Sid: expect.any(String),
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('there is a dashboard named as the stack', () => {
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'ges-xero-prod' });
  });
});
