import { describe, expect, it } from '@jest/globals';
import { webhookClientConfig } from '../../shared/runtime/aws-client-config.ts';
import { environmentOf, functionId, idOf, resourceOf, resourcesOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');

describe('webhooks', () => {
  it('xero-facts §4: xero-webhooks is not given longer than the 5 s that Xero waits', () => {
    expect(resourceOf(template, 'AWS::Lambda::Function', 'WebhooksXeroWebhooksHandler').Properties['Timeout']).toBe(5);
  });

  it('contracts §4: POST /webhooks/xero goes to xero-webhooks', () => {
    const [route] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).filter(
      ({ Properties }) => Properties['RouteKey'] === 'POST /webhooks/xero',
    );
    const [integration] = Object.entries(resourcesOf(template, 'AWS::ApiGatewayV2::Integration')).filter(([, { Properties }]) =>
      JSON.stringify(Properties['IntegrationUri']).includes(functionId(template, 'xero-webhooks')),
    );
    expect(route?.Properties['Target']).toEqual({ 'Fn::Join': ['', ['integrations/', { Ref: integration?.[0] }]] });
    expect(integration?.[1].Properties['PayloadFormatVersion']).toBe('2.0');
  });

  it('has concurrency of its own, set aside and limited by the stage', () => {
    const reserved = (stage: string) =>
      resourceOf(templateOf(stage), 'AWS::Lambda::Function', 'WebhooksXeroWebhooksHandler').Properties['ReservedConcurrentExecutions'];
    expect([reserved('local'), reserved('dev'), reserved('prod')]).toEqual([10, 5, 50]);
  });

  it('its route has a limit below that of the whole API, set once the route exists', () => {
    const stage = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Stage'))[0];
    expect(stage?.Properties['RouteSettings']).toEqual({
      'POST /webhooks/xero': { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400, DetailedMetricsEnabled: true },
    });
    const route = idOf(template, 'AWS::ApiGatewayV2::Route', 'PublicApiHttpApiPOSTwebhooksxero');
    expect((stage as unknown as { DependsOn: string[] }).DependsOn).toContain(route);
  });

  it('a call to AWS that hangs is tried twice within the 5 s that Xero waits', () => {
    const { maxAttempts, requestHandler } = webhookClientConfig;
    expect(maxAttempts).toBe(2);
    expect(maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)).toBeLessThan(5_000 - 1_000);
  });

  it('it knows nothing of Xero but the webhook key: no address, no token', () => {
    expect(Object.keys(environmentOf(template, 'xero-webhooks')).filter((key) => key.startsWith('XERO_'))).toEqual(['XERO_APP_SECRET_ARN']);
  });
});
