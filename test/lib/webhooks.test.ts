import { describe, expect, it } from '@jest/globals';
import { environmentOf, functionId, resourceOf, resourcesOf, templateOf } from './stack-under-test.ts';

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

  it('it knows nothing of Xero but the webhook key: no address, no token', () => {
    expect(Object.keys(environmentOf(template, 'xero-webhooks')).filter((key) => key.startsWith('XERO_'))).toEqual(['XERO_APP_SECRET_ARN']);
  });
});
