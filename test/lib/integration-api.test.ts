import { describe, expect, it } from '@jest/globals';
import { environmentOf, functionId, idOf, resourceOf, resourcesOf, templateOf } from './stack-under-test.ts';

describe('Integration API', () => {
  it('all its routes share one integration with integration-api', () => {
    const template = templateOf('dev');
    const own = Object.keys(resourcesOf(template, 'AWS::ApiGatewayV2::Integration')).filter((id) => id.includes('IntegrationApi'));
    const target = { 'Fn::Join': ['', ['integrations/', { Ref: own[0] }]] };
    const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).filter(({ Properties }) =>
      / \/v1\/(auth\/)?xero\//.test(String(Properties['RouteKey'])),
    );
    expect(own).toHaveLength(1);
    expect(routes).toHaveLength(12);
    for (const route of routes) expect(route.Properties['Target']).toEqual(target);
  });

  it('answers before the HTTP API gives up after 30 s', () => {
    expect(resourceOf(templateOf('dev'), 'AWS::Lambda::Function', 'IntegrationApiHandler').Properties['Timeout']).toBe(29);
  });

  it('without an address of its own the stage is reached at the address of the HTTP API', () => {
    const template = templateOf('dev');
    expect(environmentOf(template, 'integration-api')['PUBLIC_BASE_URL']).toEqual({
      'Fn::GetAtt': [idOf(template, 'AWS::ApiGatewayV2::Api', 'PublicApi'), 'ApiEndpoint'],
    });
  });

  it('stage local: everything is on this machine', () => {
    const template = templateOf('local');
    expect(environmentOf(template, 'integration-api')).toMatchObject({
      PUBLIC_BASE_URL: 'http://localhost:4590',
      SETTINGS_PAGE_URL: 'http://localhost:4570/',
      SIGN_IN_ORIGINS: 'http://localhost:4570',
      XERO_LOGIN_BASE_URL: 'http://localhost:4580',
    });
    expect(functionId(template, 'integration-api')).toMatch(/^IntegrationApiHandler/);
  });
});
