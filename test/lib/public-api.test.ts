import { describe, expect, it } from '@jest/globals';
import { idOf, resourceOf, resourcesOf, templateOf } from './stack-under-test.ts';

const template = templateOf('dev');
const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);

function routeKeys(authorizationType: string): string[] {
  return routes
    .filter((route) => route['AuthorizationType'] === authorizationType)
    .map((route) => String(route['RouteKey']))
    .sort();
}

describe('HTTP API', () => {
  it('routes that need the JWT of the GES identity provider', () => {
    expect(routeKeys('JWT')).toEqual([
      'DELETE /v1/xero/connection',
      'GET /v1/xero/connection',
      'GET /v1/xero/options',
      'POST /v1/xero/connect',
      'POST /v1/xero/connect/finish',
      'PUT /v1/xero/organisation',
      'PUT /v1/xero/settings',
    ]);
  });

  it('routes without it: what a browser opens as a page, and what Xero signs', () => {
    expect(routeKeys('NONE')).toEqual([
      'GET /v1/auth/xero/callback',
      'GET /v1/auth/xero/start',
      'GET /v1/xero/callback',
      'GET /v1/xero/start',
      'POST /v1/auth/xero/exchange',
      'POST /webhooks/xero',
    ]);
  });

  it('every route is of one kind or the other', () => {
    expect(routeKeys('JWT').length + routeKeys('NONE').length).toBe(routes.length);
  });

  it('design §8: the authoriser trusts the GES identity provider of the stage, for this service only', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: ['ges-xero-sync'], Issuer: 'https://login.dev.gasengineer.example' },
    });
    const authorizer = { Ref: idOf(template, 'AWS::ApiGatewayV2::Authorizer', 'PublicApi') };
    for (const route of routes.filter((candidate) => candidate['AuthorizationType'] === 'JWT'))
      expect(route['AuthorizerId']).toEqual(authorizer);
  });

  it('access logs hold neither query strings nor headers: codes, tickets and tokens travel there', () => {
    const { AccessLogSettings } = resourceOf(template, 'AWS::ApiGatewayV2::Stage', 'PublicApi').Properties;
    const format = JSON.parse((AccessLogSettings as { Format: string }).Format) as Record<string, string>;
    expect(Object.values(format).filter((value) => /querystring|header|\$context\.path/i.test(value))).toEqual([]);
    expect(format['route']).toBe('$context.routeKey');
  });

  it('the stage is throttled', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 1000, ThrottlingRateLimit: 500 },
    });
  });

  it("browsers may call it from the settings page's origin, and from no other", () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://app.dev.gasengineer.example'], AllowHeaders: ['authorization', 'content-type'] },
    });
  });
});
